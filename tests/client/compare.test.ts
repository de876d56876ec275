import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCompareState, parseCompareState } from '../../src/client/compare-state.ts';
import { nearestIndex } from '../../src/client/nearest-values.ts';
import { splitMarks } from '../../src/client/pagefind.ts';
import { paramDiff, showParam } from '../../src/client/param-diff.ts';
import { metricsOf, verdict } from '../../src/client/verdict.ts';
import type { PayloadRun } from '../../src/payload/experiment-runs.ts';
import type { MetricSummary } from '../../src/series/metric-summary.ts';

function summary(last: number): MetricSummary {
  return {
    last,
    lastStep: 1,
    lastFinite: last,
    min: last,
    minStep: 1,
    max: last,
    maxStep: 1,
    mean: last,
    count: 1,
    nonFinite: 0,
    firstNonFiniteStep: undefined,
    stepsBack: 0,
    stepsRepeated: 0,
    first: last,
    firstStep: 1,
  };
}

function run(id: string, params: [string, string][], metrics: [string, number][]): PayloadRun {
  return {
    id,
    name: id,
    state: 'finished',
    startedAtMs: undefined,
    endedAtMs: undefined,
    lastRecordMs: undefined,
    durationMs: undefined,
    diverged: undefined,
    archived: false,
    tags: [],
    seed: undefined,
    group: undefined,
    job: undefined,
    host: undefined,
    user: undefined,
    commit: undefined,
    branch: undefined,
    parent: undefined,
    duplicateOf: undefined,
    resumes: 0,
    edits: 0,
    artifacts: 0,
    records: 1,
    seriesUrl: undefined,
    params: new Map(params),
    metrics: new Map(metrics.map(([name, last]) => [name, summary(last)])),
  };
}

const empty = parseCompareState({ search: '', hash: '' });

describe('parseCompareState', () => {
  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (search, hash) => {
        expect(() => parseCompareState({ search: `?${search}`, hash: `#run=${hash}` })).not.toThrow();
      }),
    );
    expect(parseCompareState({ search: '?run=%E0%A4%A&run=__proto__&foo=1&diff=x', hash: '' })).toMatchObject({
      runIds: ['\uFFFD%A', '__proto__'],
      ignored: ['foo=1', 'diff=x'],
    });
  });

  test('drops duplicates and keeps order', () => {
    expect(parseCompareState({ search: '?run=b/1&run=a/1&run=b/1', hash: '' }).runIds).toEqual(['b/1', 'a/1']);
  });

  test('reads what formatCompareState wrote, in the hash when the link is long', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 300 });
    fc.assert(
      fc.property(ids, fc.boolean(), (runIds, isAllParams) => {
        const state = { ...empty, runIds, baselineId: runIds[0], isAllParams, metrics: ['val/loss'] };
        const address = formatCompareState(state);
        expect(parseCompareState(address)).toEqual(state);
        expect(address.isLong).toBe(address.hash !== '');
        expect(address.search.length).toBeLessThanOrEqual(2001);
      }),
    );
  });
});

describe('formatCompareState', () => {
  test('names runs by a filter, experiments and views, and leaves out what only those need', () => {
    const state = {
      ...empty,
      where: 'lr > 0.1 and tag:best',
      experiments: ['digits/optimizers'],
      views: ['digits/mlp-width:Best first'],
      leftOut: ['digits/optimizers/a'],
      groupedBy: ['lr'],
      groupBaseline: 'lr=0.1',
    };
    const { search } = formatCompareState(state, { search: '?x=time&foo=1&step=3' });
    expect(search).toBe(
      '?where=lr+%3E+0.1+and+tag%3Abest&e=digits/optimizers&view=digits/mlp-width%3ABest+first&not=digits/optimizers/a&seeds=lr&vs=lr%3D0.1&x=time&step=3',
    );
    expect(parseCompareState({ search, hash: '' })).toEqual(state);
    expect(formatCompareState({ ...empty, runIds: ['a/1'], leftOut: ['a/2'] }).search).toBe('?run=a/1');
  });

  test('puts a long filter behind the hash, where it is read again', () => {
    const state = { ...empty, where: `name in [${'x, '.repeat(900)}x]` };
    const { search, hash } = formatCompareState(state);
    expect(search).toBe('');
    expect(parseCompareState({ search, hash })).toEqual(state);
  });
});

describe('verdict', () => {
  const runs = [run('a', [], [['loss', 0.5]]), run('b', [], [['loss', 0.2]]), run('c', [], [['acc', 1]])];
  const metrics = metricsOf(runs, new Map([['loss', { name: 'loss', goal: 'min' as const, primary: true }]]));

  test('names the best and says how far each is from the baseline', () => {
    const [loss, acc] = verdict(runs, metrics, 'a');
    expect(loss?.cells).toEqual([
      { value: 0.5, isBest: false, delta: '', isBetter: undefined },
      { value: 0.2, isBest: true, delta: '-0.3 (-60 %), better', isBetter: true },
      { value: undefined, isBest: false, delta: '', isBetter: undefined },
    ]);
    expect(acc?.cells[2]).toEqual({ value: 1, isBest: false, delta: '', isBetter: undefined });
  });

  test('calls nothing best without a goal', () => {
    const cells = verdict(runs, [{ name: 'loss' }], 'a')[0]?.cells ?? [];
    expect(cells.map(({ isBest, delta }) => [isBest, delta])).toEqual([
      [false, ''],
      [false, '-0.3 (-60 %), lower'],
      [false, ''],
    ]);
  });
});

test('paramDiff puts what differs first, and tells null from missing', () => {
  const runs = [
    run(
      'a',
      [
        ['x', '1'],
        ['lr', 'null'],
        ['__proto__', '"p"'],
      ],
      [],
    ),
    run(
      'b',
      [
        ['x', '1'],
        ['__proto__', '"p"'],
      ],
      [],
    ),
  ];
  expect(paramDiff(runs)).toEqual([
    { name: 'lr', values: ['null', undefined], isDifferent: true },
    { name: 'x', values: ['1', '1'], isDifferent: false },
    { name: '__proto__', values: ['"p"', '"p"'], isDifferent: false },
  ]);
  expect(['"a\\"b"', '18446744073709551616', 'null', '"'].map(showParam)).toEqual([
    'a"b',
    '18446744073709551616',
    'null',
    '"',
  ]);
});

test('nearestIndex finds the nearest number', () => {
  expect([-5, 4, 6, 99].map((wanted) => nearestIndex([0, 10, 20], wanted))).toEqual([0, 0, 1, 2]);
  expect(nearestIndex([], 1)).toBe(-1);
});

test('splitMarks knows marks and nothing else', () => {
  expect(splitMarks('a <mark>b</mark> &lt;img onerror=x&gt; <b>c</b>')).toEqual([
    { text: 'a ', isMarked: false },
    { text: 'b', isMarked: true },
    { text: ' <img onerror=x> <b>c</b>', isMarked: false },
  ]);
});
