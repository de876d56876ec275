import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { VariableValue } from '../../src/format/template-settings.ts';
import { fillTemplate, fillText, toVariableValue } from '../../src/store/fill-template.ts';

const fill = (text: string, values: Record<string, VariableValue> = {}): string =>
  fillTemplate(text, (name) => values[name]);

describe('fillTemplate', () => {
  it('fills values, keys, items and comments, takes the head away and keeps comments, order and the way values are written', () => {
    const template = `# yaml-language-server: $schema=x
# About the template itself.
template:
  variables: {title: {}}

# What is asked by {{owner}}.
title: "{{title}}"
note: |
  Two lines,
  {{ title }} among them.
metrics: # of {{title}}
  "{{metric}}/loss": {goal: min}
  plain: {goal: max, x-small: 1e-3, x-code: 0x1f}
tags: [a, "{{owner}}", "run of {{owner}}"]
# the end
`;
    expect(
      fill(template, { title: 'Width: how much?', owner: 'vision', metric: 'val' }),
    ).toBe(`# What is asked by vision.
title: "Width: how much?"
note: |
  Two lines,
  Width: how much? among them.
metrics:
  # of Width: how much?
  val/loss: {goal: min}
  plain: {goal: max, x-small: 1e-3, x-code: 0x1f}
tags: [a, vision, run of vision]

# the end
`);
  });

  it('gives a variable that stands alone the kind of its value', () => {
    const text = 'a: "{{v}}"\nb: "is {{v}}"\n';
    expect(parse(fill(text, { v: 0.5 }))).toEqual({ a: 0.5, b: 'is 0.5' });
    expect(parse(fill(text, { v: true }))).toEqual({ a: true, b: 'is true' });
    expect(parse(fill(text, { v: ['x', 'y'] }))).toEqual({ a: ['x', 'y'], b: 'is x, y' });
    expect(parse(fill(text, { v: '0.5' }))).toEqual({ a: '0.5', b: 'is 0.5' });
  });

  it('leaves out a key or an item whose variable has no value', () => {
    expect(
      fill(
        'owner: "{{owner}}"\ntags: [a, "{{owner}}"]\n"{{owner}}": 1\nmetrics:\n  a: {target: "{{t}}", goal: min}\nb: "x{{owner}}"\n',
      ),
    ).toBe('tags: [a]\nmetrics:\n  a: {goal: min}\nb: "x"\n'.replace('"x"', 'x'));
  });

  it('never looks through a value again, and leaves other braces alone', () => {
    expect(fill('a: "{{a}} {{b}} {{ }} {{1x}} {x}"\n', { a: '{{b}}', b: 'B' })).toBe('a: "{{b}} B {{ }} {{1x}} {x}"\n');
  });

  it('writes any text so that YAML reads it back as that text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'no',
        'null',
        '1.0',
        '~',
        '- a',
        '# x',
        '{{a}}',
        'a\nb\n',
        ' x',
        "'",
        '"',
        'a: b',
        '*a',
        '|',
        '%',
      ),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const filled = fill('title: "{{t}}"\nlist: ["{{t}}", b]\nmap: {k: "{{t}}"}\n# of {{t}}\nlast: 1\n', {
          t: text,
        });
        expect(parse(filled)).toEqual({ title: text, list: [text, 'b'], map: { k: text }, last: 1 });
      }),
    );
  });
});

describe('fillText', () => {
  it('knows a variable that stands alone from one within a text', () => {
    const lookUp = (name: string): VariableValue | undefined => (name === 'n' ? 3 : undefined);
    expect(fillText(' {{ n }}\n', lookUp)).toBe(3);
    expect(fillText('{{n}}{{n}}', lookUp)).toBe('33');
    expect(fillText('{{x}}', lookUp)).toBeUndefined();
    expect(fillText('a {{x}}', lookUp)).toBe('a ');
  });
});

describe('toVariableValue', () => {
  it.each([
    ['text', '1', '1'],
    ['text', 0.5, '0.5'],
    ['number', '1e-3', 0.001],
    ['number', 2, 2],
    ['boolean', 'true', true],
    ['boolean', false, false],
    ['list', 'lr, width,,', ['lr', 'width']],
    ['list', '', []],
    ['list', ['a,b'], ['a,b']],
  ] as const)('%s takes %j as %j', (type, given, value) => {
    expect(toVariableValue(given as VariableValue, { type })).toEqual({ value });
  });

  it.each([
    ['number', 'ten', 'should be a number'],
    ['number', ' ', 'should be a number'],
    ['number', 'Infinity', 'should be a number'],
    ['boolean', 'yes', 'should be true or false'],
    ['text', ['a'], 'should be text'],
    ['list', 3, 'should be a list, with commas'],
  ] as const)('%s does not take %j', (type, given, fault) => {
    expect(toVariableValue(given as VariableValue, { type })).toEqual({ fault });
  });

  it('holds a value, or each item of a list, to the options', () => {
    expect(toVariableValue('up', { options: ['min', 'max'] })).toEqual({
      fault: 'should be one of min, max, found "up"',
    });
    expect(toVariableValue('4', { type: 'number', options: [4, 8] })).toEqual({ value: 4 });
    expect(toVariableValue('a,c', { type: 'list', options: ['a', 'b'] })).toEqual({
      fault: 'should be one of a, b, found "c"',
    });
  });
});
