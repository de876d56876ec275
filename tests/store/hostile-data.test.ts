import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { exportRuns } from '../../src/exporters/export-runs.ts';
import type { JsonValue } from '../../src/format/scalars.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { parseJson } from '../../src/store/parse-json.ts';
import { readYaml } from '../../src/store/read-yaml.ts';
import { lastValues, lines, openLogs, openRun, pickRun, sharedData, tell } from './log-folder.ts';

const missing = 'the shared data are not on this machine';
const folder = sharedData('hostile');
const inside = (path: string): string => join(folder ?? '', path);

function expectPlaced(diagnostics: readonly Diagnostic[]): void {
  for (const { line, column, code, message, hint } of diagnostics) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(Object.keys(catalogue)).toContain(code);
    expect(message).toMatch(/\S.*[.!?]$/s);
    expect(hint).toMatch(/\S/);
    expect(`${message}${hint}`).not.toMatch(/\n\s+at |undefined|\[object/);
  }
}

function expectNoPollution(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.keys(Array.prototype)).toEqual([]);
}

describe('JSONTestSuite', () => {
  const files = folder === undefined ? [] : readdirSync(inside('json-test-suite/test_parsing'));
  const load = (file: string): Buffer => readFileSync(inside(`json-test-suite/test_parsing/${file}`));
  const isNonFinite = (file: string): boolean => /NaN|nan|[Ii]nfinity|_inf/.test(file);
  const lenient = ['not-an-object', 'indented-json', 'json-array', 'duplicate-key', 'text-in-metric', 'trailing-comma'];

  test('is there', (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    expect(files.length).toBeGreaterThan(140);
  });

  test.each(files.filter((file) => file.startsWith('y_')))(
    '%s is read, or is told to be no object on one line',
    async (file) => {
      const { run, diagnostics } = await openRun(load(file));
      expectPlaced(diagnostics);
      const text = load(file).toString();
      const isObject = text.trim().startsWith('{') && !text.trim().includes('\n');
      if (isObject) {
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(run.recordCount).toBe(1);
      } else {
        expect(diagnostics.length).toBeGreaterThan(0);
        for (const { code } of diagnostics)
          expect(text.includes('\n') ? [...lenient, 'not-json'] : lenient).toContain(code);
      }
      expectNoPollution();
    },
  );

  test.each(files.filter((file) => file.startsWith('y_')))(
    '%s: the careful reader gives what JSON.parse gives',
    (file) => {
      const text = load(file).toString();
      const parsed = parseJson(text);
      expect(parsed.ok && text.slice(parsed.end).trim()).toBe('');
      const plain = JSON.parse(
        JSON.stringify(parsed.ok ? parsed.value : undefined, (_key, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        ),
      ) as unknown;
      expect(plain).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
    },
  );

  test.each(files.filter((file) => file.startsWith('n_')))(
    '%s is refused at a line and a column, or is of the NaN family',
    async (file) => {
      const { diagnostics } = await openRun(load(file));
      expectPlaced(diagnostics);
      if (!isNonFinite(file)) expect(diagnostics.length).toBeGreaterThan(0);
      expectNoPollution();
    },
  );

  test.each(files.filter((file) => file.startsWith('n_')))(
    '%s is refused by the careful reader, unless of the NaN family',
    (file) => {
      const bytes = load(file);
      const text = bytes.toString('utf8');
      if (!Buffer.from(text).equals(bytes)) return expect(text).toContain('\ufffd'); // not UTF-8: the line reader refuses it
      const parsed = parseJson(text);
      const isRefused = !parsed.ok || text.slice(parsed.end).replace(/[ \t\r\n]+/g, '') !== '';
      if (/^\s*\[\s*(?:NaN|-?Infinity)\s*\]\s*$/.test(text)) expect(isRefused).toBe(false);
      else expect(isRefused).toBe(true);
    },
  );

  test.each(files.filter((file) => file.startsWith('i_')))('%s does not crash the reader', async (file) => {
    const { diagnostics, run } = await openRun(load(file));
    expectPlaced(diagnostics);
    expect(run.recordCount + diagnostics.length).toBeGreaterThan(0);
    expect(
      (await openRun(Buffer.concat([Buffer.from('{"v":'), load(file), Buffer.from('}\n{"x":1}\n')]))).run.recordCount,
    ).toBeGreaterThan(0);
  });

  test('test_transform: nothing that may be read in two ways is read in silence, and nothing crashes', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    for (const file of readdirSync(inside('json-test-suite/test_transform'))) {
      const { diagnostics, run } = await openRun(readFileSync(inside(`json-test-suite/test_transform/${file}`)));
      expectPlaced(diagnostics);
      expect(run.recordCount + diagnostics.length, file).toBeGreaterThan(0);
      if (file.startsWith('object_same_key'))
        expect(
          diagnostics.map(({ code }) => code),
          file,
        ).toContain('duplicate-key');
    }
  });

  test('all of it in one log: the record at the end is read', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const bytes = files
      .filter((file) => !/utf16|UTF-16/i.test(file))
      .flatMap((file) => [load(file), Buffer.from('\n')]);
    const { run, diagnostics } = await openRun(
      Buffer.concat([Buffer.from('{"first":1}\n'), ...bytes, Buffer.from('{"event":"note","text":"end"}\n')]),
    );
    expectPlaced(diagnostics);
    expect(run.notes).toMatchObject([{ text: 'end' }]);
    expect(run.metrics.get('first')?.last).toBe(1);
  });
});

