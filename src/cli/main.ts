import { fileURLToPath } from 'node:url';
import { build } from 'astro';
export async function main(argv: string[]): Promise<number> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  console.log(argv, process.version);
  await build({
    root,
    configFile: false,
    outDir: process.cwd() + '/dist',
    cacheDir: process.cwd() + '/node_modules/.cache/runfolio',
    base: '/x/',
    build: { inlineStylesheets: 'never' },
    vite: { build: { assetsInlineLimit: 0 } },
  });
  return 0;
}
