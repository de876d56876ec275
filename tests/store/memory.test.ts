import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeLog } from '../../scripts/bench/write-log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openLogs } from './log-folder.ts';

const script = join(import.meta.dirname, '../../scripts/bench/open-store.ts');

/** Reads a log of so many lines in a process of its own and gives its peak memory. */
function peakOf(lines: number): { records: number; peakBytes: number } {
  const root = mkdtempSync(join(tmpdir(), 'runfolio-memory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeLog(join(root, 'experiments/e/runs/a.jsonl'), { lines, seed: 1 });
  const { stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { records: number; peakBytes: number };
}

describe('memory', () => {
  it('does not follow the length of a log', { timeout: 120_000 }, () => {
    const short = peakOf(1_000_000);
    const long = peakOf(2_500_000);
    expect(long.records).toBe(2_500_002);
    expect(long.peakBytes).toBeLessThan(300e6);
    expect(long.peakBytes).toBeLessThan(short.peakBytes * 1.4);
  });

  it('does not hold a line past the limit, and the next line is read', { timeout: 60_000 }, async () => {
    const line = `{"step":1,"note":"${'x'.repeat(40 * 1024 * 1024)}"}\n`;
    const store = await openLogs({ 'e/runs/a.jsonl': `${line}{"step":2,"loss":0.5}\n` });
    expect(store.diagnostics).toMatchObject([{ code: 'line-too-long', line: 1, column: 1 }]);
    expect(store.runs.get('e/a')?.metrics.get('loss')?.last).toBe(0.5);
  });

  it('stops where compressed data swells past its limit, and keeps the lines before', { timeout: 60_000 }, async () => {
    const root = mkdtempSync(join(tmpdir(), 'runfolio-bomb-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(join(root, 'experiments/e/runs'), { recursive: true });
    const bomb = Buffer.concat([Buffer.from('{"step":1,"loss":1}\n'), Buffer.alloc(100 * 1024 * 1024)]);
    writeFileSync(join(root, 'experiments/e/runs/a.jsonl.gz'), gzipSync(bomb));
    const store = await openStore(root);
    expect(store.diagnostics.map(({ code }) => code)).toContain('gzip-too-large');
    expect(store.runs.get('e/a')?.metrics.get('loss')?.last).toBe(1);
  });
});
