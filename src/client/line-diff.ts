/** A line of two texts held against each other. `added` is in the second alone, `removed` in the first alone. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** More differing lines than this are not aligned: what is between the equal ends counts as replaced. */
const mostEdits = 800;

/**
 * Gives the shortest way from one list of lines to another: equal ones are kept, the others removed and added. Where more than
 * `limit` lines differ, all between the equal start and the equal end are removed and added in one piece.
 *
 * Source: Myers (1986), An O(ND) difference algorithm and its variations.
 */
export function diffLines(
  a: readonly string[],
  b: readonly string[],
  { limit = mostEdits }: { limit?: number } = {},
): DiffLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  const middleA = a.slice(start, a.length - tail);
  const middleB = b.slice(start, b.length - tail);
  return [
    ...a.slice(0, start).map(same),
    ...(shortestEdits(middleA, middleB, limit) ?? [
      ...middleA.map((text): DiffLine => ({ kind: 'removed', text })),
      ...middleB.map((text): DiffLine => ({ kind: 'added', text })),
    ]),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** The edits of Myers' greedy algorithm; undefined where there would be more than `limit`. */
function shortestEdits(a: readonly string[], b: readonly string[], limit: number): DiffLine[] | undefined {
  const most = Math.min(limit, a.length + b.length);
  const furthest = new Map<number, number>([[1, 0]]); // diagonal → how far along `a` it was followed
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = nextX(furthest, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, trace);
    }
  }
  return undefined;
}

/** Where a diagonal begins after one more edit: a step down (added) or to the right (removed). */
function nextX(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const down = furthest.get(diagonal + 1) ?? -1;
  const right = furthest.get(diagonal - 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && right < down) ? down : right + 1;
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = furthest.get(diagonal + 1) ?? -1;
    const right = furthest.get(diagonal - 1) ?? -1;
    const cameDown = diagonal === -edits || (diagonal !== edits && right < down);
    const fromX = cameDown ? down : right;
    const fromY = fromX - (cameDown ? diagonal + 1 : diagonal - 1);
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0) && a[x - 1] === b[y - 1]) {
      x -= 1;
      y -= 1;
      lines.push({ kind: 'same', text: a[x] ?? '' });
    }
    if (edits === 0) break;
    if (cameDown) lines.push({ kind: 'added', text: b[--y] ?? '' });
    else lines.push({ kind: 'removed', text: a[--x] ?? '' });
  }
  return lines.reverse();
}

/** Lines of a diff with some equal ones around each difference; `skipped` counts the equal lines left out before them. */
export interface DiffHunk {
  skipped: number;
  lines: DiffLine[];
}

/** Cuts long stretches of equal lines out of a diff. Empty where nothing differs. */
export function diffHunks(lines: readonly DiffLine[], { context = 3 }: { context?: number } = {}): DiffHunk[] {
  const isKept = new Uint8Array(lines.length);
  for (const [i, { kind }] of lines.entries())
    if (kind !== 'same') isKept.fill(1, Math.max(0, i - context), i + context + 1);
  const hunks: DiffHunk[] = [];
  let skipped = 0;
  for (const [i, line] of lines.entries()) {
    if (isKept[i] === 0) {
      skipped += 1;
      continue;
    }
    const last = hunks.at(-1);
    if (last === undefined || skipped > 0) hunks.push({ skipped, lines: [line] });
    else last.lines.push(line);
    skipped = 0;
  }
  return hunks;
}
