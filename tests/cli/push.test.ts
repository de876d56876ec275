import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clone, SharedRepository, stubGitEnvironment } from '../git/clones.ts';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

beforeEach(stubGitEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

const start = '{"event":"start","time":"2026-03-04T09:00:00Z","params":{"lr":0.1}}\n';
const step = (number: number): string => `{"step":${number},"loss":${1 / number}}\n`;
const end = '{"event":"end","status":"finished","time":"2026-03-04T09:30:00Z"}\n';

/** Everything that git would show of a work tree: what is staged, what is changed, which commit. */
function state(clone: Clone): string {
  return `${clone.git('status', '--porcelain', '-uall')}\n${clone.git('diff', '--cached', '--stat')}`;
}

describe('push', () => {
  it('commits the new logs with a message that says how each run stands, and pushes them', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start + step(1) + end);
    clone.log('e/runs/b.jsonl', start + step(1));
    clone.log('e/f/runs.jsonl', '{"id":"s1","status":"finished"}\n{"id":"s2","status":"failed"}\n');
    const { code, stdout, stderr } = await clone.push();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `e/a  finished, 154 B more\ne/b  running, 88 B more\ne/f  2 runs, 62 B more\nPushed 3 files of 4 runs to origin/main (${shared.git('rev-parse', 'main').slice(0, 12)}).\n`,
    );
    expect(shared.git('log', '-1', '--format=%B', 'main')).toBe(
      'Log 4 runs: 2 finished, 1 running, 1 failed\n\ne/a  finished, 154 B more\ne/b  running, 88 B more\ne/f  2 runs, 62 B more',
    );
    expect(shared.files()).toEqual([
      '.gitattributes',
      'experiments/e/f/runs.jsonl',
      'experiments/e/runs/a.jsonl',
      'experiments/e/runs/b.jsonl',
      'train.py',
    ]);
    expect(shared.read('experiments/e/runs/b.jsonl')).toBe(start + step(1));
    expect(state(clone)).toBe('\n');
    expect(clone.git('rev-parse', 'HEAD')).toBe(shared.git('rev-parse', 'main'));
  });

  it('has nothing to do the second time, and then takes what a log has grown by', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start + step(1));
    await clone.push();
    expect(await clone.push()).toEqual({ code: 0, stdout: 'Nothing to push: origin/main has all logs.\n', stderr: '' });
    clone.log('e/runs/a.jsonl', step(2) + end);
    const { stdout } = await clone.push();
    expect(stdout).toContain('e/a  finished, 88 B more');
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(start + step(1) + step(2) + end);
    expect(shared.git('rev-list', '--count', 'main')).toBe('3');
  });

  it('leaves out half a line at the end, whichever bytes it has, until the line is whole', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', `${start}${step(1)}{"step":2,"lo`);
    const { code, stdout } = await clone.push();
    expect(code).toBe(0);
    expect(stdout).toContain('waiting  experiments/e/runs/a.jsonl: 13 B after the last line end, an unfinished line\n');
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(start + step(1));
    expect(clone.read('experiments/e/runs/a.jsonl')).toBe(`${start}${step(1)}{"step":2,"lo`);
    clone.log('e/runs/a.jsonl', 'ss":0.5}\n');
    expect((await clone.push()).code).toBe(0);
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(`${start}${step(1)}{"step":2,"loss":0.5}\n`);
    clone.log('e/runs/new.jsonl', '{"event":"sta');
    expect((await clone.push()).stdout).toContain('Nothing to push');
    expect(shared.files()).not.toContain('experiments/e/runs/new.jsonl');
  });

  it('takes only the runs named, and with --ended only those that have ended', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    for (const name of ['a', 'b']) clone.log(`v/e/runs/${name}.jsonl`, start + step(1) + end);
    clone.log('v/e/runs/open.jsonl', start + step(1));
    clone.log('other/runs/c.jsonl', start + end);
    clone.log('v/e/runs.jsonl', '{"id":"s1","metrics":{"acc":1}}\n{"id":"s2","metrics":{"acc":2}}\n');
    await clone.push('v/e/a', 'v/e/s2');
    expect(shared.files().filter((path) => path.startsWith('experiments/'))).toEqual([
      'experiments/v/e/runs.jsonl',
      'experiments/v/e/runs/a.jsonl',
    ]);
    expect(shared.read('experiments/v/e/runs.jsonl')).toBe('{"id":"s2","metrics":{"acc":2}}\n');
    await clone.push('experiments/v/', '--ended');
    expect(shared.files().filter((path) => path.startsWith('experiments/'))).toEqual([
      'experiments/v/e/runs.jsonl',
      'experiments/v/e/runs/a.jsonl',
      'experiments/v/e/runs/b.jsonl',
    ]);
    expect(shared.read('experiments/v/e/runs.jsonl')).toBe(
      '{"id":"s2","metrics":{"acc":2}}\n{"id":"s1","metrics":{"acc":1}}\n',
    );
    expect(await clone.push('v/e/opne')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'runfolio: There is no experiment or run "v/e/opne". Did you mean "v/e/open"?\n',
    });
  });

  it('takes the files that a run keeps, and leaves settings, leftovers and ignored files', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.file('.git/info/exclude', '*.ckpt\n');
    clone.log('e/runs/a/run.jsonl', start + end);
    clone.log('e/runs/a/media/x.csv', 'no line end');
    clone.log('e/runs/a/model.ckpt', 'ignored');
    clone.log('e/runs/a/run.jsonl.swp', 'leftover');
    clone.log('e/experiment.yaml', 'title: mine\n');
    clone.log('_site.yaml', 'title: mine\n');
    await clone.push();
    expect(shared.files().filter((path) => path.startsWith('experiments/'))).toEqual([
      'experiments/e/runs/a/media/x.csv',
      'experiments/e/runs/a/run.jsonl',
    ]);
    expect(shared.read('experiments/e/runs/a/media/x.csv')).toBe('no line end');
  });

  it('shows with --dry-run what it would do, and writes nothing', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start + end);
    const objects = (): string => clone.git('count-objects');
    const before = objects() + state(clone);
    const { code, stdout } = await clone.push('--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'new  experiments/e/runs/a.jsonl  134 B\nWould push 1 file of 1 run to origin/main.\n',
    });
    expect(objects() + state(clone)).toBe(before);
    expect(shared.git('rev-list', '--count', 'main')).toBe('1');
  });

  it('prints one object with --json, also when git refuses', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start + end);
    const first = await clone.push('--json', '--message', 'Nightly');
    expect(JSON.parse(first.stdout)).toEqual({
      version: 1,
      commit: shared.git('rev-parse', 'main'),
      remote: 'origin',
      branch: 'main',
      attempts: 1,
      runs: [{ id: 'e/a', status: 'finished' }],
      files: [{ path: 'experiments/e/runs/a.jsonl', status: 'new', bytes: 134, addedBytes: 134 }],
      held: [],
      waiting: [],
      local: 'moved',
    });
    expect(shared.git('log', '-1', '--format=%s', 'main')).toBe('Nightly');
    clone.git('remote', 'set-url', 'origin', join(shared.folder, 'nowhere.git'));
    const { code, stdout, stderr } = await clone.push('--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      commit: null,
      error: expect.stringContaining('nowhere.git') as unknown,
    });
  });
});

