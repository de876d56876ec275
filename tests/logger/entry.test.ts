import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as entry from '../../src/logger/entry.js';
import * as index from '../../src/logger/index.ts';
import { openStore } from '../../src/store/open-store.ts';

// The compiler holds the rest: `entry.d.ts` tells no other types than `index.ts` has, and forgets nothing of a run.
const asPublished: typeof entry = index;
type Missing = Exclude<keyof index.Run, keyof entry.Run | 'startReadings' | 'logGiven'>;
const nothingIsMissing: [Missing] extends [never] ? true : Missing = true;
const options: entry.InitOptions = {} as index.InitOptions;
const own: index.InitOptions = {} as entry.InitOptions;

test("import 'runfolio/logger' gives what the source exports, by the same names", () => {
  expect(Object.keys(entry).sort()).toEqual(Object.keys(index).sort());
  for (const [name, value] of Object.entries(asPublished)) expect(typeof value, name).not.toBe('undefined');
  expect([nothingIsMissing, options, own]).toEqual([true, {}, {}]);
});

describe('the installed package', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const readme = readFileSync(join(root, 'src/logger/README.md'), 'utf8');
  const example = /^```ts\n([\s\S]*?)^```/m.exec(readme)?.[1] ?? '';
  let top = '';

  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), 'runfolio-entry-'));
    const installed = join(top, 'node_modules/runfolio');
    mkdirSync(installed, { recursive: true });
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    for (const room of ['logger', 'format'])
      cpSync(join(root, 'src', room), join(installed, 'src', room), { recursive: true });
  });

  afterAll(() => rmSync(top, { recursive: true, force: true }));

  const runNode = (name: string, body: string) => {
    writeFileSync(join(top, name), body);
    return promisify(execFile)(process.execPath, [name], { cwd: top });
  };

  test("runs the README's example, without a word, and needs no other package", async () => {
    expect(await runNode('train.mjs', example)).toEqual({ stdout: '', stderr: '' });
    const { runs, diagnostics } = await openStore(top);
    expect(diagnostics).toEqual([]);
    expect([...runs.values()]).toMatchObject([{ experiment: 'mnist', state: 'finished', seed: '1' }]);
    expect([...runs.values()][0]?.metrics.get('train/loss')).toMatchObject({ count: 100, last: 0.01 });
  });

  test('can be required', async () => {
    const body = "require('runfolio/logger').init({ experiment: 'required', id: 'x' }).log({ a: 1 });";
    expect(await runNode('train.cjs', body)).toEqual({ stdout: '', stderr: '' });
    expect(readdirSync(join(top, 'experiments/required/runs'))).toEqual(['x.jsonl']);
  });
});
