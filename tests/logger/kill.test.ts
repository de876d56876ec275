import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { makeScriptFolder } from './child-script.ts';

const kills = 50;

// Least squares by gradient descent; a step is acknowledged on stdout when `log` has returned.
const training = `
import { writeSync } from 'node:fs';
const run = logger.init({ ...options, capture: false, id: process.env.RUN });
const rows = Array.from({ length: 8 }, (_, i) => Array.from({ length: 20 }, (_, j) => Math.sin(i * 20 + j)));
const weights = new Array(20).fill(0.5);
for (let step = 0; ; step += 1) {
  let loss = 0;
  for (const row of rows) {
    const error = row.reduce((sum, value, i) => sum + value * weights[i], 0) - row[0];
    loss += error * error / rows.length;
    row.forEach((value, i) => { weights[i] -= 0.01 * error * value; });
  }
  const values = { loss, norm: Math.hypot(...weights) };
  if (step % 50 === 7) values.text = 'x'.repeat(5000);
  run.log(values, { step });
  writeSync(1, step + '\\n');
}
`;

test('row 1: SIGKILL at 50 random instants loses no acknowledged record, and tears the last line at most', async () => {
  const folder = makeScriptFolder();
  let acknowledged = 0;
  const killOne = async (number: number): Promise<void> => {
    const script = folder.start(training, { RUN: `run-${number}` });
    const wanted = (number * 7919) % 400; // A step somewhere in the first 400, another for each run.
    await script.printed(`\n${wanted}\n`);
    script.process.kill('SIGKILL');
    const { stdout, signal } = await script.ended;
    expect(signal).toBe('SIGKILL');
    const last = Number(stdout.slice(0, stdout.lastIndexOf('\n')).split('\n').at(-1));
    const lines = readFileSync(join(folder.top, `experiments/e/runs/run-${number}.jsonl`), 'utf8').split('\n');
    lines.pop(); // What stands behind the last newline: nothing, or a torn record.
    const steps = lines.slice(1).map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps).toEqual(steps.map((_, i) => i));
    expect(steps.length).toBeGreaterThan(last);
    acknowledged += last + 1;
  };
  for (let number = 1; number <= kills; number += 2) await Promise.all([killOne(number), killOne(number + 1)]);
  expect(acknowledged).toBeGreaterThan(kills);
  const { runs, diagnostics } = await openStore(folder.top);
  expect(runs.size).toBe(kills);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
}, 120_000);
