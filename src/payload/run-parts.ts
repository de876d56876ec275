import { asList, maybeNumber, maybeText } from './plain-values.ts';
import { asRecord } from './series-payload.ts';

/** A line of text that a run logged. */
export interface PartLine {
  level: string | undefined;
  message: string;
}

/** A file that a run made or used. */
export interface PartArtifact {
  name: string;
  /** True for a picture that a page can show. */
  isImage: boolean;
  /** Address: of a published file without the base, else one of http or https; undefined where there is none. */
  url: string | undefined;
  step: number | undefined;
  caption: string | undefined;
  sizeBytes: number | undefined;
  sha256: string | undefined;
}

/** A panel of what was logged at a step: its spec, and the sentence under it. */
export interface PartPanelStep {
  step: number | undefined;
  /** A `PanelSpec`, as plain data. */
  spec: unknown;
  caption: string;
}

/** The first rows of a table that was logged at a step; cells as text, undefined for none. */
export interface PartTableStep {
  step: number | undefined;
  columns: string[];
  rows: (string | undefined)[][];
  /** Rows that follow. */
  hidden: number;
}

/** What a run printed, made and logged beside its metrics: too much for a list of runs, loaded when it is asked for. */
export interface RunParts {
  runId: string;
  /** The first and the last lines; `lineCount` says how many there were in all, and `cutAfter` after how many of these the gap is. */
  lines: PartLine[];
  lineCount: number;
  cutAfter: number | undefined;
  artifacts: PartArtifact[];
  /** Steps rise. */
  panels: { name: string; steps: PartPanelStep[] }[];
  tables: { name: string; steps: PartTableStep[] }[];
}

/** Encodes the parts of a run as strict JSON. */
export function encodeRunParts(parts: RunParts): string {
  return JSON.stringify({ kind: 'run-parts', ...parts });
}

/** Reads what `encodeRunParts` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeRunParts(text: string): RunParts {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'run-parts') throw new Error('This file does not hold the parts of a run.');
  return {
    runId: String(payload.runId),
    lines: asList(payload.lines).map((item) => {
      const { level, message } = asRecord(item);
      return { level: maybeText(level), message: String(message) };
    }),
    lineCount: Number(payload.lineCount),
    cutAfter: maybeNumber(payload.cutAfter),
    artifacts: asList(payload.artifacts).map((item) => {
      const { name, isImage, url, step, caption, sizeBytes, sha256 } = asRecord(item);
      return {
        name: String(name),
        isImage: isImage === true,
        url: maybeText(url),
        step: maybeNumber(step),
        caption: maybeText(caption),
        sizeBytes: maybeNumber(sizeBytes),
        sha256: maybeText(sha256),
      };
    }),
    panels: asList(payload.panels).map((item) => {
      const { name, steps } = asRecord(item);
      return {
        name: String(name),
        steps: asList(steps).map((one) => {
          const { step, spec, caption } = asRecord(one);
          return { step: maybeNumber(step), spec, caption: String(caption) };
        }),
      };
    }),
    tables: asList(payload.tables).map((item) => {
      const { name, steps } = asRecord(item);
      return {
        name: String(name),
        steps: asList(steps).map((one) => {
          const { step, columns, rows, hidden } = asRecord(one);
          return {
            step: maybeNumber(step),
            columns: asList(columns).map(String),
            rows: asList(rows).map((row) => asList(row).map(maybeText)),
            hidden: Number(hidden),
          };
        }),
      };
    }),
  };
}
