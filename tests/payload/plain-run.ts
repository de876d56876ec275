import type { PayloadRunInput } from '../../src/payload/experiment-runs.ts';

/** A run of a sweep as training jobs write it: ten params, and `metricCount` metrics of 200 steps with all their digits. */
export function plainRun(i: number, random: () => number, { metricCount = 5 } = {}): PayloadRunInput {
  const startedAtMs = 1_770_000_000_000 + i * 400_000 + Math.floor(random() * 100_000);
  const durationMs = 300_000 + Math.floor(random() * 60_000);
  const hex = () =>
    Math.floor(random() * 2 ** 40)
      .toString(16)
      .padStart(10, '0');
  const run = `run-${String(i).padStart(5, '0')}`;
  const pick = <T>(...options: T[]) => options[Math.floor(random() * options.length)] as T;
  return {
    id: `vision/cifar10/${run}`,
    name: run,
    state: i % 17 === 16 ? 'failed' : 'finished',
    startedAtMs,
    endedAtMs: startedAtMs + durationMs,
    lastRecordMs: startedAtMs + durationMs,
    durationMs,
    diverged: i % 40 === 39 ? { metric: 'train/loss', step: 120 } : undefined,
    archived: i % 100 === 99,
    tags: i % 3 === 0 ? ['sweep', 'baseline'] : ['sweep'],
    seed: String(i % 5),
    group: `sweep-${Math.floor(i / 500)}`,
    job: String(480_000 + i),
    host: pick('node-01', 'node-02', 'node-03'),
    user: 'ada',
    commit: pick('61a9a9b0c4d1e2f30415263748596a7b8c9d0e1f', '0f1e2d3c4b5a69788796a5b4c3d2e1f001122334'),
    branch: 'main',
    parent: undefined,
    duplicateOf: undefined,
    resumes: i % 20 === 0 ? 1 : 0,
    edits: 0,
    artifacts: 2,
    records: 420,
    seriesUrl: `data/r/vision/cifar10/${run}.${hex()}.json`,
    params: new Map<string, string | number>([
      ['lr', 10 ** (-4 + 3 * random())],
      ['weight_decay', pick(0, 1e-4, 5e-4)],
      ['optimizer', pick('sgd', 'adam', 'adamw')],
      ['width', pick(32, 64, 128)],
      ['depth', pick(18, 34, 50)],
      ['batch_size', pick(64, 128, 256)],
      ['epochs', 200],
      ['dataset', 'cifar10'],
      ['augment', pick('none', 'flip', 'randaugment')],
      ['seed', i % 5],
    ]),
    metrics: new Map(Array.from({ length: metricCount }, (_, m) => [metricName(m), summary(random)])),
  };
}

function metricName(m: number): string {
  return ['val/acc', 'val/loss', 'train/loss', 'train/acc', 'lr/now'][m] ?? `extra/${m}`;
}

function summary(random: () => number) {
  const last = random();
  const min = last * random() * 0.5;
  const max = random() < 0.5 ? last : last * (1 + random());
  const first = random();
  return {
    last,
    lastStep: 199,
    lastFinite: last,
    min,
    minStep: Math.floor(random() * 200),
    max,
    maxStep: max === last ? 199 : Math.floor(random() * 200),
    mean: (min + max) / 2,
    count: 200,
    nonFinite: 0,
    firstNonFiniteStep: undefined,
    stepsBack: 0,
    stepsRepeated: 0,
    first,
    firstStep: 0,
  };
}
