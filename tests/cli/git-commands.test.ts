import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GitLogbook, gitEnvironment } from '../store/git-logbook.ts';
import { type Recording, record } from './recorder.ts';

const good = '{"step":1,"loss":1}\n';
const bad = 'nonsense\n';

async function validate(book: GitLogbook, ...args: string[]): Promise<Recording & { files: number; found: string[] }> {
  const recording = await record(['validate', '--format', 'json', ...args], { cwd: book.root });
  if (recording.stdout === '') return { ...recording, files: 0, found: [] };
  const { files, diagnostics } = JSON.parse(recording.stdout) as {
    files: number;
    diagnostics: { file: string; code: string }[];
  };
  return { ...recording, files, found: diagnostics.map(({ file, code }) => `${file} ${code}`) };
}

describe('validate --changed', () => {
  it('reads what is staged, changed and new, and nothing else', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/old.jsonl': bad, 'e/runs/edited.jsonl': good, 'e/runs/gone.jsonl': bad });
    book.commit('log');
    expect(await validate(book, '--changed')).toMatchObject({ code: 0, files: 0, found: [] });
    book.write({
      'e/runs/edited.jsonl': bad,
      'e/runs/new.jsonl': bad,
      'e/runs/staged.jsonl': bad,
      'e/runs/gone.jsonl': undefined,
    });
    book.git('add', 'experiments/e/runs/staged.jsonl');
    const { code, files, found } = await validate(book, '--changed');
    expect({ code, files, found }).toEqual({
      code: 1,
      files: 3,
      found: ['edited', 'new', 'staged'].map((name) => `experiments/e/runs/${name}.jsonl not-json`),
    });
  });

  it('reads with --base all that the branch changed since it left', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/old.jsonl': bad });
    book.commit('log');
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ 'e/runs/mine.jsonl': bad });
    book.commit('mine');
    book.git('checkout', '-q', 'main');
    book.write({ 'e/runs/theirs.jsonl': bad });
    book.commit('theirs');
    book.git('checkout', '-q', 'branch');
    expect((await validate(book, '--changed')).found).toEqual([]);
    expect((await validate(book, '--changed', '--base', 'main')).found).toEqual([
      'experiments/e/runs/mine.jsonl not-json',
    ]);
  });

  it('reads everything before the first commit', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': bad });
    expect((await validate(book, '--changed')).found).toEqual(['experiments/e/runs/a.jsonl not-json']);
  });

  it.each([
    [['--base', 'main'], '--base goes with --changed'],
    [['--changed', '--base', 'nowhere'], 'git does not know "nowhere"'],
    [['--changed', 'experiments/e'], 'paths or --changed, not both'],
  ])('refuses %j', async (args, message) => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    const { code, stderr } = await validate(book, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('validate --fix', () => {
  const damaged = '\ufeff{"step":1,"loss":1,"text":"\\"status\\":\\"success\\""}\r\n{"event":"end","status":"success"}';
  const mended = '{"step":1,"loss":1,"text":"\\"status\\":\\"success\\""}\n{"event":"end","status":"finished"}\n';

  it('shows the difference, mends the file and prints the trailer to commit with', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': damaged, 'e/runs/b.jsonl': good });
    const file = join(book.root, 'experiments/e/runs/a.jsonl');
    chmodSync(file, 0o640);
    const dry = await record(['validate', '--dry-run'], { cwd: book.root });
    expect(readFileSync(file, 'utf8')).toBe(damaged);
    const { code, stdout, stderr } = await record(['validate', '--fix'], { cwd: book.root });
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(mended);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const patch = stdout.slice(0, stdout.indexOf('\n\n'));
    expect(dry.stdout.startsWith(patch)).toBe(true);
    expect(patch).toMatchInlineSnapshot(`
      "===================================================================
      --- a/experiments/e/runs/a.jsonl
      +++ b/experiments/e/runs/a.jsonl
      @@ -1,2 +1,2 @@
      -<U+FEFF>{"step":1,"loss":1,"text":"\\"status\\":\\"success\\""}␍
      -{"event":"end","status":"success"}
      \\ No newline at end of file
      +{"step":1,"loss":1,"text":"\\"status\\":\\"success\\""}
      +{"event":"end","status":"finished"}"
    `);
    expect(stderr).toContain('    Runfolio-Edit: ');
    const again = await record(['validate', '--fix'], { cwd: book.root });
    expect(again.stderr).toContain('Nothing to mend safely.');
    expect(again.stdout).toContain('0 errors, 0 warnings, 1 note');
  });

  it('leaves alone what cannot be mended safely', async () => {
    const book = new GitLogbook();
    const torn = Buffer.concat([Buffer.from('{"step":1}\r\n{"text":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
    book.write({ 'e/runs/bytes.jsonl': torn, 'e/runs/wrong.jsonl': `${bad}{"event":"end","status":"perhaps"}\n` });
    const before = readFileSync(join(book.root, 'experiments/e/runs/bytes.jsonl'));
    const { stderr } = await record(['validate', '--fix'], { cwd: book.root });
    expect(stderr).toContain('Nothing to mend safely.');
    expect(readFileSync(join(book.root, 'experiments/e/runs/bytes.jsonl')).equals(before)).toBe(true);
  });
});

describe('hooks install', () => {
  it('writes a hook that git runs, and that stops a commit of a damaged log', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.jsonl': good });
    book.commit('log');
    expect(await record(['hooks', 'install'], { cwd: book.root })).toMatchObject({ code: 0 });
    expect(await record(['hooks', 'install'], { cwd: book.root })).toMatchObject({ code: 0 });
    // A stand-in for npx that runs this repository's own command.
    const bin = join(book.root, 'bin');
    mkdirSync(bin);
    const command = join(import.meta.dirname, '../../src/cli/bin.js');
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${command}" "$@"\n`, {
      mode: 0o755,
    });
    const env = { ...gitEnvironment(), PATH: `${bin}:${process.env.PATH ?? ''}` };
    book.write({ 'e/runs/b.jsonl': bad });
    book.git('add', 'experiments');
    const refused = spawnSync('git', ['commit', '-q', '-m', 'damaged'], { cwd: book.root, env, encoding: 'utf8' });
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('experiments/e/runs/b.jsonl:1:1  error  not-json');
    book.write({ 'e/runs/b.jsonl': good });
    book.git('add', 'experiments');
    execFileSync('git', ['commit', '-q', '-m', 'sound'], { cwd: book.root, env, stdio: 'pipe' });
    expect(book.git('log', '-1', '--format=%s')).toBe('sound');
  });

  it('never overwrites the hook of another tool', async () => {
    const book = new GitLogbook();
    const hook = join(book.root, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
    const { code, stderr } = await record(['hooks', 'install'], { cwd: book.root });
    expect(code).toBe(2);
    expect(stderr).toContain('npx --no-install runfolio validate --changed || exit 1');
    expect(readFileSync(hook, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });
});
