import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { corners, pageKinds, scrollThrough, site, useBrowser, widths } from './harness.ts';

const open = useBrowser();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const runs = site.pages.filter((page) => page.startsWith('r/')).map((page) => page.slice(2, -1));
const paths = [...pageKinds(site.pages), `compare/?run=${runs[0]}&run=${runs.at(-1)}`, 'search/?q=digits'].map(
  (path) => ({ from: 'site' as const, path }),
);
const odd = corners.pages
  .filter((page) => /^(e|r|diagnostics)\//.test(page))
  .map((path) => ({ from: 'corners' as const, path }));

/** What axe finds, a line each: the rule and the places. */
async function axeFindings(page: Page, options: RunOptions = {}): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}

const sidewaysPx = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What is odd about a run is text and charts, which a phone has the least room for. */
const wideEnough = (width: number) => odd.filter(({ path }) => width < 640 || !path.startsWith('r/'));

describe.concurrent.each(widths)('at %i px', (width) => {
  test.each([...paths, ...wideEnough(width)])(
    '$from/$path has no errors, nothing from elsewhere, no sideways scroll, and nothing for axe to find, light and dark',
    async ({ from, path }) => {
      const { page, problems } = await open(new URL(path, from === 'site' ? site.url : corners.url).href, {
        width,
        options: { reducedMotion: 'reduce' }, // or axe would see colours half way from light to dark
      });
      await scrollThrough(page);
      expect(await sidewaysPx(page), 'px of sideways scroll').toBe(0);
      expect(await page.title()).not.toBe('hacked');
      await page.evaluate(axe);
      expect(await axeFindings(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await axeFindings(page, { runOnly: ['color-contrast'] }), 'dark').toEqual([]);
      expect(await sidewaysPx(page), 'px of sideways scroll in the dark').toBe(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