describe('push leaves other work alone', () => {
  it('keeps staged, changed and new files of others as they are, and commits none of them', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.file('train.py', 'print(2)\n');
    clone.git('add', 'train.py');
    clone.file('train.py', 'print(3)\n');
    clone.file('new.py', 'print(4)\n');
    clone.file('staged.py', 'print(5)\n');
    clone.git('add', 'staged.py');
    const before = state(clone);
    clone.log('e/runs/a.jsonl', start + end);
    expect((await clone.push()).code).toBe(0);
    expect(state(clone)).toBe(before);
    expect(clone.git('show', ':train.py')).toBe('print(2)');
    expect(shared.git('show', 'main:train.py')).toBe('print(1)');
    expect(shared.git('diff-tree', '-r', '--name-only', 'main~1', 'main')).toBe('experiments/e/runs/a.jsonl');
    expect(readdirSync(join(clone.root, '.git')).filter((name) => name.startsWith('runfolio'))).toEqual([]);
    expect(clone.git('for-each-ref', 'refs/runfolio')).toBe('');
  });

  it('brings the logs of others into the tree, and never their code', async () => {
    const shared = new SharedRepository();
    const [mine, theirs] = [shared.clone(), shared.clone()];
    theirs.log('e/runs/theirs.jsonl', start + end);
    await theirs.push();
    mine.log('e/runs/mine.jsonl', start);
    expect((await mine.push()).code).toBe(0);
    expect(mine.git('rev-parse', 'HEAD')).toBe(shared.git('rev-parse', 'main'));
    expect(mine.read('experiments/e/runs/theirs.jsonl')).toBe(start + end);
    theirs.git('pull', '-q');
    theirs.file('train.py', 'print("changed")\n');
    theirs.git('commit', '-qam', 'code');
    theirs.git('push', '-q');
    mine.log('e/runs/mine.jsonl', step(1));
    const before = mine.git('rev-parse', 'HEAD');
    const { code, stdout } = await mine.push();
    expect(code).toBe(0);
    expect(stdout).toContain('Your branch was not moved. Others pushed more than logs, such as train.py.');
    expect(mine.git('rev-parse', 'HEAD')).toBe(before);
    expect(mine.read('train.py')).toBe('print(1)\n');
    expect(shared.read('experiments/e/runs/mine.jsonl')).toBe(start + step(1));
    // The log goes on while the branch is behind, and the next pull is not in its way.
    mine.log('e/runs/mine.jsonl', step(2));
    mine.git('pull', '-q', '--ff-only');
    expect(mine.read('train.py')).toBe('print("changed")\n');
    expect(mine.read('experiments/e/runs/mine.jsonl')).toBe(start + step(1) + step(2));
    expect((await mine.push()).stdout).toContain('e/mine');
    expect(mine.git('rev-parse', 'HEAD')).toBe(shared.git('rev-parse', 'main'));
  });

  it('does not publish commits that are only here, and commits the logs on top of them as well', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.file('train.py', 'print("not ready")\n');
    clone.git('commit', '-qam', 'not ready');
    clone.log('e/runs/a.jsonl', start + end);
    const { code, stdout } = await clone.push();
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Your branch was not moved. It has commits of its own. The logs were committed on it as well.',
    );
    expect(shared.git('show', 'main:train.py')).toBe('print(1)');
    expect(clone.git('log', '--format=%s', '-2')).toBe('Log e/a: finished\nnot ready');
    clone.git('pull', '-q', '--rebase');
    expect(clone.git('log', '--format=%s')).toBe('not ready\nLog e/a: finished\ncode');
    expect(state(clone)).toBe('\n');
  });

  it('pushes logs that were committed here before, and nothing else of those commits', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start + end);
    const local = await clone.push('--no-push');
    expect(local).toMatchObject({ code: 0, stderr: '' });
    expect(local.stdout).toMatch(
      /^e\/a {2}finished, 134 B more\nCommitted 1 file of 1 run \(\w{12}\)\. Nothing was pushed\.\n$/,
    );
    expect(shared.git('rev-list', '--count', 'main')).toBe('1');
    expect(state(clone)).toBe('\n');
    expect((await clone.push('--no-push')).stdout).toContain('Nothing to push');
    expect((await clone.push()).code).toBe(0);
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(start + end);
  });

  it('does not undo what others did to a log that stands here unchanged', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    for (const name of ['edited', 'removed', 'grown']) clone.log(`e/runs/${name}.jsonl`, start);
    await clone.push();
    const other = shared.clone();
    other.file('experiments/e/runs/edited.jsonl', `${start.replace('0.1', '0.2')}`);
    other.log('e/runs/grown.jsonl', step(1));
    rmSync(join(other.root, 'experiments/e/runs/removed.jsonl'));
    other.git('commit', '-qam', 'edits');
    other.git('push', '-q');
    expect((await clone.push()).stdout).toBe('Nothing to push: origin/main has all logs.\n');
    clone.log('e/runs/new.jsonl', start);
    expect((await clone.push()).code).toBe(0);
    expect(shared.read('experiments/e/runs/edited.jsonl')).toContain('0.2');
    expect(shared.read('experiments/e/runs/grown.jsonl')).toBe(start + step(1));
    expect(shared.files()).not.toContain('experiments/e/runs/removed.jsonl');
  });
});

