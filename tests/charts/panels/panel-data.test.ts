import { describe, expect, it } from 'vitest';
import { readColumn } from '../../../src/charts/panels/panel-data.ts';
import { groupRuns, statisticOf } from '../../../src/charts/panels/run-groups.ts';
import { metric, param, run, runs, summary } from './panel-fixture.ts';

describe('readColumn', () => {
  it('reads numbers as numbers, their kinds rising', () => {
    const column = readColumn(param('lr'), runs);
    expect(column.isNumeric).toBe(true);
    expect(column.categories).toEqual(['0.001', '0.01', '0.1', '1']);
  });

  it('takes null as a value beside a missing one, and what mixes with words as words', () => {
    const column = readColumn(param('depth'), [...runs, run('g', {}, {})]);
    expect(column.isNumeric).toBe(false);
    expect(column.categories).toEqual(['2', '4', 'null']);
    expect(column.texts.at(-1)).toBeUndefined();
  });

  it('reads the value that ranks a run, or the part that is asked for', () => {
    const value = { ...summary(3), min: 1, max: 5, first: 2 };
    const one = [{ ...run('a', {}, {}), metrics: new Map([['loss', value]]) }];
    expect(readColumn(metric('loss', 'min'), one).numbers).toEqual([1]);
    expect(readColumn(metric('loss'), one).numbers).toEqual([3]);
    expect(readColumn({ ...metric('loss', 'min'), rule: 'last' }, one).numbers).toEqual([3]);
    expect(readColumn({ ...metric('loss', 'min'), part: 'first' }, one).numbers).toEqual([2]);
  });

  it('counts what is not finite apart from what is missing', () => {
    const column = readColumn(metric('loss', 'min'), runs);
    expect(column.nonFinite).toBe(1);
    expect(column.numbers.filter((value) => value === undefined)).toHaveLength(2);
  });
});

describe('groupRuns', () => {
  it('gives a group a value, and stretches where there are many', () => {
    expect(groupRuns(readColumn(param('opt'), runs)).map(({ text, runs: own }) => [text, own.length])).toEqual([
      ['adam', 3],
      ['sgd', 3],
    ]);
    const many = Array.from({ length: 40 }, (_, i) => run(`r${i}`, { lr: 10 ** (-4 + i / 13) }, {}));
    const groups = groupRuns(readColumn(param('lr'), many));
    expect(groups.length).toBeLessThanOrEqual(10);
    expect(groups[0]?.text).toBe('1e-4 to 3.2e-4');
    expect(groups.reduce((sum, { runs: own }) => sum + own.length, 0)).toBe(40);
  });
});

describe('statisticOf', () => {
  it('gives each statistic of finite values', () => {
    const values = [4, 1, 1, 10];
    expect((['mean', 'median', 'min', 'max', 'count'] as const).map((name) => statisticOf(values, name))).toEqual([
      4, 2.5, 1, 10, 4,
    ]);
    expect(statisticOf([], 'mean')).toBeUndefined();
    expect(statisticOf([], 'count')).toBe(0);
  });
});
