import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { makeReport } from '../../src/diagnostics/print-json.ts';

const base: Diagnostic = {
  code: 'not-json',
  severity: 'error',
  file: 'experiments/a/runs/x.jsonl',
  line: 2,
  column: 3,
  message: 'm',
  hint: 'h',
};

test('makeReport gives the keys of the report in its order, counts occurrences and leaves excerpts out', () => {
  const report = makeReport(
    [
      { ...base, count: 5, excerpt: 'a secret perhaps' },
      { ...base, severity: 'warning' },
      { ...base, severity: 'note', count: 7 },
    ],
    { files: 4, experiments: 2, runs: 3 },
  );
  expect(JSON.stringify(report)).toMatchInlineSnapshot(
    `"{"version":1,"files":4,"experiments":2,"runs":3,"errors":5,"warnings":1,"diagnostics":[{"code":"not-json","severity":"error","file":"experiments/a/runs/x.jsonl","line":2,"column":3,"message":"m","hint":"h","count":5},{"code":"not-json","severity":"warning","file":"experiments/a/runs/x.jsonl","line":2,"column":3,"message":"m","hint":"h"},{"code":"not-json","severity":"note","file":"experiments/a/runs/x.jsonl","line":2,"column":3,"message":"m","hint":"h","count":7}]}"`,
  );
});

test('makeReport leaves out hint and count where there is none', () => {
  const { hint: _, ...bare } = base;
  const report = makeReport([bare], { files: 1, experiments: 1, runs: 1 });
  expect(Object.keys(report.diagnostics[0] ?? {})).toEqual(['code', 'severity', 'file', 'line', 'column', 'message']);
});

test('makeReport of nothing has zeros and an empty list', () => {
  expect(makeReport([], { files: 0, experiments: 0, runs: 0 })).toEqual({
    version: 1,
    files: 0,
    experiments: 0,
    runs: 0,
    errors: 0,
    warnings: 0,
    diagnostics: [],
  });
});
