import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { printSarif } from '../../src/diagnostics/print-sarif.ts';

const base: Diagnostic = {
  code: 'not-json',
  severity: 'error',
  file: 'experiments/a/runs/x y.jsonl',
  line: 2,
  column: 3,
  message: 'The line is not JSON.',
  hint: 'Write JSON.',
};

test('printSarif gives one result a diagnostic, each pointing at its rule', () => {
  const log = JSON.parse(
    printSarif([base, { ...base, code: 'crlf', severity: 'note', count: 3 }], { toolVersion: '1.2.3' }),
  ) as {
    version: string;
    runs: {
      tool: { driver: { version: string; rules: { id: string }[] } };
      columnKind: string;
      results: { ruleId: string; ruleIndex: number }[];
    }[];
  };
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run?.columnKind).toBe('unicodeCodePoints');
  expect(run?.tool.driver.version).toBe('1.2.3');
  for (const { ruleId, ruleIndex } of run?.results ?? []) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(run?.results).toMatchObject([
    {
      ruleId: 'not-json',
      level: 'error',
      message: { text: 'The line is not JSON. Write JSON.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'experiments/a/runs/x%20y.jsonl' },
            region: { startLine: 2, startColumn: 3 },
          },
        },
      ],
    },
    { ruleId: 'crlf', level: 'note', occurrenceCount: 3 },
  ]);
});

test('printSarif of nothing is a whole log without results', () => {
  expect(JSON.parse(printSarif([], { toolVersion: '1' }))).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
});
