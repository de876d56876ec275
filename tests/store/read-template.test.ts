import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { openStore } from '../../src/store/open-store.ts';
import { readTemplate } from '../../src/store/read-template.ts';
import { openLogs, tell, writeLogs } from './log-folder.ts';

async function diagnose(text: string): Promise<Diagnostic[]> {
  return (await openLogs({ '_templates/t.yaml': text })).diagnostics;
}
const told = (diagnostics: readonly Diagnostic[]): string[] =>
  tell(diagnostics).map((line) => line.replace('_templates/t.yaml:', ''));

describe('readTemplate', () => {
  it('gives the variables of the head, in order, and says nothing of a sound template', async () => {
    const text = `template:
  description: For sweeps.
  variables:
    title: {description: What is asked, required: true}
    goal: {options: [min, max]}
    target: {type: number}
    owner:
title: "{{title}} of {{date}}"
owner: "{{owner}}"
metrics: {"{{name}}/loss": {goal: "{{goal}}", target: "{{target}}"}}
`;
    const root = writeLogs({ '_templates/t.yaml': text });
    const diagnostics = new DiagnosticList();
    const template = readTemplate(root, 'experiments/_templates/t.yaml', { limits: defaultLimits, diagnostics });
    expect(diagnostics.sorted()).toEqual([]);
    expect(template).toMatchObject({ name: 't', description: 'For sweeps.', text });
    expect([...template.variables]).toEqual([
      ['title', { description: 'What is asked', required: true }],
      ['goal', { options: ['min', 'max'] }],
      ['target', { type: 'number' }],
      ['owner', {}],
    ]);
    expect((await openStore(root)).fileCount).toBe(1);
  });

  it('judges it as the experiment that it would become, each fault at its place in the template', async () => {
    const diagnostics = await diagnose(`template: {variables: {way: {options: [up]}, size: {type: number}, any: {}}}
title: "{{size}}"
hypotesis: "{{any}}"
metrics:
  "{{any}}": {goal: "{{way}}"}
derived: {gap: "{{any}} -"}
status: "{{any}}"
`);
    expect(told(diagnostics)).toEqual([
      '2:8 error wrong-type',
      '3:1 error unknown-key',
      '5:21 error wrong-type',
      '6:21 error formula-invalid',
      '7:9 error wrong-type',
    ]);
    expect(diagnostics[2]?.message).toBe('"goal" should be one of min, max. It is left out.');
  });

  it('names variables that it does not have, that are not used, and that lack their quotes', async () => {
    const diagnostics = await diagnose(`template: {variables: {metric: {required: true}, spare: {}}}
title: {{title}}
owner: "{{metrc}}"
tags: ["{{metric}}", "{{experiment}}", "{{other}}"]
"{{nobody}}": 1
`);
    expect(diagnostics.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`)).toEqual([
      '1:50 unused-variable "spare" stands nowhere in the template.',
      '2:8 unquoted-variable {{title}} stands without quotes, so it is no text.',
      '3:8 unknown-variable "{{metrc}}" names no variable of this template. Did you mean "metric"?',
      '4:40 unknown-variable "{{other}}" names no variable of this template.',
      '5:1 unknown-variable "{{nobody}}" names no variable of this template.',
    ]);
  });

  it('judges the head as strictly as all else', async () => {
    const diagnostics = await diagnose(`template:
  descripton: x
  variables:
    no-name: {}
    date: {}
    a: text
    b: {type: text, requird: true}
    c: {type: number, default: many}
    d: {required: true, default: x}
    e: {options: [1, 2], example: 3}
title: "{{a}}{{b}}{{c}}{{d}}{{e}}"
`);
    expect(told(diagnostics)).toEqual([
      '2:3 error unknown-key',
      '4:5 error wrong-type',
      '5:5 error wrong-type',
      '6:8 error wrong-type',
      '7:21 error unknown-key',
      '8:32 error wrong-type',
      '9:9 error wrong-type',
      '10:35 error wrong-type',
      '11:8 error unknown-variable',
    ]);
  });

  it.each([
    ['', []],
    ['- a\n', ['1:1 error yaml-not-a-mapping']],
    ['title: "a\n', ['2:1 error yaml-syntax']],
    ['template: sweep\n', ['1:11 error wrong-type']],
    ['template: {variables: [a]}\n', ['1:23 error wrong-type']],
    ['title: a\n---\ntitle: b\n', ['2:1 error second-document']],
    ['title: "{{__proto__}}"\n__proto__: {a: 1}\n', ['2:1 error unknown-key']],
  ])('reads %j without a crash', async (text, expected) => {
    expect(told(await diagnose(text))).toEqual(expected);
  });

  it('is found as NAME.yaml in _templates/, and nowhere else', async () => {
    const root = writeLogs({
      '_templates/good.yaml': 'title: a\n',
      '_templates/near.yml': 'title: a\n',
      '_templates/bad name.yaml': 'title: a\n',
      '_templates/note.md': 'title: a\n',
      '_templates/left.yaml~': 'nonsense: [\n',
      '_templates/deep/x.yaml': 'nonsense: [\n',
      'e/_templates/x.yaml': 'nonsense: [\n',
    });
    symlinkSync('good.yaml', join(root, 'experiments/_templates/link.yaml'));
    mkdirSync(join(root, 'experiments/_templates/folder.yaml'));
    expect(tell((await openStore(root)).diagnostics)).toEqual([
      '_templates/bad name.yaml:1:1 error id-invalid',
      '_templates/folder.yaml:1:1 note not-a-file',
      '_templates/link.yaml:1:1 note symlink',
      '_templates/near.yml:1:1 note near-miss-name',
    ]);
  });

  it('is told of only where it was named', async () => {
    const root = writeLogs({ '_templates/t.yaml': 'titel: a\n', 'e/runs/a.jsonl': '{"step":1,"loss":1}\n' });
    expect(tell((await openStore(root, { paths: ['experiments/e'] })).diagnostics)).toEqual([]);
    const named = await openStore(root, { paths: ['experiments/_templates/t.yaml'] });
    expect(tell(named.diagnostics)).toEqual(['_templates/t.yaml:1:1 error unknown-key']);
    expect(named.fileCount).toBe(1);
  });
});

describe("the repository's own templates", () => {
  const folder = join(import.meta.dirname, '../../experiments/_templates');
  it.each(readdirSync(folder))('%s is sound, and has a description and one for each variable', async (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const root = writeLogs({ [`_templates/${file}`]: text });
    const diagnostics = new DiagnosticList();
    const template = readTemplate(root, `experiments/_templates/${file}`, { limits: defaultLimits, diagnostics });
    expect(diagnostics.sorted()).toEqual([]);
    expect(template.description).toMatch(/\.$/);
    for (const [name, { description }] of template.variables) expect(description, name).toMatch(/^[A-Z]/);
  });
});
