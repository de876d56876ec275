import { compareGroups } from '../series/compare-groups.ts';
import { type SampleFigures, silenceText } from '../series/describe-sample.ts';
import { holmAdjust } from '../series/holm-adjust.ts';
import { chooseNotation, type Notation } from './paper-number.ts';

/** A group of seeds as a row. */
export interface PaperGroup {
  /** One for each of the heads. */
  labels: string[];
  /** What the caption calls it; its labels by default. */
  name?: string;
  /** The seeds of its runs, as far as these name one. */
  seeds: string[];
  /** Runs that take no part: failed, killed, crashed, running, diverged or archived. */
  leftOut: number;
  /** Values by metric, non-finite ones too. */
  values: ReadonlyMap<string, readonly number[]>;
}

export interface PaperMetric {
  name: string;
  /** What stands at the head of its column. */
  label: string;
  goal: 'min' | 'max' | undefined;
  /** Which value of a run is taken, in words: `lowest value`. */
  rule: string;
}

/** How a group stands against the baseline, where the difference is significant. */
export type PaperMark = 'better' | 'worse' | 'differs';

export interface PaperCell {
  figures: SampleFigures;
  /** Half the width of the 95 % confidence interval; undefined where there is none. */
  half: number | undefined;
  isBest: boolean;
  /** True for what the others were tested against. */
  isBaseline: boolean;
  /** Its mean less that of the baseline; undefined where there is none. */
  difference: number | undefined;
  mark: PaperMark | undefined;
  /** Against the baseline, corrected; undefined where nothing was tested. */
  p: number | undefined;
}

export interface PaperRow {
  labels: string[];
  isBaseline: boolean;
  /** One for each metric. */
  cells: PaperCell[];
}

/** A table of groups and metrics, ready to be written in any format. */
export interface PaperTable {
  heads: string[];
  metrics: (PaperMetric & { notation: Notation })[];
  rows: PaperRow[];
  /** True where each row is one run, of which there are no figures but the value. */
  isOfRuns?: boolean;
  /** Sentences, without a full stop at the end of each. */
  caption: string[];
}

/** p below which a difference is marked. */
const alpha = 0.05;

/** How a table is laid out, and what its rows are held against. */
export interface PaperLayout {
  /** Names of the labels. */
  heads: readonly string[];
  /** Place among the groups; without one nothing is tested. */
  baseline?: number | undefined;
  /** Runs left out whose groups are not in the table; none by default. */
  leftOut?: number;
  /**
   * Set where the columns are values of a param, all of one metric: the best is then one of all cells. `subject` is the metric
   * in words; with `baselineColumn` all cells are held against one, else each against the baseline of its own column.
   */
  grid?: { subject: string; baselineColumn?: number | undefined } | undefined;
}

/**
 * Works out a table for a paper: means with their 95 % confidence intervals by Student's t, the best of each metric, and what
 * differs significantly from the baseline (Welch's test, corrected by Holm over all tests of the table). Where any group has
 * three seeds or more only such groups may be best: a single lucky run is not.
 */
export function buildPaperTable(
  groups: readonly PaperGroup[],
  metrics: readonly PaperMetric[],
  { heads, baseline, grid, leftOut = 0 }: PaperLayout,
): PaperTable {
  const across = metrics[grid?.baselineColumn ?? -1];
  const reference = across && baseline !== undefined ? { row: baseline, column: across.name } : undefined;
  const columns = metrics.map((metric) => buildColumn(groups, metric, { baseline, reference }));
  if (grid !== undefined) chooseBestOfAll(columns);
  correctOverAll(columns);
  const rows = groups.map(({ labels }, row) => ({
    labels,
    isBaseline: row === baseline,
    cells: columns.map(({ cells }) => cells[row] as PaperCell),
  }));
  const tests = columns.flatMap(({ cells }) => cells).filter(({ p }) => p !== undefined).length;
  return {
    heads: [...heads],
    metrics: metrics.map((metric, i) => ({
      ...metric,
      ...(grid === undefined ? {} : { goal: undefined }),
      notation: chooseNotation(grid === undefined ? (columns[i]?.cells ?? []) : columns.flatMap(({ cells }) => cells)),
    })),
    rows,
    caption: caption(groups, metrics, rows, { baseline, tests, grid, leftOut }),
  };
}

