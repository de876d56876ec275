import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panelCsv } from '../../src/client/panels-csv.ts';
import { isInside, nearestTarget, targetsWithin } from '../../src/client/panels-reach.ts';
import { placeOf } from '../../src/client/panels-steps.ts';
import { readSeparated } from '../../src/client/separated-values.ts';
import { metric, param, run } from '../charts/panels/panel-fixture.ts';

const target = (x: number, y: number, change = {}) => ({ x, y, title: '', facts: [], runIds: [], ...change });

describe('nearestTarget', () => {
  it('means the area that holds the point, the nearest dot within reach, or a line that passes by', () => {
    expect(nearestTarget([target(10, 10), target(30, 10)], [26, 12])).toBe(1);
    expect(nearestTarget([target(10, 10)], [60, 60])).toBeUndefined();
    expect(
      nearestTarget([target(0, 0, { area: [0, 0, 50, 20] }), target(0, 0, { area: [0, 20, 50, 20] })], [40, 30]),
    ).toBe(1);
    const lines = [
      target(0, 0, {
        path: [
          [0, 0],
          [100, 0],
        ],
      }),
      target(0, 0, {
        path: [
          [0, 30],
          [100, 50],
        ],
      }),
    ];
    expect(nearestTarget(lines, [50, 36])).toBe(1);
  });
});

describe('targetsWithin', () => {
  it('gives what a loop holds', () => {
    const loop = [
      [0, 0],
      [20, 0],
      [20, 20],
      [0, 20],
    ] as const;
    expect(targetsWithin([target(10, 10), target(30, 10)], loop)).toHaveLength(1);
    expect(
      isInside(
        [
          [0, 0],
          [20, 0],
          [0, 20],
        ],
        [15, 15],
      ),
    ).toBe(false);
  });
});

describe('placeOf', () => {
  it('is the last step up to the wanted one, else the first', () => {
    expect([5, 10, 15, 40, 99].map((wanted) => placeOf([10, 20, 40], wanted))).toEqual([0, 0, 0, 2, 2]);
    expect(placeOf([undefined, 3], 1)).toBe(0);
  });
});

describe('readSeparated', () => {
  it('reads quotes, line ends of any kind, and a BOM', () => {
    expect(readSeparated('\ufeffa,b\r\n"x, ""y""","1\n2"\r\n\r\n3,')).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
      ['3', ''],
    ]);
    expect(readSeparated('a\tb\n1\t2', '\t')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(readSeparated('')).toEqual([]);
  });

  it('gives back any cells that were written with quotes', () => {
    const cells = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, (rows) => {
        const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(readSeparated(text)).toEqual(rows);
      }),
    );
  });
});

describe('panelCsv', () => {
  it('gives a row a run with every digit, and quotes what a spreadsheet would run', () => {
    const spec = { type: 'scatter', x: param('lr'), y: metric('acc', 'max'), color: param('opt') } as const;
    const runs = [
      run('a', { lr: 0.123456789, opt: '=1+1' }, { acc: 0.5 }),
      run('b', { lr: 1, opt: 'x,y' }, {}, { isRanked: false }),
    ];
    expect(panelCsv(spec, runs, { targets: [], title: 'acc\nover lr', address: 'https://e.org/?a' })).toBe(
      '# acc over lr\n# https://e.org/?a\nrun,ranked,lr,acc,opt\ne/a,yes,0.123456789,0.5,\'=1+1\ne/b,no,1,,"x,y"\n',
    );
  });

  it('lists what can be pointed at where there are no runs', () => {
    const spec = { type: 'roc', title: 'ROC', curves: [] } as const;
    const targets = [
      target(0, 0, {
        title: 'a',
        facts: [
          ['x', '1'],
          ['y', '2'],
        ],
      }),
      target(0, 0, { title: 'b', facts: [['y', '3']] }),
    ];
    expect(panelCsv({ ...spec, curves: [] }, [], { targets, title: 't', address: 'u' })).toBe(
      '# t\n# u\nof,x,y\na,1,2\nb,,3\n',
    );
  });
});
