import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { posix } from 'node:path';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { findIdFault, suggestIdPart } from '../format/ids.ts';
import type { JsonObject } from '../format/scalars.ts';
import { addDerivedMetrics, type DerivedMetric } from './derive-metrics.ts';
import type { ExperimentFiles, RunSource } from './discover.ts';
import { readLineCarefully } from './explain-line.ts';
import { waitingSteps } from './fold/derived-fold.ts';
import type { ReadLimits } from './limits.ts';
import { LineReader } from './line-reader.ts';
import { compareNaturally } from './natural-order.ts';
import { parseTime } from './parse-time.ts';
import { isLfsPointer, readLogFile } from './read-file.ts';
import { readLines } from './read-lines.ts';
import { readText } from './read-settings.ts';
import { timeKeys } from './read-value.ts';
import { readYaml } from './read-yaml.ts';
import type { Run, RunFile } from './run.ts';
import { type BuiltRun, RunBuilder, type RunContext } from './run-builder.ts';
import type { RunSeries } from './store.ts';

/** What reading runs needs from outside. */
export interface RunReading {
  root: string;
  limits: ReadLimits;
  diagnostics: DiagnosticList;
  allowedSecrets: ReadonlySet<string>;
  onSecret: (file: string, secret: string) => void;
  stepKey: string | undefined;
  /** Metrics to work out from others. */
  derived: readonly DerivedMetric[];
  onFile?: () => void;
}

/** A run and how to find its points again. */
export interface PlacedRun {
  run: Run;
  source:
    | Extract<RunSource, { kind: 'stream' | 'folder' }>
    | { kind: 'line'; path: string; offset: number; sizeBytes: number; index: number }
    /** Documents are few and small: their points are kept. */
    | { kind: 'kept'; series: RunSeries };
}

/** Reads all runs of an experiment. Of runs with one id the first is kept and the other reported. */
export async function readRuns(experiment: ExperimentFiles, reading: RunReading): Promise<PlacedRun[]> {
  const placed = new Map<string, { own: PlacedRun; path: string; line: number }>();
  const lowerIds = new Map<string, { run: string; path: string; line: number }>();

  const isFree = (run: string, path: string, line: number): boolean => {
    const known = placed.get(run);
    if (known !== undefined) {
      reading.diagnostics.add({
        code: 'id-collision',
        file: path,
        line,
        message: `The run "${run}" stands here and at ${known.path}:${known.line}. The first is kept; this one is set aside.`,
        fold: run,
      });
      return false;
    }
    const other = lowerIds.get(run.toLowerCase());
    if (other !== undefined) {
      const message = `"${run}" here and "${other.run}" at ${other.path}:${other.line} differ only in upper and lower case.`;
      reading.diagnostics.add({ code: 'id-case-collision', file: path, line, message, fold: run });
    }
    lowerIds.set(run.toLowerCase(), { run, path, line });
    return true;
  };
  const place = (own: PlacedRun, path: string, line: number): void => {
    placed.set(own.run.run, { own, path, line });
  };

  for (const source of experiment.sources) {
    switch (source.kind) {
      case 'stream':
      case 'folder': {
        if (!isFree(source.run, source.path, 1)) break;
        const { run } = await readStream(experiment.id, source, { ...reading, keepSeries: reading.derived.length > 0 });
        place({ run, source }, source.path, 1);
        break;
      }
      case 'many-lines':
        await readManyLines(experiment.id, source.path, reading, { isFree, place });
        break;
      case 'document':
      case 'many-documents':
        readDocuments(experiment.id, source, reading, { isFree, place });
        break;
    }
    reading.onFile?.();
  }
  return [...placed.values()].map(({ own }) => own);
}

/** Reads a run's logs again, this time for its points. Faults were reported when it was first read. */
export async function readRunSeries({ run, source }: PlacedRun, reading: RunReading): Promise<RunSeries> {
  if (source.kind === 'kept') return source.series;
  const silent = { ...reading, diagnostics: silentList };
  if (source.kind !== 'line') return (await readStream(run.experiment, source, { ...silent, keepSeries: true })).series;
  const record = readLineAt(`${reading.root}/${source.path}`, source, reading.limits);
  if (record === undefined) return { metrics: new Map(), system: new Map() };
  const builder = new RunBuilder(contextOf(run.experiment, run.run, { ...silent, keepSeries: true }, () => undefined));
  builder.addDocument(record, { file: source.path, line: 1 });
  return buildRun(builder, silent, run).series;
}

