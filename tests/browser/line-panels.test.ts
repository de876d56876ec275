import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { corners, settle, site, useBrowser } from './harness.ts';

const open = useBrowser();
const optimizers = new URL('e/digits/optimizers/', site.url).href; // 17 runs
const sweep = new URL('e/digits/random-search/', site.url).href; // 90 runs
const curves = new URL('e/curves/', corners.url).href; // 2 runs of 6,000 points
const resumed = new URL('e/digits/interruptions/', site.url).href;

const stages = (page: Page) => page.locator('[aria-roledescription="chart"]:visible');
const bar = (page: Page) => page.getByRole('group', { name: 'Chart settings' });
const query = (page: Page) => new URL(page.url()).searchParams;

/** A page whose first charts are awake and whose settings are in place. */
async function openCharts(url: string, view: Parameters<typeof open>[1] = {}) {
  const opened = await open(url, view);
  const { page } = opened;
  const figure = page
    .getByRole('figure')
    .filter({ has: page.locator('runfolio-chart') })
    .first();
  await figure.scrollIntoViewIfNeeded();
  const stage = figure.locator('[aria-roledescription="chart"]');
  await stage.locator('svg').waitFor();
  if ((view.width ?? 1440) >= 640) await bar(page).waitFor();
  else await page.getByRole('button', { name: /^Chart settings/ }).waitFor();
  await figure.getByLabel(/^Menu of /).waitFor();
  return { ...opened, figure, stage };
}

const axis = (stage: Locator) => stage.locator('.rf-axis text').allTextContents();
const paths = (stage: Locator) =>
  stage.locator('.rf-line > path').evaluateAll((all) => all.map((one) => one.getAttribute('d')));
/** What the caption says of the choices made. */
const state = (figure: Locator) => figure.locator('.rf-state').textContent();

async function drag(page: Page, stage: Locator, [from, to]: [number, number]) {
  const box = await stage.boundingBox();
  if (box === null) throw new Error('The chart has no box.');
  const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at((from + to) / 2));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

describe('smoothing', () => {
  test('moves lines and no axis, keeps the values as a ghost, names itself, and Back undoes it', async () => {
    const { page, problems, figure, stage } = await openCharts(optimizers);
    const axes = await axis(stage);
    const before = await paths(stage);
    await page.keyboard.press('s');
    const slider = bar(page).getByRole('slider', { name: 'Amount of smoothing' });
    await expect.poll(() => slider.evaluate((one) => one === document.activeElement)).toBe(true);
    await slider.fill('700');
    await expect.poll(() => query(page).get('sm')).toBe('0.7');
    await expect.poll(() => stage.locator('.rf-ghost > path').count()).toBeGreaterThan(10);
    const first = await paths(stage);
    expect(first).not.toEqual(before);
    const ghosts = await stage
      .locator('.rf-ghost > path')
      .evaluateAll((all) => all.map((one) => one.getAttribute('d')));
    expect([...ghosts].sort()).toEqual([...before].sort());
    expect(await state(figure)).toContain('Smoothed: exponential average, weight 0.7');
    const svg = await stage.locator('svg').elementHandle();
    await slider.fill('900');
    await expect.poll(() => paths(stage)).not.toEqual(first);
    expect(await stage.locator('svg').evaluate((one, other) => one === other, svg)).toBe(true);
    expect(await axis(stage)).toEqual(axes);
    await page.goBack();
    await expect.poll(() => query(page).get('sm')).toBe('0.7');
    await expect.poll(() => paths(stage)).toEqual(first);
    expect(problems).toEqual([]);
  });

  test('of each kind draws another line', async () => {
    const { page, stage, figure } = await openCharts(`${optimizers}?sm=0.8`);
    const seen = [JSON.stringify(await paths(stage))];
    for (const [kind, words] of [
      ['Running mean', 'running mean of'],
      ['Gaussian', 'Gaussian, sigma'],
      ['By time in x', 'by time in x'],
    ] as const) {
      await bar(page).getByRole('combobox', { name: 'Smoothing' }).selectOption({ label: kind });
      await expect.poll(() => state(figure)).toContain(words);
      const drawn = JSON.stringify(await paths(stage));
      expect(seen).not.toContain(drawn);
      seen.push(drawn);
    }
  });

  test('of long series comes from a worker, and the sentence says approximate only until then', async () => {
    const { page, problems, figure } = await openCharts(curves);
    await bar(page).getByRole('spinbutton', { name: 'Smoothing, weight' }).fill('0.99');
    await page.keyboard.press('Enter');
    await expect.poll(() => state(figure)).toContain('Smoothed: exponential average, weight 0.99');
    const workers = page.workers().map((one) => one.url());
    expect(workers).toEqual([expect.stringContaining('smooth-worker')]);
    expect(problems).toEqual([]);
  });
});

