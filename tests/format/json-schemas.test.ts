import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { examples, isFileExample } from '../../src/diagnostics/examples.ts';
import { publishedSchema, type SchemaName, schemaNames } from '../../src/format/json-schemas.ts';
import { openLogs } from '../store/log-folder.ts';

const experimentsFolder = join(import.meta.dirname, '../../experiments');

function validator(name: SchemaName): (value: unknown) => boolean {
  const validate = new Ajv2020({ strict: false }).compile(publishedSchema(name));
  return (value) => validate(value) === true;
}

describe('the published schemas', () => {
  it.each(schemaNames)('%s is a schema of draft 2020-12', (name) => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(publishedSchema(name))).toBe(true);
  });

  it("accept the repository's own settings and records", () => {
    const isExperiment = validator('experiment');
    const isSite = validator('site');
    const isTemplate = validator('template');
    const isView = validator('view');
    const isRecord = validator('run-record');
    let files = 0;
    for (const path of readdirSync(experimentsFolder, { recursive: true, encoding: 'utf8' })) {
      const text = (): string => readFileSync(join(experimentsFolder, path), 'utf8');
      if (path.endsWith('experiment.yaml')) expect(isExperiment(parse(text())), path).toBe(true);
      else if (path.startsWith('_templates/')) expect(isTemplate(parse(text())), path).toBe(true);
      else if (path.startsWith('_views/')) expect(isView(parse(text())), path).toBe(true);
      else if (path === '_site.yaml') expect(isSite(parse(text())), path).toBe(true);
      else if (/runs\/[^/]*-s(?:eed)?0\.jsonl$/.test(path) && !path.includes('plain-prints')) {
        for (const line of text().split('\n').slice(0, 5)) {
          if (/^\{.*\}$/.test(line) && !/NaN|Infinity/.test(line)) expect(isRecord(JSON.parse(line)), path).toBe(true);
        }
      } else continue;
      files += 1;
    }
    expect(files).toBeGreaterThan(20);
    expect(existsSync(join(experimentsFolder, '_site.yaml'))).toBe(true);
  });

  it.each(['unknown-key', 'wrong-type'] as const)('tell the sample of %s from the mended one', (code) => {
    const example = examples[code];
    if (!isFileExample(example)) throw new Error('no file');
    const isExperiment = validator('experiment');
    expect(isExperiment(parse(example.wrong))).toBe(false);
    expect(isExperiment(parse(example.right ?? ''))).toBe(true);
  });

  it.each([
    'title: A',
    'title: 5',
    'tags: [a, b]',
    'tags: a',
    'x-own: {anything: [1]}',
    'metrics: {loss: {goal: min, x-why: y}}',
    'metrics: {loss: {gaol: min}}',
    'metrics: {loss: {goal: up}}',
    'metrics: {loss: }',
    'status: active',
    'status: done',
    'archived: maybe',
    'checks: [{metric: a, at_least: 0.5}]',
    'checks: [{metric: a, atleast: 0.5}]',
    'charts: [{type: scatter, x: lr}]',
    'charts: [{x: lr}]',
    'charts: [{type: scatter, x: lr, y: acc, x-why: because}]',
    'charts: [{type: box, x: lr, y: acc, y_scale: cubic}]',
    'charts: [{type: importance, params: [lr, width]}, {type: parallel, axes: [lr]}]',
    'group_by: [lr]',
    'links: [{url: "https://a.example"}]',
    'links: [{label: a}]',
    'links: [{url: "https://a.example", x-kind: note}]',
    'checks: [{metric: a, at_least: 0.5, x-why: because}]',
    'required: {params: [lr], x-since: 2026}',
    'derived: {gap: a - b}',
    'derived: {gap: 2}',
    'derived: {gap: [a]}',
    'metrics: {loss: {format: .2f}}',
    'metrics: {loss: {format: two digits}}',
  ])('and the validator judge %j alike', async (text) => {
    const store = await openLogs({ 'e/experiment.yaml': `${text}\n` });
    const isSound = store.diagnostics.every(({ severity }) => severity !== 'error');
    expect(validator('experiment')(parse(text))).toBe(isSound);
  });

  it.each([
    'title: A',
    'budgets: {log_bytes: 5 MB}',
    'budgets: {log_bytes: 5 miB}',
    'budgets: {log_bytes: 5 ib}',
    'budgets: {log_bytes: -1}',
    'budgets: {keys: 10, x-why: because}',
    'crashed_after: 12h',
    'crashed_after: 12 hours',
    'crashed_after: -1',
    'site: https://ml.example.org',
    'site: ml.example.org',
    'repo: {commit: "https://a.example/{commit}", x-of: me}',
    'secrets: {allow: [a], x-by: me}',
  ])('and the validator judge %j of _site.yaml alike', async (text) => {
    const store = await openLogs({ '_site.yaml': `${text}\n` });
    expect(validator('site')(parse(text))).toBe(!store.settingsBroken);
  });

  it('leave a zone that no clock knows to the validator', async () => {
    expect((await openLogs({ '_site.yaml': 'time_zone: Europe/Berlin\n' })).settingsBroken).toBe(false);
    expect((await openLogs({ '_site.yaml': 'time_zone: Europe/Atlantis\n' })).settingsBroken).toBe(true);
  });

  it.each([
    'title: "{{name}}"',
    'titel: "{{name}}"',
    'template: {variables: {goal: {options: [min, max]}}}\nmetrics: {loss: {goal: "{{goal}}"}}',
    'template: {variables: {goal: {option: [min, max]}}}\nmetrics: {loss: {goal: "{{goal}}"}}',
    'template: {variables: {p: {type: list}}}\ngroup_by: "{{p}}"\nrequired: {params: "{{p}}"}',
    'template: {variables: {p: {type: lists}}}\ngroup_by: "{{p}}"',
    'template: {description: 5}\ntitle: a',
    'template: {variables: {t: {type: number}}}\nmetrics: {loss: {target: "{{t}}"}}',
    'metrics: {loss: {target: many}}',
    'archived: maybe',
  ])('and the validator judge the template %j alike', async (text) => {
    const store = await openLogs({ '_templates/t.yaml': `${text}\n` });
    const isSound = store.diagnostics.every(({ severity }) => severity !== 'error');
    expect(validator('template')(parse(text))).toBe(isSound);
  });

  it.each([
    'title: A',
    'titel: A',
    'kind: curves\nlines: mean',
    'kind: curve',
    'experiments: [a, "b/*"]\nwhere: lr < 0.1\nlimit: 5',
    'experiments: a',
    'limit: 0',
    'limit: 1.5',
    'kind: ablation\nrows: [lr]\nbaseline: 0.1',
    'kind: ablation\nrows: [lr, group]\nbaseline: [0.1, a]',
    'kind: ablation\nbaseline: {lr: 0.1}',
    'links: [{url: "https://a.example", x-kind: note}]',
    'links: [{label: a}]',
    'metrics: [a, b]\nx-own: 1',
    'metrics: {a: {goal: min}}',
    'goal: up',
  ])('and the validator judge the view %j alike', async (text) => {
    const store = await openLogs({ '_views/v.yaml': `${text}\n` });
    const isSound = store.diagnostics.every(({ severity }) => severity !== 'error');
    expect(validator('view')(parse(text))).toBe(isSound);
  });
});