const silentList = { add: () => undefined, countRepeat: () => true, sorted: () => [] } as unknown as DiagnosticList;

async function readStream(
  experiment: string,
  source: Extract<RunSource, { kind: 'stream' | 'folder' }>,
  reading: RunReading & { keepSeries: boolean },
): Promise<BuiltRun> {
  const { root, limits, diagnostics } = reading;
  const builder = new RunBuilder(
    contextOf(experiment, source.run, reading, (path) => findArtifact(root, source, path)),
  );
  const logs = source.kind === 'stream' ? [source.path] : await orderSegments(root, source, limits);
  for (const path of logs) {
    const rank = /\/rank(\d+)\.jsonl(?:\.gz)?$/.exec(path)?.[1];
    const file = { path, sizeBytes: 0, storedBytes: 0, lines: 0 };
    builder.beginFile(file, source.kind === 'folder' && rank !== undefined ? `rank${rank}/` : '');
    const summary = await readLines(
      { path, absolutePath: `${root}/${path}`, compressed: path.endsWith('.gz') },
      {
        limits,
        diagnostics,
        onRecord: ({ record, text, line }) => builder.addRecord(record, { file: path, line, text }),
        maybeTake: (bytes, from, to, line) => builder.maybeTakeLine(bytes, from, to, line),
      },
    );
    file.sizeBytes = summary.sizeBytes;
    file.storedBytes = summary.storedBytes;
    file.lines = summary.lines;
  }
  return buildRun(builder, reading);
}

/** Builds a run with its derived metrics. */
function buildRun(
  builder: RunBuilder,
  { derived, diagnostics }: Pick<RunReading, 'derived' | 'diagnostics'>,
  known?: Run,
): BuiltRun {
  const built = builder.build();
  const missed = addDerivedMetrics(known ?? built.run, built.series.metrics, derived, (name) => built.joined(name));
  const [file] = built.run.files;
  for (const [name, count] of missed) {
    if (file === undefined) break;
    diagnostics.add({
      code: 'derived-incomplete',
      file: file.path,
      message: `"${name}" is missing at ${count.toLocaleString('en')} steps: its metrics stand more than ${waitingSteps.toLocaleString('en')} values apart in the log.`,
      fold: name,
    });
  }
  return built;
}

async function readManyLines(
  experiment: string,
  path: string,
  reading: RunReading,
  {
    isFree,
    place,
  }: {
    isFree: (run: string, path: string, line: number) => boolean;
    place: (own: PlacedRun, path: string, line: number) => void;
  },
): Promise<void> {
  const { root, limits, diagnostics } = reading;
  let lastLine = 0;
  let index = 0;
  const texts = new Map<string, string>(); // id → its line, to tell a line that a union merge doubled from a collision
  await readLines(
    { path, absolutePath: `${root}/${path}`, compressed: false },
    {
      limits,
      diagnostics,
      onSecret: reading.onSecret,
      onRecord({ record, text, line, offset, sizeBytes }) {
        index = line === lastLine ? index + 1 : 0; // several records may have been glued onto one line
        lastLine = line;
        const run = readId(record, { path, line, diagnostics });
        if (run === undefined) return;
        if (texts.get(run) === text) {
          diagnostics.add({
            code: 'repeated-run',
            file: path,
            line,
            message: `The line of run "${run}" stands twice, letter for letter. It is read once.`,
          });
          return;
        }
        if (!isFree(run, path, line)) return;
        texts.set(run, text);
        const builder = new RunBuilder(
          contextOf(experiment, run, { ...reading, keepSeries: reading.derived.length > 0 }, () => undefined),
        );
        builder.beginFile({ path, sizeBytes, storedBytes: sizeBytes, lines: 1, firstLine: line });
        builder.addDocument(record, { file: path, line, text });
        place(
          { run: buildRun(builder, reading).run, source: { kind: 'line', path, offset, sizeBytes, index } },
          path,
          line,
        );
      },
    },
  );
}