describe('axes', () => {
  test('y goes logarithmic by its key and by its choice', async () => {
    const { page, stage } = await openCharts(optimizers);
    const linear = await axis(stage);
    await page.locator('h1').click();
    await page.keyboard.press('y');
    await expect.poll(() => query(page).get('y')).toBe('log');
    await expect.poll(() => axis(stage)).not.toEqual(linear);
    await bar(page).getByRole('combobox', { name: 'Scale' }).selectOption('symlog');
    await expect.poll(() => query(page).get('y')).toBe('symlog');
    await expect.poll(() => axis(stage)).toContain('0');
    await page.locator('h1').click();
    await page.keyboard.press('y');
    await page.keyboard.press('y');
    await expect.poll(() => query(page).get('y')).toBeNull();
    await expect.poll(() => axis(stage)).toEqual(linear);
  });

  test('x is relative time, wall time or another metric; times are loaded only then', async () => {
    const asked: string[] = [];
    const { page, problems, stage } = await openCharts(curves, {
      prepare: async (opened) => opened.on('request', (request) => asked.push(request.url())),
    });
    expect(asked.filter((url) => url.includes('.times.'))).toEqual([]);
    const x = bar(page).getByRole('combobox', { name: 'X axis' });
    const label = () => stage.locator('.rf-axis-label').textContent();
    await x.selectOption({ label: 'Relative time' });
    await expect.poll(label).toBe('time since start');
    expect((await axis(stage)).some((text) => text.endsWith('min'))).toBe(true);
    expect(asked.some((url) => url.includes('.times.'))).toBe(true);
    await x.selectOption({ label: 'Wall time' });
    await expect.poll(label).toBe('wall time (UTC)');
    expect((await axis(stage)).join()).toContain('09:10');
    await x.selectOption('epoch');
    await expect.poll(label).toBe('epoch');
    expect(query(page).get('x')).toBe('epoch');
    expect(await axis(stage)).toContain('50');
    expect(problems).toEqual([]);
  });

  test('outliers go out and are counted on the edge', async () => {
    const { page, figure, stage } = await openCharts(curves);
    await bar(page).getByRole('checkbox', { name: 'Outliers out' }).check();
    await expect.poll(() => stage.locator('.rf-outside').first().textContent()).toMatch(/^▲ \d+ points outside$/);
    expect(query(page).get('out')).toBe('1');
    expect(await state(figure)).toMatch(/points outside the 5th to 95th percentile/);
  });
});

