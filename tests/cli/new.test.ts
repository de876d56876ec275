import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { schemaNames } from '../../src/format/json-schemas.ts';
import { record } from './recorder.ts';

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'runfolio-new-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'experiments'));
  return root;
}

it('new starts an experiment whose settings are sound and that an editor can check', async () => {
  const root = emptyRoot();
  const { code, stdout } = await record(['new', 'vision/cifar10', '--title', 'CIFAR-10: first try'], { cwd: root });
  expect(code).toBe(0);
  expect(stdout).toContain('experiments/vision/cifar10/runs/NAME.jsonl');
  const text = readFileSync(join(root, 'experiments/vision/cifar10/experiment.yaml'), 'utf8');
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../../dist/schema/v1/experiment.json');
  const checked = await record(['validate', '--strict'], { cwd: root });
  expect(checked).toMatchObject({ code: 0 });
  const again = await record(['new', 'vision/cifar10'], { cwd: root });
  expect(again).toMatchObject({
    code: 2,
    stderr: 'runfolio: experiments/vision/cifar10/experiment.yaml is there already.\n',
  });
});

it('new names the schema of the site where the site has an address', async () => {
  const root = emptyRoot();
  writeFileSync(join(root, 'experiments/_site.yaml'), 'site: https://runs.example.org\nbase: /ml\n');
  await record(['new', 'a'], { cwd: root });
  const text = readFileSync(join(root, 'experiments/a/experiment.yaml'), 'utf8');
  expect(text).toContain('$schema=https://runs.example.org/ml/schema/v1/experiment.json\n');
});

it.each([
  ['../outside', '".." is a way through folders'],
  ['a b', 'holds a character other than'],
  ['a/runs', 'is the name of the folder that runs lie in'],
  ['con', 'is the name of a Windows device'],
])('new refuses the id %s', async (id, message) => {
  const { code, stderr } = await record(['new', id], { cwd: emptyRoot() });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

it('schema lists the schemas and prints each', async () => {
  const root = emptyRoot();
  expect((await record(['schema'], { cwd: root })).stdout).toBe(`${schemaNames.join('\n')}\n`);
  for (const name of schemaNames) {
    const { code, stdout } = await record(['schema', name], { cwd: root });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $id: `${name}.json` });
  }
  expect(await record(['schema', 'experimnt'], { cwd: root })).toMatchObject({
    code: 2,
    stderr: 'runfolio: There is no schema "experimnt". Did you mean "experiment"?\n',
  });
});

it('migrate says that logs of the present version need nothing, and changes none', async () => {
  const root = emptyRoot();
  mkdirSync(join(root, 'experiments/e/runs'), { recursive: true });
  const log = '{"event":"start","schema":1}\n{"step":1,"loss":1}';
  writeFileSync(join(root, 'experiments/e/runs/a.jsonl'), log);
  const { code, stdout } = await record(['migrate'], { cwd: root });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'All 1 logs are in version 1 of the format, the present one. Nothing to migrate.\n',
  });
  expect(readFileSync(join(root, 'experiments/e/runs/a.jsonl'), 'utf8')).toBe(log);
});
