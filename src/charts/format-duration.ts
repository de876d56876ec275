const minuteMs = 60_000;

/** Prints a length of time as `850 ms`, `12.3 s`, `4m 05s`, `1h 04m` or `2d 03h`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return 'unknown';
  const sign = durationMs < 0 ? '-' : '';
  const ms = Math.abs(durationMs);
  if (ms < 1000) return `${sign}${Math.round(ms)} ms`;
  if (ms < minuteMs - 50) return `${sign}${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${sign}${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${sign}${Math.floor(hours / 24)}d ${pad(hours % 24)}h`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
