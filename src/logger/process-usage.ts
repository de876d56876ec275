import { readFileSync } from 'node:fs';

/** What a process and those it started use at one moment. */
export interface ProcessUsage {
  /** Resident memory of all of them together, in MiB. */
  rssMib: number;
  /** The most that one of them has had so far. */
  peakMib: number;
  /** Processor time of those that are alive, and of those they have waited for, in seconds. */
  cpuSeconds: number;
  processes: number;
}

/** Ticks a second in /proc, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;
const maxProcesses = 10_000;

/**
 * Reads what a process and its children use from Linux's /proc; undefined where the process is gone or the system does not
 * tell. Memory that processes share counts once for each.
 */
export function readProcessUsage(pid: number, { proc = '/proc' }: { proc?: string } = {}): ProcessUsage | undefined {
  let rssMib = 0;
  let peakMib = 0;
  let cpuSeconds = 0;
  let processes = 0;
  const waiting = [pid];
  const seen = new Set<number>();
  for (let own = waiting.pop(); own !== undefined && processes < maxProcesses; own = waiting.pop()) {
    if (seen.has(own)) continue;
    seen.add(own);
    try {
      const status = readFileSync(`${proc}/${own}/status`, 'utf8');
      const sizeOf = (name: string): number =>
        Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
      rssMib += sizeOf('VmRSS');
      peakMib = Math.max(peakMib, sizeOf('VmHWM'));
      const times = readTimes(`${proc}/${own}/stat`);
      cpuSeconds += times.own + times.children;
      processes += 1;
      waiting.push(
        ...readFileSync(`${proc}/${own}/task/${own}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number),
      );
    } catch {
      // It ended while we looked, or this is no Linux.
    }
  }
  return processes === 0 ? undefined : { rssMib, peakMib, cpuSeconds, processes };
}

/**
 * Processor seconds of the processes that this one has started and waited for, those that they waited for included: the growth of
 * this number over the life of a child is what the child used. Undefined where the system does not tell.
 */
export function readChildrenCpuSeconds({ proc = '/proc' }: { proc?: string } = {}): number | undefined {
  try {
    return readTimes(`${proc}/self/stat`).children;
  } catch {
    return undefined;
  }
}

function readTimes(path: string): { own: number; children: number } {
  const text = readFileSync(path, 'utf8');
  const cells = text.slice(text.lastIndexOf(')') + 2).split(' '); // The name before may hold anything.
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = cells.slice(11, 15).map(Number);
  return { own: (user + system) / ticksPerSecond, children: (childUser + childSystem) / ticksPerSecond };
}
