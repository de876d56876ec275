import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { readToolVersion } from '../site/package-facts.ts';
import { readGitState, runGit } from '../store/git.ts';
import { type Environment, UsageError } from './environment.ts';
import { hookLine, writeHook } from './hooks.ts';
import { schemaLine } from './schema-address.ts';
import { fitLine, sampleRates, sampleSettings } from './starter/first-steps.ts';
import { mergeLines, type WantedLine } from './starter/merge-lines.ts';
import {
  attributeLines,
  ignoreLines,
  type PipelineName,
  pipelines,
  readPipeline,
  readPythonLogger,
  siteSettingsText,
} from './starter/starter-files.ts';
import { writeWhole } from './write-whole.ts';

export interface InitOptions {
  root?: string;
  /** Replace what is there, logs excepted. */
  force?: boolean;
  github?: boolean;
  gitlab?: boolean;
  /** The folder that the Python logger goes into, beside the scripts by default; false with --no-python. */
  python?: boolean | string;
  /** False with --no-sample. */
  sample?: boolean;
}

/** Makes a repository ready for runs. What is there already stays, so it can be run again at any time. */
export async function init(environment: Environment, options: InitOptions): Promise<number> {
  const root = await findNewRoot(environment, options);
  const starter = new Starter(environment, root, options.force === true);
  const git = await readGitState(root);

  const sampleIsWanted = options.sample !== false && !hasExperiments(root);
  starter.write(
    'experiments/_site.yaml',
    () => `${schemaLine(root, 'experiments', 'site')}\n${siteSettingsText(basename(root) || 'My')}`,
  );
  starter.merge(
    '.gitattributes',
    attributeLines,
    '# Runfolio: logs read the same everywhere; each line of runs.jsonl is a run.',
  );
  starter.merge('.gitignore', ignoreLines, '# Runfolio: the built site, and packages.');
  if (sampleIsWanted) writeSample(environment, starter, root);
  else if (options.sample !== false) starter.tell('skipped', 'a sample experiment', 'there are experiments already');
  await writePipelines(starter, root, options, git?.prefix);
  writePython(environment, starter, root, options);
  const isInstalled = canRunHere(root);
  await installHook(starter, root, isInstalled);

  const { stdout } = environment;
  const { cwd } = environment;
  const isFoundFromHere = isBelow(resolve(cwd), root);
  const at = isFoundFromHere ? '' : ` --root ${quote(relative(cwd, root))}`;
  const top = resolve(root, ...(git?.prefix ?? '').split('/').map((part) => (part === '' ? '.' : '..')));
  const files = starter.paths.map((path) => resolve(root, path)).filter((path) => isBelow(path, top));
  const added = files.map((path) => quote(relative(cwd, path).split(sep).join('/')));
  const next = [
    isInstalled
      ? `npx runfolio start${at}`
      : `npm install --save-dev ./runfolio-${readToolVersion()}.tgz   # the tarball that npm pack made; README.md tells how`,
    isInstalled ? `npx runfolio new my-experiment${at} --title "The question"` : `npx runfolio start${at}`,
    git === undefined
      ? `git init && npx runfolio init${at}`
      : `git add ${added.join(' ')} && git commit -m "Track experiments"`,
  ];
  stdout.write(`\nNext:\n${next.map((line) => `  ${line}\n`).join('')}`);
  return 0;
}

/** Writes files and prints what came of each. */
class Starter {
  #environment: Environment;
  #root: string;
  #force: boolean;
  /** What belongs into git, from the root, in order. */
  readonly paths: string[] = [];

  constructor(environment: Environment, root: string, force: boolean) {
    this.#environment = environment;
    this.#root = root;
    this.#force = force;
  }

  tell(outcome: 'wrote' | 'kept' | 'skipped', what: string, why = ''): void {
    const reason = why === '' ? '' : `  (${why})`;
    this.#environment.stdout.write(`${terminalText(`${outcome.padEnd(8)}${what}${reason}`)}\n`);
  }

  /** Writes a file that is not there; one that is stays, unless it may be replaced. */
  write(path: string, text: () => string, { why = '' }: { why?: string } = {}): void {
    const file = resolve(this.#root, path);
    this.#note(path);
    const wanted = text();
    if (existsSync(file)) {
      const isSame = readFileSync(file, 'utf8') === wanted;
      if (isSame || !this.#force) {
        this.tell('kept', path, isSame ? '' : 'it is not as init writes it; --force replaces it');
        return;
      }
    }
    mkdirSync(dirname(file), { recursive: true });
    writeWhole(file, wanted);
    this.tell('wrote', path, why);
  }

  /** Adds the lines that a file of patterns lacks. */
  merge(path: string, wanted: readonly WantedLine[], heading: string): void {
    const file = join(this.#root, path);
    this.#note(path);
    const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const { text, added, different } = mergeLines(present, wanted, heading);
    const why = different.map(({ line, text: own }) => `line ${line} stays: ${own}`).join('; ');
    if (text === undefined) this.tell('kept', path, why);
    else {
      writeWhole(file, text);
      this.tell(
        'wrote',
        path,
        [present === '' ? '' : `added ${added.join(', ')}`, why].filter((part) => part !== '').join('; '),
      );
    }
  }

  #note(path: string): void {
    const top = path.startsWith('experiments/') ? 'experiments' : path;
    if (!this.paths.includes(top)) this.paths.push(top);
  }
}

/** The folder for `experiments/`: `--root`, else where it is already, here or above in the same repository, else here. */
async function findNewRoot({ cwd }: Environment, { root: asked }: InitOptions): Promise<string> {
  const start = resolve(cwd, asked ?? '.');
  if (!isFolder(start)) throw new UsageError(`There is no folder ${start}.`);
  const top = (await runGit(start, ['rev-parse', '--show-toplevel']))?.replace(/\n$/, '');
  let root = start;
  if (asked === undefined && top !== undefined) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (isFolder(join(folder, 'experiments'))) {
        root = folder;
        break;
      }
      if (realpathSync(folder) === realpathSync(top) || dirname(folder) === folder) break;
    }
  }
  if (existsSync(join(root, 'experiments')) && !isFolder(join(root, 'experiments')))
    throw new UsageError(`${join(root, 'experiments')} is a file; it should be a folder.`);
  return root;
}