function readDocuments(
  experiment: string,
  source: Extract<RunSource, { kind: 'document' | 'many-documents' }>,
  reading: RunReading,
  {
    isFree,
    place,
  }: {
    isFree: (run: string, path: string, line: number) => boolean;
    place: (own: PlacedRun, path: string, line: number) => void;
  },
): void {
  const { root, limits, diagnostics } = reading;
  const { path } = source;
  const text = readText(root, path, diagnostics);
  const many = source.kind === 'many-documents';
  const documents = text === undefined ? [] : readYaml(text, { file: path, limits, diagnostics, many });
  const isEmpty =
    text !== undefined && documents.every(({ value }) => value === undefined) && !reading.diagnostics.hasErrorIn(path);
  if (isEmpty) {
    diagnostics.add({ code: 'empty-log', file: path, message: 'The file is empty. The run is listed with no data.' });
  }
  const partOf = (from: number, to: number): RunFile => {
    const part = text?.slice(from, to) ?? '';
    const sizeBytes = Buffer.byteLength(part);
    const lines = part === '' ? 0 : part.trimEnd().split('\n').length;
    const firstLine = many ? (text?.slice(0, from).split('\n').length ?? 1) : undefined;
    return { path, sizeBytes, storedBytes: sizeBytes, lines, firstLine };
  };
  for (const document of documents) {
    const record = document.value ?? (Object.create(null) as JsonObject);
    if (document.value === undefined && many) continue;
    const run = many ? readId(record, { path, line: document.start.line, diagnostics }) : source.run;
    if (run === undefined || !isFree(run, path, document.start.line)) continue;
    const builder = new RunBuilder(contextOf(experiment, run, { ...reading, keepSeries: true }, () => undefined));
    builder.beginFile(partOf(...document.range));
    builder.addDocument(
      record,
      { file: path, ...document.start, positionOf: document.positionOf },
      document.numberTextsBelow('params'),
    );
    const built = buildRun(builder, reading);
    place({ run: built.run, source: { kind: 'kept', series: built.series } }, path, document.start.line);
  }
  if (!many && documents.length === 0 && isFree(source.run, path, 1)) {
    const builder = new RunBuilder(
      contextOf(experiment, source.run, { ...reading, keepSeries: false }, () => undefined),
    );
    builder.beginFile(partOf(0, text?.length ?? 0));
    place(
      { run: builder.build().run, source: { kind: 'kept', series: { metrics: new Map(), system: new Map() } } },
      path,
      1,
    );
  }
}

function readId(
  record: JsonObject,
  { path, line, diagnostics }: { path: string; line: number; diagnostics: DiagnosticList },
): string | undefined {
  const id = record.id ?? record.run;
  if (id === undefined || id === null || typeof id === 'object' || id === '') {
    diagnostics.add({ code: 'id-missing', file: path, line, message: 'This run has no "id". It is set aside.' });
    return undefined;
  }
  const text = String(id);
  const fault = findIdFault(text);
  if (fault === undefined) return text;
  diagnostics.add({
    code: 'id-invalid',
    file: path,
    line,
    message: `"${text.slice(0, 80)}" cannot be an id: it ${fault}. Name it, for example, "${suggestIdPart(text)}".`,
    fold: text,
  });
  return undefined;
}

function contextOf(
  experiment: string,
  run: string,
  reading: RunReading & { keepSeries: boolean },
  findArtifact: RunContext['findArtifact'],
): RunContext {
  const { stepKey, allowedSecrets, limits, diagnostics, onSecret, keepSeries, derived } = reading;
  const firstFiles: RunContext['firstFiles'] = new Map();
  return {
    experiment,
    run,
    stepKey,
    allowedSecrets,
    limits,
    diagnostics,
    onSecret,
    keepSeries,
    derived,
    findArtifact,
    firstFiles,
  };
}

