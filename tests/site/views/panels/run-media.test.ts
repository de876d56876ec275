import { describe, expect, it } from 'vitest';
import {
  loggedHistograms,
  loggedTables,
  showArtifacts,
  stepsJson,
} from '../../../../src/site/views/panels/run-media.ts';
import type { Artifact } from '../../../../src/store/run.ts';
import { lines, openLogs } from '../../../store/log-folder.ts';

async function runOf(...records: object[]) {
  const run = (await openLogs({ 'e/runs/a.jsonl': lines(...records) })).runs.get('e/a');
  if (run === undefined) throw new Error('no run');
  return run;
}

const confusion = (step: number, right: number) => ({
  event: 'table',
  kind: 'confusion',
  name: 'val',
  step,
  columns: ['a', 'b'],
  rows: [
    [right, 10 - right],
    [0, 10],
  ],
});

describe('loggedTables', () => {
  it('makes a panel with steps of what has a chart, and leaves the rest as tables', async () => {
    const run = await runOf(
      confusion(20, 9),
      confusion(10, 5),
      {
        event: 'table',
        kind: 'pr',
        name: 'pr',
        columns: ['recall', 'precision'],
        rows: [
          [0, 1],
          [1, 0.5],
        ],
      },
      { event: 'table', kind: 'confusion', name: 'odd', columns: ['a', 'b', 'c'], rows: [[1, 2, 3]] },
      { event: 'table', name: 'plain', columns: ['x'], rows: [[1]] },
    );
    const { panels, plain } = loggedTables(run);
    expect(
      panels.map(({ name, figureName, steps }) => [name, figureName, steps.map(({ step, figure }) => [step, figure])]),
    ).toEqual([
      [
        'val',
        'Share right',
        [
          [10, 0.75],
          [20, 0.95],
        ],
      ],
      ['pr', 'Average precision', [[undefined, 0.5]]],
    ]);
    expect(plain.map(({ name }) => name)).toEqual(['odd', 'plain']);
    const steps = JSON.parse(stepsJson(panels[0] as (typeof panels)[0]));
    expect(steps[1].spec.matrix.counts).toEqual([
      [9, 1],
      [0, 10],
    ]);
    expect(steps[1].caption).toContain('19 of 20 right');
  });

  it('keeps at most 24 steps, the first and the last among them, and says how many there were', async () => {
    const run = await runOf(...Array.from({ length: 100 }, (_, step) => confusion(step, 5)));
    const [panel] = loggedTables(run).panels;
    expect(panel?.steps).toHaveLength(24);
    expect([panel?.steps[0]?.step, panel?.steps.at(-1)?.step, panel?.logged]).toEqual([0, 99, 100]);
  });

  it('writes names so that they cannot end the script element that holds them', async () => {
    const run = await runOf(
      { ...confusion(1, 5), name: '</script><script>alert(1)' },
      { ...confusion(2, 5), name: '</script><script>alert(1)' },
    );
    const [panel] = loggedTables(run).panels;
    expect(panel && stepsJson(panel)).not.toContain('<');
  });
});

describe('loggedHistograms', () => {
  it('gives bars at each step, and the way over steps from three on', async () => {
    const at = (step: number) => ({ event: 'histogram', name: 'w', step, edges: [0, 1, 2], counts: [step, 1] });
    const two = await runOf(at(1), at(2));
    const three = await runOf(at(1), at(2), at(3));
    expect(loggedHistograms([two.histograms])[0]?.overSteps).toBeUndefined();
    const [found] = loggedHistograms([three.histograms]);
    expect(found?.overSteps?.spec).toMatchObject({
      type: 'step-histogram',
      steps: [{ step: 1 }, { step: 2 }, { step: 3 }],
    });
    expect(found?.bars.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});

describe('showArtifacts', () => {
  it('shows files of the run by their kind, and links everything else', () => {
    const artifact = (change: Partial<Artifact>): Artifact => ({
      name: 'n',
      kind: 'file',
      file: undefined,
      url: undefined,
      step: undefined,
      caption: undefined,
      sizeBytes: undefined,
      sha256: undefined,
      missing: false,
      ...change,
    });
    const found = showArtifacts([
      artifact({ name: 'p', file: 'a/p-2.png', step: 2 }),
      artifact({ name: 'p', file: 'a/p-1.PNG', step: 1 }),
      artifact({ name: 'tone', file: 'a/t.wav' }),
      artifact({ name: 'film', file: 'a/f.webm' }),
      artifact({ name: 'rows', file: 'a/r.csv' }),
      artifact({ name: 'gone', file: 'a/g.png', missing: true }),
      artifact({ name: 'away', url: 'https://example.org/x.png' }),
      artifact({ name: 'drawing', file: 'a/d.svg' }),
    ]);
    expect(found.images.map(({ name, steps }) => [name, steps.map(({ step }) => step)])).toEqual([['p', [1, 2]]]);
    expect([found.sounds, found.films, found.sheets].map((list) => list.map(({ name }) => name))).toEqual([
      ['tone'],
      ['film'],
      ['rows'],
    ]);
    expect(found.others.map(({ name }) => name)).toEqual(['gone', 'away', 'drawing']);
  });
});
