import type { EndStatus } from './run-records.ts';

/** Words that other tools write for the three statuses. */
export const statusSynonyms: ReadonlyMap<string, EndStatus> = new Map([
  ['success', 'finished'],
  ['succeeded', 'finished'],
  ['completed', 'finished'],
  ['complete', 'finished'],
  ['done', 'finished'],
  ['ok', 'finished'],
  ['finish', 'finished'],
  ['error', 'failed'],
  ['failure', 'failed'],
  ['fail', 'failed'],
  ['exception', 'failed'],
  ['crashed', 'failed'],
  ['cancelled', 'killed'],
  ['canceled', 'killed'],
  ['aborted', 'killed'],
  ['interrupted', 'killed'],
  ['stopped', 'killed'],
  ['terminated', 'killed'],
  ['preempted', 'killed'],
]);
