import { expect, test } from 'vitest';
import { describeChart } from '../../src/charts/describe-chart.ts';
import { seriesOf } from './any-series.ts';

const line = (label: string, values: number[]) => ({ runId: `x/${label}`, label, series: seriesOf(values, 9000) });

test('describeChart says who is best, where', () => {
  const lines = [line('run-01', [0.5, 0.4]), line('run-07', [0.213, 0.3])];
  expect(describeChart(lines, { metric: 'val/loss', goal: 'min' })).toBe(
    'val/loss, 2 runs, lowest 0.213 by run-07 at step 9,000.',
  );
  expect(describeChart(lines, { metric: 'val/acc', goal: 'max', unit: '%', runsInAll: 12 })).toBe(
    'val/acc, 2 runs, highest 0.5 % by run-01 at step 9,000. 10 of 12 runs have no val/acc.',
  );
});

test('describeChart counts what is not finite and what was left out', () => {
  const odd = line('a', [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NaN]);
  expect(describeChart([odd], { metric: 'loss', goal: 'min' })).toBe(
    'loss, lowest 1 at step 9,001. 2 NaN, 1 +inf marked at the edge.',
  );
  const reduced = { ...odd, series: { ...seriesOf([1, 2]), reduced: true, total: 5000 } };
  expect(describeChart([reduced], { metric: 'loss', goal: 'min' })).toBe(
    'loss, lowest 1 at step 0. 2 of 5,000 points drawn, every peak kept.',
  );
  expect(describeChart([line('a', [Number.NaN])], { metric: 'loss' })).toBe(
    'loss, no finite value. 1 NaN marked at the edge.',
  );
});

test('describeChart says that lines past 20 are a band', () => {
  const lines = Array.from({ length: 143 }, (_, i) => line(`r${i}`, [i]));
  expect(describeChart(lines, { metric: 'acc', goal: 'max' })).toContain(
    '20 of 143 drawn singly (best by acc), the rest as a band.',
  );
  expect(describeChart(lines, { metric: 'lr', chosenBy: 'acc' })).toContain('(best by acc)');
});

test('describeChart gives the range where nobody said which way is better', () => {
  expect(describeChart([line('a', [0.1, 3]), line('b', [2, 1])], { metric: 'lr' })).toBe('lr, 2 runs, 0.1 to 3.');
  expect(describeChart([line('a', [0.1, 0.1])], { metric: 'lr', unit: 's' })).toBe('lr, constant 0.1 s.');
});

test('describeChart says that superseded values are faint', () => {
  const resumed = line('a', [1, 2]);
  const branched = { ...resumed, series: { ...resumed.series, superseded: [{ steps: [1], values: [9] }] } };
  expect(describeChart([branched], { metric: 'loss', goal: 'min' })).toMatch(
    /step 9,000\. Superseded values are faint\.$/,
  );
  expect(describeChart([branched, line('b', [1])], { metric: 'loss', goal: 'min' })).toContain(
    '1 run wrote steps again.',
  );
});
