import { expect, test } from 'vitest';
import { chartNotes } from '../../../src/site/views/chart-notes.ts';

test('chartNotes gives the notes of a metric and of the runs that are drawn', () => {
  const settings = {
    annotations: [
      { text: 'everywhere', step: 3 },
      { text: 'target', metric: 'acc', value: 0.9 },
      { text: 'spike', metric: 'loss', run: 'a', step: 7 },
    ],
  };
  const run = (name: string) => ({ id: `x/${name}`, run: name, name: `Run ${name}` });
  expect(chartNotes({ settings }, 'acc', [run('a')])).toEqual([
    { text: 'everywhere', step: 3 },
    { text: 'target', value: 0.9 },
  ]);
  expect(chartNotes({ settings }, 'loss', [run('a'), run('b')])).toEqual([
    { text: 'everywhere', step: 3 },
    { text: 'Run a: spike', step: 7 },
  ]);
  expect(chartNotes({ settings }, 'loss', [run('b')])).toEqual([{ text: 'everywhere', step: 3 }]);
  expect(chartNotes({ settings: {} }, 'loss', [run('b')])).toEqual([]);
});
