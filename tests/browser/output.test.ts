import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { expect, inject, test } from 'vitest';
import { runCli } from '../run-cli.ts';

const site = inject('site');

/** The one file that tells when the site was built. */
const mayTellTheTime = ['site.json'];

async function digests(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const found = new Map<string, string>();
  for (const file of files) {
    const name = file
      .slice(dir.length + 1)
      .split(sep)
      .join('/');
    found.set(
      name,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  }
  return found;
}

test('building the same experiments again gives the same bytes, but for the time of the build', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runfolio-again-'));
  try {
    const dir = join(folder, 'site');
    const { code, stderr } = await runCli(['build', '--root', site.root, '--out', dir, '--base', site.base]);
    expect(code, stderr).toBe(0);
    const [first, second] = [await digests(site.dir), await digests(dir)];
    expect(first.size).toBeGreaterThan(100);
    expect([...second.keys()]).toEqual([...first.keys()]);
    const changed = [...first].filter(([name, digest]) => second.get(name) !== digest).map(([name]) => name);
    expect(changed.filter((name) => !mayTellTheTime.includes(name))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
