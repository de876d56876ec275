/** A view as `experiment.yaml` keeps it, as lines to paste. */
export function viewYaml(name: string, query: string, { hasViews }: { hasViews: boolean }): string {
  const params = new URLSearchParams(query);
  const keys = [...new Set(params.keys())];
  const lines = [`  - name: ${yamlText(name)}`];
  if (keys.length === 0) lines.push("    query: ''");
  else lines.push('    query:');
  for (const key of keys) {
    const values = params.getAll(key).map(yamlText);
    lines.push(`      ${yamlText(key)}: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`);
  }
  return [...(hasViews ? [] : ['views:']), ...lines].join('\n');
}

/** A text as a YAML scalar: plain where nothing in it means anything to YAML, else in double quotes as JSON has it. */
function yamlText(text: string): string {
  const isPlain = /^[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./<>=-]+)*$/.test(text);
  const means = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain && !means ? text : JSON.stringify(text);
}
