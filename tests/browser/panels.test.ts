import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { settle, site, useBrowser } from './harness.ts';
import { exportRuns } from './library.ts';

const open = useBrowser();
const dashboard = new URL('e/digits/random-search/', site.url).href;
const runPage = new URL('r/digits/augmentation/shift-noise-seed0/', site.url).href;
const scatterTitle = 'Validation accuracy against optimizer.lr';

interface LivePanel {
  figure: Locator;
  stage: Locator;
  tip: Locator;
}

function figureOf(page: Page, title: string): Locator {
  return page.getByRole('figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** A panel by its heading, awake. */
async function livePanel(page: Page, title: string): Promise<LivePanel> {
  const figure = figureOf(page, title).first();
  await figure.scrollIntoViewIfNeeded();
  const stage = figure.getByRole('group', { name: `${title}, chart.` });
  await stage.locator('svg').waitFor();
  await stage.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  return { figure, stage, tip: figure.locator('.rf-tip') };
}

async function boxOf(stage: Locator) {
  const box = await stage.boundingBox();
  if (box === null) throw new Error('The panel has no box.');
  return box;
}

/** Drags from one share of the stage to another. */
async function drag(page: Page, stage: Locator, from: [number, number], to: [number, number]) {
  const { x, y, width, height } = await boxOf(stage);
  await page.mouse.move(x + width * from[0], y + height * from[1]);
  await page.mouse.down();
  await page.mouse.move(x + width * ((from[0] + to[0]) / 2), y + height * ((from[1] + to[1]) / 2), { steps: 4 });
  await page.mouse.move(x + width * to[0], y + height * to[1], { steps: 4 });
  await page.mouse.up();
}

const selectedIn = (page: Page) => new URL(page.url()).searchParams.getAll('sel');

describe('a panel across runs', () => {
  test('reads without script: a picture with a name, a sentence, and a table that names its runs', async () => {
    const { page } = await open(dashboard, { javaScript: false });
    const figure = figureOf(page, scatterTitle);
    expect(await figure.getByRole('img', { name: scatterTitle }).count()).toBe(1);
    expect(await figure.locator('figcaption').textContent()).toMatch(
      /^Validation accuracy against optimizer\.lr, 90 runs, best 0\.98\d+ at optimizer\.lr 0\.2701 \(cell 29, seed \d\)\. Rank correlation/,
    );
    await figure.getByText('Show as table').click();
    const table = figure.getByRole('table');
    expect(await table.getByRole('link', { name: /cell 29/ }).count()).toBeGreaterThan(0);
    const headings = await page.getByRole('region', { name: 'Across runs' }).getByRole('heading', { level: 3 }).count();
    expect(headings).toBe(6);
  });

  test('draws the runs of its filter alone, still and live, and names it with how many they are', async () => {
    const address = new URL('e/digits/forest-sweep/', site.url).href;
    const title = 'Trees of more than 50 leaves';
    const runs = (await exportRuns(site)).filter(({ experiment }) => experiment === 'digits/forest-sweep');
    const passed = runs.filter(({ metrics }) => Number(metrics.leaves?.value) > 50);
    expect(passed.length).toBeLessThan(runs.length);
    const caption = `Only where leaves > 50: ${passed.length} of ${runs.length} runs.`;

    const still = await open(address, { javaScript: false });
    const picture = figureOf(still.page, title);
    expect(await picture.locator('figcaption').textContent()).toContain(caption);
    expect(await picture.getByRole('img').locator('visible=true').locator('circle').count()).toBe(passed.length);

    const { page, problems } = await open(address);
    const { figure, stage } = await livePanel(page, title);
    expect(await stage.locator('svg g[class] circle').count()).toBe(passed.length);
    expect(await figure.locator('figcaption').textContent()).toContain(caption);
    expect(problems).toEqual([]);
  });

  test('comes alive in the same place, and keeps to the policy', async () => {
    const still = await open(dashboard, { javaScript: false });
    const before = await boxOf(figureOf(still.page, scatterTitle).getByRole('img'));
    const { page, problems } = await open(dashboard);
    const { stage } = await livePanel(page, scatterTitle);
    const after = await boxOf(stage);
    expect(Math.round(after.width)).toBe(Math.round(before.width));
    expect(Math.abs(after.height - before.height)).toBeLessThan(4);
    expect(problems).toEqual([]);
  });

  test('tells the run under the pointer with a link to it, and pins it at a press', async () => {
    const { page, problems } = await open(dashboard);
    const { stage, tip } = await livePanel(page, scatterTitle);
    const ring = await boxOf(stage.locator('.rf-ring circle'));
    await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(/cell 29.*Validation accuracy0\.98.*optimizer\.momentum/);
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.move(0, 0);
    const link = tip.getByRole('link', { name: /cell 29, seed/ });
    await link.click();
    await page.waitForURL(/\/r\/digits\/random-search\/cell29-seed\d\/$/);
    expect(problems).toEqual([]);
  });

  test('is read and picked from by the keyboard', async () => {
    const { page } = await open(dashboard);
    const { figure, stage, tip } = await livePanel(page, scatterTitle);
    const spoken = figure.locator('[aria-live="polite"]');
    await stage.focus();
    await page.keyboard.press('Home');
    await tip.waitFor();
    const first = await tip.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tip.textContent()).not.toBe(first);
    await expect.poll(() => spoken.textContent()).toMatch(/2 of 90/);
    await page.keyboard.press('Space');
    await expect.poll(() => selectedIn(page)).toHaveLength(1);
    expect(await stage.locator('.rf-faded circle').count()).toBe(89);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await expect.poll(() => selectedIn(page)).toEqual([]);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/r\/digits\/random-search\/cell\d+-seed\d\/$/);
  });

  test('picks the runs within a frame or a loop, for the table and the address too', async () => {
    const { page, problems } = await open(dashboard);
    const { figure, stage } = await livePanel(page, scatterTitle);
    await drag(page, stage, [0.05, 0.5], [0.5, 0.9]);
    await expect.poll(() => selectedIn(page).length).toBeGreaterThan(3);
    const framed = selectedIn(page);
    expect(await stage.locator('.rf-faded circle').count()).toBe(90 - framed.length);
    const selected = page.getByRole('region', { name: 'Selected runs' });
    expect(await selected.textContent()).toContain(String(framed.length));
    await figure.getByRole('button', { name: `Lasso: ${scatterTitle}` }).click();
    await livePanel(page, scatterTitle);
    const { x, y, width, height } = await boxOf(stage);
    await page.mouse.move(x + width * 0.6, y + height * 0.4);
    await page.mouse.down();
    for (const [dx, dy] of [
      [0.98, 0.4],
      [0.98, 0.85],
      [0.6, 0.85],
    ] as const)
      await page.mouse.move(x + width * dx, y + height * dy, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => selectedIn(page)).not.toEqual(framed);
    expect(selectedIn(page).length).toBeGreaterThan(0);
    await page.goBack();
    await expect.poll(() => selectedIn(page)).toEqual(framed);
    expect(problems).toEqual([]);
  });

  test('fills the window at its own address, and closes by Escape', async () => {
    const { page, problems } = await open(dashboard);
    const { figure } = await livePanel(page, scatterTitle);
    await figure.getByRole('button', { name: `Full screen: ${scatterTitle}` }).click();
    const dialog = page.getByRole('dialog', { name: `${scatterTitle}, full screen` });
    const stage = dialog.getByRole('group', { name: `${scatterTitle}, chart.` });
    await stage.locator('svg').waitFor();
    expect(new URL(page.url()).searchParams.get('panel')).toBe('scatter:optimizer.lr:val/acc');
    const box = await boxOf(stage);
    expect(box.width).toBeGreaterThan(1200);
    const address = page.url();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.get('panel')).toBeNull();
    const again = await open(address);
    await again.page.getByRole('dialog', { name: `${scatterTitle}, full screen` }).waitFor();
    expect([...problems, ...again.problems]).toEqual([]);
  });

  test('says in the full window what is true of a live picture', async () => {
    const name = 'parallel:optimizer.lr:optimizer.momentum:optimizer.weight_decay:model.width:batch_size:val/acc';
    const still = await open(dashboard, { javaScript: false });
    await figureOf(still.page, 'Parallel coordinates').getByText('The picture holds the 80 best').waitFor();
    const { page } = await open(`${dashboard}?panel=${encodeURIComponent(name)}`);
    const caption = page.getByRole('dialog', { name: 'Parallel coordinates, full screen' }).locator('figcaption');
    expect(await caption.textContent()).toMatch(/90 runs, best .*\)\.$/);
  });

  test('is saved as CSV, SVG and PNG', async () => {
    const { page, problems } = await open(dashboard);
    const { figure } = await livePanel(page, scatterTitle);
    const save = async (name: string) => {
      await figure.getByRole('group', { name: `Menu of ${scatterTitle}` }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name }).click(),
      ]);
      return readFile(await download.path());
    };
    await figure.locator('summary', { hasNotText: 'Show as table' }).first().click();
    const csv = (await save('Save as CSV')).toString('utf8').trimEnd().split('\n');
    expect(csv[2]).toBe('run,ranked,optimizer.lr,Validation accuracy,optimizer.momentum');
    expect(csv).toHaveLength(3 + 90);
    const svg = (await save('Save as SVG')).toString('utf8');
    expect(svg).toContain(scatterTitle);
    expect(svg).toContain('0.95');
    expect(svg).not.toContain('class=');
    const png = await save('Save as PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(problems).toEqual([]);
  });

  test('keeps its picture and offers Retry when its data is gone', async () => {
    const gone = /_runs\.[^/]*\.json$|\/data\/.*runs.*\.json$/;
    const { page } = await open(dashboard, {
      prepare: (opened) => opened.route(gone, (route) => route.fulfill({ status: 404, body: 'gone' })),
    });
    const figure = figureOf(page, scatterTitle);
    await figure.scrollIntoViewIfNeeded();
    const notice = figure.getByRole('status').filter({ hasText: 'Could not load' });
    await notice.waitFor();
    expect(await notice.textContent()).toContain('404');
    expect(await figure.getByRole('img', { name: scatterTitle }).count()).toBe(1);
    await page.unroute(gone);
    await notice.getByRole('button', { name: 'Retry' }).click();
    await livePanel(page, scatterTitle);
  });

  test('tells a run at a tap on a phone', async () => {
    const { page, problems } = await open(dashboard, { width: 390 });
    const { stage, tip } = await livePanel(page, scatterTitle);
    const ring = await boxOf(stage.locator('.rf-ring circle'));
    await page.touchscreen.tap(ring.x + ring.width / 2, ring.y + ring.height / 2);
    await tip.waitFor();
    expect(await tip.textContent()).toContain('cell 29');
    const section = page.getByRole('region', { name: 'Across runs' });
    const wide = await section.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(wide).toBe(0);
    expect(problems).toEqual([]);
  });
});

