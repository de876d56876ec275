import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { groupFigures } from '../../../src/series/group-figures.ts';
import { tQuantile95 } from '../../../src/series/t-quantile.ts';
import { activity } from '../../../src/site/views/activity.ts';
import { curvePoints } from '../../../src/site/views/curve-view.ts';
import { dashboard } from '../../../src/site/views/dashboard.ts';
import { experimentRows } from '../../../src/site/views/experiment-rows.ts';
import { formatReference } from '../../../src/site/views/format-reference.ts';
import { home } from '../../../src/site/views/home.ts';
import { leaderboards } from '../../../src/site/views/leaderboard.ts';
import { groupMetrics } from '../../../src/site/views/metric-groups.ts';
import { countOf, formatBytes } from '../../../src/site/views/number-text.ts';
import { differingParams, paramsAgainst } from '../../../src/site/views/param-differences.ts';
import { groupByFile, problemLine, problemTotals } from '../../../src/site/views/problems.ts';
import { runView } from '../../../src/site/views/run-view.ts';
import { duplicateRuns, groupRuns } from '../../../src/site/views/seed-groups.ts';
import { tableView } from '../../../src/site/views/table-view.ts';
import { tagLists } from '../../../src/site/views/tag-lists.ts';
import { formatDuration, formatUtc } from '../../../src/site/views/time-text.ts';
import { makeRun, makeStore } from '../sample-store.ts';

const accuracy = new Map([['val/acc', { goal: 'max' as const, primary: true }]]);

describe('experimentRows', () => {
  test('names the best run of each experiment, latest activity first', () => {
    const store = makeStore(
      [
        makeRun('a/1', { metrics: { 'val/acc': [0.5, 0.9, 0.8] } }),
        makeRun('a/2', { metrics: { 'val/acc': [0.95] }, state: 'failed' }),
        makeRun('b/1', { metrics: { loss: [2, 1] } }),
      ],
      { a: { metricSettings: accuracy, lastActivityMs: 1 }, b: { lastActivityMs: 2 } },
    );
    const rows = experimentRows(store);
    expect(rows.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(rows[1]?.best?.run.id).toBe('a/1');
    expect(rows[1]?.best?.figure).toEqual({ value: 0.9, step: 1, rule: 'best' });
    expect(rows[0]?.primary).toEqual({ name: 'loss', goal: 'min', guessed: true });
  });

  test('draws the best so far in the order in which runs started', () => {
    const values = [0.5, 0.9, 0.7, 0.95];
    const runs = values.map((value, i) => makeRun(`a/${i}`, { metrics: { 'val/acc': [value] }, startedAtMs: i }));
    const [row] = experimentRows(makeStore(runs.reverse(), { a: { metricSettings: accuracy } }));
    expect(row?.bestSoFar).toEqual([0.5, 0.9, 0.9, 0.95]);
  });
});

test('home parts experiments into pages of 50 and keeps archived ones apart', () => {
  const settings = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`e${i}`, { archived: i < 10 }]));
  const { pages, archived } = home(makeStore([], settings));
  expect(pages.map((page) => page.length)).toEqual([50, 50, 10]);
  expect(archived).toHaveLength(10);
  expect(home(makeStore([])).pages).toEqual([[]]);
});

