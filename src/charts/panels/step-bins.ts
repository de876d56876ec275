import * as Plot from '@observablehq/plot';
import { formatNumber, formatStep } from '../format-number.ts';
import { axisMarks, layOut, numberAxis, plotPanel, tickCounts } from './axes.ts';
import { summariseHistogram } from './histogram.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { countWord } from './words.ts';

export interface StepBinsSpec {
  type: 'step-bins';
  name: string;
  step: number;
  /** One more than counts. */
  edges: number[];
  counts: number[];
}

/**
 * Draws a logged distribution at one step: a bar a bin, as high as its count for each unit of width, so that its area stands for
 * the count whatever the bins' widths are. Where the edges do not rise, bins of one width take their place.
 */
export function drawStepBins(spec: StepBinsSpec, frame: PanelFrame): Panel {
  const bins = soundBins(spec);
  const widths = bins.map(({ x1, x2 }) => x2 - x1);
  const isEven = widths.every((width) => Math.abs(width - (widths[0] ?? 0)) <= 1e-3 * width); // edges are often rounded
  const heightOf = (bin: Bin) => (isEven ? bin.count : bin.count / (bin.x2 - bin.x1));
  const box = layOut(
    numberAxis(
      bins.flatMap(({ x1, x2 }) => [x1, x2]),
      { label: spec.name, count: tickCounts(frame).x },
    ),
    numberAxis(bins.map(heightOf), {
      label: isEven ? 'Values' : 'Values for each unit',
      count: tickCounts(frame).y,
      from: 0,
    }),
    frame,
  );
  const marks = axisMarks(box);
  marks.push(
    Plot.rect(bins, { x1: 'x1', x2: 'x2', y1: () => 0, y2: heightOf, insetLeft: 0.5, className: 'rf-bar rf-plain' }),
  );
  if (bins.length === 0)
    marks.push(Plot.text(['Nothing was counted'], { frameAnchor: 'middle', className: 'rf-none' }));
  return {
    svg: plotPanel(frame.document, box, marks),
    targets: bins.map((bin) => {
      const [left, right] = [box.x.toPx(bin.x1), box.x.toPx(bin.x2)];
      return {
        x: (left + right) / 2,
        y: box.y.toPx(heightOf(bin)),
        area: [left, box.margins.marginTop, right - left, box.y.range[0] - box.margins.marginTop] as [
          number,
          number,
          number,
          number,
        ],
        title: `${formatNumber(bin.from)} to ${formatNumber(bin.to)}`,
        facts: [['values', formatStep(bin.count)]] as [string, string][],
        runIds: [],
      };
    }),
    keys: [],
  };
}

/** Says what the distribution is at its step, and lists its bins. */
export function describeStepBins(spec: StepBinsSpec): PanelText {
  const { n, median, q1, q3 } = summariseHistogram(spec);
  const bins = soundBins(spec);
  return {
    caption: `${spec.name} at step ${formatStep(spec.step)}: ${countWord(n, 'value')} in ${countWord(spec.counts.length, 'bin')}, median ${formatNumber(median)}, middle half ${formatNumber(q1)} to ${formatNumber(q3)}.`,
    columns: ['From', 'To', 'Values'],
    rows: bins.map(({ from, to, count }) => ({ cells: [formatNumber(from), formatNumber(to), formatStep(count)] })),
  };
}

interface Bin {
  from: number;
  to: number;
  /** Where it is drawn. */
  x1: number;
  x2: number;
  count: number;
}

function soundBins({ edges, counts }: StepBinsSpec): Bin[] {
  const isRising = edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (edges[i - 1] ?? 0)));
  return counts.flatMap((count, i): Bin[] => {
    const [from = Number.NaN, to = Number.NaN] = [edges[i], edges[i + 1]];
    if (!Number.isFinite(count) || count < 0) return [];
    return [{ from, to, x1: isRising ? from : i, x2: isRising ? to : i + 1, count }];
  });
}
