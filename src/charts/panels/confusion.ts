import * as Plot from '@observablehq/plot';
import { formatNumber, formatStep } from '../format-number.ts';
import { axisMarks, layOut, plotPanel, wordAxis } from './axes.ts';
import { shadeCount } from './colour-key.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';

/** Counts of predicted classes (columns) for each true class (rows). */
export interface ConfusionMatrix {
  classes: string[];
  counts: number[][];
}

export interface ConfusionSpec {
  type: 'confusion';
  title: string;
  matrix: ConfusionMatrix;
  step?: number;
}

/**
 * Draws a confusion matrix: a cell a pair of classes, shaded in one hue by its share of the true class, with its count where
 * there is room. True classes are rows, predicted ones columns.
 */
export function drawConfusion({ matrix }: ConfusionSpec, frame: PanelFrame): Panel {
  const { classes, counts } = matrix;
  const box = layOut(wordAxis(classes, 'predicted'), wordAxis(classes, 'true class'), frame);
  const cells = counts.flatMap((row, y) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, x) => ({ x, y, count, share: total > 0 ? count / total : 0 }));
  });
  const marks = axisMarks(box, { grid: false });
  const shadeOf = (share: number) => Math.min(shadeCount - 1, Math.floor(share * shadeCount));
  const drawn = cells.filter(({ count }) => count > 0);
  for (const shade of [...new Set(drawn.map(({ share }) => shadeOf(share)))].sort()) {
    const own = drawn.filter(({ share }) => shadeOf(share) === shade);
    marks.push(
      Plot.rect(own, {
        x1: ({ x }) => x - 0.5,
        x2: ({ x }) => x + 0.5,
        y1: ({ y }) => y - 0.5,
        y2: ({ y }) => y + 0.5,
        inset: 0.5,
        className: `rf-cell rf-h${shade}`,
      }),
    );
    if (Math.min(box.x.stepPx, box.y.stepPx * 1.6) >= 22)
      marks.push(
        Plot.text(own, {
          x: 'x',
          y: 'y',
          text: ({ count }) => formatStep(count),
          className: `rf-k${shade}`,
        }),
      );
  }
  return {
    svg: plotPanel(frame.document, box, marks),
    targets: cells.map(({ x, y, count, share }) => ({
      x: box.x.toPx(x),
      y: box.y.toPx(y),
      area: [box.x.toPx(x) - box.x.stepPx / 2, box.y.toPx(y) - box.y.stepPx / 2, box.x.stepPx, box.y.stepPx] as [
        number,
        number,
        number,
        number,
      ],
      title: x === y ? `${classes[y]}, rightly predicted` : `${classes[y]} predicted as ${classes[x]}`,
      facts: [
        ['count', formatStep(count)],
        [`share of ${classes[y]}`, `${formatNumber(Math.round(share * 1000) / 10)} %`],
      ] as [string, string][],
      runIds: [],
    })),
    keys: [],
  };
}

/** Says how much is right and what is mistaken most, and lists the mistakes. */
export function describeConfusion({ title, matrix, step }: ConfusionSpec): PanelText {
  const { classes, counts } = matrix;
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = classes.reduce((sum, _, i) => sum + (counts[i]?.[i] ?? 0), 0);
  const mistakes = counts
    .flatMap((row, y) => row.map((count, x) => ({ x, y, count })))
    .filter(({ x, y, count }) => x !== y && count > 0)
    .sort((a, b) => b.count - a.count || a.y - b.y || a.x - b.x);
  const [worst] = mistakes;
  const place = step === undefined ? '' : ` at step ${formatStep(step)}`;
  const words = [
    `${title}${place}: ${formatStep(right)} of ${formatStep(total)} right${total > 0 ? ` (${formatNumber(Math.round((right / total) * 1000) / 10)} %)` : ''}${worst === undefined ? '' : `, most often ${classes[worst.y]} predicted as ${classes[worst.x]} (${formatStep(worst.count)})`}.`,
    'Shaded by share of the true class.',
  ];
  return {
    caption: words.join(' '),
    columns: ['True class', ...classes],
    rows: counts.map((row, y) => ({ cells: [classes[y] ?? '', ...row.map(formatStep)] })),
  };
}

/** Share of the diagonal; undefined for an empty matrix. */
export function accuracyOf({ counts }: ConfusionMatrix): number | undefined {
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  return total > 0 ? counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0) / total : undefined;
}
