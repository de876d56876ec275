import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What one measured process told of its work. */
export interface Measure {
  ms: number;
  /** Peak resident memory in bytes. */
  peakBytes: number;
  [figure: string]: number;
}

/** Runs a script in a process of its own, so that its peak memory is its own, and reads the JSON that it prints last. */
export function measureScript(name: string, args: readonly string[]): Measure {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measure;
}

/** Runs a script several times and gives the run of median time: one busy moment of the machine changes nothing. */
export function measureMedian(name: string, args: readonly string[], times: number): Measure {
  const runs = Array.from({ length: times }, () => measureScript(name, args)).sort((a, b) => a.ms - b.ms);
  return runs[Math.floor(runs.length / 2)] as Measure;
}

/** Prints what a measured process found, for {@link measureScript} to read. */
export function tellMeasure(figures: Record<string, number>): void {
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ...figures, peakBytes })}\n`);
}
