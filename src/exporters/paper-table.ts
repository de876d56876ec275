import { compareGroups } from '../series/compare-groups.ts';
import { type SampleFigures, silenceText } from '../series/describe-sample.ts';
import { holmAdjust } from '../series/holm-adjust.ts';
import { chooseNotation, type Notation } from './paper-number.ts';

/** A group of seeds as a row. */
export interface PaperGroup {
  /** One for each of the heads. */
  labels: string[];
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
  /** Sentences, without a full stop at the end of each. */
  caption: string[];
}

/** p below which a difference is marked. */
const alpha = 0.05;

/**
 * Works out a table for a paper: means with their 95 % confidence intervals by Student's t, the best of each metric, and what
 * differs significantly from the baseline (Welch's test, corrected by Holm over all tests of the table). Where any group has
 * three seeds or more only such groups may be best: a single lucky run is not.
 *
 * @param options.baseline - place among the groups; without one nothing is tested
 */
export function buildPaperTable(
  groups: readonly PaperGroup[],
  metrics: readonly PaperMetric[],
  { heads, baseline }: { heads: readonly string[]; baseline?: number | undefined },
): PaperTable {
  const columns = metrics.map((metric) => buildColumn(groups, metric, baseline));
  correctOverAll(columns);
  const rows = groups.map(({ labels }, row) => ({
    labels,
    isBaseline: row === baseline,
    cells: columns.map(({ cells }) => cells[row] as PaperCell),
  }));
  const tests = columns.flatMap(({ cells }) => cells).filter(({ p }) => p !== undefined).length;
  return {
    heads: [...heads],
    metrics: metrics.map((metric, i) => ({ ...metric, notation: chooseNotation(columns[i]?.cells ?? []) })),
    rows,
    caption: caption(groups, metrics, rows, { baseline, tests }),
  };
}

interface Column {
  goal: PaperMetric['goal'];
  cells: PaperCell[];
  /** Difference to the baseline. */
  differences: (number | undefined)[];
}

function buildColumn(groups: readonly PaperGroup[], { name, goal }: PaperMetric, baseline: number | undefined): Column {
  const samples = groups.map(({ labels, values }) => ({ name: labels.join(', '), values: values.get(name) ?? [] }));
  const { figures, pairs } = compareGroups(samples, {
    bootstrap: false,
    ...(baseline === undefined ? {} : { baseline }),
  });
  const tested = baseline === undefined ? [] : pairs;
  const best = bestMean(figures, goal);
  return {
    goal,
    cells: figures.map((own, row) => ({
      figures: own,
      half: own.ci === undefined ? undefined : (own.ci.high - own.ci.low) / 2,
      isBest: best !== undefined && own.mean === best && mayBeBest(own, figures),
      mark: undefined,
      p: tested.find(({ a }) => a === row)?.welch?.p,
    })),
    differences: figures.map((_, row) => tested.find(({ a }) => a === row)?.difference),
  };
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
  const all = columns.flatMap(({ cells, differences, goal }) =>
    cells.map((cell, row) => ({ cell, difference: differences[row], goal })),
  );
  const corrected = holmAdjust(all.map(({ cell }) => cell.p));
  for (const [i, { cell, difference, goal }] of all.entries()) {
    cell.p = corrected[i];
    if (cell.p === undefined || cell.p >= alpha || difference === undefined) continue;
    if (goal === undefined) cell.mark = 'differs';
    else cell.mark = (goal === 'min') === difference < 0 ? 'better' : 'worse';
  }
}

function caption(
  groups: readonly PaperGroup[],
  metrics: readonly PaperMetric[],
  rows: readonly PaperRow[],
  { baseline, tests }: { baseline: number | undefined; tests: number },
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
  sentences.push(`Mean${interval} of ${rule}`, seedsSentence(groups));
  if (has(({ isBest }) => isBest)) {
    const isStrict = has(({ figures }) => figures.n >= 3) && has(({ figures }) => figures.n > 0 && figures.n < 3);
    sentences.push(`Bold: the best mean${isStrict ? ' of those over 3 seeds or more' : ''}`);
  }
  if (baseline !== undefined) {
    const name = rows[baseline]?.labels.join(', ') ?? '';
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
  const leftOut = groups.reduce((sum, group) => sum + group.leftOut, 0);
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

function seedsSentence(groups: readonly PaperGroup[]): string {
  const lists = new Set(groups.map(({ seeds }) => seeds.join(', ')));
  const counts = groups.map(({ values }) => Math.max(0, ...[...values.values()].map((own) => own.length)));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const count = least === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${least} to ${most} seeds`;
  const [only] = lists;
  const named = lists.size === 1 && only !== undefined && only !== '' ? ` (${only})` : '';
  const each =
    lists.size > 1 && [...lists].every((list) => list !== '')
      ? `: ${groups.map(({ labels, seeds }) => `${labels.join(', ')} (${seeds.join(', ')})`).join('; ')}`
      : '';
  return `${count}${groups.length > 1 ? ' a row' : ''}${named}${each}`;
}