// A deadline for what a busy machine does late, not a measure.
describe('push and other writers', { timeout: 120_000 }, () => {
  const soon = { sleep: async () => await new Promise<void>((settle) => setImmediate(settle)), random: () => 0 };

  it('brings all runs of many clones that push at the same time', async () => {
    const shared = new SharedRepository();
    const clones = Array.from({ length: 4 }, () => shared.clone());
    for (const [at, clone] of clones.entries()) {
      clone.file(`private-${at}.txt`, 'mine');
      clone.git('add', '.');
    }
    for (let round = 1; round <= 3; round += 1) {
      const results = await Promise.all(
        clones.map(async (clone, at) => {
          clone.log(`e/runs/r${at}.jsonl`, step(round));
          clone.log('e/runs.jsonl', `{"id":"c${at}-${round}","metrics":{"acc":1}}\n`);
          return await clone.pushWith(soon, { retries: 50 });
        }),
      );
      for (const { code, stderr } of results)
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    }
    for (const [at, clone] of clones.entries()) {
      expect(shared.read(`experiments/e/runs/r${at}.jsonl`)).toBe(step(1) + step(2) + step(3));
      expect(clone.git('diff', '--cached', '--name-only')).toBe(`private-${at}.txt`);
    }
    const ids = shared
      .read('experiments/e/runs.jsonl')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids.toSorted()).toEqual([0, 1, 2, 3].flatMap((at) => [1, 2, 3].map((round) => `c${at}-${round}`)).sort());
    expect(shared.git('rev-list', '--count', 'main')).toBe('13');
    expect(shared.files().filter((path) => path.startsWith('private'))).toEqual([]);
    // Each clone can be brought to what all have written, by git alone.
    for (const clone of clones) {
      clone.git('commit', '-qm', 'private');
      clone.git('pull', '-q', '--no-rebase', '--no-edit');
      expect(clone.read('experiments/e/runs/r0.jsonl')).toBe(step(1) + step(2) + step(3));
    }
  });

  it('brings the runs of several pushes from one clone at the same time', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    const names = ['a', 'b', 'c'];
    for (const name of names) clone.log(`e/runs/${name}.jsonl`, start);
    const results = await Promise.all(
      names.map(async (name) => await clone.pushWith(soon, { retries: 50 }, [`e/${name}`])),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    for (const name of names) expect(shared.read(`experiments/e/runs/${name}.jsonl`)).toBe(start);
    expect(shared.git('rev-list', '--count', 'main')).toBe('4');
    // Whichever of them came first, the next push brings the branch up to date, or git pull does.
    clone.log('e/runs/d.jsonl', start);
    expect((await clone.push()).code).toBe(0);
    clone.git('pull', '-q', '--no-rebase', '--no-edit');
    expect(state(clone)).toBe('\n');
    expect(clone.git('ls-files', 'experiments').split('\n')).toHaveLength(4);
  });

  it('is kept from nothing by a locked index: what was pushed is told, and the branch stays', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start);
    clone.file('.git/index.lock', '');
    const { code, stdout } = await clone.pushWith(soon);
    expect(code).toBe(0);
    expect(stdout).toContain('Your branch was not moved: ');
    expect(stdout).toContain('index.lock');
    expect(stdout).not.toContain(String.raw`\u000a`);
    expect(shared.files()).toContain('experiments/e/runs/a.jsonl');
    rmSync(join(clone.root, '.git/index.lock'));
    expect((await clone.push()).stdout).toBe('Nothing to push: origin/main has all logs.\n');
    expect(state(clone)).toBe('\n');
    clone.git('pull', '-q', '--ff-only');
    clone.log('e/runs/a.jsonl', end);
    expect((await clone.push()).code).toBe(0);
    expect(state(clone)).toBe('\n');
  });

  it('removes what a push that was killed left behind, and leaves what belongs to one that may go on', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start);
    const hour = Date.parse('2026-03-04T10:00:00Z') / 1000 - 3600;
    for (const at of [hour - 1, hour + 1]) {
      clone.file(`.git/runfolio-index-${at}-x`, '');
      clone.git('update-ref', `refs/runfolio/push-${at}-x`, 'HEAD');
    }
    expect((await clone.push()).code).toBe(0);
    const files = readdirSync(join(clone.root, '.git')).filter((name) => name.startsWith('runfolio'));
    expect(files).toEqual([`runfolio-index-${hour + 1}-x`]);
    expect(clone.git('for-each-ref', '--format=%(refname)', 'refs/runfolio')).toBe(`refs/runfolio/push-${hour + 1}-x`);
  });

  it('takes whole lines from the beginning of a log while it is being written', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start);
    let isOver = false;
    const writer = (async () => {
      for (let number = 1; !isOver; number += 1) {
        clone.log('e/runs/a.jsonl', `{"step":${number},`);
        await new Promise<void>((settle) => setImmediate(settle));
        clone.log('e/runs/a.jsonl', `"loss":1}\n`);
        await new Promise<void>((settle) => setImmediate(settle));
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      expect(await clone.push()).toMatchObject({ code: 0, stderr: '' });
      const pushed = shared.read('experiments/e/runs/a.jsonl');
      expect(pushed).toMatch(/^\{[^\n]*\}\n(\{"step":\d+,"loss":1\}\n)*$/);
      expect(clone.read('experiments/e/runs/a.jsonl')?.startsWith(pushed)).toBe(true);
    }
    isOver = true;
    await writer;
    await clone.push();
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(clone.read('experiments/e/runs/a.jsonl'));
  });

  it('waits longer each time, up to a bound, and gives up after the retries with what git said', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start);
    // Another writer comes first, always: before each push reaches the branch a commit is put onto it.
    const hook = join(clone.root, '.git/hooks/pre-push');
    mkdirSync(join(clone.root, '.git/hooks'), { recursive: true });
    writeFileSync(
      hook,
      `#!/bin/sh\ncd "${shared.bare}" && unset GIT_DIR GIT_INDEX_FILE && git update-ref refs/heads/main $(git commit-tree -p main -m other main^{tree})\n`,
    );
    chmodSync(hook, 0o755);
    const waits: number[] = [];
    const effects = {
      sleep: async (ms: number): Promise<void> => {
        waits.push(ms);
      },
      random: () => 0.5,
    };
    const { code, stdout, stderr } = await clone.pushWith(effects, { retries: 7 });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(waits).toEqual([125, 250, 500, 1000, 2000, 4000, 5000]);
    expect(stderr).toContain(
      'Git refused 8 times, the last time with these words:\n[remote rejected] (failed to update ref)',
    );
    expect(stderr).toContain('Nothing was pushed. The logs are where they were.');
    expect(clone.read('experiments/e/runs/a.jsonl')).toBe(start);
    expect(clone.git('status', '--porcelain', '-uall')).toBe('?? experiments/e/runs/a.jsonl');
  });

  it('puts the runs of both sides of a runs.jsonl together, and holds back a run that was changed', async () => {
    const shared = new SharedRepository();
    const [mine, theirs] = [shared.clone(), shared.clone()];
    theirs.log('e/runs.jsonl', '{"id":"a","metrics":{"acc":NaN}}\n{"id":"b","metrics":{"acc":2}}\n');
    await theirs.push();
    mine.log('e/runs.jsonl', '{"id":"c","metrics":{"acc":3}}\n');
    expect((await mine.push()).code).toBe(0);
    expect(shared.read('experiments/e/runs.jsonl')).toBe(
      '{"id":"a","metrics":{"acc":NaN}}\n{"id":"b","metrics":{"acc":2}}\n{"id":"c","metrics":{"acc":3}}\n',
    );
    expect(mine.read('experiments/e/runs.jsonl')).toBe('{"id":"c","metrics":{"acc":3}}\n');
    mine.git('pull', '-q', '--no-rebase', '--no-edit');
    expect(new Set(mine.read('experiments/e/runs.jsonl')?.trim().split('\n'))).toHaveLength(3);
    mine.file('experiments/e/runs.jsonl', '{"id":"a","metrics":{"acc":7}}\n');
    const { code, stdout } = await mine.push();
    expect(code).toBe(1);
    expect(stdout).toContain('held back  experiments/e/runs.jsonl has another line than origin/main for "a".');
    expect(shared.read('experiments/e/runs.jsonl')).toContain('{"id":"a","metrics":{"acc":NaN}}\n');
  });

  it('holds back a run that another clone wrote under the same name, and pushes the rest', async () => {
    const shared = new SharedRepository();
    const [mine, theirs] = [shared.clone(), shared.clone()];
    theirs.log('e/runs/a.jsonl', start + step(1));
    await theirs.push();
    mine.log('e/runs/a.jsonl', start + step(9));
    mine.log('e/runs/b.jsonl', start);
    const { code, stdout } = await mine.push();
    expect(code).toBe(1);
    expect(stdout).toContain(
      'held back  experiments/e/runs/a.jsonl was changed both here and in origin/main, and neither goes on from the other.',
    );
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(start + step(1));
    expect(shared.files()).toContain('experiments/e/runs/b.jsonl');
    expect(mine.read('experiments/e/runs/a.jsonl')).toBe(start + step(9));
  });
});

