import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { readGpuReadings, readingQuery } from './gpus.ts';

/** What {@link SystemReadings} needs. */
export interface ReadingsOptions {
  /** Seconds between readings; the first comes after five at most. */
  intervalSeconds: number;
  /** A folder on the disk whose room is read. */
  folder: string;
  /** The place of `nvidia-smi`, for GPUs. */
  nvidiaSmi?: string;
  monotonicMs: () => number;
  /** False leaves out what this process itself uses. */
  ownProcess?: boolean;
}

/** Readings of this process, not of the machine. */
const ownReadings = ['cpu/process_util', 'mem/rss_mib', 'disk/read_mib_s', 'disk/written_mib_s'];

/**
 * Machine readings by a timer that keeps no process alive. Utilisation in percent, memory in MiB, rates in MiB a second,
 * power in W, temperature in °C, energy in kWh. What a machine does not tell is left out.
 */
export class SystemReadings {
  readonly #options: ReadingsOptions;
  /** Counters at the reading before: rates come from their growth. */
  readonly #before = new Map<string, number>();
  #beforeMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #joules = 0;
  #knowsPower = false;
  #gpuWatts = 0;
  #smiFailures = 0;

  constructor(options: ReadingsOptions) {
    this.#options = options;
    this.#beforeMs = options.monotonicMs();
    this.#read();
  }

  start(onReading: (values: Map<string, number>) => void): void {
    const { intervalSeconds } = this.#options;
    const later = (seconds: number) => {
      this.#timer = setTimeout(read, seconds * 1000).unref();
    };
    const read = async (): Promise<void> => {
      const gpus = await this.#readGpus();
      if (this.#isStopped) return;
      const values = new Map([...this.#read(), ...gpus]);
      if (values.size > 0) onReading(rounded(values));
      later(intervalSeconds);
    };
    later(Math.min(intervalSeconds, 5));
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** A last reading, without GPUs: asking for those takes a while. */
  readLast(): Map<string, number> {
    return rounded(this.#read());
  }

  /** Energy used since the beginning; undefined where no power is known. */
  energyKwh(): number | undefined {
    return this.#knowsPower ? sixDigits(this.#joules / 3.6e6) : undefined;
  }

  #read(): Map<string, number> {
    const now = this.#options.monotonicMs();
    const seconds = Math.max((now - this.#beforeMs) / 1000, 1e-9);
    this.#beforeMs = now;
    const found = new Map<string, number>();
    for (const part of [this.#readCpu, this.#readMemory, this.#readNetwork, this.#readDisk, this.#readRoom]) {
      try {
        part.call(this, found, seconds);
      } catch {
        // This machine does not tell.
      }
    }
    if (this.#options.ownProcess === false) for (const name of ownReadings) found.delete(name);
    this.#joules += this.#gpuWatts * seconds;
    this.#readEnergyCounters();
    if (this.#knowsPower) found.set('energy/kwh', this.#joules / 3.6e6);
    return found;
  }

  /** The growth of a counter a second; undefined at its first reading and where it has gone back. */
  #rate(name: string, value: number, seconds: number): number | undefined {
    const before = this.#before.get(name);
    this.#before.set(name, value);
    return before === undefined || value < before ? undefined : (value - before) / seconds;
  }

  #readCpu(found: Map<string, number>, seconds: number): void {
    const { user, system } = process.cpuUsage();
    const own = this.#rate('cpu.own', (user + system) / 1e6, seconds);
    if (own !== undefined) found.set('cpu/process_util', own * 100);
    const [, ...cells] = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').trim().split(/\s+/);
    const ticks = cells.slice(0, 8).map(Number);
    const idle = this.#rate('cpu.idle', (ticks[3] ?? 0) + (ticks[4] ?? 0), 1);
    const total = this.#rate(
      'cpu.total',
      ticks.reduce((sum, value) => sum + value, 0),
      1,
    );
    if (idle !== undefined && total) found.set('cpu/util', Math.max(0, 100 * (1 - idle / total)));
  }

  #readMemory(found: Map<string, number>): void {
    found.set('mem/rss_mib', process.memoryUsage.rss() / 2 ** 20);
    const available = availableMemory();
    found.set('mem/used_mib', (totalmem() - available) / 2 ** 20);
    found.set('mem/util', 100 * (1 - available / totalmem()));
  }

  #readNetwork(found: Map<string, number>, seconds: number): void {
    let received = 0;
    let sent = 0;
    for (const line of readFileSync('/proc/net/dev', 'utf8').split('\n')) {
      const [name = '', rest] = line.split(':');
      if (rest === undefined || name.trim() === 'lo') continue;
      const cells = rest.trim().split(/\s+/).map(Number);
      received += cells[0] ?? 0;
      sent += cells[8] ?? 0;
    }
    this.#setRate(found, 'net/received_mib_s', received, seconds);
    this.#setRate(found, 'net/sent_mib_s', sent, seconds);
  }

  #readDisk(found: Map<string, number>, seconds: number): void {
    const text = readFileSync('/proc/self/io', 'utf8');
    for (const [key, name] of [
      ['disk/read_mib_s', 'read_bytes'],
      ['disk/written_mib_s', 'write_bytes'],
    ] as const) {
      const bytes = new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1];
      if (bytes !== undefined) this.#setRate(found, key, Number(bytes), seconds);
    }
  }

  #setRate(found: Map<string, number>, key: string, bytes: number, seconds: number): void {
    const rate = this.#rate(key, bytes, seconds);
    if (rate !== undefined) found.set(key, rate / 2 ** 20);
  }

  #readRoom(found: Map<string, number>): void {
    const { bavail, bsize, blocks } = statfsSync(this.#options.folder);
    found.set('disk/free_gib', (bavail * bsize) / 2 ** 30);
    found.set('disk/util', blocks > 0 ? 100 * (1 - bavail / blocks) : 0);
  }

  /** Counters of CPU packages (RAPL), where the kernel lets them be read; they wrap, and a step back is left out. */
  #readEnergyCounters(): void {
    const top = '/sys/class/powercap';
    try {
      for (const name of readdirSync(top).filter((entry) => /^intel-rapl:\d+$/.test(entry))) {
        const used = this.#rate(`rapl.${name}`, Number(readFileSync(`${top}/${name}/energy_uj`, 'utf8')), 1);
        if (used === undefined) continue;
        this.#joules += used / 1e6;
        this.#knowsPower = true;
      }
    } catch {
      // No such counters, or not for us.
    }
  }

