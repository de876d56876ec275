import { closest } from 'fastest-levenshtein';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { terminalText } from '../diagnostics/terminal-text.ts';
import type { TemplateVariable, VariableValue } from '../format/template-settings.ts';
import { discover } from '../store/discover.ts';
import { fillTemplate, fillText, toVariableValue } from '../store/fill-template.ts';
import { defaultLimits } from '../store/limits.ts';
import { readTemplate, type Template } from '../store/read-template.ts';
import { UsageError } from './environment.ts';

/** A template that can be filled. */
export type SoundTemplate = Template & { text: string };

async function readTemplates(root: string): Promise<{ templates: Template[]; diagnostics: DiagnosticList }> {
  const { templatePaths } = await discover(root, new DiagnosticList());
  const diagnostics = new DiagnosticList();
  const templates = templatePaths.map((path) => readTemplate(root, path, { limits: defaultLimits, diagnostics }));
  return { templates, diagnostics };
}

/**
 * Reads the template of a name.
 *
 * @throws UsageError where there is none, or where it has errors
 */
export async function openTemplate(root: string, name: string): Promise<SoundTemplate> {
  const { templates, diagnostics } = await readTemplates(root);
  const template = templates.find((own) => own.name === name);
  if (template === undefined) {
    const names = templates.map((own) => own.name);
    const hint =
      names.length === 0 ? 'There are none in experiments/_templates/.' : `Did you mean "${closest(name, names)}"?`;
    throw new UsageError(`There is no template "${name}". ${hint}`);
  }
  const fault = diagnostics.sorted().find(({ file, severity }) => file === template.path && severity === 'error');
  if (fault !== undefined)
    throw new UsageError(`The template cannot be used: ${fault.file}:${fault.line}:${fault.column} ${fault.message}`);
  return { ...template, text: template.text ?? '' };
}

/** Fills a template with what was given on the command line, else with defaults. */
export function fillFor(
  { name: templateName, path, text, variables }: SoundTemplate,
  { set, title, given }: { set: readonly string[]; title: string | undefined; given: Readonly<Record<string, string>> },
): string {
  const values = new Map<string, VariableValue>(Object.entries(given));
  const typed = new Map<string, string>(title === undefined || !variables.has('title') ? [] : [['title', title]]);
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--set should be key=value, found "${pair}".`);
    typed.set(pair.slice(0, at), pair.slice(at + 1));
  }
  for (const [name, own] of typed) {
    const variable = variables.get(name);
    if (variable === undefined) {
      const names = [...variables.keys()];
      const hint = names.length === 0 ? 'It has none.' : `Did you mean "${closest(name, names)}"?`;
      throw new UsageError(`The template "${templateName}" has no variable "${name}". ${hint}`);
    }
    const { value, fault } = toVariableValue(own, variable);
    if (fault !== undefined)
      throw new UsageError(`"${name}" ${fault.includes('found') ? fault : `${fault}, found "${own}"`}.`);
    values.set(name, value);
  }
  const missing = [...variables].filter(([name, { required }]) => required === true && !values.has(name));
  if (missing.length > 0) {
    const list = missing.map(([name, variable]) => `\n  --set ${name}=…  ${variable.description ?? ''}`.trimEnd());
    throw new UsageError(`The template "${templateName}" (${path}) needs more:${list.join('')}`);
  }
  for (const [name, variable] of variables)
    if (!values.has(name) && variable.default !== undefined) values.set(name, defaultOf(variable, given));
  return fillTemplate(text, (name) => values.get(name));
}

/** A default, in which the variables that every template has may stand. */
function defaultOf(variable: TemplateVariable, given: Readonly<Record<string, string>>): VariableValue {
  const { value = '' } = toVariableValue(variable.default ?? '', variable);
  return typeof value === 'string' ? (fillText(value, (name) => given[name] ?? `{{${name}}}`) ?? '') : value;
}

/** What `new --list-templates` prints: each template with its variables. */
export async function listTemplates(root: string): Promise<string> {
  const { templates, diagnostics } = await readTemplates(root);
  if (templates.length === 0) return 'There are no templates in experiments/_templates/.\n';
  return templates
    .map(({ name, path, description, variables }) => {
      const isBroken = diagnostics.hasErrorIn(path);
      const head =
        `${name}  ${isBroken ? `has errors: runfolio validate ${path}` : (description?.trim() ?? '')}`.trimEnd();
      const width = Math.max(0, ...[...variables.keys()].map((own) => own.length));
      const lines = [...variables].map(([own, variable]) => `  ${own.padEnd(width)}  ${describe(variable)}`.trimEnd());
      return [head, ...lines].map((line) => `${terminalText(line)}\n`).join('');
    })
    .join('\n');
}

function describe({ description = '', type = 'text', required, default: usual, options }: TemplateVariable): string {
  const facts = [
    ...(required === true ? ['required'] : []),
    ...(type === 'text' ? [] : [type]),
    ...(options === undefined ? [] : [options.join(' | ')]),
    ...(usual === undefined ? [] : [`default ${Array.isArray(usual) ? usual.join(',') : usual}`]),
  ];
  return `${description}${facts.length === 0 ? '' : `${description === '' ? '' : ' '}(${facts.join(', ')})`}`;
}
