import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paperFormats } from '../../src/exporters/export-formats.ts';
import { escapeHtml, escapeMarkdown, printPaperTable } from '../../src/exporters/paper-formats.ts';
import { chooseNotation, numberText } from '../../src/exporters/paper-number.ts';
import { buildPaperTable, type PaperGroup, type PaperMetric } from '../../src/exporters/paper-table.ts';
import { describeSample } from '../../src/series/describe-sample.ts';
import { escapeLatex } from '../../src/series/escape-latex.ts';

const acc: PaperMetric = { name: 'acc', label: 'acc', goal: 'max', rule: 'highest value' };
const group = (label: string, values: number[], own: Partial<PaperGroup> = {}): PaperGroup => ({
  labels: [label],
  seeds: values.map((_, i) => String(i)),
  leftOut: 0,
  values: new Map([['acc', values]]),
  ...own,
});
const low = group('low', [0.71, 0.72, 0.715]);
const high = group('high', [0.81, 0.83, 0.82]);
const same = group('same', [0.712, 0.72, 0.714]);

describe('buildPaperTable', () => {
  test('marks what differs from the baseline after correction, and the best mean', () => {
    const { rows } = buildPaperTable([low, high, same], [acc], { heads: ['x'], baseline: 0 });
    expect(rows.map(({ isBaseline }) => isBaseline)).toEqual([true, false, false]);
    expect(rows.map(({ cells: [cell] }) => cell?.mark)).toEqual([undefined, 'better', undefined]);
    expect(rows.map(({ cells: [cell] }) => cell?.isBest)).toEqual([false, true, false]);
    expect(rows[0]?.cells[0]?.p).toBeUndefined();
    const loss = { ...acc, goal: 'min' as const };
    const turned = buildPaperTable([low, high, same], [loss], { heads: ['x'], baseline: 0 });
    expect(turned.rows[1]?.cells[0]?.mark).toBe('worse');
    const goalless = buildPaperTable([low, high], [{ ...acc, goal: undefined }], { heads: ['x'], baseline: 0 });
    expect(goalless.rows[1]?.cells[0]).toMatchObject({ mark: 'differs', isBest: false });
  });

  test('corrects over all tests of the table, so that more columns take more', () => {
    const p = (count: number): number => {
      const metrics = Array.from({ length: count }, (_, i) => ({ ...acc, name: `m${i}` }));
      const values = ({ values: own }: PaperGroup) => new Map(metrics.map(({ name }) => [name, own.get('acc') ?? []]));
      const groups = [low, high].map((own) => ({ ...own, values: values(own) }));
      return buildPaperTable(groups, metrics, { heads: ['x'], baseline: 0 }).rows[1]?.cells[0]?.p ?? Number.NaN;
    };
    expect(p(4)).toBeCloseTo(4 * p(1), 12);
  });

  test('lets no lucky single run be best beside groups of seeds', () => {
    const lucky = group('lucky', [0.99]);
    const { rows, caption } = buildPaperTable([low, high, lucky], [acc], { heads: ['x'] });
    expect(rows.map(({ cells: [cell] }) => cell?.isBest)).toEqual([false, true, false]);
    expect(caption).toContain('Bold: the best mean of those over 3 seeds or more');
    const singles = buildPaperTable([group('a', [1]), group('b', [2])], [acc], { heads: ['x'] });
    expect(singles.rows[1]?.cells[0]?.isBest).toBe(true);
  });

  test('says in the caption what was tested, left out and not said', () => {
    const torn = group('torn', [0.7, Number.NaN], { leftOut: 2 });
    const { caption } = buildPaperTable([low, torn], [acc], { heads: ['x'], baseline: 0 });
    expect(caption).toMatchInlineSnapshot(`
      [
        "Mean ± half of the 95 % confidence interval (Student) of the highest value of each run",
        "2 to 3 seeds a row: low (0, 1, 2); torn (0, 1)",
        "Nothing was tested against low: it takes 3 seeds in both groups",
        "Below 3 seeds the values stand alone",
        "1 value that is not finite left out",
        "2 runs left out: failed, killed, crashed, running, diverged or archived",
      ]
    `);
    const calm = buildPaperTable([low, same], [acc], { heads: ['x'], baseline: 0 }).caption;
    expect(calm.join('. ')).toContain(
      "None differs significantly from low (Welch's t test, p < 0.05 after Holm's correction over 1 test)",
    );
  });
});

