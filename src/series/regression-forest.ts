import { quantile } from './quantile.ts';
import { randomNumbers } from './random-numbers.ts';

export interface ForestOptions {
  seed: number;
  trees?: number;
  /** Fewest samples in a leaf. */
  leafSize?: number;
  maxDepth?: number;
}

/** A tree as lists: node `i` sends rows whose bin in `columns[i]` is at most `bins[i]` to `lefts[i]`; column −1 is a leaf. */
interface Tree {
  columns: number[];
  bins: number[];
  lefts: number[];
  rights: number[];
  values: number[];
}

/** Bins that each column is sorted into; a tree splits between bins. */
const maxBins = 32;

/**
 * Teaches a random forest for regression (Breiman 2001): each tree on a bootstrap sample, each split the best in squared
 * error among half of the columns, drawn anew. Columns are sorted into at most 32 bins of about equal count first, as in
 * histogram-based boosting, so that a split costs one pass. The same input and seed give the same forest.
 *
 * @param rows - of one length, all finite
 * @returns a function that gives the forest's value for each row
 */
export function fitForest(
  rows: readonly (readonly number[])[],
  target: readonly number[],
  { seed, trees = 40, leafSize = 3, maxDepth = 12 }: ForestOptions,
): (rows: readonly (readonly number[])[]) => number[] {
  const random = randomNumbers(seed);
  const columnCount = rows[0]?.length ?? 0;
  const cuts = Array.from({ length: columnCount }, (_, column) => cutsOf(rows.map((row) => row[column] ?? 0)));
  const binned = toBins(rows, cuts);
  const forest = Array.from({ length: trees }, () => {
    const tree: Tree = { columns: [], bins: [], lefts: [], rights: [], values: [] };
    const sample = Int32Array.from(rows, () => Math.floor(random() * rows.length));
    grow(tree, sample, { binned, target, columnCount, leafSize, random, depthLeft: maxDepth });
    return {
      columns: Int16Array.from(tree.columns),
      bins: Uint8Array.from(tree.bins),
      lefts: Int32Array.from(tree.lefts),
      rights: Int32Array.from(tree.rights),
      values: Float64Array.from(tree.values),
    };
  });
  return (asked) => {
    const bins = toBins(asked, cuts);
    const sums = new Float64Array(asked.length);
    for (const { columns, bins: splits, lefts, rights, values } of forest) {
      for (let row = 0; row < asked.length; row++) {
        const from = row * columnCount;
        let node = 0;
        for (let column = columns[0] as number; column >= 0; column = columns[node] as number) {
          node = ((bins[from + column] as number) <= (splits[node] as number) ? lefts[node] : rights[node]) as number;
        }
        sums[row] = (sums[row] as number) + (values[node] as number);
      }
    }
    return Array.from(sums, (sum) => sum / forest.length);
  };
}

interface Growing {
  /** Row by row. */
  binned: Uint8Array;
  target: readonly number[];
  columnCount: number;
  leafSize: number;
  random: () => number;
  depthLeft: number;
}

/** Grows a tree below a sample of rows; gives the place of its first node. */
function grow(tree: Tree, sample: Int32Array, growing: Growing): number {
  const { binned, target, columnCount, depthLeft, leafSize } = growing;
  let sum = 0;
  for (const i of sample) sum += target[i] as number;
  const node = tree.columns.push(-1) - 1;
  tree.values[node] = sum / sample.length;
  tree.bins[node] = tree.lefts[node] = tree.rights[node] = 0;
  if (depthLeft === 0 || sample.length < 2 * leafSize) return node;
  const split = bestSplit(sample, sum, growing);
  if (split === undefined) return node;
  const isLeft = (i: number) => (binned[i * columnCount + split.column] as number) <= split.bin;
  const below = { ...growing, depthLeft: depthLeft - 1 };
  tree.columns[node] = split.column;
  tree.bins[node] = split.bin;
  tree.lefts[node] = grow(tree, sample.filter(isLeft), below);
  tree.rights[node] = grow(
    tree,
    sample.filter((i) => !isLeft(i)),
    below,
  );
  return node;
}

/** The split that leaves the least squared error; undefined where none gains. Equal ones: the first column drawn. */
function bestSplit(
  sample: Int32Array,
  sum: number,
  { binned, target, columnCount, leafSize, random }: Growing,
): { column: number; bin: number } | undefined {
  const n = sample.length;
  let best: { column: number; bin: number } | undefined;
  let bestGain = (sum * sum) / n + Math.abs(sum * sum) * 1e-12;
  const sums = new Float64Array(maxBins);
  const counts = new Int32Array(maxBins);
  for (const column of drawColumns(columnCount, random)) {
    sums.fill(0);
    counts.fill(0);
    for (const i of sample) {
      const bin = binned[i * columnCount + column] as number;
      sums[bin] = (sums[bin] as number) + (target[i] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
    let leftSum = 0;
    let leftCount = 0;
    for (let bin = 0; bin < maxBins - 1; bin++) {
      leftSum += sums[bin] ?? 0;
      leftCount += counts[bin] ?? 0;
      if (counts[bin] === 0 || leftCount < leafSize || n - leftCount < leafSize) continue;
      const gain = leftSum ** 2 / leftCount + (sum - leftSum) ** 2 / (n - leftCount);
      if (gain > bestGain) {
        bestGain = gain;
        best = { column, bin };
      }
    }
  }
  return best;
}

/** Half of the columns, at least one. */
function drawColumns(count: number, random: () => number): number[] {
  const columns = Array.from({ length: count }, (_, i) => i);
  const wanted = Math.max(1, Math.ceil(count / 2));
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(random() * (count - i));
    [columns[i], columns[j]] = [columns[j] ?? 0, columns[i] ?? 0];
  }
  return columns.slice(0, wanted);
}

/** Where bins meet: between neighbouring values, or at quantiles where there are many. */
function cutsOf(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length <= maxBins) return distinct.slice(1).map((value, i) => (value + (distinct[i] ?? value)) / 2);
  const sorted = [...values].sort((a, b) => a - b);
  return [...new Set(Array.from({ length: maxBins - 1 }, (_, i) => quantile(sorted, (i + 1) / maxBins)))];
}

function toBins(rows: readonly (readonly number[])[], cuts: readonly (readonly number[])[]): Uint8Array {
  const bins = new Uint8Array(rows.length * cuts.length);
  for (const [i, row] of rows.entries()) {
    for (const [column, edges] of cuts.entries()) bins[i * cuts.length + column] = countBelow(edges, row[column] ?? 0);
  }
  return bins;
}

/** How many of the rising edges lie below a value. */
function countBelow(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
