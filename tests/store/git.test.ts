import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { GitObjects, listChangedFiles, readGitState } from '../../src/store/git.ts';
import { GitLogbook, gitEnvironment } from './git-logbook.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const good = '{"step":1,"loss":1}\n';

/** Paths below `experiments/`. */
async function changed(book: GitLogbook, base?: string): Promise<string[] | undefined> {
  const files = await listChangedFiles(book.root, base === undefined ? {} : { base });
  return files?.map((path) => path.replace(/^experiments\//, ''));
}

/** A folder that is in no repository. */
function plainFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-no-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'experiments'));
  return folder;
}

describe('listChangedFiles', () => {
  it('lists what is staged, unstaged and untracked, sorted, and what was renamed by its new name', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/same.jsonl': good, 'e/runs/edited.jsonl': good, 'e/runs/old.jsonl': good.repeat(9) });
    book.commit('log');
    expect(await changed(book)).toEqual([]);
    book.write({ 'e/runs/staged.jsonl': good, 'e/runs/edited.jsonl': good + good });
    book.git('add', 'experiments');
    book.git('mv', 'experiments/e/runs/old.jsonl', 'experiments/e/runs/new.jsonl');
    book.write({ 'e/runs/untracked.jsonl': good, 'e/runs/same.jsonl': good + good });
    expect(await changed(book)).toEqual([
      'e/runs/edited.jsonl',
      'e/runs/new.jsonl',
      'e/runs/same.jsonl',
      'e/runs/staged.jsonl',
      'e/runs/untracked.jsonl',
    ]);
  });

  it('leaves out what was deleted, with git or without', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good, 'e/runs/b.jsonl': good, 'e/runs/c.jsonl': good });
    book.commit('log');
    book.git('rm', '-q', 'experiments/e/runs/a.jsonl');
    book.write({ 'e/runs/b.jsonl': undefined, 'e/runs/new.jsonl': good });
    book.git('add', 'experiments/e/runs/new.jsonl');
    book.write({ 'e/runs/new.jsonl': undefined });
    expect(await changed(book)).toEqual([]);
  });

  it('leaves out what git ignores, and what lies outside of experiments/', async () => {
    const book = new GitLogbook();
    writeFileSync(join(book.root, '.gitignore'), '*.tmp\n');
    writeFileSync(join(book.root, 'train.py'), 'pass\n');
    book.write({ 'e/runs/a.tmp': good, 'e/runs/a.jsonl': good });
    expect(await changed(book)).toEqual(['e/runs/a.jsonl']);
    book.commit('log');
    writeFileSync(join(book.root, 'train.py'), 'raise\n');
    expect(await changed(book)).toEqual([]);
  });

  it('lists everything before the first commit, staged or not, but nothing that is gone', async () => {
    const book = new GitLogbook();
    expect(await changed(book)).toEqual([]);
    book.write({ 'e/runs/a.jsonl': good, 'e/runs/b.jsonl': good, 'e/runs/gone.jsonl': good });
    book.git('add', 'experiments/e/runs/a.jsonl', 'experiments/e/runs/gone.jsonl');
    book.write({ 'e/runs/gone.jsonl': undefined });
    expect(await changed(book)).toEqual(['e/runs/a.jsonl', 'e/runs/b.jsonl']);
  });

  it('lists against a base what changed since the branch left it, and not what the base did since', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/old.jsonl': good, 'e/runs/reverted.jsonl': good });
    book.commit('log');
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ 'e/runs/mine.jsonl': good, 'e/runs/reverted.jsonl': '' });
    book.commit('mine');
    book.write({ 'e/runs/reverted.jsonl': good });
    book.commit('as it was');
    book.git('checkout', '-q', 'main');
    book.write({ 'e/runs/theirs.jsonl': good, 'e/runs/old.jsonl': '' });
    book.commit('theirs');
    book.git('checkout', '-q', 'branch');
    book.write({ 'e/runs/untracked.jsonl': good });
    for (const base of ['main', 'refs/heads/main', book.git('rev-parse', 'main')])
      expect(await changed(book, base)).toEqual(['e/runs/mine.jsonl', 'e/runs/untracked.jsonl']);
    expect(await changed(book, 'HEAD')).toEqual(['e/runs/untracked.jsonl']);
  });

  it('gives undefined for a base that git does not know, or with which nothing is shared', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    const tree = book.git('rev-parse', 'HEAD^{tree}');
    book.git('checkout', '-q', '--orphan', 'apart');
    book.git('commit', '-q', '-m', 'apart');
    for (const base of ['nowhere', 'main', 'no such thing', '0'.repeat(40), tree])
      expect(await changed(book, base), base).toBeUndefined();
  });

  it('takes no base for an option of git', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    for (const base of ['--all', '--octopus', '-a', '--']) expect(await changed(book, base), base).toBeUndefined();
  });

  it('gives undefined outside of a repository', async () => {
    expect(await listChangedFiles(plainFolder())).toBeUndefined();
    expect(await listChangedFiles(plainFolder(), { base: 'main' })).toBeUndefined();
    expect(await listChangedFiles(join(plainFolder(), 'no-such-folder'))).toBeUndefined();
  });

  it('gives paths from a root below the top of the repository, and nothing from beside it', async () => {
    const book = new GitLogbook({ below: 'projects/vision team' });
    book.write({ 'e/runs/a.jsonl': good, 'e/runs/b.jsonl': good });
    mkdirSync(join(book.root, '../other/experiments'), { recursive: true });
    writeFileSync(join(book.root, '../other/experiments/x.jsonl'), good);
    expect(await changed(book)).toEqual(['e/runs/a.jsonl', 'e/runs/b.jsonl']);
    book.commit('log');
    book.write({ 'e/runs/a.jsonl': '' });
    writeFileSync(join(book.root, '../other/experiments/x.jsonl'), '');
    expect(await changed(book)).toEqual(['e/runs/a.jsonl']);
    expect(await changed(book, 'HEAD')).toEqual(['e/runs/a.jsonl']);
  });

  it('hands names on letter for letter', async () => {
    const book = new GitLogbook();
    const names = ['ü n.jsonl', 'a"b.jsonl', 'line\nend.jsonl', 'tab\t.jsonl', '[a]*?.jsonl', 'lr=0.1,b+c.jsonl'];
    const paths = names.map((name) => `e/runs/${name}`).sort();
    book.write(Object.fromEntries(paths.map((path) => [path, good])));
    expect(await changed(book)).toEqual(paths);
    book.commit('log');
    book.write(Object.fromEntries(paths.map((path) => [path, good + good])));
    expect(await changed(book)).toEqual(paths);
  });

  it.each([
    ['color.ui', 'always'],
    ['diff.noprefix', 'true'],
    ['diff.renames', 'false'],
    ['diff.relative', 'false'],
    ['status.showUntrackedFiles', 'no'],
    ['core.quotePath', 'true'],
  ])('gives the same where a person has set %s to %s', async (key, value) => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    book.git('config', key, value);
    book.write({ 'e/runs/a.jsonl': '', 'e/runs/ü.jsonl': good });
    expect(await changed(book)).toEqual(['e/runs/a.jsonl', 'e/runs/ü.jsonl']);
  });
});