describe('zoom', () => {
  test('by dragging loads finer data, counts what is drawn, holds for all charts, and Escape ends it', async () => {
    const asked: string[] = [];
    const { page, problems, figure, stage } = await openCharts(curves, {
      prepare: async (opened) => opened.on('request', (request) => asked.push(request.url())),
    });
    const fine = () => asked.filter((url) => url.includes('/data/f/')).length;
    expect(fine()).toBe(0);
    await drag(page, stage, [0.4, 0.6]);
    await expect.poll(() => query(page).get('zoom')).toMatch(/^\d+(\.\d+)?\.\.\d+(\.\d+)?$/);
    await expect.poll(fine).toBeGreaterThan(0);
    await expect
      .poll(() => state(figure))
      .toMatch(/Zoomed: step [\d,.]+ to step [\d,.]+\. [\d,]+ of [\d,]+ points drawn/);
    const others = await stages(page).count();
    expect(await page.getByRole('button', { name: 'Reset zoom' }).and(page.locator('.rf-reset')).count()).toBe(others);
    await page.keyboard.press('Escape');
    await expect.poll(() => query(page).get('zoom')).toBeNull();
    expect(problems).toEqual([]);
  });

  test('by the keyboard, the wheel with Alt, a pan with Shift, a double click, and two fields', async () => {
    const { page, stage } = await openCharts(optimizers);
    const zoom = () => query(page).get('zoom');
    const range = () => (zoom() ?? '').split('..').map(Number) as [number, number];
    await stage.focus();
    await page.keyboard.press('+');
    await expect.poll(zoom).not.toBeNull();
    await stage.page().locator('.rf-reset:visible').first().waitFor();
    const first = range();
    await page.keyboard.press('+');
    await expect.poll(() => range()[1] - range()[0]).toBeLessThan(first[1] - first[0]);
    const before = range();
    await page.keyboard.down('Shift');
    await drag(page, stage, [0.6, 0.4]);
    await page.keyboard.up('Shift');
    await expect.poll(() => range()[0]).toBeGreaterThan(before[0]);
    expect(range()[1] - range()[0]).toBeCloseTo(before[1] - before[0], 1);
    await stage.dblclick({ position: { x: 200, y: 80 } });
    await expect.poll(zoom).toBeNull();
    await stage.hover({ position: { x: 200, y: 80 } });
    const top = await page.evaluate(() => scrollY);
    await page.keyboard.down('Alt');
    await page.mouse.wheel(0, -240);
    await page.keyboard.up('Alt');
    await expect.poll(zoom).not.toBeNull();
    expect(await page.evaluate(() => scrollY)).toBe(top);
    await stage.focus();
    await page.keyboard.press('0');
    await expect.poll(zoom).toBeNull();
    await bar(page).getByRole('textbox', { name: 'From' }).fill('10');
    await page.keyboard.press('Tab');
    await expect.poll(() => range()[0]).toBe(10);
    await bar(page).getByRole('textbox', { name: 'to', exact: true }).fill('20');
    await page.keyboard.press('Tab');
    await expect.poll(zoom).toBe('10..20');
    await bar(page).getByRole('button', { name: 'Reset zoom' }).click();
    await expect.poll(zoom).toBeNull();
  });

  test('and all other choices come back from a link', async () => {
    const link = `${optimizers}?x=time&sm=0.5&y=log`;
    const { page, stage } = await openCharts(link);
    const drawn = await stage.locator('svg').innerHTML();
    expect(await bar(page).getByRole('combobox', { name: 'X axis' }).inputValue()).toBe('time');
    const again = await openCharts(link);
    expect(await again.stage.locator('svg').innerHTML()).toBe(drawn);
  });

  test('what an address says wrong is named and does no harm', async () => {
    const { page, problems, stage } = await openCharts(
      `${optimizers}?sm=lots&y=cubic&zoom=9..1&x=nothing&colour=nobody&group=nosuch`,
    );
    await expect
      .poll(() => page.getByRole('status').allTextContents())
      .toContainEqual(expect.stringMatching(/^Ignored: .*y=cubic/));
    await page.getByText(/^Ignored: .*x=nothing, colour=nobody/).waitFor();
    await page.getByText(/^Ignored: .*group=nosuch(?! in charts)/).waitFor();
    expect(await stage.locator('.rf-line').count()).toBe(17);
    expect(problems).toEqual([]);
  });

  test('groups that the run table knows and charts do not are named for the charts alone; both know a status', async () => {
    const { page, figure } = await openCharts(`${optimizers}?group=duration&group=status`);
    await page.getByText('Ignored: group=duration in charts', { exact: true }).waitFor();
    await figure.getByText(/group(s)?: mean/).waitFor();
  });
});