describe("what Python's json writes", () => {
  test.for(['default.jsonl', 'compact-sorted.jsonl'])('%s is read whole', async (file, ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const { run, diagnostics } = await openRun(readFileSync(inside(`python-json/${file}`)));
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(run.recordCount).toBe(7);
    expect(run.metrics.get('loss')).toMatchObject({
      count: 6,
      nonFinite: 4,
      first: 2.3,
      firstStep: 0,
      lastStep: 6,
      lastFinite: 0.30000000000000004,
    });
    expect(lastValues(run)).toMatchObject({
      grad_norm: Number.NEGATIVE_INFINITY,
      tiny: 5e-324,
      neg0: -0,
      big: 2 ** 63,
      huge: 1e40,
      acc: 1,
    });
    expect(run.texts.get('name')).toBe('café \u2028 😀');
    expect(run.texts.get('lone')).toBe('\ud83d');
  });

  test('non-ascii.jsonl, with U+2028 inside a string, is read whole', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const { run, diagnostics } = await openRun(readFileSync(inside('python-json/non-ascii.jsonl')));
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(run.texts.get('name')).toBe('café \u2028 😀');
  });

  test('python-repr.txt is one error that names json.dumps', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const { run, told, diagnostics } = await openRun(readFileSync(inside('python-json/python-repr.txt')));
    expect(told).toEqual(['1:2 error python-repr']);
    expect(diagnostics[0]).toMatchObject({ count: 5, hint: expect.stringContaining('json.dumps') });
    expect(run.recordCount).toBe(0);
  });

  test('indented.json is one diagnostic, not forty', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const { told, diagnostics } = await openRun(readFileSync(inside('python-json/indented.json')));
    expect(told).toEqual([expect.stringMatching(/^1:1 error (?:indented-json|json-array)$/)]);
    expect(diagnostics[0]?.hint).toMatch(/line/);
  });
});

