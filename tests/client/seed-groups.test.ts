import { describe, expect, test } from 'vitest';
import { groupKeys, seedGroups, seedValues, usualGroupKeys } from '../../src/client/seed-groups.ts';
import { decodeExperimentRuns, encodeExperimentRuns, type PayloadRun } from '../../src/payload/experiment-runs.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { runStatus } from '../../src/series/run-status.ts';
import { plainRun } from '../payload/plain-run.ts';

const random = randomNumbers(3);

/** Runs of two experiments with these params; they are finished and have metrics. */
function runsOf(experiment: string, params: Record<string, number | string>[]): PayloadRun[] {
  const runs = params.map((own, i) => ({
    ...plainRun(i, random),
    id: `${experiment}/r${i}`,
    group: undefined,
    params: new Map(Object.entries(own)),
  }));
  const common = { title: '', owner: undefined, archived: false, baseline: undefined, best: undefined, metrics: [] };
  const payload = { ...common, experiment, paramColumns: [], runsInAll: runs.length, moreUrls: [], runs };
  return decodeExperimentRuns(encodeExperimentRuns(payload)).runs;
}

const runs = runsOf('a', [
  { lr: 0.1, seed: 0, width: 8 },
  { lr: 0.1, seed: 1, width: 8 },
  { lr: 0.2, seed: 0, width: 8 },
  { seed: 1, width: 8 },
]);
const statusOf = (run: PayloadRun) => runStatus(run, { nowMs: 0 });

describe('usualGroupKeys', () => {
  test('takes what is declared and there, else the params that differ but for seeds', () => {
    expect(usualGroupKeys(runs, ['width', 'nothing'])).toEqual(['width']);
    expect(usualGroupKeys(runs, ['nothing'])).toEqual(['lr']);
    expect(groupKeys(runs)).toEqual(['lr']);
  });

  test('takes the experiment where runs are of several and nothing is declared', () => {
    const mixed = [...runs, ...runsOf('b', [{ lr: 0.1 }])];
    expect(usualGroupKeys(mixed, [])).toEqual(['experiment']);
    expect(groupKeys(mixed)).toEqual(['experiment', 'lr', 'width']);
  });
});

describe('seedGroups', () => {
  test('tells a missing param from any value, and names groups by their values', () => {
    const groups = seedGroups(runs, ['lr'], statusOf);
    expect(groups.map(({ name, runs: own }) => [name, own.length])).toEqual([
      ['lr=0.1', 2],
      ['lr=0.2', 1],
      ['lr=none', 1],
    ]);
  });

  test('leaves out runs that failed, diverged, are archived or have no end, and counts them', () => {
    const [first, second, third, fourth] = runs as [PayloadRun, PayloadRun, PayloadRun, PayloadRun];
    const odd = [
      { ...first, state: 'failed' as const },
      { ...second, diverged: { metric: 'loss', step: 3 } },
      { ...third, archived: true },
      { ...fourth, state: 'open' as const, lastRecordMs: 0 },
    ];
    const [group] = seedGroups(odd, ['width'], statusOf);
    expect(group).toMatchObject({ name: 'width=8', runs: [], leftOut: odd });
  });

  test('gives the value that each run is ranked by, of those that have the metric', () => {
    const [group] = seedGroups(runs, ['lr'], statusOf);
    const best = group?.runs.map(({ metrics }) => metrics.get('val/acc')?.max);
    expect(group && seedValues(group, { name: 'val/acc', goal: 'max' })).toEqual(best);
    expect(group && seedValues(group, { name: 'nothing' })).toEqual([]);
  });
});
