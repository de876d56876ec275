import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { ExperimentSettings } from '../format/experiment-settings.ts';
import type { Run } from './run.ts';

/**
 * Warns of runs that lack a param or a tag which `required:` of their experiment names. A param that holds others
 * (`optimizer`) is there when one of them is (`optimizer.lr`), and `seed` also as a run's own field.
 */
export function checkRequired(
  runs: Iterable<Run>,
  required: ExperimentSettings['required'],
  diagnostics: DiagnosticList,
): void {
  const { params = [], tags = [] } = required ?? {};
  for (const run of runs) {
    const [file] = run.files;
    if (file === undefined) continue;
    const lacking = [
      ...describe(
        'param',
        params.filter((name) => !hasParam(run, name)),
      ),
      ...describe(
        'tag',
        tags.filter((name) => !run.tags.includes(name)),
      ),
    ];
    if (lacking.length === 0) continue;
    diagnostics.add({
      code: 'missing-required',
      file: file.path,
      message: `Run "${run.run}" lacks what its experiment requires: ${lacking.join(' and ')}.`,
      fold: run.id,
    });
  }
}

function hasParam(run: Run, name: string): boolean {
  if (run.params.has(name) || (name === 'seed' && run.seed !== undefined)) return true;
  for (const key of run.params.keys()) if (key.startsWith(`${name}.`)) return true;
  return false;
}

function describe(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${kind}${names.length === 1 ? '' : 's'} ${names.map((name) => `"${name}"`).join(', ')}`];
}
