import type { Run } from '../logger/index.ts';
import { readChildrenCpuSeconds, readProcessUsage } from '../logger/process-usage.ts';

/** How often memory is looked at, in the end: a peak between two looks is missed. */
const sampleMs = 500;
/** The first pause, which doubles: a short command has its peak soon, and before its program is loaded it has nothing. */
const firstSampleMs = 10;
/** How often a reading is written. */
const recordMs = 15_000;

/**
 * Watches the memory and the processor time of a command and of what it starts, and writes them to its run as machine readings:
 * `command/rss_mib`, `command/cpu_util` (percent of one core) and `command/processes` at an interval, `command/peak_rss_mib` and
 * `command/cpu_seconds` at the end. Where the system does not tell, nothing is written.
 */
export class CommandUsage {
  private readonly run: Pick<Run, 'system'>;
  private readonly pid: number | undefined;
  private readonly read: typeof readProcessUsage;
  private readonly cpuBefore = readChildrenCpuSeconds();
  private timer: NodeJS.Timeout | undefined;
  private peakMib = 0;
  private lastRecordMs = performance.now();
  private lastCpuSeconds = 0;

  constructor(
    run: Pick<Run, 'system'>,
    pid: number | undefined,
    { read = readProcessUsage }: { read?: typeof readProcessUsage } = {},
  ) {
    this.run = run;
    this.pid = pid;
    this.read = read;
    this.sampleAgain(firstSampleMs);
  }

  finish(): void {
    clearTimeout(this.timer);
    const cpu = readChildrenCpuSeconds();
    const used = cpu === undefined || this.cpuBefore === undefined ? undefined : cpu - this.cpuBefore;
    const values = {
      ...(this.peakMib > 0 ? { 'command/peak_rss_mib': round(this.peakMib) } : {}),
      ...(used === undefined ? {} : { 'command/cpu_seconds': round(used) }),
    };
    if (Object.keys(values).length > 0) this.run.system(values);
  }

  private sampleAgain(pauseMs: number): void {
    this.sample();
    this.timer = setTimeout(() => this.sampleAgain(Math.min(sampleMs, 2 * pauseMs)), pauseMs).unref();
  }

  private sample(): void {
    const usage = this.pid === undefined ? undefined : this.read(this.pid);
    if (usage === undefined) return;
    this.peakMib = Math.max(this.peakMib, usage.rssMib, usage.peakMib);
    const now = performance.now();
    const sinceMs = now - this.lastRecordMs;
    if (sinceMs < recordMs) return;
    const util = (100_000 * Math.max(0, usage.cpuSeconds - this.lastCpuSeconds)) / sinceMs;
    this.lastRecordMs = now;
    this.lastCpuSeconds = usage.cpuSeconds;
    this.run.system({
      'command/rss_mib': round(usage.rssMib),
      'command/cpu_util': round(util),
      'command/processes': usage.processes,
    });
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
