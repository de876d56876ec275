import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEditHistory } from '../../src/store/edit-history.ts';
import { openStore } from '../../src/store/open-store.ts';
import { GitLogbook, gitEnvironment } from './git-logbook.ts';

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
