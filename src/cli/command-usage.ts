import type { Run } from '../logger/index.ts';
import { readChildrenCpuSeconds, readProcessUsage } from '../logger/process-usage.ts';

/** How often memory is looked at: a peak between two looks is missed. */
const sampleMs = 500;
/** How often a reading is written. */
const recordMs = 15_000;

/**
 * Watches the memory and the processor time of a command and of what it starts, and writes them to its run as machine readings:
 * `command/rss_mib`, `command/cpu_util` (percent of one core) and `command/processes` at an interval, `command/peak_rss_mib` and
 * `command/cpu_seconds` at the end. Where the system does not tell, nothing is written.
 */
export class CommandUsage {
  private readonly run: Run;
  private readonly pid: number | undefined;
  private readonly cpuBefore = readChildrenCpuSeconds();
  private readonly timer: NodeJS.Timeout;
  private peakMib = 0;
  private lastRecordMs = performance.now();
  private lastCpuSeconds = 0;

  constructor(run: Run, pid: number | undefined) {
    this.run = run;
    this.pid = pid;
    this.timer = setInterval(() => this.sample(), sampleMs).unref();
    this.sample();
  }

  finish(): void {
    clearInterval(this.timer);
    const cpu = readChildrenCpuSeconds();
    const used = cpu === undefined || this.cpuBefore === undefined ? undefined : cpu - this.cpuBefore;
    const values = {
      ...(this.peakMib > 0 ? { 'command/peak_rss_mib': round(this.peakMib) } : {}),
      ...(used === undefined ? {} : { 'command/cpu_seconds': round(used) }),
    };
    if (Object.keys(values).length > 0) this.run.system(values);
  }

  private sample(): void {
    const usage = this.pid === undefined ? undefined : readProcessUsage(this.pid);
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
