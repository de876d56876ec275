import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomNumbers } from '../../src/series/random-numbers.ts';

/** Writes one run's log of about `lines` lines as a training job would: a falling loss, a rising accuracy, some NaN. */
export function writeLog(path: string, { lines, seed }: { lines: number; seed: number }): void {
  const random = randomNumbers(seed);
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'w');
  let pending = [
    '{"event":"start","time":1772612000,"params":{"lr":0.1,"optimizer":{"name":"sgd","momentum":0.9}},"seed":1}',
  ];
  for (let step = 0; step < lines; step += 1) {
    const loss = 2.3 * Math.exp(-step / (lines / 4)) + 0.02 * random();
    const record = {
      step,
      time: 1772612000 + step * 0.05,
      'train/loss': loss,
      'train/acc': 1 - loss / 2.4,
      lr: 0.1 * 0.5 ** Math.floor((8 * step) / lines),
      grad_norm: 0.5 + random(),
    };
    const text = JSON.stringify(record);
    pending.push(step % 50_021 === 50_020 ? text.replace(/"grad_norm":[^}]+/, '"grad_norm":NaN') : text);
    if (pending.length >= 5000) {
      writeSync(descriptor, `${pending.join('\n')}\n`);
      pending = [];
    }
  }
  pending.push('{"event":"end","status":"finished","time":1773612000}');
  writeSync(descriptor, `${pending.join('\n')}\n`);
  closeSync(descriptor);
}