describe('readGitState', () => {
  it('tells the commit, the way from the top and the folder that all work trees share', async () => {
    const book = new GitLogbook({ below: 'projects/ünï "x"' });
    expect(await readGitState(book.root)).toMatchObject({
      head: undefined,
      prefix: 'projects/ünï "x"/',
      isShallow: false,
    });
    book.write({ 'e/runs/a.jsonl': good });
    const head = book.commit('log');
    const state = await readGitState(book.root);
    expect(state).toMatchObject({ head, isShallow: false });
    const tree = join(book.root, '../../tree');
    book.git('worktree', 'add', '-q', tree, '-b', 'beside');
    expect(await readGitState(join(tree, 'projects'))).toMatchObject({
      head,
      commonDir: state?.commonDir,
      prefix: 'projects/',
    });
  });

  it('is undefined outside of a repository', async () => {
    expect(await readGitState(plainFolder())).toBeUndefined();
  });
});

describe('GitObjects', () => {
  it('reads blobs one after the other: text, nothing, binary and five megabytes', async () => {
    const book = new GitLogbook();
    const big = Buffer.alloc(5 * 1024 * 1024, 'a line of text\n');
    const blobs: Buffer[] = [
      Buffer.from('text\n'),
      Buffer.alloc(0),
      Buffer.from([0, 0x0a, 0xff, 0x0d, 0x0a, 0]),
      big,
      Buffer.from('\n'),
      Buffer.from(`${'0'.repeat(40)} blob 5\nabcde`),
      Buffer.alloc(64 * 1024),
    ];
    const ids = blobs.map((bytes) => {
      const { stdout } = spawnSync('git', ['hash-object', '-w', '--stdin'], {
        cwd: book.root,
        env: gitEnvironment(),
        input: bytes,
        encoding: 'utf8',
      });
      return stdout.trim();
    });
    const objects = new GitObjects(book.root);
    try {
      const digest = (bytes: Buffer | undefined): string | undefined =>
        bytes && createHash('sha256').update(bytes).digest('hex');
      const read: (string | undefined)[] = [];
      const order = [...ids, ...ids.toReversed(), ids[3] ?? '', ids[3] ?? ''];
      for (const id of order) read.push(digest(await objects.read(id)));
      expect(read).toEqual(order.map((id) => digest(blobs[ids.indexOf(id)])));
    } finally {
      objects.close();
    }
  });

  it('gives undefined for what git does not have, and reads on', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    const id = book.git('rev-parse', 'HEAD:experiments/e/runs/a.jsonl');
    const objects = new GitObjects(book.root);
    try {
      for (const unknown of ['0'.repeat(40), 'f'.repeat(40), 'f'.repeat(64), 'nonsense', 'HEAD:no/such/file'])
        expect(await objects.read(unknown), unknown).toBeUndefined();
      expect((await objects.read(id))?.toString()).toBe(good);
      expect((await objects.read(id))?.toString()).toBe(good);
    } finally {
      objects.close();
    }
  });

  it('gives undefined outside of a repository, also when asked twice', async () => {
    const objects = new GitObjects(plainFolder());
    expect(await objects.read('0'.repeat(40))).toBeUndefined();
    expect(await objects.read('0'.repeat(40))).toBeUndefined();
    objects.close();
  });

  it('gives undefined for an object that is damaged', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    const id = book.git('rev-parse', 'HEAD:experiments/e/runs/a.jsonl');
    const file = join(book.root, '.git/objects', id.slice(0, 2), id.slice(2));
    renameSync(file, `${file}.old`);
    writeFileSync(file, 'nonsense');
    const objects = new GitObjects(book.root);
    expect(await objects.read(id)).toBeUndefined();
    objects.close();
  });
});
