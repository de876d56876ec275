import type { PayloadRun } from '../payload/experiment-runs.ts';

/** One param over all runs. */
export interface ParamRow {
  name: string;
  /** JSON text; undefined where the run has no such param, which is not the same as null. */
  values: (string | undefined)[];
  isDifferent: boolean;
}

/** Params of all runs, the differing ones first, each half in the order of first appearance. Commit, seed and group come last. */
export function paramDiff(runs: readonly PayloadRun[]): ParamRow[] {
  const names = new Set(runs.flatMap((run) => [...run.params.keys()]));
  const rows = [...names].map((name) =>
    row(
      name,
      runs.map((run) => run.params.get(name)),
    ),
  );
  const facts = (['seed', 'group', 'commit'] as const)
    .map((fact) =>
      row(
        fact === 'commit' ? commitRow : fact,
        runs.map((run) => run[fact] && JSON.stringify(run[fact])),
      ),
    )
    .filter(({ values, name }) => values.some((value) => value !== undefined) && !names.has(name));
  const all = [...rows, ...facts];
  return [...all.filter(({ isDifferent }) => isDifferent), ...all.filter(({ isDifferent }) => !isDifferent)];
}

function row(name: string, values: (string | undefined)[]): ParamRow {
  return { name, values, isDifferent: values.some((value) => value !== values[0]) };
}

/** What the row of a run's commit is called. */
export const commitRow = 'git commit';

/** JSON text as a person reads it: a text without its quotes. */
export function showParam(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
