import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The base that a site is built with when it shall work from any folder; each file then gets its own way to the root. */
export const placeholderBase = '/__runfolio_base__/';

/** True for the bases that mean "wherever it lies": `./`, `.` and an empty text. */
export function isRelativeBase(base: string | undefined): boolean {
  return base !== undefined && /^(\.\/?)?$/.test(base);
}

/**
 * Turns the placeholder base of a built page into a relative way to the root. Links to folders get `index.html`, so
 * that they also work where no server adds it.
 *
 * @param path - the page's path below the root, with `/`
 */
export function relativisePage(html: string, path: string): string {
  const depth = path.split('/').length - 1;
  const up = depth === 0 ? './' : '../'.repeat(depth);
  return html
    .replace(/ href="\/__runfolio_base__\/([^"#?]*)/g, (_match, target: string) =>
      target === '' || target.endsWith('/') ? ` href="${up}${target}index.html` : ` href="${up}${target}`,
    )
    .replaceAll(placeholderBase, up);
}

/** Turns the placeholder base inside a script of `_astro/` into a look at where the script itself lies. */
export function relativiseScript(script: string): string {
  // In brackets: minified code may stand right before it, as in `return"/base/"`.
  const here = '(new URL("../",import.meta.url).href)';
  return script
    .replaceAll(`"${placeholderBase}"`, here)
    .replaceAll(`'${placeholderBase}'`, here)
    .replaceAll(`\`${placeholderBase}\``, here);
}

/** Rewrites every page and script below `outDir`; `files` are their paths below it. */
export async function relativiseSite(outDir: string, files: readonly string[]): Promise<void> {
  for (const path of files) {
    const isPage = path.endsWith('.html') && !path.startsWith('raw/');
    if (!isPage && !/^_astro\/.*\.js$/.test(path)) continue;
    const file = join(outDir, path);
    const text = await readFile(file, 'utf8');
    const changed = isPage ? relativisePage(text, path) : relativiseScript(text);
    if (changed !== text) await writeFile(file, changed);
  }
}
