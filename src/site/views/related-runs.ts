import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { oncePer } from './once-per.ts';
import { runsOf } from './ranked-runs.ts';

/** The runs that a run belongs with. */
export interface RelatedRuns {
  /** The run that its log names as its parent; undefined where none is named. */
  parent: { name: string; run: Run | undefined } | undefined;
  children: Run[];
  /** Others of the same group, in natural order. */
  group: Run[];
}

/** Runs by what they name as parent: a run's id, or the name of another run of their experiment. */
const childrenByParent = oncePer((store: Store) => {
  const children = new Map<string, Run[]>();
  for (const run of store.runs.values()) {
    const parent = parentOf(store, run);
    if (parent === undefined) continue;
    const list = children.get(parent.id);
    if (list === undefined) children.set(parent.id, [run]);
    else list.push(run);
  }
  return children;
});

const groupsOf = oncePer((store: Store) =>
  oncePer((experiment: Experiment) => Map.groupBy(runsOf(store, experiment), ({ group }) => group)),
);

/** Finds the runs that belong with `run`. */
export function relatedRuns(store: Store, run: Run): RelatedRuns {
  const experiment = store.experiments.get(run.experiment);
  const group =
    experiment === undefined || run.group === undefined ? [] : (groupsOf(store)(experiment).get(run.group) ?? []);
  return {
    parent: run.parent === undefined ? undefined : { name: run.parent, run: parentOf(store, run) },
    children: childrenByParent(store).get(run.id) ?? [],
    group: group.filter(({ id }) => id !== run.id),
  };
}

function parentOf(store: Store, { parent, experiment, id }: Run): Run | undefined {
  if (parent === undefined) return undefined;
  const found = store.runs.get(parent) ?? store.runs.get(`${experiment}/${parent}`);
  return found?.id === id ? undefined : found;
}