describe('the read-out', () => {
  test('shows the value and the smoothed one, 8 runs and a count of the others, and can be pinned', async () => {
    const { page, figure, stage } = await openCharts(`${optimizers}?sm=0.6`);
    const tip = figure.locator('.rf-tip');
    await stage.hover({ position: { x: 250, y: 100 } });
    await tip.waitFor();
    expect(await tip.locator('li').count()).toBe(8);
    expect(await tip.textContent()).toMatch(/\+\d+$/);
    expect(await tip.locator('li').first().textContent()).toMatch(/smoothed/);
    await stage.click({ position: { x: 250, y: 100 } });
    await page.mouse.move(5, 5);
    expect(await tip.isVisible()).toBe(true);
    const link = tip.getByRole('link').first();
    expect(await link.getAttribute('href')).toMatch(/\/r\/digits\/optimizers\//);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
  });

  test('stands at the same step in all charts', async () => {
    const { page, stage } = await openCharts(optimizers);
    await stage.hover({ position: { x: 250, y: 100 } });
    await expect.poll(() => page.locator('.rf-rule').count()).toBeGreaterThan(1);
  });
});

describe('the legend', () => {
  test('hides a run, shows one alone, and fades the others while it is pointed at', async () => {
    const { page, figure, stage } = await openCharts(optimizers);
    const legend = page.getByRole('list', { name: 'Runs in the charts' });
    const lines = () => stage.locator('.rf-line').count();
    const all = await lines();
    const name = legend.getByRole('button', { name: 'adam, seed 0', exact: true });
    await name.hover();
    await expect.poll(() => stage.locator('.rf-faded').count()).toBe(all - 1);
    await name.focus();
    await page.keyboard.press('Enter');
    await expect.poll(lines).toBe(all - 1);
    expect(await name.getAttribute('aria-pressed')).toBe('false');
    expect(query(page).getAll('hide')).toEqual(['digits/optimizers/adam-seed0']);
    expect(await state(figure)).toContain('1 hidden by the legend');
    await name.press('Enter');
    await expect.poll(lines).toBe(all);
    await name.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(lines).toBe(1);
    expect(query(page).get('only')).toBe('digits/optimizers/adam-seed0');
    await legend.getByRole('button', { name: 'Show all, not only adam, seed 0' }).press('Enter');
    await expect.poll(lines).toBe(all);
    await name.dblclick();
    await expect.poll(lines).toBe(1);
  });

  test('of a sweep draws selected runs singly on top of the band, and the rest never leaves', async () => {
    const { page, stage, figure } = await openCharts(sweep);
    expect(await stage.locator('.rf-line').count()).toBe(20);
    expect(await stage.locator('.rf-band path').count()).toBe(1);
    const drawn = page.locator('[data-drawn-runs]').first();
    const singles = JSON.parse((await drawn.getAttribute('data-drawn-runs')) ?? '[]') as string[];
    const boxes = page.locator('input[data-run-id]');
    const other = (await boxes.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.runId ?? ''))).find(
      (id) => !singles.includes(id),
    );
    const chosen = await openCharts(`${sweep}?sel=${other}`);
    await expect.poll(() => chosen.stage.locator('.rf-line.rf-strong').count()).toBe(1);
    expect(await chosen.stage.locator('.rf-band path').count()).toBe(1);
    expect(await figure.locator('figcaption').textContent()).toMatch(/20 of 90 drawn singly/);
  });
});

describe('groups', () => {
  test('are chosen by params: a line and a band each, n in the legend, and the way back', async () => {
    const { page, problems, figure, stage } = await openCharts(optimizers);
    const menu = bar(page).getByText('Group by', { exact: true });
    await menu.click();
    await bar(page).getByRole('checkbox', { name: 'optimizer.name' }).check();
    await expect.poll(() => stage.locator('.rf-line').count()).toBe(5);
    expect(query(page).getAll('group')).toEqual(['optimizer.name']);
    await expect.poll(() => stage.locator('.rf-spread').count()).toBe(5);
    const legend = page.getByRole('list', { name: 'Runs in the charts' });
    await legend.getByRole('button', { name: 'optimizer.name=adam (n = 3)', exact: true }).waitFor();
    expect(await state(figure)).toContain('5 groups: mean with 95 % confidence interval (t)');
    await page.keyboard.press('Escape');
    await bar(page).getByRole('combobox', { name: 'Band' }).selectOption({ label: 'Median with quartiles' });
    await expect.poll(() => state(figure)).toContain('median with quartiles');
    expect(query(page).get('band')).toBe('quartiles');
    await stage.hover({ position: { x: 250, y: 100 } });
    expect(await figure.locator('.rf-tip').textContent()).toMatch(/n = 3/);
    await bar(page)
      .getByText(/^Group by: /)
      .click();
    await bar(page).getByRole('button', { name: 'Single runs' }).click();
    await expect.poll(() => stage.locator('.rf-line').count()).toBe(17);
    expect(problems).toEqual([]);
  });

  test('of two runs show both and no interval', async () => {
    const { figure, stage } = await openCharts(`${curves}?group=kind`);
    await expect.poll(() => stage.locator('.rf-line').count()).toBe(1);
    expect(await stage.locator('.rf-spread').count()).toBe(0);
    expect(await stage.locator('.rf-ghost > path').count()).toBe(2);
    expect(await state(figure)).toContain('Groups of two show both runs and no interval.');
  });

  test('colours can tell the value of a param', async () => {
    const { page, stage } = await openCharts(sweep);
    await bar(page).getByRole('combobox', { name: 'Colour by' }).selectOption('batch_size');
    const colours = () =>
      stage.locator('.rf-line').evaluateAll((all) => new Set(all.map((one) => one.getAttribute('class'))).size);
    await expect.poll(colours).toBeLessThan(8);
    expect(query(page).get('colour')).toBe('batch_size');
    await page
      .getByRole('button', { name: /\(batch_size=\d+\)$/ })
      .first()
      .waitFor();
  });
});

