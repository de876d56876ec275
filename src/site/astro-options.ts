import type { AstroInlineConfig } from 'astro';

/** What differs from one Astro run to the next. All paths are absolute. */
export interface AstroPaths {
  /** The package's own folder: Astro's root, even when it lies below someone's `node_modules`. */
  packageRoot: string;
  outDir: string;
  /** For what Astro and Vite remember between builds; never inside an installed package. */
  cacheDir: string;
  base: string;
  site: string | undefined;
}

/**
 * stdlib asks by `eval` whether there are generators, which the policy of our pages forbids and the browser's console would tell.
 * Every browser that reads these pages has them.
 */
const withoutEval = {
  name: 'runfolio:without-eval',
  enforce: 'pre' as const,
  transform: (_code: string, id: string) =>
    /@stdlib\/assert-has-generator-support\/lib\/main\.js$/.test(id.replaceAll('\\', '/').replace(/\?.*$/, ''))
      ? { code: 'module.exports = function () { return true; };', map: null }
      : undefined,
};

/** Gives the Astro options that a build, `astro dev` and `astro check` share. */
export function astroOptions({ packageRoot, outDir, cacheDir, base, site }: AstroPaths): AstroInlineConfig {
  return {
    root: packageRoot,
    srcDir: `${packageRoot}src`,
    outDir,
    cacheDir: `${cacheDir}/astro`,
    base,
    ...(site === undefined ? {} : { site }),
    output: 'static',
    trailingSlash: 'always',
    compressHTML: true,
    devToolbar: { enabled: false },
    build: { format: 'directory', inlineStylesheets: 'never', concurrency: 16 },
    image: { service: { entrypoint: 'astro/assets/services/noop' } },
    vite: {
      // The bundled pages may run where no node_modules is in reach (the package installed elsewhere): take everything in.
      environments: { prerender: { resolve: { noExternal: true } } },
      cacheDir: `${cacheDir}/vite`,
      plugins: [withoutEval],
      logLevel: 'error',
      publicDir: false,
      build: { assetsInlineLimit: 0, emptyOutDir: false, chunkSizeWarningLimit: 4000 },
    },
  };
}
