import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elapsedKeys, stepKeys, timeKeys } from '../../src/store/read-value.ts';
import type { Run } from '../../src/store/run.ts';
import { openLogs, openRun, pickRun, sharedData } from './log-folder.ts';

/** Figures of one metric, computed with plain Python from the same file. */
interface Truth {
  n: number;
  nonfinite: number;
  first: number | string;
  last: number | string;
  min: number;
  max: number;
  first_step?: number;
  last_step?: number;
  steps_going_back?: number;
  steps_repeated?: number;
}

interface TruthFile {
  format: string;
  lines: number;
  unparsable_lines: unknown[];
  metrics: Record<string, Truth>;
}

const folder = sharedData('real');
const cases = folder === undefined ? [] : listCases(folder);

function listCases(root: string): { file: string; truth: TruthFile }[] {
  return readdirSync(root).flatMap((name) => {
    let text: string;
    try {
      text = readFileSync(join(root, name, 'TRUTH.json'), 'utf8');
    } catch {
      return [];
    }
    const truths = JSON.parse(text) as Record<string, TruthFile>;
    return Object.entries(truths)
      .filter(([, { format }]) => format === 'jsonl')
      .map(([path, truth]) => ({ file: join(name, path), truth }));
  });
}

/** The figures of our summary under the names of the truth. */
function figures(run: Run, name: string, truth: Truth): object | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const word = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  return {
    n: summary.count,
    nonfinite: summary.nonFinite,
    first: word(summary.first),
    last: word(summary.last),
    min: summary.min,
    max: summary.max,
    ...(truth.first_step === undefined
      ? {}
      : {
          first_step: summary.firstStep,
          last_step: summary.lastStep,
          steps_going_back: summary.stepsBack,
          steps_repeated: summary.stepsRepeated,
        }),
  };
}

function expected(truth: Truth): object {
  const { n, nonfinite, first, last, min, max, first_step, last_step, steps_going_back, steps_repeated } = truth;
  const steps = first_step === undefined ? {} : { first_step, last_step, steps_going_back, steps_repeated };
  return { n, nonfinite, first, last, min, max, ...steps };
}

describe('real JSON-lines logs give the figures of TRUTH.json', () => {
  test('the data sets are there', (ctx) => {
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    expect(cases.length).toBeGreaterThanOrEqual(14);
  });

  test.each(cases.map((item) => [item.file, item] as const))('%s', async (_name, { file, truth }) => {
    const { run, diagnostics } = await openRun(readFileSync(join(folder ?? '', file)));
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(truth.unparsable_lines).toEqual([]);
    expect(run.recordCount).toBe(truth.lines);
    const notMetrics = new Set<string>([...timeKeys, ...elapsedKeys]);
    const isStep = (name: string): boolean => (stepKeys as readonly string[]).includes(name) && !run.metrics.has(name);
    let compared = 0;
    for (const [name, figure] of Object.entries(truth.metrics)) {
      if (name.startsWith('config/')) {
        const key = name.slice('config/'.length).replaceAll('/', '.');
        const value = run.params.get(key);
        expect(typeof value === 'boolean' ? Number(value) : value, name).toBe(figure.last);
        compared += 1;
        continue;
      }
      if (isStep(name) || (notMetrics.has(name) && !run.metrics.has(name))) continue;
      expect(figures(run, name, figure), name).toEqual(expected(figure));
      compared += 1;
    }
    // Only the step and the clock may be left out.
    expect(compared).toBeGreaterThanOrEqual(Object.keys(truth.metrics).length - 2);
    // And no metric is made up: what the truth does not have are booleans, which Python's figures leave out.
    const text = readFileSync(join(folder ?? '', file), 'utf8');
    for (const name of run.metrics.keys()) {
      const isBoolean = new RegExp(`"${name.split('/').at(-1)}":\\s*(?:true|false)`).test(text);
      if (!isBoolean) expect(Object.keys(truth.metrics)).toContain(name);
    }
  });

  test.each(cases.map((item) => [item.file, item] as const))(
    '%s: its series has every value',
    async (_name, { file }) => {
      const { run, series } = await openRun(readFileSync(join(folder ?? '', file)));
      const { metrics } = await series();
      expect([...metrics.keys()]).toEqual([...run.metrics.keys()]);
      for (const [name, points] of metrics) {
        const superseded = points.superseded.reduce((sum, { steps }) => sum + steps.length, 0);
        expect(points.total, name).toBe(run.metrics.get(name)?.count);
        expect(points.steps.length + superseded, name).toBe(points.total);
      }
    },
  );
});