describe('push and logs that went elsewhere', () => {
  it('takes the old place away where the run moved into a folder or was compressed, and only when it is all there', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    for (const name of ['moved', 'packed', 'lost', 'deleted']) clone.log(`e/runs/${name}.jsonl`, start + step(1));
    await clone.push();
    const runs = join(clone.root, 'experiments/e/runs');
    mkdirSync(join(runs, 'moved'));
    renameSync(join(runs, 'moved.jsonl'), join(runs, 'moved/run.jsonl'));
    clone.log('e/runs/moved/run.jsonl', step(2));
    for (const name of ['packed', 'lost', 'deleted']) rmSync(join(runs, `${name}.jsonl`));
    writeFileSync(join(runs, 'packed.jsonl.gz'), gzipSync(start + step(1) + end));
    writeFileSync(join(runs, 'lost.jsonl.gz'), gzipSync(step(1)));
    expect((await clone.push()).code).toBe(0);
    expect(shared.files().filter((path) => path.startsWith('experiments/'))).toEqual([
      'experiments/e/runs/deleted.jsonl',
      'experiments/e/runs/lost.jsonl',
      'experiments/e/runs/lost.jsonl.gz',
      'experiments/e/runs/moved/run.jsonl',
      'experiments/e/runs/packed.jsonl.gz',
    ]);
  });
});

