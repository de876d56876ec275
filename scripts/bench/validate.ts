import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions, BenchResult } from './group.ts';
import { measureMedian } from './measure.ts';
import { writeLog } from './write-log.ts';

/** Validation of one long log, as ratios to reading it and parsing each line. */
export function benchValidate({ lines, times }: BenchOptions): BenchResult {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-bench-'));
  try {
    const log = join(folder, 'experiments', 'bench', 'runs', 'long.jsonl');
    writeLog(log, { lines, seed: 1 });
    // Once unmeasured, so that both read from the page cache.
    measureMedian('parse-floor.ts', [log], 1);
    const floor = measureMedian('parse-floor.ts', [log], times);
    const validate = measureMedian('open-store.ts', [folder], times);
    const bytes = floor.bytes ?? 0;
    const rows = [
      { name: 'floor: read and JSON.parse each line', ...floor },
      { name: 'validate', ...validate },
    ].map(({ name, ms, peakBytes }) => ({
      name,
      ms,
      ratio: ms / floor.ms,
      mbPerSecond: bytes / ms / 1e3,
      peakBytes,
    }));
    return {
      heading: `validate: ${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB, median of ${times}`,
      rows: rows.map(({ name, ratio, mbPerSecond, ms, peakBytes }) => ({
        name,
        cells: [
          `${ratio.toFixed(2)} x`,
          `${mbPerSecond.toFixed(0)} MB/s`,
          `${(ms / 1000).toFixed(2)} s`,
          `${(peakBytes / 1e6).toFixed(0)} MB peak`,
        ],
      })),
      remarks: [],
      report: { lines, bytes, times, rows },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
