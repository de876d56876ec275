import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { findIdFault, suggestIdPart } from '../format/ids.ts';
import { compareNaturally } from './natural-order.ts';

/** Where the runs of an experiment are written. Paths are from the root, with `/`. */
export type RunSource =
  | { kind: 'stream'; run: string; path: string }
  | { kind: 'folder'; run: string; path: string; logs: string[]; files: Map<string, number> }
  | { kind: 'document'; run: string; path: string }
  | { kind: 'many-lines'; path: string }
  | { kind: 'many-documents'; path: string };

/** An experiment's files. */
export interface ExperimentFiles {
  id: string;
  settingsPath: string | undefined;
  readmePath: string | undefined;
  sources: RunSource[];
}

export interface Discovery {
  /** By id. */
  experiments: ExperimentFiles[];
  siteSettingsPath: string | undefined;
  /** Paths of the templates, `experiments/_templates/NAME.yaml`. */
  templatePaths: string[];
  /** Paths of the views, `experiments/_views/NAME.yaml`. */
  viewPaths: string[];
}

const logsFolder = 'experiments';
const templatesFolder = '_templates';
const viewsFolder = '_views';
const leftovers = /(?:~|\.swp|\.swo|\.tmp|\.bak|\.orig|\.rej|\.part)$|^\.nfs|^\.DS_Store$|^Thumbs\.db$|^#.*#$/;

/** Says whether a file's name is one that editors, systems and writers give to what they leave behind. */
export function isLeftover(name: string): boolean {
  return leftovers.test(name);
}

interface Entry {
  /** Below `experiments/`. */
  path: string;
  parts: string[];
  isFile: boolean;
  isFolder: boolean;
  isLink: boolean;
}

/**
 * Lists what lies under `experiments/`: which folder is an experiment, which file holds which run. Nothing is opened.
 * Symbolic links, pipes and names that are no ids are reported and left out.
 */
export async function discover(root: string, diagnostics: DiagnosticList): Promise<Discovery> {
  const entries = await listEntries(join(root, logsFolder), diagnostics);
  const experiments = new Map<string, ExperimentFiles>();
  const folders = new Map<string, Extract<RunSource, { kind: 'folder' }>>(); // "vision/cifar10/runs/a" → its source
  const readmes = new Map<string, string>(); // "vision/cifar10" → its README: one alone makes no experiment
  let siteSettingsPath: string | undefined;
  const templatePaths: string[] = [];
  const viewPaths: string[] = [];

  const experimentOf = (parts: string[], path: string): ExperimentFiles | undefined => {
    const id = parts.join('/');
    const known = experiments.get(id);
    if (known !== undefined) return known;
    if (!areIds(parts, path, diagnostics)) return undefined;
    const created: ExperimentFiles = { id, settingsPath: undefined, readmePath: undefined, sources: [] };
    experiments.set(id, created);
    return created;
  };

  for (const entry of entries) {
    const { parts } = entry;
    const name = parts.at(-1) as string;
    const path = `${logsFolder}/${entry.path}`;
    const runsAt = parts.indexOf('runs');
    const settingsParts = runsAt === -1 ? parts : parts.slice(0, runsAt);
    const isSettingsFile = parts.length === 1 && name.startsWith('_site.');
    if ((parts[0] === templatesFolder || parts[0] === viewsFolder) && parts.length === 2) {
      if (isNamedYaml(entry, path, diagnostics)) (parts[0] === viewsFolder ? viewPaths : templatePaths).push(path);
      continue;
    }
    if (settingsParts.some((part) => /^[_.]/.test(part)) && !isSettingsFile) continue;
    if (parts.some((part) => part === '.git') || isLeftover(name)) continue;
    if (entry.isLink) {
      if (runsAt === -1 || runsAt >= parts.length - 3)
        report(diagnostics, 'symlink', path, 'This is a symbolic link, which is not followed.');
      continue;
    }
    if (runsAt === -1) {
      if (entry.isFolder) continue;
      if (!entry.isFile) {
        if (isLogName(name) || /\.ya?ml$/.test(name) || name === 'README.md')
          report(diagnostics, 'not-a-file', path, 'This is a pipe, socket or device. It is not read.');
        continue;
      }
      if (parts.length === 1) {
        if (name === '_site.yaml') siteSettingsPath = path;
        else if (name === '_site.yml') reportNearMiss(diagnostics, path, '_site.yaml');
        else if (isLogName(name))
          report(
            diagnostics,
            'runs-outside-experiment',
            path,
            'A log stands directly under experiments/; each experiment has a folder of its own.',
          );
        continue;
      }
      if (name === 'README.md') readmes.set(parts.slice(0, -1).join('/'), path);
      else placeExperimentFile(name, path, parts.slice(0, -1), experimentOf, diagnostics);
      continue;
    }
    if (runsAt === 0) {
      if (entry.isFile)
        report(
          diagnostics,
          'runs-outside-experiment',
          path,
          'Runs stand directly under experiments/; each experiment has a folder of its own.',
        );
      continue;
    }
    placeRun(entry, path, runsAt, { experimentOf, folders, diagnostics });
  }
  for (const experiment of experiments.values()) {
    const streams = new Set(experiment.sources.flatMap((source) => (source.kind === 'stream' ? [source.run] : [])));
    for (const source of experiment.sources) {
      // The folder of a run whose log stands beside it holds its artifacts.
      if (source.kind !== 'folder' || source.logs.length > 0 || streams.has(source.run)) continue;
      report(
        diagnostics,
        'no-log-in-folder',
        source.path,
        'The folder holds no .jsonl or .jsonl.gz log, so it is no run.',
      );
    }
    experiment.readmePath = readmes.get(experiment.id);
    experiment.sources = experiment.sources.filter((source) => source.kind !== 'folder' || source.logs.length > 0);
  }
  const list = [...experiments.values()].sort((a, b) => compareNaturally(a.id, b.id));
  reportCaseCollisions(list, diagnostics);
  return { experiments: list, siteSettingsPath, templatePaths, viewPaths };
}