describe('naughty strings and XSS payloads are plain data', () => {
  const load = (): string[] => {
    const rows = (path: string): string[] => readFileSync(inside(path), 'utf8').split('\n');
    const naughty = rows('naughty-strings/blns-half.txt').filter((row) => row !== '' && !row.startsWith('#'));
    const payloads = rows('xss-payloads/payloadbox-half.txt').filter((row) => row !== '');
    const owasp = JSON.parse(readFileSync(inside('xss-owasp/filter-evasion.json'), 'utf8')) as string[];
    const csv = rows('csv-injection/csv-payload.txt').filter((row) => row !== '');
    return [...new Set([...naughty, ...payloads, ...owasp, ...csv])];
  };

  test('as run names, tags, params, metric names, notes and captions they are read back equal', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const strings = load();
    expect(strings.length).toBeGreaterThan(3000);
    const reserved = new Set(['step', 'time', 'epoch', 'event']);
    const records = strings.map((text, index) => ({
      id: `r${index}`,
      name: text,
      tags: [text],
      notes: text,
      group: text,
      params: { [text]: text, list: [text] },
      ...(reserved.has(text) ? {} : { metrics: { [text]: index } }),
    }));
    const store = await openLogs({ 'e/runs.jsonl': lines(...records) });
    expect(store.runs.size).toBe(strings.length);
    expect(store.diagnostics.filter(({ severity, code }) => severity === 'error' && code !== 'secret')).toEqual([]);
    const hidden = new Set(store.secretsByFile.get('experiments/e/runs.jsonl') ?? []);
    for (const [index, text] of strings.entries()) {
      const run = store.runs.get(`e/r${index}`);
      if ([...hidden].some((secret) => text.includes(secret))) continue;
      expect(run).toMatchObject({ name: text, tags: [text], group: text, notes: [{ text }] });
      expect([...(run?.params ?? [])]).toEqual([
        [text, text],
        ['list', [text]],
      ]);
      expect([...(run?.metrics ?? [])].map(([name, { last }]) => [name, last])).toEqual([[text, index]]);
    }
    expect(hidden.size).toBeLessThan(10);
    const exported = exportRuns(store, 'jsonl', { nowMs: 0 }).trimEnd().split('\n');
    for (const [index, row] of exported.entries()) {
      const text = strings[Number((JSON.parse(row) as { run: string }).run.slice(1))] as string;
      if ([...hidden].some((secret) => text.includes(secret))) continue;
      expect(JSON.parse(row), String(index)).toMatchObject({ name: text, params: { [text]: text } });
    }
    expectNoPollution();
  });

  test('in a stream they are read back equal: start, metric, text, log, note, tag, artifact, alert, table', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const strings = load().filter((_, index) => index % 7 === 0);
    const { run, store } = await openRun(
      strings.flatMap((text) => [
        { event: 'log', message: text },
        { event: 'tag', add: [text] },
        { event: 'note', text },
        { event: 'alert', title: text, text },
        { event: 'artifact', url: 'https://example.org/a', name: text, caption: text },
        { event: 'table', name: text, columns: [text], rows: [[text]] },
        { values: { [`m ${text}`]: 1 } },
        { said: text },
      ]),
      { limits: { logLines: 100_000 } },
    );
    const hidden = [...(store.secretsByFile.get('experiments/e/runs/x.jsonl') ?? [])];
    const isOpen = (text: string): boolean => !hidden.some((secret) => text.includes(secret));
    const open = strings.filter(isOpen);
    expect(open.length).toBeGreaterThan(strings.length - 10);
    const expectKept = (found: readonly (string | undefined)[], wanted = open): void =>
      expect(found.filter((text) => text === undefined || (isOpen(text) && !text.includes('[redacted]')))).toEqual(
        wanted,
      );
    expectKept(run.logLines.map(({ message }) => message));
    expectKept(run.tags);
    expectKept(run.notes.map(({ text }) => text));
    expectKept(run.alerts.map(({ title }) => title));
    expectKept(run.artifacts.map(({ caption }) => caption));
    expectKept(run.tables.map(({ name }) => name));
    for (const text of open) expect(run.metrics.has(`values/m ${text}`), text).toBe(true);
    expectNoPollution();
  });

  test('as ids they are errors or read, and never two runs in one place', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const strings = load();
    const store = await openLogs({ 'e/runs.jsonl': lines(...strings.map((id) => ({ id, metrics: { x: 1 } }))) });
    expectPlaced(store.diagnostics);
    for (const id of store.runs.keys()) expect(id).toMatch(/^e\/[A-Za-z0-9._=+,-]{1,100}$/);
  });

  test('as lines of a log they are set aside, and the records between them are read', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const strings = load();
    const text = strings.map((row, index) => `${row.replaceAll('\n', ' ')}\n{"step":${index},"x":1}\n`).join('');
    const { run, diagnostics } = await openRun(text);
    expectPlaced(diagnostics);
    expect(run.metrics.get('x')?.count).toBe(strings.length);
  });
});

