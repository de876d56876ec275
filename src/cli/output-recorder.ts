import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../logger/index.ts';
import { OutputKeeper } from '../logger/output-keeper.ts';
import { type OutputLine, OutputLines } from '../logger/output-lines.ts';
import type { ProgressLog } from '../logger/progress-log.ts';
import { redactSource } from '../logger/redact.ts';
import { stripControls } from '../logger/strip-controls.ts';

/** How much of the end of stderr is kept as the reason of a failure. */
const maxErrorLines = 40;
const maxErrorLength = 8_000;

/** Reads metrics from the output of a command and keeps its text. Nothing here throws: the command's own output goes on. */
export class OutputRecorder {
  private readonly run: Run;
  private readonly progress: ProgressLog | undefined;
  private readonly keeper: OutputKeeper | undefined;
  private readonly warn: (text: string) => void;
  private readonly streams = { stdout: new OutputLines(), stderr: new OutputLines() };
  private readonly errors: string[] = [];
  /** The beginning of the output, on disk as it comes: what is left of it if we are killed. */
  private part: string | undefined;

  constructor(
    own: Run,
    {
      progress,
      keepsOutput,
      warn,
    }: { progress: ProgressLog | undefined; keepsOutput: boolean; warn: (text: string) => void },
  ) {
    this.run = own;
    this.progress = progress;
    this.keeper = keepsOutput ? new OutputKeeper({ onHead: (text) => this.writePart(text) }) : undefined;
    this.warn = warn;
  }

  take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.read(stream, this.streams[stream].push(bytes));
  }

  finish(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.read(stream, this.streams[stream].end());
    this.guard(() => this.progress?.end());
    this.guard(() => this.keep());
  }

  /** The last lines of stderr, secrets redacted; empty without any. */
  lastErrors(): string {
    return redactSource(this.errors.join('\n').slice(-maxErrorLength)).trim();
  }

  private read(stream: 'stdout' | 'stderr', lines: readonly OutputLine[]): void {
    for (const line of lines) {
      this.guard(() => this.progress?.read(line));
      this.guard(() => this.keeper?.add(stream, line));
      if (stream === 'stderr' && line.isFinal) this.errors.push(stripControls(line.text).slice(0, maxErrorLength));
      if (this.errors.length > maxErrorLines) this.errors.shift();
    }
  }

  private keep(): void {
    this.keeper?.end();
    if (this.keeper === undefined || this.keeper.isEmpty) return;
    const path = this.run.keepFile('output.txt', this.keeper.text(), {
      kind: 'text',
      caption: 'What the command printed',
    });
    if (path !== undefined && this.part !== undefined) rmSync(this.part, { force: true });
  }

  private writePart(text: string): void {
    if (this.part === undefined) {
      const folder = this.run.dir;
      if (folder === undefined) return;
      this.part = join(folder, 'output.txt.part');
    }
    appendFileSync(this.part, text);
  }

  private guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.warn(`could not record the output: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
