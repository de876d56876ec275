import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeExperimentRuns, encodeMoreRuns, runsPerFile } from '../../src/payload/experiment-runs.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { plainRun } from '../payload/plain-run.ts';
import { runHref, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns } from './library.ts';
import { axeFindings } from './soundness.ts';

const open = useBrowser();
const experiment = 'digits/random-search';
const address = new URL(`e/${experiment}/`, site.url).href;
let runs: ExportedRun[];

beforeAll(async () => {
  runs = (await exportRuns(site)).filter((run) => run.experiment === experiment);
});

/** The run table of a page, awake. */
async function runTable(page: Page): Promise<{ section: Locator; table: Locator; filter: Locator; count: Locator }> {
  const section = page.getByRole('region', { name: 'Runs', exact: true });
  await section.scrollIntoViewIfNeeded();
  const filter = section.getByRole('searchbox', { name: 'Filter runs' });
  await filter.waitFor();
  return { section, table: section.getByRole('table'), filter, count: section.locator('.rt-said') };
}

const rowsOf = (table: Locator) => table.locator('tbody tr[data-run-id]');
const idsOf = (table: Locator) =>
  rowsOf(table).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.runId ?? ''));
const query = (page: Page) => new URL(page.url()).searchParams;

/** The texts of a column, by its head. */
async function columnTexts(table: Locator, head: string): Promise<string[]> {
  return table.evaluate((element, name) => {
    const own = element as HTMLTableElement;
    const at = [...(own.tHead?.rows[0]?.cells ?? [])].findIndex((cell) => cell.textContent?.includes(name));
    return [...(own.tBodies[0]?.rows ?? [])].map((row) => row.cells[at]?.textContent ?? '');
  }, head);
}

test('without script the table is there, with nothing to press that needs script', async () => {
  const { page } = await open(address, { javaScript: false });
  const section = page.getByRole('region', { name: 'Runs', exact: true });
  expect(await section.getByRole('row').count()).toBe(Math.min(100, runs.length) + 1);
  expect(await section.getByRole('button').count()).toBe(0);
  expect(await section.getByRole('checkbox').count()).toBe(0);
  expect(await section.getByRole('searchbox').count()).toBe(0);
});

