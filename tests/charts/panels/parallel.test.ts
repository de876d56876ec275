import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeParallel, drawParallel, rangeWords, runsWithin } from '../../../src/charts/panels/parallel.ts';
import { count, frame, metric, param, run, runs, texts } from './panel-fixture.ts';

const spec = {
  type: 'parallel' as const,
  axes: [param('lr'), param('opt'), metric('loss', 'min'), metric('acc', 'max')],
};

describe('drawParallel', () => {
  it('draws a line for each run with all values, and an axis for each field', () => {
    const { svg, targets, axes } = drawParallel(spec, runs, frame());
    expect(count(svg, '.rf-thread path')).toBe(4);
    expect(count(svg, '.rf-upright line')).toBe(4);
    expect(texts(svg)).toEqual(expect.arrayContaining(['lr', 'opt', 'loss', 'acc', 'adam', 'sgd']));
    expect(targets.map(({ title }) => title)).toEqual(['a', 'd', 'b', 'c']);
    expect(targets[0]?.path).toHaveLength(4);
    expect(axes?.map(({ label }) => label)).toEqual(['lr', 'opt', 'loss', 'acc']);
  });

  it('has the better end of a metric up', () => {
    const { targets } = drawParallel(spec, runs, frame());
    const at = (title: string, axis: number) =>
      targets.find((target) => target.title === title)?.path?.[axis]?.[1] ?? 0;
    expect(at('a', 3)).toBeLessThan(at('c', 3));
    expect(at('d', 2)).toBeLessThan(at('c', 2));
  });

  it('lets no name stand in another, whatever their lengths and the width', () => {
    const names = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.integer({ min: 330, max: 1200 }), (lengths, widthPx) => {
        const fields = lengths.map((length, i) => param(`${i}`.padEnd(length, 'm')));
        const one = run('r', Object.fromEntries(fields.map(({ name }) => [name, 1])), {});
        const { svg } = drawParallel({ type: 'parallel', axes: fields }, [one], frame({ widthPx }));
        const placed = [...svg.querySelectorAll('.rf-axis-name')].flatMap((group) =>
          [...group.querySelectorAll('text')].map((text) => {
            const [, x = '', y = ''] =
              /translate\(([-\d.]+),([-\d.]+)\)/.exec(text.getAttribute('transform') ?? '') ?? [];
            const length = (text.textContent ?? '').length * 6.4;
            const share = { start: 0, middle: 0.5, end: 1 }[group.getAttribute('text-anchor') ?? 'middle'] ?? 0.5;
            return { y, from: Number(x) - share * length, to: Number(x) + (1 - share) * length };
          }),
        );
        expect(placed).toHaveLength(lengths.length);
        for (const row of Map.groupBy(placed, ({ y }) => y).values()) {
          const inOrder = row.toSorted((a, b) => a.from - b.from);
          for (const [i, { from }] of inOrder.entries()) expect(from).toBeGreaterThan(inOrder[i - 1]?.to ?? -1);
        }
      }),
    );
  });

  it('reads a value at a pixel, as it draws one', () => {
    for (const axis of drawParallel(spec, runs, frame()).axes ?? []) {
      const value = axis.categories === undefined ? axis.valueAt((axis.range[0] + axis.range[1]) / 2) : 1;
      expect(axis.valueAt(axis.toPx(value))).toBeCloseTo(value, 9);
    }
  });

  it('holds the picked runs and the best ones where it has room for fewer', () => {
    const { targets } = drawParallel(spec, runs, frame({ selected: new Set(['e/c']) }), 2);
    expect(targets.map(({ title }) => title)).toEqual(['c', 'a']);
    expect(describeParallel(spec, runs, { room: 2 }).stillNote).toContain('the 2 best of them');
  });
});

describe('runsWithin', () => {
  it('gives the runs in all ranges, words by their place', () => {
    const ids = (ranges: [string, [number, number]][]) => runsWithin(spec, runs, new Map(ranges));
    expect(ids([])).toEqual(['e/a', 'e/b', 'e/c', 'e/d']);
    expect(ids([['param:lr', [0.05, 0.2]]])).toEqual(['e/a', 'e/b']);
    expect(
      ids([
        ['param:opt', [0, 0.4]],
        ['metric:acc', [0.82, 1]],
      ]),
    ).toEqual(['e/d']);
  });
});

describe('rangeWords', () => {
  it('says a range of numbers and of words', () => {
    const [lr, opt] = drawParallel(spec, runs, frame()).axes ?? [];
    if (lr === undefined || opt === undefined) throw new Error('no axes');
    expect(rangeWords(lr, [0.01, 0.1])).toBe('lr from 0.01 to 0.1');
    expect(rangeWords(opt, [0.6, 1.4])).toBe('opt: sgd');
  });
});
