import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { serveSite } from '../../src/site/serve.ts';
import { runCli } from '../run-cli.ts';
import { settle, useBrowser } from './harness.ts';

const open = useBrowser();
const runCount = 1000;
const metrics = ['val/loss', ...Array.from({ length: 19 }, (_, i) => `${i % 2 === 0 ? 'train' : 'eval'}/metric${i}`)];
/** How far outside the window charts and panels start to load. */
const marginPx = 400;

let folder = '';
let url = '';
let stop: () => Promise<void> = async () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-many-'));
  await writeRuns(join(folder, 'experiments', 'thousand'));
  const { code, stderr } = await runCli(['build', '--quiet', '--root', folder, '--out', join(folder, 'site')]);
  if (code !== 0) throw new Error(`runfolio build failed (${code}): ${stderr}`);
  const server = await serveSite({ dir: join(folder, 'site'), port: 0 });
  stop = () => server.close();
  url = new URL('e/thousand/', server.url).href;
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** A thousand runs in one file. One in ten logs three points a metric, the others one: pictures on run pages cost most of a build. */
async function writeRuns(experiment: string): Promise<void> {
  const random = randomNumbers(1);
  const number = () => Number(random().toPrecision(5));
  const lines = Array.from({ length: runCount }, (_, run) => {
    const step = run % 10 === 0 ? [0, 1, 2] : [2];
    const series = Object.fromEntries(metrics.map((name) => [name, { step, value: step.map(number) }]));
    const params = { lr: 10 ** (-3 * random()), depth: 2 + Math.floor(random() * 6) };
    return JSON.stringify({
      id: `run-${String(run).padStart(4, '0')}`,
      time: 1_772_612_000 + run * 600,
      params,
      series,
    });
  });
  await mkdir(experiment, { recursive: true });
  await writeFile(join(experiment, 'experiment.yaml'), 'metrics: {val/loss: {goal: min, primary: true}}\n');
  await writeFile(join(experiment, 'runs.jsonl'), `${lines.join('\n')}\n`);
}

/** Data files that what is near the window needs, by the page itself. */
function neededNow(page: Page): Promise<string[]> {
  return page.evaluate((margin) => {
    const near = [...document.querySelectorAll<HTMLElement>('runfolio-chart, runfolio-panel')].filter((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top < innerHeight + margin && bottom > -margin;
    });
    return [...new Set(near.flatMap(({ dataset }) => dataset.url ?? dataset.runsUrl ?? []))];
  }, marginPx);
}

describe('a dashboard of 1,000 runs and 20 metrics', () => {
  test('loads the data of what is in view and no more, file by file as it is scrolled to, and each once', async () => {
    const loaded: { path: string; bytes: number }[] = [];
    const { page, problems } = await open(url, {
      prepare: async (fresh) => {
        fresh.on('response', async (response) => {
          const path = new URL(response.url()).pathname;
          if (path.startsWith('/data/')) loaded.push({ path, bytes: (await response.body()).length });
        });
      },
    });
    const paths = () => loaded.map(({ path }) => path);
    const bytes = () => loaded.reduce((sum, file) => sum + file.bytes, 0);
    const everything = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('runfolio-chart, runfolio-panel')].map(
        ({ dataset }) => dataset.url ?? dataset.runsUrl ?? '',
      ),
    );
    const all = new Set(everything);
    expect(all.size).toBe(metrics.length + 1);

    const needed = new Set(await neededNow(page));
    await expect.poll(() => loaded.length).toBe(needed.size);
    await settle(page);
    const atFirst = { files: loaded.length, bytes: bytes() };
    expect(new Set(paths())).toEqual(needed);
    expect(atFirst.files).toBeLessThan(metrics.length / 2);

    const heightPx = await page.evaluate(() => document.documentElement.scrollHeight);
    const stops: number[] = [];
    for (let top = 900; top < heightPx; top += 900) {
      await page.evaluate((y) => scrollTo(0, y), top);
      for (const path of await neededNow(page)) needed.add(path);
      await expect.poll(() => new Set(paths()).size).toBe(needed.size);
      await settle(page);
      expect(new Set(paths())).toEqual(needed);
      stops.push(needed.size);
    }
    expect(new Set(stops).size).toBeGreaterThan(2);
    expect(needed).toEqual(all);
    expect(paths().toSorted()).toEqual([...all].toSorted());
    expect(atFirst.bytes).toBeLessThan(bytes() / 4);
    expect(problems).toEqual([]);
  });

  test('says that more than 200 picked runs are too many for a link, in the bar and with the link', async () => {
    const { page, problems } = await open(url, { options: { permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.locator('#runs').scrollIntoViewIfNeeded();
    const bar = page.getByRole('region', { name: 'Selected runs' });
    const note = bar.getByText('too many for a link');
    await page.getByRole('button', { name: /^Select all/ }).click();
    await note.waitFor();
    expect(new URL(page.url()).searchParams.has('sel')).toBe(false);
    expect(await bar.getByRole('link', { name: 'Compare 1000 runs' }).count()).toBe(1);

    const figure = page.getByRole('figure').filter({ has: page.getByRole('heading', { name: 'val/loss over runs' }) });
    await figure.scrollIntoViewIfNeeded();
    await figure.getByLabel('Menu of val/loss over runs').first().click();
    await figure.getByRole('button', { name: 'Copy link' }).click();
    await figure
      .getByText('Link copied. The 1,000 selected runs are too many for a link: it leaves them out.')
      .waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).not.toContain('sel=');

    await bar.getByRole('button', { name: 'Clear' }).click();
    const box = page.getByRole('checkbox', { name: /^Select thousand\// }).first();
    await box.check();
    expect(await note.count()).toBe(0);
    expect(new URL(page.url()).searchParams.getAll('sel')).toEqual([await box.getAttribute('data-run-id')]);
    expect(problems).toEqual([]);
  });
});
