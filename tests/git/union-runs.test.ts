import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniteRuns } from '../../src/git/union-runs.ts';

const line = (id: string | number, acc: number | string = 1): string =>
  `{"id":${JSON.stringify(id)},"metrics":{"acc":${acc}}}\n`;

describe('uniteRuns', () => {
  it('puts the lines that the base lacks behind the lines of the base, each once', () => {
    expect(uniteRuns(line('a') + line('b'), line('b') + line('c') + line('c'))).toEqual({
      text: line('a') + line('b') + line('c'),
      added: ['c'],
      changed: [],
      baseHasMore: true,
    });
  });

  it('has nothing to add where the base has all lines, whatever their order and line ends', () => {
    expect(uniteRuns(line('a') + line('b'), `${line('b')}\n${line('a').replace('\n', '\r\n')}`)).toEqual({
      text: undefined,
      added: [],
      changed: [],
      baseHasMore: false,
    });
  });

  it('names a run that the base has with another line, and does not add it', () => {
    expect(uniteRuns(line('a') + line(7, 'NaN'), line('a', 2) + line(7))).toMatchObject({
      text: undefined,
      changed: ['a', '7'],
    });
  });

  it('adds only the runs wanted', () => {
    const united = uniteRuns('', line('a') + line('b'), { isWanted: (id) => id === 'b' });
    expect(united).toMatchObject({ text: line('b'), added: ['b'] });
  });

  it('begins a line of its own where the base ends without one', () => {
    expect(uniteRuns('{"id":"a"}', line('b')).text).toBe(`{"id":"a"}\n${line('b')}`);
  });

  it('loses no line of either side, and adds nothing the second time', () => {
    const runs = fc.array(
      fc.nat(30).map((number) => line(`r${number}`)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(runs, runs, (base, own) => {
        const text = uniteRuns(base.join(''), own.join('')).text ?? base.join('');
        expect(new Set(text.split('\n'))).toEqual(new Set([...base, ...own].join('').split('\n')));
        expect(text.startsWith(base.join(''))).toBe(true);
        expect(uniteRuns(text, own.join('')).text).toBeUndefined();
      }),
    );
  });
});
