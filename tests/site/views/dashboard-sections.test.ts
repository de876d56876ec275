import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costView } from '../../../src/site/views/cost-view.ts';
import { dataQuality } from '../../../src/site/views/data-quality.ts';
import { declaredFormula, derivedMetrics } from '../../../src/site/views/derived-formula.ts';
import { paramTable } from '../../../src/site/views/param-table.ts';
import { timeline } from '../../../src/site/views/records.ts';
import { queryText, savedViews } from '../../../src/site/views/saved-views.ts';
import { weeklyActivity } from '../../../src/site/views/weekly-activity.ts';
import type { Run } from '../../../src/store/run.ts';
import { makeRun, makeStore, summaryOf } from '../sample-store.ts';

const day = 24 * 3_600_000;
const monday = Date.UTC(2026, 2, 2);
const goals = { metricSettings: new Map([['acc', { goal: 'max' as const, primary: true }]]) };

function experimentOf(runs: readonly Run[], more: object = {}) {
  const experiment = makeStore(runs, { e: { ...goals, ...more } }).experiments.get('e');
  if (experiment === undefined) throw new Error('no experiment');
  return experiment;
}
const timed = (id: string, acc: number, startedAtMs: number | undefined, more: Partial<Run> = {}) =>
  makeRun(`e/${id}`, { ...more, metrics: { acc: [acc] }, params: {}, startedAtMs });

describe('timeline', () => {
  test('tells which run was better than all before it, and by how much', () => {
    const runs = [timed('c', 0.9, 300), timed('a', 0.5, 100), timed('b', 0.4, 200), timed('d', 0.8, 400)];
    const found = timeline(experimentOf(runs), runs);
    expect(found?.records.map(({ run, value, gain, timeMs }) => [run.run, value, gain, timeMs])).toEqual([
      ['a', 0.5, undefined, 100],
      ['c', 0.9, 0.4, 300],
    ]);
    expect(found?.points.map(({ x }) => x)).toEqual([100, 200, 300, 400]);
  });

  test('counts an equal value as a tie of the record, and runs that began at one moment by the best of them', () => {
    const runs = [timed('a', 0.5, 100), timed('b', 0.5, 200), timed('c', 0.6, 300), timed('d', 0.7, 300)];
    const found = timeline(experimentOf(runs), runs);
    expect(found?.records.map(({ run, tiedBy }) => [run.run, ...tiedBy.map(({ run: other }) => other)])).toEqual([
      ['a', 'b'],
      ['d'],
    ]);
  });

  test('names runs without a time; where none has one, the natural order takes its place', () => {
    const runs = [timed('a', 0.5, 100), timed('b', 0.9, undefined), timed('c', 0.6, 300)];
    const found = timeline(experimentOf(runs), runs);
    expect(found?.untimed.map(({ run }) => run)).toEqual(['b']);
    expect(found?.records.map(({ run }) => run.run)).toEqual(['a', 'c']);
    const still = [timed('a', 0.5, undefined), timed('b', 0.4, undefined), timed('c', 0.6, undefined)];
    const ordered = timeline(experimentOf(still), still);
    expect(ordered).toMatchObject({ isTimed: false, untimed: [] });
    expect(ordered?.records.map(({ x, timeMs }) => [x, timeMs])).toEqual([
      [1, undefined],
      [3, undefined],
    ]);
  });

  test('leaves out runs that may not be ranked, and says nothing of a single run or without a goal', () => {
    const runs = [timed('a', 0.5, 100), timed('b', 0.9, 200, { state: 'failed' }), timed('c', 0.6, 300)];
    expect(timeline(experimentOf(runs), runs)?.records.map(({ run }) => run.run)).toEqual(['a', 'c']);
    expect(timeline(experimentOf(runs), runs.slice(0, 1))).toBeUndefined();
    expect(timeline(experimentOf(runs, { primary: [] }), runs)).toBeUndefined();
  });

  test('has only gains above zero, rising values, and ends with the best of all', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 2,
    });
    fc.assert(
      fc.property(values, (list) => {
        const runs = list.map(([time, acc], index) => timed(`r${index}`, acc, time));
        const records = timeline(experimentOf(runs), runs)?.records ?? [];
        for (const { gain } of records.slice(1)) expect(gain).toBeGreaterThan(0);
        expect(records.at(-1)?.value).toBe(Math.max(...list.map(([, acc]) => acc)));
        expect(records[0]?.value).toBe(
          Math.max(...list.filter(([time]) => time === Math.min(...list.map(([t]) => t))).map(([, acc]) => acc)),
        );
      }),
    );
  });
});

