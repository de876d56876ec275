import { type Command, Option } from 'commander';
import { paperFormats } from '../exporters/export-formats.ts';
import type { Environment } from './environment.ts';
import { readCount } from './read-count.ts';

interface Registration {
  /** Adds the options that every command takes. */
  common: (command: Command) => Command;
  environment: Environment;
  setExitCode: (code: number) => void;
}

/** Registers the commands that show runs in the terminal. */
export function addReadingCommands(program: Command, { common, environment, setExitCode }: Registration): void {
  const repeat = (value: string, before: string[] = []): string[] => [...before, value];
  const timed = (command: Command): Command =>
    common(command).option('--now <time>', 'the moment at which running and crashed are told apart');
  const reading = (command: Command): Command =>
    timed(command).option('--json', 'print raw numbers and UTC times for programs');
  const selecting = (command: Command): Command =>
    command
      .option('--where <filter>', 'only runs that pass: "status = failed and lr > 0.1"')
      .option('--archived', 'archived runs too');
  const ordering = (command: Command): Command =>
    selecting(reading(command))
      .option(
        '--sort <name>',
        'field, metric or param to sort by, falling with a minus: --sort=-val/acc (repeatable)',
        repeat,
      )
      .option('--limit <number>', 'at most so many', readCount);

  ordering(
    program
      .command('ls')
      .description('list runs in a table')
      .argument('[names...]', 'experiments or runs; all when left out')
      .option('--columns <names>', 'fields, metrics (val/loss.min), params and curves (curve:val/loss), with commas')
      .addHelpText(
        'before',
        `Example: runfolio ls digits/optimizers --where 'val/acc > 0.9' --sort=-val/acc --limit 10\n`,
      ),
  ).action(async (names: string[], options) => {
    const { ls } = await import('./ls.ts');
    setExitCode(await ls(environment, names, options));
  });

  reading(
    program
      .command('show')
      .description('print all that is known of one run, with its curves')
      .argument('<run>', 'EXPERIMENT/RUN, or the end of it')
      .addHelpText('before', 'Example: runfolio show digits/optimizers/adam-seed0\n'),
  ).action(async (name: string, options) => {
    const { show } = await import('./show.ts');
    setExitCode(await show(environment, name, options));
  });

  selecting(
    reading(
      program
        .command('best')
        .description('rank the runs of an experiment, or print the best run of each')
        .argument('[names...]', 'experiments; all when left out')
        .option('--metric <name>', 'the metric to rank by (default: the primary one)')
        .option('--limit <number>', 'at most so many (default: 5 of one experiment)', readCount)
        .addHelpText('before', 'Example: runfolio best digits/optimizers --metric val/acc\n'),
    ),
  ).action(async (names: string[], options) => {
    const { best } = await import('./best.ts');
    setExitCode(await best(environment, names, options));
  });

  ordering(
    program
      .command('compare')
      .description('put runs side by side, or groups of seeds with what is significant about them')
      .argument('[names...]', 'runs or experiments; or choose them with --where')
      .option('--baseline <name>', 'the run, or the group by its values, that the others are held against')
      .option('--metrics <names>', 'only these metrics, with commas')
      .option('--group [names]', 'form groups of seeds by these params (default: group_by, else those that differ)')
      .addHelpText(
        'before',
        'Examples: runfolio compare adam-seed0 sgd-seed0\n          runfolio compare digits/optimizers --group optimizer.name --metrics val/acc\n',
      ),
  ).action(async (names: string[], options) => {
    const { compare } = await import('./compare.ts');
    setExitCode(await compare(environment, names, options));
  });

  reading(
    program
      .command('diff')
      .description('say in what the second run differs from the first')
      .argument('<a>', 'EXPERIMENT/RUN, or the end of it')
      .argument('<b>', 'the run that is held against it')
      .option('--all', 'metrics that are the same too')
      .addHelpText('before', 'Example: runfolio diff adam-seed0 sgd-seed0\n'),
  ).action(async (a: string, b: string, options) => {
    const { diff } = await import('./diff.ts');
    setExitCode(await diff(environment, [a, b], options));
  });

  reading(
    program
      .command('tail')
      .description("follow a run's log until the run ends")
      .argument('<run>', 'EXPERIMENT/RUN, or the end of it')
      .option('--lines <number>', 'lines shown of what is there already', readCount, 10)
      .option('--no-follow', 'stop at the end of what is there')
      .addHelpText('before', 'Example: runfolio tail digits/lr-0.1 --lines 20\n'),
  ).action(async (name: string, options) => {
    const { tail } = await import('./tail.ts');
    setExitCode(await tail(environment, name, options));
  });

  selecting(
    timed(
      program
        .command('table')
        .description('write a table for a paper: groups of seeds by metrics, with what is significant')
        .argument('[names...]', 'experiments or runs; or choose them with --where')
        .addOption(new Option('--format <format>', 'what to write').choices(paperFormats).default('markdown'))
        .option('--view <name>', 'the table of experiments/_views/NAME.yaml, which says all but the format')
        .option('--group <names>', 'params that the rows are formed by (default: group_by, else those that differ)')
        .option('--metrics <names>', 'the columns, with commas (default: the primary metrics)')
        .option('--baseline <name>', 'values of the row that the others are tested against (default: as declared)')
        .option('--out <file>', 'write to a file instead of stdout')
        .addHelpText(
          'before',
          'Example: runfolio table digits/optimizers --format latex --baseline sgd,0.1 --metrics val/acc,val/loss\n',
        ),
    ),
  ).action(async (names: string[], options) => {
    const { table } = await import('./table.ts');
    setExitCode(await table(environment, names, options));
  });
}
