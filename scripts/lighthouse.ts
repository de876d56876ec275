// `npm run lighthouse [-- --site DIR --base PATH --only NAME]`: Lighthouse over a page of each kind, on this machine alone.
// Lighthouse is large and used rarely, so it is no dependency: `npm install --no-save lighthouse@13.5.0` brings it.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { maybeFindChromium, quietArguments } from './chromium.ts';
import { builtSite, choosePages } from './site/built-site.ts';
import { serveCompressed } from './site/serve-compressed.ts';

/** What each page must reach, of 100. */
const least = { accessibility: 100, 'best-practices': 100, performance: 95 } as const;
const categories = Object.keys(least) as (keyof typeof least)[];

interface LighthouseResult {
  lhr: {
    categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
    audits: Record<string, { score: number | null; title: string }>;
  };
}
type Lighthouse = (url: string, flags: object) => Promise<LighthouseResult | undefined>;

const { values } = parseArgs({
  options: { site: { type: 'string' }, base: { type: 'string', default: '/' }, only: { type: 'string' } },
});
const packageName = 'lighthouse';
const lighthouse = await import(packageName).then(
  (module: { default: Lighthouse }) => module.default,
  () => undefined,
);
if (lighthouse === undefined) {
  console.error('Lighthouse is not installed: npm install --no-save lighthouse@13.5.0');
  process.exit(2);
}

const port = 9322;
const site = await builtSite({ site: values.site, base: values.base });
const server = await serveCompressed({ dir: site.dir, base: values.base });
const browser = await chromium.launch({
  executablePath: maybeFindChromium(),
  args: [...quietArguments, `--remote-debugging-port=${port}`],
});
let short = 0;
try {
  const pages = [...choosePages(site.dir)].filter(([name]) => values.only === undefined || name.includes(values.only));
  console.log(`${'page'.padEnd(44)} ${categories.map((name) => name.padStart(15)).join(' ')}`);
  for (const [name, path] of pages) {
    const result = await lighthouse(new URL(path, server.url).href, {
      port,
      onlyCategories: categories,
      logLevel: 'error',
      output: 'json',
    });
    if (result === undefined) throw new Error(`Lighthouse gave nothing for ${path}.`);
    const { lhr } = result;
    const scores = categories.map((category) => Math.round((lhr.categories[category]?.score ?? 0) * 100));
    console.log(`${name.padEnd(44)} ${scores.map((score) => String(score).padStart(15)).join(' ')}`);
    for (const [index, category] of categories.entries()) {
      if ((scores[index] ?? 0) >= least[category]) continue;
      short += 1;
      for (const { id, weight } of lhr.categories[category]?.auditRefs ?? []) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit?.score !== null && (audit?.score ?? 1) < 0.9) console.log(`    ${id}: ${audit?.title}`);
      }
    }
  }
  console.log(short === 0 ? `${pages.length} pages reach their scores` : `${short} scores are too low`);
} finally {
  await browser.close();
  await server.close();
  await site.remove();
}
process.exitCode = short === 0 ? 0 : 1;
