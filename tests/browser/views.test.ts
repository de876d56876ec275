import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { site, useBrowser, widths } from './harness.ts';
import { axeFindings, sidewaysPx } from './soundness.ts';

const open = useBrowser();
const views = site.pages.filter((page) => /^views\/./.test(page));
const at = (name: string): string => new URL(`views/${name}/`, site.url).href;

const heads = (page: Page): Promise<string[]> => page.getByRole('heading', { level: 2 }).allTextContents();

/** A row's cells as text, by the head of the row. */
async function cellsOf(page: Page, row: string): Promise<string[]> {
  const cells = await page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: row, exact: true }) })
    .first()
    .getByRole('cell')
    .allInnerTexts();
  return cells.map((text) => text.replace(/\s+/g, ' ').trim());
}

test('there is a page of each kind, listed under Leaderboard with its question', async () => {
  expect(views.length).toBeGreaterThan(3);
  const { page } = await open(new URL('leaderboard/', site.url).href, { javaScript: false });
  await page.getByRole('link', { name: 'Does weight decay help here?' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Does weight decay help here?');
  await page.getByRole('link', { name: 'Views', exact: true }).click();
  expect(new URL(page.url()).pathname).toBe(`${site.base}views/`);
  await page.context().close();
});

describe('without JavaScript', () => {
  test('an ablation says mean, interval, n, difference and significance in words', async () => {
    const { page, problems } = await open(at('weight-decay'), { javaScript: false });
    expect(await heads(page)).toEqual(['Groups', 'The rule', 'For a paper']);
    expect(await cellsOf(page, '0')).toEqual([
      '0.273 ± 0.018 n = 3, best baseline',
      '0.919 ± 0.022 n = 3 baseline',
      '0.891 ± 0.021 n = 3 baseline',
      'compare 3',
    ]);
    // What the walk-through of the guide says of the page.
    expect((await cellsOf(page, '0.001'))[0]).toBe('0.277 ± 0.017 n = 3 +0.0049; no significant difference, p = 1');
    expect((await cellsOf(page, '0.01'))[0]).toMatch(
      /^0\.352 ± 0\.014† n = 3 \+0\.08; significantly worse, p = 0\.001\d$/,
    );
    expect((await cellsOf(page, '0.01'))[1]).toBe('0.928 n = 3, best +0.0093; no significant difference, p = 1');
    expect((await cellsOf(page, '0.1'))[2]).toContain('significantly worse');
    expect(await page.getByText('1 group of which no run counts: optimizer.weight_decay=25.').isVisible()).toBe(true);
    for (const metric of ['Validation loss', 'Validation accuracy', 'Test accuracy'])
      expect(
        await page
          .getByRole('img', { name: `${metric} by optimizer.weight_decay: 5 groups` })
          .filter({ visible: true })
          .count(),
      ).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('a leaderboard ranks groups with the gap to the first, and draws the records', async () => {
    const { page } = await open(at('optimizers'), { javaScript: false });
    expect(await heads(page)).toEqual(['Ranking', 'Records', 'The rule', 'For a paper']);
    const ranks = await page
      .getByRole('table', { name: /^Lowest Validation loss/ })
      .getByRole('row')
      .allInnerTexts();
    expect(ranks).toHaveLength(6);
    expect(ranks[1]).toMatch(/^1\s+nesterov\s+0\.02\s+0\.0632 ± 0\.0061\s+n = 3, best/);
    expect(ranks[1]).toContain('first');
    expect(
      await page
        .getByRole('img', { name: /^Validation loss, best so far: \d+ records among 15 runs/ })
        .filter({ visible: true })
        .count(),
    ).toBe(1);
    await page.context().close();
  });

  test('curves are drawn, a line for each group with its n', async () => {
    const { page } = await open(at('width-curves'), { javaScript: false });
    expect(await heads(page)).toEqual(['Learning curves', 'What they came to', 'The rule', 'For a paper']);
    const picture = page
      .getByRole('img', { name: /^Validation accuracy: width 128, width 32/ })
      .filter({ visible: true });
    expect(await picture.locator('.rf-line').count()).toBe(6);
    expect(
      await page
        .getByRole('listitem')
        .filter({ hasText: /^width 4 n = 3$/ })
        .count(),
    ).toBe(1);
    await page.context().close();
  });

  test('the tables for a paper are there to read, each in a fold', async () => {
    const { page } = await open(at('augmentation'), { javaScript: false });
    await page.getByText('LaTeX', { exact: true }).click();
    const text = await page.getByRole('region', { name: 'Table as LaTeX' }).textContent();
    expect(text).toContain('\\toprule');
    expect(text).toContain('data.augment.noise\\_sd = 0.1');
    await page.context().close();
  });
});

test('the best runs of groups come alive as charts of a dashboard do, and save as pgfplots', async () => {
  const { page, problems } = await open(at('schedules'));
  await page.getByLabel('Menu of Validation loss').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as pgfplots (LaTeX)' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.tex$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.match(/\\addlegendentry/g)).toHaveLength(4);
  expect(text).toContain('ylabel={Validation loss}');
  expect(text.split('\n').filter((line) => /^\d+ [\d.]+$/.test(line)).length).toBeGreaterThan(100);
  expect(await page.getByRole('columnheader', { name: 'Drawn' }).count()).toBe(1);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a table is copied with a button, and equals what the command prints', async () => {
  const { page } = await open(at('weight-decay'), { options: { permissions: ['clipboard-read', 'clipboard-write'] } });
  await page.getByText('CSV', { exact: true }).click();
  const region = page.getByRole('region', { name: 'Table as CSV' });
  await region.locator('xpath=..').getByRole('button', { name: 'Copy' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await region.textContent());
  expect(copied.split('\n')[0]).toMatch(/^optimizer\.weight_decay,baseline,val\/loss n,val\/loss mean/);
  await page.context().close();
});

test('"Compare these runs" leads to compare with the filter of the view', async () => {
  const { page } = await open(at('optimizers'));
  const href = await page.getByRole('link', { name: 'Compare these runs' }).getAttribute('href');
  expect(href).toBe(`${site.base}compare/?e=digits%2Foptimizers&where=optimizer.lr+%3C+1`);
  await page.context().close();
});

test('search finds a view by its question', async () => {
  const { page } = await open(new URL('search/?q=weight decay help here', site.url).href);
  await page
    .getByRole('link', { name: /Does weight decay help here/ })
    .first()
    .waitFor();
  const found = await page
    .getByRole('link', { name: /Does weight decay help here/ })
    .first()
    .getAttribute('href');
  expect(found).toContain('views/weight-decay/');
  await page.context().close();
});

describe.each(widths)('at %i px', (width) => {
  test.each(views)('%s has nothing for axe to find, light and dark, and no sideways scroll', async (path) => {
    const { page, problems } = await open(new URL(path, site.url).href, {
      width,
      options: { reducedMotion: 'reduce' },
    });
    for (const fold of await page.locator('details').all()) await fold.evaluate((own) => own.setAttribute('open', ''));
    expect(await axeFindings(page), 'light').toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axeFindings(page, { runOnly: ['color-contrast'] }), 'dark').toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
