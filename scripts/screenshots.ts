import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { serveSite } from '../src/site/serve.ts';
import { launchChromium } from './chromium.ts';
import { builtSite, choosePages, repositoryRoot } from './site/built-site.ts';

// `npm run screenshots -- OUTDIR [--site DIR --base PATH] [--readme]`: a picture of each kind of page, wide and narrow,
// light and dark, to be looked at. Builds the site of this repository unless --site names a built one.
// --readme also renews .github/screenshot.png.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    site: { type: 'string' },
    base: { type: 'string', default: '/' },
    readme: { type: 'boolean', default: false },
  },
});
const [outArgument] = positionals;
if (outArgument === undefined) {
  console.error('Usage: npm run screenshots -- OUTDIR [--site DIR --base PATH] [--readme]');
  process.exit(2);
}
const outDir = resolve(outArgument);

const site = await builtSite({ site: values.site, base: values.base });
await mkdir(outDir, { recursive: true });
const server = await serveSite({ dir: site.dir, base: values.base, port: 0 });
const browser = await launchChromium();
try {
  const pages = choosePages(site.dir);
  for (const width of [1440, 390]) {
    for (const theme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport: { width, height: width < 640 ? 844 : 900 },
        colorScheme: theme,
      });
      const page = await context.newPage();
      for (const [name, path] of pages) {
        await page.goto(new URL(path, server.url).href, { waitUntil: 'networkidle' });
        // Charts come alive when near: go through the page once, then picture it whole.
        const screens = await page.evaluate(() => Math.ceil(document.documentElement.scrollHeight / innerHeight));
        for (let screen = 0; screen <= screens; screen++) {
          await page.evaluate((at) => scrollTo(0, at * innerHeight), screen % (screens + 1));
          await page.waitForLoadState('networkidle');
        }
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(outDir, `${name}-${width}-${theme}.png`), fullPage: true });
      }
      await context.close();
    }
  }
  if (values.readme) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
    await page.goto(new URL('e/digits/mlp-width/', server.url).href, { waitUntil: 'networkidle' });
    await page.screenshot({ path: join(repositoryRoot, '.github/screenshot.png') });
  }
  console.log(`${pages.size * 4} pictures in ${outDir}`);
} finally {
  await browser.close();
  await server.close();
  await site.remove();
}
