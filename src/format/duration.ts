const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A span of time in words: `90s`, `12h`, `1d`. */
export const durationPattern = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?\s*$/;

/** Reads a span such as `90s`, `12h`, `1d` or a number of seconds. Gives milliseconds, or undefined for anything else. */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
  const match = durationPattern.exec(value);
  if (match === null) return undefined;
  return Number(match[1]) * (unitMs[match[2] ?? 's'] as number);
}
