import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { corners, settle, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns } from './library.ts';

const open = useBrowser();
const dashboard = new URL('e/digits/optimizers/', site.url).href;
let runs: ExportedRun[];

beforeAll(async () => {
  runs = (await exportRuns(site)).filter((run) => run.experiment === 'digits/optimizers');
});

/** The first chart of a page, awake. */
async function liveChart(page: Page): Promise<{ figure: Locator; stage: Locator; tip: Locator }> {
  const figure = page
    .getByRole('figure')
    .filter({ has: page.locator('runfolio-chart') })
    .first();
  await figure.scrollIntoViewIfNeeded();
  const stage = figure.locator('[aria-roledescription="chart"]');
  await stage.locator('svg').waitFor();
  return { figure, stage, tip: figure.locator('.rf-tip') };
}

async function hover(page: Page, stage: Locator, share: number) {
  const box = await stage.boundingBox();
  if (box === null) throw new Error('The chart has no box.');
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
}

describe('a chart of a dashboard', () => {
  test('is a picture until script runs, and then comes alive in the same place without moving the page', async () => {
    const still = await open(dashboard, { javaScript: false });
    const picture = still.page.getByRole('figure').first().locator('svg[role="img"]:visible');
    const before = await picture.boundingBox();
    const { page, problems } = await open(dashboard);
    const { stage } = await liveChart(page);
    const after = await stage.boundingBox();
    expect(Math.round(after?.width ?? 0)).toBe(Math.round(before?.width ?? -1));
    expect(Math.abs((after?.height ?? 0) - (before?.height ?? -100))).toBeLessThan(4);
    expect(problems).toEqual([]);
  });

  test('tells the values of the runs at the step under the pointer', async () => {
    const { page, problems } = await open(dashboard);
    const { stage, tip } = await liveChart(page);
    await hover(page, stage, 0.5);
    await tip.waitFor();
    const middle = (await tip.textContent()) ?? '';
    expect(middle).toMatch(/\d/);
    expect(runs.some(({ run, name }) => middle.includes(run) || middle.includes(name))).toBe(true);
    await hover(page, stage, 0.9);
    await expect.poll(() => tip.textContent()).not.toBe(middle);
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  test('is read by the keyboard: the arrows move the read-out, Home and End go to the ends, Escape closes it', async () => {
    const { page } = await open(dashboard);
    const { figure, stage, tip } = await liveChart(page);
    const spoken = figure.locator('[aria-live="polite"]');
    await stage.focus();
    await page.keyboard.press('Home');
    await tip.waitFor();
    const first = await tip.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tip.textContent()).not.toBe(first);
    await expect.poll(() => spoken.textContent()).toMatch(/\d/);
    await page.keyboard.press('End');
    const last = await tip.textContent();
    expect(last).not.toBe(first);
    await page.keyboard.press('ArrowRight');
    expect(await tip.textContent()).toBe(last);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
  });

  test('zooms to the range that is dragged over, and back', async () => {
    const { page, problems } = await open(dashboard);
    const { figure, stage } = await liveChart(page);
    const drawn = () => stage.locator('svg').innerHTML();
    const whole = await drawn();
    await hover(page, stage, 0.4);
    await page.mouse.down();
    await hover(page, stage, 0.5);
    await hover(page, stage, 0.6);
    await page.mouse.up();
    const reset = figure.getByRole('button', { name: 'Reset zoom' });
    await reset.waitFor();
    expect(await drawn()).not.toBe(whole);
    await reset.click();
    await reset.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  test('keeps its picture and offers Retry when its data is gone, and comes alive when it is back', async () => {
    const gone = '**/data/**';
    const { page, problems } = await open(dashboard, {
      prepare: (opened) => opened.route(gone, (route) => route.fulfill({ status: 404, body: 'gone' })),
    });
    const figure = page
      .getByRole('figure')
      .filter({ has: page.locator('runfolio-chart') })
      .first();
    await figure.scrollIntoViewIfNeeded();
    const notice = figure.getByRole('status');
    await notice.waitFor();
    expect(await notice.textContent()).toContain('404');
    expect(await figure.locator('svg[role="img"]:visible').count()).toBe(1);
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
    await page.unroute(gone);
    await notice.getByRole('button', { name: 'Retry' }).click();
    await figure.locator('[aria-roledescription="chart"] svg').waitFor();
    expect(await figure.getByRole('button', { name: 'Retry' }).count()).toBe(0);
  });

  test('keeps its picture when a page comes in place of its data', async () => {
    const { page } = await open(dashboard, {
      prepare: (opened) =>
        opened.route('**/data/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' })),
    });
    const figure = page
      .getByRole('figure')
      .filter({ has: page.locator('runfolio-chart') })
      .first();
    await figure.scrollIntoViewIfNeeded();
    await figure.getByRole('button', { name: 'Retry' }).waitFor();
    expect(await figure.locator('svg[role="img"]:visible').count()).toBe(1);
  });
});

test('a chart of a diverged run says so in its words', async () => {
  const diverged = runs.find((run) => run.diverged);
  expect(diverged).toBeDefined();
  const { page } = await open(new URL(`r/${diverged?.id}/`, site.url).href, { javaScript: false });
  expect(await page.getByRole('main').textContent()).toMatch(/diverged/i);
  const captions = await page.getByRole('figure').locator('figcaption').allTextContents();
  expect(captions.join('\n')).toMatch(/NaN|not finite|non-finite/);
});

test('charts of hostile names draw them as text', async () => {
  const { page, problems } = await open(new URL('e/hostile/', corners.url).href);
  await liveChart(page);
  await settle(page);
  expect(await page.title()).not.toBe('hacked');
  expect(await page.locator('main script, main img').count()).toBe(0);
  expect(problems).toEqual([]);
});
