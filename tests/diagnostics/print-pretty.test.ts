import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { type Paint, printPretty, printTotals } from '../../src/diagnostics/print-pretty.ts';

const base: Diagnostic = {
  code: 'step-not-a-number',
  severity: 'warning',
  file: 'experiments/mnist/runs/lr-3e-4.jsonl',
  line: 128,
  column: 9,
  message: '"step" should be a number, found "twelve". The line\'s values are kept at its place in the file.',
  hint: 'Write the step as a JSON number.',
};

describe('printPretty', () => {
  test('gives the place, the severity, the code, the sentence, the line with a caret, and what to do', () => {
    expect(printPretty([{ ...base, excerpt: '{"step":"twelve","loss":1}' }])).toMatchInlineSnapshot(`
      "experiments/mnist/runs/lr-3e-4.jsonl:128:9  warning  step-not-a-number
        "step" should be a number, found "twelve". The line's values are kept at its place in the file.
          {"step":"twelve","loss":1}
                  ^
        Write the step as a JSON number.
      "
    `);
  });

  test('says how often a fault stands in its file', () => {
    expect(printPretty([{ ...base, count: 3 }])).toMatchInlineSnapshot(`
      "experiments/mnist/runs/lr-3e-4.jsonl:128:9  warning  step-not-a-number  (3 times in this file)
        "step" should be a number, found "twelve". The line's values are kept at its place in the file.
        Write the step as a JSON number.
      "
    `);
  });

  test('leaves out the hint and the line where there is none', () => {
    const { hint: _, ...bare } = base;
    expect(printPretty([bare])).toMatchInlineSnapshot(`
      "experiments/mnist/runs/lr-3e-4.jsonl:128:9  warning  step-not-a-number
        "step" should be a number, found "twelve". The line's values are kept at its place in the file.
      "
    `);
  });

  test('puts the caret under the character, counted in code points', () => {
    const [, , line, caret] = printPretty([{ ...base, column: 3, excerpt: '😀éx' }]).split('\n');
    expect(Array.from(line ?? '')[Array.from(caret ?? '').indexOf('^')]).toBe('x');
  });

  test('shows the part of a long line around the column', () => {
    const excerpt = `${'a'.repeat(150)}X${'b'.repeat(49)}`;
    const [, , line, caret] = printPretty([{ ...base, column: 151, excerpt }]).split('\n');
    expect(Array.from(line ?? '')[Array.from(caret ?? '').indexOf('^')]).toBe('X');
    expect((line ?? '').length).toBeLessThan(120);
  });

  test('shows no caret past the end of a cut excerpt', () => {
    expect(printPretty([{ ...base, column: 900, excerpt: 'short' }])).not.toContain('^');
  });

  test('keeps escape sequences and other controls of a log out of the terminal', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\r\n\u009b31m\u202egnp\u0000\u007f\u2028';
    const output = printPretty([
      { ...base, file: `experiments/${evil}`, message: evil, hint: evil, excerpt: `${evil}x`, column: 2 },
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(output.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
    expect(output.split('\n')).toHaveLength(6);
    expect(output).toContain('\\u001b[2J');
  });

  test('is painted by the painter alone', () => {
    const paint: Paint = (style, text) => `<${style}>${text}</${style}>`;
    expect(
      printPretty([{ ...base, severity: 'error', count: 2, excerpt: '{"step":"twelve"}' }], { paint }),
    ).toMatchInlineSnapshot(`
      "experiments/mnist/runs/lr-3e-4.jsonl:128:9  <red>error</red>  <bold>step-not-a-number</bold>  <dim>(2 times in this file)</dim>
        "step" should be a number, found "twelve". The line's values are kept at its place in the file.
          <dim>{"step":"twelve"}</dim>
                  <red>^</red>
        <dim>Write the step as a JSON number.</dim>
      "
    `);
    expect(printPretty([base])).not.toContain('\u001b');
  });

  test('gives nothing for nothing', () => {
    expect(printPretty([])).toBe('');
  });
});

describe('printTotals', () => {
  test('counts occurrences, and the files that have any', () => {
    const all: Diagnostic[] = [
      { ...base, severity: 'error', count: 1000 },
      { ...base, severity: 'error', file: 'b' },
      { ...base, severity: 'note', file: 'b' },
    ];
    expect(printTotals(all, { files: 2312 })).toBe('1,001 errors, 0 warnings, 1 note in 2 of 2,312 files');
    expect(printTotals([], { files: 1 })).toBe('0 errors, 0 warnings, 0 notes in 1 file');
    expect(printTotals([base], { files: 0 })).toBe('0 errors, 1 warning, 0 notes in 1 of 0 files');
  });
});