describe('dashboard', () => {
  const runs = [
    makeRun('a/base', { metrics: { 'val/acc': [0.8], loss: [1, 2] }, params: { lr: 0.1, depth: 2, seed: 0 } }),
    makeRun('a/best', { metrics: { 'val/acc': [0.9], loss: [1, 2] }, params: { lr: 0.3, depth: 2, seed: 1 } }),
    makeRun('a/none', { params: { lr: 0.3, depth: 2 } }),
    makeRun('a/burst', { metrics: { 'val/acc': [0.99] }, diverged: { metric: 'val/acc', step: 1 } }),
  ];
  const store = makeStore(runs, { a: { metricSettings: accuracy, settings: { baseline: 'base' } } });
  const experiment = store.experiments.get('a');
  if (experiment === undefined) throw new Error('no experiment');
  const view = dashboard(store, experiment);

  test('says which run is best and how its params differ from the baseline', () => {
    expect(view.best?.run.id).toBe('a/best');
    expect(view.best?.differences).toEqual([
      { key: 'lr', value: 0.3, other: 0.1 },
      { key: 'seed', value: 1, other: 0 },
    ]);
  });

  test('puts ranked runs first, then runs that may not be ranked, then the rest', () => {
    expect(view.rows.map(({ run }) => run.id)).toEqual(['a/best', 'a/base', 'a/burst', 'a/none']);
  });

  test('shows params that differ, seeds last', () => {
    expect(view.paramKeys).toEqual(['lr', 'depth', 'seed']);
  });

  test('says how many runs lack a primary metric', () => {
    expect(view.missing).toEqual([{ metric: 'val/acc', lacking: 1, total: 4 }]);
  });

  test('draws metrics with more than one value and lists the others', () => {
    expect(view.stillMetrics).toEqual(['loss']);
    expect(view.singles.map(({ name }) => name)).toEqual(['val/acc']);
  });

  test('of an experiment without runs is empty, not broken', () => {
    const empty = makeStore([], { a: {} });
    const own = empty.experiments.get('a');
    expect(own && dashboard(empty, own)).toMatchObject({ runs: [], rows: [], best: undefined, groups: [] });
  });

  test('draws every run up to 20, of more the 20 best', () => {
    const many = Array.from({ length: 25 }, (_, i) => makeRun(`many/r${i}`, { metrics: { loss: [9, i] } }));
    const drawn = (runs: typeof many) => {
      const sample = makeStore(runs);
      const experiment = sample.experiments.get('many');
      if (experiment === undefined) throw new Error('no experiment');
      return dashboard(sample, experiment).drawnRuns.map(({ run }) => run);
    };
    expect(drawn(many.slice(0, 20))).toHaveLength(20);
    expect(drawn(many)).toEqual(Array.from({ length: 20 }, (_, i) => `r${i}`));
  });

  test('shows groups only where one of them holds two runs', () => {
    const run = (name: string, lr: number) => makeRun(`g/${name}`, { metrics: { loss: [1, 2] }, params: { lr } });
    const groups = (...runs: ReturnType<typeof run>[]) => {
      const sample = makeStore(runs, { g: { settings: { group_by: ['lr'] } } });
      const experiment = sample.experiments.get('g');
      if (experiment === undefined) throw new Error('no experiment');
      return dashboard(sample, experiment).groups.map(({ runs: members }) => members.length);
    };
    expect(groups(run('a', 1), run('b', 2))).toEqual([]);
    expect(groups(run('a', 1), run('b', 2), run('c', 2))).toEqual([1, 2]);
  });

  test('tells the last failure when every run failed', () => {
    const failed = makeStore([makeRun('a/1', { state: 'failed', error: 'CUDA out of memory' })]);
    const own = failed.experiments.get('a');
    expect(own && dashboard(failed, own).lastFailure?.text).toBe('CUDA out of memory');
  });
});

describe('differingParams', () => {
  test('counts a missing param as another value than null', () => {
    const runs = [makeRun('a/1', { params: { x: null, y: 1 } }), makeRun('a/2', { params: { y: 1 } })];
    expect(differingParams(runs)).toEqual(['x']);
  });

  test('finds nothing in a single run', () => {
    expect(differingParams([makeRun('a/1', { params: { x: 1 } })])).toEqual([]);
  });

  test('keeps a param named __proto__', () => {
    const withProto = makeRun('a/1');
    withProto.params.set('__proto__', 1);
    expect(differingParams([withProto, makeRun('a/2')])).toEqual(['__proto__']);
    expect(paramsAgainst(withProto, makeRun('a/2'))).toEqual([{ key: '__proto__', value: 1, other: undefined }]);
  });
});

describe('groupFigures', () => {
  test('gives the sample standard deviation and the interval of Student', () => {
    const figures = groupFigures([1, 2, 3, 4, 5]);
    expect(figures?.mean).toBe(3);
    expect(figures?.sd).toBeCloseTo(1.5811388, 6);
    expect(figures?.ci95).toBeCloseTo(1.9632432, 3);
  });

  test('gives no interval for two values, no deviation for one, nothing for none', () => {
    expect(groupFigures([1, 2])).toMatchObject({ n: 2, ci95: undefined, values: [1, 2] });
    expect(groupFigures([1])).toMatchObject({ n: 1, sd: undefined });
    expect(groupFigures([])).toBeUndefined();
  });

  test('tQuantile95 agrees with printed tables past the table too', () => {
    expect(tQuantile95(40)).toBeCloseTo(2.0211, 3);
    expect(tQuantile95(120)).toBeCloseTo(1.9799, 3);
  });
});

