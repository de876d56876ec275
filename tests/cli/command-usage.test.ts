import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CommandUsage } from '../../src/cli/command-usage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('CommandUsage sees the peak of a command that ends within half a second', () => {
  const written: Record<string, number>[] = [];
  const startedMs = performance.now();
  const read = () => {
    const mib = performance.now() - startedMs < 100 ? 2 : 300;
    return { rssMib: mib, peakMib: mib, cpuSeconds: 0, processes: 1 };
  };
  const usage = new CommandUsage({ system: (values) => void written.push(values as Record<string, number>) }, 1, {
    read,
  });
  vi.advanceTimersByTime(250);
  usage.finish();
  expect(written).toMatchObject([{ 'command/peak_rss_mib': 300 }]);
  expect(vi.getTimerCount()).toBe(0);
});

it('CommandUsage looks twice a second at a command that goes on, and writes a reading every 15 seconds', () => {
  const written: Record<string, number>[] = [];
  let looks = 0;
  const read = () => {
    looks += 1;
    return { rssMib: 5, peakMib: 5, cpuSeconds: looks, processes: 3 };
  };
  const usage = new CommandUsage({ system: (values) => void written.push(values as Record<string, number>) }, 1, {
    read,
  });
  vi.advanceTimersByTime(31_000);
  expect(looks).toBeLessThan(75);
  usage.finish();
  expect(written).toHaveLength(3);
  expect(written[0]).toMatchObject({ 'command/rss_mib': 5, 'command/processes': 3 });
});
