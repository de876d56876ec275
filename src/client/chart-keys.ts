import type { StateKey } from './url-state.ts';

/** Keys of an address that one chart may have of its own; the rest is shared by all. */
export const ownKeys = ['x', 'sm', 'smk', 'y', 'out', 'zoom'] as const satisfies readonly StateKey[];

export type OwnKey = (typeof ownKeys)[number];

/** Keys that decide how charts are drawn. */
export const chartKeys: ReadonlySet<StateKey> = new Set<StateKey>([
  ...ownKeys,
  'group',
  'band',
  'colour',
  'hide',
  'only',
  'sel',
  'old',
  'own',
]);
