import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/logger/histogram.ts';
import type { InitOptions } from '../../src/logger/init.ts';
import type { Run } from '../../src/logger/run.ts';
import { Table } from '../../src/logger/table.ts';
import { makeHost, type TestHost } from './logger-host.ts';

// The same calls give the same bytes in both loggers: golden/NAME.json are the calls, NAME.jsonl the bytes. The Python test
// writes them anew; golden/README.md has the rules.

const folder = fileURLToPath(new URL('./golden/', import.meta.url));
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort();

type Arguments = Record<string, unknown>;

/** Puts what JSON cannot say in place of how it is spelled: `{"$float": "NaN"}`, `{"$int": "18446744073709551616"}`. */
function spelled(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$float' in value) return Number(value.$float);
  return '$int' in value ? BigInt(String(value.$int)) : value;
}

/** Plays one call; gives the run that it begins, or the run given. */
function play(host: TestHost, run: Run | undefined, name: string, given: Arguments): Run {
  if (name === 'init') return host.init({ resume: undefined, ...given } as InitOptions);
  if (run === undefined) throw new Error('a case begins with init');
  const { step, commit } = given as { step?: number; commit?: boolean };
  const text = (key: string) => given[key] as string;
  const logged = (value: unknown) => run.log(new Map([[text('name'), value]]), { step });
  const calls: Record<string, () => void> = {
    log: () => run.log(given.data as object, { step, commit }),
    histogram: () => logged(new Histogram({ counts: given.counts, edges: given.edges })),
    count: () => logged(new Histogram(given.values, { bins: given.bins as number })),
    table: () => logged(new Table(given as ConstructorParameters<typeof Table>[0])),
    artifact() {
      const isFile = given.content !== undefined;
      const source = isFile ? join(host.top, text('file')) : text('file');
      if (isFile) writeFileSync(source, text('content'));
      const kind = given.kind ?? given.type;
      run.logArtifact(source, { ...given, kind } as Parameters<Run['logArtifact']>[1]);
    },
    tear: () => appendFileSync(run.path ?? '', text('text')),
    params: () => run.config.update(given),
    summary: () => run.summary.update(given),
    define_metric: () =>
      run.defineMetric(text('name'), { ...given, stepMetric: given.step_metric as string | undefined }),
    message: () => run.message(given.text, given.level as string | undefined),
    note: () => run.note(given.text),
    tag: () => run.tag(given),
    archive: () => run.archive(given.reason, given),
    alert: () => run.alert(given.title, given.text, given.level as string | undefined),
    finish: () => run.finish({ ...given, exitCode: given.exit_code as number | undefined }),
  };
  const call = calls[name];
  if (call === undefined) throw new Error(`no call is named ${name}`);
  call();
  return run;
}

/** Times and durations depend on how often a logger reads the clock; their shape does not. */
function withoutClock(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/("(?:time|_timestamp)":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '$1now"')
    .replace(/"elapsed":\d+(?:\.\d{1,3})?/g, '"elapsed":0');
}

describe('the same calls give the bytes that the Python logger writes', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  test.each(cases)('%s', (name) => {
    const calls = JSON.parse(readFileSync(join(folder, name), 'utf8'), spelled) as [string, Arguments][];
    const host = makeHost();
    let run: Run | undefined;
    for (const [call, given] of calls) run = play(host, run, call, given);
    const found = readFileSync(run?.path ?? '');
    const expected = readFileSync(join(folder, `${name}l`));
    expect(withoutClock(found).split('\n')).toEqual(withoutClock(expected).split('\n'));
    expect(host.said.filter((text) => !text.includes('cannot be the id of a run'))).toEqual([]);
  });
});
