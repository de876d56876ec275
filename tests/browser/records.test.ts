import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { corners, scrollThrough, settle, useBrowser } from './harness.ts';
import { axeFindings, sidewaysPx } from './soundness.ts';

const open = useBrowser();
const at = (path: string) => new URL(path, corners.url).href;
const logOf = (run: string) => join(corners.root, 'experiments/records/runs', run);

/** The lines of a raw log that a page shows, by their numbers. */
async function lineNumbers(page: Page): Promise<number[]> {
  const texts = await page
    .getByRole('list', { name: /^Lines of / })
    .locator('li[id] > a')
    .allTextContents();
  return texts.map(Number);
}

const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

describe('a number of a run', () => {
  test('leads to the line of the raw log that holds it, in the segment that holds it', async () => {
    const { page, problems } = await open(at('r/records/sweep/'));
    const row = page.getByRole('table', { name: 'Metrics of sweep' }).getByRole('row', { name: /val\/acc/ });
    await row.getByRole('link', { name: '88.25' }).first().click();
    await expect.poll(() => page.url()).toBe(at('log/records/sweep/#F2L2'));
    const second = (await readFile(logOf('sweep/run-2.jsonl'), 'utf8')).split('\n')[1];
    expect(await page.locator('#F2L2 code').textContent()).toBe(second);
    await expect.poll(() => page.locator('#F2L2').getAttribute('aria-current')).toBe('true');
    expect(problems).toEqual([]);
  });

  test('leads there with JavaScript off too, far from the ends of a long log', async () => {
    const { page } = await open(at('r/records/long/'), { javaScript: false });
    const row = page.getByRole('table', { name: 'Metrics of long' }).getByRole('row', { name: /val\/acc/ });
    const href = (await row.getByRole('link', { name: '85', exact: true }).first().getAttribute('href')) ?? '';
    const line = Number(/#L(\d+)$/.exec(href)?.[1]);
    await page.goto(new URL(href, page.url()).href);
    const lines = (await readFile(logOf('long.jsonl'), 'utf8')).split('\n');
    expect(lines[line - 1]).toContain('"val/acc":85');
    expect(await page.locator(`#L${line} code`).textContent()).toBe(lines[line - 1]);
  });
});

describe('a raw log', () => {
  test('shows its first 200 lines and its last 50 with JavaScript off, and where the others are', async () => {
    const { page } = await open(at('log/records/long/'), { javaScript: false });
    const numbers = await lineNumbers(page);
    expect(numbers.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(numbers.slice(-50)).toEqual(Array.from({ length: 50 }, (_, index) => 851 + index));
    expect(await page.getByText('Lines 201 to').count()).toBe(1);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Download' }).getAttribute('href')).toBe(
      '/raw/experiments/records/runs/long.jsonl',
    );
  });

  test('goes to any line by its number, and on to earlier and later ones', async () => {
    const { page, problems } = await open(at('log/records/long/'));
    await page.getByRole('spinbutton', { name: /^Line, 1 to 900/ }).fill('450');
    await page.getByRole('button', { name: 'Go to line' }).click();
    await page.locator('#L450[aria-current]').waitFor();
    const lines = (await readFile(logOf('long.jsonl'), 'utf8')).split('\n');
    expect(await page.locator('#L450 code').textContent()).toBe(lines[449]);
    expect(await page.locator('#L450').evaluate((item) => item.contains(document.activeElement))).toBe(true);
    const before = await lineNumbers(page);
    await page.getByRole('button', { name: 'Earlier lines' }).click();
    await expect.poll(() => page.locator('#L101').count()).toBe(1);
    await page.getByRole('button', { name: 'Later lines' }).click();
    await expect.poll(() => page.locator('#L900').count()).toBe(1);
    const after = await lineNumbers(page);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after).toEqual([...after].sort((a, b) => a - b));
    expect(problems).toEqual([]);
  });

  test('opens at the line of its address', async () => {
    const { page } = await open(at('log/records/long/#L333'));
    await page.locator('#L333[aria-current]').waitFor();
    await expect
      .poll(() =>
        page.locator('#L333').evaluate((item) => {
          const { top, bottom } = item.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      )
      .toBe(true);
  });

  test('is searched; Enter goes from line to line, and the address keeps the words', async () => {
    const { page, problems } = await open(at('log/records/long/'));
    const field = page.getByRole('searchbox', { name: 'Search this log' });
    await field.fill('val/acc');
    await page.getByText('8 lines hold that').waitFor();
    await field.press('Enter');
    await page.getByText('1 of 8').waitFor();
    await page.locator('#L101[aria-current]').waitFor();
    await field.press('Enter');
    await page.getByText('2 of 8').waitFor();
    await expect.poll(() => page.url()).toBe(at('log/records/long/?q=val%2Facc#L201'));
    await field.fill('nowhere');
    await page.getByText('No line holds that.').waitFor();
    expect(problems).toEqual([]);
  });

  test('loads the lines between in place', async () => {
    const { page } = await open(at('log/records/long/'));
    await page.getByRole('button', { name: /^Load lines 201 to/ }).click();
    await page.locator('#L201').waitFor();
    const numbers = await lineNumbers(page);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  test('says what went wrong when the file cannot be fetched, and tries again', async () => {
    let isBroken = true;
    const { page } = await open(at('log/records/long/'), {
      prepare: (own) => own.route('**/raw/**', (route) => (isBroken ? route.abort() : route.continue())),
    });
    await page.getByRole('button', { name: /^Load lines 201 to/ }).click();
    await page.getByText('Could not load (no answer).').waitFor();
    isBroken = false;
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('#L201').waitFor();
  });
});

describe('the page of a run', () => {
  test('folds the frames of libraries in a traceback and copies it whole', async () => {
    const { page } = await open(at('r/records/failed/'), {
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    expect(await page.getByText('RuntimeError: loss is NaN at step 3').first().isVisible()).toBe(true);
    const trace = page.getByRole('region', { name: 'Traceback' });
    expect(await trace.getByText('models/net.py').isVisible()).toBe(true);
    expect(await trace.getByText('torch/nn/modules').first().isVisible()).toBe(false);
    await trace.getByText('2 frames of libraries').click();
    expect(await trace.getByText('torch/nn/modules').first().isVisible()).toBe(true);
    await page.locator('.traceback').getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor({ state: 'attached' });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^RuntimeError.*\nTraceback[\s\S]*torch\/nn/,
    );
  });

  test('tells cost, code, environment, related runs and how to run and cite it, with JavaScript off', async () => {
    const { page } = await open(at('r/records/sweep/'), { javaScript: false });
    const commit = '1a2b'.repeat(10);
    const facts = (await page.getByRole('list').filter({ hasText: 'Started' }).first().textContent()) ?? '';
    for (const fact of ['Duration 2h 10m', 'GPU-hours 4.333', 'Exit code 0']) expect(facts).toContain(fact);
    expect(await page.getByRole('region', { name: 'Commands to run it again' }).textContent()).toBe(
      `cp experiments/records/runs/sweep/uncommitted.patch /tmp/uncommitted.patch\ngit checkout ${commit}\ngit apply /tmp/uncommitted.patch\npython train.py --lr 0.2`,
    );
    const related = section(page, 'Related runs');
    expect(await related.getByRole('link', { name: /^child-/ }).allTextContents()).toEqual([
      'child-1',
      'child-2',
      'child-1',
      'child-2',
    ]);
    await page.getByText('Uncommitted changes: 1 file').click();
    const diff = page.getByRole('region', { name: 'Uncommitted changes as a diff' });
    expect(await diff.locator('.patch-added').allTextContents()).toHaveLength(3);
    expect(await diff.getByText('<b>not bold</b>').count()).toBe(1);
    await page.getByText('BibTeX', { exact: true }).click();
    expect(await page.getByRole('region', { name: 'BibTeX entry' }).textContent()).toContain('@misc{records:sweep,');
    const better = await open(at('r/records/better/'), { javaScript: false });
    const against = better.page.getByRole('table', { name: /^Against the baseline/ });
    expect(await against.getByRole('row', { name: /torch/ }).textContent()).toContain('2.6.0');
  });

  test('loads the log lines that it does not show from the raw log', async () => {
    const { page, problems } = await open(at('r/records/sweep/'));
    const list = page.getByRole('list', { name: 'Log lines' });
    expect(await list.locator('li').count()).toBe(200);
    await page.getByRole('button', { name: 'Load all' }).click();
    await expect.poll(() => list.locator('li').count()).toBe(260);
    expect(await list.locator('li').last().textContent()).toBe('13:25:54infoepoch 4, batch 65: still going');
    expect(problems).toEqual([]);
  });
});

describe('a dashboard', () => {
  test('tells its records, params, cost, activity and quality with JavaScript off', async () => {
    const { page } = await open(at('e/records/'), { javaScript: false });
    expect(await page.getByText('Which learning rate is best at this budget?').isVisible()).toBe(true);
    const records = page.getByRole('table', { name: 'Newest first' });
    expect(await records.getByRole('rowheader').allTextContents()).toEqual([
      'best',
      'sweep',
      'betterequalled by tie',
      'base',
    ]);
    expect(
      await section(page, 'Records').getByText('1 run with a value tells no time and is left out: no-clock').count(),
    ).toBe(1);
    const lr = page.getByRole('region', { name: 'Values of lr' });
    expect(await lr.getByRole('row', { name: /^0\.01 \(holds the best run\)/ }).count()).toBe(1);
    const all = page.getByRole('table', { name: 'In all, and by how runs ended' }).getByRole('row', { name: /^All/ });
    expect(await all.textContent()).toMatch(/^All12/);
    expect(
      await page.getByRole('table', { name: 'Starts and ends of runs by week' }).getByRole('columnheader').count(),
    ).toBe(2);
    const quality = section(page, 'Data quality');
    expect(await quality.getByRole('link', { name: 'no-clock' }).count()).toBe(1);
    expect(await page.getByText('train/acc - val/acc').first().isVisible()).toBe(true);
  });

  test('tells the record under the pointer', async () => {
    const { page, problems } = await open(at('e/records/'));
    const chart = page.getByRole('img', { name: /best so far/ }).first();
    await chart.scrollIntoViewIfNeeded();
    const dot = chart.locator('.rf-record circle').last();
    await dot.hover({ force: true });
    await settle(page);
    const box = await dot.boundingBox();
    if (box === null) throw new Error('The record has no place.');
    await page.mouse.move(box.x + 3, box.y + 3);
    const tip = section(page, 'Records').locator('.rf-tip');
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(/^best91\.5 %, better by 3\.25commit 1a2b1a2/);
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  test('has its saved views as links, marks the one that it shows, and gives the lines to keep another', async () => {
    const { page, problems } = await open(at('e/records/'));
    const views = page.getByRole('navigation', { name: 'Saved views' });
    await views.getByRole('link', { name: 'Best first' }).click();
    await expect.poll(() => views.getByRole('link', { name: 'Best first' }).getAttribute('aria-current')).toBe('true');
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-val/acc');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Mine: best');
    const lines = page.getByRole('region', { name: 'Lines of this view' });
    expect(await lines.textContent()).toBe(
      '  - name: "Mine: best"\n    query:\n      cols: lr\n      sort: "-val/acc"',
    );
    expect(problems).toEqual([]);
  });
});

describe.each([
  { width: 1440, theme: 'light' as const },
  { width: 390, theme: 'dark' as const },
  { width: 320, theme: 'light' as const },
])('at $width px, $theme', ({ width, theme }) => {
  test.each(['e/records/', 'r/records/sweep/', 'r/records/failed/', 'log/records/long/', 'log/records/sweep/'])(
    '%s has no errors, no sideways scroll and nothing for axe to find, and nothing moves while it loads',
    async (path) => {
      const { page, problems } = await open(at(path), {
        width,
        theme,
        options: { reducedMotion: 'reduce' },
        prepare: (own) =>
          own.addInitScript(() => {
            const shifts: number[] = [];
            Object.assign(globalThis, { shifts });
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
            }).observe({ type: 'layout-shift', buffered: true });
          }),
      });
      await settle(page);
      const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
      expect(shifts.reduce((sum, own) => sum + own, 0)).toBeLessThan(0.05);
      for (const details of await page.locator('details').all())
        await details.evaluate((own: HTMLDetailsElement) => {
          own.open = true;
        });
      await scrollThrough(page);
      expect(await sidewaysPx(page)).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );
});