describe('parallel coordinates', () => {
  test('pick the runs in the ranges that are dragged on their axes, and let go at a press', async () => {
    const { page, problems } = await open(dashboard);
    const { stage } = await livePanel(page, 'Parallel coordinates');
    const axis = await boxOf(stage.locator('.rf-upright line').last());
    const at = async (share: number) =>
      page.mouse.move(axis.x + axis.width / 2, axis.y + axis.height * share, { steps: 3 });
    await at(0.6);
    await page.mouse.down();
    await at(0.8);
    await at(0.99);
    await page.mouse.up();
    await expect.poll(() => selectedIn(page).length).toBeGreaterThan(3);
    const few = selectedIn(page).length;
    expect(await stage.locator('.rf-thread:not(.rf-faded) path').count()).toBe(few);
    await at(0.3);
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => selectedIn(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('take ranges as numbers too', async () => {
    const { page } = await open(dashboard);
    const { figure } = await livePanel(page, 'Parallel coordinates');
    await figure.getByText('Ranges', { exact: true }).click();
    await figure.getByRole('spinbutton', { name: 'batch_size from' }).fill('100');
    await figure.getByRole('spinbutton', { name: 'Validation accuracy from' }).fill('0.9');
    await figure.getByRole('spinbutton', { name: 'Validation accuracy from' }).press('Tab');
    await expect.poll(() => selectedIn(page).length).toBeGreaterThan(3);
    await figure.getByRole('button', { name: 'Clear ranges' }).click();
    await expect.poll(() => selectedIn(page)).toEqual([]);
  });
});

describe('what a run logged at steps', () => {
  test('has its last step, a figure of each, and every picture without script', async () => {
    const { page } = await open(runPage, { javaScript: false });
    const matrix = figureOf(page, 'val/confusion');
    expect(await matrix.locator('figcaption').textContent()).toMatch(/^val\/confusion at step 200: \d+ of 360 right/);
    const bySteps = page.getByRole('region', { name: 'val/confusion by step' });
    await page.getByText('By step', { exact: true }).first().click();
    expect(await bySteps.getByRole('rowheader').allTextContents()).toEqual(['0', '10', '25', '50', '100', '200']);
    await page.getByText('Earlier steps (5)').click();
    expect(await page.getByRole('figure').filter({ hasText: 'val/misclassified' }).getByRole('img').count()).toBe(6);
    expect(await page.getByRole('slider').count()).toBe(0);
  });

  test('moves together along one slider, whose step the address keeps', async () => {
    const { page, problems } = await open(runPage);
    await livePanel(page, 'val/confusion');
    const slider = page.getByRole('slider', { name: 'Step of val/confusion' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => new URL(page.url()).searchParams.get('step')).toBe('50');
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 50 (4 of 6)');
    expect(await figureOf(page, 'val/confusion').locator('figcaption').textContent()).toContain('at step 50:');
    expect(await figureOf(page, 'weights/layer0').locator('figcaption').textContent()).toContain('at step 50:');
    const pictures = page.getByRole('figure').filter({ hasText: 'val/misclassified' }).filter({ visible: true });
    expect(await pictures.allTextContents()).toEqual([expect.stringContaining('step 50')]);
    const address = page.url();
    const again = await open(address);
    await again.page.getByRole('slider', { name: 'Step of roc' }).scrollIntoViewIfNeeded();
    await settle(again.page);
    expect(await figureOf(again.page, 'roc').locator('figcaption').textContent()).toContain('at step 50:');
    expect([...problems, ...again.problems]).toEqual([]);
  });

  test('plays sounds in the page, and opens separated files as tables', async () => {
    const { page, problems } = await open(runPage);
    expect(await page.locator('audio[controls]').getAttribute('aria-label')).toContain('Validation loss as a tone');
    await page.goto(new URL('r/digits/mlp-width/w128-seed0/', site.url).href);
    const item = page.getByRole('listitem').filter({ hasText: 'misclassified.csv' });
    await item.getByRole('button', { name: 'Show rows' }).click();
    const rows = item.getByRole('region', { name: 'Rows of the file' });
    await rows.waitFor();
    expect(await rows.getByRole('row').count()).toBeGreaterThan(1);
    await item.getByRole('button', { name: 'Hide rows' }).click();
    expect(await rows.count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
