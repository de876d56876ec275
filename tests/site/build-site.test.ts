import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuildReport, buildSite } from '../../src/site/build-site.ts';
import { relativisePage, relativiseScript } from '../../src/site/relative-base.ts';
import { openStore } from '../../src/store/open-store.ts';

const nowMs = Date.UTC(2026, 2, 4);
let folder = '';
let report: BuildReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-build-'));
  await writeLogs();
  report = await buildSite(await openStore(folder), { outDir: join(folder, 'site'), base: '/a/b/', nowMs });
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

async function writeLogs(): Promise<void> {
  const runs = join(folder, 'experiments/vision/cifar10/runs');
  await mkdir(join(runs, 'index'), { recursive: true });
  const lines = Array.from({ length: 30 }, (_, step) =>
    JSON.stringify({ step, 'val/acc': step / 30, loss: 1 / (step + 1) }),
  );
  await writeFile(join(runs, 'lr=0.1,s+1.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(runs, '404.jsonl'), '{"step":1,"loss":1}\nnot json\n');
  const key = `AKIA${'ABCDEFGHIJKLMNOP'}`;
  await writeFile(
    join(runs, 'index/run.jsonl'),
    [
      JSON.stringify({ event: 'start', params: { note: `uses ${key}` }, notes: '<script>alert(1)</script>' }),
      JSON.stringify({ event: 'artifact', path: 'report.html', kind: 'file' }),
      JSON.stringify({ step: 1, loss: 2 }),
      '',
    ].join('\n'),
  );
  await writeFile(join(runs, 'index/report.html'), '<script>alert(1)</script>');
  await mkdir(join(folder, 'experiments/empty'), { recursive: true });
  await writeFile(join(folder, 'experiments/empty/experiment.yaml'), 'title: Nothing here\n');
}

async function filesBelow(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.sort().map(async (file) => [file.slice(dir.length), await readFile(file, 'latin1')] as const),
  );
  return new Map(contents);
}

describe('buildSite', () => {
  test('writes a page for every experiment and run, whatever they are called', async () => {
    const files = await filesBelow(join(folder, 'site'));
    for (const path of [
      '/index.html',
      '/404.html',
      '/e/empty/index.html',
      '/e/vision/cifar10/index.html',
      '/e/vision/cifar10/_runs.csv',
    ]) {
      expect([...files.keys()]).toContain(path);
    }
    for (const run of ['index', '404', 'lr=0.1,s+1'])
      expect([...files.keys()]).toContain(`/r/vision/cifar10/${run}/index.html`);
    expect(report).toMatchObject({ base: '/a/b/', experiments: 2, runs: 3, faultyRuns: 0, skippedRaw: [] });
    expect(report.searchRecords).toBeGreaterThan(5);
  });

  test('leaves nothing of its work behind', async () => {
    expect((await readdir(folder)).sort()).toEqual(['experiments', 'site']);
    expect((await readdir(join(folder, 'site'))).filter((name) => name.startsWith('.'))).toEqual(['.nojekyll']);
  });

  test('gives every page the policy, and no inline script, style or handler', async () => {
    for (const [path, html] of await filesBelow(join(folder, 'site'))) {
      if (!path.endsWith('.html')) continue;
      expect(html, path).toContain('http-equiv="Content-Security-Policy"');
      expect(html, path).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle="|\son[a-z]+="/);
      expect(html.match(/<h1[\s>]/g), path).toHaveLength(1);
    }
  });

  test('leads every link of a page to a file under the base', async () => {
    const files = await filesBelow(join(folder, 'site'));
    for (const [path, html] of files) {
      if (!path.endsWith('.html')) continue;
      for (const [, address = ''] of html.matchAll(/\s(?:href|src|data-url|data-index)="(\/[^"#?]*)/g)) {
        expect(address, path).toMatch(/^\/a\/b\//);
        const target = decodeURIComponent(address.slice('/a/b'.length)).replace(/\/$/, '/index.html');
        expect(target === '/pagefind/index.html' || files.has(target), `${path} → ${address}`).toBe(true);
      }
    }
  });

  test('publishes raw files as they are, HTML as text, and secrets nowhere', async () => {
    const files = await filesBelow(join(folder, 'site'));
    expect(files.get('/raw/experiments/vision/cifar10/runs/404.jsonl')).toBe('{"step":1,"loss":1}\nnot json\n');
    expect(files.get('/raw/experiments/vision/cifar10/runs/index/report.html.txt')).toBe('<script>alert(1)</script>');
    expect(files.get('/raw/experiments/vision/cifar10/runs/index/run.jsonl')).toContain('[redacted]');
    const leaks = [...files].filter(([, text]) => text.includes(`AKIA${'ABCDEFGHIJKLMNOP'}`)).map(([path]) => path);
    expect(leaks).toEqual([]);
  });

  test('gives the same bytes for the same logs, site.json apart', async () => {
    await buildSite(await openStore(folder), { outDir: join(folder, 'again'), base: '/a/b/', nowMs: nowMs + 1 });
    const first = await filesBelow(join(folder, 'site'));
    const second = await filesBelow(join(folder, 'again'));
    await rm(join(folder, 'again'), { recursive: true });
    expect([...second.keys()]).toEqual([...first.keys()]);
    const changed = [...first].filter(([path, text]) => second.get(path) !== text).map(([path]) => path);
    expect(changed.filter((path) => !path.startsWith('/pagefind/'))).toEqual(['/site.json']);
  }, 120_000);

  test('leaves the last good site when a build fails, and puts back one that a killed build had moved away', async () => {
    const outDir = join(folder, 'kept');
    await mkdir(join(folder, '.kept.old-1'), { recursive: true });
    await mkdir(join(folder, '.kept.tmp-1'), { recursive: true });
    await writeFile(join(folder, '.kept.old-1/site.json'), '{}');
    const store = await openStore(folder);
    Object.defineProperty(store, 'experiments', {
      get() {
        throw new Error('disk on fire');
      },
    });
    await expect(buildSite(store, { outDir })).rejects.toThrow('disk on fire');
    expect(await readdir(outDir)).toEqual(['site.json']);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
    await rm(outDir, { recursive: true });
  });

  test('refuses to replace what is no site', async () => {
    const store = await openStore(folder);
    await expect(buildSite(store, { outDir: folder })).rejects.toThrow('it would replace the repository or its logs');
    await expect(buildSite(store, { outDir: join(folder, 'experiments/site') })).rejects.toThrow('or its logs');
    await mkdir(join(folder, 'photos'));
    await writeFile(join(folder, 'photos/cat.png'), '');
    await expect(buildSite(store, { outDir: join(folder, 'photos') })).rejects.toThrow(
      'holds files that are no Runfolio site',
    );
    await rm(join(folder, 'photos'), { recursive: true });
  });

  test('waits for no other build: a held folder is refused, a dead holder is not', async () => {
    const store = await openStore(folder);
    await writeFile(join(folder, '.held.lock'), `${process.pid}\n`);
    await expect(buildSite(store, { outDir: join(folder, 'held') })).rejects.toThrow('Another build');
    await rm(join(folder, '.held.lock'));
  });
});

test('relativisePage leads links to the files of folders, whatever the depth', () => {
  const html =
    '<a href="/__runfolio_base__/"></a><a href="/__runfolio_base__/r/a/#m"></a><script src="/__runfolio_base__/theme.js"></script>';
  expect(relativisePage(html, 'e/a/index.html')).toBe(
    '<a href="../../index.html"></a><a href="../../r/a/index.html#m"></a><script src="../../theme.js"></script>',
  );
  expect(relativisePage('<a href="/__runfolio_base__/compare/?run=a"></a>', 'index.html')).toBe(
    '<a href="./compare/index.html?run=a"></a>',
  );
});

test('relativiseScript leads a script to where it lies itself, and stays a script', () => {
  const script = 'export const at=e=>{return"/__runfolio_base__/"+e}';
  expect(relativiseScript(script)).toBe('export const at=e=>{return(new URL("../",import.meta.url).href)+e}');
});
