import { beforeAll, describe, expect, test } from 'vitest';
import { settle, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns } from './library.ts';

const open = useBrowser();
let runs: ExportedRun[];

beforeAll(async () => {
  runs = await exportRuns(site);
});

test('a newcomer walks from home to an experiment to a run and back', async () => {
  const run = runs.find(({ id }) => id === 'digits/optimizers/adam-s0') ?? (runs[0] as ExportedRun);
  const { page, problems } = await open(site.url);
  await page.locator(`main a[href="${site.base}e/${run.experiment}/"]`).first().click();
  await page.waitForURL(`**/e/${run.experiment}/`);
  await page.getByRole('main').getByRole('link', { name: run.name, exact: true }).first().click();
  await page.waitForURL(`**/r/${run.id}/`);
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain(run.name);
  await page.getByRole('main').locator(`a[href="${site.base}e/${run.experiment}/"]`).first().click();
  await page.waitForURL(`**/e/${run.experiment}/`);
  await page.getByRole('banner').getByRole('link').first().click();
  await page.waitForURL(site.url);
  expect(problems).toEqual([]);
});

test('the theme button changes the theme, and the next page keeps it', async () => {
  const { page, problems } = await open(site.url, { theme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  const button = page.getByRole('button', { name: /theme/i });
  for (let press = 0; press < 3 && (await ground()) === before; press++) await button.click();
  const dark = await ground();
  expect(dark).not.toBe(before);
  await page.goto(new URL('diagnostics/', site.url).href);
  expect(await ground()).toBe(dark);
  expect(problems).toEqual([]);
});

test('an address that is nowhere says so with status 404 and leads home under the base path', async () => {
  const { page, problems } = await open(new URL('r/digits/optimizers/nobody-s0/', site.url).href);
  await settle(page);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/not found|nothing here|no such|404/i);
  expect(problems.filter((problem) => !/404/.test(problem))).toEqual([]);
  await page.getByRole('main').locator(`a[href="${site.base}"]`).first().click();
  await page.waitForURL(site.url);
});

describe('times', () => {
  test('are shown in the zone of the reader, with UTC in reach', async () => {
    const run = runs.find(({ id }) => id.startsWith('digits/optimizers/')) ?? (runs[0] as ExportedRun);
    const { page } = await open(new URL(`r/${run.id}/`, site.url).href);
    await settle(page);
    const time = page.getByRole('main').locator('time[datetime]').first();
    const utc = (await time.getAttribute('datetime')) ?? '';
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Zurich', hour: '2-digit', minute: '2-digit' });
    expect(await time.textContent()).toContain(local.format(new Date(utc)));
    expect(await time.getAttribute('title')).toContain('UTC');
  });
});