describe('one chart', () => {
  test('may have settings of its own, is marked by a dot, and goes back to the shared ones', async () => {
    const { page, figure, stage } = await openCharts(optimizers);
    const second = stages(page).nth(1);
    const others = await axis(second);
    const linear = await axis(stage);
    await figure.getByLabel(/^Menu of /).click();
    const own = figure.getByRole('group', { name: 'This chart alone' });
    await own.getByRole('combobox', { name: 'Scale' }).selectOption('log');
    await expect.poll(() => axis(stage)).not.toEqual(linear);
    expect(await axis(second)).toEqual(others);
    expect(await figure.getAttribute('data-own')).toBe('');
    expect(query(page).get('own')).toContain('y=log');
    await own.getByRole('button', { name: 'Use shared settings' }).click();
    await expect.poll(() => axis(stage)).toEqual(linear);
    expect(query(page).get('own')).toBeNull();
    expect(await figure.getAttribute('data-own')).toBeNull();
  });

  test('goes full screen, has its own address, and comes back', async () => {
    const { page, problems, figure } = await openCharts(optimizers);
    await figure.getByRole('button', { name: /^Full screen: / }).click();
    const dialog = page.getByRole('dialog', { name: /full screen$/ });
    await dialog.locator('[aria-roledescription="chart"] svg').waitFor();
    const metric = query(page).get('panel');
    expect(metric).toBe('val/loss');
    const box = await dialog.locator('[aria-roledescription="chart"]').boundingBox();
    expect(box?.width).toBeGreaterThan(1200);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(query(page).get('panel')).toBeNull();
    await page.goBack();
    await dialog.waitFor();
    await page.goForward();
    await dialog.waitFor({ state: 'detached' });
    const link = await open(`${optimizers}?panel=val/acc`);
    await link.page.getByRole('dialog', { name: 'Validation accuracy, full screen' }).waitFor();
    await link.page.keyboard.press('Escape');
    await expect.poll(() => query(link.page).get('panel')).toBeNull();
    expect([...problems, ...link.problems]).toEqual([]);
  });

  test('is saved as PNG, as SVG that needs no stylesheet, and as CSV that names the smoothing', async () => {
    const { page, problems, figure } = await openCharts(`${optimizers}?sm=0.6`);
    await figure.getByLabel(/^Menu of /).click();
    const save = async (kind: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: `Save as ${kind}` }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const png = await save('PNG');
    expect(png.name).toMatch(/\.png$/);
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    const width = (await figure.locator('.rf-chart-box').boundingBox())?.width ?? 0;
    expect(png.bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(2 * Math.floor(width));
    const svg = (await save('SVG')).bytes.toString();
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('Validation loss');
    expect(svg).not.toMatch(/ class=| style=|var\(/);
    expect(svg.match(/stroke="rgb/g)?.length).toBeGreaterThan(10);
    const csv = (await save('CSV')).bytes.toString();
    expect(csv).toContain('# "smoothed" is exponential average, weight 0.6\n');
    expect(csv).toContain('\nrun,step,val/loss,smoothed\n');
    expect(csv.split('\n').length).toBeGreaterThan(17 * 40);
    expect(problems).toEqual([]);
  });

  test('copies a link to itself', async () => {
    const { page, figure } = await openCharts(optimizers, {
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    await figure.getByLabel(/^Menu of /).click();
    await figure.getByRole('button', { name: 'Copy link' }).click();
    await figure.getByText('Link copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/optimizers\/\?panel=val%2Floss$/);
  });
});

test('charts are found by name, and those without the words go', async () => {
  const { page } = await openCharts(optimizers);
  await bar(page).getByRole('searchbox', { name: 'Find a chart' }).fill('grad');
  const charts = page.getByRole('figure').filter({ has: page.locator('runfolio-chart') });
  await expect.poll(() => charts.and(page.locator(':visible')).count()).toBe(1);
  expect(query(page).get('find')).toBe('grad');
  await bar(page).getByRole('searchbox', { name: 'Find a chart' }).fill('nothing like it');
  await page.getByText('No chart has "nothing like it" in its name.').waitFor();
});

test('superseded values of resumed runs can be switched off', async () => {
  const { page, stage } = await openCharts(resumed);
  expect(await stage.locator('.rf-old').count()).toBeGreaterThan(0);
  await bar(page).getByRole('checkbox', { name: 'Superseded values' }).uncheck();
  await expect.poll(() => stage.locator('.rf-old').count()).toBe(0);
  expect(query(page).get('old')).toBe('0');
});

test('notes of the experiment stand in its charts and under them, without script too', async () => {
  const { page } = await open(curves, { javaScript: false });
  const figure = page
    .getByRole('figure')
    .filter({ has: page.locator('runfolio-chart') })
    .first();
  expect(await figure.locator('svg:visible .rf-note').allTextContents()).toEqual(['rate halved', 'good enough']);
  expect(await figure.locator('figcaption').textContent()).toContain(
    'At step 3,000: rate halved. At 0.5: good enough.',
  );
  expect(await page.getByRole('group', { name: 'Chart settings' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /chart settings/i }).count()).toBe(0);
  const live = await openCharts(curves);
  expect(await live.stage.locator('.rf-note').allTextContents()).toEqual(['rate halved', 'good enough']);
});

test('the charts of a run follow the same settings', async () => {
  const { page, problems, stage } = await openCharts(new URL('r/curves/slow/', corners.url).href);
  const before = await paths(stage);
  await bar(page).getByRole('combobox', { name: 'X axis' }).selectOption({ label: 'Relative time' });
  await expect.poll(() => stage.locator('.rf-axis-label').textContent()).toBe('time since start');
  await bar(page).getByRole('slider', { name: 'Amount of smoothing' }).fill('950');
  await expect.poll(() => paths(stage)).not.toEqual(before);
  await settle(page);
  expect(problems).toEqual([]);
});

test('the compare page smooths, and keeps its choices while runs are changed', async () => {
  const runs = ['adam-seed0', 'sgd-seed0'].map((run) => `run=digits/optimizers/${run}`).join('&');
  const { page, problems } = await open(new URL(`compare/?${runs}`, site.url).href);
  await page.getByRole('heading', { name: 'Charts' }).scrollIntoViewIfNeeded();
  const slider = bar(page).getByRole('slider', { name: 'Amount of smoothing' });
  await slider.waitFor();
  await slider.fill('800');
  await expect.poll(() => query(page).get('sm')).toBe('0.8');
  await expect.poll(() => page.locator('.rf-ghost > path').count()).toBeGreaterThan(1);
  await page.getByRole('checkbox', { name: /Show all/ }).check();
  await expect.poll(() => query(page).get('diff')).toBe('all');
  expect(query(page).get('sm')).toBe('0.8');
  expect(problems).toEqual([]);
});

describe('on a phone', () => {
  test('settings are a sheet at the bottom, a long press and a drag zoom, a tap reads values out', async () => {
    const { page, problems, figure, stage } = await openCharts(optimizers, { width: 390, options: { isMobile: true } });
    await page.getByRole('button', { name: /^Chart settings/ }).tap();
    const sheet = page.getByRole('dialog', { name: 'Chart settings' });
    await sheet.waitFor();
    const box = await sheet.boundingBox();
    expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(844);
    await sheet.getByRole('combobox', { name: 'Scale' }).selectOption('log');
    await sheet.getByRole('button', { name: 'Done' }).tap();
    await page.getByRole('button', { name: 'Chart settings (1 changed)' }).waitFor();
    await stage.scrollIntoViewIfNeeded();
    const tip = figure.locator('.rf-tip');
    await stage.tap({ position: { x: 150, y: 100 } });
    await tip.waitFor();
    await stage.tap({ position: { x: 150, y: 100 } });
    await tip.waitFor({ state: 'hidden' });

    const at = await stage.boundingBox();
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: x === undefined ? [] : [{ x: (at?.x ?? 0) + x, y: (at?.y ?? 0) + 100 }],
      });
    await touch('touchStart', 100);
    await figure.locator('.rf-brush').waitFor({ state: 'attached' });
    await touch('touchMove', 160);
    await touch('touchMove', 240);
    await touch('touchEnd');
    await expect.poll(() => query(page).get('zoom')).not.toBeNull();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(problems).toEqual([]);
  });
});