function hasExperiments(root: string): boolean {
  const folder = join(root, 'experiments');
  return (
    isFolder(folder) &&
    readdirSync(folder, { withFileTypes: true }).some(
      (entry) => entry.isDirectory() && /^[^_.]/.test(entry.name) && entry.name !== 'first-steps',
    )
  );
}

/** Computes the sample's runs, each record appended as it comes. A log that is there is never written again. */
function writeSample({ now }: Environment, starter: Starter, root: string): void {
  const folder = 'experiments/first-steps';
  starter.write(`${folder}/experiment.yaml`, () => `${schemaLine(root, folder, 'experiment')}\n${sampleSettings}`);
  for (const rate of sampleRates) {
    const path = `${folder}/runs/lr-${rate}.jsonl`;
    const file = join(root, path);
    if (existsSync(file)) {
      starter.tell('kept', path);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    for (const record of fitLine({ rate, now })) appendFileSync(file, `${JSON.stringify(record)}\n`);
    starter.tell('wrote', path, 'a sample, computed just now');
  }
}

async function writePipelines(
  starter: Starter,
  root: string,
  { github = false, gitlab = false }: InitOptions,
  prefix: string | undefined,
): Promise<void> {
  const asked = [...(github ? (['github'] as const) : []), ...(gitlab ? (['gitlab'] as const) : [])];
  const guess = asked.length > 0 ? undefined : await guessPipeline(root);
  const names = guess === undefined ? asked : guess.names;
  if (names.length === 0) {
    starter.tell('skipped', 'a CI file', `${guess?.why ?? ''}; choose one with --github or --gitlab`);
    return;
  }
  for (const name of names) {
    if (prefix !== undefined && prefix !== '') {
      starter.tell('skipped', pipelines[name].path, `it belongs to the top of the repository; this is ${prefix}`);
      continue;
    }
    starter.write(pipelines[name].path, () => readPipeline(name), guess === undefined ? {} : { why: guess.why });
  }
}

async function guessPipeline(root: string): Promise<{ names: PipelineName[]; why: string }> {
  if (existsSync(join(root, pipelines.gitlab.path)))
    return { names: ['gitlab'], why: `${pipelines.gitlab.path} is there` };
  const url = (await runGit(root, ['config', '--get', 'remote.origin.url']))?.trim() ?? '';
  const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^/:]+)[/:]/i.exec(url)?.[1]?.toLowerCase() ?? '';
  for (const name of ['github', 'gitlab'] as const)
    if (host.includes(name)) return { names: [name], why: `chosen for the remote at ${host}` };
  if (existsSync(join(root, '.github'))) return { names: ['github'], why: 'chosen for the folder .github' };
  return { names: [], why: host === '' ? 'there is no remote to go by' : `the remote at ${host} does not say which` };
}

function writePython({ cwd }: Environment, starter: Starter, root: string, { python }: InitOptions): void {
  if (python === false) {
    starter.tell('skipped', 'runfolio.py', 'the logger for Python');
    return;
  }
  const folder = typeof python === 'string' ? resolve(cwd, python) : findScripts(root);
  const path = relative(root, join(folder, 'runfolio.py')).split(sep).join('/');
  const why = typeof python !== 'string' ? 'beside your scripts, where "import runfolio" finds it' : '';
  starter.write(path, readPythonLogger, { why });
}

/** Python looks for modules beside the script that runs: the first folder of the usual ones that has scripts, else the root. */
function findScripts(root: string): string {
  const folders = ['.', 'src', 'scripts', 'training'].map((name) => join(root, name)).filter(isFolder);
  const hasScripts = (folder: string): boolean =>
    readdirSync(folder).some(
      (name) => name.endsWith('.py') && !['runfolio.py', 'setup.py', 'conftest.py'].includes(name),
    );
  return folders.find((folder) => existsSync(join(folder, 'runfolio.py'))) ?? folders.find(hasScripts) ?? root;
}

/** Whether `npx --no-install runfolio` finds it: otherwise a hook would stop every commit. */
function canRunHere(root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (['runfolio', 'runfolio.cmd'].some((name) => existsSync(join(folder, 'node_modules/.bin', name)))) return true;
    if (dirname(folder) === folder) return false;
  }
}

async function installHook(starter: Starter, root: string, isInstalled: boolean): Promise<void> {
  if (!isInstalled && (await readGitState(root)) !== undefined) {
    starter.tell(
      'skipped',
      'a pre-commit hook',
      'it needs runfolio installed here, or it would stop every commit; run init again then',
    );
    return;
  }
  const outcome = await writeHook(root);
  if (outcome.kind === 'no-repository') starter.tell('skipped', 'a pre-commit hook', 'this is no git repository');
  else if (outcome.kind === 'foreign')
    starter.tell('kept', outcome.file, `another tool's hook; add this line to it: ${hookLine}`);
  else
    starter.tell(
      outcome.kind === 'same' ? 'kept' : 'wrote',
      outcome.file,
      'each commit validates the logs that it changes',
    );
}

/** Whether a path is a folder's own or lies below it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** A path as a word of a shell. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
