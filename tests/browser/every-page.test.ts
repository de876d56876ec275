import { describe, expect, test } from 'vitest';
import { corners, pageKinds, scrollThrough, site, useBrowser, widths } from './harness.ts';
import { axeFindings, sidewaysPx } from './soundness.ts';

const open = useBrowser();

const runs = site.pages.filter((page) => page.startsWith('r/')).map((page) => page.slice(2, -1));
const paths = [...pageKinds(site.pages), `compare/?run=${runs[0]}&run=${runs.at(-1)}`, 'search/?q=digits'].map(
  (path) => ({ from: 'site' as const, path }),
);
const odd = corners.pages
  .filter((page) => /^(e|r|diagnostics)\//.test(page))
  .map((path) => ({ from: 'corners' as const, path }));

describe.each(widths)('at %i px', (width) => {
  test.each([...paths, ...odd])(
    '$from/$path has no errors, nothing from elsewhere, no sideways scroll, and nothing for axe to find, light and dark',
    async ({ from, path }) => {
      const { page, problems } = await open(new URL(path, from === 'site' ? site.url : corners.url).href, {
        width,
        options: { reducedMotion: 'reduce' }, // or axe would see colours half way from light to dark
      });
      await scrollThrough(page);
      expect(await sidewaysPx(page), 'px of sideways scroll').toBe(0);
      expect(await page.title()).not.toBe('hacked');
      expect(await axeFindings(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await axeFindings(page, { runOnly: ['color-contrast'] }), 'dark').toEqual([]);
      expect(await sidewaysPx(page), 'px of sideways scroll in the dark').toBe(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
