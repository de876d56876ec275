import * as Plot from '@observablehq/plot';
import { shadeCount } from './colour-key.ts';
import type { PanelTarget } from './panel.ts';
import { isPicked } from './run-groups.ts';
import { countWord } from './words.ts';

/** Dots that are drawn one by one. */
export const dotLimit = 1500;
/** The same in a picture that a page holds. */
export const stillDots = 250;

/** What is said under a picture that counts runs where script draws dots. */
export const densityNote = 'The picture counts runs in small squares; each is a dot where scripts run.';

const squarePx = 12;

/** Counts runs in small squares, by their places in pixels. No run is left out. */
export function densityTargets(dots: readonly { x: number; y: number; runId: string }[]): PanelTarget[] {
  const squares = new Map<string, PanelTarget>();
  for (const { x, y, runId } of dots) {
    const column = Math.floor(x / squarePx);
    const row = Math.floor(y / squarePx);
    const square = squares.get(`${column},${row}`) ?? {
      x: (column + 0.5) * squarePx,
      y: (row + 0.5) * squarePx,
      area: [column * squarePx, row * squarePx, squarePx, squarePx] as [number, number, number, number],
      title: '',
      facts: [],
      runIds: [],
    };
    square.runIds.push(runId);
    squares.set(`${column},${row}`, square);
  }
  for (const square of squares.values()) square.title = countWord(square.runIds.length, 'run');
  return [...squares.values()].sort((a, b) => a.x - b.x || b.y - a.y);
}

/** Shades the squares by the logarithm of their count; they are placed in pixels, past the scales. */
export function densityMarks(
  targets: readonly PanelTarget[],
  selected: ReadonlySet<string> | undefined,
): Plot.Markish[] {
  const most = Math.max(2, ...targets.map(({ runIds }) => runIds.length));
  const groups = new Map<string, PanelTarget[]>();
  for (const target of targets) {
    const share = Math.log(target.runIds.length) / Math.log(most);
    const shade = Math.min(shadeCount - 1, Math.floor(share * shadeCount));
    const own = `rf-cell rf-h${shade}${isPicked(target.runIds, selected) ? '' : ' rf-faded'}`;
    groups.set(own, [...(groups.get(own) ?? []), target]);
  }
  const literal = (value: (target: PanelTarget) => number) => ({ value, scale: null });
  return [...groups].map(([className, squares]) =>
    Plot.rect(squares, {
      x1: literal(({ area }) => area?.[0] ?? 0),
      x2: literal(({ area }) => (area?.[0] ?? 0) + squarePx),
      y1: literal(({ area }) => area?.[1] ?? 0),
      y2: literal(({ area }) => (area?.[1] ?? 0) + squarePx),
      className,
    }),
  );
}