describe('YAML test suite', () => {
  const cases = folder === undefined ? [] : listCases(inside('yaml-test-suite'), '');

  /** Folders that hold an in.yaml, also one level down. */
  function listCases(root: string, prefix: string): string[] {
    return readdirSync(join(root, prefix)).flatMap((name) => {
      const path = join(prefix, name);
      if (!statSync(join(root, path)).isDirectory()) return [];
      return existsSync(join(root, path, 'in.yaml')) ? [path] : listCases(root, path);
    });
  }
  const file = (name: string, own: string): string => inside(`yaml-test-suite/${name}/${own}`);

  test('is there', (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases)('%s as experiment.yaml throws nothing, and is refused where it must be', async (name) => {
    const store = await openLogs({
      'e/experiment.yaml': readFileSync(file(name, 'in.yaml')),
      'e/runs/x.jsonl': '{"loss":1}\n',
    });
    expectPlaced(store.diagnostics);
    expect(store.runs.get('e/x')?.metrics.get('loss')?.last).toBe(1);
    if (existsSync(file(name, 'error'))) {
      expect(
        store.diagnostics.some(({ severity }) => severity === 'error'),
        tell(store.diagnostics).join('; '),
      ).toBe(true);
    }
    expectNoPollution();
  });

  test.each(cases.filter((name) => existsSync(file(name, 'in.json')) && !existsSync(file(name, 'error'))))(
    '%s: mappings read as the suite says',
    (name) => {
      const text = readFileSync(file(name, 'in.yaml'), 'utf8');
      const diagnostics = new DiagnosticList();
      const documents = readYaml(text, { file: 'x', limits: defaultLimits, diagnostics, many: true });
      const expected = readJsonStream(readFileSync(file(name, 'in.json'), 'utf8'));
      const isMapping = (value: unknown): boolean =>
        typeof value === 'object' && value !== null && !Array.isArray(value);
      // Tags are refused on purpose; what is no mapping is told of.
      if (/(?:^|[\s[{,-])!/m.test(text) || !expected.every(isMapping)) {
        expect(documents.length + diagnostics.sorted().length).toBeGreaterThan(0);
        return;
      }
      expect(diagnostics.sorted().filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(documents.map(({ value }) => plain(value as JsonValue))).toEqual(expected);
    },
  );

  function plain(value: JsonValue): unknown {
    return JSON.parse(
      JSON.stringify(value, (_key, own: unknown) => (typeof own === 'bigint' ? Number(own) : own)),
    ) as unknown;
  }

  /** JSON values one after another, indented or not. */
  function readJsonStream(text: string): unknown[] {
    const values: unknown[] = [];
    for (let at = 0; text.slice(at).trim() !== ''; ) {
      const parsed = parseJson(text, { start: at });
      if (!parsed.ok) throw new Error(`in.json is no JSON: ${text}`);
      values.push(plain(parsed.value));
      at = parsed.end;
    }
    return values;
  }

  test('all cases as runs.yaml: nothing throws, and every document is a run or told of', async (ctx) => {
    if (folder === undefined) return ctx.skip(missing);
    const files = Object.fromEntries(
      cases.flatMap((name, index) => {
        const text = readFileSync(file(name, 'in.yaml'));
        return [
          [`e${index}/runs.yaml`, text],
          [`d${index}/runs/x.yaml`, text],
        ];
      }),
    );
    const store = await openLogs(files);
    expectPlaced(store.diagnostics);
    for (const index of cases.keys()) {
      expect(
        store.runs.has(`d${index}/x`) ||
          store.diagnostics.some((own) => own.file === `experiments/d${index}/runs/x.yaml`),
        cases[index],
      ).toBe(true);
    }
    expectNoPollution();
  });
});

describe('prototype pollution', () => {
  test.each([
    '{"__proto__":{"polluted":1}}',
    '{"event":"start","params":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    '{"event":"start","env":{"__proto__":{"polluted":1},"packages":{"__proto__":{"polluted":"1"}}}}',
    '{"event":"start","git":{"__proto__":{"polluted":1}}}',
    '{"event":"end","status":"finished","metrics":{"__proto__":{"polluted":1}},"error":{"__proto__":{"polluted":1}}}',
    '{"event":"__proto__","polluted":1}',
    '{"event":"system","__proto__":{"polluted":1}}',
    '{"event":"table","name":"__proto__","columns":["__proto__"],"rows":[[{"__proto__":{"polluted":1}}]]}',
    '{"step":1,"config":{"__proto__":{"polluted":1}}}',
  ])('%s pollutes nothing, in a stream, in runs.jsonl and in YAML', async (line) => {
    const store = await openLogs({
      'a/runs/x.jsonl': `${line}\n`,
      'b/runs.jsonl': `${line.replace('{', '{"id":"x",')}\n`,
      'c/runs/x.yaml': `${line}\n`,
      'd/experiment.yaml': `${line}\n`,
      '_site.yaml': `${line}\n`,
    });
    for (const format of ['json', 'jsonl', 'csv'] as const) exportRuns(store, format, { nowMs: 0 });
    expectNoPollution();
    expect(pickRun(store, 'a/x').run.recordCount).toBe(1);
  });
});
