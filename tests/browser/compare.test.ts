import { beforeAll, describe, expect, test } from 'vitest';
import { corners, runHref, settle, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns } from './library.ts';

const open = useBrowser();
let runs: ExportedRun[];

beforeAll(async () => {
  runs = await exportRuns(site);
});

const address = (ids: string[]) =>
  new URL(`compare/?${ids.map((id) => `run=${encodeURIComponent(id)}`).join('&')}`, site.url).href;

/** Runs from as many experiments as there are, in turn. */
function acrossExperiments(count: number): ExportedRun[] {
  const groups = [...Map.groupBy(runs, (run) => run.experiment).values()];
  const chosen: ExportedRun[] = [];
  for (let place = 0; chosen.length < Math.min(count, runs.length); place++) {
    for (const group of groups) {
      const run = group[place];
      if (run !== undefined && chosen.length < count) chosen.push(run);
    }
  }
  return chosen;
}

describe.each([1, 2, 6, Number.POSITIVE_INFINITY])('comparing %s runs across experiments', (count) => {
  test('shows every run with its params and the figures of its metrics', async () => {
    const chosen = acrossExperiments(count);
    const { page, problems } = await open(address(chosen.map(({ id }) => id)));
    const main = page.getByRole('main');
    // The first hundred rows are there at once; how many are not stands below them.
    const showAll = main.getByRole('button', { name: `Show all ${chosen.length.toLocaleString('en')} runs` });
    if (chosen.length > 100) await showAll.first().click();
    await expect.poll(() => main.textContent(), { timeout: 30_000 }).toContain(chosen.at(-1)?.name);
    await settle(page);
    const links = await main.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(chosen.map(({ id }) => runHref(site, id)).filter((href) => !links.includes(href))).toEqual([]);
    // A few runs stand side by side, one metric a row; many stand below each other, one run a row.
    const metrics = new Set(chosen.flatMap((run) => Object.keys(run.metrics)));
    const rows = main.getByRole('table', { name: 'Metrics of the runs' }).getByRole('rowheader');
    expect(await rows.count()).toBe(chosen.length < 10 ? metrics.size : chosen.length);
    if (chosen.length > 1 && chosen.length < 10) {
      const params = (await main.getByRole('table', { name: 'Params of the runs' }).textContent()) ?? '';
      const differing = [...new Set(chosen.flatMap((run) => Object.keys(run.params)))].filter(
        (key) => new Set(chosen.map((run) => JSON.stringify(run.params[key]))).size > 1,
      );
      for (const key of differing) expect(params, key).toContain(key);
    }
    expect(problems).toEqual([]);
  });
});

test('curves of runs that share a metric are drawn over each other', async () => {
  const group = [...Map.groupBy(runs, (run) => run.experiment).values()].find((list) =>
    list.slice(0, 2).every((run) => Object.values(run.metrics).some(({ count }) => count > 5)),
  );
  const chosen = (group ?? []).slice(0, 2);
  const { page } = await open(address(chosen.map(({ id }) => id)));
  const lines = page.getByRole('figure').filter({ hasText: '2 runs' }).first().locator('.rf-line path');
  await expect.poll(() => lines.count()).toBeGreaterThanOrEqual(2);
});

test('an unknown id is named and the others are shown', async () => {
  const [known] = acrossExperiments(1) as [ExportedRun];
  const { page, problems } = await open(address(['digits/none/such-run', known.id]));
  const main = page.getByRole('main');
  await expect.poll(() => main.textContent()).toContain('digits/none/such-run');
  await main
    .locator(`a[href="${runHref(site, known.id)}"]`)
    .first()
    .waitFor();
  expect(await main.locator('a[href*="such-run"]').count()).toBe(0);
  expect(problems).toEqual([]);
});

test.each([
  ['HTML as an id', 'run=<img src=x onerror="document.title=\'hacked\'">'],
  ['names of the language', 'run=__proto__&run=constructor&run=digits/__proto__'],
  ['broken escapes', 'run=%zz&run=%E0%A4%A'],
  ['an endless id', `run=${'a'.repeat(10_000)}`],
  ['300 unknown ids', Array.from({ length: 300 }, (_, at) => `run=nobody/${at}`).join('&')],
  ['empty and unknown keys', 'run=&run=&sort=foo&base=nobody'],
  ['HTML as a metric', 'm=%3Cscript%3Edocument.title=%22hacked%22%3C/script%3E'],
])('a hostile query is harmless: %s', async (_, query) => {
  const { page, problems } = await open(`${new URL('compare/', site.url).href}?${query}`);
  await settle(page);
  expect(await page.title()).not.toBe('hacked');
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(await page.locator('main img').count()).toBe(0);
  expect(problems).toEqual([]);
});

test('hostile runs are compared as text', async () => {
  const hostile = await exportRuns(corners);
  const query = hostile.map(({ id }) => `run=${encodeURIComponent(id)}`).join('&');
  const { page, problems } = await open(new URL(`compare/?${query}`, corners.url).href);
  const main = page.getByRole('main');
  await expect.poll(() => main.textContent()).toContain('__proto__');
  await settle(page);
  expect(await page.title()).not.toBe('hacked');
  expect(await main.locator('script, img, [onerror], [onload]').count()).toBe(0);
  expect(problems).toEqual([]);
});

test('without script the page says what it needs and leads to the experiments', async () => {
  const { page } = await open(new URL('compare/', site.url).href, { javaScript: false });
  expect(await page.getByRole('main').textContent()).toMatch(/JavaScript/);
  expect(
    await page.getByRole('main').locator(`a[href^="${site.base}e/"], a[href="${site.base}"]`).count(),
  ).toBeGreaterThan(0);
});
