import { artifactKind } from '../../format/run-records.ts';
import type { JsonObject } from '../../format/scalars.ts';
import { readMetricValue } from '../read-value.ts';
import type { Alert, Artifact, DataTable, Histogram, LogLine } from '../run.ts';
import { asNumbers, asText, cut } from './json-fields.ts';
import { type RecordPlace, type RunContext, report } from './run-context.ts';
import type { SecretGuard } from './secret-guard.ts';

/** Gathers what a run keeps beside its metrics: artifacts, histograms, tables, alerts and log lines. */
export class AttachmentFold {
  readonly alerts: Alert[] = [];
  readonly artifacts: Artifact[] = [];
  readonly histograms: Histogram[] = [];
  readonly tables: DataTable[] = [];
  /** Log lines so far, kept or not. */
  logLineCount = 0;
  #logHead: LogLine[] = [];
  #logTail: LogLine[] = [];
  #context: RunContext;
  #guard: SecretGuard;

  constructor(context: RunContext, guard: SecretGuard) {
    this.#context = context;
    this.#guard = guard;
  }

  /** The first and the last log lines, as many as the limit lets through. */
  get logLines(): LogLine[] {
    return [...this.#logHead, ...this.#logTail];
  }

  addLogLine(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    const line = {
      timeMs,
      level: asText(record.level),
      message: this.#guard.text(asText(record.message) ?? '', place),
    };
    const half = this.#context.limits.logLines / 2;
    this.logLineCount += 1;
    if (this.#logHead.length < half) {
      this.#logHead.push(line);
      return;
    }
    this.#logTail.push(line);
    if (this.#logTail.length > half) this.#logTail.shift();
  }

  addAlert(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    this.alerts.push({
      level: asText(record.level),
      title: this.#guard.text(asText(record.title) ?? '', place),
      text: this.#guard.maybeText(record.text, place),
      timeMs,
    });
  }

  addHistogram(record: JsonObject, lastStep: number): void {
    const edges = asNumbers(record.edges);
    const counts = asNumbers(record.counts);
    if (edges === undefined || counts === undefined || edges.length !== counts.length + 1) return;
    this.histograms.push({
      name: asText(record.name) ?? '',
      step: readMetricValue(record.step) ?? lastStep,
      edges,
      counts,
    });
  }

  addTable(record: JsonObject): void {
    const { columns, rows } = record;
    if (!Array.isArray(columns) || !Array.isArray(rows)) return;
    this.tables.push({
      name: asText(record.name) ?? '',
      kind: asText(record.kind),
      step: readMetricValue(record.step),
      columns: columns.map((column) => asText(column) ?? ''),
      rows: rows.filter(Array.isArray),
    });
  }

  addArtifact(record: JsonObject, place: RecordPlace): void {
    const path = asText(record.path);
    const address = asText(record.url);
    if (path === undefined && address === undefined) return;
    const found = path === undefined ? undefined : this.#findFile(path, place);
    if (found === 'outside') return;
    const isLink = address !== undefined && /^https?:\/\/[^\s]+$/i.test(address);
    if (address !== undefined && !isLink) {
      report(
        this.#context,
        'link-not-allowed',
        place,
        `"${cut(address)}" is no http or https address; it is shown as text.`,
        { key: 'url' },
      );
    }
    const kind = artifactKind.safeParse(record.kind);
    this.artifacts.push({
      name: this.#guard.text(asText(record.name) ?? path ?? address ?? 'artifact', place),
      kind: kind.success ? kind.data : guessKind(path ?? address ?? ''),
      file: found?.file,
      url: isLink ? this.#guard.text(address, place) : undefined,
      step: readMetricValue(record.step),
      caption: this.#guard.maybeText(record.caption, place),
      sizeBytes: found?.sizeBytes ?? (typeof record.bytes === 'number' ? record.bytes : undefined),
      sha256: asText(record.sha256),
      missing: path !== undefined && found === undefined,
    });
  }

  #findFile(path: string, place: RecordPlace): { file: string; sizeBytes: number } | 'outside' | undefined {
    const found = this.#context.findArtifact(path);
    if (found === 'outside') {
      const message = `The path "${cut(path)}" leads out of the run's folder. The artifact is set aside.`;
      report(this.#context, 'artifact-outside', place, message, { key: 'path' });
    } else if (found === undefined) {
      report(this.#context, 'artifact-missing', place, `No file stands at "${cut(path)}" beside the log.`, {
        key: 'path',
        fold: path,
      });
    }
    if (found !== undefined && found !== 'outside' && found.isPointer) {
      const message = `"${cut(path)}" is the pointer that Git LFS leaves in place of the real file.`;
      report(this.#context, 'lfs-pointer', place, message, { key: 'path', fold: path });
    }
    return found;
  }
}

function guessKind(path: string): Artifact['kind'] {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (/^(?:png|jpe?g|gif|webp|avif|svg)$/.test(ending)) return 'image';
  if (/^(?:csv|tsv)$/.test(ending)) return 'table';
  if (/^(?:txt|md|log|json|yaml|yml|patch|diff)$/.test(ending)) return 'text';
  if (/^(?:wav|mp3|ogg|flac)$/.test(ending)) return 'audio';
  if (/^(?:mp4|webm)$/.test(ending)) return 'video';
  return 'file';
}
