import type { JsonValue } from '../../format/scalars.ts';
import type { Run } from '../../store/run.ts';

/** What a run took. Undefined where its log does not tell. */
export interface RunCost {
  durationMs: number | undefined;
  gpus: number | undefined;
  /** Hours of its duration times its GPUs. */
  gpuHours: number | undefined;
  energyKwh: number | undefined;
  /** The most memory that its process held at a reading, in bytes. */
  peakMemoryBytes: number | undefined;
}

/** Fields of an end record that are shown as cost or are a logger's own bookkeeping: no text values of a metric. */
export const costFields: ReadonlySet<string> = new Set(['elapsed', 'energy_kwh', 'peak_mib', 'writer']);

const hourMs = 3_600_000;
const mib = 1024 ** 2;

/** Works out what a run took from its times, its GPUs, its readings and what its end says. */
export function runCost(run: Run): RunCost {
  const gpus = gpuCount(run);
  const durationMs = run.durationMs ?? secondsToMs(numberText(run, 'elapsed'));
  return {
    durationMs,
    gpus,
    gpuHours: gpus === undefined || durationMs === undefined ? undefined : (gpus * durationMs) / hourMs,
    energyKwh: numberText(run, 'energy_kwh') ?? run.system.get('energy/kwh')?.max,
    peakMemoryBytes: peakMemory(run),
  };
}

/** How many GPUs a run had: a count, or a list with one entry a device; else those whose readings it logged. */
function gpuCount(run: Run): number | undefined {
  const told = run.gpus as JsonValue | undefined;
  if (typeof told === 'number') return Number.isFinite(told) && told >= 0 ? told : undefined;
  if (Array.isArray(told)) return told.length;
  const devices = new Set<string>();
  for (const name of run.system.keys()) {
    const device = /^gpu[./](\d+)[./]/.exec(name)?.[1];
    if (device !== undefined) devices.add(device);
  }
  return devices.size === 0 ? undefined : devices.size;
}

function peakMemory(run: Run): number | undefined {
  const told = numberText(run, 'peak_mib');
  const readings = ['mem/peak_mib', 'mem/rss_mib'].flatMap((name) => run.system.get(name)?.max ?? []);
  const peak = Math.max(told ?? Number.NEGATIVE_INFINITY, ...readings);
  return Number.isFinite(peak) ? peak * mib : undefined;
}

function numberText(run: Run, name: string): number | undefined {
  const text = run.texts.get(name);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
