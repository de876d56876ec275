import { describe, expect, test } from 'vitest';
import { experimentSettings, metricSettings } from '../../src/format/experiment-settings.ts';
import { recordSchemas, runDocument } from '../../src/format/run-records.ts';
import { siteSettings } from '../../src/format/site-settings.ts';

type Event = keyof typeof recordSchemas;

describe('record schemas', () => {
  test('there is one for each event of FORMAT.md', () => {
    expect(Object.keys(recordSchemas).sort()).toEqual(
      [
        'alert',
        'archive',
        'artifact',
        'end',
        'histogram',
        'log',
        'metric',
        'note',
        'params',
        'start',
        'system',
        'table',
        'tag',
      ].sort(),
    );
  });

  test.each([
    ['start', { event: 'start' }],
    [
      'start',
      {
        event: 'start',
        time: 1772612000.25,
        name: 'a',
        params: { any: { thing: [1, null] } },
        tags: ['a'],
        notes: 'n',
        group: null,
        job: null,
        seed: 'x',
        parent: null,
        git: { commit: 'c', branch: null, dirty: null, remote: null, more: 1 },
        command: ['a', 'b'],
        host: null,
        user: null,
        env: { python: '3', packages: { a: '1' }, cuda: null, other: 1 },
        gpus: 2,
        schema: 1,
        resumed: true,
        anything: 'else',
      },
    ],
    ['start', { event: 'start', seed: 12345678901234567890n, time: 1772612000000000000n }],
    ['metric', { loss: 1 }],
    ['metric', { event: 'metric', step: 'text', time: 0.5 }],
    ['params', { event: 'params', params: {} }],
    ['system', { event: 'system', 'gpu/0/util': 5, time: '2026-03-04T09:12:00Z' }],
    ['log', { event: 'log', message: 'm', level: 'info' }],
    ['note', { event: 'note', text: 't' }],
    ['tag', { event: 'tag', add: 'a', remove: ['b'] }],
    ['artifact', { event: 'artifact', path: 'a/b.png', kind: 'image', step: 3, caption: 'c', bytes: 0, sha256: 'x' }],
    ['artifact', { event: 'artifact', url: 'https://example.org' }],
    ['histogram', { event: 'histogram', name: 'h', step: 1, edges: [0, 1, 2], counts: [3, 4] }],
    ['table', { event: 'table', name: 't', kind: 'roc', columns: ['a'], rows: [[1], ['x'], [null]] }],
    ['alert', { event: 'alert', level: 'error', title: 't', text: 'x' }],
    ['archive', { event: 'archive', archived: true, reason: 'r' }],
    ['end', { event: 'end', status: 'killed', metrics: { a: 'NaN' }, exit_code: null, error: { type: 'E' } }],
  ] as [Event, object][])('%s takes the record of case %#', (event, record) => {
    const result = recordSchemas[event].safeParse(record);
    expect(result.error?.issues ?? []).toEqual([]);
    expect(result.success && Object.keys(result.data).sort()).toEqual(Object.keys(record).sort());
  });

  test.each([
    ['start', { event: 'start', tags: 'a' }],
    ['start', { event: 'start', params: [] }],
    ['start', { event: 'start', schema: 1.5 }],
    ['params', { event: 'params' }],
    ['log', { event: 'log' }],
    ['note', { event: 'note', text: 5 }],
    ['artifact', { event: 'artifact' }],
    ['artifact', { event: 'artifact', path: 'a', kind: 'picture' }],
    ['histogram', { event: 'histogram', name: 'h', edges: [0, 1], counts: [1, 2] }],
    ['table', { event: 'table', name: 't', columns: ['a'], rows: [1] }],
    ['end', { event: 'end', status: 'done' }],
    ['end', { event: 'end' }],
  ] as [Event, object][])('%s refuses %j', (event, record) => {
    expect(recordSchemas[event].safeParse(record).success).toBe(false);
  });

  test('__proto__ in params survives', () => {
    const params = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as object;
    const result = recordSchemas.params.safeParse({ event: 'params', params });
    expect(result.success && Object.keys(result.data.params)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a run document is every field of start and end together, and needs none', () => {
    expect(runDocument.safeParse({}).success).toBe(true);
    expect(
      runDocument.safeParse({
        id: 'a',
        time: 1,
        params: {},
        tags: ['a'],
        status: 'finished',
        metrics: { a: 1 },
        series: { loss: { step: [0], value: [1] } },
        exit_code: 0,
        archived: true,
      }).success,
    ).toBe(true);
    expect(runDocument.safeParse({ status: 'done' }).success).toBe(false);
  });
});

describe('settings schemas are strict', () => {
  test.each([
    ['experiment', experimentSettings, { titel: 'x' }],
    ['experiment', experimentSettings, { status: 'running' }],
    ['experiment', experimentSettings, { tags: 'a' }],
    ['experiment', experimentSettings, { group_by: 'lr' }],
    ['metric', metricSettings, { gaol: 'min' }],
    ['metric', metricSettings, { goal: 'up' }],
    ['metric', metricSettings, { summary: 'median' }],
    ['metric', metricSettings, { target: '0.9' }],
    ['site', siteSettings, { titel: 'x' }],
    ['site', siteSettings, { noindex: 'yes' }],
    ['site', siteSettings, { secrets: { alow: [] } }],
  ])('%s settings refuse the fault of %#', (_name, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  test('every status and summary of FORMAT.md is taken', () => {
    for (const status of ['active', 'paused', 'concluded'])
      expect(experimentSettings.safeParse({ status }).success).toBe(true);
    for (const summary of ['last', 'best', 'min', 'max', 'mean', 'last_finite'])
      expect(metricSettings.safeParse({ summary }).success).toBe(true);
  });
});