/** Says whether an entry of `_templates/` or `_views/` is one: a file `NAME.yaml`, where the name is one that can be typed. */
function isNamedYaml(entry: Entry, path: string, diagnostics: DiagnosticList): boolean {
  const name = entry.parts.at(-1) as string;
  if (isLeftover(name) || name.startsWith('.') || !/\.ya?ml$/i.test(name)) return false;
  if (entry.isLink) report(diagnostics, 'symlink', path, 'This is a symbolic link, which is not followed.');
  else if (!entry.isFile) report(diagnostics, 'not-a-file', path, 'This is no file. It is not read.');
  else if (!name.endsWith('.yaml'))
    reportNearMiss(diagnostics, path, `${suggestIdPart(name.replace(/\.ya?ml$/i, ''))}.yaml`);
  else return areIds([name.slice(0, -'.yaml'.length)], path, diagnostics, 'yaml');
  return false;
}

async function listEntries(folder: string, diagnostics: DiagnosticList): Promise<Entry[]> {
  const found = await fastGlob('**/*', {
    cwd: folder,
    onlyFiles: false,
    followSymbolicLinks: false,
    dot: true,
    objectMode: true,
    suppressErrors: true,
    ignore: ['**/.git/**'],
  });
  const entries = found.map(({ path, dirent }) => ({
    path,
    parts: path.split('/'),
    isFile: dirent.isFile(),
    isFolder: dirent.isDirectory(),
    isLink: dirent.isSymbolicLink(),
  }));
  entries.sort((a, b) => compareNaturally(a.path, b.path));
  for (const entry of entries) {
    if (entry.isFolder && !isReadable(join(folder, entry.path))) {
      report(diagnostics, 'cannot-read', `${logsFolder}/${entry.path}`, 'The system refused to list this folder.');
    }
  }
  return entries;
}

function isReadable(folder: string): boolean {
  try {
    return (lstatSync(folder).mode & 0o444) !== 0;
  } catch {
    return false;
  }
}

function placeExperimentFile(
  name: string,
  path: string,
  parts: string[],
  experimentOf: (parts: string[], path: string) => ExperimentFiles | undefined,
  diagnostics: DiagnosticList,
): void {
  if (name === 'experiment.yaml') {
    const experiment = experimentOf(parts, path);
    if (experiment !== undefined) experiment.settingsPath = path;
  } else if (name === 'runs.jsonl') {
    experimentOf(parts, path)?.sources.push({ kind: 'many-lines', path });
  } else if (name === 'runs.yaml') {
    experimentOf(parts, path)?.sources.push({ kind: 'many-documents', path });
  } else if (/^experiment\.(?:yml|yaml|json)$/i.test(name)) {
    reportNearMiss(diagnostics, path, 'experiment.yaml');
  } else if (/^runs\.(?:jsonl|ndjson|json|yml|yaml)$/i.test(name)) {
    reportNearMiss(diagnostics, path, /y.?ml$/i.test(name) ? 'runs.yaml' : 'runs.jsonl');
  } else if (isLogName(name)) {
    reportNearMiss(diagnostics, path, `runs/${name}`);
  }
}