describe('the numbers of a column', () => {
  const cell = (...values: number[]) => {
    const figures = describeSample(values, { bootstrap: false });
    return { figures, half: figures.ci === undefined ? undefined : (figures.ci.high - figures.ci.low) / 2 };
  };
  const shown = (...cells: ReturnType<typeof cell>[]) => {
    const notation = chooseNotation(cells);
    return cells.map((own) => numberText(own, notation));
  };

  test('have as many digits as the interval gives meaning to, the same in all rows', () => {
    expect(shown(cell(0.912, 0.905, 0.921), cell(0.95, 0.951, 0.9525))).toEqual([
      { values: ['0.913'], half: '0.020', exponent: 0 },
      { values: ['0.951'], half: '0.003', exponent: 0 },
    ]);
    expect(shown(cell(1234.5, 1250.25, 1240))[0]).toEqual({ values: ['1242'], half: '20', exponent: 0 });
  });

  test('set the power of ten apart where they are tiny or huge', () => {
    expect(shown(cell(1.5e-7, 1.7e-7, 1.6e-7))[0]).toEqual({ values: ['1.60'], half: '0.25', exponent: -7 });
    expect(shown(cell(2e9, 3e9, 2.5e9))[0]).toEqual({ values: ['2.5'], half: '1.2', exponent: 9 });
  });

  test('stand alone below three seeds, and are missing where there is none', () => {
    expect(shown(cell(0.5, 0.25))[0]).toEqual({ values: ['0.5000', '0.2500'], half: undefined, exponent: 0 });
    expect(shown(cell(Number.NaN))[0]).toBeUndefined();
    expect(shown(cell(0.1, 0.1, 0.1))[0]).toEqual({ values: ['0.1000'], half: undefined, exponent: 0 });
  });

  test('never fail, for any values', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double(), { maxLength: 5 })), (lists) => {
        for (const text of shown(...lists.map((values) => cell(...values.filter((value) => Math.abs(value) < 1e300)))))
          for (const value of text?.values ?? []) expect(value).toMatch(/^-?[\d.e+]+$/);
      }),
    );
  });
});

describe('hostile text', () => {
  const nasty = '\\input{x} $a_1^2$ 50% & #1 ~ "q" <b>|*_`[x](y)\n=cmd()--, line\u2028two';
  const table = buildPaperTable([group(nasty, [1, 2, 3]), group('=SUM(A1)', [2, 3, 4])], [{ ...acc, label: nasty }], {
    heads: [nasty],
    baseline: 0,
  });

  test('is only text in LaTeX', () => {
    expect(escapeLatex(nasty)).toMatchInlineSnapshot(
      `"\\textbackslash{}input\\{x\\} \\$a\\_1\\textasciicircum{}2\\$ 50\\% \\& \\#1 \\textasciitilde{} \\textquotedbl{}q\\textquotedbl{} \\textless{}b\\textgreater{}\\textbar{}$^{*}$\\_\\textasciigrave{}{[}x{]}(y) =cmd()-{}-, line two"`,
    );
    expect(escapeLatex("a--b ''c,,d")).toBe("a-{}-b '{}'c,{},d");
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeLatex(text);
        const known = /\\(?:text[a-z]+\{\}|[{}$&#_%])|\$\\[a-z]+\$|\$\^\{(?:\\dagger|\*)\}\$|\{[[\]]\}|\{\}/g;
        expect(escaped.replace(known, '')).not.toMatch(/[\\{}$&#^_%~<>|"`[\]\n\r]/);
      }),
    );
  });

  test('is only text in Markdown and HTML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkdown(text).replace(/\\[\\`*_[\]|~$]|&(?:amp|lt|gt);/g, '')).not.toMatch(
          /[\\`*_[\]<>|~&$\n\r]/,
        );
        expect(escapeHtml(text).replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>&"'\n\r]/);
      }),
    );
  });

  test.each(paperFormats)('breaks no %s', async (format) => {
    await expect(printPaperTable(table, format)).toMatchFileSnapshot(`__golden__/hostile-table.${format}.txt`);
  });

  test('is disarmed in CSV', () => {
    expect(printPaperTable(table, 'csv')).toContain("'=SUM(A1)");
  });
});

test.each(paperFormats)('a table without any value is still a table in %s', (format) => {
  const text = printPaperTable(buildPaperTable([group('none', [])], [acc], { heads: ['x'] }), format);
  expect(text).toContain('none');
});
