import type { Run } from './index.ts';
import type { OutputLine } from './output-lines.ts';
import { ProgressReader, type ProgressRecord } from './progress-reader.ts';
import type { ProgressLineOptions } from './read-progress-line.ts';

/** Logs what a program's output tells of its training to a run. A program may have several streams; they share their steps. */
export class ProgressLog {
  private readonly run: Run;
  private readonly reader: ProgressReader;

  constructor(run: Run, options: ProgressLineOptions = {}) {
    this.run = run;
    this.reader = new ProgressReader(options);
  }

  /** Takes the next line. Gives whether it told metrics or a place in training. */
  read(line: OutputLine): boolean {
    const { records, isProgress } = this.reader.read(line);
    this.log(records);
    return isProgress;
  }

  /** Logs what waited for a later state. */
  end(): void {
    this.log(this.reader.end());
  }

  private log(records: readonly ProgressRecord[]): void {
    for (const { step, metrics } of records) this.run.log(metrics, { step });
  }
}
