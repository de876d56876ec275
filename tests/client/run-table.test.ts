import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultColumns, tableColumns } from '../../src/client/run-table-columns.ts';
import { groupLabel, groupTextTable } from '../../src/client/run-table-groups.ts';
import { RunIndex } from '../../src/client/run-table-index.ts';
import { groupPlaces, matchingPlaces, orderedPlaces } from '../../src/client/run-table-rows.ts';
import { sortPlaces } from '../../src/client/run-table-sort.ts';
import { nextSort, readTableState } from '../../src/client/run-table-state.ts';
import { decodeMoreRuns, encodeMoreRuns, type PayloadRunInput } from '../../src/payload/experiment-runs.ts';
import type { FilterValue } from '../../src/query/filter.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { plainRun } from '../payload/plain-run.ts';

const metrics = [
  { name: 'val/acc', goal: 'max' as const, label: 'Accuracy', unit: '%', primary: true },
  { name: 'val/loss', goal: 'min' as const },
];

function makeTable(inputs: PayloadRunInput[]) {
  const runs = decodeMoreRuns(encodeMoreRuns('vision/cifar10', inputs));
  const index = new RunIndex({ experiment: 'vision/cifar10', owner: 'ada', metrics }, runs, { nowMs: 0 });
  return { index, columns: tableColumns(index), runs };
}

const random = randomNumbers(3);
const inputs = Array.from({ length: 200 }, (_, i) => plainRun(i, random));
const { index, columns, runs } = makeTable(inputs);

function state(query: string, table = { index, columns }) {
  return readTableState(new URLSearchParams(query), table.index, table.columns);
}

function found(query: string): string[] {
  const { places, fault } = matchingPlaces(index, state(query), { nowMs: 0, isArchived: false });
  expect(fault).toBeUndefined();
  return places.map((place) => runs[place]?.id ?? '');
}

describe('the columns of a run table', () => {
  test('hold every param and metric, and what else is known of a run', () => {
    const ids = [...columns.keys()];
    for (const id of ['status', 'tags', 'host', 'commit', 'val/acc', 'val/acc.min', 'lr', 'optimizer'])
      expect(ids).toContain(id);
    expect(ids).not.toContain('edits'); // none was edited
    expect(columns.get('epochs')?.isVarying).toBe(false);
    expect(columns.get('optimizer')).toMatchObject({ isNumeric: false, isVarying: true, label: 'optimizer' });
    expect(columns.get('val/acc')).toMatchObject({ label: 'Accuracy', unit: '%', goal: 'max', isNumeric: true });
  });

  test('open as the page has them without script', () => {
    const payload = { metrics, paramColumns: ['lr', 'seed', 'gone'] };
    expect(defaultColumns(payload, index, columns)).toEqual([
      'status',
      'val/acc',
      'lr',
      'param:seed',
      'duration',
      'started',
    ]);
  });

  test('are told apart where a metric, a param and a field share a name', () => {
    const [run] = inputs;
    if (run === undefined) throw new Error('no run');
    const summary = run.metrics.get('val/acc');
    if (summary === undefined) throw new Error('no metric');
    const own = {
      ...run,
      params: new Map([
        ['m', 1],
        ['status', 2],
        ['-x', 3],
        ['a b', 4],
      ]),
      metrics: new Map([['m', summary]]),
    };
    const ids = [...makeTable([own]).columns.keys()];
    for (const id of ['m', 'param:m', 'status', 'param:status', 'param:-x', 'param:a b']) expect(ids).toContain(id);
  });
});

describe('the state of a run table', () => {
  test('is read from an address, and what means nothing is named', () => {
    const read = state(
      'cols=pin:lr&cols=val/acc&cols=foo&sort=-val/acc,lr&sort=bar&page=0&size=7&status=finished&status=done&tag=sweep&tag=no&group=optimizer&group=x&base=run-00003&q=ab&where=lr%3E0.01',
    );
    expect(read).toMatchObject({
      columnIds: ['lr', 'val/acc'],
      sort: [
        { columnId: 'val/acc', isDown: true },
        { columnId: 'lr', isDown: false },
      ],
      page: 1,
      size: 50,
      groupIds: ['optimizer'],
      baselineId: 'vision/cifar10/run-00003',
      words: ['ab'],
      where: 'lr>0.01',
      ignored: ['cols=foo', 'sort=bar', 'page=0', 'status=done', 'tag=no', 'group=x', 'size=7'],
    });
    expect([...read.pinnedIds]).toEqual(['lr']);
    expect([...read.statuses, ...read.tags]).toEqual(['finished', 'sweep']);
    expect(read.query.kind).toBe('filter');
  });

  test('takes any address without throwing', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('cols', 'sort', 'page', 'size', 'status', 'tag', 'group', 'base', 'q', 'where'),
            fc.string({ unit: 'binary' }),
          ),
        ),
        (pairs) => {
          const query = new URLSearchParams(pairs);
          expect(state(query.toString()).page).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  test('sorts the better first by a first press on a head, turned by a second, no more by a third; Shift adds', () => {
    const acc = { id: 'val/acc', goal: 'max' as const };
    const lr = { id: 'lr', goal: undefined };
    const once = nextSort([], acc, false);
    expect(once).toEqual([{ columnId: 'val/acc', isDown: true }]);
    const twice = nextSort(once, acc, false);
    expect(twice).toEqual([{ columnId: 'val/acc', isDown: false }]);
    expect(nextSort(twice, acc, false)).toEqual([]);
    expect(nextSort(once, lr, true)).toEqual([...once, { columnId: 'lr', isDown: false }]);
    expect(nextSort(once, lr, false)).toEqual([{ columnId: 'lr', isDown: false }]);
  });
});

