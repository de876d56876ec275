import type { OutputLine } from './output-lines.ts';
import { type Count, type ProgressLineOptions, type ProgressReading, readProgressLine } from './read-progress-line.ts';

/** Metrics at a step, as they are to be logged. */
export interface ProgressRecord {
  step: number;
  metrics: Map<string, number>;
}

interface CounterState {
  offset: number;
  last: number;
  epoch: number | undefined;
}

/**
 * Reads the lines of a program's output as they come, and gives the metrics in them with their steps.
 *
 * Of the states that a progress bar shows at one step only the last counts. The step is the one a line names; a count without
 * a name (`23/100`) goes on from epoch to epoch and from bar to bar instead of beginning anew; a line that names neither stands at
 * the last step told, or one further where it repeats a metric.
 */
export class ProgressReader {
  private readonly options: ProgressLineOptions;
  private pending: { reading: ProgressReading; step: number | undefined } | undefined;
  private readonly counters = new Map<string, CounterState>();
  private readonly lastSteps = new Map<string, number>();
  /** The epoch of the heading above. */
  private epoch: number | undefined;
  private isZeroBased = false;
  private position: number | undefined;

  constructor(options: ProgressLineOptions = {}) {
    this.options = options;
  }

  /** Takes the next line; gives the records that are complete by it, and whether it told metrics or a place in training. */
  read({ text, isFinal, isCut }: OutputLine): { records: ProgressRecord[]; isProgress: boolean } {
    const records: ProgressRecord[] = [];
    const reading = isCut ? undefined : readProgressLine(text, this.options);
    if (reading !== undefined) {
      const step = this.place(reading);
      if (reading.metrics.size > 0) this.take(reading, step, records);
    }
    if (isFinal) this.settle(records);
    return { records, isProgress: reading !== undefined };
  }

  /** Gives what waits for a later state, at the end of the output. */
  end(): ProgressRecord[] {
    const records: ProgressRecord[] = [];
    this.settle(records);
    return records;
  }

  /** Keeps a reading until it is sure that no later state of its step follows. */
  private take(reading: ProgressReading, step: number | undefined, records: ProgressRecord[]): void {
    if (this.pending !== undefined && this.pending.step !== step) this.settle(records);
    if (this.pending !== undefined)
      for (const [name, value] of reading.metrics) this.pending.reading.metrics.set(name, value);
    else this.pending = { reading, step };
  }

  private settle(records: ProgressRecord[]): void {
    if (this.pending === undefined) return;
    const { reading, step: own } = this.pending;
    this.pending = undefined;
    const step = own ?? this.stepAfter(reading.metrics);
    for (const name of reading.metrics.keys()) this.lastSteps.set(name, step);
    records.push({ step, metrics: reading.metrics });
  }

  /** The step of a line that names none: the last one told, or one further where a metric has a value there. */
  private stepAfter(metrics: ReadonlyMap<string, number>): number {
    let step = this.position ?? 0;
    for (const name of metrics.keys()) step = Math.max(step, (this.lastSteps.get(name) ?? step - 1) + 1);
    return step;
  }

  /** The step that a reading stands at, undefined where it names none. Where it is the epoch's metric, it is added. */
  private place(reading: ProgressReading): number | undefined {
    const { step, epoch, counter, metrics } = reading;
    if (epoch?.at === 0) this.isZeroBased = true;
    if (epoch !== undefined && metrics.size === 0) this.epoch = epoch.at;
    const countIn = (name: string, { at, of }: Count, isBare: boolean): number =>
      this.count(name, { at, of, epoch: epoch?.at ?? (isBare ? this.epoch : undefined), isBare });
    let at: number | undefined;
    if (step !== undefined) at = epoch === undefined ? step.at : countIn(`step ${step.key}`, step, false);
    else if (counter !== undefined) at = countIn(`${counter.bar} ${counter.of}`, counter, true);
    else if (epoch !== undefined) {
      // A heading: the bars below it count on.
      if (metrics.size === 0 && this.counters.size > 0) return undefined;
      at = epoch.at;
    }
    if (at !== undefined) this.position = at;
    if (epoch !== undefined && metrics.size > 0 && (step ?? counter) !== undefined) metrics.set('epoch', epoch.at);
    return at;
  }

  /**
   * Where a count stands over all epochs. One without a name begins anew in each epoch, so that its length tells how far the
   * epochs before have come; one with a name does so only where it is seen to go back as the epoch goes on.
   */
  private count(
    name: string,
    { at, of, epoch, isBare }: Count & { epoch: number | undefined; isBare: boolean },
  ): number {
    const before = this.counters.get(name);
    const isNewEpoch =
      before !== undefined && epoch !== undefined && before.epoch !== undefined && epoch > before.epoch;
    let offset = before?.offset ?? 0;
    if (isBare && epoch !== undefined && of !== undefined)
      offset = (Math.floor(epoch) - (this.isZeroBased ? 0 : 1)) * of;
    else if (before !== undefined && at < before.last && (isBare || isNewEpoch)) offset += of ?? before.last;
    this.counters.set(name, { offset, last: at, epoch });
    return offset + at;
  }
}