function findArtifact(
  root: string,
  source: Extract<RunSource, { kind: 'stream' | 'folder' }>,
  path: string,
): ReturnType<RunContext['findArtifact']> {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  if (
    path === '' ||
    path.includes('\0') ||
    posix.isAbsolute(normal) ||
    /^[a-z]:/i.test(normal) ||
    normal === '..' ||
    normal.startsWith('../')
  )
    return 'outside';
  const folder = source.kind === 'folder' ? source.path : source.path.replace(/\.jsonl(?:\.gz)?$/, '');
  const file = `${folder}/${normal}`;
  // Each step of the way must be a real folder: a link could lead out of the repository.
  let at = `${root}/${folder}`;
  try {
    for (const part of normal.split('/')) {
      at = `${at}/${part}`;
      if (lstatSync(at).isSymbolicLink()) return 'outside';
    }
    const stat = lstatSync(at);
    return stat.isFile() ? { file, sizeBytes: stat.size, isPointer: isLfsPointerFile(at, stat.size) } : undefined;
  } catch {
    return undefined;
  }
}

/** Pointers are small: a file of another size is not opened. */
function isLfsPointerFile(path: string, sizeBytes: number): boolean {
  return sizeBytes > 0 && sizeBytes < 1024 && isLfsPointer(readFileSync(path));
}

/** Orders the logs of a run folder by their first time, else by name with run.jsonl first. Declared artifacts are no logs. */
async function orderSegments(
  root: string,
  source: Extract<RunSource, { kind: 'folder' }>,
  limits: ReadLimits,
): Promise<string[]> {
  if (source.logs.length === 1) return source.logs;
  const declared = new Set<string>();
  const segments: { path: string; firstTimeMs: number | undefined }[] = [];
  for (const path of source.logs) {
    const { firstTimeMs, artifacts } = await peek(`${root}/${path}`, limits);
    for (const artifact of artifacts) declared.add(`${source.path}/${posix.normalize(artifact)}`);
    segments.push({ path, firstTimeMs });
  }
  const isRunLog = (path: string): boolean => /\/run\.jsonl(?:\.gz)?$/.test(path);
  const logs = segments.filter(({ path }) => !declared.has(path) || isRunLog(path));
  const isMain = (path: string): number => (isRunLog(path) ? 0 : 1);
  const byName = (a: { path: string }, b: { path: string }): number =>
    isMain(a.path) - isMain(b.path) || compareNaturally(a.path, b.path);
  if (logs.every(({ firstTimeMs }) => firstTimeMs !== undefined))
    logs.sort((a, b) => (a.firstTimeMs ?? 0) - (b.firstTimeMs ?? 0) || byName(a, b));
  else logs.sort(byName);
  return logs.map(({ path }) => path);
}

/** Looks through a segment for its first time and for the artifacts that it declares, a chunk at a time. */
async function peek(
  path: string,
  limits: ReadLimits,
): Promise<{ firstTimeMs: number | undefined; artifacts: string[] }> {
  let firstTimeMs: number | undefined;
  const artifacts: string[] = [];
  const bounds = { maxDepth: limits.depth, maxKeys: limits.keysPerRecord };
  const look = (text: string): void => {
    const isArtifact = text.includes('"artifact"');
    if (firstTimeMs !== undefined && !isArtifact) return;
    const record = readLineCarefully(text, bounds).records[0];
    if (record === undefined) return;
    for (const key of timeKeys) {
      const time = parseTime(record[key]);
      if (time.kind === 'time') firstTimeMs ??= time.ms;
    }
    if (isArtifact && record.event === 'artifact' && typeof record.path === 'string') artifacts.push(record.path);
  };
  const reader = new LineReader(
    { line: look, invalidUtf8: () => undefined, tooLong: () => undefined },
    { maxLineBytes: limits.lineBytes },
  );
  // Faults are told when the segment is read.
  await readLogFile(path, { compressed: path.endsWith('.gz'), limits, onChunk: (bytes) => reader.push(bytes) });
  reader.end();
  return { firstTimeMs, artifacts };
}

function readLineAt(
  path: string,
  at: { offset: number; sizeBytes: number; index: number },
  limits: ReadLimits,
): JsonObject | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined; // gone since it was first read
  }
  try {
    const buffer = Buffer.alloc(at.sizeBytes);
    readSync(descriptor, buffer, 0, at.sizeBytes, at.offset);
    return readLineCarefully(buffer.toString('utf8').trim(), { maxDepth: limits.depth, maxKeys: limits.keysPerRecord })
      .records[at.index];
  } finally {
    closeSync(descriptor);
  }
}
