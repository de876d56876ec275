import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRoot, painterFor, readNow, UsageError } from '../../src/cli/environment.ts';
import { writeLogs } from '../store/log-folder.ts';

describe('findRoot', () => {
  test('is the nearest folder with experiments/ at or above the working directory', () => {
    const root = writeLogs({ 'e/runs/x.jsonl': '' });
    expect(findRoot({ cwd: root }, {})).toBe(root);
    expect(findRoot({ cwd: join(root, 'experiments/e/runs') }, {})).toBe(root);
    mkdirSync(join(root, 'inner/experiments'), { recursive: true });
    expect(findRoot({ cwd: join(root, 'inner') }, {})).toBe(join(root, 'inner'));
  });

  test('is what --root names, from the working directory', () => {
    const root = writeLogs({});
    expect(findRoot({ cwd: join(root, 'experiments') }, { root: '..' })).toBe(root);
    expect(() => findRoot({ cwd: root }, { root: 'experiments' })).toThrow(UsageError);
    expect(() => findRoot({ cwd: '/' }, {})).toThrow(UsageError);
  });

  test('takes no link for the folder', () => {
    const root = writeLogs({});
    mkdirSync(join(root, 'linked'));
    symlinkSync('../experiments', join(root, 'linked/experiments'));
    expect(() => findRoot({ cwd: '/' }, { root: join(root, 'linked') })).toThrow(UsageError);
  });
});

describe('painterFor', () => {
  const paint = (isTTY: boolean | undefined, env: Record<string, string> = {}, color?: boolean): string =>
    painterFor({ write: () => true, isTTY }, { env }, color === undefined ? {} : { color })('red', 'x');

  test('paints on a terminal, and nowhere that colour is refused', () => {
    expect(paint(true)).toBe('\u001b[31mx\u001b[39m');
    for (const text of [
      paint(false),
      paint(undefined),
      paint(true, { NO_COLOR: '1' }),
      paint(true, { TERM: 'dumb' }),
      paint(true, {}, false),
    ]) {
      expect(text).toBe('x');
    }
    expect(paint(true, { NO_COLOR: '' }, true)).toContain('\u001b');
  });
});

describe('readNow', () => {
  const environment = { now: () => 42 } as Parameters<typeof readNow>[0];

  test('reads ISO 8601 and milliseconds, else the clock', () => {
    expect(readNow(environment, {})).toBe(42);
    expect(readNow(environment, { now: '2026-03-04T09:12:00Z' })).toBe(Date.UTC(2026, 2, 4, 9, 12));
    expect(readNow(environment, { now: '1772612000000' })).toBe(1_772_612_000_000);
    expect(() => readNow(environment, { now: 'later' })).toThrow(UsageError);
    expect(() => readNow(environment, { now: '' })).toThrow(UsageError);
  });
});
