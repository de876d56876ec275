import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { runFactsOf, runPartsOf } from '../../src/site/run-details.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Run } from '../../src/store/run.ts';
import type { Store } from '../../src/store/store.ts';

let corners: Store;
let samples: Store;

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

beforeAll(async () => {
  [corners, samples] = await Promise.all([openStore(root('tests/browser/corners')), openStore(root('.'))]);
});

function runOf(store: Store, id: string): Run {
  const run = store.runs.get(id);
  if (run === undefined) throw new Error(`There is no run ${id}.`);
  return run;
}

describe('runFactsOf', () => {
  test('tells machine, software, command and where the patch is published, without what the list of runs tells', () => {
    const facts = runFactsOf(corners, runOf(corners, 'records/sweep'), 'data/d/x.json');
    expect(facts).toMatchObject({
      runId: 'records/sweep',
      patchUrl: 'raw/experiments/records/runs/sweep/uncommitted.patch',
      partsUrl: 'data/d/x.json',
    });
    expect(facts.command).toBeTruthy();
    const names = facts.environment.map(([name]) => name);
    expect(names).not.toContain('Host');
    expect(names).not.toContain('Commit');
    expect(facts.packages).toEqual([...facts.packages].sort(([a], [b]) => (a < b ? -1 : 1)));
  });
});

describe('runPartsOf', () => {
  test('gives images, matrices at their steps and tables of a run', () => {
    const parts = runPartsOf(runOf(samples, 'digits/augmentation/shift-seed1'));
    expect(
      parts?.artifacts.filter(({ isImage }) => isImage).map(({ url }) => url?.startsWith('raw/experiments/')),
    ).toContain(true);
    const confusion = parts?.panels.find(({ name }) => name === 'val/confusion');
    const steps = confusion?.steps.map(({ step }) => step ?? Number.NaN) ?? [];
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(confusion?.steps.at(-1)?.spec).toMatchObject({ type: 'confusion' });
  });

  test('keeps the patch out of the artifacts: it stands with the code', () => {
    const parts = runPartsOf(runOf(corners, 'records/sweep'));
    expect(parts?.artifacts.some(({ url }) => url?.includes('uncommitted'))).toBe(false);
  });

  test('gives nothing for a run that has metrics alone', () => {
    const plain = [...samples.runs.values()].find(
      (run) =>
        run.logLineCount === 0 && run.artifacts.length === 0 && run.tables.length === 0 && run.histograms.length === 0,
    );
    expect(plain).toBeDefined();
    expect(plain && runPartsOf(plain)).toBeUndefined();
  });
});