describe('paramTable', () => {
  const run = (id: string, acc: number, params: Record<string, number | string>) =>
    makeRun(`e/${id}`, { metrics: { acc: [acc] }, params });

  test('gives for each value how many runs have it and the best of them, numbers rising and missing last', () => {
    const runs = [
      run('a', 0.5, { lr: 0.1, kind: 'mlp', seed: 0 }),
      run('b', 0.7, { lr: 0.1, kind: 'mlp', seed: 1 }),
      run('c', 0.6, { lr: 0.01, kind: 'mlp', seed: 0 }),
      run('d', 0.1, { kind: 'mlp', seed: 0 }),
    ];
    const table = paramTable(experimentOf(runs), runs);
    expect(table.varied.map(({ key }) => key)).toEqual(['lr']);
    expect(
      table.varied[0]?.settings.map(({ value, runs: count, best, isBest }) => [value, count, best?.run.run, isBest]),
    ).toEqual([
      [0.01, 1, 'c', false],
      [0.1, 2, 'b', true],
      [undefined, 1, 'd', false],
    ]);
    expect(table).toMatchObject({ seedKeys: ['seed'], constant: [{ key: 'kind', value: 'mlp' }], hiddenKeys: [] });
  });

  test('keeps the values of the best runs where there are many, and says how many more there are', () => {
    const runs = Array.from({ length: 30 }, (_, index) => run(`r${index}`, index, { lr: index }));
    const [lr] = paramTable(experimentOf(runs), runs).varied;
    expect(lr?.hidden).toBe(22);
    expect(lr?.settings.map(({ value }) => value)).toEqual([22, 23, 24, 25, 26, 27, 28, 29]);
  });
});

describe('costView', () => {
  test('sums hours, GPU-hours and energy in all and by how runs ended, and names the dearest', () => {
    const hour = 3_600_000;
    const runs = [
      makeRun('e/a', { durationMs: hour, gpus: 2, texts: new Map([['energy_kwh', '0.5']]) }),
      makeRun('e/b', { durationMs: 2 * hour, gpus: 4, state: 'failed' }),
      makeRun('e/c', { state: 'open' }),
    ];
    const view = costView(runs);
    expect(view?.total).toEqual({ runs: 3, hours: 3, gpuHours: 10, energyKwh: 0.5, untold: 1 });
    expect(view?.byState.map(({ state, totals }) => [state, totals.gpuHours])).toEqual([
      ['finished', 2],
      ['open', undefined],
      ['failed', 8],
    ]);
    expect(view?.dearest.map(({ run }) => run.run)).toEqual(['b', 'a']);
  });

  test('says nothing where no run tells anything', () => {
    expect(costView([makeRun('e/a')])).toBeUndefined();
    expect(costView([])).toBeUndefined();
  });
});

describe('weeklyActivity', () => {
  test('counts starts and ends by week, Monday first, gaps included', () => {
    const runs = [
      makeRun('e/a', { startedAtMs: monday, endedAtMs: monday + 6.9 * day }),
      makeRun('e/b', { startedAtMs: monday - 1, endedAtMs: monday + 15 * day }),
      makeRun('e/c'),
    ];
    const activity = weeklyActivity(runs);
    expect(activity?.weeks.map(({ monday: first, starts, ends }) => [first, starts, ends])).toEqual([
      ['2026-02-23', 1, 0],
      ['2026-03-02', 1, 1],
      ['2026-03-09', 0, 0],
      ['2026-03-16', 0, 1],
    ]);
    expect(activity).toMatchObject({ earlier: 0, untimed: 1 });
  });

  test('shows half a year at most and counts what was before', () => {
    const runs = [makeRun('e/a', { startedAtMs: monday - 400 * day, endedAtMs: monday })];
    const activity = weeklyActivity(runs);
    expect(activity?.weeks).toHaveLength(26);
    expect(activity?.earlier).toBe(1);
    expect(weeklyActivity([makeRun('e/a')])).toBeUndefined();
  });
});