describe('push holds back', () => {
  it.each([
    [
      'a secret',
      '{"event":"start","params":{"api_key":"hunter2hunter2"}}\n',
      'holds what looks like a secret (line 1)',
    ],
    [
      'a merge conflict',
      '<<<<<<< ours\n{"step":1}\n=======\n{"step":2}\n>>>>>>> theirs\n',
      'holds an unresolved merge conflict (line 1)',
    ],
  ])('%s, and pushes the rest', async (_name, log, reason) => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', start);
    clone.log('e/runs/bad.jsonl', log);
    const { code, stdout } = await clone.push();
    expect(code).toBe(1);
    expect(stdout).toContain(`held back  experiments/e/runs/bad.jsonl ${reason}`);
    expect(stdout).not.toContain('hunter2');
    expect(shared.files().filter((path) => path.startsWith('experiments/'))).toEqual(['experiments/e/runs/a.jsonl']);
    expect(clone.git('cat-file', '--batch-all-objects', '--batch-check').split('\n').length).toBeGreaterThan(3);
  });

  it('a file larger than a limit, and a log whose name is no id', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a/run.jsonl', start);
    clone.log('e/runs/a/weights.bin', 'x'.repeat(2000));
    clone.log('e/runs/lr 0.1.jsonl', start);
    const { code, stdout } = await clone.push('--max-file-size', '1 kB');
    expect(code).toBe(1);
    expect(stdout).toContain('held back  experiments/e/runs/a/weights.bin is 2 kB, more than 1 kB (--max-file-size).');
    expect(stdout).toContain('held back  experiments/e/runs/lr 0.1.jsonl belongs to no run that can be read');
    expect(await clone.push('--max-file-size', 'big')).toMatchObject({ code: 2 });
  });
});

