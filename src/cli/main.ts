import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { exportFormats } from '../exporters/export-formats.ts';
import { readToolVersion } from '../site/package-facts.ts';
import { endQuietly } from './closed-pipe.ts';
import { type Environment, UsageError } from './environment.ts';
import { readCount } from './read-count.ts';
import { addReadingCommands } from './reading-commands.ts';
import { validateFormats } from './validate-formats.ts';

/** The real surroundings of the process. */
export function processEnvironment(): Environment {
  endQuietly(process.stdout, (error) => {
    process.stderr.write(`runfolio: the output could not be written: ${error.message}\n`);
    process.once('exit', () => {
      process.exitCode = 2;
    });
  });
  endQuietly(process.stderr, () => {}); // There is nowhere left to say it.
  return { cwd: process.cwd(), env: process.env, stdout: process.stdout, stderr: process.stderr, now: Date.now };
}

/**
 * Runs one command and gives its exit code: 0 done, 1 problems in the data or a failed build, 2 wrong use or cannot
 * run. Nothing is thrown; an internal fault is told in a sentence, with the stack under --verbose.
 */
export async function main(args: readonly string[], environment?: Environment): Promise<number> {
  const own = environment ?? maybeProcessEnvironment();
  if (own === undefined) {
    process.stderr.write('runfolio: The working folder is gone. Change to one that is there.\n');
    return 2;
  }
  let exitCode = 0;
  const program = createProgram(own, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return tell(error, own, args);
  }
}

/** Undefined where the working folder has been removed. */
function maybeProcessEnvironment(): Environment | undefined {
  try {
    return processEnvironment();
  } catch (error) {
    if (isSystemError(error) && error.syscall === 'uv_cwd') return undefined;
    throw error;
  }
}

/** What the disk or another part of the system refused: `syscall` says at what. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function tell(error: unknown, { stderr }: Environment, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    stderr.write(`runfolio: ${shown(error.message)}\n`);
    return 2;
  }
  const fault = error instanceof Error ? error : new Error(String(error));
  stderr.write(`runfolio: ${shown(fault.message)}\n`);
  if (args.includes('--verbose')) stderr.write(`${fault.stack ?? ''}\n`);
  else if (!isSystemError(fault))
    stderr.write(
      'This is a fault of Runfolio or of its surroundings. Run it again with --verbose and report what it prints.\n',
    );
  return 2;
}

/** A message may quote what was typed; its lines stay. */
function shown(message: string): string {
  return message.split('\n').map(terminalText).join('\n');
}

