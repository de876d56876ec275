import { closest } from 'fastest-levenshtein';
import { parseDuration } from '../format/duration.ts';
import { type RunStatus, runStatus } from '../series/run-status.ts';
import { openStore } from '../store/open-store.ts';
import { ownerOf, type RunFile } from './run-files.ts';
import { WrongName } from './wrong-name.ts';

/** The runs that a push is about. */
export interface ChosenRuns {
  /** How each run stands, by its id. */
  statuses: Map<string, RunStatus>;
  /** Why a file must not be pushed, by its path from the root. */
  heldReasons: Map<string, string>;
  isChosen: (file: RunFile) => boolean;
  isChosenRun: (experiment: string, run: string | undefined) => boolean;
}

/** What keeps a file out of a push: once in git, a secret stays there, and damage spreads. */
const reasons: Readonly<Record<string, (line: number) => string>> = {
  secret: (line) =>
    `holds what looks like a secret (line ${line}). Git keeps what it once had: take it out, or allow it in _site.yaml`,
  'conflict-marker': (line) => `holds an unresolved merge conflict (line ${line})`,
  'gzip-truncated': () => 'is cut short: its compression is not finished',
};

/**
 * Reads the logs of the runs named, or of the files that changed when none is, and says how each run stands and which
 * files must stay where they are.
 *
 * @throws WrongName for a name that there is not
 */
export async function chooseRuns(
  root: string,
  names: readonly string[],
  candidates: readonly RunFile[],
  { nowMs, onlyEnded }: { nowMs: number; onlyEnded: boolean },
): Promise<ChosenRuns> {
  const wanted = names.map(toId);
  const paths =
    wanted.length === 0
      ? candidates.map(({ experiment }) => `experiments/${experiment}`)
      : wanted.flatMap((id) => {
          const above = id.split('/').slice(0, -1).join('/');
          return [id, ...(above === '' ? [] : [above])].map((own) => `experiments/${own}`);
        });
  const store = await openStore(root, { paths, isOnly: true });
  const chosen = new Set<string>();
  for (const [at, id] of wanted.entries()) {
    const own = [...store.runs.values()].filter(
      (run) => run.id === id || run.experiment === id || run.experiment.startsWith(`${id}/`),
    );
    if (own.length === 0) {
      const known = [...store.experiments.keys(), ...store.runs.keys()];
      const hint = known.length === 0 ? '' : ` Did you mean "${closest(id, known)}"?`;
      throw new WrongName(`There is no experiment or run "${names[at]}".${hint}`);
    }
    for (const run of own) chosen.add(run.id);
  }
  const crashedAfterMs = parseDuration(store.settings.crashed_after ?? '1d');
  const statuses = new Map<string, RunStatus>();
  for (const run of store.runs.values()) {
    if (wanted.length > 0 && !chosen.has(run.id)) continue;
    if (onlyEnded && run.state === 'open') continue;
    const isWhole = run.files.every(({ path }) => /(?:^|\/)runs\.(?:jsonl|yaml)$|\.yaml$/.test(path));
    if (onlyEnded && run.state === 'unknown' && !isWhole) continue;
    statuses.set(run.id, runStatus(run, { nowMs, ...(crashedAfterMs === undefined ? {} : { crashedAfterMs }) }));
  }
  const experiments = new Set([...statuses.keys()].map((id) => id.slice(0, id.lastIndexOf('/'))));
  const heldReasons = new Map<string, string>();
  for (const { code, file, line } of store.diagnostics) {
    const reason = reasons[code];
    if (reason !== undefined && !heldReasons.has(file)) heldReasons.set(file, reason(line));
  }
  const isUnknown = (file: RunFile): boolean =>
    wanted.length === 0 && file.run !== undefined && !store.runs.has(ownerOf(file));
  for (const file of candidates)
    if (isUnknown(file)) heldReasons.set(file.path, 'belongs to no run that can be read: see runfolio validate');
  return {
    statuses,
    heldReasons,
    isChosen: (file) =>
      file.run === undefined ? experiments.has(file.experiment) : statuses.has(ownerOf(file)) || isUnknown(file),
    // A line may have been written since the logs were read.
    isChosenRun: (experiment, run) => wanted.length === 0 || statuses.has(`${experiment}/${run}`),
  };
}

/** A name as an id: a path that a shell completed is one too. */
function toId(name: string): string {
  return name
    .replace(/\/+$/, '')
    .replace(/^(?:\.\/)?experiments\//, '')
    .replace(/\/runs\/([^/]+?)(?:\.jsonl(?:\.gz)?|\.yaml)?$/, '/$1');
}
