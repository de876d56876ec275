import { describe, expect, test } from 'vitest';
import { type TextTable, writeTable } from '../../src/client/run-table-text.ts';
import { shellQuote } from '../../src/client/shell-quote.ts';

const table: TextTable = {
  heads: [
    { label: 'run', isNumeric: false },
    { label: 'val/acc', isNumeric: true },
    { label: 'a|b_c', isNumeric: false },
  ],
  rows: [
    [
      { shown: 'lr_0.1', value: 'e/lr_0.1' },
      { shown: '0.9312', value: 0.93121234567 },
      { shown: '=1+1, "x"\ny', value: '=1+1, "x"\ny' },
    ],
    [
      { shown: 'b & c', value: 'e/b' },
      { shown: 'NaN', value: Number.NaN },
      { shown: '–', value: undefined },
    ],
    [
      { shown: '50 %', value: 'e/c' },
      { shown: '9007199254740993', value: 9007199254740993n },
      { shown: 'true ± 1', value: true },
    ],
  ],
};

describe('a run table leaves the page', () => {
  test('as Markdown', () => {
    expect(writeTable(table, 'markdown')).toMatchInlineSnapshot(`
      "| run | val/acc | a\\|b\\_c |
      | --- | ---: | --- |
      | lr\\_0.1 | 0.9312 | =1+1, "x" y |
      | b & c | NaN | – |
      | 50 % | 9007199254740993 | true ± 1 |
      "
    `);
  });

  test('as LaTeX with the rules of booktabs', () => {
    expect(writeTable(table, 'latex')).toMatchInlineSnapshot(`
      "% needs \\usepackage{booktabs}
      \\begin{tabular}{lrl}
        \\toprule
        run & val/acc & a\\textbar{}b\\_c \\\\
        \\midrule
        lr\\_0.1 & 0.9312 & =1+1, "x" y \\\\
        b \\& c & NaN & -- \\\\
        50 \\% & 9007199254740993 & true $\\pm$ 1 \\\\
        \\bottomrule
      \\end{tabular}
      "
    `);
  });

  test('as CSV with every digit, formulas disarmed', () => {
    expect(writeTable(table, 'csv')).toMatchInlineSnapshot(`
      "run,val/acc,a|b_c
      e/lr_0.1,0.93121234567,"'=1+1, ""x""
      y"
      e/b,NaN,
      e/c,9007199254740993,true
      "
    `);
  });

  test('as JSON that keeps names such as __proto__', () => {
    const odd: TextTable = { heads: [{ label: '__proto__', isNumeric: false }], rows: [[{ shown: 'x', value: 'x' }]] };
    expect(writeTable(odd, 'json')).toBe('[\n  {"__proto__": "x"}\n]\n');
    expect(writeTable(table, 'json')).toMatchInlineSnapshot(`
      "[
        {"run": "e/lr_0.1", "val/acc": 0.93121234567, "a|b_c": "=1+1, \\"x\\"\\ny"},
        {"run": "e/b", "val/acc": "NaN"},
        {"run": "e/c", "val/acc": 9007199254740993, "a|b_c": true}
      ]
      "
    `);
    expect(writeTable({ heads: [], rows: [] }, 'json')).toBe('[]\n');
  });
});

test('shellQuote leaves plain words and takes the meaning of all others', () => {
  expect(['a/b=1,c', "it's", '$(x)', 'a b'].map(shellQuote)).toEqual(['a/b=1,c', "'it'\\''s'", "'$(x)'", "'a b'"]);
});