describe('push says what git said, ends with 1 and loses nothing', () => {
  async function refused(clone: Clone, ...args: string[]): Promise<string> {
    clone.log('e/runs/a.jsonl', start);
    const before = state(clone);
    const { code, stdout, stderr } = await clone.push(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/\nNothing was pushed\. The logs are where they were\.\n$/);
    expect(clone.read('experiments/e/runs/a.jsonl')).toBe(start);
    expect(state(clone)).toBe(before);
    return stderr;
  }

  it('outside of a repository', async () => {
    const cwd = writeLogs({ 'e/runs/a.jsonl': start });
    const { code, stderr } = await record(['push'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('not a git repository');
  });

  it('without a remote, and with several of which none can be chosen', async () => {
    const clone = new SharedRepository().clone();
    clone.git('remote', 'rename', 'origin', 'one');
    expect(await clone.push('--remote', 'two')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'runfolio: There is no remote "two". There is: one.\n',
    });
    expect(await clone.push('--branch', 'a b')).toMatchObject({
      code: 2,
      stderr: 'runfolio: "a b" is no name of a branch.\n',
    });
    clone.git('branch', '--unset-upstream');
    clone.git('remote', 'add', 'two', 'nowhere');
    expect((await clone.push()).stderr).toContain('There are 2 remotes: one, two. Choose one with --remote.');
    clone.git('remote', 'remove', 'one');
    clone.git('remote', 'remove', 'two');
    expect((await clone.push()).stderr).toContain('The repository has no remote.');
    expect((await clone.push('--no-push')).code).toBe(0);
  });

  it('with a detached HEAD, unless a branch is named', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.git('checkout', '-q', '--detach');
    expect(await refused(clone)).toContain('No branch is checked out (HEAD is detached). Name the one to push to');
    expect((await clone.push('--no-push')).code).toBe(1);
    const head = clone.git('rev-parse', 'HEAD');
    expect((await clone.push('--branch', 'main')).code).toBe(0);
    expect(shared.files()).toContain('experiments/e/runs/a.jsonl');
    expect(clone.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('in the middle of a merge', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.git('checkout', '-q', '-b', 'side');
    clone.file('train.py', 'side\n');
    clone.git('commit', '-qam', 'side');
    clone.git('checkout', '-q', 'main');
    clone.file('train.py', 'main\n');
    clone.git('commit', '-qam', 'main');
    expect(() => clone.git('merge', 'side')).toThrow();
    expect(await refused(clone)).toContain('A merge is under way');
    expect(shared.git('rev-list', '--count', 'main')).toBe('1');
  });

  it('when a hook of the remote says no', async () => {
    const shared = new SharedRepository();
    const hook = join(shared.bare, 'hooks/pre-receive');
    mkdirSync(join(shared.bare, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "no logs on Sundays" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const words = await refused(shared.clone());
    expect(words).toContain('[remote rejected] (pre-receive hook declined)');
    expect(words).toContain('no logs on Sundays');
    expect(words).not.toContain('trying again');
  });

  it('when there is nobody to tell a password', async () => {
    const clone = new SharedRepository().clone();
    const ssh = join(clone.root, '.git/no-ssh');
    writeFileSync(ssh, '#!/bin/sh\necho "git@example.org: Permission denied (publickey)." >&2\nexit 255\n', {
      mode: 0o755,
    });
    clone.git('config', 'core.sshCommand', ssh);
    clone.git('remote', 'set-url', 'origin', 'git@example.org:team/runs.git');
    const words = await refused(clone);
    expect(words).toContain('Permission denied (publickey)');
    expect(words).not.toContain('trying again');
  });

  it('when a new branch would publish commits', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.file('train.py', 'mine\n');
    clone.git('commit', '-qam', 'mine');
    expect(await refused(clone, '--branch', 'logs')).toContain(
      'origin has no branch "logs", and beginning it would publish commits that are only here. Push it once yourself: git push -u origin HEAD:logs',
    );
  });

  it('where who commits is not known', async () => {
    const clone = new SharedRepository().clone();
    for (const role of ['AUTHOR', 'COMMITTER'])
      for (const part of ['NAME', 'EMAIL']) vi.stubEnv(`GIT_${role}_${part}`, undefined);
    vi.stubEnv('HOME', clone.root);
    clone.git('config', 'user.useConfigOnly', 'true');
    expect(await refused(clone)).toContain('Please tell me who you are');
  });
});

describe('push works', { timeout: 120_000 }, () => {
  it('into an empty repository, and from one clone of it after the other', async () => {
    const shared = new SharedRepository({ empty: true });
    const [first, second] = [shared.clone(), shared.clone()];
    first.log('e/runs/a.jsonl', start);
    expect(await first.push()).toMatchObject({ code: 0, stderr: '' });
    expect(state(first)).toBe('\n');
    second.log('e/runs/b.jsonl', start);
    expect(await second.push()).toMatchObject({ code: 0, stderr: '' });
    expect(shared.files()).toEqual(['experiments/e/runs/a.jsonl', 'experiments/e/runs/b.jsonl']);
    expect(second.git('rev-parse', 'HEAD')).toBe(shared.git('rev-parse', 'main'));
    expect(state(second)).toBe('\n');
    expect(second.read('experiments/e/runs/a.jsonl')).toBe(start);
  });

  it('from a new branch that has no upstream, and to a branch that is named', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.git('checkout', '-q', '-b', 'try', '--no-track');
    clone.log('e/runs/a.jsonl', start);
    expect(await clone.push()).toMatchObject({ code: 0, stderr: '' });
    expect(shared.files('try')).toContain('experiments/e/runs/a.jsonl');
    clone.log('e/runs/b.jsonl', start);
    const before = state(clone);
    expect(await clone.push('e/b', '--branch', 'logs')).toMatchObject({ code: 0, stderr: '' });
    expect(shared.files('logs')).toContain('experiments/e/runs/b.jsonl');
    expect(shared.files('main')).toEqual(['.gitattributes', 'train.py']);
    expect(state(clone)).toBe(before);
  });

  it('in a sparse clone, never putting a new log in the place of one that it left out', async () => {
    const shared = new SharedRepository();
    const first = shared.clone();
    first.log('e/runs/a.jsonl', start + step(1) + step(2) + end);
    await first.push();
    const sparse = shared.clone('--sparse');
    expect(sparse.read('experiments/e/runs/a.jsonl')).toBeUndefined();
    for (const text of [step(1), Array.from({ length: 20 }, (_, at) => step(at + 1)).join('')]) {
      sparse.log('e/runs/a.jsonl', text);
      const { code, stdout } = await sparse.push();
      expect(code).toBe(1);
      expect(stdout).toContain(
        'held back  experiments/e/runs/a.jsonl is another file than the one in origin/main, which this sparse clone may have left out. Give the run another name, or check the file out first (git sparse-checkout).',
      );
    }
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe(start + step(1) + step(2) + end);
  });

  it('in shallow, partial and sparse clones', async () => {
    const shared = new SharedRepository();
    shared.git('config', 'uploadpack.allowFilter', 'true');
    const writer = shared.clone();
    for (const name of ['a', 'b', 'c']) {
      writer.log(`e/runs/${name}.jsonl`, start);
      await writer.push();
    }
    const shallow = shared.clone('--depth', '1');
    const partial = shared.clone('--filter=blob:none', '--no-checkout');
    const sparse = shared.clone('--filter=blob:none', '--sparse');
    partial.git('sparse-checkout', 'set', 'experiments/mine');
    partial.git('checkout', '-q', 'main');
    sparse.git('sparse-checkout', 'set', 'experiments/other');
    for (const [name, clone] of Object.entries({ shallow, partial, sparse })) {
      clone.log(`${name}/runs/x.jsonl`, start);
      expect(await clone.push(), name).toMatchObject({ code: 0, stderr: '' });
      clone.log(`${name}/runs/x.jsonl`, end);
      expect(await clone.push(`${name}/x`), name).toMatchObject({ code: 0, stderr: '' });
      expect(shared.read(`experiments/${name}/runs/x.jsonl`)).toBe(start + end);
    }
    expect(shared.files().filter((path) => path.startsWith('experiments/e/'))).toHaveLength(3);
    expect(existsSync(join(partial.root, 'experiments/e'))).toBe(false);
  });

  it('below the top of a repository, and from a second work tree', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.file('projects/vision team/experiments/e/runs/a.jsonl', start);
    clone.file('experiments/e/runs/other.jsonl', start);
    const below = await record(['push'], { cwd: join(clone.root, 'projects/vision team') });
    expect(below).toMatchObject({ code: 0, stderr: '' });
    expect(shared.files()).toContain('projects/vision team/experiments/e/runs/a.jsonl');
    expect(shared.files()).not.toContain('experiments/e/runs/other.jsonl');
    clone.git('worktree', 'add', '-q', '-b', 'side', join(shared.folder, 'side'));
    const root = join(shared.folder, 'side');
    mkdirSync(join(root, 'experiments/s/runs'), { recursive: true });
    writeFileSync(join(root, 'experiments/s/runs/a.jsonl'), start);
    expect(await record(['push', '--branch', 'main'], { cwd: root })).toMatchObject({ code: 0, stderr: '' });
    expect(shared.files()).toContain('experiments/s/runs/a.jsonl');
  });

  it('with Windows line ends, which .gitattributes turns', async () => {
    const shared = new SharedRepository();
    const clone = shared.clone();
    clone.log('e/runs/a.jsonl', '{"step":1}\r\n');
    await clone.push();
    clone.log('e/runs/a.jsonl', '{"step":2}\r\n');
    expect((await clone.push()).code).toBe(0);
    expect(shared.read('experiments/e/runs/a.jsonl')).toBe('{"step":1}\n{"step":2}\n');
    expect((await clone.push()).stdout).toContain('Nothing to push');
  });
});
