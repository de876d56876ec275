import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../src/store/parse-json.ts';

/** A record of a log, with the values that differ from run to run left out. */
export type LoggedRecord = Record<string, unknown>;

/** The records of a run's log below `experiments/`, wherever it lies, without times and without what the machine adds. */
export function readRecords(root: string, name: string): LoggedRecord[] {
  const [id = '', ...experiment] = name.split('/').reverse();
  const runs = join(root, 'experiments', ...experiment.reverse(), 'runs');
  const file = readdirSync(runs).includes(id) ? join(runs, id, 'run.jsonl') : join(runs, `${id}.jsonl`);
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const parsed = parseJson(line);
      if (!parsed.ok) throw new Error(`no JSON: ${line}`);
      const { time, elapsed, writer, schema, git, host, user, env, gpus, sha256, ...rest } =
        parsed.value as LoggedRecord;
      return { ...rest };
    });
}

/** The records of one kind; metrics where none is named. */
export function ofEvent(records: readonly LoggedRecord[], event?: string): LoggedRecord[] {
  return records.filter((record) => record.event === event);
}