interface Column {
  goal: PaperMetric['goal'];
  cells: PaperCell[];
}

/** Works out a column. `reference` is the one cell that all are held against, else each is against the row `baseline`. */
function buildColumn(
  groups: readonly PaperGroup[],
  { name, goal }: PaperMetric,
  { baseline, reference }: { baseline: number | undefined; reference: { row: number; column: string } | undefined },
): Column {
  const samples = groups.map(({ labels, values }) => ({ name: labels.join(', '), values: values.get(name) ?? [] }));
  const isElsewhere = reference !== undefined && reference.column !== name;
  if (isElsewhere) samples.push({ name: '', values: groups[reference.row]?.values.get(reference.column) ?? [] });
  const place = isElsewhere ? groups.length : baseline;
  const compared = compareGroups(samples, { bootstrap: false, ...(place === undefined ? {} : { baseline: place }) });
  const figures = compared.figures.slice(0, groups.length);
  const tested = place === undefined ? [] : compared.pairs;
  const best = bestMean(figures, goal);
  return {
    goal,
    cells: figures.map((own, row) => {
      const pair = tested.find(({ a }) => a === row);
      return {
        figures: own,
        half: own.ci === undefined ? undefined : (own.ci.high - own.ci.low) / 2,
        isBest: isBestOf(own, figures, best),
        isBaseline: row === place,
        difference: pair?.difference,
        mark: undefined,
        p: pair?.welch?.p,
      };
    }),
  };
}

function isBestOf(own: SampleFigures, all: readonly SampleFigures[], best: number | undefined): boolean {
  return best !== undefined && own.mean === best && mayBeBest(own, all);
}

function chooseBestOfAll(columns: readonly Column[]): void {
  const cells = columns.flatMap((column) => column.cells);
  const all = cells.map(({ figures }) => figures);
  const best = bestMean(all, columns[0]?.goal);
  for (const cell of cells) cell.isBest = isBestOf(cell.figures, all, best);
}

function mayBeBest({ n }: SampleFigures, all: readonly SampleFigures[]): boolean {
  return n >= 3 || !all.some((other) => other.n >= 3);
}

/** The best mean; undefined without a goal, and where only one group could be best. */
function bestMean(figures: readonly SampleFigures[], goal: PaperMetric['goal']): number | undefined {
  const means = figures.flatMap((own) => (own.mean !== undefined && mayBeBest(own, figures) ? [own.mean] : []));
  if (goal === undefined || means.length < 2) return undefined;
  return goal === 'min' ? Math.min(...means) : Math.max(...means);
}

/** Corrects all tests of the table together, and marks what is left. */
function correctOverAll(columns: readonly Column[]): void {
  const all = columns.flatMap(({ cells, goal }) => cells.map((cell) => ({ cell, goal })));
  const corrected = holmAdjust(all.map(({ cell }) => cell.p));
  for (const [i, { cell, goal }] of all.entries()) {
    cell.p = corrected[i];
    if (cell.p === undefined || cell.p >= alpha || cell.difference === undefined) continue;
    if (goal === undefined) cell.mark = 'differs';
    else cell.mark = (goal === 'min') === cell.difference < 0 ? 'better' : 'worse';
  }
}

