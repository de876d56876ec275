import {
  type Count,
  maxProgressLine,
  type ProgressLineOptions,
  type ProgressReading,
  readProgressLine,
} from './read-progress-line.ts';

/** Metrics at a step, as they are to be logged. */
export interface ProgressRecord {
  step: number;
  metrics: Map<string, number>;
}

/** A line of the output, without its line end. */
export interface OutputLine {
  text: string;
  /** False for a state of a progress bar that the next one overwrites (it ended with a carriage return). */
  isFinal: boolean;
  /** Whether metrics, or a place in training, were read from it. */
  isProgress: boolean;
}

interface CounterState {
  offset: number;
  last: number;
  epoch: number | undefined;
}

/**
 * Reads the output of a program as it comes, in pieces cut anywhere, and gives the metrics in it with their steps.
 *
 * Of the states that a progress bar shows at one step only the last counts. The step is the one a line names; a count without
 * a name (`23/100`) goes on from epoch to epoch and from bar to bar instead of beginning anew; a line that names neither stands at
 * the last step told, or one further where it repeats a metric. Memory is bounded: of a line over 64 KiB the rest is passed over.
 */
export class ProgressReader {
  private readonly options: ProgressLineOptions;
  private readonly onLine: (line: OutputLine) => void;
  private readonly decoder = new TextDecoder();
  private line = '';
  private isTooLong = false;
  private pending: { reading: ProgressReading; step: number | undefined } | undefined;
  private readonly counters = new Map<string, CounterState>();
  private readonly lastSteps = new Map<string, number>();
  /** The epoch of the heading above. */
  private epoch: number | undefined;
  private isZeroBased = false;
  private position: number | undefined;

  constructor({
    onLine = () => undefined,
    ...options
  }: ProgressLineOptions & { onLine?: (line: OutputLine) => void } = {}) {
    this.options = options;
    this.onLine = onLine;
  }

  /** Takes the next bytes and gives the records that are complete by them. */
  push(bytes: Uint8Array): ProgressRecord[] {
    return this.read(this.decoder.decode(bytes, { stream: true }));
  }

  /** Takes what has come as the end of the output, and gives the last records. */
  end(): ProgressRecord[] {
    const records = this.read(this.decoder.decode());
    if (this.line !== '') this.endLine(true, records);
    this.settle(records);
    return records;
  }

  private read(text: string): ProgressRecord[] {
    const records: ProgressRecord[] = [];
    let from = 0;
    for (const { index, 0: mark } of text.matchAll(/[\r\n]/g)) {
      this.append(text.slice(from, index));
      this.endLine(mark === '\n', records);
      from = index + 1;
    }
    this.append(text.slice(from));
    return records;
  }

  private append(text: string): void {
    if (this.isTooLong) return;
    this.line += text;
    if (this.line.length <= maxProgressLine) return;
    this.isTooLong = true;
    this.line = this.line.slice(0, maxProgressLine);
  }

  private endLine(isFinal: boolean, records: ProgressRecord[]): void {
    const text = this.line;
    const reading = this.isTooLong ? undefined : readProgressLine(text, this.options);
    this.line = '';
    this.isTooLong = false;
    this.onLine({ text, isFinal, isProgress: reading !== undefined });
    if (reading !== undefined) {
      const step = this.place(reading);
      if (reading.metrics.size > 0) this.take(reading, step, records);
    }
    if (isFinal) this.settle(records);
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
