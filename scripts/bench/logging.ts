import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findPython } from '../find-python.ts';
import type { BenchResult } from './group.ts';

/** What bench-logging.py writes: microseconds a call, bytes a record, ratio to the first row. */
const loggingReport = z.object({
  python: z.string(),
  calls: z.number(),
  times: z.number(),
  rows: z.array(z.object({ name: z.string(), us: z.number(), bytes: z.number(), ratio: z.number() })),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/**
 * A call of each Python logger, as ratios to `json.dumps`, write and flush in the same process. Loggers that the Python does
 * not have are named with how to install them. Throws where there is no Python, and where the script fails.
 */
export function benchLogging(): BenchResult {
  const python = findPython();
  if (python === undefined)
    throw new Error('The logging group needs Python from 3.8 on; RUNFOLIO_PYTHON may name one.');
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-bench-'));
  try {
    const file = join(folder, 'logging.json');
    const script = fileURLToPath(new URL('../bench-logging.py', import.meta.url));
    const { status, stderr } = spawnSync(python, [script, '--json', file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`bench-logging.py failed: ${stderr}`);
    const report = loggingReport.parse(JSON.parse(readFileSync(file, 'utf8')));
    return {
      heading: `logging: Python ${report.python}, five numbers a call, best of ${report.times} rounds of ${report.calls} calls or fewer`,
      rows: report.rows.map(({ name, us, bytes, ratio }) => ({
        name,
        cells: [`${ratio.toFixed(2)} x`, `${us.toFixed(2)} µs`, `${bytes.toFixed(0)} bytes`],
      })),
      remarks: remarksOn(report.skipped),
      report,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function remarksOn(skipped: readonly { name: string; reason: string }[]): string[] {
  if (skipped.length === 0) return [];
  return [
    ...skipped.map(({ name, reason }) => `not measured: ${name} (${reason})`),
    'To measure all: python3 -m venv PEERS && PEERS/bin/pip install numpy mlflow wandb tensorboardX trackio',
    'and then RUNFOLIO_PYTHON=PEERS/bin/python npm run bench -- logging',
  ];
}
