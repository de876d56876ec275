import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { endQuietly, isGone } from '../../src/cli/closed-pipe.ts';
import { writeLogs } from '../store/log-folder.ts';

const program = fileURLToPath(new URL('../../src/cli/bin.js', import.meta.url));

test('ls ends quietly when its reader goes, as head does', async () => {
  const runs = Array.from({ length: 3_000 }, (_, i) =>
    JSON.stringify({ id: `run-${i}`, params: { note: 'x'.repeat(200) }, metrics: { acc: i } }),
  );
  const cwd = writeLogs({ 'a/runs.jsonl': `${runs.join('\n')}\n` });
  const child = spawn(process.execPath, [program, 'ls', '--columns', 'id,note'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((done) => child.on('close', done));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.skipIf(!existsSync('/dev/full'))('output that a full disk refuses is told in a line, with exit code 2', () => {
  const cwd = writeLogs({ 'a/runs.jsonl': '{"id":"one","metrics":{"acc":1}}\n' });
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [program, 'ls'], { cwd, stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect(String(stderr)).toMatch(/^runfolio: the output could not be written: .*ENOSPC.*\n$/);
  expect(status).toBe(2);
});

test('endQuietly takes a gone reader for no fault, and tells another once', () => {
  const stream = new Writable();
  const heard: string[] = [];
  const hear = (error: Error) => void heard.push(error.message);
  endQuietly(stream, hear);
  endQuietly(stream, hear);
  expect(stream.listenerCount('error')).toBe(1);
  stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(heard).toEqual([]);
  for (let i = 0; i < 2; i++) stream.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  expect(heard).toEqual(['no space']);
  expect(isGone(stream)).toBe(false);
  stream.destroy();
  expect(isGone(stream)).toBe(true);
  expect(isGone({ write: () => true })).toBe(false);
});
