import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { record } from './recorder.ts';

// A folder is a case: its experiments/ beside what the commands print of them. `npx vitest run tests/cli/golden.test.ts -u`
// writes the files anew; read the difference as code.
const folder = join(import.meta.dirname, '__golden__');
const commands = {
  'validate.txt': ['validate', '--format', 'pretty'],
  'validate.json': ['validate', '--format', 'json'],
  'validate.github.txt': ['validate', '--format', 'github'],
  'validate.sarif': ['validate', '--format', 'sarif'],
  'export.json': ['export', '--format', 'json'],
  'export.jsonl': ['export', '--format', 'jsonl'],
  'export.csv': ['export', '--format', 'csv'],
};

describe.each(readdirSync(folder))('the golden logbook "%s"', (name) => {
  it.each(Object.entries(commands))('gives %s', async (file, args) => {
    const now = args[0] === 'export' ? ['--now', '2026-03-05T00:00:00Z'] : [];
    const { stdout } = await record([...args, ...now, '--root', join(folder, name)], { cwd: folder });
    await expect(stdout.replace(/\(\d+\.\d s\)/, '(0.0 s)')).toMatchFileSnapshot(join(folder, name, file));
  });
});
