import { parseHTML } from 'linkedom';

/** What Plot draws: a picture that knows its scales. */
type PlottedSvg = Element & {
  scale?: (name: 'x' | 'y') => { type: string; apply: (value: number) => number } | undefined;
};

/** A chart as a page shows it: its picture as HTML, and what stands around it. */
export interface ShownChart {
  from: string;
  title: string;
  /** As it is drawn for a wide box. */
  svg: PlottedSvg;
  /** The pictures that the build makes of it, which tell its name to assistive technology and lose the names of its parts. */
  html: string;
  keyTitle?: string | undefined;
  keys: readonly { swatch: string; text: string }[];
  caption: string;
  /** The table behind the picture. */
  columns: readonly string[];
  rowCount: number;
}

/**
 * Tells a chart's structure in lines of text: title and accessible name, axes with their labels, scale and ticks, marks by class
 * with their counts, what its legend and its caption say. No place and no size of any mark is in it.
 */
export function describeStructure({
  from,
  title,
  svg,
  html,
  keyTitle,
  keys,
  caption,
  columns,
  rowCount,
}: ShownChart): string {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const picture = document.querySelector('svg.rf-wide');
  if (picture === null) throw new Error('There is no picture for a wide box.');
  const groups = [...svg.children].filter(({ localName }) => localName === 'g');
  const axes = groups.filter((group) => /axis tick label$/.test(nameOf(group)));
  const frame = groups.filter((group) => isFrame(group) && !axes.includes(group));
  const marks = groups.filter((group) => !isFrame(group));
  const labels = frame.filter((group) => group.classList.contains('rf-axis-label')).flatMap(textsOf);
  return [
    `from: ${from}`,
    `title: ${title}`,
    `picture: role ${picture.getAttribute('role')}, named "${picture.getAttribute('aria-label')}"`,
    ...axes.map((axis) => `axis ${nameOf(axis).charAt(0)}: ${scaleOf(axis, svg)}, ticks ${ticksOf(axis).join(' | ')}`),
    `axis labels: ${labels.length === 0 ? 'none' : labels.join(' | ')}`,
    'marks:',
    ...countLines(marks),
    `legend: ${keys.length === 0 ? 'none' : [keyTitle ?? '(no title)', ...keys.map(({ swatch, text }) => `${swatch} ${text}`)].join(' | ')}`,
    `caption: ${caption}`,
    `table: ${columns.join(' | ')}, ${rowCount} rows`,
    '',
  ].join('\n');
}

function nameOf(group: Element): string {
  return group.getAttribute('aria-label') ?? '';
}

function isFrame(group: Element): boolean {
  return ['rf-axis', 'rf-axis-label', 'rf-grid'].some((name) => group.classList.contains(name));
}

function textsOf(group: Element): string[] {
  return [...group.querySelectorAll('text')].map((text) => text.textContent ?? '');
}

function ticksOf(axis: Element): string[] {
  return textsOf(axis).map((text) => (text === '' ? '(none)' : text));
}

/** Says what scale an axis has: that of the plot, or categories where its labels do not stand at their numbers on it. */
function scaleOf(axis: Element, svg: PlottedSvg): string {
  const letter = nameOf(axis).startsWith('x') ? 'x' : 'y';
  const scale = svg.scale?.(letter);
  if (scale === undefined) return 'no scale';
  const isAtItsNumber = (text: Element) => {
    const [, x, y] = /translate\(([-\d.e]+),([-\d.e]+)\)/.exec(text.getAttribute('transform') ?? '') ?? [];
    const value = numberOf(text.textContent ?? '');
    return value !== undefined && Math.abs(scale.apply(value) - Number(letter === 'x' ? x : y)) < 1;
  };
  const labels = [...axis.querySelectorAll('text')].filter(({ textContent }) => textContent !== '');
  return labels.every(isAtItsNumber) ? scale.type : 'categories';
}

function numberOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^([-−]?[\d.,]+(?:e[-+]?\d+)?)([kMGµm%]?)$/.exec(text.replace('−', '-')) ?? [];
  const factor = { k: 1e3, M: 1e6, G: 1e9, m: 1e-3, µ: 1e-6 }[unit] ?? 1;
  return digits === undefined ? undefined : Number(digits.replaceAll(',', '')) * factor;
}

/** `  rf-point rf-f0: 9 circle`, in the order in which they are drawn; groups of one class together. */
function countLines(marks: readonly Element[]): string[] {
  const counts = new Map<string, number>();
  for (const group of marks) {
    const kinds = [...group.querySelectorAll('*')].filter(
      ({ localName }) => !['g', 'title', 'tspan'].includes(localName),
    );
    for (const { localName } of kinds) {
      const key = `${group.getAttribute('class') ?? nameOf(group)}\0${localName}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => {
    const [name, tag] = key.split('\0');
    const isNaming = name === 'rf-axis-name' || name === 'rf-tick-label'; // of axes that are drawn as marks
    const words = marks.filter((group) => isNaming && group.getAttribute('class') === name).flatMap(textsOf);
    return `  ${name}: ${count} ${tag}${words.length === 0 ? '' : ` (${words.join(' | ')})`}`;
  });
}