test('groupRuns puts the best mean first and groups without a value last', () => {
  const runs = [
    makeRun('a/1', { params: { lr: 1 }, metrics: { loss: [3] } }),
    makeRun('a/2', { params: { lr: 2 }, metrics: { loss: [1] } }),
    makeRun('a/3', { params: { lr: 2 }, metrics: { loss: [2] } }),
    makeRun('a/4', {}),
  ];
  const groups = groupRuns(runs, ['lr'], { name: 'loss', goal: 'min', guessed: false }, new Map());
  expect(groups.map(({ params, figures }) => [params[0]?.value, figures?.n, figures?.mean])).toEqual([
    [2, 2, 1.5],
    [1, 1, 3],
    [undefined, undefined, undefined],
  ]);
});

test('duplicateRuns flags the same seed with the same params, only when both are named', () => {
  const runs = [
    makeRun('a/1', { seed: '0', params: { lr: 1 } }),
    makeRun('a/2', { seed: '0', params: { lr: 1 } }),
    makeRun('a/3', { seed: '1', params: { lr: 1 } }),
    makeRun('a/4', { params: { lr: 1 } }),
    makeRun('a/5', { seed: '0' }),
    makeRun('a/6', { seed: '0' }),
  ];
  expect([...duplicateRuns(runs)]).toEqual([['a/2', 'a/1']]);
});

describe('runView', () => {
  test('says how a run stands to the baseline, with word and sign', () => {
    const runs = [
      makeRun('a/base', { metrics: { 'val/loss': [0.5] }, params: { lr: 1 }, startedAtMs: 1 }),
      makeRun('a/new', { metrics: { 'val/loss': [0.4] }, params: { lr: 2, 'opt.name': 'sgd' }, startedAtMs: 2 }),
    ];
    const store = makeStore(runs, { a: { settings: { baseline: 'base' } } });
    const view = runView(store, runs[1] as (typeof runs)[0], new Map());
    const [delta] = view.keyResults[0]?.deltas ?? [];
    expect(delta).toMatchObject({ verdict: 'better', otherIs: 'baseline' });
    expect(delta?.difference).toBeCloseTo(-0.1);
    expect(view.previous?.id).toBe('a/base');
    expect(view.params).toMatchObject([
      { name: 'lr', value: 2, differsFromBaseline: true },
      { name: 'opt', key: undefined, children: [{ name: 'name', value: 'sgd' }] },
    ]);
  });

  test('keeps a diverged last value as what it is', () => {
    const run = makeRun('a/1', { metrics: { loss: [1, Number.NaN] } });
    const view = runView(makeStore([run]), run, new Map());
    expect(view.keyResults[0]?.figure.value).toBeNaN();
    expect(view.keyResults[0]?.best?.value).toBe(1);
  });
});

test('leaderboards rank the best run of each experiment; ties share a rank; failed and diverged runs are out', () => {
  const store = makeStore([
    makeRun('a/1', { metrics: { loss: [0.5] } }),
    makeRun('a/2', { metrics: { loss: [0.1] }, state: 'failed' }),
    makeRun('b/1', { metrics: { loss: [0.5] } }),
    makeRun('c/1', { metrics: { loss: [0.7] } }),
  ]);
  const [board] = leaderboards(store);
  expect(board?.entries.map(({ rank, run, gap }) => [rank, run.id, Math.round(gap * 10) / 10])).toEqual([
    [1, 'a/1', 0],
    [1, 'b/1', 0],
    [3, 'c/1', 0.2],
  ]);
  expect(leaderboards(makeStore([]))).toEqual([]);
});

