import { drawPanel, isOverRuns, type PanelSpec } from '../charts/panels/draw-panel.ts';
import type { Panel } from '../charts/panels/panel.ts';
import type { PanelRun } from '../charts/panels/panel-data.ts';
import { make, makeSvg } from './element.ts';
import { PanelPointer } from './panels-pointer.ts';
import { addPanelTools } from './panels-tools.ts';
import { onSelection, selectedRuns } from './select-runs.ts';

/** A panel that lives in a box until it is destroyed. */
export interface MountedPanel {
  /** Draws something else of the same kind in its place. */
  update: (spec: PanelSpec) => void;
  destroy: () => void;
}

/**
 * Draws a panel at the width of its box, again whenever that changes or other runs are picked, with a pointer and keys that read
 * its values out and pick runs.
 */
export function mountPanel(
  host: HTMLElement,
  box: HTMLElement,
  first: PanelSpec,
  runs: readonly PanelRun[],
): MountedPanel {
  let spec = first;
  const still = [...box.childNodes];
  const figure = host.closest('figure');
  const legend = figure?.querySelector<HTMLElement>('.rf-legend') ?? undefined;
  let panel: Panel | undefined;
  let preview: ReadonlySet<string> | undefined;
  let frame = 0;
  let drawnWidthPx = 0;
  let drawnHeightPx = 0;
  let isEnded = false;

  const draw = () => {
    frame = 0;
    const widthPx = Math.floor(box.clientWidth);
    const heightPx = Math.floor(box.clientHeight);
    if (isEnded || widthPx < 40 || heightPx < 40) return;
    drawnWidthPx = widthPx;
    drawnHeightPx = heightPx;
    const selected = isOverRuns(spec) ? (preview ?? ours(selectedRuns())) : undefined;
    panel = drawPanel(spec, runs, { document, widthPx, heightPx, ...(selected === undefined ? {} : { selected }) });
    panel.svg.setAttribute('aria-hidden', 'true');
    pointer.show(panel);
    if (legend !== undefined) showKeys(legend, panel);
  };
  /** What is picked of this panel's runs: runs of other experiments fade nothing here. */
  const known = new Set(runs.map(({ id }) => id));
  const ours = (picked: ReadonlySet<string>) => new Set([...picked].filter((id) => known.has(id)));
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  box.replaceChildren();
  const pointer = new PanelPointer(box, {
    spec,
    runs,
    title: host.dataset.title ?? '',
    onPreview: (ids) => {
      preview = ids;
      redraw();
    },
  });
  const tools =
    figure === null ? undefined : addPanelTools(figure, host, { spec: () => spec, runs, pointer, drawn: () => panel });
  const resizes = new ResizeObserver(() => {
    const isSame = Math.floor(box.clientWidth) === drawnWidthPx && Math.floor(box.clientHeight) === drawnHeightPx;
    if (!isSame) redraw();
  });
  resizes.observe(box);
  if (isOverRuns(spec))
    onSelection(() => {
      if (isEnded) return;
      preview = undefined;
      pointer.noteSelection(ours(selectedRuns()));
      redraw();
    });
  figure?.querySelector('.rf-still-note')?.setAttribute('hidden', '');
  draw();
  return {
    update: (next) => {
      spec = next;
      redraw();
    },
    destroy: () => {
      isEnded = true;
      cancelAnimationFrame(frame);
      resizes.disconnect();
      tools?.remove();
      box.replaceChildren(...still);
    },
  };
}

function showKeys(legend: HTMLElement, { keys, keyTitle }: Panel): void {
  legend.hidden = keys.length === 0;
  legend.replaceChildren(
    ...(keyTitle === undefined ? [] : [make('li', { class: 'muted' }, make('bdi', {}, keyTitle))]),
    ...keys.map(({ swatch, text }) => {
      const isDot = !swatch.startsWith('rf-c');
      const svg = makeSvg('svg', {
        class: isDot ? 'rf-swatch rf-dot-swatch' : 'rf-swatch',
        viewBox: '0 0 24 8',
        width: 24,
        height: 8,
        'aria-hidden': 'true',
      });
      svg.append(makeSvg('path', { d: 'M1 4h22', class: swatch }));
      return make('li', {}, svg, make('bdi', {}, text));
    }),
  );
}
