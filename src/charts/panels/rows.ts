import * as Plot from '@observablehq/plot';
import { axisMarks, layOut, numberAxis, type PanelBox, tickCounts, wordAxis } from './axes.ts';
import type { PanelFrame, PanelTarget } from './panel.ts';

/** Lays out a panel of rows, a word to each, over an axis of numbers. */
export function layOutRows(
  values: readonly number[],
  rows: readonly { text: string }[],
  { label, rowLabel, scale = 'linear' }: { label: string; rowLabel: string; scale?: 'linear' | 'log' | undefined },
  frame: PanelFrame,
): PanelBox {
  return layOut(
    numberAxis(values, { label, count: tickCounts(frame).x, scale }),
    wordAxis(
      rows.map(({ text }) => text),
      rowLabel,
    ),
    frame,
  );
}

/** The axes of a panel of rows, and the word that stands in it where there is nothing to draw. */
export function rowMarks(box: PanelBox, drawn: { length: number }): Plot.Markish[] {
  const none = Plot.text(['No run has a value'], { frameAnchor: 'middle', className: 'rf-none' });
  return [...axisMarks(box), ...(drawn.length === 0 ? [none] : [])];
}

/** Where a row's mark stands and the strip that belongs to it, over the whole width. */
export function rowPlace(
  { x, y, margins }: PanelBox,
  { value, row }: { value: number; row: number },
  { widthPx }: Pick<PanelFrame, 'widthPx'>,
): Required<Pick<PanelTarget, 'x' | 'y' | 'area'>> {
  const middle = y.toPx(row);
  return {
    x: x.toPx(value),
    y: middle,
    area: [margins.marginLeft, middle - y.stepPx / 2, widthPx - margins.marginLeft, y.stepPx],
  };
}