describe('the rows of a run table', () => {
  test('are those that pass filter, words, statuses and tags at once; archived ones only when asked for', () => {
    const open = inputs.filter(({ archived }) => !archived);
    expect(found('')).toEqual(open.map(({ id }) => id));
    expect(found('where=is:archived')).toEqual(inputs.filter(({ archived }) => archived).map(({ id }) => id));
    expect(found('status=archived')).toHaveLength(2);
    expect(found('status=failed')).toEqual(open.filter((run) => run.state === 'failed').map(({ id }) => id));
    expect(found('tag=baseline&tag=sweep')).toEqual(
      open.filter(({ tags }) => tags.includes('baseline')).map(({ id }) => id),
    );
    expect(found('q=run-0012')).toEqual(open.filter(({ id }) => id.includes('run-0012')).map(({ id }) => id));
    const lrOf = (run: PayloadRunInput) => Number(run.params.get('lr'));
    expect(found('where=lr+%3E+0.01+and+optimizer+%3D+sgd+or+diverged+%3D+true')).toEqual(
      open
        .filter((run) => (lrOf(run) > 0.01 && run.params.get('optimizer') === 'sgd') || run.diverged !== undefined)
        .map(({ id }) => id),
    );
    expect(found('where=owner+%3D+ada+and+duration+%3E+5m+and+val/acc.min+%3E+0')).toHaveLength(open.length);
  });

  test('that pass a filter on a metric that nothing ranks by are held by its last value', () => {
    const open = inputs.filter(({ archived }) => !archived);
    const passed = open.filter(({ metrics: own }) => (own.get('lr/now')?.last ?? 0) > 0.5);
    expect(found('where=lr/now+%3E+0.5')).toEqual(passed.map(({ id }) => id));
    expect(passed.length).toBeGreaterThan(0);
  });

  test('with words in the filter field are those that hold all of them', () => {
    expect(found('q=adamw+64')).toEqual(
      inputs
        .filter(
          ({ archived, params, id }) =>
            !archived &&
            params.get('optimizer') === 'adamw' &&
            `${[...params.values()].join(' ')} ${id}`.includes('64'),
        )
        .map(({ id }) => id),
    );
  });

  test('are sorted by several columns, equal ones staying in their order', () => {
    const { places } = matchingPlaces(index, state(''), { nowMs: 0, isArchived: true });
    const sorted = orderedPlaces(index, places, state('sort=optimizer&sort=-lr').sort, columns);
    const keys = sorted.map(
      (place) => [inputs[place]?.params.get('optimizer'), inputs[place]?.params.get('lr')] as [string, number],
    );
    for (const [i, [name, lr]] of keys.entries()) {
      const [before, lrBefore] = keys[i - 1] ?? ['', Number.POSITIVE_INFINITY];
      expect(before < name || (before === name && lrBefore >= lr)).toBe(true);
    }
  });

  test('come last without a value, whichever way they are sorted, and NaN before them', () => {
    const values: (FilterValue | undefined)[] = [undefined, 2, Number.NaN, 'b10', 1, 'b9', null, true, 3n, undefined];
    const order = (isDown: boolean) =>
      sortPlaces([...values.keys()], [{ values, isDown }]).map((place) => values[place]);
    expect(order(false)).toEqual([1, 2, 3n, 'b9', 'b10', true, null, Number.NaN, undefined, undefined]);
    expect(order(true)).toEqual([null, true, 'b10', 'b9', 3n, 2, 1, Number.NaN, undefined, undefined]);
  });

  test('are grouped by several columns, best mean first, with figures of each group', () => {
    const by = ['optimizer', 'width'].flatMap((id) => columns.get(id) ?? []);
    const rankedBy = columns.get('val/acc');
    const groups = groupPlaces([...inputs.keys()], { by, rankedBy, sort: [], columns });
    expect(groups).toHaveLength(9);
    expect(groups.flatMap(({ places }) => places).sort((a, b) => a - b)).toEqual([...inputs.keys()]);
    const table = groupTextTable(groups, by, rankedBy === undefined ? [] : [rankedBy]);
    expect(table.heads.map(({ label }) => label)).toEqual([
      'optimizer',
      'width',
      'runs',
      'Accuracy mean',
      'Accuracy ± 95 % CI',
      'Accuracy min',
      'Accuracy max',
      'Accuracy n',
    ]);
    const means = table.rows.map((row) => Number(row[3]?.value));
    expect(means).toEqual([...means].sort((a, b) => b - a));
    const [first] = groups;
    if (first === undefined) throw new Error('no group');
    expect(groupLabel(first, by)).toMatch(/^optimizer \w+, width \d+$/);
    const values = first.places.map((place) => inputs[place]?.metrics.get('val/acc')?.max ?? Number.NaN);
    expect(means[0]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 12);
  });
});
