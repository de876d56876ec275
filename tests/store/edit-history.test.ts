import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readEditHistory } from '../../src/store/edit-history.ts';
import { openStore } from '../../src/store/open-store.ts';
import { GitLogbook, gitEnvironment } from './git-logbook.ts';

// A hook that runs the tests must not lead git into its own repository.
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const log =
  '{"event":"start","seed":1}\n{"step":1,"loss":0.5}\n{"step":2,"loss":0.25}\n{"event":"end","status":"finished"}\n';
const path = 'e/runs/a.jsonl';
const full = `experiments/${path}`;

/** A repository in which the finished run `e/a` stands committed. */
function logbook(options?: { below?: string }): GitLogbook {
  const book = new GitLogbook(options);
  book.write({ [path]: log });
  book.commit('log a run');
  return book;
}

async function editsOf(book: GitLogbook): Promise<string[]> {
  const { edits } = await readEditHistory(book.root);
  return edits.map((edit) => `${edit.path} ${edit.commit} ${edit.runs.join(',')} ${edit.reason ?? ''}`.trim());
}

describe('readEditHistory', () => {
  it.each([
    ['a value that was changed', log.replace('0.25', '0.2')],
    ['a line that was removed', log.replace('{"step":1,"loss":0.5}\n', '')],
    ['a log that was cut short', log.slice(0, 60)],
    ['a log that was emptied', ''],
    ['an end that was changed', log.replace('finished', 'failed')],
  ])('finds %s after the run had finished, with the commit', async (_name, after) => {
    const book = logbook();
    book.write({ [path]: after });
    const commit = book.commit('edit');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it.each([
    ['a note', '{"event":"note","text":"x"}\n'],
    ['a tag', '{"event":"tag","add":["x"]}\n'],
    ['an alert', '{"event":"alert","title":"x"}\n'],
    ['an artifact', '{"event":"artifact","url":"https://example.org/x"}\n'],
    ['an archive record', '{"event":"archive","reason":"x"}\n'],
    ['a resumed start and more values', '{"event":"start","resumed":true}\n{"step":3,"loss":0.1}\n'],
  ])('takes %s that was appended for no edit', async (_name, more) => {
    const book = logbook();
    book.write({ [path]: log + more });
    book.commit('append');
    expect(await editsOf(book)).toEqual([]);
  });

  it('takes other line ends, compression, and values of a run that had not ended for no edit', async () => {
    const book = logbook();
    book.write({ 'e/runs/open.jsonl': '{"step":1,"loss":1}\n' });
    book.commit('a run that goes on');
    book.write({ [path]: log.replaceAll('\n', '\r\n'), 'e/runs/open.jsonl': '{"step":1,"loss":2}\n' });
    book.commit('other line ends; a correction while it runs');
    book.write({ [path]: undefined, [`${path}.gz`]: gzipSync(log) });
    book.commit('compress');
    expect(await editsOf(book)).toEqual([]);
  });

  it('sees an edit through compression', async () => {
    const book = logbook();
    book.write({ [path]: undefined, [`${path}.gz`]: gzipSync(log.replace('0.25', '0.2')) });
    const commit = book.commit('compress, and more');
    expect(await editsOf(book)).toEqual([`${full}.gz ${commit}`]);
  });

  it('names the runs of a file of many runs, and lets what is said about a run change', async () => {
    const lines = (acc: number, tags: string): string =>
      `{"id":"x","status":"finished","metrics":{"acc":${acc}},"tags":["${tags}"]}\n{"id":"y","metrics":{"acc":1}}\n`;
    const document = (acc: number, tags: string): string =>
      `status: finished\nmetrics: {acc: ${acc}}\ntags: [${tags}]\n`;
    const book = new GitLogbook();
    book.write({ 'e/runs.jsonl': lines(0.5, 'a'), 'e/runs/z.yaml': document(0.5, 'a') });
    book.commit('log');
    book.write({ 'e/runs.jsonl': lines(0.5, 'b'), 'e/runs/z.yaml': document(0.5, 'b') });
    book.commit('tag');
    expect(await editsOf(book)).toEqual([]);
    book.write({ 'e/runs.jsonl': lines(0.6, 'b'), 'e/runs/z.yaml': document(0.6, 'b') });
    const commit = book.commit('improve');
    expect(await editsOf(book)).toEqual([
      `experiments/e/runs.jsonl ${commit} x`,
      `experiments/e/runs/z.yaml ${commit}`,
    ]);
  });

  it('reads the reason from the trailer of the commit', async () => {
    const book = logbook();
    book.write({ [path]: log.replace('0.25', '0.2') });
    const commit = book.commit('mend\n\nThe body.\n\nRunfolio-Edit: a unit was wrong');
    expect(await editsOf(book)).toEqual([`${full} ${commit}  a unit was wrong`]);
  });

  it('tells of an edit on a branch once, with the commit of the branch, and of a merge that drops lines', async () => {
    const book = logbook();
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ [path]: log.replace('0.25', '0.2') });
    const onBranch = book.commit('edit on a branch');
    book.git('checkout', '-q', 'main');
    book.write({ 'e/runs/b.jsonl': log });
    book.commit('another run');
    book.git('merge', '-q', '--no-edit', 'branch');
    expect(await editsOf(book)).toEqual([`${full} ${onBranch}`]);

    book.git('checkout', '-q', '-b', 'notes');
    book.write({ 'e/runs/b.jsonl': `${log}{"event":"note","text":"one"}\n` });
    book.commit('a note');
    book.git('checkout', '-q', 'main');
    book.write({ 'e/runs/b.jsonl': `${log}{"event":"note","text":"two"}\n` });
    book.commit('another note');
    expect(() => book.git('merge', '-q', 'notes')).toThrow();
    book.write({ 'e/runs/b.jsonl': '{"event":"end","status":"finished"}\n' });
    const merge = book.commit('resolve it badly');
    expect(await editsOf(book)).toEqual([`${full} ${onBranch}`, `experiments/e/runs/b.jsonl ${merge}`]);
  });

  it('works below the top of the repository', async () => {
    const book = logbook({ below: 'projects/vision' });
    book.write({ [path]: '' });
    const commit = book.commit('empty it');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it('goes on from the commit that it looked at last, ignores a damaged cache, and starts anew after an amend', async () => {
    const book = logbook();
    expect(await editsOf(book)).toEqual([]);
    book.write({ [path]: log.replace('0.25', '0.2') });
    const first = book.commit('edit');
    expect(await editsOf(book)).toEqual([`${full} ${first}`]);
    expect(await editsOf(book)).toEqual([`${full} ${first}`]);
    const folder = join(book.root, '.git', 'runfolio');
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), '{"version":1,"head":');
    expect(await editsOf(book)).toEqual([`${full} ${first}`]);
    book.git('commit', '-q', '--amend', '-m', 'edit\n\nRunfolio-Edit: told later');
    expect(await editsOf(book)).toEqual([`${full} ${book.git('rev-parse', 'HEAD')}  told later`]);
  });

  it('says when there is nothing to look through, or not all of it', async () => {
    const plain = mkdtempSync(join(tmpdir(), 'runfolio-plain-'));
    onTestFinished(() => rmSync(plain, { recursive: true, force: true }));
    mkdirSync(join(plain, 'experiments'));
    expect(await readEditHistory(plain)).toEqual({ state: 'none', edits: [] });
    expect(await readEditHistory(new GitLogbook().root)).toEqual({ state: 'none', edits: [] });

    const book = logbook();
    book.write({ [path]: '' });
    book.commit('empty it');
    const shallow = join(plain, 'shallow');
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${book.root}`, shallow], { env: gitEnvironment() });
    expect(await readEditHistory(shallow)).toEqual({ state: 'incomplete', edits: [] });
    const { diagnostics, history } = await openStore(shallow, { history: true });
    expect(history).toBe('incomplete');
    expect(diagnostics.filter(({ code }) => code === 'history-incomplete')).toHaveLength(1);
  });
});

describe('openStore with the history', () => {
  it('puts the edit on its run, warns of it, and only notes one with a reason', async () => {
    const book = logbook();
    book.write({ 'e/runs/b.jsonl': log, 'e/runs/c.jsonl': log });
    book.commit('more runs');
    book.write({ [path]: log.replace('0.25', '0.2') });
    const silent = book.commit('edit');
    book.write({ 'e/runs/b.jsonl': log.replace('0.25', '0.2') });
    const told = book.commit('mend\n\nRunfolio-Edit: a unit was wrong');
    const store = await openStore(book.root, { history: true });
    expect(store.history).toBe('checked');
    expect(store.runs.get('e/a')?.edits).toEqual([{ commit: silent, reason: undefined }]);
    expect(store.runs.get('e/b')?.edits).toEqual([{ commit: told, reason: 'a unit was wrong' }]);
    expect(store.runs.get('e/c')?.edits).toEqual([]);
    const found = store.diagnostics.map(({ file, severity, code }) => `${file} ${severity} ${code}`);
    expect(found).toEqual([
      `${full} warning edited-after-finish`,
      'experiments/e/runs/b.jsonl note edited-with-reason',
    ]);
    expect(store.diagnostics[0]?.message).toContain(silent.slice(0, 12));
  });
});

const changed = log.replace('0.25', '0.2');

describe('readEditHistory over several commits', () => {
  it('tells each edit of a run in the order of the commits', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    const first = book.commit('edit');
    book.write({ [path]: `${changed}{"event":"note","text":"x"}\n` });
    book.commit('note');
    book.write({ [path]: changed.replace('0.5', '0.4') });
    const second = book.commit('edit again');
    expect(await editsOf(book)).toEqual([`${full} ${first}`, `${full} ${second}`]);
  });

  it('lets an appended note be taken back, since it was said after the end', async () => {
    const book = logbook();
    book.write({ [path]: `${log}{"event":"note","text":"x"}\n` });
    book.commit('note');
    book.write({ [path]: log });
    book.commit('no note');
    expect(await editsOf(book)).toEqual([]);
  });

  it('judges a run that was resumed by its last end', async () => {
    const book = logbook();
    const resumed = `${log}{"event":"start","resumed":true}\n{"step":3,"loss":0.1}\n`;
    book.write({ [path]: resumed });
    book.commit('resume');
    book.write({ [path]: resumed.replace('0.1', '0.2') });
    book.commit('it still goes on');
    book.write({ [path]: `${resumed}{"event":"end","status":"finished"}\n` });
    book.commit('end');
    expect(await editsOf(book)).toEqual([]);
    book.write({ [path]: `${resumed.replace('0.1', '0')}{"event":"end","status":"finished"}\n` });
    const commit = book.commit('edit');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it('finds that a log was deleted and came back with other content, and lets the same content come back', async () => {
    const book = logbook();
    book.write({ 'e/runs/same.jsonl': log });
    book.commit('another');
    book.write({ [path]: undefined, 'e/runs/same.jsonl': undefined });
    book.commit('delete');
    book.write({ [path]: changed, 'e/runs/same.jsonl': log });
    const commit = book.commit('bring back');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it('warns no more of a log that was restored, as its hint advises', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    book.commit('edit');
    book.write({ [path]: log });
    book.commit('restore');
    const { diagnostics } = await openStore(book.root, { history: true });
    expect(diagnostics.filter(({ severity }) => severity === 'warning')).toEqual([]);
  });

  it('marks the run of today, whose log was compressed since, and tells of a later edit of the compressed log', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    const first = book.commit('edit');
    book.write({ [path]: undefined, [`${path}.gz`]: gzipSync(changed) });
    book.commit('compact');
    book.write({ [`${path}.gz`]: gzipSync('{"event":"end","status":"finished"}\n') });
    const second = book.commit('shorten');
    const { runs, diagnostics } = await openStore(book.root, { history: true });
    expect(runs.get('e/a')?.edits.map(({ commit }) => commit)).toEqual([first, second]);
    expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      `${full}.gz edited-after-finish`,
      `${full}.gz edited-after-finish`,
    ]);
  });
});

describe('readEditHistory in every kind of log', () => {
  it('finds an edit of a segment without an end, where another segment of the run has it', async () => {
    const book = new GitLogbook();
    const [values, end] = [log.split('\n').slice(0, 3).join('\n'), '{"event":"end","status":"finished"}\n'];
    book.write({ 'e/runs/a/run.jsonl': `${values}\n`, 'e/runs/a/resume-2.jsonl': `{"step":3,"loss":0.1}\n${end}` });
    book.commit('log');
    book.write({ 'e/runs/a/run.jsonl': `${values.replace('0.25', '0.2')}\n` });
    const commit = book.commit('edit');
    expect(await editsOf(book)).toEqual([`experiments/e/runs/a/run.jsonl ${commit}`]);
    expect((await openStore(book.root, { history: true })).runs.get('e/a')?.edits).toHaveLength(1);
  });

  it('leaves the artifacts of a run alone', async () => {
    const book = new GitLogbook();
    const end = '{"event":"end","status":"finished"}\n';
    const declared = `{"event":"artifact","path":"table.jsonl"}\n${end}`;
    book.write({
      'e/runs/a/run.jsonl': declared,
      'e/runs/a/deep/x.jsonl': end,
      'e/runs/a/table.jsonl': `{"x":1}\n${end}`,
    });
    book.commit('log');
    book.write({ 'e/runs/a/deep/x.jsonl': '{}\n', 'e/runs/a/table.jsonl': end });
    book.commit('draw anew');
    const { runs, diagnostics } = await openStore(book.root, { history: true });
    expect(runs.get('e/a')?.edits).toEqual([]);
    expect(diagnostics).toEqual([]);
  });

  it('names a run by its file where the one document in it has another id', async () => {
    const book = new GitLogbook();
    book.write({ 'e/runs/a.yaml': 'id: other\nstatus: finished\nmetrics: {acc: 0.5}\n' });
    book.commit('log');
    book.write({ 'e/runs/a.yaml': 'id: other\nstatus: finished\nmetrics: {acc: 0.6}\n' });
    const commit = book.commit('edit');
    const { runs, diagnostics } = await openStore(book.root, { history: true });
    expect(runs.get('e/a')?.edits).toEqual([{ commit, reason: undefined }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['edited-after-finish']);
  });

  it('marks of many runs in one file only those that were edited', async () => {
    const line = (name: string, key: string, acc: number): string =>
      `{"${key}":"${name}","status":"finished","metrics":{"acc":${acc}}}\n`;
    const yaml = (acc: number): string =>
      `id: p\nstatus: finished\nmetrics: {acc: ${acc}}\n---\nid: q\nstatus: killed\n`;
    const book = new GitLogbook();
    book.write({
      'e/runs.jsonl': line('x', 'id', 1) + line('y', 'run', 1) + line('z', 'id', 1),
      'f/runs.yaml': yaml(1),
    });
    book.commit('log');
    book.write({
      'e/runs.jsonl': line('x', 'id', 1) + line('y', 'run', 2) + line('z', 'id', 1),
      'f/runs.yaml': yaml(2),
    });
    book.commit('edit');
    const { runs, diagnostics } = await openStore(book.root, { history: true });
    expect([...runs.values()].filter(({ edits }) => edits.length > 0).map(({ id }) => id)).toEqual(['e/y', 'f/p']);
    expect(diagnostics.map(({ message }) => message.split(' ')[0])).toEqual(['"y"', '"p"']);
  });

  it('reads names of every kind that an id may have, and is not led astray by others', async () => {
    const book = new GitLogbook();
    const names = ['a,b/runs/lr=0.1+x,y.jsonl', 'A.b_c-d/e/runs/-dash.jsonl', 'e/runs/runs.jsonl', 'e/runs/e.jsonl'];
    const others = ['e/runs/ü "q"\n.jsonl', 'e/runs/\x01\x02.jsonl', 'e/runs/tab\t.jsonl'];
    const write = (text: string): void =>
      book.write(Object.fromEntries([...names, ...others].map((own) => [own, text])));
    write(log);
    book.commit('log');
    write(changed);
    const commit = book.commit('edit');
    const edits = (await readEditHistory(book.root)).edits.filter((edit) => names.includes(edit.path.slice(12)));
    expect(edits.map((edit) => `${edit.path.slice(12)} ${edit.commit}`).sort()).toEqual(
      names.map((own) => `${own} ${commit}`).sort(),
    );
    const { runs } = await openStore(book.root, { history: true });
    for (const id of ['a,b/lr=0.1+x,y', 'A.b_c-d/e/-dash', 'e/runs', 'e/e'])
      expect(runs.get(id)?.edits).toHaveLength(1);
  });

  it('works below the top of a repository whose folders have unusual names', async () => {
    const book = logbook({ below: 'prôjects/my "team"/v 1' });
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ [path]: `${log}{"event":"note","text":"one"}\n` });
    book.commit('one');
    book.git('checkout', '-q', 'main');
    book.write({ [path]: `${log}{"event":"note","text":"two"}\n` });
    book.commit('two');
    expect(() => book.git('merge', '-q', 'branch')).toThrow();
    book.write({ [path]: '{"event":"end","status":"finished"}\n' });
    const merge = book.commit('resolve it badly');
    expect(await editsOf(book)).toEqual([`${full} ${merge}`]);
  });
});

describe('readEditHistory over merges', () => {
  /** On both sides something was appended; which side ended the run is for the test to say. */
  function fork(book: GitLogbook, ours: string, theirs: string): void {
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ [path]: theirs, 'e/runs/other.jsonl': log });
    book.commit('theirs');
    book.git('checkout', '-q', 'main');
    book.write({ [path]: ours });
    book.commit('ours');
  }

  it('tells nothing of a merge that keeps the records of both sides', async () => {
    const book = logbook();
    fork(book, `${log}{"event":"note","text":"ours"}\n`, `${log}{"event":"note","text":"theirs"}\n`);
    expect(() => book.git('merge', '-q', 'branch')).toThrow();
    book.write({ [path]: `${log}{"event":"note","text":"ours"}\n{"event":"note","text":"theirs"}\n` });
    book.commit('resolve');
    expect(await editsOf(book)).toEqual([]);
  });

  it('tells once of an edit that reached main by a merge, a fast-forward and a cherry-pick of something else', async () => {
    const book = logbook();
    fork(book, log, changed);
    book.write({ 'e/runs/more.jsonl': log });
    book.commit('more');
    const edit = book.git('rev-parse', 'branch');
    book.git('merge', '-q', '--no-ff', '--no-edit', 'branch');
    book.git('checkout', '-q', '-b', 'release');
    expect(await editsOf(book)).toEqual([`${full} ${edit}`]);
  });

  it('tells of an edit that a squash brought to main with the commit on main', async () => {
    const book = logbook();
    fork(book, log, changed);
    book.git('merge', '-q', '--squash', 'branch');
    const commit = book.commit('squash');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it('tells of a conflict resolved by taking one side, which lost what the other side had finished', async () => {
    const book = new GitLogbook();
    const begun = '{"event":"start","seed":1}\n{"step":1,"loss":0.5}\n';
    book.write({ [path]: begun });
    book.commit('begin');
    fork(book, log, `${begun}{"event":"note","text":"slow today"}\n`);
    expect(() => book.git('merge', '-q', 'branch')).toThrow();
    book.git('checkout', '--theirs', '--', full);
    const merge = book.commit('take theirs');
    expect(await editsOf(book)).toEqual([`${full} ${merge}`]);
  });

  it('tells of a merge that throws away what main had finished', async () => {
    const book = new GitLogbook();
    book.write({ [path]: '{"event":"start","seed":1}\n' });
    book.commit('begin');
    book.git('checkout', '-q', '-b', 'branch');
    book.git('commit', '-q', '--allow-empty', '-m', 'nothing');
    book.git('checkout', '-q', 'main');
    book.write({ [path]: log });
    book.commit('finish');
    book.git('checkout', '-q', 'branch');
    book.git('merge', '-q', '--no-edit', '-s', 'ours', 'main');
    expect(await editsOf(book)).toEqual([`${full} ${book.git('rev-parse', 'HEAD')}`]);
  });
});

describe('the reason of an edit', () => {
  it.each([
    ['a trailer', 'x\n\nRunfolio-Edit: a unit was wrong', 'a unit was wrong'],
    ['a trailer in small letters', 'x\n\nrunfolio-edit: a unit was wrong', 'a unit was wrong'],
    ['one among other trailers', 'x\n\nSigned-off-by: A <a@b.c>\nRunfolio-Edit: why\nCo-authored-by: B <b@b.c>', 'why'],
    ['a trailer over two lines', 'x\n\nRunfolio-Edit: a unit\n was wrong', 'a unit was wrong'],
    ['two of them', 'x\n\nRunfolio-Edit: one\nRunfolio-Edit: two', 'one two'],
    ['no words', 'x\n\nRunfolio-Edit:  ', undefined],
    ['a sentence in the body', 'x\n\nRunfolio-Edit: why\n\nMore words, so that the above is no trailer.', undefined],
    ['a title', 'Runfolio-Edit: why', undefined],
  ])('is read from %s', async (_name, message, reason) => {
    const book = logbook();
    book.write({ [path]: changed });
    book.commit(message);
    const { edits } = await readEditHistory(book.root);
    expect(edits.map((edit) => edit.reason?.replace(/\s+/g, ' '))).toEqual([reason]);
  });

  it('does not hide an edit with control characters', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    const commit = book.commit('x\n\nRunfolio-Edit: a\x02b\x01c');
    book.write({ [path]: changed.replace('0.5', '0.4') });
    const second = book.commit('y');
    const { edits } = await readEditHistory(book.root);
    expect(edits.map((edit) => edit.commit)).toEqual([commit, second]);
    expect(edits[1]?.reason).toBeUndefined();
  });
});

describe("a person's settings of git", () => {
  it.each([
    ['color.ui', 'always'],
    ['core.abbrev', '4'],
    ['diff.renames', 'copies'],
    ['log.showRoot', 'false'],
    ['log.diffMerges', 'first-parent'],
    ['log.showSignature', 'true'],
    ['log.follow', 'true'],
    ['log.date', 'iso'],
    ['format.pretty', 'oneline'],
    ['trailer.separators', '#'],
    ['diff.noprefix', 'true'],
  ])('%s = %s makes no difference', async (key, value) => {
    const book = logbook();
    book.git('config', key, value);
    book.write({ [path]: changed });
    const commit = book.commit('edit\n\nRunfolio-Edit: why');
    const { edits } = await readEditHistory(book.root);
    expect(edits.map((edit) => edit.commit)).toEqual([commit]);
    if (key !== 'trailer.separators') expect(edits[0]?.reason).toBe('why');
  });
});

describe('what is remembered between two passes', () => {
  function cacheFiles(book: GitLogbook): string[] {
    const folder = join(book.root, '.git', 'runfolio');
    return readdirSync(folder).map((file) => join(folder, file));
  }

  it('lies in the folder of git alone, and leaves the work tree clean', async () => {
    const book = logbook();
    await editsOf(book);
    expect(cacheFiles(book)).toHaveLength(1);
    expect(book.git('status', '--porcelain', '--ignored')).toBe('');
  });

  it('gives after each new commit what a first pass gives', async () => {
    const book = logbook();
    for (const text of [changed, `${changed}{"event":"note","text":"x"}\n`, changed.replace('0.5', '0.4'), '']) {
      book.write({ [path]: text, 'e/runs/b.jsonl': log + text });
      book.commit('x');
      const warm = await readEditHistory(book.root);
      for (const file of cacheFiles(book)) rmSync(file);
      expect(await readEditHistory(book.root)).toEqual(warm);
    }
  });

  it('is found again after a switch of branches, both ways', async () => {
    const book = logbook();
    const base = book.git('rev-parse', 'HEAD');
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ [path]: changed });
    const onBranch = book.commit('edit');
    expect(await editsOf(book)).toEqual([`${full} ${onBranch}`]);
    book.git('checkout', '-q', 'main');
    expect(await editsOf(book)).toEqual([]);
    book.git('checkout', '-q', 'branch');
    expect(await editsOf(book)).toEqual([`${full} ${onBranch}`]);
    book.git('reset', '-q', '--hard', base);
    expect(await editsOf(book)).toEqual([]);
  });

  it('is apart for two roots in one repository', async () => {
    const book = logbook({ below: 'one' });
    const other = join(book.root, '../two');
    mkdirSync(join(other, 'experiments/e/runs'), { recursive: true });
    writeFileSync(join(other, full), log);
    book.git('add', '-A', '..');
    book.commit('two');
    writeFileSync(join(other, full), changed);
    book.git('add', '-A', '..');
    const commit = book.commit('edit two');
    for (const _pass of [1, 2]) {
      expect((await readEditHistory(book.root)).edits).toEqual([]);
      expect((await readEditHistory(other)).edits).toMatchObject([{ path: full, commit }]);
    }
  });

  it.each([
    ['nothing', () => ''],
    ['no JSON', () => 'nonsense'],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    [
      'another version',
      (text: string) => text.replace(/"version":\d+/, '"version":99').replace(/"edits":\[.*\]/, '"edits":[]'),
    ],
    ['a commit that is none', (text: string) => text.replace(/"head":"[0-9a-f]+"/, `"head":"${'0'.repeat(40)}"`)],
    ['an option of git for a commit', (text: string) => text.replace(/"head":"[0-9a-f]+"/, '"head":"--all"')],
    ['edits that are none', (text: string) => text.replace(/"edits":\[.*\]/, '"edits":[null,7,{}]')],
    [
      'edits with fields of another kind',
      (text: string) => text.replace(/"edits":\[.*\]/, '"edits":[{"path":1,"commit":2,"runs":3}]'),
    ],
  ])('is ignored where it holds %s', async (_name, damage) => {
    const book = logbook();
    book.write({ [path]: changed });
    const commit = book.commit('edit');
    await editsOf(book);
    for (const file of cacheFiles(book)) writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const { runs } = await openStore(book.root, { history: true });
    expect(runs.get('e/a')?.edits).toEqual([{ commit, reason: undefined }]);
  });

  it('does without where it cannot be written', async () => {
    const book = logbook();
    writeFileSync(join(book.root, '.git/runfolio'), 'a file where the folder should be');
    book.write({ [path]: changed });
    const commit = book.commit('edit');
    expect(await editsOf(book)).toEqual([`${full} ${commit}`]);
  });

  it('is not believed once a shallow clone was deepened', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    const commit = book.commit('edit');
    book.write({ 'e/runs/b.jsonl': log });
    book.commit('more');
    const clone = `${book.root}-clone`;
    onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${book.root}`, clone], { env: gitEnvironment() });
    expect(await readEditHistory(clone)).toEqual({ state: 'incomplete', edits: [] });
    execFileSync('git', ['fetch', '-q', '--unshallow'], { cwd: clone, env: gitEnvironment() });
    expect(await readEditHistory(clone)).toMatchObject({ state: 'checked', edits: [{ path: full, commit }] });
  });
});

describe('a history that git cannot read', () => {
  function removeObject(book: GitLogbook, name: string): void {
    const id = book.git('rev-parse', name);
    rmSync(join(book.root, '.git/objects', id.slice(0, 2), id.slice(2)));
  }

  it('is not called checked where an old version of a log is missing', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    book.commit('edit');
    removeObject(book, `HEAD~1:${full}`);
    expect((await readEditHistory(book.root)).state).toBe('incomplete');
  });

  it('is not called checked, nor remembered, where an old commit is missing', async () => {
    const book = logbook();
    book.write({ [path]: changed });
    book.commit('edit');
    removeObject(book, 'HEAD~1');
    for (const _pass of [1, 2]) expect((await readEditHistory(book.root)).state).toBe('incomplete');
  });
});
