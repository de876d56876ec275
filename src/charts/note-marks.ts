import * as Plot from '@observablehq/plot';
import { formatNumber, formatStep } from './format-number.ts';
import { pathMark } from './line-marks.ts';
import type { ChartScales } from './path-data.ts';

/** A note of the experiment: at a step, at a value, at a point, or of no place. */
export interface ChartNote {
  text: string;
  step?: number | undefined;
  value?: number | undefined;
}

/** Letters of a note that the picture shows; the sentence under it has them all. */
const textLimit = 26;
const characterPx = 6.2;
const rowPx = 13;

/**
 * Draws notes as thin rules with their words: upright at a step, level at a value, a ring at a point. Words that would
 * cover each other move a row down. What lies outside the axes is left out; notes at steps are drawn only where `isByStep`.
 */
export function noteMarks(
  notes: readonly ChartNote[],
  scales: ChartScales,
  { isByStep }: { isByStep: boolean },
): Plot.Markish[] {
  const { x, y } = scales;
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const isWithin = (value: number, [from, to]: readonly [number, number]) => value >= from && value <= to;
  const marks: Plot.Markish[] = [];
  const taken: { from: number; to: number; y: number }[] = [];
  const say = (text: string, px: number, wantedY: number) => {
    const short = text.length > textLimit ? `${text.slice(0, textLimit - 1).trimEnd()}…` : text;
    const width = short.length * characterPx;
    const from = Math.max(left, Math.min(px + 4, right - width));
    let at = wantedY;
    while (taken.some((other) => Math.abs(other.y - at) < rowPx && other.from < from + width && from < other.to))
      at += rowPx;
    taken.push({ from, to: from + width, y: at });
    marks.push(
      Plot.text([short], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        lineAnchor: 'middle',
        dx: Math.round(from - left),
        dy: Math.round(at - top),
        className: 'rf-note',
      }),
    );
  };
  for (const { text, step, value } of notes) {
    const px = step === undefined ? undefined : x.toPx(step);
    const py = value === undefined ? undefined : y.toPx(value);
    if (step !== undefined && (!isByStep || !isWithin(step, x.domain))) continue;
    if (value !== undefined && !isWithin(value, y.domain)) continue;
    if (px !== undefined && py !== undefined) {
      const [a, b] = [px.toFixed(1), py.toFixed(1)];
      marks.push(pathMark('rf-note-rule', `M${px - 5},${b}L${a},${py - 5}L${px + 5},${b}L${a},${py + 5}Z`));
      say(text, px + 4, Math.max(top + 7, py - 8));
    } else if (px !== undefined) {
      marks.push(pathMark('rf-note-rule', `M${px.toFixed(1)},${top}L${px.toFixed(1)},${bottom}`));
      say(text, px, top + 7);
    } else if (py !== undefined) {
      marks.push(pathMark('rf-note-rule', `M${left},${py.toFixed(1)}L${right},${py.toFixed(1)}`));
      say(text, left, py - 7 < top + 4 ? py + 8 : py - 7);
    }
  }
  return marks;
}

/** The notes in words: "At step 5,000: learning rate halved. At 0.95: target." Empty for none. */
export function describeNotes(notes: readonly ChartNote[], stepLabel = 'step'): string {
  return notes
    .map(({ text, step, value }) => {
      const places = [
        step === undefined ? '' : `${stepLabel} ${formatStep(step)}`,
        value === undefined ? '' : formatNumber(value),
      ].filter((place) => place !== '');
      const end = /[.!?…]$/.test(text) ? '' : '.';
      return places.length === 0 ? `${text}${end}` : `At ${places.join(', ')}: ${text}${end}`;
    })
    .join(' ');
}
