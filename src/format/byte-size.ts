const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** A size in words: a number with a unit. `ib` alone is none. */
export const byteSizePattern = /^\s*(\d+(?:\.\d+)?)\s*([bB]|[kKmMgG][iI]?[bB])?\s*$/;

/** Reads a size such as `500 kB`, `10 MiB` or a number of bytes. Gives bytes, or undefined for anything else. */
export function parseByteSize(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const match = byteSizePattern.exec(value);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (units[(match[2] ?? 'b').toLowerCase()] as number));
}

/** Gives a size in words: `850 B`, `12 kB`, `3.4 MB`. */
export function describeByteSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
