import { describe, expect, test } from 'vitest';
import { runColour } from '../../src/charts/run-colour.ts';
import { chartCsv } from '../../src/client/chart-csv.ts';
import { groupName, type LinesInput, prepareLines } from '../../src/client/chart-lines.ts';
import { readSettings } from '../../src/client/chart-settings.ts';
import type { Series } from '../../src/series/series.ts';
import { seriesOf } from '../charts/any-series.ts';

const settingsOf = (query: string) => readSettings((key) => new URLSearchParams(query).getAll(key)).settings;
const line = (name: string, values: number[], more: Partial<Series> = {}) => ({
  runId: `x/${name}`,
  label: name,
  series: { ...seriesOf(values), ...more },
});
const input = (lines: LinesInput['lines'], query: string, more: Partial<LinesInput> = {}): LinesInput => ({
  lines,
  settings: settingsOf(query),
  goal: 'max',
  keep: [],
  colours: undefined,
  groupBy: [],
  ...more,
});
const ids = (lines: readonly { runId: string }[]) => lines.map(({ runId }) => runId);

describe('prepareLines', () => {
  const many = Array.from({ length: 30 }, (_, i) => line(`r${i}`, [0, i]));

  test('draws what is selected in the table singly, however badly it ranks, and never leaves a line out', () => {
    const prepared = prepareLines(input(many, 'sel=r0&sel=x/r1'));
    expect(ids(prepared.singles)).toContain('x/r0');
    expect(ids(prepared.singles)).toContain('x/r1');
    expect(prepared.singles).toHaveLength(20);
    expect(prepared.lines).toHaveLength(30);
    const all = prepareLines(input(many, many.map(({ label }) => `sel=${label}`).join('&')));
    expect(all.singles).toHaveLength(30);
  });

  test('hiding a line takes it out and makes no other one single; its colour stays', () => {
    const before = prepareLines(input(many, ''));
    const after = prepareLines(input(many, 'hide=r29'));
    expect(ids(after.lines)).not.toContain('x/r29');
    expect(ids(after.listed)).toEqual(ids(before.listed));
    expect(ids(after.singles)).toEqual(ids(before.singles).filter((id) => id !== 'x/r29'));
    expect(after.hidden).toBe(1);
    expect(after.colours.get('x/r28')).toEqual(before.colours.get('x/r28'));
  });

  test('only one line is left where it is shown alone', () => {
    expect(ids(prepareLines(input(many, 'only=r3')).lines)).toEqual(['x/r3']);
  });

  test('puts lines over relative and wall time, and says how many have no times', () => {
    const timed = { ...line('a', [1, 2], { timesMs: [5000, 7000] }), startedAtMs: 4000 };
    const lines = [timed, line('b', [3, 4])];
    const byTime = prepareLines(input(lines, 'x=time'));
    expect(byTime.lines[0]?.series.steps).toEqual([1, 3]);
    expect(byTime.withoutX).toBe(1);
    expect(prepareLines(input(lines, 'x=wall')).lines[0]?.series.steps).toEqual([5000, 7000]);
  });

  test('joins another metric as x at equal steps of the same run', () => {
    const xSeries = new Map([['x/a', seriesOf([10, 20, 30])]]);
    const prepared = prepareLines(input([line('a', [1, 2, 3]), line('b', [1, 2, 3])], 'x=epoch', { xSeries }));
    expect(prepared.lines.map(({ series }) => series.steps)).toEqual([[10, 20, 30]]);
    expect(prepared.withoutX).toBe(1);
  });

  describe('with params', () => {
    const params = new Map([
      [
        'x/a',
        new Map([
          ['lr', '0.1'],
          ['name', '"adam"'],
        ]),
      ],
      [
        'x/b',
        new Map([
          ['lr', '0.1'],
          ['name', '"adam"'],
        ]),
      ],
      [
        'x/c',
        new Map([
          ['lr', '0.1'],
          ['name', '"sgd"'],
        ]),
      ],
      ['x/d', new Map([['name', '"adam"']])],
    ]);
    const lines = [line('a', [1, 3]), line('b', [3, 5]), line('c', [7, 7]), line('d', [9, 9])];

    test('gathers runs of equal params into groups with their n; a pair keeps both of its lines', () => {
      const { lines: groups } = prepareLines(input(lines, 'group=lr&group=name', { params }));
      expect(groups.map(({ label, n }) => [label, n])).toEqual([
        ['lr=0.1, name=adam', 2],
        ['lr=0.1, name=sgd', 1],
        ['lr: none, name=adam', 1],
      ]);
      expect(groups[0]?.series.values).toEqual([2, 4]);
      expect(groups[0]?.members).toHaveLength(2);
      expect(groups[0]?.band?.low).toEqual([Number.NaN, Number.NaN]);
    });

    test('a key that no run has makes no group', () => {
      const { lines: drawn } = prepareLines(input(lines, 'group=nothing', { params }));
      expect(ids(drawn)).toEqual(['x/a', 'x/b', 'x/c', 'x/d']);
    });

    test('gives runs the colour of their param, and says what it stands for', () => {
      const { colours, tags } = prepareLines(input(lines, 'colour=name', { params }));
      expect(colours.get('x/a')).toEqual(colours.get('x/d'));
      expect(colours.get('x/a')).not.toEqual(colours.get('x/c'));
      expect(colours.get('x/a')?.slot).toBe(runColour('name=adam').slot);
      expect(tags.get('x/c')).toBe('name=sgd');
    });

    test('colours by the params that the experiment groups by', () => {
      const { colours } = prepareLines(input(lines, 'colour=group', { params, groupBy: ['lr'] }));
      expect(colours.get('x/a')).toEqual(colours.get('x/c'));
      expect(colours.get('x/a')).not.toEqual(colours.get('x/d'));
    });
  });

  test('groupName tells a missing param from null and text from numbers', () => {
    expect(
      groupName(
        ['a', 'b', 'c'],
        new Map([
          ['a', 'null'],
          ['b', '"1"'],
        ]),
      ),
    ).toBe('a=null, b=1, c: none');
  });
});

