import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of this repository. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltSite {
  /** Folder of the site. */
  dir: string;
  /** Takes the folder away where it was built for this purpose. */
  remove(): Promise<void>;
}

/** Gives the site in `site`, or builds that of this repository's own experiments. Throws where the build fails. */
export async function builtSite({ site, base }: { site: string | undefined; base: string }): Promise<BuiltSite> {
  if (site !== undefined) return { dir: resolve(site), remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'runfolio-site-'));
  const dir = join(folder, 'site');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const program = join(repositoryRoot, 'src/cli/bin.js');
  const args = [program, 'build', '--root', repositoryRoot, '--out', dir, '--base', base];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return { dir, remove };
  await remove();
  throw new Error('The site could not be built.');
}

/** Chooses a page of each kind by the name that tells its kind, and runs of each way to end. Addresses are below the base. */
export function choosePages(dir: string): Map<string, string> {
  const pages = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1'))
    .sort();
  const isRunPage = (page: string): boolean => page.startsWith('r/') && !/\/_/.test(page);
  const runs = pages.filter(isRunPage).map((page) => page.slice(2, -1));
  const chosen = new Map<string, string>();
  for (const page of pages) {
    const [kind = '', second] = page.split('/');
    if (page === '') chosen.set('home', page);
    else if (kind === 'e') chosen.set(`experiment-${page.slice(2, -1).replaceAll('/', '-')}`, page);
    else if (isRunPage(page)) continue;
    else if (kind === 'r') chosen.set('run-raw', page);
    else if (second === '' || second === undefined) chosen.set(kind.replace('.html', ''), page);
    else if (kind === 'views') chosen.set(`view-${second}`, page);
    else if (!chosen.has(`${kind}-one`)) chosen.set(`${kind}-one`, page);
  }
  for (const like of [/too-high/, /sigkill/, /resumed/, /w128-s0|s0$/]) {
    const run = runs.find((id) => like.test(id));
    if (run !== undefined) chosen.set(`run-${run.replaceAll('/', '-')}`, `r/${run}/`);
  }
  const query = (ids: string[]): string => `compare/?${ids.map((id) => `run=${id}`).join('&')}`;
  chosen.set('compare-2', query(runs.slice(0, 2)));
  chosen.set('compare-6', query(runs.filter((_, at) => at % Math.ceil(runs.length / 6) === 0)));
  return chosen;
}
