import type { ChartNote } from '../../charts/note-marks.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';

/**
 * Gives the notes of `experiment.yaml` that belong into the chart of a metric over some runs: those of that metric or of
 * none, and of those about one run only where it is drawn; among several runs its name stands before the text.
 */
export function chartNotes(
  { settings }: Pick<Experiment, 'settings'>,
  metric: string,
  runs: readonly Pick<Run, 'id' | 'run' | 'name'>[],
): ChartNote[] {
  return (settings.annotations ?? []).flatMap((annotation): ChartNote[] => {
    if (annotation.metric !== undefined && annotation.metric !== metric) return [];
    const { step, value, text } = annotation;
    const place = { ...(step === undefined ? {} : { step }), ...(value === undefined ? {} : { value }) };
    if (annotation.run === undefined) return [{ text, ...place }];
    const run = runs.find(({ id, run: name }) => annotation.run === id || annotation.run === name);
    if (run === undefined) return [];
    return [{ text: runs.length === 1 ? text : `${run.name}: ${text}`, ...place }];
  });
}
