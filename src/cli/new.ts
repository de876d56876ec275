import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { findIdFault, suggestIdPart } from '../format/ids.ts';
import { type Environment, findRoot, UsageError } from './environment.ts';
import { schemaLine } from './schema-address.ts';

export interface NewOptions {
  root?: string;
  title?: string;
}

/** Starts an experiment: its folder and an `experiment.yaml` that an editor can check. Nothing is ever overwritten. */
export function newExperiment(environment: Environment, id: string, options: NewOptions): number {
  const root = findRoot(environment, options);
  const parts = id.split('/');
  for (const part of parts) {
    const fault = part === 'runs' ? 'is the name of the folder that runs lie in' : findIdFault(part);
    if (fault !== undefined) {
      const better = parts.map((own) => (own === 'runs' ? 'experiment' : suggestIdPart(own))).join('/');
      throw new UsageError(`"${id}" cannot be an experiment's id: "${part}" ${fault}. Try "${better}".`);
    }
  }
  const folder = `experiments/${id}`;
  const file = `${folder}/experiment.yaml`;
  if (existsSync(`${root}/${file}`)) throw new UsageError(`${file} is there already.`);
  mkdirSync(`${root}/${folder}/runs`, { recursive: true });
  writeFileSync(`${root}/${file}`, settingsText(root, folder, options.title ?? parts.at(-1) ?? id), { flag: 'wx' });
  environment.stdout.write(
    `Wrote ${file}. Runs go into ${folder}/runs/NAME.jsonl, one JSON object a line:\n` +
      `  {"step": 1, "val/loss": 0.42}\nThen: runfolio validate ${folder}\n`,
  );
  return 0;
}

function settingsText(root: string, folder: string, title: string): string {
  return [
    schemaLine(root, folder, 'experiment'),
    stringify({ title }).trim(),
    '# hypothesis: What you expect, in a sentence.',
    '# owner: who answers for it',
    '# tags: []',
    'metrics: {}',
    '#  val/loss: {goal: min, label: Validation loss, primary: true}',
    '# group_by: [lr]   # runs that differ only elsewhere (seeds) are shown as one',
    '',
  ].join('\n');
}
