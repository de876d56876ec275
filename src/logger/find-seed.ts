import { entriesOf, isNamed } from './plain-value.ts';

const names = ['seed', 'random_seed', 'random_state', 'manual_seed', 'global_seed'] as const;

/** The param that is named as a seed: at the top, else the only one that is there a level below. */
export function findSeed(params: ReadonlyMap<string, unknown>): unknown {
  const top = names.map((name) => params.get(name)).find((value) => value !== undefined && value !== null);
  if (top !== undefined) return top;
  const inner = [...params.values()]
    .filter(isNamed)
    .map((group) => seedInGroup(new Map(entriesOf(group))))
    .filter((seed) => seed !== undefined);
  return inner.length === 1 ? inner[0] : undefined;
}

function seedInGroup(group: ReadonlyMap<string, unknown>): unknown {
  const isSeed = (value: unknown) =>
    typeof value === 'string' || typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  return names.map((name) => group.get(name)).find(isSeed);
}
