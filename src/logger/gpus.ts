import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { askProgram } from './ask-program.ts';
import { type Json, type JsonMap, makeRecord } from './json-line.ts';

/** The place of `nvidia-smi`, or undefined on a machine without. */
export function findNvidiaSmi(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = process.platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi';
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** GPUs by name and memory in MiB, and the versions of driver and CUDA. */
export function captureGpus(smi: string | undefined): { devices: Json[]; versions: JsonMap } {
  if (smi === undefined) return { devices: [], versions: new Map() };
  const rows = readRows(
    askProgram(smi, ['--query-gpu=index,name,memory.total,driver_version', '--format=csv,noheader,nounits']) ?? '',
    4,
  );
  const devices = rows.map(([index = '', name = '', memory = '']) =>
    makeRecord({ index: readNumber(index) ?? null, name, memory_mib: readNumber(memory) ?? null }),
  );
  const cuda = rows.length > 0 ? /CUDA Version:\s*([0-9.]+)/.exec(askProgram(smi, []) ?? '')?.[1] : undefined;
  return { devices, versions: makeRecord({ driver: rows.at(-1)?.[3], cuda }) };
}

/** What to ask `nvidia-smi` for a reading. */
export const readingQuery = [
  '--query-gpu=index,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu',
  '--format=csv,noheader,nounits',
] as const;

/** One GPU at one moment: utilisation in percent, memory in MiB, power in W, temperature in °C; undefined where not told. */
export interface GpuReading {
  index: string;
  util: number | undefined;
  memoryMib: number | undefined;
  memoryUtil: number | undefined;
  powerW: number | undefined;
  temperatureC: number | undefined;
}

/** Reads the answer to {@link readingQuery}. */
export function readGpuReadings(text: string): GpuReading[] {
  return readRows(text, 6).map(([index = '', util = '', used = '', total = '', power = '', temperature = '']) => {
    const memoryMib = readNumber(used);
    const totalMib = readNumber(total);
    return {
      index,
      util: readNumber(util),
      memoryMib,
      memoryUtil: memoryMib !== undefined && totalMib ? (100 * memoryMib) / totalMib : undefined,
      powerW: readNumber(power),
      temperatureC: readNumber(temperature),
    };
  });
}

function readRows(text: string, cells: number): string[][] {
  return text
    .split('\n')
    .map((row) => row.split(',').map((cell) => cell.trim()))
    .filter((row) => row.length === cells);
}

function readNumber(text: string): number | undefined {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}
