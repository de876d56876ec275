import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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
  ['_templates', 'starts with _'],
  ['a/-b', 'loggers leave off'],
])('new refuses the id %s', async (id, message) => {
  const { code, stderr } = await record(['new', id], { cwd: emptyRoot() });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

describe('new --template', () => {
  const own = join(import.meta.dirname, '../../experiments/_templates');
  const withTemplates = (): string => {
    const root = emptyRoot();
    cpSync(own, join(root, 'experiments/_templates'), { recursive: true });
    return root;
  };
  const template = (root: string, text: string): void => {
    mkdirSync(join(root, 'experiments/_templates'), { recursive: true });
    writeFileSync(join(root, 'experiments/_templates/t.yaml'), text);
  };
  const settings = (root: string, id: string): string =>
    readFileSync(join(root, 'experiments', id, 'experiment.yaml'), 'utf8');

  it('fills the template and keeps its comments and order', async () => {
    const root = withTemplates();
    const args = [
      'new',
      '--template',
      'sweep',
      '--set',
      'params=lr,width',
      '--set',
      'goal=max',
      '--title',
      'How: wide?',
    ];
    expect(await record([...args, 'v/width'], { cwd: root })).toMatchObject({ code: 0, stderr: '' });
    expect(settings(root, 'v/width')).toBe(`# yaml-language-server: $schema=../../../dist/schema/v1/experiment.json
# Made from the template "sweep".
title: "How: wide?"
tags: [sweep]
status: active
# One sentence that the sweep can refute.
# hypothesis:

metrics:
  val/loss: {goal: max, primary: true, summary: best, format: .4f}

# Runs that differ only elsewhere, such as seeds, are shown as one with their spread.
group_by: [lr, width]
# The validator names each run that lacks one of these.
required:
  params: [lr, width]
`);
    expect(await record(['validate', '--strict'], { cwd: root })).toMatchObject({ code: 0 });
  });

  it.each(readdirSync(own).map((file) => file.replace('.yaml', '')))(
    'makes sound settings from %s with no more than what is required',
    async (name) => {
      const root = withTemplates();
      const asked = ['title=T', 'params=lr', 'model=m', 'data=d'].filter((pair) =>
        readFileSync(join(own, `${name}.yaml`), 'utf8').includes(`{{${pair.split('=')[0]}}}`),
      );
      const args = asked.flatMap((pair) => ['--set', pair]);
      expect(await record(['new', 'a', '--template', name, ...args], { cwd: root })).toMatchObject({ code: 0 });
      expect(await record(['validate', '--strict'], { cwd: root })).toMatchObject({ code: 0 });
    },
  );

  it('names what is required and was not given, and writes nothing', async () => {
    const root = withTemplates();
    expect(await record(['new', 'a', '--template', 'sweep'], { cwd: root })).toEqual({
      code: 2,
      stdout: '',
      stderr: `runfolio: The template "sweep" (experiments/_templates/sweep.yaml) needs more:
  --set title=…  What is asked
  --set params=…  The params that are varied
`,
    });
    expect(existsSync(join(root, 'experiments/a'))).toBe(false);
  });

  it('knows the id, its last part and the day, also in defaults, and sets the title without a variable for it', async () => {
    const root = emptyRoot();
    template(
      root,
      'template: {variables: {owner: {default: "{{name}} team"}}}\nowner: "{{owner}}"\ndescription: "{{experiment}}, {{date}}"\n',
    );
    await record(['new', 'a/b', '--template', 't', '--title', 'Mine'], { cwd: root });
    expect(settings(root, 'a/b').split('\n').slice(2)).toEqual([
      'title: Mine',
      'owner: b team',
      'description: a/b, 2026-03-04',
      '',
    ]);
  });

  it.each([
    [['--set', 'gaol=min'], 'The template "sweep" has no variable "gaol". Did you mean "goal"?'],
    [['--set', 'goal=up'], '"goal" should be one of min, max, found "up".'],
    [['--set', 'goal'], '--set should be key=value, found "goal".'],
    [['--template', 'sweap'], 'There is no template "sweap". Did you mean "sweep"?'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await record(['new', 'a', '--template', 'sweep', ...args], { cwd: withTemplates() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `runfolio: ${message}\n` });
  });

  it.each([
    ['titel: a\n', 'The template cannot be used: experiments/_templates/t.yaml:1:1 "titel" is not a known key.'],
    [
      'template: {variables: {f: {example: .2f}}}\nmetrics: {a: {format: "{{f}}"}}\n',
      'With these values the template experiments/_templates/t.yaml gives settings that are not sound. "format"',
    ],
    [
      'template: {variables: {f: {}}}\nmetrics: {"{{f}}": {}, no format: {}}\n',
      'With these values the template experiments/_templates/t.yaml gives settings that are not sound. The same key stands twice',
    ],
  ])('does not write what would not be sound: %j', async (text, message) => {
    const root = emptyRoot();
    template(root, text);
    const { code, stderr } = await record(
      ['new', 'a', '--template', 't', '--set', 'f=no format'].slice(0, text.includes('{{f}}') ? 6 : 4),
      { cwd: root },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(root, 'experiments/a'))).toBe(false);
  });

  it('lists the templates with their variables, and says which cannot be used', async () => {
    const root = emptyRoot();
    expect((await record(['new', '--list-templates'], { cwd: root })).stdout).toBe(
      'There are no templates in experiments/_templates/.\n',
    );
    template(
      root,
      'template:\n  description: For tries.\n  variables: {a: {description: One, required: true}, long: {type: list, default: [x, y]}}\ntitle: "{{a}} {{long}}"\n',
    );
    writeFileSync(join(root, 'experiments/_templates/u.yaml'), 'titel: a\n');
    expect((await record(['new', '--list-templates'], { cwd: root })).stdout).toBe(`t  For tries.
  a     One (required)
  long  (list, default x,y)

u  has errors: runfolio validate experiments/_templates/u.yaml
`);
  });

  it('is wrong use without an experiment, and with --set alone', async () => {
    const root = emptyRoot();
    expect(await record(['new'], { cwd: root })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'runfolio: Name the experiment: runfolio new vision/cifar10\n',
    });
    expect((await record(['new', 'a', '--set', 'a=b'], { cwd: root })).stderr).toBe(
      'runfolio: --set goes with --template.\n',
    );
  });
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
