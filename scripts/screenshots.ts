import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveSite } from '../src/site/serve.ts';
import { launchChromium } from './chromium.ts';

// `npm run screenshots -- OUTDIR [--site DIR --base PATH] [--readme]`: a picture of each kind of page, wide and narrow,
// light and dark, to be looked at. Builds the site of this repository unless --site names a built one.
// --readme also renews .github/screenshot.png.

const root = fileURLToPath(new URL('..', import.meta.url));
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

const builtDir = values.site ? undefined : await mkdtemp(join(tmpdir(), 'runfolio-shots-'));
const dir = values.site ? resolve(values.site) : join(builtDir ?? '', 'site');
if (builtDir !== undefined) {
  const program = join(root, 'src/cli/bin.js');
  const { status } = spawnSync(
    process.execPath,
    [program, 'build', '--root', root, '--out', dir, '--base', values.base],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (status !== 0) process.exit(1);
}

/** Page kinds by file name of the picture; a run of each way to end that the file names tell. */
function choosePages(): Map<string, string> {
  const pages = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1'))
    .sort();
  const runs = pages.filter((page) => page.startsWith('r/')).map((page) => page.slice(2, -1));
  const chosen = new Map<string, string>();
  for (const page of pages) {
    const [kind = '', second] = page.split('/');
    if (page === '') chosen.set('home', page);
    else if (kind === 'e') chosen.set(`experiment-${page.slice(2, -1).replaceAll('/', '-')}`, page);
    else if (kind === 'r') continue;
    else if (second === '' || second === undefined) chosen.set(kind.replace('.html', ''), page);
    else if (![...chosen.keys()].includes(`${kind}-one`)) chosen.set(`${kind}-one`, page);
  }
  for (const like of [/too-high/, /sigkill/, /resumed/, /w128-s0|s0$/]) {
    const run = runs.find((id) => like.test(id));
    if (run !== undefined) chosen.set(`run-${run.replaceAll('/', '-')}`, `r/${run}/`);
  }
  const query = (ids: string[]) => `compare/?${ids.map((id) => `run=${id}`).join('&')}`;
  chosen.set('compare-2', query(runs.slice(0, 2)));
  chosen.set('compare-6', query(runs.filter((_, at) => at % Math.ceil(runs.length / 6) === 0)));
  return chosen;
}

await mkdir(outDir, { recursive: true });
const server = await serveSite({ dir, base: values.base, port: 0 });
const browser = await launchChromium();
try {
  const pages = choosePages();
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
    await page.screenshot({ path: join(root, '.github/screenshot.png') });
  }
  console.log(`${pages.size * 4} pictures in ${outDir}`);
} finally {
  await browser.close();
  await server.close();
  if (builtDir !== undefined) await rm(builtDir, { recursive: true });
}
