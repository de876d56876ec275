import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChildrenCpuSeconds, readProcessUsage } from '../../src/logger/process-usage.ts';

/** A made-up /proc: `rss` and `peak` in kB, `times` are user, system, and both of the children, in ticks. */
function writeProc(
  processes: Record<string, { rss: number; peak: number; times: number[]; children: number[] }>,
): string {
  const proc = mkdtempSync(join(tmpdir(), 'runfolio-proc-'));
  onTestFinished(() => rmSync(proc, { recursive: true, force: true }));
  for (const [pid, { rss, peak, times, children }] of Object.entries(processes)) {
    mkdirSync(join(proc, pid, 'task', pid), { recursive: true });
    writeFileSync(join(proc, pid, 'status'), `Name:\tx\nVmHWM:\t    ${peak} kB\nVmRSS:\t    ${rss} kB\n`);
    writeFileSync(join(proc, pid, 'stat'), `${pid} (a (b) c) S 1 1 1 0 -1 0 0 0 0 0 ${times.join(' ')} 20 0\n`);
    writeFileSync(join(proc, pid, 'task', pid, 'children'), children.map((child) => `${child} `).join(''));
  }
  return proc;
}

it('readProcessUsage adds up a process and those it started', () => {
  const proc = writeProc({
    10: { rss: 1024, peak: 4096, times: [100, 50, 30, 20], children: [11, 12] },
    11: { rss: 2048, peak: 2048, times: [100, 0, 0, 0], children: [13] },
    13: { rss: 512, peak: 512, times: [0, 0, 0, 0], children: [] },
    99: { rss: 999_999, peak: 999_999, times: [0, 0, 0, 0], children: [] },
  });
  expect(readProcessUsage(10, { proc })).toEqual({ rssMib: 3.5, peakMib: 4, cpuSeconds: 3, processes: 3 });
  expect(readProcessUsage(77, { proc })).toBeUndefined();
});

it('readProcessUsage ends on processes that name each other as children', () => {
  const loop = { rss: 1024, peak: 1024, times: [0, 0, 0, 0] };
  const proc = writeProc({ 1: { ...loop, children: [2] }, 2: { ...loop, children: [1] } });
  expect(readProcessUsage(1, { proc })).toMatchObject({ processes: 2 });
});

it('readChildrenCpuSeconds tells what children that were waited for have used', () => {
  const proc = writeProc({ self: { rss: 1, peak: 1, times: [500, 500, 120, 30], children: [] } });
  expect(readChildrenCpuSeconds({ proc })).toBe(1.5);
  expect(readChildrenCpuSeconds({ proc: '/nowhere' })).toBeUndefined();
});
