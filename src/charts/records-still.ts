import { drawRecordsChart, type RecordPoint } from './records-chart.ts';
import { serialiseSvg } from './serialise-svg.ts';
import { stillDocument, stillSizes } from './still.ts';

/**
 * Draws a chart of records at build time and gives it as HTML, wide and narrow, of which the stylesheet shows one. The same points
 * give the same bytes.
 */
export function renderRecordsStill(
  records: readonly RecordPoint[],
  points: readonly RecordPoint[],
  { title, isTimed }: { title: string; isTimed: boolean },
): string {
  return (['wide', 'narrow'] as const)
    .map((kind) => {
      const { widthPx, heightPx } = stillSizes[kind];
      const svg = drawRecordsChart(records, points, { document: stillDocument(), widthPx, heightPx, isTimed });
      return serialiseSvg(joinSpecks(svg), {
        class: `rf-plot rf-still rf-${kind}`,
        role: 'img',
        'aria-label': title,
        preserveAspectRatio: 'xMinYMid',
        width: undefined,
        height: undefined,
      });
    })
    .join('');
}

/** Writes the specks as one path of dots without length: a thousand circles would take half of a page's room. */
function joinSpecks(svg: SVGSVGElement): SVGSVGElement {
  for (const group of svg.querySelectorAll('g.rf-speck')) {
    const circles = [...group.querySelectorAll('circle')];
    const places = circles.map((circle) =>
      ['cx', 'cy'].map((name) => Math.round(Number(circle.getAttribute(name)))).join(' '),
    );
    const path = svg.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', [...new Set(places)].map((place) => `M${place}h0`).join(''));
    group.replaceChildren(path);
  }
  return svg;
}
