import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNumberText } from '../../src/logger/read-number-text.ts';
import { openStore } from '../../src/store/open-store.ts';
import { writeLogs } from '../store/log-folder.ts';
import { readRecords } from './read-records.ts';
import { record } from './recorder.ts';

async function log(
  cwd: string,
  args: readonly string[],
  { stdin, env }: { stdin?: string; env?: Record<string, string> } = {},
) {
  return await record(['log', ...args], {
    cwd,
    ...(stdin === undefined ? {} : { stdin }),
    ...(env === undefined ? {} : { env }),
  });
}

describe('runfolio log', () => {
  it('begins a run, goes on with it, and ends it', async () => {
    const cwd = writeLogs({});
    const first = await log(cwd, [
      'digits/mlp/lr-0.1',
      'step=10',
      'loss=0.31',
      'acc=91',
      '--param',
      'lr=0.1',
      '--param',
      'opt=adam',
      '--tag',
      'try',
    ]);
    expect(first).toEqual({ code: 0, stdout: '', stderr: 'runfolio: began digits/mlp/lr-0.1\n' });
    expect(await log(cwd, ['digits/mlp/lr-0.1', 'loss=nan', 'val/acc=1e-5'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    await log(cwd, [
      'digits/mlp/lr-0.1',
      'epoch=30',
      'loss=-inf',
      '--message',
      'slow',
      '--level',
      'warning',
      '--param',
      'layers=[64, 32]',
    ]);
    await log(cwd, ['digits/mlp/lr-0.1', '--finish']);
    expect(readRecords(cwd, 'digits/mlp/lr-0.1')).toEqual([
      { event: 'start', name: 'lr-0.1', params: { lr: 0.1, opt: 'adam' }, tags: ['try'] },
      { step: 10, loss: 0.31, acc: 91 },
      { step: 11, loss: Number.NaN, 'val/acc': 1e-5 },
      { event: 'params', params: { layers: [64, 32] } },
      { step: 30, loss: Number.NEGATIVE_INFINITY },
      { event: 'log', level: 'warning', message: 'slow' },
      { event: 'end', status: 'finished' },
    ]);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });

  it('tells no elapsed time of a run that another call began', async () => {
    const cwd = writeLogs({});
    await log(cwd, ['e/a', 'loss=1']);
    await log(cwd, ['e/a', '--finish']);
    await log(cwd, ['e/b', 'loss=1', '--finish']);
    const elapsed = ['a', 'b'].map((id) =>
      readFileSync(join(cwd, `experiments/e/runs/${id}.jsonl`), 'utf8').includes('"elapsed":'),
    );
    expect(elapsed).toEqual([false, true]);
    const { durationMs } = (await openStore(cwd)).runs.get('e/a') ?? {};
    expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  it('says something about a run that has ended and leaves it ended; new values begin it again', async () => {
    const cwd = writeLogs({});
    await log(cwd, ['e/a', 'loss=1', '--finish', 'failed']);
    await log(cwd, ['e/a', '--note', 'the data was wrong', '--tag', 'bad']);
    const runOf = async () => (await openStore(cwd)).runs.get('e/a');
    expect((await runOf())?.state).toBe('failed');
    await log(cwd, ['e/a', 'loss=2']);
    expect(readRecords(cwd, 'e/a').map(({ event, resumed }) => [event, resumed])).toEqual([
      ['start', undefined],
      [undefined, undefined],
      ['end', undefined],
      ['tag', undefined],
      ['note', undefined],
      ['start', true],
      [undefined, undefined],
    ]);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });

  it('keeps what params are in JSON, and digits of large numbers', async () => {
    const cwd = writeLogs({});
    await log(cwd, [
      'e/a',
      ...[
        'n=12345678901234567890',
        'on=true',
        'none=null',
        'x={"a":1}',
        'path=/a=b',
        'v=1.10',
        'empty=',
        'bad=inf',
      ].flatMap((text) => ['--param', text]),
    ]);
    expect(readRecords(cwd, 'e/a')[0]?.params).toEqual({
      n: 12345678901234567890n,
      on: true,
      none: null,
      x: { a: 1 },
      path: '/a=b',
      v: 1.1,
      empty: '',
      bad: Number.POSITIVE_INFINITY,
    });
  });

  it('reads JSON objects from stdin, one a line or over several, and tells those that are none', async () => {
    const cwd = writeLogs({});
    const stdin =
      '{"loss": 0.5, "step": 7, "val": {"acc": NaN}}\n\nnot json\n{\n  "loss": 1,\n  "global_step": 8\n}\n{"event": "params", "params": {"wd": 0.1}}\n{"event": "end"}\n{"loss": 2, "note": "text"}\n{"a":';
    const { code, stdout, stderr } = await log(cwd, ['e/a', '--json', '--quiet'], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "runfolio: line 3 of stdin is no JSON object. It is left out.
      runfolio: line 9 of stdin has the event "end"; only metrics and params are read from JSON. It is left out.
      runfolio: line 11 of stdin begins an object that does not end, or is not JSON. It is left out.
      "
    `);
    expect(readRecords(cwd, 'e/a').slice(1)).toEqual([
      { step: 7, loss: 0.5, 'val/acc': Number.NaN },
      { step: 8, loss: 1 },
      { event: 'params', params: { wd: 0.1 } },
      { step: 9, loss: 2, note: 'text' },
    ]);
  });

  it('says what is wrong with its arguments, and writes nothing', async () => {
    const cwd = writeLogs({});
    const wrong = [
      ['e/a'],
      ['a', 'loss=1'],
      ['e/a', 'loss=high'],
      ['e/a', 'loss=0x10'],
      ['e/a', 'loss'],
      ['e/a', '=1'],
      ['e/a', 'step=1'],
      ['e/a', 'step=nan', 'loss=1'],
      ['e/a b', 'loss=1'],
      ['../a', 'loss=1'],
      ['e/runs/a', 'loss=1'],
      ['_e/a', 'loss=1'],
      ['e/_a', 'loss=1'],
      ['e/--help', 'loss=1'],
      ['e/a-', 'loss=1'],
      ['e/a', 'loss=1', 'loss=2'],
      ['e/a', '--param', 'lr=1', '--param', 'lr=2'],
      ['e/a', '--note', ' '],
      ['e/a', '--message', ''],
      ['e/a', 'loss=1', '--tag', ''],
      ['e/a', 'loss=1', '--root', '/nowhere'],
      ['e/a', '--param', 'lr'],
      ['e/a', 'loss=1', '--finish', 'done'],
      ['e/a', '--message', 'x', '--level', 'loud'],
    ];
    const told: string[] = [];
    for (const args of wrong) {
      const { code, stdout, stderr } = await log(cwd, args);
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
      told.push(`${args.join(' ')}: ${stderr.trim()}`);
    }
    expect(told).toMatchInlineSnapshot(`
      [
        "e/a: runfolio: There is nothing to log. Give metrics such as loss=0.31, or --param, --tag, --message, --note, --finish.",
        "a loss=1: runfolio: "a" names no run: a run is EXPERIMENT/RUN, as in digits/lr-0.1. Experiments may nest.",
        "e/a loss=high: runfolio: The value of the metric "loss" should be a number, found "high". Text belongs in --param loss=… or --note.",
        "e/a loss=0x10: runfolio: The value of the metric "loss" should be a number, found "0x10". Text belongs in --param loss=… or --note.",
        "e/a loss: runfolio: "loss" is no metric: write NAME=VALUE, as in loss=0.31.",
        "e/a =1: runfolio: "=1" is no metric: write NAME=VALUE, as in loss=0.31.",
        "e/a step=1: runfolio: There is a step, but no metric. Give one as well, such as loss=0.31.",
        "e/a step=nan loss=1: runfolio: "step" should be a finite number, found "NaN".",
        "e/a b loss=1: runfolio: "a b" in "e/a b" cannot be a name: it holds a character other than ASCII letters, digits and . _ - = + ,. Try "a-b".",
        "../a loss=1: runfolio: ".." cannot be a name: it is a way through folders, not a name. Try "run".",
        "e/runs/a loss=1: runfolio: "e/runs" cannot be an experiment: "runs" is the folder that runs lie in.",
        "_e/a loss=1: runfolio: "_e" cannot be a name: it starts or ends with a character that loggers leave off. Try "e".",
        "e/_a loss=1: runfolio: "_a" in "e/_a" cannot be a name: it starts or ends with a character that loggers leave off. Try "a".",
        "e/--help loss=1: runfolio: "--help" in "e/--help" cannot be a name: it starts or ends with a character that loggers leave off. Try "help".",
        "e/a- loss=1: runfolio: "a-" in "e/a-" cannot be a name: it starts or ends with a character that loggers leave off. Try "a".",
        "e/a loss=1 loss=2: runfolio: There are two values for the metric "loss": "1" and "2". Give one.",
        "e/a --param lr=1 --param lr=2: runfolio: There are two values for the param "lr": "1" and "2". Give one.",
        "e/a --note  : runfolio: --note should say something.",
        "e/a --message : runfolio: --message should say something.",
        "e/a loss=1 --tag : runfolio: --tag should say something.",
        "e/a loss=1 --root /nowhere: runfolio: There is no folder /nowhere.",
        "e/a --param lr: runfolio: "lr" is no param: write NAME=VALUE, as in lr=0.1.",
        "e/a loss=1 --finish done: error: option '--finish [status]' argument 'done' is invalid. Allowed choices are finished, failed, killed.",
        "e/a --message x --level loud: error: option '--level <level>' argument 'loud' is invalid. Allowed choices are debug, info, warning, error.",
      ]
    `);
    expect(readdirSync(join(cwd, 'experiments'))).toEqual([]);
  });

  it('shows what was typed without acting on it', async () => {
    const { code, stderr } = await log(writeLogs({}), ['e/\u001b[31mred\n', 'loss=1']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: String.raw`runfolio: "\u001b[31mred\u000a" in "e/\u001b[31mred\u000a" cannot be a name: it holds a character other than ASCII letters, digits and . _ - = + ,. Try "31mred".
`,
    });
  });

  it('says which variable of the environment is wrong', async () => {
    const cwd = writeLogs({});
    const { code, stderr } = await log(cwd, ['e/a', 'loss=1'], { env: { RUNFOLIO_MODE: 'ofline' } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'runfolio: The value of mode is one of "online", "disabled", "offline", "dryrun", "shared", "run", not "ofline". It comes from RUNFOLIO_MODE.\n',
    });
    expect(readdirSync(join(cwd, 'experiments'))).toEqual([]);
  });

  it('makes the folder of experiments where there is none, and takes --root', async () => {
    const cwd = writeLogs({});
    rmSync(join(cwd, 'experiments'), { recursive: true });
    await log(cwd, ['e/a', 'loss=1']);
    expect(readdirSync(join(cwd, 'experiments/e/runs'))).toEqual(['a.jsonl']);
    const other = writeLogs({});
    await log(cwd, ['e/b', 'loss=1', '--root', other]);
    expect(readdirSync(join(other, 'experiments/e/runs'))).toEqual(['b.jsonl']);
  });

  it('writes nothing from another rank than 0, and says so', async () => {
    const cwd = writeLogs({});
    const { code, stderr } = await log(cwd, ['e/a', 'loss=1'], { env: { RANK: '3' } });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'runfolio: nothing is written: this is not rank 0 of its job, or RUNFOLIO_MODE says so.\n',
    });
    expect(readdirSync(join(cwd, 'experiments'))).toEqual([]);
  });

  it('keeps a metric named __proto__ or constructor as it is', async () => {
    const cwd = writeLogs({});
    await log(cwd, ['e/a', '__proto__=1', 'constructor=2']);
    expect(Object.entries(readRecords(cwd, 'e/a')[1] ?? {})).toEqual(expect.arrayContaining([['constructor', 2]]));
    expect((await openStore(cwd)).runs.get('e/a')?.metrics.has('__proto__')).toBe(true);
  });
});

it('readNumberText reads numbers as programs print them, and nothing else', () => {
  const read = [
    '1',
    '-0.5',
    '.5',
    '5.',
    '1e-4',
    '1E+3',
    '1,024',
    '12,34',
    'NaN',
    '-inf',
    '+Infinity',
    '0x10',
    '',
    '1_000',
    '٣',
  ].map(readNumberText);
  expect(read).toEqual([
    1,
    -0.5,
    0.5,
    5,
    1e-4,
    1e3,
    1024,
    undefined,
    Number.NaN,
    -Infinity,
    Infinity,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
