import { readFileSync } from 'node:fs';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { formatVersion } from '../format/run-records.ts';
import { migrateLog } from '../store/migrate-log.ts';
import { openStore } from '../store/open-store.ts';
import { type Environment, findRoot } from './environment.ts';
import { writeWhole } from './write-whole.ts';

/** Takes every plain log to the present version of the format, in place. Compressed logs are named and left alone. */
export async function migrate(environment: Environment, options: { root?: string; dryRun?: boolean }): Promise<number> {
  const root = findRoot(environment, options);
  const store = await openStore(root);
  const paths = [...new Set([...store.runs.values()].flatMap((run) => run.files.map(({ path }) => path)))].sort();
  let changed = 0;
  for (const path of paths.filter((own) => own.endsWith('.jsonl'))) {
    const file = `${root}/${path}`;
    const after = migrateLog(readFileSync(file, 'utf8'));
    if (after === undefined) continue;
    changed += 1;
    environment.stdout.write(`${options.dryRun === true ? 'would migrate' : 'migrated'} ${terminalText(path)}\n`);
    if (options.dryRun !== true) writeWhole(file, after);
  }
  if (changed === 0)
    environment.stdout.write(
      `All ${paths.length} logs are in version ${formatVersion} of the format, the present one. Nothing to migrate.\n`,
    );
  else
    environment.stdout.write(
      `Commit with this trailer:\n\n    Runfolio-Edit: migrated to version ${formatVersion} of the format\n`,
    );
  return 0;
}
