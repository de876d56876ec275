import { beforeAll, describe, expect, test } from 'vitest';
import { corners, pageKinds, runHref, site, useBrowser } from './harness.ts';
import { type ExportedRun, exportRuns, validate } from './library.ts';

const open = useBrowser();
const withoutScript = { javaScript: false };
let runs: ExportedRun[];

beforeAll(async () => {
  runs = await exportRuns(site);
});

describe('with JavaScript off', () => {
  test.each(pageKinds(site.pages))('/%s shows its text and no control that would do nothing', async (path) => {
    const { page, problems } = await open(new URL(path, site.url).href, withoutScript);
    expect(((await page.getByRole('main').textContent()) ?? '').length).toBeGreaterThan(40);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Diagnostics' }).count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test('home lists every experiment with its number of runs', async () => {
    const { page } = await open(site.url, withoutScript);
    for (const [id, group] of Map.groupBy(runs, (run) => run.experiment)) {
      const row = page
        .getByRole('row', { includeHidden: true })
        .filter({ has: page.locator(`a[href="${site.base}e/${id}/"]`) });
      expect(await row.count(), id).toBe(1);
      const shown = group.filter((run) => !run.archived).length;
      expect(await row.getByRole('cell', { includeHidden: true }).allTextContents(), id).toContainEqual(
        expect.stringMatching(`^\\s*${shown}\\b`),
      );
    }
  });

  test('every experiment shows stills of its metrics in words and lines, and all its runs', async () => {
    for (const [id, group] of Map.groupBy(runs, (run) => run.experiment)) {
      const { page } = await open(new URL(`e/${id}/`, site.url).href, withoutScript);
      const table = page.getByRole('table').filter({ has: page.locator(`a[href^="${site.base}r/${id}/"]`) });
      for (const run of group.filter(({ archived }) => !archived)) {
        expect(await table.locator(`a[href="${runHref(site, run.id)}"]`).count(), run.id).toBeGreaterThan(0);
      }
      if (group.some((run) => Object.values(run.metrics).some((metric) => metric.count > 2))) {
        const figure = page
          .getByRole('figure')
          .filter({ has: page.locator('runfolio-chart') })
          .first();
        expect(await figure.locator('.rf-line path').count(), `lines of ${id}`).toBeGreaterThan(0);
        expect(((await figure.locator('figcaption').textContent()) ?? '').length, id).toBeGreaterThan(20);
        expect((await figure.locator('svg[role="img"]:visible').boundingBox())?.width, id).toBeGreaterThan(200);
      }
      await page.context().close();
    }
  });

  test('a run page tells each param, tag and metric with the figures of the export', async () => {
    for (const run of runs.filter((_, at) => at % 12 === 0)) {
      const { page } = await open(new URL(`r/${run.id}/`, site.url).href, withoutScript);
      const text = await page.getByRole('main').evaluate((main) => main.textContent ?? '');
      const titles = await page
        .locator('main [title]')
        .evaluateAll((all) => all.map((element) => element.getAttribute('title')));
      for (const [key, value] of Object.entries(run.params)) {
        expect(text, `${run.id} param ${key}`).toContain(key.split('.').at(-1));
        if (typeof value !== 'object') expect(text, `${run.id} param ${key}`).toContain(String(value));
      }
      for (const tag of run.tags) expect(text, `${run.id} tag`).toContain(tag);
      for (const [name, metric] of Object.entries(run.metrics)) {
        expect(text, `${run.id} metric`).toContain(name);
        for (const value of [metric.min, metric.max, metric.last]) {
          if (typeof value !== 'number') continue;
          const shown = text.includes(String(value)) || titles.some((title) => title?.includes(String(value)));
          expect(shown, `${run.id} ${name} ${value}`).toBe(true);
        }
      }
      await page.context().close();
    }
  });
});

describe.each([site, corners])('the diagnostics page under $base', (built) => {
  test('lists each problem that the validator reports with its file, line and code', async () => {
    const { files, diagnostics } = await validate(built);
    const { page } = await open(new URL('diagnostics/', built.url).href, withoutScript);
    const text = await page.getByRole('main').evaluate((main) => main.textContent ?? '');
    expect(text).toContain(`${files} file`);
    if (built === corners) expect(diagnostics.length).toBeGreaterThan(4);
    for (const { file, line, column, code } of diagnostics) {
      expect(text, `${file}:${line}:${column}`).toMatch(
        new RegExp(`${literal(file)}[\\s\\S]*line ${line}, column ${column}[\\s\\S]*${literal(code)}`),
      );
    }
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
