import { describe, expect, it } from 'vitest';
import { type LogFiles, writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

/** The part of SARIF 2.1.0 that is used (OASIS standard, sections 3.13 to 3.49). */
interface Sarif {
  $schema: string;
  version: string;
  runs: {
    tool: {
      driver: {
        name: string;
        version: string;
        rules: {
          id: string;
          shortDescription: { text: string };
          fullDescription: { text: string };
          help: { text: string };
          defaultConfiguration: { level: string };
        }[];
      };
    };
    columnKind: string;
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number } };
      }[];
      occurrenceCount?: number;
    }[];
  }[];
}

async function sarifOf(files: LogFiles, ...args: string[]): Promise<{ code: number; run: Sarif['runs'][number] }> {
  const { code, stdout, stderr } = await record(['validate', '--format', 'sarif', ...args], { cwd: writeLogs(files) });
  expect(stderr).toBe('');
  expect(stdout.endsWith('}\n')).toBe(true);
  const log = JSON.parse(stdout) as Sarif;
  expect(log.version).toBe('2.1.0');
  expect(log.$schema).toMatch(/^https:\/\/.*sarif-schema-2\.1\.0\.json$/);
  expect(log.runs).toHaveLength(1);
  return { code, run: log.runs[0] as Sarif['runs'][number] };
}

const mixed: LogFiles = {
  'e/experiment.yaml': 'titel: x\ntags: a\n',
  'e/runs/a.jsonl': 'rubbish\nrubbish\n{"step":"x","loss":1}\r\n',
  'e/runs/lr 0.1 (copy) 100%#?ü.jsonl': '{"step":1}\n',
  'e/runs/b.jsonl': '{"event":"note","text":"ü😀"}{"step":1,"loss":1,}\n',
};

describe('validate --format sarif', () => {
  it('prints a log in which each result points at its own rule, and each rule is there once', async () => {
    const { code, run } = await sarifOf(mixed);
    expect(code).toBe(1);
    expect(run.tool.driver.name).toBe('Runfolio');
    expect(run.tool.driver.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(run.columnKind).toBe('unicodeCodePoints');
    expect(run.results.length).toBeGreaterThan(4);
    for (const { ruleId, ruleIndex, level, message } of run.results) {
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(run.tool.driver.rules[ruleIndex]?.defaultConfiguration.level).toBe(level);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).toMatch(/\S/);
    }
    const ids = run.tool.driver.rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(run.results.map(({ ruleId }) => ruleId))].sort());
    for (const rule of run.tool.driver.rules)
      for (const text of [rule.shortDescription, rule.fullDescription, rule.help]) expect(text.text).toMatch(/\S/);
  });

  it('names each place by a relative address without a character that must be encoded, and counts from 1', async () => {
    const { run } = await sarifOf(mixed);
    const uris = run.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri ?? '');
    for (const uri of uris) expect(uri).toMatch(/^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$/);
    expect(uris.map((uri) => decodeURIComponent(uri))).toContain('experiments/e/runs/lr 0.1 (copy) 100%#?ü.jsonl');
    for (const { locations } of run.results) {
      expect(locations).toHaveLength(1);
      const { startLine, startColumn } = locations[0]?.physicalLocation.region ?? { startLine: 0, startColumn: 0 };
      expect(Number.isInteger(startLine) && startLine >= 1).toBe(true);
      expect(Number.isInteger(startColumn) && startColumn >= 1).toBe(true);
    }
  });

  it('counts columns in code points, as it says', async () => {
    const { run } = await sarifOf({ 'e/runs/x.jsonl': '{"note":"😀ü","step":"x","loss":1}\n' });
    const step = run.results.find(({ ruleId }) => ruleId === 'step-not-a-number');
    expect(step?.locations[0]?.physicalLocation.region).toEqual({ startLine: 1, startColumn: 21 });
  });

  it('counts what was folded, and lists everything that --format json lists', async () => {
    const cwd = writeLogs(mixed);
    const sarif = JSON.parse((await record(['validate', '--format', 'sarif'], { cwd })).stdout) as Sarif;
    const json = JSON.parse((await record(['validate', '--format', 'json'], { cwd })).stdout) as {
      diagnostics: { code: string; severity: string; line: number; column: number; count?: number }[];
    };
    expect(
      sarif.runs[0]?.results.map(({ ruleId, level, locations, occurrenceCount }) => [
        ruleId,
        level,
        ...Object.values(locations[0]?.physicalLocation.region ?? {}),
        occurrenceCount,
      ]),
    ).toEqual(json.diagnostics.map(({ code, severity, line, column, count }) => [code, severity, line, column, count]));
    expect(sarif.runs[0]?.results.find(({ ruleId }) => ruleId === 'not-json')?.occurrenceCount).toBe(2);
  });

  it('is a whole log also where nothing is wrong, and exits by --strict', async () => {
    const { code, run } = await sarifOf({ 'e/runs/x.jsonl': '{"step":1,"loss":1}\n' });
    expect({ code, rules: run.tool.driver.rules, results: run.results }).toEqual({ code: 0, rules: [], results: [] });
    const warned = { 'e/runs/x.jsonl': '{"step":"x","loss":1}\n' };
    expect((await sarifOf(warned)).code).toBe(0);
    expect((await sarifOf(warned, '--strict')).code).toBe(1);
  });
});
