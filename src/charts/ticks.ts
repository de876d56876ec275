import { symexp, symlog } from './chart-scale.ts';
import { formatScientific } from './format-number.ts';

/** A scale's ends and its tick marks, all finite, ticks rising and within the ends. */
export interface TickedDomain {
  domain: [number, number];
  ticks: number[];
}

const largest = 1e307; // widened to a round tick and doubled, this is still finite

/**
 * Widens a range to a domain that can be drawn: never empty, never wider than a number can say. A constant is given
 * room on both sides, a tenth of itself or 1.
 */
export function drawableDomain(low: number, high: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const lo = Math.max(-largest, Math.min(low, high, largest));
  const hi = Math.min(largest, Math.max(low, high, -largest));
  const size = Math.max(Math.abs(lo), Math.abs(hi));
  if (hi - lo > Math.max(size * 1e-12, 1e-290)) return [lo, hi];
  const pad = size > 1e-280 ? size / 10 : 1;
  return [Math.max(-largest, lo - pad), Math.min(largest, hi + pad)];
}

/** A domain grows to a round tick beyond its end only by this share of itself; else by `endPad`, so that it follows the data. */
const nearShare = 0.12;
const endPad = 0.04;

/**
 * Round ticks, about `count` of them, at 1, 2 or 5 times a power of ten. `near` gives the domain room at both ends, up to a
 * round tick where one is near; `whole` keeps ticks integers.
 */
export function linearTicks(
  low: number,
  high: number,
  count: number,
  { near = false, whole = false } = {},
): TickedDomain {
  const [lo, hi] = drawableDomain(low, high);
  const round = roundStep((hi - lo) / Math.max(1, count));
  const step = whole ? Math.max(1, round) : round;
  const domain: [number, number] = near ? roomyDomain(lo, hi, step) : [lo, hi];
  const from = Math.ceil(domain[0] / step - 1e-9);
  const to = Math.floor(domain[1] / step + 1e-9);
  const ticks: number[] = [];
  for (let k = from; k <= to && ticks.length < 50; k++) {
    ticks.push(Math.min(domain[1], Math.max(domain[0], timesStep(k, step))));
  }
  return { domain, ticks };
}

function roomyDomain(lo: number, hi: number, step: number): [number, number] {
  const below = timesStep(Math.floor(lo / step + 1e-9), step);
  const above = timesStep(Math.ceil(hi / step - 1e-9), step);
  const size = hi - lo;
  return [
    Math.min(lo, lo - below <= nearShare * size ? below : lo - endPad * size),
    Math.max(hi, above - hi <= nearShare * size ? above : hi + endPad * size),
  ];
}

/** Ticks at powers of ten for a log scale over positive numbers; within two decades 2 and 5 as well. */
export function logTicks(low: number, high: number, count: number): TickedDomain {
  const lo = Math.max(low, 1e-300);
  const hi = Math.max(high, lo);
  const from = Math.floor(Math.log10(lo) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(hi) - 1e-9));
  const stride = Math.max(1, Math.ceil((to - from) / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = from; power <= to; power += stride) {
    for (const times of to - from <= 2 ? [1, 2, 5] : [1]) ticks.push(timesStep(times, 10 ** power));
  }
  const domain: [number, number] = [timesStep(1, 10 ** from), Math.min(timesStep(1, 10 ** to), 1e308)];
  return { domain, ticks: ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]) };
}

/** The ticks of a symlog scale and where it turns from linear to logarithmic. */
export interface SymlogTicks extends TickedDomain {
  constant: number;
}

/**
 * Ticks at 0 and at powers of ten of both signs. `smallest` is the size under which values may look alike; the scale turns
 * from linear to logarithmic at the power of ten at or under it, no more than 12 decades below the largest value.
 */
export function symlogTicks(low: number, high: number, count: number, smallest: number): SymlogTicks {
  const [lo, hi] = drawableDomain(low, high);
  const size = Math.max(Math.abs(lo), Math.abs(hi));
  const least = Math.max(smallest > 0 ? smallest : size / 1000, size * 1e-12, 1e-300);
  const from = Math.floor(Math.log10(Math.min(least, size)) + 1e-9);
  const constant = timesStep(1, 10 ** from);
  const to = Math.floor(Math.log10(size) + 1e-9);
  const sides = lo < 0 && hi > 0 ? 2 : 1;
  const stride = Math.max(1, Math.ceil((sides * (to - from + 1)) / Math.max(1, count - 1)));
  const powers: number[] = [];
  for (let power = to; power >= from; power -= stride) powers.push(timesStep(1, 10 ** power));
  const ticks = [...powers.map((tick) => -tick), 0, ...powers.reverse()];
  const [a, b] = [symlog(lo, constant), symlog(hi, constant)];
  const pad = (b - a) * endPad;
  const domain: [number, number] = [symexp(a - pad, constant), symexp(b + pad, constant)];
  const closest = (b - a) / (count * 2); // nearer to 0 than this, words would cover each other
  const isClear = (tick: number) => tick === 0 || Math.abs(symlog(tick, constant)) >= closest;
  return { domain, constant, ticks: ticks.filter((tick) => tick >= domain[0] && tick <= domain[1] && isClear(tick)) };
}

/** Prints ticks so that neighbours differ: as many decimals as the smallest spacing needs, scientific when long. */
export function formatTicks(ticks: readonly number[]): string[] {
  const size = Math.max(0, ...ticks.map(Math.abs));
  const spacings = ticks.slice(1).map((tick, i) => Math.abs(tick - (ticks[i] ?? 0)));
  const step = Math.min(size || 1, ...spacings.filter((spacing) => spacing > 0));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (size >= 1e6 || decimals > 5) {
    return ticks.map((tick) => {
      if (tick === 0) return '0';
      return formatScientific(tick, Math.min(15, Math.max(0, Math.ceil(Math.log10(Math.abs(tick) / step) - 1e-9))));
    });
  }
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return ticks.map((tick) => format.format(tick === 0 ? 0 : tick));
}

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const share = raw / power;
  const times = share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10;
  return times * power;
}

/** `k × step` without the dust of binary fractions: 3 × 0.1 is 0.3. */
function timesStep(k: number, step: number): number {
  return Number((k * step).toPrecision(12));
}
