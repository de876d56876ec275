// `npm run budgets [-- --site DIR --base PATH]`: what pages weigh, compressed, against the budgets of the design.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { serveSite } from '../src/site/serve.ts';
import { launchChromium } from './chromium.ts';
import { builtSite, choosePages } from './site/built-site.ts';

/** Bytes of gzip. */
const budgets = { html: 60_000, css: 16_000, firstScript: 14_000, charts: 110_000, search: 200_000 };

const { values } = parseArgs({ options: { site: { type: 'string' }, base: { type: 'string', default: '/' } } });
const site = await builtSite({ site: values.site, base: values.base });
const server = await serveSite({ dir: site.dir, base: values.base, port: 0 });
const browser = await launchChromium();
/** What was weighed, by what it is: the heaviest pages of each are told. */
const weights = new Map<keyof typeof budgets, { page: string; bytes: number }[]>();
const told = 3;

function note(kind: keyof typeof budgets, page: string, bytes: number): void {
  const known = weights.get(kind);
  if (known === undefined) weights.set(kind, [{ page, bytes }]);
  else known.push({ page, bytes });
}

/** Prints the heaviest of each kind and every one over its budget, and counts those. */
function report(): number {
  let over = 0;
  for (const [kind, pages] of weights) {
    pages.sort((a, b) => b.bytes - a.bytes);
    for (const [rank, { page, bytes }] of pages.entries()) {
      const isOver = bytes > budgets[kind];
      if (isOver) over += 1;
      if (rank >= told && !isOver) break;
      const share = Math.round((bytes / budgets[kind]) * 100);
      const figures = `${(bytes / 1000).toFixed(1).padStart(7)} kB of ${budgets[kind] / 1000} kB ${String(share).padStart(4)} %`;
      console.log(`${kind.padEnd(12)} ${page.padEnd(48)} ${figures}${isOver ? '  OVER' : ''}`);
    }
  }
  return over;
}

/** Weights by the kind of what a page loads: at once, and once it was scrolled through. */
async function weigh(path: string): Promise<{ css: number; firstScript: number; late: number }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const sizes: { kind: string; bytes: number; url: string }[] = [];
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    const kind = response.request().resourceType();
    if (kind === 'stylesheet' || kind === 'script' || kind === 'fetch')
      pending.push(
        response.body().then(
          (body) => void sizes.push({ kind, bytes: gzipSync(body).length, url: response.url() }),
          () => undefined,
        ),
      );
  });
  // First load: what the HTML itself names. A chart within reach of the window loads its code by itself, later.
  const html = await (await fetch(new URL(path, server.url))).text();
  const named = new Set(
    [...html.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, url]) => url),
  );
  await page.goto(new URL(path, server.url).href, { waitUntil: 'networkidle' });
  const screens = await page.evaluate(() => Math.ceil(document.documentElement.scrollHeight / innerHeight));
  for (let screen = 0; screen < Math.min(screens, 12); screen += 1) {
    await page.evaluate((at) => scrollTo(0, at * innerHeight), screen);
    await page.waitForLoadState('networkidle');
  }
  await Promise.all(pending);
  await context.close();
  const isNamed = (url: string): boolean => named.has(new URL(url).pathname);
  const sum = (test: (size: (typeof sizes)[number]) => boolean): number =>
    sizes.filter(test).reduce((total, { bytes }) => total + bytes, 0);
  return {
    css: sum(({ kind }) => kind === 'stylesheet'),
    firstScript: sum(({ kind, url }) => kind === 'script' && isNamed(url)),
    late: sum(({ kind, url }) => kind === 'script' && !isNamed(url)),
  };
}

try {
  const pages = readdirSync(site.dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  for (const file of pages) note('html', file, gzipSync(readFileSync(join(site.dir, file))).length);
  for (const [name, path] of choosePages(site.dir)) {
    const { css, firstScript, late } = await weigh(path);
    note('css', name, css);
    note('firstScript', name, firstScript);
    note('charts', name, late);
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  let bytes = 0;
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    if (/pagefind|search/.test(response.url()) && response.request().resourceType() !== 'document')
      pending.push(
        response.body().then(
          (body) => {
            bytes += gzipSync(body).length;
          },
          () => undefined,
        ),
      );
  });
  await page.goto(new URL('search/?q=digits', server.url).href, { waitUntil: 'networkidle' });
  await Promise.all(pending);
  note('search', 'until a first answer', bytes);
  const over = report();
  process.exitCode = over === 0 ? 0 : 1;
  console.log(over === 0 ? 'all within their budgets' : `${over} over their budgets`);
} finally {
  await browser.close();
  await server.close();
  await site.remove();
}