test('activity sorts runs into UTC days and a calendar that ends with the latest of them', () => {
  const day = Date.UTC(2026, 2, 4, 12);
  const view = activity(
    makeStore([
      makeRun('a/1', { endedAtMs: day }),
      makeRun('a/2', { lastRecordMs: day - 1000 }),
      makeRun('a/3', { endedAtMs: day - 86_400_000 }),
      makeRun('a/4'),
    ]),
  );
  expect(view.days.map(({ day: text, runs }) => [text, runs.map(({ run }) => run.id)])).toEqual([
    ['2026-03-04', ['a/1', 'a/2']],
    ['2026-03-03', ['a/3']],
  ]);
  expect(view.untimed).toBe(1);
  expect(view.weeks).toHaveLength(53);
  expect(view.weeks.at(-1)?.days.map((cell) => cell?.count)).toEqual([
    0,
    1,
    2,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('tagLists counts runs and experiments, most used first', () => {
  const store = makeStore([makeRun('a/1', { tags: ['x', 'y'] }), makeRun('a/2', { tags: ['y'] })], {
    a: { settings: { tags: ['z'] } },
  });
  expect(tagLists(store).map(({ tag, runs, experiments }) => [tag, runs.length, experiments.length])).toEqual([
    ['y', 2, 0],
    ['x', 1, 0],
    ['z', 0, 1],
  ]);
});

describe('problems', () => {
  const at = (file: string, severity: Diagnostic['severity'], line: number, count?: number): Diagnostic => ({
    code: 'not-json',
    severity,
    file,
    line,
    column: 1,
    message: 'm',
    ...(count === undefined ? {} : { count }),
  });

  test('groups by file, files with errors first', () => {
    const groups = groupByFile([at('a', 'note', 1), at('b', 'warning', 2), at('c', 'note', 5), at('c', 'error', 9)]);
    expect(groups.map(({ file }) => file)).toEqual(['c', 'b', 'a']);
    expect(groups[0]?.diagnostics.map(({ line }) => line)).toEqual([9, 5]);
  });

  test('counts occurrences, and files once', () => {
    const totals = problemTotals(10, [at('a', 'error', 1, 40), at('a', 'error', 2), at('b', 'warning', 1)]);
    expect(totals).toMatchObject({ fileCount: 10, filesWithErrors: 1, filesWithWarnings: 1 });
    expect(totals.counts).toEqual({ error: 41, warning: 1, note: 0 });
  });

  test('says nothing about notes alone', () => {
    expect(problemLine([at('a', 'note', 1)])).toBeUndefined();
    expect(problemLine([at('a', 'error', 1)])).toBe('1 file has problems');
    expect(problemLine([at('a', 'error', 1), at('b', 'warning', 1)])).toBe('2 files have problems');
  });
});

test('groupMetrics puts the group of the primary metric first', () => {
  expect(groupMetrics(['lr', 'train/loss', 'val/loss', 'val/acc'], ['val/acc'])).toEqual([
    { prefix: 'val', metrics: ['val/acc', 'val/loss'] },
    { prefix: '', metrics: ['lr'] },
    { prefix: 'train', metrics: ['train/loss'] },
  ]);
});

test('tableView reads the class names of a confusion table from its columns or its first cells', () => {
  const table = {
    name: 'c',
    kind: 'confusion',
    step: 1,
    columns: ['cat', 'dog'],
    rows: [
      [8, 2],
      [0, 10],
    ],
  };
  expect(tableView(table).rows.map(({ head, cells }) => [head, ...cells.map(({ level }) => level)])).toEqual([
    ['cat', 4, 1],
    ['dog', 0, 4],
  ]);
  const named = {
    ...table,
    columns: ['true', 'cat', 'dog'],
    rows: [
      ['cat', 8, 2],
      ['dog', 0, 10],
    ],
  };
  expect(tableView(named)).toMatchObject({ columns: ['cat', 'dog'], rows: [{ head: 'cat' }, { head: 'dog' }] });
});

test('curvePoints reads ROC tables by their columns and leaves out what no share is', () => {
  const rows = [
    [0, 0, Number.POSITIVE_INFINITY],
    [0.2, 0.8, 0.5],
    [1, 1, 0],
    [2, 'x', 0],
  ];
  expect(
    curvePoints({ name: 'roc', kind: 'roc', step: 1, columns: ['fpr', 'tpr', 'threshold'], rows })?.points,
  ).toEqual([
    [0, 0],
    [0.2, 0.8],
    [1, 1],
  ]);
  expect(curvePoints({ name: 't', kind: undefined, step: 1, columns: ['a', 'b'], rows })).toBeUndefined();
});

test('formatReference lists every kind of record with its fields', () => {
  const { records, files } = formatReference();
  expect(records.map(({ title }) => title)).toContain('histogram');
  const start = records.find(({ title }) => title === 'start');
  expect(start?.fields.find(({ name }) => name === 'git.commit')).toMatchObject({ type: 'text' });
  expect(start?.fields.find(({ name }) => name === 'seed')?.type).toBe('number or text or null');
  expect(files.flatMap(({ fields }) => fields).filter(({ name }) => name === 'hypothesis')).toHaveLength(1);
});

test('times, sizes and counts are printed the same everywhere', () => {
  expect(formatUtc(Date.UTC(2026, 2, 4, 9, 12, 59))).toBe('2026-03-04 09:12 UTC');
  expect([5, 12_300, 64_000, 3_840_000, 180_000_000].map(formatDuration)).toEqual([
    '5 ms',
    '12.3 s',
    '1m 04s',
    '1h 04m',
    '2d 02h',
  ]);
  expect([0, 999, 3400, 12_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '3.4 kB', '12 MB']);
  expect([countOf(1, 'run'), countOf(1904, 'run')]).toEqual(['1 run', '1,904 runs']);
});
