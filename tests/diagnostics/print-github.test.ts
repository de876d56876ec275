import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { printGithub } from '../../src/diagnostics/print-github.ts';

const base: Diagnostic = {
  code: 'not-json',
  severity: 'error',
  file: 'experiments/a/runs/x.jsonl',
  line: 2,
  column: 3,
  message: 'The line is not JSON.',
  hint: 'Write JSON.',
};

test('printGithub gives one workflow command a diagnostic, a note as a notice', () => {
  expect(
    printGithub([
      base,
      { ...base, severity: 'warning', count: 4 },
      { ...base, severity: 'note', hint: undefined } as Diagnostic,
    ]),
  ).toMatchInlineSnapshot(`
    "::error file=experiments/a/runs/x.jsonl,line=2,col=3,title=not-json::The line is not JSON.%0AWrite JSON.
    ::warning file=experiments/a/runs/x.jsonl,line=2,col=3,title=not-json::The line is not JSON. (4 times in this file)%0AWrite JSON.
    ::notice file=experiments/a/runs/x.jsonl,line=2,col=3,title=not-json::The line is not JSON.
    "
  `);
});

test('printGithub lets no text end a command or a property', () => {
  const output = printGithub([
    {
      ...base,
      file: 'experiments/a,b:c%/x.jsonl',
      message: 'first\nsecond\r::error file=evil::x 100%',
      hint: '::set-output name=a::b',
    },
  ]);
  expect(output.trimEnd().split(/[\r\n]/)).toHaveLength(1);
  expect(output).toContain('file=experiments/a%2Cb%3Ac%25/x.jsonl,line=2');
  expect(output).toMatch(/first\S*second\S*::error file=evil::x 100%25%0A::set-output/);
});

test('printGithub keeps terminal escapes of a log out of the job log', () => {
  expect(printGithub([{ ...base, message: '\u001b[31mred' }])).not.toContain('\u001b');
});

test('printGithub gives nothing for nothing', () => {
  expect(printGithub([])).toBe('');
});
