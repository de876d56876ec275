import type { PanelSpec } from '../charts/panels/draw-panel.ts';
import type { Panel } from '../charts/panels/panel.ts';
import type { PanelRun } from '../charts/panels/panel-data.ts';
import { captionText } from './caption-text.ts';
import { make, makeButton, makeSvg } from './element.ts';
import { linkButton } from './link-button.ts';
import type { PanelPointer } from './panels-pointer.ts';
import { setState } from './url-state.ts';

interface ToolOptions {
  spec: () => PanelSpec;
  runs: readonly PanelRun[];
  pointer: PanelPointer;
  drawn: () => Panel | undefined;
}

/** Gives a live panel its buttons: the lasso, full screen, and a menu with its address and its files. */
export function addPanelTools(
  figure: HTMLElement,
  host: HTMLElement,
  { spec, runs, pointer, drawn }: ToolOptions,
): { remove: () => void } {
  const { title = '', name = '' } = host.dataset;
  const said = make('p', { class: 'rf-said', role: 'status' });
  const exportAs = (kind: 'png' | 'svg' | 'csv') => async () => {
    said.textContent = '';
    try {
      await exportPanel(kind);
    } catch {
      said.textContent = 'This browser could not make the file.';
    }
  };
  const exportPanel = async (kind: 'png' | 'svg' | 'csv') => {
    const panel = drawn();
    if (panel === undefined) return;
    const { exportPicture, toPng, downloadFile } = await import('./chart-export.ts');
    const stem = `${document.querySelector('h1')?.textContent ?? 'chart'} ${title}`.trim();
    if (kind === 'csv') {
      const { panelCsv } = await import('./panels-csv.ts');
      const text = panelCsv(spec(), runs, { targets: panel.targets, title, address: location.href });
      downloadFile(text, `${stem}.csv`, 'text/csv');
      return;
    }
    const legend = panel.keys.map(({ swatch, text }) => ({ label: text, classes: swatch }));
    const notes = captionText(figure);
    const picture = exportPicture(panel.svg, { title, legend, notes });
    if (kind === 'svg') downloadFile(picture.svg, `${stem}.svg`, 'image/svg+xml');
    else downloadFile(await toPng(picture), `${stem}.png`);
  };

  const tools = make('div', { class: 'rf-tools' });
  const isInDialog = figure.closest('dialog') !== null;
  if (['scatter', 'strip'].includes(spec().type)) {
    const lasso = iconButton(
      `Lasso: ${title}`,
      'Select with a loop in place of a rectangle',
      'M8 3c3 0 5 1.500 5 3.500S11 10 8 10 3 8.500 3 6.500 5 3 8 3M6 10c0 2-1 3-2 3',
      () => {
        pointer.isLasso = !pointer.isLasso;
        lasso.setAttribute('aria-pressed', String(pointer.isLasso));
      },
    );
    lasso.setAttribute('aria-pressed', 'false');
    tools.append(lasso);
  }
  if (!isInDialog && name !== '')
    tools.append(
      iconButton(`Full screen: ${title}`, 'Full screen', 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3', () =>
        setState({ panel: name }),
      ),
    );
  const summary = make('summary', { 'aria-label': `Menu of ${title}`, title: 'Export this chart' });
  summary.append(icon('M4 8h.01M8 8h.01M12 8h.01'));
  const menu = make(
    'details',
    { class: 'rf-menu rf-menu-right' },
    summary,
    make(
      'div',
      { class: 'rf-menu-list', role: 'group', 'aria-label': `Menu of ${title}` },
      ...(name === '' ? [] : [linkButton(name, said)]),
      makeButton('Save as PNG', exportAs('png')),
      makeButton('Save as SVG', exportAs('svg')),
      makeButton('Save as CSV', exportAs('csv')),
      said,
    ),
  );
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.preventDefault();
    event.stopPropagation();
    menu.open = false;
    summary.focus();
  });
  const closeOutside = (event: PointerEvent) => {
    if (menu.open && !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  };
  document.addEventListener('pointerdown', closeOutside);
  tools.append(menu);
  figure.prepend(tools);
  if (pointer.rangeForm !== undefined) figure.querySelector('figcaption')?.after(pointer.rangeForm);
  return {
    remove: () => {
      document.removeEventListener('pointerdown', closeOutside);
      tools.remove();
      pointer.rangeForm?.remove();
    },
  };
}

function iconButton(label: string, title: string, d: string, onPress: () => void): HTMLButtonElement {
  const button = makeButton('', onPress, { 'aria-label': label, title });
  button.append(icon(d));
  return button;
}

function icon(d: string): SVGSVGElement {
  const svg = makeSvg('svg', { class: 'rf-icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' });
  svg.append(makeSvg('path', { d }));
  return svg;
}
