import { expect, test } from 'vitest';
import { experimentRunsPayload } from '../../src/site/experiment-runs-payload.ts';
import { makeRun, makeStore } from './sample-store.ts';

test('experimentRunsPayload names the file of every metric, declared or not, and of every run', () => {
  const runs = [makeRun('x/a', { metrics: { 'val/acc': [0.1, 0.9], odd: [1, 2] } }), makeRun('x/b', { metrics: {} })];
  const store = makeStore(runs, { x: { metricSettings: new Map([['val/acc', { goal: 'max', label: 'Accuracy' }]]) } });
  const experiment = store.experiments.get('x');
  if (experiment === undefined) throw new Error('the sample store lost its experiment');
  const payload = experimentRunsPayload(store, experiment, {
    runUrl: (id) => (id === 'x/a' ? 'data/r/x/a.json' : undefined),
    metricUrl: (metric) => `data/e/x/${metric}.json`,
  });
  expect(payload.metrics).toEqual([
    { name: 'val/acc', label: 'Accuracy', goal: 'max', primary: true, seriesUrl: 'data/e/x/val/acc.json' },
    { name: 'odd', seriesUrl: 'data/e/x/odd.json' },
  ]);
  expect(payload.runs.map(({ seriesUrl }) => seriesUrl)).toEqual(['data/r/x/a.json', undefined]);
});
