import { make } from './element.ts';

/** What of the page's style a picture must carry along to look the same elsewhere. */
const styleNames = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

const svgSpace = 'http://www.w3.org/2000/svg';

/** A line that the legend of an exported picture names: an element that is painted as the line is, and its words. */
export interface ExportLegendItem {
  label: string;
  /** Classes that give the stroke its colour and dashes on the page. */
  classes: string;
}

export interface ExportedPicture {
  /** A whole SVG document that needs no stylesheet. */
  svg: string;
  widthPx: number;
  heightPx: number;
}

const margin = 12;
const titlePx = 20;
const rowPx = 18;

/**
 * Gives a drawn chart as a picture of its own: styles inlined, on the ground colour of the page, with its title above and a
 * legend below. The chart must be in the document, for its styles are those that the browser worked out.
 */
export function exportPicture(
  chart: SVGSVGElement,
  { title, legend = [], notes = '' }: { title: string; legend?: readonly ExportLegendItem[]; notes?: string },
): ExportedPicture {
  const { width, height } = chart.getBoundingClientRect();
  const copy = chart.cloneNode(true) as SVGSVGElement;
  inlineStyles(chart, copy);
  for (const overlay of copy.querySelectorAll('.rf-overlay')) overlay.remove();
  for (const element of [copy, ...copy.querySelectorAll('*')]) element.removeAttribute('class');

  const page = getComputedStyle(document.body);
  const family = 'system-ui, sans-serif';
  const text = (words: string, x: number, y: number, attributes: Record<string, string> = {}) =>
    svgElement('text', { x, y, fill: page.color, 'font-family': family, 'font-size': 12, ...attributes }, words);
  const rows = legendRows(legend, width);
  const below = height + margin + titlePx;
  const noteLines = wrap(notes, Math.max(20, Math.floor((width - 8) / 6)));
  const whole = below + rows.height + noteLines.length * 15 + margin;
  const svg = svgElement('svg', {
    xmlns: svgSpace,
    width: width + 2 * margin,
    height: whole,
    viewBox: `0 0 ${width + 2 * margin} ${whole}`,
  });
  copy.setAttribute('x', String(margin));
  copy.setAttribute('y', String(margin + titlePx));
  svg.append(
    svgElement('title', {}, title),
    svgElement('rect', { width: '100%', height: '100%', fill: page.backgroundColor }),
    text(title, margin, margin + 12, { 'font-size': '14', 'font-weight': '600' }),
    copy,
  );
  for (const { item, x, y } of rows.items) {
    const sample = samplePath(chart, item.classes);
    sample.setAttribute('d', `M${margin + x},${below + y - 4}h22`);
    svg.append(sample, text(item.label, margin + x + 28, below + y));
  }
  noteLines.forEach((line, i) => {
    svg.append(text(line, margin, below + rows.height + 12 + i * 15, { 'font-size': '11', 'fill-opacity': '0.75' }));
  });
  return { svg: new XMLSerializer().serializeToString(svg), widthPx: width + 2 * margin, heightPx: whole };
}

/** Draws a picture of `exportPicture` into a PNG, so many pixels a unit. Rejects when the browser cannot. */
export async function toPng({ svg, widthPx, heightPx }: ExportedPicture, scale = 2): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = url;
    await image.decode();
    const canvas = make('canvas');
    canvas.width = Math.round(widthPx * scale);
    canvas.height = Math.round(heightPx * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be drawn.')) : resolve(blob))),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Hands a file to the person. Characters that file systems refuse become `-`. */
export function downloadFile(content: Blob | string, name: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content);
  const link = make('a', { href: url, download: name.replace(/[^\p{L}\p{N}._=+,-]+/gu, '-') });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function inlineStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of styleNames) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
  for (const [place, child] of [...from.children].entries()) {
    const other = to.children[place];
    if (other !== undefined) inlineStyles(child, other);
  }
}

/** A stroke as the page paints these classes: put into the chart for a moment to be read. */
function samplePath(chart: SVGSVGElement, classes: string): SVGElement {
  const probe = svgElement('path', { class: classes });
  chart.append(probe);
  const style = getComputedStyle(probe);
  const sample = svgElement('path', {
    fill: 'none',
    stroke: style.stroke,
    'stroke-width': 2,
    'stroke-dasharray': style.strokeDasharray,
  });
  probe.remove();
  return sample;
}

function legendRows(legend: readonly ExportLegendItem[], width: number) {
  const items: { item: ExportLegendItem; x: number; y: number }[] = [];
  let x = 0;
  let y = rowPx;
  for (const item of legend) {
    const needs = 28 + item.label.length * 6.6 + 16;
    if (x > 0 && x + needs > width) {
      x = 0;
      y += rowPx;
    }
    items.push({ item, x, y });
    x += needs;
  }
  return { items, height: items.length === 0 ? 0 : y + 6 };
}

function wrap(words: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
  text?: string,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) if (key !== 'xmlns') element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}
