import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fields } from '../../src/query/fields.ts';
import type { FilterNode, Literal, NameRef } from '../../src/query/filter.ts';
import { isWords } from '../../src/query/filter.ts';
import { maxFilterDepth, parseFilter } from '../../src/query/parse-filter.ts';
import { printFilter } from '../../src/query/print-filter.ts';

const names = {
  metrics: new Set(['val/acc', 'val/loss', 'train/loss']),
  params: new Set(['lr', 'optimizer.name', 'weight decay', 'width']),
};

function printed(text: string): string {
  const parsed = parseFilter(text);
  return parsed.ok ? printFilter(parsed.filter) : `fault at ${parsed.fault.offset}: ${parsed.fault.message}`;
}

/** The fault as the terminal and the page show it: marked in its text, then its message. */
function fault(text: string, known?: typeof names): string {
  const parsed = parseFilter(text, known === undefined ? {} : { names: known });
  if (parsed.ok) return `no fault: ${printFilter(parsed.filter)}`;
  const { offset, length, message, nearest } = parsed.fault;
  const line = `${text}\n${' '.repeat(offset)}${'^'.repeat(length)}\n${message}`;
  return nearest === undefined ? line : `${line} (${nearest}?)`;
}

describe('parseFilter', () => {
  test('reads the example of the specification', () => {
    expect(printed('val/acc > 0.9 and lr in [0.1, 0.01] or tag:baseline')).toBe(
      'val/acc > 0.9 and lr in [0.1, 0.01] or tag:baseline',
    );
  });

  test.each([
    ['a=1&b=2|c=3', 'a = 1 and b = 2 or c = 3'],
    ['a = 1 and (b = 2 or c = 3)', 'a = 1 and (b = 2 or c = 3)'],
    ['(a = 1 and b = 2) and c = 3', 'a = 1 and b = 2 and c = 3'],
    ['NOT a = 1 AND b=2', 'not a = 1 and b = 2'],
    ['not not a = 1', 'a = 1'],
    ['not (a = 1 or b = 2)', 'not (a = 1 or b = 2)'],
    ['lr not in [1,2]', 'lr not in [1, 2]'],
    ['`val acc` >= .5', '`val acc` >= .5'],
    ['param:lr = none', 'param:lr = none'],
    [
      'metric:`val acc`.min < 1',
      'fault at 16: A comparison such as = or > was expected after "metric:`val acc`", found ".min".',
    ],
    ['metric:val/acc.min < -1e-3', 'metric:val/acc.min < -1e-3'],
    ["name ~ 'a\\d+'", 'name ~ "a\\\\d+"'],
    ['tag:"two words"', 'tag:`two words`'],
    ['IS:Running', 'is:running'],
    ['started > -7d and duration > 1h30m', 'started > -7d and duration > 1h30m'],
    ['a == 1 && b = "and"', 'a = 1 and b = "and"'],
  ])('reads %s', (text, plain) => {
    expect(printed(text)).toBe(plain);
  });

  test('tells where a filter is wrong, and what was expected', () => {
    const wrong = [
      '',
      'val/acc >',
      'val/acc 0.9',
      'lr = 0.1 width = 64',
      'name = two words',
      '(lr = 1',
      'lr = 1)',
      'lr in 0.1',
      'lr in [0.1',
      'lr in [0.1 0.2]',
      'lr in []',
      'name = "open',
      'lr = and',
      '! lr = 1',
      '"val acc" > 1',
      'name = `x`',
      'tag: x',
      'is:runing',
      'status = finshed',
      'status > failed',
      'started > yesterday',
      'started > 2026-02-30',
      'duration > long',
      'archived = maybe',
      'resumes > many',
      'started ~ 2026',
      'tag > a',
      'lr < none',
      'lr = 1 or',
      '0.1 < lr < 1',
    ];
    expect(wrong.map((text) => fault(text)).join('\n\n')).toMatchInlineSnapshot(`
      "
      ^
      A condition such as val/acc > 0.9 is missing here.

      val/acc >
               ^
      A value is missing here.

      val/acc 0.9
              ^^^
      A comparison such as = or > was expected after "val/acc", found "0.9".

      lr = 0.1 width = 64
               ^^^^^
      "and" or "or" was expected here, found "width". A value of several words stands in quotes.

      name = two words
                 ^^^^^
      "and" or "or" was expected here, found "words". A value of several words stands in quotes.

      (lr = 1
      ^
      The bracket that opens here is never closed.

      lr = 1)
            ^
      This bracket closes nothing.

      lr in 0.1
            ^^^
      After "in" comes a list such as [0.1, 0.01].

      lr in [0.1
            ^
      The list that opens here is never closed.

      lr in [0.1 0.2]
                 ^^^
      A comma or ] was expected here, found "0.2".

      lr in []
             ^
      A value was expected here, found "]".

      name = "open
             ^^^^^
      The quote " that opens here is never closed.

      lr = and
           ^^^
      A value was expected here. To mean the text "and", put it in quotes.

      ! lr = 1
      ^
      A "!" alone means nothing here. Write "not" before a condition, or "!=".

      "val acc" > 1
      ^^^^^^^^^
      A condition begins with a name. A name of odd characters stands in \`backquotes\`.

      name = \`x\`
             ^^^
      Backquotes are for names. A value of odd characters stands in "quotes".

      tag: x
      ^^^^
      A tag is missing after "tag:".

      is:runing
      ^^^^^^^^^
      After "is:" comes one of finished, failed, killed, running, crashed, unknown, diverged, archived, edited, resumed; found "runing". (is:running?)

      status = finshed
               ^^^^^^^
      A status is one of finished, failed, killed, running, crashed, unknown; found "finshed". (finished?)

      status > failed
               ^^^^^^
      Statuses have no order: use = or !=.

      started > yesterday
                ^^^^^^^^^
      "started" is a time such as 2026-03-04, 2026-03-04T09:12 or -7d, found "yesterday".

      started > 2026-02-30
                ^^^^^^^^^^
      "started" is a time such as 2026-03-04, 2026-03-04T09:12 or -7d, found "2026-02-30".

      duration > long
                 ^^^^
      "duration" is a length of time such as 90s, 1h30m or 2d, found "long".

      archived = maybe
                 ^^^^^
      "archived" is either true or false, with = or !=.

      resumes > many
                ^^^^
      "resumes" is a number, found "many".

      started ~ 2026
                ^^^^
      "started" is no text: ~ cannot be asked of it.

      tag > a
            ^
      "tag" has no order: use = or !=.

      lr < none
           ^^^^
      "none" stands for no value and can only be compared with = and !=.

      lr = 1 or
               ^
      A condition such as val/acc > 0.9 is missing here.

      0.1 < lr < 1
               ^
      "and" or "or" was expected here, found "<"."
    `);
  });

  test('names the nearest name when no run has the one that is written', () => {
    const wrong = [
      'val/ac > 0.9',
      'val/acc.max > 0.9 and lrr = 1',
      'metric:lr > 1',
      'param:widht = 1',
      'weight_decay > 0',
      'statsu = failed',
      '0.1 < lr',
      'val/acc = high',
      'zzzzzzzz = 1',
    ];
    expect(wrong.map((text) => fault(text, names)).join('\n\n')).toMatchInlineSnapshot(`
      "val/ac > 0.9
      ^^^^^^
      No run has a field, metric or param "val/ac". (val/acc?)

      val/acc.max > 0.9 and lrr = 1
                            ^^^
      No run has a field, metric or param "lrr". (lr?)

      metric:lr > 1
      ^^^^^^^^^
      No run has a metric "lr". (param:lr?)

      param:widht = 1
      ^^^^^^^^^^^
      No run has a param "widht". (param:width?)

      weight_decay > 0
      ^^^^^^^^^^^^
      No run has a field, metric or param "weight_decay". (\`weight decay\`?)

      statsu = failed
      ^^^^^^
      No run has a field, metric or param "statsu". (status?)

      0.1 < lr
      ^^^
      The name comes first, then the number: write lr < 0.1, not 0.1 > lr.

      val/acc = high
                ^^^^
      "val/acc" is a number, found "high".

      zzzzzzzz = 1
      ^^^^^^^^
      No run has a field, metric or param "zzzzzzzz"."
    `);
  });

  test('settles what a bare name is by what the runs have: a metric before a param', () => {
    const parsed = parseFilter('lr = 1 and val/acc > 0 and val/acc.min > 0 and status = failed', {
      names: { metrics: new Set(['lr', 'val/acc']), params: new Set(['lr']) },
    });
    expect(parsed.ok && printFilter(parsed.filter)).toBe(
      'metric:lr = 1 and metric:val/acc > 0 and metric:val/acc.min > 0 and status = failed',
    );
  });

  test('reads brackets to a depth, and refuses more in a sentence', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}lr = 1${')'.repeat(depth)}`;
    expect(printed(nested(maxFilterDepth))).toBe('lr = 1');
    expect(printed(nested(maxFilterDepth + 1))).toMatch(/^fault at 100: More than 100 brackets/);
  });

  test('reads back what printFilter writes as the same filter', () => {
    fc.assert(
      fc.property(filters(), (root) => {
        const text = printFilter({ root });
        const parsed = parseFilter(text);
        expect(parsed.ok ? placeless(parsed.filter.root) : parsed.fault).toEqual(root);
      }),
    );
  });

  test('never throws, and points into the text or right behind it', () => {
    const piece = fc.constantFrom(
      ...['and', 'or', 'not', 'in', '(', ')', '[', ']', ',', '=', '!=', '~', '!', '&', '|', '"', '`', "'", '\\', ' '],
      ...[
        'lr',
        'val/acc',
        'tag:',
        'is:',
        'param:x',
        'metric:y.min',
        '0.1',
        '-7d',
        'none',
        'status',
        'started',
        '🙂',
        '\ud800',
      ],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
      fc.array(piece).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, isNamed) => {
        const parsed = parseFilter(text, isNamed ? { names } : {});
        if (parsed.ok) return;
        const { offset, length, message } = parsed.fault;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(length).toBeGreaterThan(0);
        expect(offset + length).toBeLessThanOrEqual(text.length + 1);
        expect(message).toMatch(/[.?]$/);
      }),
      { numRuns: 1000 },
    );
  });

  test('reads texts of 50 kB, whatever they are made of', () => {
    const size = 50_000;
    const pieces = [
      '(',
      'not ',
      'a = 1 and ',
      'a = 1 or (b = 2) and ',
      '"',
      '\\"',
      '`',
      '``',
      'x',
      '[',
      'a in [1,',
      '1,',
      '!',
      ' ',
      '-',
      '1e',
      'tag:',
      '~',
    ];
    for (const piece of pieces) {
      for (const text of [piece.repeat(size / piece.length), `a = "${piece.repeat(size / piece.length)}`]) {
        const parsed = parseFilter(text, { names });
        expect(parsed.ok || parsed.fault.message.length < 300).toBe(true);
      }
    }
    const long = Array.from({ length: 5000 }, (_, i) => `lr = ${i}`).join(' or ');
    expect(printed(long)).toBe(long);
  });
});

