import { parseHTML } from 'linkedom';
import { serialiseSvg } from '../serialise-svg.ts';
import { drawPanel, type PanelHeight, type PanelSpec, panelHeights } from './draw-panel.ts';
import type { PanelKey } from './panel.ts';
import type { PanelRun } from './panel-data.ts';

/** Widths of the pictures; the stylesheet shows one of them by the width of the box. */
const widths = { broad: 1000, wide: 580, narrow: 350 } as const;

let shared: Document | undefined;

/** The one document all stills are drawn in; nothing is ever attached to it. */
function stillDocument(): Document {
  shared ??= parseHTML('<!doctype html><html><body></body></html>').document;
  return shared;
}

/**
 * Draws a panel at build time and gives it as HTML: a picture for each width that its box may have, of which the stylesheet shows
 * one, and what its colours mean. Holds no style, no script and no id; everything untrusted is escaped.
 */
export function renderPanelStill(
  spec: PanelSpec,
  runs: readonly PanelRun[],
  { title, size, height }: { title: string; size: 'half' | 'full'; height: PanelHeight },
): { html: string; keys: PanelKey[]; keyTitle: string | undefined } {
  const kinds = size === 'full' ? (['broad', 'wide', 'narrow'] as const) : (['wide', 'narrow'] as const);
  let keys: PanelKey[] = [];
  let keyTitle: string | undefined;
  const html = kinds
    .map((kind) => {
      const frame = { document: stillDocument(), widthPx: widths[kind], heightPx: panelHeights[height] };
      const panel = drawPanel(spec, runs, frame, { isStill: true });
      ({ keys, keyTitle } = panel);
      return serialiseSvg(panel.svg, {
        class: `rf-plot rf-still rf-${kind}`,
        role: 'img',
        'aria-label': title,
        preserveAspectRatio: 'xMinYMid',
        width: undefined,
        height: undefined,
      });
    })
    .join('');
  return { html, keys, keyTitle };
}