describe('chartCsv', () => {
  const drawn = (values: number[], more: object = {}) => ({
    line: { ...line('a', values), ...more },
    colour: { slot: 0, dash: 0 },
    points: [],
    odd: [],
    smooth: undefined,
    band: [],
    members: [],
  });
  const facts = {
    metric: 'val/acc',
    xLabel: 'step',
    smoothing: undefined,
    zoom: undefined,
    banded: 0,
    address: 'https://x/',
  };

  test('says what it is, and holds every value of what is shown', () => {
    expect(chartCsv([drawn([1, Number.NaN])], facts)).toMatchInlineSnapshot(`
      "# val/acc by step
      # not smoothed
      # https://x/
      run,step,val/acc
      x/a,0,1
      x/a,1,NaN
      "
    `);
  });

  test('names the smoothing, the zoom and what is left out', () => {
    const smoothed = { steps: [0, 1], values: [1, 1.5], isApproximate: false };
    const text = chartCsv([drawn([1, 2], { smoothed })], {
      ...facts,
      smoothing: 'exponential average, weight 0.5',
      zoom: [1, 1],
      banded: 12,
    });
    expect(text).toContain('# "smoothed" is exponential average, weight 0.5\n');
    expect(text).toContain('# step from 1 to 1\n');
    expect(text).toContain('# 12 more runs stand in the band');
    expect(text).toMatch(/\nrun,step,val\/acc,smoothed\nx\/a,1,2,1\.5\n$/);
  });

  test('lets no text out as a formula, and quotes what must be', () => {
    const text = chartCsv([drawn([1], { runId: '=cmd("x"),y' })], facts);
    expect(text).toContain(`"'=cmd(""x""),y",0,1`);
  });

  test('gives groups with their band and n', () => {
    const band = { steps: [0], low: [0.5], high: [1.5] };
    expect(chartCsv([drawn([1], { n: 3, band })], facts)).toMatch(
      /\ngroup,step,val\/acc,low,high,n\nx\/a,0,1,0\.5,1\.5,3\n$/,
    );
  });
});
