import { expect, test } from 'vitest';
import { defaultCrashedAfterMs, runStatus } from '../../src/series/run-status.ts';

const nowMs = 1_772_612_000_000;

test('a day is the default', () => {
  expect(defaultCrashedAfterMs).toBe(86_400_000);
});

test.each(['finished', 'failed', 'killed', 'unknown'] as const)('%s stands for itself, however old', (state) => {
  expect(runStatus({ state, lastRecordMs: 0 }, { nowMs })).toBe(state);
  expect(runStatus({ state, lastRecordMs: undefined }, { nowMs })).toBe(state);
});

test.each([
  [0, 'running'],
  [86_400_000, 'running'],
  [86_400_001, 'crashed'],
  [-3_600_000, 'running'], // another host's clock is ahead
])('a run without an end whose last record is %i ms old is %s', (ageMs, status) => {
  expect(runStatus({ state: 'open', lastRecordMs: nowMs - ageMs }, { nowMs })).toBe(status);
});

test('the span can be chosen', () => {
  const run = { state: 'open', lastRecordMs: nowMs - 1001 } as const;
  expect(runStatus(run, { nowMs, crashedAfterMs: 1000 })).toBe('crashed');
  expect(runStatus(run, { nowMs, crashedAfterMs: 2000 })).toBe('running');
});

test('a run without an end and without any time is unknown', () => {
  expect(runStatus({ state: 'open', lastRecordMs: undefined }, { nowMs })).toBe('unknown');
});
