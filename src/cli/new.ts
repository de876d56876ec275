import { existsSync, mkdirSync } from 'node:fs';
import { posix } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { suggestIdPart } from '../format/ids.ts';
import { defaultLimits } from '../store/limits.ts';
import { judgeExperimentSettings } from '../store/read-settings.ts';
import { readYaml } from '../store/read-yaml.ts';
import { type Environment, findRoot, UsageError } from './environment.ts';
import { fillFor, listTemplates, openTemplate } from './new-from-template.ts';
import { findNameFault } from './run-target.ts';
import { schemaLine } from './schema-address.ts';
import { writeWhole } from './write-whole.ts';

export interface NewOptions {
  root?: string;
  title?: string;
  /** Name of a template. */
  template?: string;
  /** `key=value` for the variables of the template. */
  set?: string[];
  listTemplates?: boolean;
}

/** Starts an experiment: its folder and an `experiment.yaml` that an editor can check. Nothing is ever overwritten. */
export async function newExperiment(
  environment: Environment,
  id: string | undefined,
  options: NewOptions,
): Promise<number> {
  const root = findRoot(environment, options);
  if (options.listTemplates === true) {
    environment.stdout.write(await listTemplates(root));
    return 0;
  }
  if (id === undefined) throw new UsageError('Name the experiment: runfolio new vision/cifar10');
  if (options.template === undefined && options.set !== undefined) throw new UsageError('--set goes with --template.');
  checkId(id);
  const folder = `experiments/${id}`;
  const file = `${folder}/experiment.yaml`;
  if (existsSync(`${root}/${file}`)) throw new UsageError(`${file} is there already.`);
  const text = await settingsText(environment, root, id, options);
  mkdirSync(`${root}/${folder}/runs`, { recursive: true });
  writeWhole(`${root}/${file}`, text);
  environment.stdout.write(
    `Wrote ${file}. Runs go into ${folder}/runs/NAME.jsonl, one JSON object a line:\n` +
      `  {"step": 1, "val/loss": 0.42}\nThen: runfolio validate ${folder}\n`,
  );
  return 0;
}

function checkId(id: string): void {
  const parts = id.split('/');
  for (const [at, part] of parts.entries()) {
    const fault =
      part === 'runs'
        ? 'is the name of the folder that runs lie in'
        : part.startsWith('_')
          ? 'starts with _, as folders do that are no experiments'
          : findNameFault(part);
    if (fault === undefined) continue;
    const better = parts.map((own) => (own === 'runs' ? 'experiment' : suggestIdPart(own))).join('/');
    throw new UsageError(`"${id}" cannot be an experiment's id: "${parts[at]}" ${fault}. Try "${better}".`);
  }
}

async function settingsText(
  environment: Environment,
  root: string,
  id: string,
  { template: name, title, set = [] }: NewOptions,
): Promise<string> {
  const lines = [schemaLine(root, `experiments/${id}`, 'experiment')];
  if (name === undefined) return [...lines, plainSettings(title ?? posix.basename(id))].join('\n');
  const template = await openTemplate(root, name);
  const day = new Date(environment.now()).toISOString().slice(0, 10);
  const given = { experiment: id, name: posix.basename(id), date: day };
  let body = fillFor(template, { set, title, given });
  if (title !== undefined && !template.variables.has('title')) body = withTitle(body, title);
  checkSettings(body, template.path);
  return [...lines, `# Made from the template "${name}".`, body].join('\n');
}

/** Sets the title, at its place or at the top. */
function withTitle(body: string, title: string): string {
  const document = parseDocument(body, { version: '1.2', schema: 'core' });
  if (!document.has('title')) return `${stringify({ title }, { lineWidth: 0 })}${body}`;
  document.set('title', title);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** A template may be sound and its values not: what is written must be. */
function checkSettings(body: string, path: string): void {
  const diagnostics = new DiagnosticList();
  const reading = { limits: defaultLimits, diagnostics };
  const document = readYaml(body, { file: path, ...reading })[0];
  if (document?.value !== undefined) judgeExperimentSettings({ ...document, value: document.value }, path, reading);
  const fault = diagnostics.sorted().find(({ severity }) => severity === 'error');
  if (fault === undefined) return;
  const line = body.split('\n')[fault.line - 1]?.trim() ?? '';
  throw new UsageError(
    `With these values the template ${path} gives settings that are not sound. ${fault.message}\n  ${line}`,
  );
}

function plainSettings(title: string): string {
  return [
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
