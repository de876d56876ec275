import { describe, expect, it } from 'vitest';
import { understoodNames } from '../../src/client/chart-names.ts';
import { readSettings } from '../../src/client/chart-settings.ts';
import { runFacts } from '../../src/client/run-facts.ts';
import { seriesOf } from '../charts/any-series.ts';

const settingsOf = (query: string) => readSettings((key) => new URLSearchParams(query).getAll(key)).settings;
const clock = { nowMs: 10_000, crashedAfterMs: 1000 };
const run = {
  state: 'open' as const,
  lastRecordMs: 9500,
  tags: ['a', 'b'],
  seed: '3',
  group: undefined,
  job: undefined,
  host: 'node-1',
  user: undefined,
  commit: undefined,
  branch: 'main',
  parent: undefined,
  params: new Map([
    ['lr', '0.1'],
    ['host', '"param"'],
  ]),
};

describe('runFacts', () => {
  it('gives params, and what is known of a run beside them; a param stands before a fact of its name', () => {
    expect(Object.fromEntries(runFacts(run, clock))).toEqual({
      status: '"running"',
      tags: '"a, b"',
      seed: '"3"',
      host: '"param"',
      branch: '"main"',
      lr: '0.1',
    });
  });

  it('has a status by the clock and no tags where there are none', () => {
    const facts = runFacts({ ...run, tags: [] }, { ...clock, nowMs: 10_501 });
    expect(facts.get('status')).toBe('"crashed"');
    expect(facts.has('tags')).toBe(false);
  });
});

describe('understoodNames', () => {
  const params = new Map([['x/a', runFacts(run, clock)]]);

  it('keeps names that a run has, params and facts, and names the others', () => {
    const { settings, ignored } = understoodNames(
      settingsOf('group=status&group=nosuch&group=param:lr&colour=branch'),
      {
        params,
      },
    );
    expect(settings.group).toEqual(['status', 'lr']);
    expect(settings.colour).toBe('branch');
    expect(ignored).toEqual(['group=nosuch in charts']);
  });

  it('leaves groups and the colour at their defaults where no run has them', () => {
    const { settings, ignored } = understoodNames(settingsOf('group=nosuch&colour=nobody'), { params });
    expect(settings.group).toEqual([]);
    expect(settings.colour).toBe('run');
    expect(ignored).toEqual(['colour=nobody', 'group=nosuch in charts']);
  });

  it('drops an x that no run has with the zoom along it', () => {
    const given = settingsOf('x=epoch&zoom=1..2');
    expect(understoodNames(given, { xSeries: new Map() })).toMatchObject({
      settings: { x: 'step', zoom: undefined },
      ignored: ['x=epoch'],
    });
    expect(understoodNames(given, { xSeries: new Map([['x/a', seriesOf([1])]]) }).settings).toEqual(given);
  });
});
