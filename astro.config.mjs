// For `astro check` and `astro dev` only: `runfolio build` hands Astro the same options itself.
import { fileURLToPath } from 'node:url';
import { astroOptions } from './src/site/astro-options.ts';

const packageRoot = fileURLToPath(new URL('.', import.meta.url));

export default astroOptions({
  packageRoot,
  outDir: `${packageRoot}dist`,
  cacheDir: `${packageRoot}node_modules/.cache/runfolio`,
  base: '/',
  site: undefined,
});
