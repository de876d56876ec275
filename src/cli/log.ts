import { stepKeys } from '../format/metric-keys.ts';
import type { EndStatus } from '../format/run-records.ts';
import type { Run } from '../logger/index.ts';
import { type Literal, type LiteralObject, readObjectText } from '../logger/read-literal.ts';
import { readNumberText } from '../logger/read-number-text.ts';
import { type Environment, UsageError } from './environment.ts';
import {
  capturesBut,
  checkTexts,
  findLogs,
  loggerHost,
  openRun,
  readPairs,
  readParams,
  readRunName,
} from './run-target.ts';

export interface LogCommandOptions {
  param?: string[];
  tag?: string[];
  message?: string[];
  level?: string;
  note?: string[];
  /** True where the flag stands alone. */
  finish?: EndStatus | true;
  json?: boolean;
  root?: string;
  quiet?: boolean;
}

/** A JSON object may go over several lines, up to this many characters. */
const maxObjectLength = 1_000_000;

/**
 * Appends records to a run: metrics as `loss=0.31 step=10` or as JSON lines from stdin, params, tags, messages and notes. Begins the
 * run where there is none. Gives 1 where a line of stdin could not be read; the others are logged.
 */
export async function log(
  environment: Environment,
  target: string,
  pairs: readonly string[],
  options: LogCommandOptions,
): Promise<number> {
  const { experiment, id } = readRunName(target);
  const record = readMetrics(pairs);
  const params = readParams(options.param);
  const { level = 'info', finish } = options;
  const tags = checkTexts('--tag', options.tag ?? []);
  const messages = checkTexts('--message', options.message ?? []);
  const notes = checkTexts('--note', options.note ?? []);
  const isEmpty = record === undefined && params.size + tags.length + messages.length + notes.length === 0;
  if (isEmpty && finish === undefined && options.json !== true)
    throw new UsageError(
      'There is nothing to log. Give metrics such as loss=0.31, or --param, --tag, --message, --note, --finish.',
    );

  const host = loggerHost(environment);
  const run = openRun(
    {
      experiment,
      id,
      params,
      tags,
      dir: findLogs(options, host),
      resume: true,
      announce: false,
      signals: false,
      capture: capturesBut(host, 'command', 'patch', 'system', 'energy', 'exit'),
      script: false,
      systemInterval: 0,
    },
    host,
  );
  if (run.disabled) {
    host.speaker.tellOnce('nothing is written: this is not rank 0 of its job, or RUNFOLIO_MODE says so.');
    return 0;
  }
  if (record !== undefined) run.log(record.metrics, { step: record.step });
  for (const text of messages) run.message(text, level);
  for (const text of notes) run.note(text);
  const code = options.json === true ? await logObjects(environment, run) : 0;
  if (!run.resumed && options.quiet !== true) environment.stderr.write(`runfolio: began ${experiment}/${run.id}\n`);
  if (finish === undefined) run.detach();
  else run.finish({ status: finish === true ? 'finished' : finish });
  return code;
}

interface MetricRecord {
  step: number | undefined;
  metrics: Record<string, Literal>;
}

/** Reads `loss=0.31 step=10`. The first key that may be a step is the step. */
function readMetrics(pairs: readonly string[]): MetricRecord | undefined {
  const metrics = Object.create(null) as Record<string, number>;
  for (const [name, text] of readPairs(pairs, 'metric')) {
    const value = readNumberText(text);
    if (value === undefined)
      throw new UsageError(
        `The value of the metric "${name}" should be a number, found "${text}". Text belongs in --param ${name}=… or --note.`,
      );
    metrics[name] = value;
  }
  return pairs.length === 0 ? undefined : takeStep(metrics, { isStrict: true });
}

function takeStep(metrics: Record<string, Literal>, { isStrict }: { isStrict: boolean }): MetricRecord {
  const key = stepKeys.find((own) => typeof metrics[own] === 'number');
  if (key === undefined) return { step: undefined, metrics };
  const step = metrics[key] as number;
  if (!Number.isFinite(step)) {
    if (isStrict) throw new UsageError(`"${key}" should be a finite number, found "${step}".`);
    return { step: undefined, metrics };
  }
  delete metrics[key];
  if (isStrict && Object.keys(metrics).length === 0)
    throw new UsageError(`There is a step, but no metric. Give one as well, such as loss=0.31.`);
  return { step, metrics };
}

/** Logs each JSON object of stdin as it comes. A line that is none is told with its number, and left out. */
async function logObjects({ stdin, stderr }: Environment, run: Run): Promise<number> {
  let code = 0;
  let text = '';
  let firstLine = 0;
  let lineNumber = 0;
  const refuse = (reason: string): void => {
    code = 1;
    stderr.write(`runfolio: line ${firstLine} of stdin ${reason}. It is left out.\n`);
    text = '';
  };
  const take = (line: string): void => {
    lineNumber += 1;
    if (text === '' && line.trim() === '') return;
    if (text !== '' && line.startsWith('{')) refuse('begins an object that does not end');
    if (text === '') firstLine = lineNumber;
    text += `${line}\n`;
    // An object over several lines ends with a brace of its own, as jq and json.dumps(indent=…) print it.
    const mayEnd = firstLine === lineNumber || line.startsWith('}');
    const object = mayEnd ? readObjectText(text) : undefined;
    if (object !== undefined) {
      text = '';
      logObject(object, run, refuse);
    } else if (!text.trimStart().startsWith('{')) refuse('is no JSON object');
    else if (text.length > maxObjectLength) refuse(`begins an object of more than ${maxObjectLength} characters`);
  };
  for await (const line of readLines(stdin ?? process.stdin)) take(line);
  if (text !== '') refuse('begins an object that does not end, or is not JSON');
  return code;
}

function logObject(object: LiteralObject, run: Run, refuse: (reason: string) => void): void {
  const { event } = object;
  if (event === 'params' && typeof object.params === 'object' && object.params !== null)
    run.config.update(object.params);
  else if (event !== undefined && event !== 'metric')
    refuse(`has the event ${JSON.stringify(event)}; only metrics and params are read from JSON`);
  else {
    delete object.event;
    const { step, metrics } = takeStep(object, { isStrict: false });
    run.log(metrics, { step, commit: true });
  }
}

async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    // A line without an end is no object; the bound is told there.
    if (rest.length > maxObjectLength) {
      yield rest;
      rest = '';
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
