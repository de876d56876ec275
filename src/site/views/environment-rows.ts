import type { JsonValue } from '../../format/scalars.ts';
import { showValue } from '../../payload/param-value.ts';
import type { Run } from '../../store/run.ts';

/** One line of a run's environment. */
export interface EnvironmentRow {
  name: string;
  text: string;
}

/** Something that is otherwise in another run; undefined where that run has none. */
export interface EnvironmentDifference {
  name: string;
  text: string | undefined;
  other: string | undefined;
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

/** What of machine, software and packages is otherwise in `other`: rows first, then packages by name. */
export function environmentDifferences(run: Run, other: Run): EnvironmentDifference[] {
  return [
    ...differences(textsByName(environmentRows(run)), textsByName(environmentRows(other))),
    ...differences(packagesOf(run), packagesOf(other)),
  ];
}

function textsByName(rows: readonly EnvironmentRow[]): Map<string, string> {
  return new Map(rows.map(({ name, text }) => [name, text]));
}

function packagesOf(run: Run): Map<string, string> {
  const packages = Object.entries(run.env?.packages ?? {});
  return new Map(packages.map(([name, version]): [string, string] => [name, showValue(version)]).sort());
}

function differences(own: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): EnvironmentDifference[] {
  return [...new Set([...own.keys(), ...others.keys()])].flatMap((name) => {
    const text = own.get(name);
    const other = others.get(name);
    return text === other ? [] : [{ name, text, other }];
  });
}
