import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import type { Run } from '../../src/store/run.ts';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const log = 'experiments/e/runs/x.jsonl';

function read(root: string, path = log): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('validate --fix', () => {
  it('shows each mended file as a diff, with marks where the eye sees nothing', async () => {
    const cwd = writeLogs({
      'e/runs/a.jsonl': '\ufeff{"step":1,"loss":2}\n{"step":2,"loss":1}\n',
      'e/runs/b.jsonl': '{"step":1,"loss":2}\r\n{"step":2,"loss":1}\r\n',
      'e/runs/c.jsonl': '{"step":1,"loss":2}\n{"step":2,"loss":1}',
      'e/runs/d.jsonl': '{"step":1,"loss":2}\n{"step":2,"loss":1}\n{"event":"end","status":"success"}\n',
      'e/runs/good.jsonl': '{"step":1,"loss":2}\n',
    });
    const { code, stdout, stderr } = await record(['validate', '--fix', '--quiet'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "===================================================================
      --- a/experiments/e/runs/a.jsonl
      +++ b/experiments/e/runs/a.jsonl
      @@ -1,2 +1,2 @@
      -<U+FEFF>{"step":1,"loss":2}
      +{"step":1,"loss":2}
       {"step":2,"loss":1}

      ===================================================================
      --- a/experiments/e/runs/b.jsonl
      +++ b/experiments/e/runs/b.jsonl
      @@ -1,2 +1,2 @@
      -{"step":1,"loss":2}␍
      -{"step":2,"loss":1}␍
      +{"step":1,"loss":2}
      +{"step":2,"loss":1}

      ===================================================================
      --- a/experiments/e/runs/c.jsonl
      +++ b/experiments/e/runs/c.jsonl
      @@ -1,2 +1,2 @@
       {"step":1,"loss":2}
      -{"step":2,"loss":1}
      \\ No newline at end of file
      +{"step":2,"loss":1}

      ===================================================================
      --- a/experiments/e/runs/d.jsonl
      +++ b/experiments/e/runs/d.jsonl
      @@ -2,2 +2,2 @@
       {"step":2,"loss":1}
      -{"event":"end","status":"success"}
      +{"event":"end","status":"finished"}

      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "mended experiments/e/runs/a.jsonl: byte order mark removed
      mended experiments/e/runs/b.jsonl: CRLF turned into LF
      mended experiments/e/runs/c.jsonl: newline added at the end
      mended experiments/e/runs/d.jsonl: status in the format's word
      Commit with this trailer, so that the edit of a finished run is explained:

          Runfolio-Edit: line ends, byte order marks and status words mended by runfolio validate --fix

      "
    `);
    expect(read(cwd, 'experiments/e/runs/a.jsonl')).toBe('{"step":1,"loss":2}\n{"step":2,"loss":1}\n');
    expect(read(cwd, 'experiments/e/runs/b.jsonl')).toBe('{"step":1,"loss":2}\n{"step":2,"loss":1}\n');
    expect(read(cwd, 'experiments/e/runs/c.jsonl')).toBe('{"step":1,"loss":2}\n{"step":2,"loss":1}\n');
    expect(read(cwd, 'experiments/e/runs/d.jsonl')).toMatch(/\{"event":"end","status":"finished"\}\n$/);
    expect(read(cwd, 'experiments/e/runs/good.jsonl')).toBe('{"step":1,"loss":2}\n');
  });

  it('reports what is left after the mending, and exits by it', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': 'rubbish\r\n{"event":"end","status":"success"}\r\n' });
    const { code, stdout } = await record(['validate', '--fix'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('not-json');
    expect(stdout).toContain('1 error, 0 warnings, 0 notes');
  });

  it('has nothing to do the second time, and says so', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': '\ufeff{"step":1,"loss":2}\r\n{"event":"end","status":"Done"}' });
    await record(['validate', '--fix'], { cwd });
    const mended = read(cwd);
    const { code, stdout, stderr } = await record(['validate', '--fix', '--strict'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing to mend safely.\n' });
    expect(stdout).toBe('0 errors, 0 warnings, 0 notes in 1 file (0.0 s)\n');
    expect(read(cwd)).toBe(mended);
  });

  it('leaves the mode of a file as it was, and no other file beside it', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': '' });
    for (const mode of [0o600, 0o640, 0o644, 0o664, 0o666, 0o755, 0o444]) {
      chmodSync(join(cwd, log), 0o644);
      writeFileSync(join(cwd, log), '{"step":1}\r\n');
      chmodSync(join(cwd, log), mode);
      await record(['validate', '--fix'], { cwd });
      expect(read(cwd)).toBe('{"step":1}\n');
      expect((statSync(join(cwd, log)).mode & 0o777).toString(8)).toBe(mode.toString(8));
    }
    expect(readdirSync(join(cwd, 'experiments/e/runs'))).toEqual(['x.jsonl']);
  });

  it('mends only the paths given', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': '{"step":1}\r\n', 'f/runs/x.jsonl': '{"step":1}\r\n' });
    await record(['validate', '--fix', 'experiments/e'], { cwd });
    expect(read(cwd)).toBe('{"step":1}\n');
    expect(read(cwd, 'experiments/f/runs/x.jsonl')).toBe('{"step":1}\r\n');
  });

  it.each(['json', 'sarif'])('keeps the output of --format %s what a program can read', async (format) => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': '{"step":1}\r\n' });
    const { stdout } = await record(['validate', '--fix', '--format', format], { cwd });
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it('shows control characters of a log as text', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': 'rubbish \u001b[31m\u0007 \u202e\r\n{"step":1}\r\n' });
    const { stdout, stderr } = await record(['validate', '--fix'], { cwd, isTTY: true, env: { NO_COLOR: '1' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    expect(stdout + stderr.replace(/\r?\u001b\[\d*K/g, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  it('never shows a secret in the diff', async () => {
    const cwd = writeLogs({
      'e/runs/x.jsonl': '{"event":"start","params":{"password":"hunter2hunter2"}}\r\n{"step":1}\r\n',
      'e/runs/y.jsonl': `{"event":"start","notes":"${'x'.repeat(243)}","params":{"password":"hunter2hunter2"}}\r\n`,
    });
    const { stdout, stderr } = await record(['validate', '--fix'], { cwd });
    expect(stdout + stderr).not.toContain('hunter2');
    expect(read(cwd)).toContain('hunter2hunter2"}}\n');
  });
});

describe('validate --dry-run', () => {
  it('shows the same diff, changes nothing and asks for no trailer', async () => {
    const text = '\ufeff{"step":1}\r\n{"event":"end","status":"success"}';
    const cwd = writeLogs({ 'e/runs/x.jsonl': text });
    const before = statSync(join(cwd, log)).mtimeMs;
    const dry = await record(['validate', '--fix', '--dry-run'], { cwd });
    const alone = await record(['validate', '--dry-run'], { cwd });
    expect(alone).toEqual(dry);
    expect(read(cwd)).toBe(text);
    expect(statSync(join(cwd, log)).mtimeMs).toBe(before);
    expect(dry.stderr).toMatch(/^would mend experiments\/e\/runs\/x\.jsonl: /);
    expect(dry.stderr).not.toContain('Runfolio-Edit');
    expect(dry.stdout).toContain('unknown-status');
    const real = await record(['validate', '--fix'], { cwd });
    const patch = (output: string): string => output.slice(0, output.indexOf('finished"}'));
    expect(patch(real.stdout)).toBe(patch(dry.stdout));
    expect(patch(dry.stdout)).not.toBe('');
  });
});

/** What a run says, as plain data. */
function saysOf(run: Run): unknown {
  const { metrics, system, params, paramChanges, tags, notes, texts, logLines, alerts, name, seed, recordCount } = run;
  return {
    ...{ paramChanges, tags, notes, logLines, alerts, name, seed, recordCount },
    maps: [metrics, system, params, texts].map((map) => [...map]),
  };
}

describe('what the store reads', () => {
  const word = fc.constantFrom(
    'success',
    'done',
    'Error',
    'finished',
    'perhaps',
    'status',
    '"status":"success"',
    'ü\r\n',
  );
  const inner = fc.oneof(word, fc.double(), fc.boolean(), fc.constant(null));
  const object = fc.dictionary(fc.constantFrom('status', 'event', 'id', 'loss', 'a/b', 'text'), inner, { maxKeys: 4 });
  const lineOf = (base: object): fc.Arbitrary<object> =>
    fc
      .tuple(
        object,
        fc.dictionary(fc.constantFrom('metrics', 'error', 'params', 'status', 'loss'), fc.oneof(object, inner), {
          maxKeys: 3,
        }),
      )
      .map(([nested, own]) => ({ nested, ...own, ...base }));
  const line = fc.oneof(
    object.map((params) => ({ event: 'start', params, tags: ['success'] })),
    object.map((own) => ({ step: 1, ...own, event: 'metric' })),
    lineOf({ step: 2 }),
    lineOf({ event: 'end' }),
    word.map((status) => ({ event: 'end', status })),
    word.map((text) => ({ event: 'note', text, status: 'success' })),
    word.map((add) => ({ event: 'tag', add })),
  );
  const damage = fc.constantFrom('rubbish', '', '{"status":"success"', '[1]');
  const file = fc
    .tuple(
      fc.constantFrom('', '\ufeff'),
      fc.array(
        fc.tuple(
          fc.oneof({ weight: 6, arbitrary: line.map((own) => JSON.stringify(own)) }, { weight: 1, arbitrary: damage }),
          fc.constantFrom('\n', '\r\n'),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      fc.boolean(),
    )
    .map(([mark, lines, isEnded]) => {
      const text = mark + lines.map(([own, ending]) => own + ending).join('');
      return isEnded ? text : text.replace(/\r?\n$/, '');
    });

  it('is the same after validate --fix but for the mended status', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        const cwd = writeLogs({ 'e/runs/x.jsonl': text });
        const before = (await openStore(cwd)).runs.get('e/x') as Run;
        await record(['validate', '--fix'], { cwd });
        const after = (await openStore(cwd)).runs.get('e/x') as Run;
        expect(saysOf(after)).toEqual(saysOf(before));
      }),
      { numRuns: 150 },
    );
  });

  it('is no worse after validate --fix: no new error', { timeout: 60_000 }, async () => {
    const errorsOf = async (cwd: string): Promise<string[]> =>
      (await openStore(cwd)).diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    await fc.assert(
      fc.asyncProperty(file, fc.nat(60), async (text, cut) => {
        const cwd = writeLogs({ 'e/runs/x.jsonl': text.slice(0, Math.max(1, text.length - cut)) });
        const before = await errorsOf(cwd);
        await record(['validate', '--fix'], { cwd });
        expect(await errorsOf(cwd)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});