  async #readGpus(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const { nvidiaSmi } = this.#options;
    if (nvidiaSmi === undefined || this.#smiFailures >= 3) return found;
    const text = await new Promise<string | undefined>((resolve) => {
      const child = execFile(nvidiaSmi, readingQuery, { timeout: 10_000 }, (error, stdout) =>
        resolve(error === null ? stdout : undefined),
      );
      child.unref();
    });
    if (text === undefined) {
      this.#smiFailures += 1;
      return found;
    }
    const readings = readGpuReadings(text);
    for (const { index, util, memoryMib, memoryUtil, powerW, temperatureC } of readings) {
      const values = {
        util,
        memory_mib: memoryMib,
        power_w: powerW,
        temperature_c: temperatureC,
        memory_util: memoryUtil,
      };
      for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) found.set(`gpu/${index}/${name}`, value);
      }
      this.#knowsPower ||= powerW !== undefined;
    }
    this.#gpuWatts = readings.reduce((sum, { powerW = 0 }) => sum + powerW, 0);
    return found;
  }
}

/** Bytes that programs could still have. */
function availableMemory(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kib === undefined ? freemem() : Number(kib) * 1024;
  } catch {
    return freemem();
  }
}

function rounded(values: Map<string, number>): Map<string, number> {
  return new Map([...values].map(([name, value]) => [name, sixDigits(value)]));
}

function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
