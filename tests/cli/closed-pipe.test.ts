import { spawn } from 'node:child_process';
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

test('endQuietly takes a gone reader for no fault, and only that', () => {
  const stream = new Writable();
  endQuietly(stream);
  endQuietly(stream);
  expect(stream.listenerCount('error')).toBe(1);
  expect(() => stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).not.toThrow();
  expect(() => stream.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toThrow('no space');
  expect(isGone(stream)).toBe(false);
  stream.destroy();
  expect(isGone(stream)).toBe(true);
  expect(isGone({ write: () => true })).toBe(false);
});
