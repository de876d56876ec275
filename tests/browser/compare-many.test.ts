import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { publishData } from '../../src/site/publish-data.ts';
import { serveSite } from '../../src/site/serve.ts';
import { openStore } from '../../src/store/open-store.ts';
import { runCli } from '../run-cli.ts';
import { scrollThrough, settle, useBrowser } from './harness.ts';
import { axeFindings, sidewaysPx } from './soundness.ts';

const open = useBrowser();

let folder = '';
let url = '';
let stop: () => Promise<void> = async () => {};

/** A site of a few runs, whose compare page is then given the data of a thousand: their own pages would be most of a build. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-compare-'));
  const [few, many, outDir] = [join(folder, 'few'), join(folder, 'many'), join(folder, 'site')];
  for (const root of [few, many]) await writeSeeds(join(root, 'experiments', 'seeds'));
  const sweep = join(many, 'experiments', 'sweep');
  await writeSweep(sweep, 'many', { from: 0, count: 900 });
  await writeSweep(sweep, 'some', { from: 900, count: 94 });
  const { code, stderr } = await runCli(['build', '--quiet', '--root', few, '--out', outDir]);
  if (code !== 0) throw new Error(`runfolio build failed (${code}): ${stderr}`);
  const { indexUrl } = await publishData(await openStore(many), { outDir, base: '/' });
  const file = join(outDir, 'compare', 'index.html');
  const page = await readFile(file, 'utf8');
  await writeFile(file, page.replace(/data-index="[^"]*"/, `data-index="${indexUrl}"`));
  const server = await serveSite({ dir: outDir, port: 0 });
  stop = () => server.close();
  url = new URL('compare/', server.url).href;
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs in one file, whose metrics, params and steps are not all the same. Few have two points: pictures cost most of a build. */
async function writeSweep(
  folderName: string,
  name: string,
  { from, count }: { from: number; count: number },
): Promise<void> {
  const random = randomNumbers(from + 1);
  const lines = Array.from({ length: count }, (_, i) => {
    const step = i % 20 === 0 ? (i % 40 === 0 ? [0, 1, 2] : [0, 100, 200, 300]) : [i % 3];
    const value = step.map(() => Number(random().toPrecision(4)));
    const series: Record<string, { step: number[]; value: (number | string)[] }> = { loss: { step, value } };
    if (i % 2 === 0) series.acc = { step, value: i === 40 ? value.with(1, Number.NaN).map(nanAsText) : value };
    if (i % 20 === 0) series.epoch = { step, value: step.map((own) => own / 10) };
    const params = i % 3 === 0 ? { index: from + i } : { index: from + i, lr: i % 7 };
    return JSON.stringify({ id: `run-${from + i}`, time: 1_772_612_000 + i * 60, params, series });
  });
  const experiment = join(folderName, name);
  await mkdir(experiment, { recursive: true });
  await writeFile(join(experiment, 'experiment.yaml'), 'metrics: {loss: {goal: min, primary: true}}\n');
  await writeFile(join(experiment, 'runs.jsonl'), `${lines.join('\n')}\n`);
}

const nanAsText = (value: number): number | string => (Number.isNaN(value) ? 'NaN' : value);

const values = { sgd: [0.5, 0.52, 0.51], adam: [0.3, 0.33, 0.31] };

