import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { encodeExperimentRuns, encodeMoreRuns } from '../../src/payload/experiment-runs.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { serveSite } from '../../src/site/serve.ts';
import { plainRun } from '../../tests/payload/plain-run.ts';
import { launchChromium } from '../chromium.ts';
import { repositoryRoot } from '../site/built-site.ts';
import type { BenchOptions, BenchResult } from './group.ts';
import { writeExperiment } from './write-experiment.ts';

interface Figure {
  name: string;
  ms: number;
  /** What the same machine needs for the least that any page must do, in the same run. */
  floorMs: number;
  /** What the floor is. */
  floor: string;
}

/**
 * What a person waits for in Chromium: a dashboard of 1,000 runs and 20 metrics until its charts live, a move of the smoothing
 * slider until the lines are new, a key in the filter over 10,000 runs until the rows are. Each beside a floor of its own.
 */
export async function benchBrowser({ times }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-bench-'));
  const browser = await launchChromium();
  try {
    for (const [id, runs] of [
      ['twenty', 20],
      ['fifty', 50],
      ['hundred', 100],
    ] as const)
      writeExperiment(folder, { id, runs, metrics: 3, steps: 500, seed: runs });
    writeExperiment(folder, { id: 'thousand', runs: 1000, metrics: 20, steps: 200, seed: 1 });
    const dir = join(folder, 'site');
    const program = join(repositoryRoot, 'src/cli/bin.js');
    const { status } = spawnSync(process.execPath, [program, 'build', '--quiet', '--root', folder, '--out', dir], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error('The site of the bench could not be built.');
    const server = await serveSite({ dir, port: 0 });
    try {
      const figures = [
        await median(times, () => measureDashboard(browser, server.url)),
        await median(times, () => measureSlider(browser, server.url, 'twenty', 20)),
        await median(times, () => measureSlider(browser, server.url, 'fifty', 50)),
        await median(times, () => measureSlider(browser, server.url, 'hundred', 100)),
        await median(times, () => measureFilter(browser, server.url)),
      ];
      return {
        heading: `browser: Chromium, 1440 px, median of ${times}`,
        rows: figures.map(({ name, ms, floorMs, floor }) => ({
          name,
          cells: [`${(ms / floorMs).toFixed(1)} x`, `${ms.toFixed(1)} ms`, `${floorMs.toFixed(1)} ms ${floor}`],
        })),
        remarks: [],
        report: figures,
      };
    } finally {
      await server.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function median(times: number, measure: () => Promise<Figure>): Promise<Figure> {
  const figures: Figure[] = [];
  for (let time = 0; time < times; time += 1) figures.push(await measure());
  figures.sort((a, b) => a.ms - b.ms);
  return figures[Math.floor(figures.length / 2)] as Figure;
}

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return await context.newPage();
}

/** From the beginning of the navigation until every chart in view is live. Floor: to fetch and parse the same files. */
async function measureDashboard(browser: Browser, url: string): Promise<Figure> {
  const page = await openPage(browser);
  const loaded: string[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.json')) loaded.push(response.url());
  });
  await page.goto(new URL('e/thousand/', url).href);
  const ms = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = (): void => {
          const inView = [...document.querySelectorAll('runfolio-chart')].filter(
            (chart) => chart.getBoundingClientRect().top < innerHeight,
          );
          if (inView.length > 0 && inView.every((chart) => chart.querySelector('.rf-live svg') !== null))
            done(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await page.waitForLoadState('networkidle');
  const floorMs = await page.evaluate(async (urls) => {
    const startMs = performance.now();
    for (const address of urls) JSON.parse(await (await fetch(address, { cache: 'no-store' })).text());
    return performance.now() - startMs;
  }, loaded);
  await page.context().close();
  return { name: 'dashboard of 1,000 runs, 20 metrics', ms, floorMs, floor: `to fetch ${loaded.length} files` };
}

/** From a move of the smoothing slider until new lines are painted. Floor: to write the same paths again and paint them. */
async function measureSlider(browser: Browser, url: string, experiment: string, runs: number): Promise<Figure> {
  const page = await openPage(browser);
  await page.goto(new URL(`e/${experiment}/`, url).href, { waitUntil: 'networkidle' });
  await page.waitForSelector('[data-smoothing]');
  const figures = await page.evaluate(async () => {
    const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const paths = (): SVGPathElement[] => [...document.querySelectorAll<SVGPathElement>('.rf-live svg path')];
    const text = (): string =>
      paths()
        .map((path) => path.getAttribute('d'))
        .join();
    const slider = document.querySelector<HTMLInputElement>('[data-smoothing]') as HTMLInputElement;
    const move = async (value: number): Promise<number> => {
      const before = text();
      const startMs = performance.now();
      slider.value = String(value);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      let ms = 0;
      for (let frames = 0; frames < 600; frames += 1) {
        await frame();
        ms = performance.now() - startMs;
        if (text() !== before) return ms;
      }
      throw new Error('The lines did not change.');
    };
    await move(Number(slider.max) * 0.3);
    for (let idle = 0; idle < 30; idle += 1) await frame(); // finer points, which smoothing asks for once, have come
    const ms: number[] = [];
    for (const share of [0.4, 0.45, 0.5, 0.55, 0.6]) ms.push(await move(Math.round(Number(slider.max) * share)));
    const all = paths().map((path) => ({ path, d: path.getAttribute('d') ?? '' }));
    const startMs = performance.now();
    for (const { path, d } of all) path.setAttribute('d', `${d} `);
    await frame();
    const floorMs = performance.now() - startMs;
    return { ms: ms.sort((a, b) => a - b)[2] ?? Number.NaN, floorMs };
  });
  await page.context().close();
  return { name: `slider, ${runs} runs x 500 points, 3 charts`, ...figures, floor: 'to write the paths' };
}

/** From a key in the filter until the rows are there. Floor: to look for the text in one string a run. */
async function measureFilter(browser: Browser, url: string): Promise<Figure> {
  const random = randomNumbers(5);
  const runs = Array.from({ length: 10_000 }, (_, index) => plainRun(index, random, { metricCount: 15 }));
  const parts = Array.from({ length: 10 }, (_, part) => runs.slice(part * 1000, part * 1000 + 1000));
  const head = encodeExperimentRuns({
    experiment: 'vision/cifar10',
    title: 'Ten thousand',
    owner: undefined,
    archived: false,
    baseline: undefined,
    best: runs[0]?.id,
    metrics: [{ name: 'val/acc', goal: 'max', primary: true }],
    paramColumns: ['lr', 'weight_decay', 'optimizer', 'width', 'depth', 'batch_size', 'augment', 'seed'],
    runsInAll: runs.length,
    moreUrls: parts.slice(1).map((_, part) => `data/more-${part + 1}.json`),
    runs: parts[0] ?? [],
  });
  const page = await openPage(browser);
  const contentType = 'application/json';
  await page.route('**/_runs.0.*.json', (route) => route.fulfill({ body: head, contentType }));
  await page.route('**/data/more-*.json', (route) => {
    const part = Number(/more-(\d+)/.exec(route.request().url())?.[1]);
    return route.fulfill({ body: encodeMoreRuns('vision/cifar10', parts[part] ?? []), contentType });
  });
  await page.goto(new URL('e/twenty/', url).href);
  await page.locator('#runs').scrollIntoViewIfNeeded();
  await page.getByText(/^(9,900|10,000) runs$/).waitFor({ timeout: 120_000 });
  const figures = await page.evaluate(
    async (names) => {
      const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const field = document.querySelector<HTMLInputElement>('[data-run-section] .filter-field') as HTMLInputElement;
      const type = async (text: string): Promise<number> => {
        const startMs = performance.now();
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await frame();
        return performance.now() - startMs;
      };
      await type('l');
      const ms: number[] = [];
      for (const text of ['lr > 0.0', 'lr > 0.01', 'lr > 0.01 and val/acc > 0.5', 'adam', 'adam 64'])
        ms.push(await type(text));
      const startMs = performance.now();
      let hits = 0;
      for (const name of names) if (name.includes('adam')) hits += 1;
      await frame();
      return { ms: ms.sort((a, b) => a - b)[2] ?? Number.NaN, floorMs: performance.now() - startMs, hits };
    },
    runs.map(({ id, params }) => `${id} ${[...params].join(' ')}`),
  );
  await page.context().close();
  return { name: 'a key in the filter, 10,000 runs', ms: figures.ms, floorMs: figures.floorMs, floor: 'to look once' };
}
