import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { corners, settle, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns } from './library.ts';

const open = useBrowser();
let runs: ExportedRun[];

beforeAll(async () => {
  runs = await exportRuns(site);
});

async function searchFor(page: Page, text: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').or(dialog.getByRole('combobox')).fill(text);
  return dialog;
}

describe('the search dialog', () => {
  test.each(['Control+k', '/'])('opens with %s, takes the focus, and gives it back on Escape', async (key) => {
    const { page, problems } = await open(new URL('diagnostics/', site.url).href);
    await settle(page);
    await page.keyboard.press(key);
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const isInside = await dialog.evaluate((element) => element.contains(document.activeElement));
    expect(isInside).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  test('finds a run by a param and its value, and leads to it under the base path', async () => {
    const rateOf = (run: ExportedRun | undefined) =>
      Object.entries(run?.params ?? {}).find(([key]) => key === 'lr' || key.endsWith('.lr'))?.[1];
    const rate = runs.map(rateOf).find((value) => typeof value === 'number' && value < 0.1);
    expect(rate).toBeDefined();
    const { page, problems } = await open(site.url);
    await page.keyboard.press('Control+k');
    const dialog = await searchFor(page, `lr=${rate}`);
    const hit = dialog.locator(`a[href^="${site.base}r/"]`).first();
    await hit.waitFor();
    const id = decodeURIComponent(((await hit.getAttribute('href')) ?? '').slice(`${site.base}r/`.length, -1));
    expect(rateOf(runs.find((candidate) => candidate.id === id))).toBe(rate);
    await hit.click();
    await page.waitForURL(`**${site.base}r/**`);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(problems).toEqual([]);
  });

  test('finds runs by tag', async () => {
    const tag = runs.find(({ tags }) => tags.length > 0)?.tags[0] ?? '';
    expect(tag).not.toBe('');
    const { page } = await open(site.url);
    await page.keyboard.press('Control+k');
    const dialog = await searchFor(page, tag);
    const hit = dialog.locator(`a[href^="${site.base}r/"]`).first();
    await hit.waitFor();
    const id = decodeURIComponent(((await hit.getAttribute('href')) ?? '').slice(`${site.base}r/`.length, -1));
    expect(runs.find((run) => run.id === id)?.tags).toContain(tag);
  });

  test('is walked by arrows and opened by Enter', async () => {
    const { page } = await open(site.url);
    await page.keyboard.press('Control+k');
    const dialog = await searchFor(page, 'digits');
    await dialog.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href !== site.url);
    expect(new URL(page.url()).pathname.startsWith(site.base)).toBe(true);
  });

  test('shows hostile text as text', async () => {
    const { page, problems } = await open(corners.url);
    await page.keyboard.press('Control+k');
    const dialog = await searchFor(page, 'hacked');
    await dialog.getByRole('option').first().waitFor();
    await settle(page);
    expect(await page.title()).not.toBe('hacked');
    expect(await dialog.locator('script, img').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});

test('the search page answers the query in its address and keeps it there', async () => {
  const { page, problems } = await open(new URL('search/?q=digits', site.url).href);
  const hits = page.getByRole('main').locator(`a[href^="${site.base}r/"], a[href^="${site.base}e/"]`);
  await hits.first().waitFor();
  expect(await page.getByRole('main').getByRole('searchbox').inputValue()).toBe('digits');
  expect(problems).toEqual([]);
});

test('without script the search page explains itself and names another way', async () => {
  const { page } = await open(new URL('search/', site.url).href, { javaScript: false });
  expect(await page.getByRole('main').textContent()).toMatch(/JavaScript/);
  expect(await page.getByRole('main').textContent()).toMatch(/grep/);
});