describe('the filter of a run table', () => {
  test('narrows the rows as one types, keeps them in the address, and Back undoes it', async () => {
    const { page, problems } = await open(address);
    const { table, filter, count } = await runTable(page);
    const wanted = runs.filter(({ params }) => Number(params['optimizer.lr']) > 0.1 && params['model.width'] === 64);
    expect(wanted.length).toBeGreaterThan(0);
    await filter.pressSequentially('optimizer.lr > 0.1 and model.width = 64');
    await expect.poll(() => count.textContent()).toBe(`${wanted.length} of ${runs.length} runs`);
    expect((await idsOf(table)).sort()).toEqual(wanted.map(({ id }) => id).sort());
    expect(query(page).get('where')).toBe('optimizer.lr > 0.1 and model.width = 64');
    await page.reload();
    const again = await runTable(page);
    await expect.poll(() => idsOf(again.table).then(({ length }) => length)).toBe(wanted.length);
    expect(await again.filter.inputValue()).toBe('optimizer.lr > 0.1 and model.width = 64');
    await page.goBack();
    await expect.poll(() => again.count.textContent()).toBe(`${runs.length} runs`);
    expect(problems).toEqual([]);
  });

  test('takes plain words for a search', async () => {
    const { page } = await open(address);
    const { table, filter } = await runTable(page);
    await filter.fill('cell07 seed2');
    await expect.poll(() => idsOf(table)).toEqual([`${experiment}/cell07-seed2`]);
    expect(query(page).get('q')).toBe('cell07 seed2');
    expect(query(page).get('where')).toBeNull();
    await filter.fill('no such run');
    await table.getByText('No run matches.').waitFor();
    await table.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(() => idsOf(table).then(({ length }) => length)).toBe(50);
  });

  test('underlines a mistake, says what is wrong and offers what was meant', async () => {
    const { page, problems } = await open(address);
    const { section, filter, count } = await runTable(page);
    await filter.fill('vall/acc > 0.97');
    const wrong = section.locator('.rt-wrong');
    await expect.poll(() => wrong.textContent()).toBe('vall/acc');
    await section.getByText('No run has a field, metric or param "vall/acc".').waitFor();
    expect(await filter.getAttribute('aria-invalid')).toBe('true');
    await section.getByRole('button', { name: 'Use val/acc' }).click();
    const wanted = runs.filter(({ metrics }) => (metrics['val/acc']?.max ?? 0) > 0.97).length;
    await expect.poll(() => count.textContent()).toBe(`${wanted} of ${runs.length} runs`);
    expect(await wrong.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('loads the engine of regular expressions only for a pattern', async () => {
    const { page, problems } = await open(address);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const { table, filter } = await runTable(page);
    await filter.fill('model.width = 64');
    await expect.poll(() => query(page).get('where')).toBe('model.width = 64');
    expect(asked.filter((url) => url.includes('safe-pattern'))).toEqual([]);
    await filter.fill('id ~ "cell0[12]-"');
    await expect.poll(() => idsOf(table).then((ids) => ids.every((id) => /cell0[12]-/.test(id)) && ids.length)).toBe(6);
    expect(asked.filter((url) => url.includes('safe-pattern'))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('has chips for statuses, and f puts the focus into its field', async () => {
    const { page } = await open(new URL('e/digits/optimizers/', site.url).href);
    await page.keyboard.press('f');
    const { section, table, filter } = await runTable(page);
    await expect.poll(() => filter.evaluate((field) => field === document.activeElement)).toBe(true);
    const chip = section.getByRole('list', { name: 'Statuses' }).getByRole('button', { name: /^diverged/ });
    await chip.click();
    await expect.poll(() => query(page).getAll('status')).toEqual(['diverged']);
    const all = (await exportRuns(site)).filter((run) => run.experiment === 'digits/optimizers' && run.diverged);
    await expect.poll(() => idsOf(table).then((ids) => ids.sort())).toEqual(all.map(({ id }) => id).sort());
    expect(await section.getByRole('button', { name: /^diverged/ }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the columns of a run table', () => {
  test('sort it by a press on their heads, by several with Shift', async () => {
    const { page, problems } = await open(address);
    const { table } = await runTable(page);
    const head = (name: string) => table.getByRole('columnheader', { name: new RegExp(name) });
    await head('width').getByRole('button').click();
    await expect.poll(() => query(page).getAll('sort')).toEqual(['model.width']);
    await head('Validation accuracy')
      .getByRole('button')
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => query(page).getAll('sort')).toEqual(['model.width', '-val/acc']);
    expect(await head('width').getAttribute('aria-sort')).toBe('ascending');
    const wanted = [...runs].sort(
      (a, b) =>
        Number(a.params['model.width']) - Number(b.params['model.width']) ||
        Number(b.metrics['val/acc']?.max) - Number(a.metrics['val/acc']?.max),
    );
    const figures = (list: ExportedRun[]) =>
      list.map(({ params, metrics }) => [params['model.width'], metrics['val/acc']?.max]);
    const shown = (await idsOf(table)).map((id) => runs.find((run) => run.id === id) as ExportedRun);
    expect(figures(shown)).toEqual(figures(wanted.slice(0, 50)));
    expect(problems).toEqual([]);
  });

  test('are chosen, moved and pinned in a dialog', async () => {
    const { page, problems } = await open(address);
    const { section, table } = await runTable(page);
    const heads = () =>
      table.getByRole('columnheader').evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.column));
    const before = await heads();
    await section.getByRole('button', { name: 'Columns' }).click();
    const dialog = page.getByRole('dialog', { name: 'Columns' });
    await dialog.getByRole('searchbox', { name: 'Search columns' }).fill('grad_norm');
    await dialog.getByRole('checkbox', { name: 'Gradient norm', exact: true }).check();
    await dialog.getByRole('checkbox', { name: 'Gradient norm max' }).check();
    await dialog.getByRole('searchbox', { name: 'Search columns' }).fill('');
    await expect.poll(heads).toEqual([...before, 'grad_norm', 'grad_norm.max']);
    await dialog.getByRole('button', { name: 'Move Gradient norm max up' }).click();
    await expect.poll(heads).toEqual([...before, 'grad_norm.max', 'grad_norm']);
    expect(
      await dialog
        .getByRole('button', { name: 'Move Gradient norm max up' })
        .evaluate((own) => own === document.activeElement),
    ).toBe(true);
    await dialog.getByRole('checkbox', { name: 'Duration' }).uncheck();
    await dialog.getByRole('button', { name: 'Pin Gradient norm', exact: true }).click();
    const pinned = [before[0], 'grad_norm', ...before.slice(1).filter((id) => id !== 'duration'), 'grad_norm.max'];
    await expect.poll(heads).toEqual(pinned);
    expect(query(page).getAll('cols')[0]).toBe('pin:grad_norm');
    await dialog.getByRole('button', { name: 'Close' }).click();
    const norms = await columnTexts(table, 'Gradient norm');
    expect(norms.every((text) => /\d/.test(text))).toBe(true);
    await section.getByRole('button', { name: 'Columns' }).click();
    await dialog.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(heads).toEqual(before);
    expect(query(page).has('cols')).toBe(false);
    expect(problems).toEqual([]);
  });

  test('take a width by the keyboard and by the pointer', async () => {
    const { page } = await open(address);
    const { table } = await runTable(page);
    const cell = table.getByRole('columnheader', { name: /Status/ });
    const handle = cell.getByRole('separator', { name: 'Width of Status' });
    const width = async () => Math.round((await cell.boundingBox())?.width ?? 0);
    const before = await width();
    await handle.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await expect.poll(width).toBe(before + 80);
    expect(await handle.getAttribute('aria-valuenow')).toBe(String(before + 80));
    const box = await handle.boundingBox();
    if (box === null) throw new Error('The handle has no box.');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2);
    await page.mouse.up();
    await expect.poll(width).toBe(before + 40);
    await page.keyboard.press('Home');
    await expect.poll(width).toBe(before);
  });
});

test('runs are grouped by a param with figures of each group, and unfold', async () => {
  const { page, problems } = await open(address);
  const { section, table, count } = await runTable(page);
  await section.getByText('Group by', { exact: true }).click();
  await section.getByRole('checkbox', { name: 'model.width' }).check();
  const widths = [...new Set(runs.map(({ params }) => params['model.width']))];
  await expect.poll(() => count.textContent()).toBe(`${runs.length} runs in ${widths.length} groups`);
  expect(query(page).getAll('group')).toEqual(['model.width']);
  const fold = table.getByRole('button', { name: 'model.width 64' });
  const members = runs.filter(({ params }) => params['model.width'] === 64);
  const row = fold.locator('xpath=ancestor::tr');
  expect(await row.textContent()).toContain(`n ${members.length}`);
  expect(await row.textContent()).toMatch(/0\.\d+ ± 0\.\d+/);
  await fold.click();
  await expect.poll(() => idsOf(table).then((ids) => ids.sort())).toEqual(members.map(({ id }) => id).sort());
  expect(await fold.getAttribute('aria-expanded')).toBe('true');
  expect(await fold.evaluate((own) => own === document.activeElement)).toBe(true);
  expect(problems).toEqual([]);
});

describe('rows of a run table', () => {
  test('are picked by box, Shift and keys; the address keeps them and the bar compares them', async () => {
    const { page, problems } = await open(address);
    const { table } = await runTable(page);
    const boxes = rowsOf(table).getByRole('checkbox');
    const ids = await idsOf(table);
    await boxes.nth(1).click();
    await boxes.nth(3).click({ modifiers: ['Shift'] });
    await expect.poll(() => query(page).getAll('sel')).toEqual(ids.slice(1, 4));
    const bar = page.getByRole('region', { name: 'Selected runs' });
    const compare = bar.getByRole('link', { name: 'Compare 3 runs' });
    expect(new URL((await compare.getAttribute('href')) ?? '', site.url).searchParams.getAll('run')).toEqual(
      ids.slice(1, 4),
    );
    await rowsOf(table).nth(3).getByRole('link').first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect.poll(() => query(page).getAll('sel')).toEqual(ids.slice(1, 5));
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await expect.poll(() => query(page).getAll('sel')).toEqual(ids.slice(1, 7));
    await page.reload();
    const again = await runTable(page);
    await expect.poll(() => rowsOf(again.table).getByRole('checkbox', { checked: true }).count()).toBe(6);
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'detached' });
    expect(query(page).has('sel')).toBe(false);
    expect(problems).toEqual([]);
  });

  test('tell how far they are from the one that is pinned with p', async () => {
    const { page, problems } = await open(address);
    const { section, table } = await runTable(page);
    const [first = '', second = ''] = await idsOf(table);
    await rowsOf(table).nth(1).getByRole('link').first().focus();
    await page.keyboard.press('p');
    await expect.poll(() => query(page).get('base')).toBe(second);
    const value = (id: string) => Number(runs.find((run) => run.id === id)?.metrics['val/acc']?.max);
    const third = runs.find((run) => value(run.id) < value(second))?.id ?? '';
    expect(first).not.toBe('');
    await section.getByRole('searchbox', { name: 'Filter runs' }).fill(`id = ${third}`);
    await expect
      .poll(() => columnTexts(table, 'Validation accuracy'))
      .toEqual([expect.stringMatching(/-[\d.e-]+ \(-[\d.]+ %\), worse$/)]);
    await section.getByRole('button', { name: /^Hide differences/ }).click();
    await expect.poll(() => columnTexts(table, 'Validation accuracy')).toEqual([expect.not.stringContaining('worse')]);
    expect(problems).toEqual([]);
  });

  test('open by a press beside their links too', async () => {
    const { page } = await open(address);
    const { table } = await runTable(page);
    const [first = ''] = await idsOf(table);
    await rowsOf(table).first().getByRole('cell').nth(1).click();
    await page.waitForURL((url) => url.pathname === runHref(site, first));
  });

  test('leave the page as text, and as commands that tag them', async () => {
    const { page, problems } = await open(`${address}?where=name+~+"cell+1,"&cols=val/acc&cols=model.width`, {
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    const { section, table } = await runTable(page);
    await expect.poll(() => idsOf(table).then(({ length }) => length)).toBe(3);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await section.getByText('Copy as', { exact: true }).click();
    await section.getByRole('button', { name: 'Copy as Markdown' }).click();
    await expect
      .poll(clipboard)
      .toMatch(
        /^\| run \| Validation accuracy \| model\.width \|\n\| --- \| ---: \| ---: \|\n(\| cell 1, seed \d \| [\d.]+ \| \d+ \|\n){3}$/,
      );
    await section.getByRole('button', { name: 'Copy as LaTeX' }).click();
    await expect.poll(clipboard).toContain('\\begin{tabular}{lrr}');
    await section.getByRole('button', { name: 'Copy as JSON' }).click();
    await expect.poll(async () => JSON.parse(await clipboard())).toHaveLength(3);
    await rowsOf(table).first().getByRole('checkbox').click();
    await page.getByRole('region', { name: 'Selected runs' }).getByRole('button', { name: 'Tag' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tag runs' });
    await dialog.getByRole('textbox', { name: 'Tag' }).fill("it's");
    const [id] = await idsOf(table);
    expect(await dialog.getByRole('region', { name: 'Commands' }).textContent()).toBe(
      `npx runfolio log ${id} --tag 'it'\\''s'`,
    );
    expect(problems).toEqual([]);
  });
});

test('pages are turned and sized, and what means nothing in the address is named', async () => {
  const { page, problems } = await open(`${address}?sort=foo&page=2&size=25`);
  const { section, table } = await runTable(page);
  await page.getByText('Ignored: sort=foo').waitFor();
  await section.getByText('Page 2 of 4').waitFor();
  expect(await rowsOf(table).count()).toBe(25);
  await section.getByRole('button', { name: 'Previous page' }).click();
  await expect.poll(() => query(page).has('page')).toBe(false);
  await section.getByRole('combobox', { name: 'Rows on a page' }).selectOption('all');
  await expect.poll(() => rowsOf(table).count()).toBe(runs.length);
  expect(problems).toEqual([]);
});

test('the table stays as it came when its data is gone, and comes alive when it is back', async () => {
  const gone = '**/_runs.0.*.json';
  const { page } = await open(address, {
    prepare: (opened) => opened.route(gone, (route) => route.fulfill({ status: 404, body: 'gone' })),
  });
  const section = page.getByRole('region', { name: 'Runs', exact: true });
  await section.scrollIntoViewIfNeeded();
  await section.getByText('Could not load all runs (404).').waitFor();
  expect(await rowsOf(section).count()).toBe(runs.length);
  await page.unroute(gone);
  await section.getByRole('button', { name: 'Retry' }).click();
  await section.getByRole('searchbox', { name: 'Filter runs' }).waitFor();
});

/** Puts ten thousand made-up runs in the place of those of a page. */
async function serveMany(page: Page, count: number): Promise<void> {
  const random = randomNumbers(11);
  const many = Array.from({ length: count }, (_, i) => plainRun(i, random));
  const files = Array.from({ length: Math.ceil(count / runsPerFile) }, (_, k) =>
    many.slice(k * runsPerFile, (k + 1) * runsPerFile),
  );
  const head = encodeExperimentRuns({
    experiment: 'vision/cifar10',
    title: 'Many',
    owner: undefined,
    archived: true,
    baseline: undefined,
    best: undefined,
    metrics: [{ name: 'val/acc', goal: 'max', primary: true }],
    paramColumns: ['lr', 'optimizer', 'width', 'depth'],
    runsInAll: count,
    moreUrls: files.slice(1).map((_, k) => `data/more-${k + 1}.json`),
    runs: files[0] ?? [],
  });
  const json = (body: string) => ({ contentType: 'application/json', body });
  await page.route('**/_runs.0.*.json', (route) => route.fulfill(json(head)));
  await page.route('**/data/more-*.json', (route) => {
    const k = Number(/more-(\d+)/.exec(route.request().url())?.[1]);
    return route.fulfill(json(encodeMoreRuns('vision/cifar10', files[k] ?? [])));
  });
}

test('ten thousand runs are filtered and scrolled with only those in view in the page', async () => {
  const { page, problems } = await open(`${address}?size=all`, { prepare: (opened) => serveMany(opened, 10_000) });
  const { section, table, filter, count } = await runTable(page);
  await expect.poll(() => count.textContent()).toBe('10,000 runs');
  expect(await rowsOf(table).count()).toBeLessThan(100);
  expect(await table.getAttribute('aria-rowcount')).toBe('10001');
  const box = section.getByRole('region', { name: /^Runs of/ });
  await box.evaluate((own) => own.scrollTo(0, own.scrollHeight));
  await expect.poll(() => idsOf(table).then((ids) => ids.at(-1))).toBe('vision/cifar10/run-09999');
  expect(await rowsOf(table).count()).toBeLessThan(100);
  await filter.fill('optimizer = adamw and width = 64 and depth = 50');
  await expect.poll(() => count.textContent()).toMatch(/^\d{3} of 10,000 runs$/);
  await expect
    .poll(() => columnTexts(table, 'optimizer').then((texts) => new Set(texts.filter((text) => text !== ''))))
    .toEqual(new Set(['adamw']));
  await filter.fill('q');
  await filter.fill('');
  await expect.poll(() => idsOf(table).then((ids) => ids[0])).toBe('vision/cifar10/run-00000');
  await section.getByRole('button', { name: 'Select all 10,000' }).click();
  await page.getByRole('link', { name: 'Compare 10000 runs' }).waitFor();
  expect(query(page).has('sel')).toBe(false);
  expect(problems).toEqual([]);
});

describe('on a phone', () => {
  test('rows are cards with targets of 44 px, sorted by a choice, and the bar stands at the bottom', async () => {
    const { page, problems } = await open(address, { width: 390 });
    const { section, table } = await runTable(page);
    await expect.poll(() => rowsOf(table).count()).toBe(50);
    const card = rowsOf(table).first();
    const labels = await card
      .locator('td:visible')
      .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.label));
    expect(labels).toEqual([
      'Status',
      'Validation accuracy',
      'optimizer.lr',
      'optimizer.momentum',
      'optimizer.weight_decay',
      'Duration',
      'Started',
    ]);
    await section.getByRole('combobox', { name: 'Sort by' }).selectOption('-model.width');
    await expect.poll(() => query(page).getAll('sort')).toEqual(['-model.width']);
    const pick = card.locator('.row-pick');
    const target = await pick.boundingBox();
    expect(Math.min(target?.width ?? 0, target?.height ?? 0)).toBeGreaterThanOrEqual(44);
    await pick.tap();
    const bar = page.getByRole('region', { name: 'Selected runs' });
    await bar.waitFor();
    const at = await bar.boundingBox();
    expect(Math.round((at?.y ?? 0) + (at?.height ?? 0))).toBe(844);
    const heights = await section
      .getByRole('button')
      .evaluateAll((own) =>
        own
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => Math.round(one.getBoundingClientRect().height)),
      );
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    expect(await section.evaluate((own) => own.scrollWidth - own.clientWidth)).toBe(0);
    expect(problems).toEqual([]);
  });
});

test('axe finds nothing in a table that is grouped, filtered, sorted and held against a run, nor in its dialogs', async () => {
  const { page } = await open(
    `${address}?group=model.width&sort=-val/acc&sort=batch_size&base=cell29-seed0&where=vall/acc>1&sel=${experiment}/cell29-seed1`,
    { options: { reducedMotion: 'reduce' } },
  );
  const { section, table } = await runTable(page);
  await table
    .getByRole('button', { name: /^model\.width/ })
    .first()
    .click();
  const findings = () => axeFindings(page, { rules: { 'target-size': { enabled: true } } });
  expect(await findings()).toEqual([]);
  await section.getByRole('button', { name: 'Columns' }).click();
  expect(await findings()).toEqual([]);
});