function placeRun(
  entry: Entry,
  path: string,
  runsAt: number,
  {
    experimentOf,
    folders,
    diagnostics,
  }: {
    experimentOf: (parts: string[], path: string) => ExperimentFiles | undefined;
    folders: Map<string, Extract<RunSource, { kind: 'folder' }>>;
    diagnostics: DiagnosticList;
  },
): void {
  const { parts } = entry;
  const experiment = experimentOf(parts.slice(0, runsAt), path);
  const inRuns = parts.slice(runsAt + 1);
  const first = inRuns[0];
  if (experiment === undefined || first === undefined) return;
  if (inRuns.length === 1 && !entry.isFolder) {
    placeRunFile(first, path, entry, experiment, diagnostics);
    return;
  }
  if (inRuns.length === 1) {
    if (isLogName(first)) report(diagnostics, 'not-a-file', path, 'This is a folder with the name of a log.');
    if (!areIds([first], path, diagnostics)) return;
    const folder: Extract<RunSource, { kind: 'folder' }> = {
      kind: 'folder',
      run: first,
      path,
      logs: [],
      files: new Map(),
    };
    folders.set(parts.slice(0, runsAt + 2).join('/'), folder);
    experiment.sources.push(folder);
    return;
  }
  const folder = folders.get(parts.slice(0, runsAt + 2).join('/'));
  if (folder === undefined || !entry.isFile) return;
  const inFolder = inRuns.slice(1).join('/');
  folder.files.set(inFolder, 0);
  if (inRuns.length === 2 && /\.jsonl(?:\.gz)?$/.test(inFolder)) folder.logs.push(path);
}

function placeRunFile(
  name: string,
  path: string,
  entry: Entry,
  experiment: ExperimentFiles,
  diagnostics: DiagnosticList,
): void {
  if (!entry.isFile) {
    report(diagnostics, 'not-a-file', path, 'This is a pipe, socket or device. It is not read.');
    return;
  }
  const match = /^(.*)\.(jsonl|jsonl\.gz|yaml)$/s.exec(name);
  if (match === null) {
    const near = /^(.*)\.(?:ndjson|jsonl|json|jsonlines|yml|yaml|jsonl\.gz|ndjson\.gz|json\.gz)$/is.exec(name);
    if (near !== null)
      reportNearMiss(
        diagnostics,
        path,
        `${suggestIdPart(near[1] ?? '')}.${/y.?ml$/i.test(name) ? 'yaml' : /gz$/i.test(name) ? 'jsonl.gz' : 'jsonl'}`,
      );
    return;
  }
  const run = match[1] as string;
  if (!areIds([run], path, diagnostics, match[2])) return;
  if (match[2] === 'yaml') experiment.sources.push({ kind: 'document', run, path });
  else experiment.sources.push({ kind: 'stream', run, path });
}

function areIds(parts: string[], path: string, diagnostics: DiagnosticList, ending?: string): boolean {
  for (const part of parts) {
    const fault = findIdFault(part);
    if (fault === undefined) continue;
    const better = `${suggestIdPart(part)}${ending === undefined ? '' : `.${ending}`}`;
    report(
      diagnostics,
      'id-invalid',
      path,
      `"${part}" cannot be an id: it ${fault}. Rename it, for example to "${better}".`,
    );
    return false;
  }
  return true;
}

function reportCaseCollisions(experiments: readonly ExperimentFiles[], diagnostics: DiagnosticList): void {
  const seen = new Map<string, ExperimentFiles>();
  for (const experiment of experiments) {
    const lower = experiment.id.toLowerCase();
    const other = seen.get(lower);
    if (other === undefined) seen.set(lower, experiment);
    else
      report(
        diagnostics,
        'id-case-collision',
        `${logsFolder}/${experiment.id}`,
        `"${experiment.id}" and "${other.id}" differ only in upper and lower case.`,
      );
  }
}

function isLogName(name: string): boolean {
  return name.endsWith('.jsonl') || name.endsWith('.jsonl.gz');
}

function reportNearMiss(diagnostics: DiagnosticList, path: string, better: string): void {
  report(diagnostics, 'near-miss-name', path, `This file is not read: its name should be "${better}".`);
}

function report(
  diagnostics: DiagnosticList,
  code:
    | 'symlink'
    | 'not-a-file'
    | 'runs-outside-experiment'
    | 'near-miss-name'
    | 'id-invalid'
    | 'id-case-collision'
    | 'no-log-in-folder'
    | 'cannot-read',
  file: string,
  message: string,
): void {
  diagnostics.add({ code, file, message });
}
