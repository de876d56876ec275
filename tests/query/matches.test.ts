import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/format/safe-pattern.ts';
import { compileFilter, matches } from '../../src/query/compile-filter.ts';
import type { FilterRow, FilterValue, MetricPart } from '../../src/query/filter.ts';
import { parseFilter } from '../../src/query/parse-filter.ts';

const nowMs = Date.UTC(2026, 2, 10, 12);

function row({
  fields = {},
  metrics = {},
  params = {},
  tags = [],
}: {
  fields?: Record<string, FilterValue>;
  metrics?: Record<string, Partial<Record<MetricPart | 'ranked', number>>>;
  params?: Record<string, FilterValue>;
  tags?: string[];
}): FilterRow {
  return {
    field: (name) => fields[name],
    metric: (name, part) => metrics[name]?.[part ?? 'ranked'],
    param: (name) => params[name],
    tags,
  };
}

const run = row({
  fields: {
    name: 'resnet-18',
    status: 'finished',
    started: Date.UTC(2026, 2, 4, 9, 12, 30),
    duration: 3_900_000,
    seed: '3',
    commit: '61a9a9b0c4',
    resumes: 2,
    edits: 0,
    archived: false,
    diverged: true,
  },
  metrics: {
    'val/acc': { ranked: 0.93, last: 0.9, min: 0.1, max: 0.93, mean: 0.7, first: 0.1, count: 20, best: 0.93 },
    'val/loss': { last: Number.NaN },
  },
  params: {
    lr: 0.1,
    'weight decay': 5e-4,
    big: 9007199254740993n,
    optimizer: 'sgd',
    amp: true,
    dropout: null,
    layers: '[64,64]',
    'a.min': 1,
  },
  tags: ['baseline', 'two words'],
});

function isMatch(text: string, of: FilterRow = run): boolean {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault.message}`);
  return matches(parsed.filter, of, { nowMs, compilePattern });
}

describe('matches', () => {
  test.each([
    'val/acc > 0.9',
    'val/acc.last = 0.9 and metric:val/acc.min < 0.2 and val/acc.count >= 20 and val/acc.best = 0.93',
    'val/loss.last = nan',
    'lr = 0.1 and lr = 1e-1 and lr = "0.1" and lr != 0.2',
    'lr in [0.01, 0.1] and lr not in [1, 2]',
    '`weight decay` <= 0.0005',
    'big = 9007199254740993 and big > 9007199254740992 and big != 9007199254740992',
    'optimizer = sgd and optimizer ~ "^s.d$" and optimizer != adam and optimizer < t',
    'amp = true and amp != false',
    'dropout = null and dropout != none and dropout != 0.5',
    'layers = "[64,64]"',
    'a.min = 1',
    'tag:baseline and tag:"two words" and tag = baseline and tag != other and tags ~ wo',
    'tag in [other, baseline] and tag not in [other]',
    'is:finished and status = FINISHED and is:diverged and is:resumed and not is:archived and not is:edited',
    'started > 2026-03-03 and started = 2026-03-04 and started <= 2026-03-04 and started < 2026-03-05',
    'started >= 2026-03-04T09:12 and started = 2026-03-04T10:12+01:00 and started = 2026 and started = 2026-03',
    'started > -7d and started < -5d12h',
    'started in [2026-03-04, 2026-03-05]',
    'duration > 1h and duration = 1h5m and duration < 4000',
    'seed = 3 and seed < 10',
    'commit = 61a9a9b and commit = 61A9A9B0C4 and commit ~ "^61"',
    'resumes > 1',
    'missing = none and param:lr != none and missing in [none, 3]',
    'not missing > 1',
    'lr = 5 or val/acc > 0.5 and amp = true',
  ])('finds the run by %s', (text) => {
    expect(isMatch(text)).toBe(true);
  });

  test.each([
    'val/acc > 0.93',
    'val/loss > 0',
    'val/loss.last > 0 or val/loss.last < 0',
    'started > 2026-03-04',
    'started < 2026-03-04',
    'started != 2026-03-04',
    'optimizer > 5',
    'optimizer = SGD',
    'optimizer ~ "^gd"',
    'amp > 0',
    'dropout > 0 or dropout < 1',
    'dropout = none',
    'lr = none',
    'commit = 61',
    'tag = none',
    'big = 9007199254740992',
    'lr = 5 and val/acc > 0.5 or amp = false',
    'amp = yes',
  ])('does not find it by %s', (text) => {
    expect(isMatch(text)).toBe(false);
  });

  test('finds no run without a value by any comparison with it', () => {
    const bare = row({});
    for (const name of ['x', 'metric:x', 'param:x', 'started', 'duration', 'name', 'resumes', 'archived']) {
      for (const operator of ['=', '!=']) {
        const value = name === 'archived' ? 'true' : name === 'started' ? '2026' : '1';
        expect(isMatch(`${name} ${operator} ${value}`, bare)).toBe(false);
      }
      const value = name === 'archived' ? 'true' : name === 'started' ? '2026' : '1';
      expect(isMatch(`${name} in [${value}]`, bare)).toBe(false);
      expect(isMatch(`${name} not in [${value}]`, bare)).toBe(false);
      expect(isMatch(`${name} = none`, bare)).toBe(true);
    }
    for (const operator of ['<', '<=', '>', '>=']) expect(isMatch(`x ${operator} 1`, bare)).toBe(false);
    expect(isMatch('x ~ ""', bare)).toBe(false);
  });

  test('takes a run without tags for one whose tags are known: it has none of them', () => {
    const bare = row({});
    expect(isMatch('tag = none', bare)).toBe(true);
    expect(isMatch('tag != baseline', bare)).toBe(true);
    expect(isMatch('tag:baseline', bare)).toBe(false);
  });

  test('takes a metric before a param of the same name, and the param where it is asked for', () => {
    const both = row({ metrics: { lr: { ranked: 1, last: 2 } }, params: { lr: 3, 'lr.last': 4 } });
    expect(isMatch('lr = 1 and param:lr = 3 and metric:lr.last = 2 and param:lr.last = 4', both)).toBe(true);
  });
});

test('compileFilter tells what is wrong with a pattern, and where', () => {
  const parsed = parseFilter('lr > 0 and name ~ "(a"');
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const compiled = compileFilter(parsed.filter, { nowMs, compilePattern });
  expect(compiled).toMatchInlineSnapshot(`
    {
      "fault": {
        "length": 4,
        "message": "This pattern cannot be read as a regular expression: missing closing ): \`(a\`.",
        "offset": 18,
      },
      "ok": false,
    }
  `);
  expect(matches(parsed.filter, run, { nowMs, compilePattern })).toBe(false);
});
