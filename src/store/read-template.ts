import { closest, distance } from 'fastest-levenshtein';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import {
  givenVariables,
  placeholder,
  type TemplateVariable,
  templateHeader,
  templateVariable,
  type VariableValue,
  variableName,
} from '../format/template-settings.ts';
import { fillText, toVariableValue } from './fill-template.ts';
import { judge, judgeExperimentSettings, type Reading, readText } from './read-settings.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';

/** A template as far as it could be read. */
export interface Template {
  /** `sweep` for `experiments/_templates/sweep.yaml`. */
  name: string;
  /** Path from the root. */
  path: string;
  description: string | undefined;
  /** Without those that every template has, in the order of the file. */
  variables: Map<string, TemplateVariable>;
  /** The file as it is; undefined where it could not be read at all. */
  text: string | undefined;
}

/**
 * Reads a template and judges it as the experiment that it would become: with each variable's example, default or first
 * option, else its name or nothing, in its place. Every fault is reported at its place in the template.
 */
export function readTemplate(root: string, path: string, reading: Reading): Template {
  const name = path.replace(/^.*\//, '').replace(/\.yaml$/, '');
  const template: Template = { name, path, description: undefined, variables: new Map(), text: undefined };
  const text = readText(root, path, reading.diagnostics);
  const document = text === undefined ? undefined : readYaml(text, { file: path, ...reading })[0];
  if (text === undefined || document?.value === undefined) return template;
  template.text = text;
  const report = (code: DiagnosticCode, at: readonly PropertyKey[], message: string, key = false): void =>
    reading.diagnostics.add({ code, file: path, ...document.positionOf(at, { key }), message, fold: null });

  const { template: head, ...settings } = document.value;
  if (head !== undefined && (typeof head !== 'object' || head === null || Array.isArray(head)))
    report('wrong-type', ['template'], '"template" should hold keys such as description or variables.');
  else if (head !== undefined) {
    template.description = judge(templateHeader, head, { ...reading, path, document, at: ['template'] }).description;
    template.variables = readVariables(head.variables, document, path, { ...reading, report });
  }
  const isKnown = (variable: string): boolean => template.variables.has(variable) || givenVariables.includes(variable);
  const reportUnknown = (variable: string, at: readonly PropertyKey[], key: boolean): void => {
    const names = [...template.variables.keys(), ...givenVariables];
    const nearest = closest(variable, names);
    const near = distance(variable, nearest) <= Math.max(2, variable.length / 3) ? ` Did you mean "${nearest}"?` : '';
    report('unknown-variable', at, `"{{${variable}}}" names no variable of this template.${near}`, key);
  };
  let isFit = true;
  visitTexts(settings, [], (own, at, key) => {
    const unquoted = key ? /^\{"([A-Za-z]\w*)":null\}$/.exec(own)?.[1] : undefined;
    if (unquoted !== undefined) {
      isFit = false;
      report('unquoted-variable', at.slice(0, -1), `{{${unquoted}}} stands without quotes, so it is no text.`);
    }
    for (const variable of variablesOf(own)) if (!isKnown(variable)) reportUnknown(variable, at, key);
  });
  const used = new Set(variablesOf(text));
  for (const variable of template.variables.keys())
    if (!used.has(variable))
      report(
        'unused-variable',
        ['template', 'variables', variable],
        `"${variable}" stands nowhere in the template.`,
        true,
      );
  if (isFit) {
    const sample = (variable: string): VariableValue | undefined =>
      sampleOf(variable, template.variables.get(variable));
    const value = Object.assign(Object.create(null) as JsonObject, fillSample(settings, sample));
    judgeExperimentSettings({ ...document, value }, path, reading);
  }
  return template;
}

function readVariables(
  declared: JsonValue | undefined,
  document: YamlDocument,
  path: string,
  {
    report,
    ...reading
  }: Reading & { report: (code: DiagnosticCode, at: readonly PropertyKey[], message: string, key?: boolean) => void },
): Map<string, TemplateVariable> {
  const variables = new Map<string, TemplateVariable>();
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return variables;
  for (const name of Object.keys(declared)) {
    const at = ['template', 'variables', name];
    const own = declared[name] ?? {};
    if (!variableName.test(name)) {
      report(
        'wrong-type',
        at,
        `"${name}" cannot be a variable's name: ASCII letters, digits and _, a letter first.`,
        true,
      );
      continue;
    }
    if (givenVariables.includes(name)) {
      report('wrong-type', at, `"${name}" is a variable of every template; give yours another name.`, true);
      continue;
    }
    if (typeof own !== 'object' || Array.isArray(own)) {
      report('wrong-type', at, `"${name}" under variables should hold keys such as description or default.`);
      continue;
    }
    const variable = judge(templateVariable, own, { ...reading, path, document, at });
    variables.set(name, variable);
    if (variable.required === true && variable.default !== undefined)
      report(
        'wrong-type',
        [...at, 'required'],
        `"${name}" has a default, so it need not be given: it is required or has one.`,
        true,
      );
    for (const key of ['default', 'example'] as const) {
      const given = variable[key];
      const fault = given === undefined ? undefined : toVariableValue(given, variable).fault;
      if (fault !== undefined) report('wrong-type', [...at, key], `The ${key} of "${name}" ${fault}.`);
    }
  }
  return variables;
}

/** A value to try a template with. */
function sampleOf(name: string, variable: TemplateVariable | undefined): VariableValue | undefined {
  if (variable === undefined) return name;
  const { type = 'text', example, default: usual, options } = variable;
  const given = example ?? usual ?? options?.[0];
  if (given !== undefined) return toVariableValue(given, variable).value ?? given;
  return { text: name, number: 0, boolean: false, list: [] as string[] }[type];
}

/** Puts samples in the place of variables among values; keys stay, so that places in the file are found by them. */
function fillSample(value: JsonValue, sample: (variable: string) => VariableValue | undefined): JsonValue {
  if (typeof value === 'string') return fillText(value, sample) ?? null;
  if (Array.isArray(value)) return value.map((part) => fillSample(part, sample));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.create(null) as JsonObject;
  for (const key of Object.keys(value)) filled[key] = fillSample(value[key] as JsonValue, sample);
  return filled;
}

function variablesOf(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

function visitTexts(
  value: JsonValue,
  at: readonly PropertyKey[],
  visit: (text: string, at: readonly PropertyKey[], key: boolean) => void,
): void {
  if (typeof value === 'string') visit(value, at, false);
  else if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) visitTexts(part, [...at, index], visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      visit(key, [...at, key], true);
      visitTexts(value[key] as JsonValue, [...at, key], visit);
    }
  }
}