function caption(
  groups: readonly PaperGroup[],
  metrics: readonly PaperMetric[],
  rows: readonly PaperRow[],
  {
    baseline,
    tests,
    grid,
    leftOut: elsewhere,
  }: { tests: number; leftOut: number } & Pick<PaperLayout, 'baseline' | 'grid'>,
): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const has = (test: (cell: PaperCell) => boolean): boolean => cells.some(test);
  const sentences: string[] = [];
  const rules = new Set(metrics.map(({ rule }) => rule));
  const rule =
    rules.size === 1
      ? `the ${[...rules][0]} of each run`
      : metrics.map((own) => `the ${own.rule} of ${own.label}`).join(', ');
  const interval = has(({ half }) => half !== undefined) ? ' ± half of the 95 % confidence interval (Student)' : '';
  sentences.push(
    `${grid === undefined ? 'Mean' : `${grid.subject}, mean`}${interval} of ${rule}`,
    seedsSentence(groups, { isGrid: grid !== undefined }),
  );
  if (has(({ isBest }) => isBest)) {
    const isStrict = has(({ figures }) => figures.n >= 3) && has(({ figures }) => figures.n > 0 && figures.n < 3);
    sentences.push(`Bold: the best mean${isStrict ? ' of those over 3 seeds or more' : ''}`);
  }
  if (baseline !== undefined) {
    const across = metrics[grid?.baselineColumn ?? -1]?.label;
    const row = groups[baseline] === undefined ? '' : groupTitle(groups[baseline]);
    const name = across === undefined ? row : `${row}, ${across}`;
    sentences.push(
      tests === 0
        ? `Nothing was tested against ${name}: it takes 3 seeds in both groups`
        : `${markWords(cells)} ${name} (Welch's t test, p < 0.05 after Holm's correction over ${tests} ${tests === 1 ? 'test' : 'tests'})`,
    );
  }
  if (has(({ figures }) => figures.n === 1 || figures.n === 2)) sentences.push('Below 3 seeds the values stand alone');
  if (has(({ figures }) => figures.silence === 'no-spread'))
    sentences.push(`No interval where ${silenceText('no-spread')}`);
  const nonFinite = cells.reduce((sum, { figures }) => sum + figures.leftOut, 0);
  if (nonFinite > 0)
    sentences.push(
      `${nonFinite} ${nonFinite === 1 ? 'value' : 'values'} that ${nonFinite === 1 ? 'is' : 'are'} not finite left out`,
    );
  const leftOut = groups.reduce((sum, group) => sum + group.leftOut, elsewhere);
  if (leftOut > 0)
    sentences.push(
      `${leftOut} ${leftOut === 1 ? 'run' : 'runs'} left out: failed, killed, crashed, running, diverged or archived`,
    );
  return sentences;
}

/** Signs of the marks, as every format prints them. */
export const markSigns: Readonly<Record<PaperMark, string>> = { better: '*', worse: '†', differs: '*' };

function markWords(cells: readonly PaperCell[]): string {
  const marks = new Set(cells.flatMap(({ mark }) => mark ?? []));
  if (marks.size === 0) return 'None differs significantly from';
  const words: Record<PaperMark, string> = { better: 'better', worse: 'worse', differs: 'different' };
  const order = ['better', 'worse', 'differs'] as const;
  const last = marks.has('differs') && !marks.has('better') && !marks.has('worse') ? 'from' : 'than';
  return `${order
    .filter((mark) => marks.has(mark))
    .map((mark) => `${markSigns[mark]} significantly ${words[mark]}`)
    .join(', ')} ${last}`;
}

function groupTitle({ name, labels }: PaperGroup): string {
  return name ?? labels.join(', ');
}

function seedsSentence(groups: readonly PaperGroup[], { isGrid }: { isGrid: boolean }): string {
  const lists = new Set(groups.map(({ seeds }) => seeds.join(', ')));
  const sizes = groups.map(({ values }) => [...values.values()].map((own) => own.length));
  const counts = isGrid ? sizes.flat().filter((size) => size > 0) : sizes.map((own) => Math.max(0, ...own));
  if (counts.length === 0) counts.push(0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const count = least === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${least} to ${most} seeds`;
  const [only] = lists;
  const named = lists.size === 1 && only !== undefined && only !== '' ? ` (${only})` : '';
  const each =
    lists.size > 1 && [...lists].every((list) => list !== '')
      ? `: ${groups.map((group) => `${groupTitle(group)} (${group.seeds.join(', ')})`).join('; ')}`
      : '';
  const unit = isGrid ? ' a cell' : groups.length > 1 ? ' a row' : '';
  return `${count}${unit}${named}${each}`;
}
