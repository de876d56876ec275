import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../../../../src/series/curve-area.ts';
import {
  groupTables,
  thinCurve,
  toConfusionMatrix,
  toUnitCurve,
} from '../../../../src/site/views/panels/logged-curves.ts';
import type { DataTable } from '../../../../src/store/run.ts';

const table = (change: Partial<DataTable>): DataTable => ({
  name: 't',
  kind: undefined,
  step: 1,
  columns: [],
  rows: [],
  ...change,
});

describe('toConfusionMatrix', () => {
  it('takes the names of classes from a first column, or from the columns', () => {
    const named = table({
      kind: 'confusion',
      columns: ['actual', 'cat', 'dog'],
      rows: [
        ['cat', 8, 2],
        ['dog', 0, 10],
      ],
    });
    expect(toConfusionMatrix(named)).toEqual({
      classes: ['cat', 'dog'],
      counts: [
        [8, 2],
        [0, 10],
      ],
    });
    const bare = table({
      kind: 'confusion',
      columns: ['cat', 'dog'],
      rows: [
        [8, 2],
        [0, 10],
      ],
    });
    expect(toConfusionMatrix(bare)).toEqual(toConfusionMatrix(named));
  });

  it('gives none for another kind, for a table that is not square, and for what is no count', () => {
    expect(toConfusionMatrix(table({ columns: ['a'], rows: [[1]] }))).toBeUndefined();
    expect(
      toConfusionMatrix(table({ kind: 'confusion', columns: ['a', 'b', 'c'], rows: [[1, 2, 3]] })),
    ).toBeUndefined();
    expect(toConfusionMatrix(table({ kind: 'confusion', columns: ['a'], rows: [[-1]] }))).toBeUndefined();
    expect(toConfusionMatrix(table({ kind: 'confusion', columns: [], rows: [] }))).toBeUndefined();
  });
});

describe('toUnitCurve', () => {
  it('reads the curve with its step, and the counts of calibration bins', () => {
    const calibration = table({
      kind: 'calibration',
      columns: ['predicted', 'observed', 'count'],
      rows: [
        [0.1, 0, 5],
        [0.9, 1, 7],
      ],
    });
    expect(toUnitCurve(calibration, { id: 'e/a', name: 'a' })).toEqual({
      runId: 'e/a',
      label: 'a',
      step: 1,
      points: [
        [0.1, 0],
        [0.9, 1],
      ],
      counts: [5, 7],
    });
    expect(toUnitCurve(table({ kind: 'note' }), { id: 'e/a', name: 'a' })).toBeUndefined();
  });
});

describe('thinCurve', () => {
  it('keeps the ends and the area of a staircase while it leaves points out', () => {
    const points = Array.from({ length: 2000 }, (_, i): [number, number] => [
      i / 1999,
      Math.sqrt(Math.floor(i / 20) / 100),
    ]);
    const curve = { runId: 'e/a', label: 'a', points };
    const thin = thinCurve(curve).points;
    expect(thin.length).toBeLessThanOrEqual(130);
    expect([thin[0], thin.at(-1)?.[0]]).toEqual([[0, 0], 1]);
    expect(areaUnderCurve(thin)).toBeCloseTo(areaUnderCurve(points), 1);
  });
});

describe('groupTables', () => {
  it('parts by name and kind, with steps rising and those without one first', () => {
    const tables = [
      table({ name: 'a', step: 5 }),
      table({ name: 'b', step: 1 }),
      table({ name: 'a', step: 2 }),
      table({ name: 'a', step: undefined }),
      table({ name: 'a', kind: 'roc', step: 1 }),
    ];
    expect(groupTables(tables).map(({ name, kind, steps }) => [name, kind, steps.map(({ step }) => step)])).toEqual([
      ['a', undefined, [undefined, 2, 5]],
      ['b', undefined, [1]],
      ['a', 'roc', [1]],
    ]);
  });
});
