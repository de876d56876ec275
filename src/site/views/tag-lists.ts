import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';

/** A tag with what carries it. */
export interface TagList {
  tag: string;
  runs: Run[];
  experiments: Experiment[];
}

/** Gives each tag of a run or an experiment, most used first, then by name. Archived runs and experiments count too. */
export function tagLists(store: Store): TagList[] {
  const lists = new Map<string, TagList>();
  const listOf = (tag: string) => {
    let list = lists.get(tag);
    if (list === undefined) {
      list = { tag, runs: [], experiments: [] };
      lists.set(tag, list);
    }
    return list;
  };
  for (const experiment of store.experiments.values()) {
    for (const tag of new Set(experiment.settings.tags)) listOf(tag).experiments.push(experiment);
  }
  for (const run of store.runs.values()) {
    for (const tag of new Set(run.tags)) listOf(tag).runs.push(run);
  }
  const size = (list: TagList) => list.runs.length + list.experiments.length;
  return [...lists.values()].sort((a, b) => size(b) - size(a) || (a.tag < b.tag ? -1 : 1));
}
