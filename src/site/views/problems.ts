import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import { countOf } from './number-text.ts';

/** How many diagnostics there are of each severity, counting occurrences. */
export type SeverityCounts = Record<Severity, number>;

/** The findings of one file. */
export interface FileProblems {
  file: string;
  counts: SeverityCounts;
  /** Worst first, then by place. */
  diagnostics: Diagnostic[];
}

/** What the diagnostics page says at its top. */
export interface ProblemTotals {
  fileCount: number;
  filesWithErrors: number;
  filesWithWarnings: number;
  filesWithNotes: number;
  counts: SeverityCounts;
}

const severityOrder: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** Groups diagnostics by file: files with errors first, then warnings, then notes; each by path. */
export function groupByFile(diagnostics: readonly Diagnostic[]): FileProblems[] {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.file);
    if (list === undefined) byFile.set(diagnostic.file, [diagnostic]);
    else list.push(diagnostic);
  }
  const worst = (list: readonly Diagnostic[]) => Math.min(...list.map((item) => severityOrder[item.severity]));
  return [...byFile]
    .map(([file, list]) => ({
      file,
      counts: countSeverities(list),
      diagnostics: list.sort(
        (a, b) => severityOrder[a.severity] - severityOrder[b.severity] || a.line - b.line || a.column - b.column,
      ),
    }))
    .sort((a, b) => worst(a.diagnostics) - worst(b.diagnostics) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** Counts occurrences by severity. */
export function countSeverities(diagnostics: readonly Diagnostic[]): SeverityCounts {
  const counts: SeverityCounts = { error: 0, warning: 0, note: 0 };
  for (const diagnostic of diagnostics) counts[diagnostic.severity] += diagnostic.count ?? 1;
  return counts;
}

/** Counts the files by what was found in them; a file counts under each severity it has. */
export function problemTotals(fileCount: number, diagnostics: readonly Diagnostic[]): ProblemTotals {
  const files = { error: new Set<string>(), warning: new Set<string>(), note: new Set<string>() };
  for (const diagnostic of diagnostics) files[diagnostic.severity].add(diagnostic.file);
  return {
    fileCount,
    filesWithErrors: files.error.size,
    filesWithWarnings: files.warning.size,
    filesWithNotes: files.note.size,
    counts: countSeverities(diagnostics),
  };
}

/** The one line about problems: `3 files have problems`; undefined when only notes were found, or nothing. */
export function problemLine(diagnostics: readonly Diagnostic[]): string | undefined {
  const files = new Set(diagnostics.filter(({ severity }) => severity !== 'note').map(({ file }) => file));
  return files.size === 0 ? undefined : `${countOf(files.size, 'file')} ${files.size === 1 ? 'has' : 'have'} problems`;
}

/** Diagnostics of the files that a run was read from. */
export function diagnosticsOfRun(run: Run, byFile: ReadonlyMap<string, Diagnostic[]>): Diagnostic[] {
  return run.files.flatMap((file) => byFile.get(file.path) ?? []);
}

/** Diagnostics of the files below an experiment's folder, those of experiments nested in it left out. */
export function diagnosticsOfExperiment(
  experiment: Experiment,
  experimentIds: Iterable<string>,
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  const folder = `experiments/${experiment.id}/`;
  const nested = [...experimentIds]
    .filter((id) => id.startsWith(`${experiment.id}/`))
    .map((id) => `experiments/${id}/`);
  return diagnostics.filter(
    ({ file }) => file.startsWith(folder) && !nested.some((nestedFolder) => file.startsWith(nestedFolder)),
  );
}

/** Diagnostics by the file they stand in. */
export function indexByFile(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.file);
    if (list === undefined) byFile.set(diagnostic.file, [diagnostic]);
    else list.push(diagnostic);
  }
  return byFile;
}
