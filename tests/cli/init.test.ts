import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readToolVersion } from '../../src/site/package-facts.ts';
import { openStore } from '../../src/store/open-store.ts';
import { stubGitEnvironment } from '../git/clones.ts';
import { gitEnvironment } from '../store/git-logbook.ts';
import { record } from './recorder.ts';

beforeEach(stubGitEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Somebody's repository: with git unless told otherwise, and with runfolio installed where asked for. */
function somewhere({
  git = true,
  installed = false,
  remote,
  files = {},
}: {
  git?: boolean;
  installed?: boolean;
  remote?: string;
  files?: Record<string, string>;
} = {}): string {
  const parent = mkdtempSync(join(tmpdir(), 'runfolio-init-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const root = join(parent, 'my-model');
  mkdirSync(root);
  const run = (...args: string[]): void => {
    execFileSync('git', args, { cwd: root, env: gitEnvironment() });
  };
  if (git) run('init', '-q', '-b', 'main');
  if (remote !== undefined) run('remote', 'add', 'origin', remote);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  if (installed) {
    mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
    symlinkSync(join(import.meta.dirname, '../../src/cli/bin.js'), join(root, 'node_modules/.bin/runfolio'));
  }
  return root;
}

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

/** All files below a folder with their text and time of change, git's own aside but for the hook. */
function snapshot(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const isInGit = path.startsWith('.git/') && path !== '.git/hooks/pre-commit';
    if (isInGit || !statSync(join(root, path)).isFile()) continue;
    found.set(path, `${statSync(join(root, path)).mtimeMs} ${read(root, path)}`);
  }
  return found;
}

describe('init', () => {
  it('makes a repository ready, says what it wrote and what to do next', async () => {
    const root = somewhere({ installed: true, remote: 'git@github.com:team/my-model.git' });
    const { code, stdout, stderr } = await record(['init'], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(root, 'ROOT')).toBe(`wrote   experiments/_site.yaml
wrote   .gitattributes
wrote   .gitignore
wrote   experiments/first-steps/experiment.yaml
wrote   experiments/first-steps/runs/lr-0.02.jsonl  (a sample, computed just now)
wrote   experiments/first-steps/runs/lr-0.1.jsonl  (a sample, computed just now)
wrote   experiments/first-steps/runs/lr-0.28.jsonl  (a sample, computed just now)
wrote   .github/workflows/experiments.yml  (chosen for the remote at github.com)
wrote   runfolio.py  (beside your scripts, where "import runfolio" finds it)
wrote   ROOT/.git/hooks/pre-commit  (each commit validates the logs that it changes)

Next:
  npx runfolio start
  npx runfolio new my-experiment --title "The question"
  git add experiments .gitattributes .gitignore .github/workflows/experiments.yml runfolio.py && git commit -m "Track experiments"
`);
    expect(
      read(root, '.gitattributes'),
    ).toBe(`# Runfolio: logs read the same everywhere; each line of runs.jsonl is a run.
*.jsonl text eol=lf
*.jsonl.gz binary
experiments/**/runs.jsonl merge=union
`);
    expect(read(root, '.gitignore')).toBe('# Runfolio: the built site, and packages.\nnode_modules/\ndist/\n');
    expect(read(root, 'experiments/_site.yaml')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/dist\/schema\/v1\/site\.json\ntitle: my-model experiments\n# site: /,
    );
    expect(read(root, 'runfolio.py')).toBe(
      readFileSync(join(import.meta.dirname, '../../src/logger/python/runfolio.py'), 'utf8'),
    );
    expect(statSync(join(root, '.git/hooks/pre-commit')).mode & 0o111).toBe(0o111);
    expect(await record(['validate', '--strict'], { cwd: root })).toMatchObject({ code: 0 });
  });

  it('changes nothing the second time, and nothing that a person wrote', async () => {
    const root = somewhere({ installed: true, remote: 'https://gitlab.example.org/team/my-model.git' });
    await record(['init', '--python', 'lib'], { cwd: root });
    const first = snapshot(root);
    const again = await record(['init', '--python', 'lib'], { cwd: root });
    expect(snapshot(root)).toEqual(first);
    expect(again.code).toBe(0);
    expect(again.stdout).not.toContain('wrote');
    for (const path of ['experiments/_site.yaml', '.gitlab-ci.yml', 'lib/runfolio.py']) {
      writeFileSync(join(root, path), '# mine\n');
      const { stdout } = await record(['init', '--python', 'lib'], { cwd: root });
      expect(stdout).toContain(`kept    ${path}  (it is not as init writes it; --force replaces it)\n`);
      expect(read(root, path)).toBe('# mine\n');
    }
    const log = 'experiments/first-steps/runs/lr-0.1.jsonl';
    writeFileSync(join(root, log), '{"step":1}\n');
    const forced = await record(['init', '--python', 'lib', '--force'], { cwd: root });
    expect(forced.stdout).toContain('wrote   .gitlab-ci.yml');
    expect(read(root, 'lib/runfolio.py')).not.toBe('# mine\n');
    expect(read(root, log)).toBe('{"step":1}\n');
  });

  it('adds to .gitattributes and .gitignore what they lack, in their own line ends', async () => {
    const files = { '.gitattributes': '*.jsonl  filter=lfs -text\r\n*.gz binary', '.gitignore': '/dist\n*.pyc' };
    const root = somewhere({ files });
    const { stdout } = await record(['init'], { cwd: root });
    expect(read(root, '.gitattributes')).toBe(
      `${files['.gitattributes']}\r\n\r\n# Runfolio: logs read the same everywhere; each line of runs.jsonl is a run.\r\nexperiments/**/runs.jsonl merge=union\r\n`,
    );
    expect(stdout).toContain('line 1 stays: *.jsonl filter=lfs -text');
    expect(read(root, '.gitignore')).toBe('/dist\n*.pyc\n\n# Runfolio: the built site, and packages.\nnode_modules/\n');
    const before = snapshot(root);
    await record(['init'], { cwd: root });
    expect(snapshot(root)).toEqual(before);
  });

  it('works outside of git, and says what is missing there', async () => {
    const root = somewhere({ git: false, installed: true });
    const { code, stdout } = await record(['init'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain('skipped a pre-commit hook  (this is no git repository)\n');
    expect(stdout).toContain(
      'skipped a CI file  (there is no remote to go by; choose one with --github or --gitlab)\n',
    );
    expect(stdout).toContain('  git init && npx runfolio init\n');
    expect(existsSync(join(root, '.git'))).toBe(false);
  });

  it('writes no hook where it could not run, and says first how to install', async () => {
    const root = somewhere();
    const { stdout } = await record(['init'], { cwd: root });
    expect(stdout).toContain('skipped a pre-commit hook  (it needs runfolio installed here');
    expect(stdout).toContain(`Next:\n  npm install --save-dev ./runfolio-${readToolVersion()}.tgz `);
    expect(existsSync(join(root, '.git/hooks/pre-commit'))).toBe(false);
  });

  it("leaves another tool's hook alone and names the line to add", async () => {
    const root = somewhere({ installed: true });
    mkdirSync(join(root, '.git/hooks'), { recursive: true });
    writeFileSync(join(root, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 0\n');
    const { code, stdout } = await record(['init'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain('add this line to it: npx --no-install runfolio validate --changed || exit 1');
    expect(read(root, '.git/hooks/pre-commit')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('adds no sample where there are experiments, nor with --no-sample', async () => {
    const root = somewhere({ files: { 'experiments/mine/runs/a.jsonl': '{"step":1,"loss":1}\n' } });
    const { stdout } = await record(['init'], { cwd: join(root, 'experiments/mine') });
    expect(stdout).toContain('skipped a sample experiment  (there are experiments already)');
    expect(existsSync(join(root, 'experiments/_site.yaml'))).toBe(true);
    expect(readdirSync(join(root, 'experiments'))).toEqual(['_site.yaml', 'mine']);
    const other = somewhere();
    await record(['init', '--no-sample'], { cwd: other });
    expect(readdirSync(join(other, 'experiments'))).toEqual(['_site.yaml']);
  });

  it('names what to commit from where it is called, and nothing that lies outside of the repository', async () => {
    const root = somewhere({ installed: true, files: { 'part/train.py': '' } });
    const next = async (cwd: string, ...args: string[]): Promise<string> =>
      (await record(['init', '--no-sample', ...args], { cwd })).stdout.replace(/^.*Next:\n/s, '');
    expect(await next(root, '--root', 'part', '--python', '../elsewhere')).toBe(
      [
        '  npx runfolio start --root part',
        '  npx runfolio new my-experiment --root part --title "The question"',
        '  git add part/experiments part/.gitattributes part/.gitignore && git commit -m "Track experiments"',
        '',
      ].join('\n'),
    );
    mkdirSync(join(root, 'part/deep'));
    expect(await next(join(root, 'part/deep'), '--no-python')).toBe(
      [
        '  npx runfolio start',
        '  npx runfolio new my-experiment --title "The question"',
        '  git add ../experiments ../.gitattributes ../.gitignore && git commit -m "Track experiments"',
        '',
      ].join('\n'),
    );
  });

  it('puts the CI file at the top of a repository only', async () => {
    const root = somewhere({ remote: 'git@github.com:team/x.git', files: { 'part/train.py': '' } });
    const { stdout } = await record(['init'], { cwd: join(root, 'part') });
    expect(stdout).toContain(
      'skipped .github/workflows/experiments.yml  (it belongs to the top of the repository; this is part/)',
    );
    expect(existsSync(join(root, 'part/experiments/_site.yaml'))).toBe(true);
    expect(existsSync(join(root, '.github'))).toBe(false);
  });

  it('leaves the Python logger out when it is told to', async () => {
    const root = somewhere({});
    expect((await record(['init', '--no-python'], { cwd: root })).stdout).toContain('skipped runfolio.py');
    expect(existsSync(join(root, 'runfolio.py'))).toBe(false);
  });

  it('puts the Python logger beside the scripts', async () => {
    for (const [script, expected] of [
      ['train.py', 'runfolio.py'],
      ['src/train.py', 'src/runfolio.py'],
      ['scripts/train.py', 'scripts/runfolio.py'],
      ['README.md', 'runfolio.py'],
    ] as const) {
      const root = somewhere({ files: { [script]: '' } });
      const { stdout } = await record(['init'], { cwd: root });
      expect(stdout).toContain(`wrote   ${expected}  (`);
      expect((await record(['init'], { cwd: root })).stdout).toContain(`kept    ${expected}\n`);
    }
  });

  it.each([
    ['https://github.com/team/x', '.github/workflows/experiments.yml'],
    ['ssh://git@github.example.org:22/team/x.git', '.github/workflows/experiments.yml'],
    ['git@gitlab.com:team/x.git', '.gitlab-ci.yml'],
  ])('chooses the CI file for the remote %s', async (remote, path) => {
    const root = somewhere({ remote });
    await record(['init'], { cwd: root });
    expect(existsSync(join(root, path))).toBe(true);
    expect(['.github', '.gitlab-ci.yml'].filter((name) => existsSync(join(root, name)))).toHaveLength(1);
  });

  it('does not guess for a remote that could be either, and writes what it is told', async () => {
    const root = somewhere({ remote: 'git@git.example.org:github/x.git' });
    expect((await record(['init'], { cwd: root })).stdout).toContain(
      'skipped a CI file  (the remote at git.example.org does not say which; choose one with --github or --gitlab)',
    );
    await record(['init', '--github', '--gitlab'], { cwd: root });
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    for (const path of ['.github/workflows/experiments.yml', '.gitlab-ci.yml'])
      expect(readme).toContain(`\`\`\`yaml\n${read(root, path)}\`\`\``);
  });

  it('is wrong use where there is no such folder, or where experiments is a file', async () => {
    const root = somewhere({ files: { experiments: '' } });
    expect(await record(['init'], { cwd: root })).toMatchObject({ code: 2 });
    expect(await record(['init', '--root', 'nowhere'], { cwd: root })).toMatchObject({ code: 2 });
  });
});

describe('the sample of init', () => {
  it('is a descent that was really computed: the loss falls to the least squares, faster with a larger rate', async () => {
    const root = somewhere();
    await record(['init'], { cwd: root });
    const store = await openStore(root);
    expect(store.diagnostics).toEqual([]);
    const ids = [0.02, 0.1, 0.28].map((rate) => `first-steps/lr-${rate}`);
    expect([...store.runs.keys()].sort()).toEqual(ids);
    for (const { state, tags } of store.runs.values())
      expect({ state, tags }).toEqual({ state: 'finished', tags: ['sample'] });
    const lossOf = (id = ''): number => store.runs.get(id)?.metrics.get('train/loss')?.last ?? Number.NaN;
    const lines = read(root, 'experiments/first-steps/runs/lr-0.1.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>)
      .filter((line) => 'step' in line);
    expect(lines).toHaveLength(41);
    for (const [at, line] of lines.entries())
      if (at > 0) expect(line['train/loss']).toBeLessThan(lines[at - 1]?.['train/loss'] ?? 0);
    const [first] = lines;
    expect(lossOf(ids[1])).toBeLessThan(lossOf(ids[0]));
    expect(lossOf(ids[0])).toBeLessThan(first?.['train/loss'] ?? 0);
    // The points lie along y = 1.5 x - 0.5 with a spread of 0.8.
    expect(lines.at(-1)?.slope).toBeCloseTo(1.5, 0);
    expect(lines.at(-1)?.offset).toBeCloseTo(-0.5, 0);
  });
});
