// npm run bench [-- --lines N] [-- --times N] [-- --out FILE]: figures as ratios to a floor measured in the same run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureMedian } from './bench/measure.ts';
import { writeLog } from './bench/write-log.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});
const lines = Number(values.lines);
const times = Number(values.times);
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
    {
      name: 'floor: read and JSON.parse each line',
      ms: floor.ms,
      ratio: 1,
      mbPerSecond: bytes / floor.ms / 1e3,
      peakBytes: floor.peakBytes,
    },
    {
      name: 'validate',
      ms: validate.ms,
      ratio: validate.ms / floor.ms,
      mbPerSecond: bytes / validate.ms / 1e3,
      peakBytes: validate.peakBytes,
    },
  ];
  process.stdout.write(`${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB, median of ${times}\n`);
  for (const row of rows) {
    const cells = [
      `${row.ratio.toFixed(2)} x`,
      `${row.mbPerSecond.toFixed(0)} MB/s`,
      `${(row.ms / 1000).toFixed(2)} s`,
      `${(row.peakBytes / 1e6).toFixed(0)} MB peak`,
    ];
    process.stdout.write(`${row.name.padEnd(38)} ${cells.map((cell) => cell.padStart(12)).join(' ')}\n`);
  }
  if (values.out !== undefined)
    writeFileSync(values.out, `${JSON.stringify({ lines, bytes, times, rows }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
