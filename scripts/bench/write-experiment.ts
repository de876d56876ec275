import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomNumbers } from '../../src/series/random-numbers.ts';

/**
 * Writes one experiment of many runs below `root`, the same bytes for the same seed: four params and a seed, `metrics` curves
 * of `steps` points that fall or rise, a run in fifty that diverges and one in thirty that failed.
 */
export function writeExperiment(
  root: string,
  { id, runs, metrics, steps, seed }: { id: string; runs: number; metrics: number; steps: number; seed: number },
): void {
  const random = randomNumbers(seed);
  const folder = join(root, 'experiments', id);
  mkdirSync(join(folder, 'runs'), { recursive: true });
  writeFileSync(
    join(folder, 'experiment.yaml'),
    'title: Many runs\nmetrics: {val/loss: {goal: min, primary: true, summary: best}}\ngroup_by: [lr, depth]\n',
  );
  const names = Array.from(
    { length: metrics - 1 },
    (_, index) => `${index % 2 === 0 ? 'train' : 'eval'}/metric${index}`,
  );
  for (let run = 0; run < runs; run += 1) {
    const lr = [0.3, 0.1, 0.03, 0.01, 0.003][Math.floor(random() * 5)] as number;
    const params = {
      lr,
      depth: 2 + Math.floor(random() * 6),
      dropout: Number((random() / 2).toFixed(2)),
      optimizer: { name: ['sgd', 'adam', 'lamb'][Math.floor(random() * 3)] },
    };
    const startedS = 1_772_612_000 + run * 600;
    const lines = [
      JSON.stringify({ event: 'start', time: startedS, params, seed: run % 5, tags: run % 7 === 0 ? ['keep'] : [] }),
    ];
    const diverges = random() < 0.02;
    const fails = random() < 0.03;
    const floor = 0.1 + random() * 0.4;
    for (let step = 0; step < steps; step += 1) {
      const share = step / steps;
      const loss = floor + 2 * Math.exp(-share * (3 + 20 * lr)) + 0.05 * random();
      const values = names.map(
        (name, index) => `"${name}":${(index % 2 === 0 ? loss + index / 10 : 1 - loss / 3).toPrecision(6)}`,
      );
      const own = diverges && share > 0.7 ? 'NaN' : loss.toPrecision(6);
      lines.push(`{"step":${step},"time":${startedS + step * 2},"val/loss":${own},${values.join(',')}}`);
    }
    lines.push(JSON.stringify({ event: 'end', time: startedS + steps * 2, status: fails ? 'failed' : 'finished' }));
    writeFileSync(join(folder, 'runs', `run-${String(run).padStart(5, '0')}.jsonl`), `${lines.join('\n')}\n`);
  }
}
