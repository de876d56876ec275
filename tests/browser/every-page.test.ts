import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import { corners, pageKinds, scrollThrough, site, themes, useBrowser, widths } from './harness.ts';

const open = useBrowser();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const runs = site.pages.filter((page) => page.startsWith('r/')).map((page) => page.slice(2, -1));
const paths = [
  ...pageKinds(site.pages, { each: 2 }),
  `compare/?run=${runs[0]}&run=${runs.at(-1)}`,
  'search/?q=digits',
].map((path) => ({ from: 'site', path }));
const odd = corners.pages
  .filter((page) => /^(e|r|diagnostics)\//.test(page))
  .map((path) => ({ from: 'corners', path }));

describe.each([...paths, ...odd])('$from /$path', ({ from, path }) => {
  const { url } = from === 'site' ? site : corners;

  test.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    'is sound at $width px, $theme: no errors, nothing from elsewhere, no sideways scroll, nothing for axe to find',
    async ({ width, theme }) => {
      const { page, problems } = await open(new URL(path, url).href, { width, theme });
      await scrollThrough(page);
      const wide = await page.evaluate(() => ({
        page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        title: document.title,
      }));
      expect(wide.page, 'px of sideways scroll').toBe(0);
      expect(wide.title).not.toBe('hacked');
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`),
      ).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