/** Six runs in two groups of seeds, which differ in all that runs can be held against each other by. */
async function writeSeeds(experiment: string): Promise<void> {
  for (const [optimizer, losses] of Object.entries(values))
    for (const [seed, loss] of losses.entries()) {
      const isSgd = optimizer === 'sgd';
      const start = {
        event: 'start',
        time: '2026-03-02T13:00:00Z',
        params: { index: 2000, optimizer, seed },
        git: { commit: (isSgd ? '1a2b' : '3c4d').repeat(10), branch: 'main', dirty: true },
        command: `python train.py --optimizer ${optimizer}`,
        host: 'node-1',
        env: { python: isSgd ? '3.11.7' : '3.12.1', packages: { numpy: '2.1.0', torch: isSgd ? '2.5.0' : '2.6.0' } },
        gpus: 2,
      };
      const matrix = {
        kind: 'confusion',
        columns: ['cat', 'dog'],
        rows: [
          [5, isSgd ? 2 : 1],
          [0, 7],
        ],
      };
      const records = [
        start,
        { event: 'log', time: '2026-03-02T13:00:01Z', message: 'loading data' },
        { event: 'log', time: '2026-03-02T13:00:02Z', message: isSgd ? '<b>slow</b> start' : 'fast start' },
        ...[1, 2, 3].map((step) => ({ step, time: `2026-03-02T13:0${step}:00Z`, loss: loss + 3 - step })),
        { event: 'table', name: 'confusion', step: 1, ...matrix },
        { event: 'table', name: 'confusion', step: 3, ...matrix },
        { event: 'artifact', path: 'uncommitted.patch', name: 'uncommitted.patch', kind: 'text' },
        { event: 'end', time: '2026-03-02T13:10:00Z', status: 'finished' },
      ];
      const run = join(experiment, 'runs', `${optimizer}-${seed}`);
      await mkdir(run, { recursive: true });
      await writeFile(join(run, 'run.jsonl'), `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
      const patch = `diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-lr = 0\n+lr = ${isSgd ? 1 : 2}\n`;
      await writeFile(join(run, 'uncommitted.patch'), patch);
    }
  const yaml = [
    'metrics: {loss: {goal: min, primary: true, summary: last}}',
    'group_by: [optimizer]',
    'baseline: sgd-0',
    'views: [{name: "Adam: all", query: {where: optimizer = adam}}]',
  ];
  await writeFile(join(experiment, 'experiment.yaml'), `${yaml.join('\n')}\n`);
}

/** Counts the data files that a page loads, and how many at once. */
function watchData(page: Page) {
  const seen = { paths: [] as string[], most: 0 };
  const running = new Set<string>();
  const isData = (address: string) => new URL(address).pathname.startsWith('/data/');
  page.on('request', (request) => {
    if (!isData(request.url())) return;
    seen.paths.push(new URL(request.url()).pathname);
    running.add(request.url());
    seen.most = Math.max(seen.most, running.size);
  });
  const ended = (request: { url(): string }) => running.delete(request.url());
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  return seen;
}

/** Nothing of a table or chart that is there may break the rules of accessibility or the width of a phone. */
async function expectSound(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await sidewaysPx(page), 'px of sideways scroll').toBe(0);
}

const address = (query: Record<string, string | string[]>) => {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) for (const one of [value].flat()) given.append(key, one);
  return `${url}?${given}`;
};

describe.each([
  [1, 'index = 0'],
  [2, 'index in [0, 900]'],
  [6, 'experiment = seeds'],
  [100, 'index >= 900'],
  [1000, 'index >= 0'],
])('%i runs chosen by a filter', (count, where) => {
  test('are all there or told, in few requests, with charts over any x', async () => {
    let seen = { paths: [] as string[], most: 0 };
    const { page, problems } = await open(address({ where, x: 'fraction' }), {
      prepare: async (fresh) => {
        seen = watchData(fresh);
      },
    });
    const main = page.getByRole('main');
    const choice = main.getByRole('region', { name: 'Choice of runs' });
    await expect
      .poll(() => choice.textContent())
      .toContain(count === 1 ? '1 run by' : `${count.toLocaleString('en')} runs by`);
    await scrollThrough(page);
    const table = main.getByRole('region', { name: 'Metrics of the runs' }).getByRole('table');
    const isTurned = count > 20;
    const showAll = main.getByRole('button', { name: `Show all ${count.toLocaleString('en')} runs` });
    if (count > 100) {
      expect(await table.getByRole('rowheader').count()).toBe(100);
      await showAll.first().click();
    }
    await expect.poll(() => table.getByRole(isTurned ? 'rowheader' : 'columnheader').count()).toBe(count);
    // One file an experiment and one a metric of it; of a few runs each its own.
    expect(seen.paths.length).toBeLessThanOrEqual(1 + 3 + (isTurned ? 3 * 3 : count));
    expect(new Set(seen.paths).size).toBe(seen.paths.length);
    expect(seen.most).toBeLessThanOrEqual(6);
    const figure = main.getByRole('figure').filter({ hasText: 'loss' }).first();
    await expect.poll(() => figure.locator('.rf-chart-box svg').count()).toBeGreaterThan(0);
    expect(await figure.textContent()).toContain('fraction of the run');
    await page.getByRole('combobox', { name: 'X axis' }).first().selectOption('wall');
    await expect.poll(() => figure.textContent()).toContain('wall time');
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

test('times of many runs come from the files of their metrics', async () => {
  const { page, problems } = await open(address({ where: 'index >', x: 'time' }));
  await settle(page);
  expect(await page.getByRole('main').textContent()).toContain('The filter cannot be read');
  await page.goto(address({ where: 'experiment = seeds or index < 41', e: ['seeds', 'sweep/many'], x: 'time' }));
  await scrollThrough(page);
  const figure = page.getByRole('figure').filter({ hasText: 'loss' }).first();
  await expect.poll(() => figure.textContent()).toContain('time since start');
  // Runs of the sweep were logged without times, which is said; those of the seeds have them.
  await expect.poll(() => figure.textContent()).toContain('41 of 47 runs have no times.');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('what cannot be found or read is named, and the rest is shown', async () => {
  const { page, problems } = await open(
    address({
      run: ['seeds/gone', 'seeds/adam-0'],
      e: ['none', 'seeds'],
      view: 'seeds:Gone',
      where: 'optimiser = adam',
    }),
  );
  const main = page.getByRole('main');
  await expect.poll(() => main.textContent()).toContain('No such run: seeds/gone');
  const text = await main.textContent();
  expect(text).toContain('Not found: e=none, view=seeds:Gone');
  expect(text).toContain('No run has a field, metric or param "optimiser".');
  expect(await main.getByRole('region', { name: 'Metrics of the runs' }).getByRole('columnheader').count()).toBe(1);
  await main.getByRole('button', { name: 'Use optimizer' }).click();
  await expect.poll(() => main.getByRole('region', { name: 'Choice of runs' }).textContent()).toContain('2 runs by');
  expect(new URL(page.url()).searchParams.get('where')).toBe('optimizer = adam');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a view brings its runs; one that is taken out by hand is named in the address', async () => {
  const { page, problems } = await open(address({ view: 'seeds:Adam: all' }));
  const main = page.getByRole('main');
  const heads = main.getByRole('region', { name: 'Metrics of the runs' }).getByRole('columnheader');
  await expect.poll(() => heads.count()).toBe(3);
  await main.getByRole('button', { name: /^Remove: adam-1/ }).click();
  await expect.poll(() => heads.count()).toBe(2);
  const given = new URL(page.url()).searchParams;
  expect([given.getAll('view'), given.getAll('not'), given.getAll('run')]).toEqual([
    ['seeds:Adam: all'],
    ['seeds/adam-1'],
    [],
  ]);
  await page.goBack();
  await expect.poll(() => heads.count()).toBe(3);
  expect(problems).toEqual([]);
  await page.context().close();
});

test.each([
  ['HTML as a filter', 'where=%3Cimg src=x onerror="document.title=\'hacked\'"%3E'],
  ['a greedy pattern and a way out', 'where=name ~ "(a%2B)%2B$"&e=../../..&e=%00'],
  ['endless brackets', `where=${'('.repeat(3000)}`],
  ['HTML everywhere', 'where=a=1&where=b=2&view=:&view=seeds:%3Cb%3E&not=%3Cb%3E&vs=%3Cscript%3E&e=seeds'],
  ['names of the language', 'where=__proto__ = 1&e=constructor&seeds=__proto__'],
])('a hostile choice is harmless text: %s', async (_, query) => {
  const { page, problems } = await open(`${url}?${query}`);
  await settle(page);
  expect(await page.title()).not.toBe('hacked');
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(await page.locator('main img, main b, main script').count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the figures of groups are those of the terminal', async () => {
  const { page } = await open(address({ e: 'seeds' }));
  const main = page.getByRole('main');
  await main.locator('[data-fold="seeds"] > summary').click();
  const rows = main.getByRole('table', { name: 'Groups of seeds by loss' }).getByRole('row');
  const difference = main.getByRole('table', { name: 'Differences of groups by loss' });
  await difference.waitFor();
  const { stdout } = await runCli(
    [
      'compare',
      'seeds',
      '--group',
      'optimizer',
      '--metrics',
      'loss',
      '--baseline',
      'sgd',
      '--no-color',
      '--root',
      join(folder, 'few'),
    ],
    { cwd: folder },
  );
  const shown = (await rows.allTextContents()).join(' ');
  for (const name of ['sgd', 'adam']) {
    const line = stdout.split('\n').find((own) => own.startsWith(`optimizer=${name} `)) ?? '';
    const [, n = '', mean = '', sd = '', ci = ''] = line.split(/\s{2,}/);
    for (const figure of [n, mean, sd, ci]) expect(shown, `${name}: ${figure} of ${line}`).toContain(figure);
  }
  const pair = stdout.split('\n').find((own) => own.startsWith('optimizer=adam - optimizer=sgd')) ?? '';
  const [, means = '', welch = ''] = pair.split(/\s{2,}/);
  expect(await difference.textContent()).toContain(means);
  expect(await difference.textContent()).toContain(welch);
  await page.goto(address({ run: ['seeds/adam-0', 'seeds/sgd-0'] }));
  await main.locator('[data-fold="seeds"] > summary').click();
  await expect.poll(() => main.textContent()).toContain('nothing can be said');
  await page.context().close();
});

describe.each([1440, 390])('two runs that differ in everything, at %i px', (width) => {
  test('are held against each other in every section, without a fault of accessibility', async () => {
    const { page, problems } = await open(address({ run: ['seeds/sgd-0', 'seeds/adam-0'] }), {
      width,
      options: { reducedMotion: 'reduce' },
    });
    const main = page.getByRole('main');
    await main.locator('[data-fold="status"]').waitFor();
    const before = watchData(page);
    for (const key of ['seeds', 'status', 'environment', 'code', 'command', 'log', 'artifacts']) {
      await main.locator(`[data-fold="${key}"] > summary`).click();
      await settle(page);
    }
    // One file of facts and one a run, whatever is opened.
    expect(before.paths.filter((path) => /_facts\.|^\/data\/d\//.test(path)).length).toBe(3);
    const text = (key: string) => main.locator(`[data-fold="${key}"]`).textContent();
    expect(await text('status')).toContain('GPU-hours');
    const environment = await text('environment');
    for (const word of ['3.11.7', '3.12.1', 'package torch', '2.6.0']) expect(environment).toContain(word);
    expect(environment).not.toContain('2.1.0');
    expect(await text('code')).toContain('git diff 1a2b1a2b1a2b 3c4d3c4d3c4d');
    await expect.poll(() => text('code')).toMatch(/- \+lr = 1\s*\+ \+lr = 2/);
    expect(await main.locator('[data-fold="command"] mark').allTextContents()).toEqual(['adam']);
    const log = await text('log');
    expect(log).toContain('The first line is the same.');
    expect(log).toContain('<b>slow</b> start');
    expect(log).toContain('fast start');
    const artifacts = main.locator('[data-fold="artifacts"]');
    await artifacts.scrollIntoViewIfNeeded();
    await expect.poll(() => artifacts.locator('.rf-chart-box svg').count()).toBe(2);
    const slider = artifacts.getByRole('slider');
    await slider.focus();
    await slider.press('ArrowLeft');
    await expect.poll(() => artifacts.textContent()).toContain('confusion at step 1');
    await scrollThrough(page);
    await expectSound(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectSound(page);
    // What stands open stays so when another run becomes the baseline.
    await main.getByRole('combobox', { name: 'Baseline', exact: true }).selectOption('seeds/adam-0');
    await expect.poll(() => main.locator('[data-fold="command"] mark').allTextContents()).toEqual(['sgd']);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

test('a thousand runs keep within a phone, with every section open', async () => {
  const { page, problems } = await open(address({ where: 'index >= 0' }), {
    width: 390,
    options: { reducedMotion: 'reduce' },
  });
  const main = page.getByRole('main');
  await main.locator('[data-fold="status"]').waitFor();
  for (const key of ['seeds', 'status', 'environment', 'code', 'command', 'log', 'artifacts']) {
    await main.locator(`[data-fold="${key}"] > summary`).click();
    await settle(page);
  }
  await scrollThrough(page);
  await expectSound(page);
  expect(problems).toEqual([]);
  await page.context().close();
});
