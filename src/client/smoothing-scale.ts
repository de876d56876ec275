import type { SmoothingKind } from '../series/smooth-series.ts';

/** Windows of the running mean: odd, so that they are centred. */
const windows = [0, 3, 5, 7, 9, 11, 15, 21, 31, 51, 75, 101, 151, 201, 301, 501, 1001] as const;

/** Widths of the Gaussian kernel in x: 0, then 1, 2 and 5 times each power of ten. */
const sigmas = [
  0,
  ...Array.from({ length: 9 }, (_, k) => [1, 2, 5].map((times) => Number(`${times}e${k - 2}`))).flat(),
];

function amountsOf(kind: SmoothingKind): readonly number[] | undefined {
  if (kind === 'mean') return windows;
  return kind === 'gaussian' ? sigmas : undefined;
}

/** The last position of the slider; the first is 0, which is off. */
export function lastPosition(kind: SmoothingKind): number {
  return (amountsOf(kind)?.length ?? 1000) - 1;
}

/** The amount of smoothing at a position of the slider: weights by thousandths, windows and sigmas by round numbers. */
export function amountAt(kind: SmoothingKind, position: number): number {
  const place = Math.max(0, Math.min(lastPosition(kind), Math.round(position)));
  return amountsOf(kind)?.[place] ?? place / 1000;
}

/** The position of the slider nearest to an amount. */
export function positionOf(kind: SmoothingKind, amount: number): number {
  const amounts = amountsOf(kind);
  if (amounts === undefined) return Math.round(Math.max(0, Math.min(0.999, amount)) * 1000);
  let best = 0;
  for (const [place, candidate] of amounts.entries()) {
    if (Math.abs(candidate - amount) < Math.abs((amounts[best] ?? 0) - amount)) best = place;
  }
  return best;
}

/** What the number means, for the label of its field. */
export const amountNames: Record<SmoothingKind, string> = {
  ema: 'weight',
  time: 'weight',
  gaussian: 'sigma in x',
  mean: 'points',
};

export const kindNames: Record<SmoothingKind, string> = {
  ema: 'Exponential',
  time: 'By time in x',
  gaussian: 'Gaussian',
  mean: 'Running mean',
};

/** Smoothing in words: "exponential average, weight 0.6"; undefined where it is off. */
export function describeSmoothing({ kind, amount }: { kind: SmoothingKind; amount: number }): string | undefined {
  if (!(amount > 0)) return undefined;
  switch (kind) {
    case 'ema':
      return `exponential average, weight ${amount}`;
    case 'time':
      return `exponential average by time in x, weight ${amount}`;
    case 'gaussian':
      return `Gaussian, sigma ${amount}`;
    case 'mean':
      return `running mean of ${amount} points`;
  }
}
