import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeOwn,
  changeZoom,
  differInAmountOnly,
  isShown,
  readSettings,
  type SettingsSource,
  settingsOf,
} from '../../src/client/chart-settings.ts';
import { amountAt, lastPosition, positionOf } from '../../src/client/smoothing-scale.ts';
import { changeQuery, type StateKey } from '../../src/client/url-state.ts';
import { formatZoom, parseBound, parseZoom } from '../../src/client/zoom-text.ts';
import { smoothingKinds } from '../../src/series/smooth-series.ts';

const sourceOf =
  (query: string): SettingsSource =>
  (key) =>
    new URLSearchParams(query).getAll(key);
const read = (query: string) => readSettings(sourceOf(query));

describe('readSettings', () => {
  test('gives the defaults for an empty address', () => {
    expect(read('')).toMatchObject({
      ignored: [],
      settings: {
        x: 'step',
        smoothing: { kind: 'ema', amount: 0 },
        y: undefined,
        isWithoutOutliers: false,
        group: [],
        band: 'ci',
        colour: 'run',
        only: undefined,
        hasSuperseded: true,
        zoom: undefined,
      },
    });
  });

  test('reads what the page writes', () => {
    const { settings, ignored } = read(
      'x=time&sm=0.6&smk=time&y=symlog&out=1&group=lr&group=seed&band=sd&zoom=1..2.5&old=0',
    );
    expect(ignored).toEqual([]);
    expect(settings).toMatchObject({
      x: 'time',
      smoothing: { kind: 'time', amount: 0.6 },
      y: 'symlog',
      isWithoutOutliers: true,
      group: ['lr', 'seed'],
      band: 'sd',
      zoom: [1, 2.5],
      hasSuperseded: false,
    });
  });

  test('drops what it does not understand, by name, and keeps the rest', () => {
    const { settings, ignored } = read('sm=lots&smk=magic&y=cubic&out=yes&band=wide&zoom=5..1&x=epoch');
    expect(ignored.sort()).toEqual(['band=wide', 'out=yes', 'sm=lots', 'smk=magic', 'y=cubic', 'zoom=5..1']);
    expect(settings).toMatchObject({ x: 'epoch', smoothing: { amount: 0 }, y: undefined, zoom: undefined });
  });

  test('never throws and never takes a weight of 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (sm, zoom, own) => {
        const query = new URLSearchParams({ sm, zoom, own, x: 'wall' }).toString();
        expect(read(query).settings.smoothing.amount).toBeLessThan(1);
        settingsOf('loss', sourceOf(query));
      }),
    );
    expect(read('sm=7').settings.smoothing.amount).toBe(0.999);
    expect(read('sm=7&smk=mean').settings.smoothing.amount).toBe(7);
  });
});

describe('settings of one chart', () => {
  test('stand in place of the shared ones, defaults too, until they are taken back', () => {
    const start = 'sm=0.6&y=log';
    const changed = changeQuery(`?${start}`, changeOwn('val/a&b', sourceOf(start), { y: '', sm: '0.9' }));
    expect(settingsOf('val/a&b', sourceOf(changed))).toMatchObject({
      isOwn: true,
      settings: { y: undefined, smoothing: { amount: 0.9 } },
    });
    expect(settingsOf('other', sourceOf(changed))).toMatchObject({
      isOwn: false,
      settings: { y: 'log', smoothing: { amount: 0.6 } },
    });
    const back = changeQuery(changed, changeOwn('val/a&b', sourceOf(changed), undefined));
    expect(new URLSearchParams(back).toString()).toBe(new URLSearchParams(changeQuery(`?${start}`, {})).toString());
  });

  test('with an x of its own has a zoom of its own', () => {
    const start = 'zoom=10..20';
    const own = changeQuery(`?${start}`, changeOwn('loss', sourceOf(start), { x: 'time' }));
    expect(settingsOf('loss', sourceOf(own)).settings.zoom).toBeUndefined();
    const zoomed = changeQuery(own, changeZoom('loss', sourceOf(own), [1, 2]));
    expect(settingsOf('loss', sourceOf(zoomed)).settings).toMatchObject({ x: 'time', zoom: [1, 2] });
    expect(settingsOf('acc', sourceOf(zoomed)).settings.zoom).toEqual([10, 20]);
    expect(changeZoom('acc', sourceOf(zoomed), undefined)).toEqual({ zoom: undefined } satisfies Partial<
      Record<StateKey, unknown>
    >);
  });
});

test('isShown knows runs by their whole id and by their last part', () => {
  const settings = (query: string) => read(query).settings;
  expect(isShown('x/a', settings('hide=a'))).toBe(false);
  expect(isShown('x/a', settings('hide=x/a'))).toBe(false);
  expect(isShown('x/b', settings('hide=a'))).toBe(true);
  expect(isShown('x/b', settings('only=b&hide=b'))).toBe(true);
  expect(isShown('x/a', settings('only=b'))).toBe(false);
});

test('only the amount of smoothing leaves the axes as they are', () => {
  const of = (query: string) => read(query).settings;
  expect(differInAmountOnly(of('sm=0.5'), of('sm=0.6'))).toBe(true);
  expect(differInAmountOnly(of(''), of('sm=0.6'))).toBe(false);
  expect(differInAmountOnly(of('sm=0.5'), of('sm=0.6&y=log'))).toBe(false);
  expect(differInAmountOnly(of('sm=0.5'), of('sm=0.6&hide=a'))).toBe(false);
  expect(differInAmountOnly(of('sm=0.5'), of('sm=5&smk=mean'))).toBe(false);
});

describe('zoom in an address', () => {
  test('comes back within a thousandth of the range', () => {
    const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-6);
        const range = [Math.min(a, b), Math.max(a, b)] as const;
        const back = parseZoom(formatZoom(range, 'step'), 'step');
        expect(Math.abs((back?.[0] ?? Number.NaN) - range[0])).toBeLessThanOrEqual(1e-3 * (range[1] - range[0]));
        expect(Math.abs((back?.[1] ?? Number.NaN) - range[1])).toBeLessThanOrEqual(1e-3 * (range[1] - range[0]));
      }),
    );
  });

  test('is in dates for wall time', () => {
    const from = Date.UTC(2026, 2, 4, 9, 12);
    const text = formatZoom([from, from + 3_600_000], 'wall');
    expect(text).toBe('2026-03-04T09:12:00Z..2026-03-04T10:12:00Z');
    expect(parseZoom(text, 'wall')).toEqual([from, from + 3_600_000]);
    expect(parseBound('2026-03-04 09:12', 'wall')).toBe(from);
    expect(parseBound('noon', 'wall')).toBeUndefined();
  });
});

test('each kind of smoothing has a slider from off to much, and positions lead back to themselves', () => {
  for (const kind of smoothingKinds) {
    expect(amountAt(kind, 0)).toBe(0);
    for (let position = 0; position <= lastPosition(kind); position += 1)
      expect(positionOf(kind, amountAt(kind, position))).toBe(position);
  }
  expect(amountAt('ema', lastPosition('ema'))).toBe(0.999);
  expect(amountAt('mean', 3)).toBe(7);
});