function placeless(node: FilterNode): unknown {
  return JSON.parse(JSON.stringify(node), (key, value) => (key === 'offset' || key === 'length' ? 0 : value));
}

/** Filters as trees, of the shape that reading gives. */
function filters(): fc.Arbitrary<FilterNode> {
  const word = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => /^[^\s()[\],=!<>~&|"'`]+$/u.test(text) && !/^(?:and|or|not|in|none)$/i.test(text));
  const name = fc
    .oneof(
      word,
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    )
    .filter((text) => !fields.has(text));
  const ref: fc.Arbitrary<NameRef> = fc.record({
    scope: fc.constantFrom('bare', 'metric', 'param'),
    name,
    offset: fc.constant(0),
    length: fc.constant(0),
  });
  const literal: fc.Arbitrary<Literal> = fc
    .oneof(
      word.map((text) => ({ text, isQuoted: false })),
      fc.string({ unit: 'binary' }).map((text) => ({ text, isQuoted: true })),
    )
    .map((value) => ({ ...value, offset: 0, length: 0 }));
  const isNumberWanted = ({ scope }: NameRef) => scope === 'metric';
  const number = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ text: String(value), isQuoted: false, offset: 0, length: 0 }));
  const condition = ref.chain((left): fc.Arbitrary<FilterNode> => {
    const value = isNumberWanted(left) ? number : literal;
    const options: fc.Arbitrary<FilterNode>[] = [
      fc.record({
        kind: fc.constant('compare'),
        ref: fc.constant(left),
        operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
        value,
      }),
      fc.record({
        kind: fc.constant('in'),
        ref: fc.constant(left),
        values: fc.array(value, { minLength: 1 }),
        isNot: fc.boolean(),
      }),
    ];
    if (!isNumberWanted(left))
      options.push(fc.record({ kind: fc.constant('match'), ref: fc.constant(left), pattern: literal }));
    return fc.oneof(...options);
  });
  const leaf = fc.oneof(
    condition,
    fc.record({ kind: fc.constant('tag' as const), tag: fc.string({ unit: 'grapheme' }) }),
    fc.record({ kind: fc.constant('is' as const), word: fc.constantFrom(...isWords) }),
  );
  const { tree } = fc.letrec<{ tree: FilterNode }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('tree')
        .filter(({ kind }) => kind !== 'not')
        .map((part): FilterNode => ({ kind: 'not', part })),
      fc
        .array(
          tie('tree').filter(({ kind }) => kind !== 'and'),
          { minLength: 2, maxLength: 4 },
        )
        .map((parts): FilterNode => ({ kind: 'and', parts })),
      fc
        .array(
          tie('tree').filter(({ kind }) => kind !== 'or'),
          { minLength: 2, maxLength: 4 },
        )
        .map((parts): FilterNode => ({ kind: 'or', parts })),
    ),
  }));
  return tree;
}