/** The command line as data: what `--help`, the docs and the tests read. */
export function createProgram(environment: Environment, setExitCode: (code: number) => void): Command {
  const { stdout, stderr } = environment;
  const program = new Command('runfolio');
  program
    .description('Experiment tracking from files in git: checks training logs and builds a static site from them.')
    .version(readToolVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 problems in the data or a failed build, 2 wrong use, 130 or 143 interrupted.',
    );

  const common = (command: Command): Command =>
    command
      .option('--root <dir>', 'folder that holds experiments/ (found upward from here when left out)')
      .option('--quiet', 'say only what was asked for')
      .option('--verbose', 'say more when something goes wrong')
      .option('--no-color', 'no colours; NO_COLOR in the environment does the same');

  common(
    program
      .command('validate')
      .description('read every log and report every problem')
      .argument('[paths...]', 'files or folders under experiments/; everything when left out')
      .addOption(new Option('--format <format>', 'how to print').choices(validateFormats).default('pretty'))
      .option('--strict', 'exit with 1 for warnings too')
      .option('--changed', 'only the files that git says changed, staged, unstaged and untracked')
      .option('--base <ref>', 'with --changed: everything since the branch left this one')
      .option('--fix', 'mend what is safe (CRLF, byte order mark, final newline, status words), showing the diff')
      .option('--dry-run', 'show what --fix would mend, and mend nothing')
      .addHelpText('before', 'Example: runfolio validate experiments/digits --format github\n'),
  ).action(async (paths: string[], options) => {
    const { validate } = await import('./validate.ts');
    setExitCode(await validate(environment, paths, options));
  });

  program
    .command('init')
    .description('make a repository ready for runs: experiments/ with a sample, git settings, a hook, a CI file')
    .option('--github', 'write the workflow for GitHub Actions (default: what the remote says)')
    .option('--gitlab', 'write the pipeline for GitLab CI')
    .option('--python [dir]', 'folder for the Python logger (default: beside your scripts)')
    .option('--no-python', 'leave the Python logger out')
    .option('--no-sample', 'no sample experiment')
    .option('--force', 'replace files that are there and differ; logs are never replaced')
    .option('--root <dir>', 'folder for experiments/ (default: where it is, else here)')
    .addHelpText('before', 'Example: runfolio init --github\n')
    .action(async (options) => {
      const { init } = await import('./init.ts');
      setExitCode(await init(environment, options));
    });

  program
    .command('new')
    .description('start an experiment: its folder and its settings file')
    .argument('[experiment]', 'id, which is its path below experiments/')
    .option('--title <text>', 'what it is called')
    .option('--template <name>', 'start from experiments/_templates/NAME.yaml')
    .option('--set <key=value>', 'a value for a variable of the template; may be repeated', collect)
    .option('--list-templates', 'print the templates that there are, with their variables')
    .option('--root <dir>', 'folder that holds experiments/')
    .addHelpText('before', 'Example: runfolio new vision/cifar10 --title "ResNet-18 on CIFAR-10"\n')
    .action(async (id: string | undefined, options) => {
      const { newExperiment } = await import('./new.ts');
      setExitCode(await newExperiment(environment, id, options));
    });

  program
    .command('schema')
    .description('print the JSON Schema of a file, or the names of all schemas')
    .argument('[name]', 'run-record, run-document, experiment, site or template')
    .addHelpText('before', 'Example: runfolio schema experiment > experiment.schema.json\n')
    .action(async (name: string | undefined) => {
      const { schema } = await import('./schema.ts');
      setExitCode(schema(environment, name));
    });

  program
    .command('migrate')
    .description('take every log to the present version of the format, in place')
    .option('--dry-run', 'say what would change')
    .option('--root <dir>', 'folder that holds experiments/')
    .addHelpText('before', 'Example: runfolio migrate --dry-run\n')
    .action(async (options) => {
      const { migrate } = await import('./migrate.ts');
      setExitCode(await migrate(environment, options));
    });

  common(
    program
      .command('push')
      .description('commit the logs that are new or have grown, and push them; other work in the tree is left alone')
      .argument('[names...]', 'experiments or runs; all when left out')
      .option('--message <text>', "the commit's title in place of one made from the runs")
      .option('--ended', 'only runs that have ended')
      .option('--dry-run', 'list the files and their sizes; commit and push nothing')
      .option('--remote <name>', 'where to push (default: what git is set up for)')
      .option('--branch <name>', 'branch to push to (default: the counterpart of the one checked out)')
      .option('--no-push', 'commit here, on the branch checked out, and push nothing')
      .option('--retries <number>', 'tries after another writer came first', readCount, 10)
      .option('--max-file-size <size>', 'files larger than this stay (default: 100 MB)')
      .option('--json', 'print one object for programs')
      .addHelpText('before', 'Example: runfolio push digits/mlp/lr-0.1 --ended\n'),
  ).action(async (names: string[], options) => {
    const { push } = await import('./push.ts');
    setExitCode(await push(environment, names, options));
  });

  const repeat = (value: string, before: string[] = []): string[] => [...before, value];

  common(
    program
      .command('log')
      .description('append metrics, params, tags, messages or notes to a run; begins it where there is none')
      .argument('<run>', 'EXPERIMENT/RUN')
      .argument('[metrics...]', 'metrics and the step, as NAME=NUMBER')
      .option('--param <name=value>', 'a param; a value is what it is in JSON, else text (repeatable)', repeat)
      .option('--tag <tag>', 'a label (repeatable)', repeat)
      .option('--message <text>', 'a line of text worth keeping (repeatable)', repeat)
      .addOption(
        new Option('--level <level>', 'level of the messages')
          .choices(['debug', 'info', 'warning', 'error'])
          .default('info'),
      )
      .option('--note <text>', 'something said about the run, in Markdown (repeatable)', repeat)
      .addOption(
        new Option('--finish [status]', 'end the run: finished when nothing is named').choices([
          'finished',
          'failed',
          'killed',
        ]),
      )
      .option('--json', 'read metrics from stdin, one JSON object a line')
      .addHelpText('before', 'Example: runfolio log digits/lr-0.1 step=10 loss=0.31 --param lr=0.1\n'),
  ).action(async (target: string, metrics: string[], options) => {
    const { log } = await import('./log.ts');
    setExitCode(await log(environment, target, metrics, options));
  });

  common(
    program
      .command('tee')
      .description('pass stdin on to stdout unchanged, and log the metrics that its lines tell')
      .argument('<run>', 'EXPERIMENT/RUN')
      .option('--param <name=value>', 'a param; a value is what it is in JSON, else text (repeatable)', repeat)
      .option('--tag <tag>', 'a label (repeatable)', repeat)
      .option('--no-finish', 'write no end when stdin ends: more will follow')
      .option('--keep-output', 'keep the other lines as messages of the run, up to 5,000')
      .option('--only-patterns', 'read by the patterns under tee in experiment.yaml alone')
      .addHelpText('before', 'Example: runfolio tee digits/lr-0.1 < train.log\n'),
  ).action(async (target: string, options) => {
    const { tee } = await import('./tee.ts');
    setExitCode(await tee(environment, target, options));
  });

  common(
    program
      .command('run')
      .description('run a command and record it: its metrics, output, exit code, duration and resources')
      .argument('<experiment>', 'id, which is its path below experiments/')
      .argument('<command...>', 'the command and its arguments, after --')
      .option('--name <name>', "the run's name, which its id is made of (default: made from the time)")
      .option('--id <id>', "the run's id")
      .option('--resume', 'go on with the run of that id where there is one')
      .option('--group <name>', 'a label that several runs share, as those of a sweep')
      .option('--param <name=value>', 'a param; a value is what it is in JSON, else text (repeatable)', repeat)
      .option('--tag <tag>', 'a label (repeatable)', repeat)
      .option('--note <text>', 'notes about the run, in Markdown')
      .option('--no-metrics', 'read no metrics from the output')
      .option('--no-output', 'keep no copy of the output')
      .addHelpText('before', 'Example: runfolio run digits --param lr=0.1 -- python train.py --lr 0.1\n'),
  ).action(async (experiment: string, words: string[], options) => {
    const { run } = await import('./run.ts');
    setExitCode(await run(environment, experiment, words, options));
  });

  const hooks = program.command('hooks').description('git hooks').exitOverride();
  hooks
    .command('install')
    .description('write a pre-commit hook that validates the logs a commit changes')
    .option('--root <dir>', 'folder that holds experiments/')
    .action(async (options) => {
      const { installHook } = await import('./hooks.ts');
      setExitCode(await installHook(environment, options));
    });

  const buildOptions = (command: Command): Command =>
    common(command)
      .option('--out <dir>', 'folder of the built site (default: dist, beside experiments/)')
      .option(
        '--base <path>',
        'path under which the site is served, such as /team/ml/ (default: base in _site.yaml, else /)',
      )
      .option('--site <url>', 'public address, for absolute links')
      .option('--strict', 'fail, and publish nothing, when there are errors or warnings');

  buildOptions(
    program
      .command('build')
      .description('check the logs and build the site')
      .addHelpText('before', 'Example: runfolio build --out public --base /team/ml/\n'),
  ).action(async (options) => {
    const { build } = await import('./build.ts');
    setExitCode(await build(environment, options));
  });

  addReadingCommands(program, { common, environment, setExitCode });

  common(
    program
      .command('export')
      .description('write the runs with their params, tags and figures as JSON, JSON lines or CSV')
      .addOption(new Option('--format <format>', 'what to write').choices(exportFormats).default('json'))
      .option('--experiment <id>', 'only this experiment')
      .option('--where <filter>', 'only runs that pass: "status = failed and lr > 0.1"')
      .option(
        '--sort <name>',
        'field, metric or param to sort by, falling with a minus: --sort=-val/acc (repeatable)',
        repeat,
      )
      .option('--limit <number>', 'at most so many', readCount)
      .option('--columns <names>', 'only these fields, metrics (val/loss.min) and params, with commas')
      .option('--out <file>', 'write to a file instead of stdout')
      .option('--now <time>', 'the moment at which running and crashed are told apart')
      .addHelpText('before', 'Example: runfolio export --format csv --experiment digits/optimizers > runs.csv\n'),
  ).action(async (options) => {
    const { exportCommand } = await import('./export.ts');
    setExitCode(await exportCommand(environment, options));
  });

  const serveOptions = (command: Command): Command =>
    command
      .option('--port <number>', 'port to listen on; the next free one is taken when it is busy', readPort, 4321)
      .option('--host <address>', 'address to listen on', '127.0.0.1');

  serveOptions(
    common(
      program
        .command('preview')
        .description('serve a built site under its base path')
        .option('--out <dir>', 'folder of the built site', 'dist')
        .option('--base <path>', 'path it was built for')
        .addHelpText('before', 'Example: runfolio preview --port 8000\n'),
    ),
  ).action(async (options) => {
    const { preview } = await import('./preview.ts');
    setExitCode(await preview(environment, options));
  });

  serveOptions(
    buildOptions(
      program
        .command('start')
        .description('check, build and serve in one go')
        .addHelpText('before', 'Example: runfolio start\n'),
    ),
  ).action(async (options) => {
    const { start } = await import('./start.ts');
    setExitCode(await start(environment, options));
  });

  for (const command of program.commands)
    command.exitOverride().showSuggestionAfterError(true).copyInheritedSettings(program);
  return program;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  return port;
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
