export { formatDuration } from '../../charts/format-duration.ts';

/** Prints a moment as `2026-03-04 09:12 UTC`. */
export function formatUtc(timeMs: number): string {
  return `${isoTime(timeMs).slice(0, 16).replace('T', ' ')} UTC`;
}

/** Prints a moment's day as `2026-03-04`, in UTC. */
export function formatDay(timeMs: number): string {
  return isoTime(timeMs).slice(0, 10);
}

/** The machine-readable form for `<time datetime>`; a moment that no calendar holds gives the epoch. */
export function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
