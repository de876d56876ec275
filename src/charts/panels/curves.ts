import * as Plot from '@observablehq/plot';
import { formatNumber, formatStep } from '../format-number.ts';
import { assignRunColours, colourClasses } from '../run-colour.ts';
import { axisMarks, layOut, plotPanel } from './axes.ts';
import type { Panel, PanelFrame, PanelTarget } from './panel.ts';
import { isPicked } from './run-groups.ts';

/** A run's curve through the unit square. */
export interface UnitCurve {
  runId: string;
  label: string;
  step?: number;
  points: [x: number, y: number][];
  /** Values in each point, where they were counted. */
  counts?: number[];
}

/** Ticks of the unit square. */
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * Draws curves in the unit square in the colours of their runs, with the diagonal where it means something. Past 200 targets
 * only every so many points can be pointed at, the ends always.
 */
export function drawCurves(
  curves: readonly UnitCurve[],
  frame: PanelFrame,
  { x, y, hasDiagonal, hasDots = false }: { x: string; y: string; hasDiagonal: boolean; hasDots?: boolean },
): Panel {
  const texts = ticks.map(String);
  const plan = (label: string) => ({ kind: 'linear' as const, domain: [0, 1] as const, ticks, texts, label });
  const box = layOut(plan(x), plan(y), frame);
  const colours = assignRunColours(curves.map(({ runId }) => runId));
  const marks = axisMarks(box);
  if (hasDiagonal)
    marks.push(
      Plot.line(
        [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        { x: 'x', y: 'y', className: 'rf-even' },
      ),
    );
  const ordered = [...curves].sort(
    (a, b) => Number(isPicked([a.runId], frame.selected)) - Number(isPicked([b.runId], frame.selected)),
  );
  for (const { runId, points } of ordered) {
    const colour = colours.get(runId) ?? { slot: 0, dash: 0 };
    const faded = isPicked([runId], frame.selected) ? '' : ' rf-faded';
    const data = points.map(([px, py]) => ({ x: px, y: py }));
    marks.push(Plot.line(data, { x: 'x', y: 'y', className: `rf-line ${colourClasses(colour)}${faded}` }));
    if (hasDots) marks.push(Plot.dot(data, { x: 'x', y: 'y', r: 3, className: `rf-point rf-f${colour.slot}${faded}` }));
  }
  if (curves.length === 0)
    marks.push(Plot.text(['No run logged this curve'], { frameAnchor: 'middle', className: 'rf-none' }));
  const targets = curves.flatMap(({ runId, label, points, counts }): PanelTarget[] => {
    const every = Math.max(1, Math.ceil((points.length * curves.length) / 200));
    return points.flatMap(([px, py], i) =>
      i % every === 0 || i === points.length - 1
        ? [
            {
              x: box.x.toPx(px),
              y: box.y.toPx(py),
              title: label,
              facts: [
                [x, formatNumber(px)],
                [y, formatNumber(py)],
                ...(counts?.[i] === undefined ? [] : [['values', formatStep(counts[i])]]),
              ] as [string, string][],
              runIds: [runId],
            },
          ]
        : [],
    );
  });
  const keys =
    curves.length < 2
      ? []
      : curves.map(({ runId, label }) => ({
          swatch: colourClasses(colours.get(runId) ?? { slot: 0, dash: 0 }),
          text: label,
        }));
  return { svg: plotPanel(frame.document, box, marks), targets, keys };
}