describe('dataQuality', () => {
  test('names runs by what is to be known of them, and leaves kinds without runs out', () => {
    const runs = [
      makeRun('e/good', { metrics: { acc: [1] } }),
      makeRun('e/open', { state: 'open', metrics: { acc: [1] } }),
      makeRun('e/nan', { metrics: { acc: [Number.NaN] }, diverged: { metric: 'acc', step: 0 } }),
      makeRun('e/none'),
    ];
    const quality = dataQuality(experimentOf(runs), runs, {
      diagnostics: [
        {
          code: 'crlf',
          severity: 'note',
          file: 'experiments/e/runs/a.jsonl',
          line: 1,
          column: 1,
          message: 'm',
          count: 3,
        },
      ],
      duplicates: new Map([['e/none', 'e/good']]),
    });
    expect(quality.items.map(({ words, runs: own }) => [words, ...own.map(({ run }) => run)])).toEqual([
      ['no end recorded', 'open'],
      ['diverged', 'nan'],
      ['duplicate of another run', 'none'],
      ['no acc', 'none'],
    ]);
    expect(quality).toMatchObject({ severities: { error: 0, warning: 0, note: 3 }, files: 1, runs: 4 });
  });
});

describe('savedViews', () => {
  test('writes a text and a mapping as the same query; keys that repeat are lists', () => {
    expect(queryText('sort=-val/acc&sel=a&sel=b')).toBe('?sort=-val%2Facc&sel=a&sel=b');
    expect(queryText({ sort: '-val/acc', sel: ['a', 'b'] })).toBe('?sort=-val%2Facc&sel=a&sel=b');
    expect(queryText('?y=log')).toBe('?y=log');
    expect(queryText({ where: 'lr > 0.1 & x = "<b>"', sm: 0.6, out: true })).toBe(
      '?where=lr+%3E+0.1+%26+x+%3D+%22%3Cb%3E%22&sm=0.6&out=true',
    );
    expect(queryText('')).toBe('');
  });

  test('never leaves its page, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.string())), (query) => {
        const address = new URL(`/e/x/${queryText(query)}`, 'https://example.org');
        expect([address.pathname, address.hash, address.host]).toEqual(['/e/x/', '', 'example.org']);
      }),
    );
  });

  test('keeps the order of the file', () => {
    const experiment = experimentOf([], {
      settings: {
        views: [
          { name: 'b', query: 'y=log' },
          { name: 'a', query: {}, note: 'n' },
        ],
      },
    });
    expect(savedViews(experiment)).toEqual([
      { name: 'b', query: '?y=log', note: undefined },
      { name: 'a', query: '', note: 'n' },
    ]);
  });
});

describe('a derived metric', () => {
  test('has the formula of its experiment, else of the site; __proto__ has none', () => {
    const experiment = experimentOf([], { settings: { derived: { gap: 'a - b' } } });
    const store = { settings: { derived: { gap: 'other', ratio: 'a / b' } } };
    expect(['gap', 'ratio', 'a', '__proto__'].map((name) => declaredFormula(store, experiment, name))).toEqual([
      'a - b',
      'a / b',
      undefined,
      undefined,
    ]);
  });

  test('is told with its unit, but not where the run logged it itself', () => {
    const worked = makeRun('e/a', { metrics: { gap: [1], acc: [1] } });
    const logged = makeRun('e/b', { metrics: {} });
    logged.metrics.set('gap', { ...summaryOf(1), places: { last: 3, min: 3, max: 3, firstNonFinite: 0 } });
    const experiment = experimentOf([worked], {
      settings: { derived: { gap: 'a - b' } },
      metricSettings: new Map([['gap', { unit: 'points' }]]),
    });
    const rows = (runs: Run[]) => derivedMetrics({ settings: {} }, experiment, runs);
    expect(rows([worked, logged])).toEqual([{ name: 'gap', formula: 'a - b', label: undefined, unit: 'points' }]);
    expect(rows([logged])).toEqual([]);
  });
});
