import { describe, expect, test } from 'vitest';
import type { LoadedExperiment } from '../../src/client/compare-data.ts';
import { chooseByRules, experimentsOfRules } from '../../src/client/compare-rules.ts';
import { decodeExperimentRuns, encodeExperimentRuns } from '../../src/payload/experiment-runs.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { plainRun } from '../payload/plain-run.ts';

const clock = { nowMs: 1_780_000_000_000, crashedAfterMs: 3_600_000 };
const random = randomNumbers(1);

/** An experiment of ten runs with lr 0, 0.1, 0.2 …; the last one is archived. */
function experiment(id: string, { archived = false } = {}): LoadedExperiment {
  const runs = Array.from({ length: 10 }, (_, i) => ({
    ...plainRun(i, random),
    id: `${id}/r${i}`,
    name: `r${i}`,
    archived: archived || i === 9,
    params: new Map([['lr', i / 10]]),
  }));
  const text = encodeExperimentRuns({
    experiment: id,
    title: id,
    owner: undefined,
    archived,
    baseline: undefined,
    best: undefined,
    metrics: [],
    paramColumns: [],
    views: [
      { name: 'Large: lr', query: '?where=lr+%3E%3D+0.7' },
      { name: 'Two', query: '?sel=r3&sel=r1' },
      { name: 'Old', query: '?where=width+%3E' },
    ],
    runsInAll: 10,
    moreUrls: [],
    runs,
  });
  const payload = decodeExperimentRuns(text);
  return { payload, runs: payload.runs };
}

const loaded = new Map([
  ['vision/a', experiment('vision/a')],
  ['vision/b', experiment('vision/b')],
]);
const rules = { where: '', experiments: [], views: [] };
const idsOf = async (own: Partial<typeof rules> | Record<string, unknown>) =>
  (await chooseByRules({ ...rules, ...own }, loaded, clock)).runs.map(({ id }) => id);

describe('experimentsOfRules', () => {
  const index = {
    experiments: [
      { id: 'vision/a', archived: false },
      { id: 'vision/b', archived: true },
      { id: 'text', archived: false },
    ].map((own) => ({ ...own, title: own.id, runsUrl: '', runIds: [] })),
  };
  const whole = (own: Record<string, unknown>) => [...experimentsOfRules({ ...rules, ...own }, index).whole];

  test('looks through all experiments for a filter, archived ones where it speaks of archived runs', () => {
    expect(whole({ where: 'lr > 0' })).toEqual(['vision/a', 'text']);
    expect(whole({ where: 'is:archived' })).toEqual(['vision/a', 'vision/b', 'text']);
    expect(whole({})).toEqual([]);
  });

  test('takes an experiment or a folder by its name, and names what is none', () => {
    expect(whole({ experiments: ['vision'] })).toEqual(['vision/a', 'vision/b']);
    expect(whole({ experiments: ['text'], where: 'lr > 0' })).toEqual(['text']);
    expect(
      experimentsOfRules({ ...rules, experiments: ['vis', '__proto__'], views: ['no:view'] }, index).unknown,
    ).toEqual(['e=vis', 'e=__proto__', 'view=no:view']);
  });
});

describe('chooseByRules', () => {
  test('finds the runs of all experiments that pass a filter, and counts archived ones that it leaves out', async () => {
    const chosen = await chooseByRules({ ...rules, where: 'lr >= 0.8' }, loaded, clock);
    expect(chosen.runs.map(({ id }) => id)).toEqual(['vision/a/r8', 'vision/b/r8']);
    expect(chosen.archivedLeftOut).toBe(2);
    expect(await idsOf({ where: 'lr >= 0.8 and (is:archived or not is:archived)' })).toHaveLength(4);
  });

  test('takes all runs of an experiment that stands without a filter', async () => {
    expect(await idsOf({ experiments: ['vision/b'] })).toEqual(Array.from({ length: 9 }, (_, i) => `vision/b/r${i}`));
  });

  test('takes what a view shows: those picked in it, else those that pass its filter', async () => {
    expect(await idsOf({ views: ['vision/a:Two'] })).toEqual(['vision/a/r3', 'vision/a/r1']);
    expect(await idsOf({ views: ['vision/b:Large: lr'] })).toEqual(['vision/b/r7', 'vision/b/r8']);
    expect(await idsOf({ views: ['vision/a:Two'], where: 'lr < 0.2', experiments: ['vision/a'] })).toEqual([
      'vision/a/r3',
      'vision/a/r1',
      'vision/a/r0',
    ]);
  });

  test('names a view that there is not, and one whose filter cannot be read', async () => {
    const chosen = await chooseByRules({ ...rules, views: ['vision/a:None', 'vision/a:Old'] }, loaded, clock);
    expect(chosen.unknown[0]).toBe('view=vision/a:None');
    expect(chosen.unknown[1]).toMatch(/^view=vision\/a:Old \(.+\)$/);
    expect(chosen.runs).toEqual([]);
  });

  test('tells what is wrong with a filter and brings no run then', async () => {
    const unknown = await chooseByRules({ ...rules, where: 'lrr > 0.1' }, loaded, clock);
    expect(unknown.runs).toEqual([]);
    expect(unknown.fault).toMatchObject({ offset: 0, length: 3, nearest: 'lr' });
    const broken = await chooseByRules({ ...rules, where: 'lr >' }, loaded, clock);
    expect(broken.fault?.message).toBeTruthy();
    expect(broken.runs).toEqual([]);
  });

  test('understands patterns', async () => {
    expect(await idsOf({ where: 'name ~ "^r[12]$"' })).toEqual([
      'vision/a/r1',
      'vision/a/r2',
      'vision/b/r1',
      'vision/b/r2',
    ]);
  });
});
