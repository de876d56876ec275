import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { record } from '../recorder.ts';

// What the commands print of the logbook in __golden__/. `npx vitest run tests/cli/terminal -u` writes the files anew; read the
// difference as code. Escape sequences are shown as ␛.
const folder = join(import.meta.dirname, '__golden__');
const now = '2026-03-05T08:30:00Z';
const sgd = ['--baseline', 'sgd'];

const commands: Record<string, string[]> = {
  'ls.txt': ['ls'],
  'ls-columns.txt': [
    'ls',
    'digits',
    '--columns',
    'id,tags,val/acc.min,param:lr,seed,curve',
    '--sort=-val/acc',
    '--limit',
    '4',
  ],
  'ls-names.txt': ['ls', 'names', '--columns', 'name,モデル,note,tags'],
  'ls.json': ['ls', 'digits', '--where', 'status = failed', '--json'],
  'show.txt': ['show', 'diverged'],
  'show-names.txt': ['show', 'wide'],
  'show.json': ['show', 'adam-0', '--json'],
  'best.txt': ['best'],
  'best-one.txt': ['best', 'digits/optimizers', '--limit', '3'],
  'best.json': ['best', 'digits/optimizers', '--metric', 'val/loss', '--limit', '2', '--json'],
  'compare.txt': ['compare', 'sgd-0', 'adam-1'],
  'compare-many.txt': ['compare', '--where', 'experiment = digits/optimizers'],
  'compare.json': ['compare', 'sgd-0', 'adam-1', '--metrics', 'val/acc', '--json'],
  'compare-group.txt': ['compare', 'digits', '--metrics', 'val/acc,val/loss', '--group'],
  'compare-group.json': ['compare', 'digits', ...sgd, '--group', 'optimizer', '--json'],
  'diff.txt': ['diff', 'sgd-0', 'adam-1'],
  'diff.json': ['diff', 'sgd-0', 'adam-1', '--json'],
  'tail.txt': ['tail', 'diverged', '--lines', '3'],
  'tail-going.txt': ['tail', 'going', '--no-follow'],
  'table.tex': ['table', 'digits', '--format', 'latex', '--metrics', 'val/acc,val/loss'],
  'table.typ': ['table', 'digits', '--format', 'typst', '--metrics', 'val/acc,val/loss'],
  'table.md': ['table', 'digits', '--format', 'markdown', '--metrics', 'val/acc,val/loss'],
  'table.html': ['table', 'digits', '--format', 'html', '--metrics', 'val/acc,val/loss'],
  'table.csv': ['table', 'digits', '--format', 'csv', '--metrics', 'val/acc,val/loss'],
  'view-board.md': ['table', '--view', 'board'],
  'view-runs.md': ['table', '--view', 'runs'],
  'view-runs.csv': ['table', '--view', 'runs', '--format', 'csv'],
  'view-ablation.tex': ['table', '--view', 'ablation', '--format', 'latex'],
  'view-grid.md': ['table', '--view', 'grid'],
  'view-grid.typ': ['table', '--view', 'grid', '--format', 'typst'],
  'view-grid.html': ['table', '--view', 'grid', '--format', 'html'],
  'view-curves.md': ['table', '--view', 'curves'],
};

const run = (args: string[], options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {}) =>
  record([...args, '--root', folder, '--now', now], { cwd: folder, env: { LANG: 'C.UTF-8' }, ...options });

describe('without a terminal', () => {
  it.each(Object.entries(commands))('prints %s', async (file, args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stdout).not.toContain('\x1b');
    await expect(stdout).toMatchFileSnapshot(join(folder, 'plain', file));
    expect(stderr.split('\n').filter((line) => line !== '' && !/left out|shown/.test(line))).toEqual([]);
    if (file.endsWith('.json')) JSON.parse(stdout);
  });
});

describe('on a terminal of 72 columns', () => {
  const shown = Object.entries(commands).filter(([file]) => file.endsWith('.txt'));
  it.each(shown)('prints %s', async (file, args) => {
    const { code, stdout, stderr } = await run(args, { isTTY: true, columns: 72 });
    expect(code).toBe(0);
    await expect(`${stdout}--- stderr\n${stderr}`.replaceAll('\x1b', '␛')).toMatchFileSnapshot(
      join(folder, 'terminal', file),
    );
  });

  it('colours nothing with NO_COLOR or --no-color, and only text changes', async () => {
    const coloured = await run(['ls', 'digits'], { isTTY: true, columns: 200 });
    const env = { LANG: 'C.UTF-8', NO_COLOR: '1' };
    const plain = await run(['ls', 'digits'], { isTTY: true, columns: 200, env });
    expect(coloured.stdout).toContain('\x1b[');
    expect(plain.stdout).not.toContain('\x1b');
    expect((await run(['ls', 'digits', '--no-color'], { isTTY: true, columns: 200 })).stdout).toBe(plain.stdout);
    const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured.stdout.replaceAll(colours, '')).toBe(plain.stdout);
  });
});

describe('where the locale is not UTF-8', () => {
  it.each(['show.txt', 'compare.txt', 'best-one.txt', 'compare-group.txt'])(
    '%s has only ASCII of its own',
    async (file) => {
      const { stdout } = await run(commands[file] ?? [], { env: { LANG: 'C' } });
      expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
    },
  );
});
