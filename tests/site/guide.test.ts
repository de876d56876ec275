import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/main.ts';
import { schemaNames, schemaPath } from '../../src/format/json-schemas.ts';
import { readGuide, renderGuide } from '../../src/site/guide.ts';

const folder = join(import.meta.dirname, '../../src/content/docs');
const guides = readdirSync(folder).map((file) =>
  readGuide(file.replace(/\.md$/, ''), readFileSync(join(folder, file), 'utf8')),
);
const program = createProgram(
  { cwd: '/', env: {}, stdout: { write: () => true }, stderr: { write: () => true }, now: () => 0 },
  () => undefined,
);

describe.each(guides)('the guide "$title"', (guide) => {
  it('has a title of its own, and addresses below the base', () => {
    expect(guide.title).toMatch(/^[A-Z]/);
    const html = renderGuide(guide, { base: '/team/' });
    expect(html).not.toContain('site:');
    expect(html).not.toMatch(/<script|style=/);
  });

  it('names only commands and options that there are', () => {
    const named = [...guide.text.matchAll(/(?<!import )\brunfolio (\w+)((?: (?:install|--[\w-]+))*)/g)];
    for (const [, name = '', rest = ''] of named) {
      if (name.startsWith('_')) continue;
      const command = program.commands.find((own) => own.name() === name);
      expect(command, `runfolio ${name}`).toBeDefined();
      for (const option of rest.match(/--[\w-]+/g) ?? []) {
        expect(
          command?.options.map(({ long }) => long),
          `runfolio ${name} ${option}`,
        ).toContain(option);
      }
    }
  });
});

it('names schemas at the addresses where they are published', () => {
  const editors = guides.find(({ slug }) => slug === 'editors');
  for (const name of schemaNames) expect(editors?.text).toContain(`(site:${schemaPath(name)})`);
});