describe('what is known of the real logs', () => {
  const read = (path: string): Buffer => readFileSync(join(folder ?? '', path));

  test('RLlib: config is params, its booleans and lists kept, and no metric', async (ctx) => {
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    const path = 'rllib-pong-impala/pong-impala-lowlatency-128/IMPALA_PongNoFrameskip-v4_0_2018-11-10_00-17-220NYeDg';
    const { run } = await openRun(read(`${path}/result.json`));
    const params = JSON.parse(read(`${path}/params.json`).toString()) as Record<string, unknown>;
    for (const [key, value] of Object.entries(params)) {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) continue;
      expect(run.params.get(key), key).toEqual(value);
    }
    expect([...run.metrics.keys()].filter((name) => name.startsWith('config'))).toEqual([]);
    expect(run.paramChanges).toEqual([]);
    expect(run.stepKey).toBe('training_iteration');
  });

  test('a job started three times into one log: every line counts, the earlier ones are superseded', async (ctx) => {
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    const { run, series } = await openRun(read('jsonl-custom-pair/mae-ecg-restarted/output_dir/log.txt'));
    expect(run.metrics.get('train_loss')?.count).toBe(6);
    const points = (await series()).metrics.get('train_loss');
    expect(points?.steps).toEqual([0, 1]);
    expect(points?.superseded.map(({ steps }) => steps)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test('the config record of opd gives params as well as numbers', async (ctx) => {
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    const { run } = await openRun(read('jsonl-custom-pair/opd/train_log.jsonl'));
    expect(run.params.get('batch_size')).toBe(128);
    expect(run.params.get('lr')).toBe(1e-6);
    expect(run.seed).toBe('42');
  });
});

describe('real YAML params', () => {
  const files = [
    'dvclive-densegpt/params.yaml',
    'lightning-multilogger-vit/logs/train/multiruns/2024-10-21_01-22-30/0/logs/csv_logs/version_0/hparams.yaml',
    'lightning-multilogger-vit/logs/train/multiruns/2024-10-21_00-01-42/3/logs/tensorboard_logs/version_0/hparams.yaml',
  ];

  test.for(files)('%s reads as the params of runs/x.yaml, key for key', async (file, ctx) => {
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    const text = readFileSync(join(folder, file), 'utf8');
    const indented = text
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`))
      .join('\n');
    const store = await openLogs({ 'e/runs/x.yaml': `params:\n${indented}\n` });
    const { run, diagnostics } = pickRun(store, 'e/x');
    expect(diagnostics).toEqual([]);
    const leaves = text
      .split('\n')
      .flatMap((line) => /^\s*([\w.]+):\s+([^\s#[{&*!|>'"].*?)\s*$/.exec(line)?.slice(1, 3) ?? []);
    expect(leaves.length).toBeGreaterThan(0);
    for (let index = 0; index < leaves.length; index += 2) {
      const [key, source] = [leaves[index] as string, leaves[index + 1] as string];
      const found = [...run.params].find(([name]) => name === key || name.endsWith(`.${key}`));
      expect(found, key).toBeDefined();
      const value = found?.[1];
      if (typeof value === 'number') expect(value, key).toBe(Number(source));
      else if (value !== null) expect(String(value), key).toBe(source);
    }
  });
});
