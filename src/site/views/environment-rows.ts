import type { JsonValue } from '../../format/scalars.ts';
import { showValue } from '../../payload/param-value.ts';
import type { Run } from '../../store/run.ts';

/** One line of a run's environment. */
export interface EnvironmentRow {
  name: string;
  text: string;
}

/** Gives what a run says of its machine, its software and its code, without the list of packages. */
export function environmentRows(run: Run): EnvironmentRow[] {
  const rows: [string, JsonValue | undefined][] = [
    ['Host', run.host],
    ['User', run.user],
    ['Job', run.job],
    ['Python', run.env?.python],
    ['CUDA', run.env?.cuda ?? undefined],
    ['GPUs', run.gpus],
    ['Commit', run.git?.commit],
    ['Branch', run.git?.branch ?? undefined],
    ['Remote', run.git?.remote ?? undefined],
  ];
  for (const [name, value] of Object.entries(run.env ?? {})) {
    if (!['python', 'cuda', 'packages'].includes(name)) rows.push([name, value as JsonValue]);
  }
  return rows.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [{ name, text: showValue(value) }],
  );
}
