import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const ownSource = new URL('..', import.meta.url).href;

/**
 * Lets Node load this package's TypeScript when the package is installed: Node strips types on its own, but never
 * below `node_modules`. Throws on a Node that cannot.
 */
export function loadTypeScript() {
  if (!ownSource.includes('/node_modules/')) return;
  const { registerHooks, stripTypeScriptTypes } = module;
  if (registerHooks === undefined || stripTypeScriptTypes === undefined) {
    throw new Error(
      `runfolio needs Node 22.18 or later; this is Node ${process.versions.node}. ` +
        'The one that comes with runfolio is run by: npx node',
    );
  }
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(ownSource) || !url.endsWith('.ts')) return nextLoad(url, context);
      const text = readFileSync(fileURLToPath(url), 'utf8');
      const source = withoutWarnings(() => stripTypeScriptTypes(text, { mode: 'strip' }));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** Node says once that stripping is experimental: no news for whoever runs a program that logs. */
function withoutWarnings(body) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return body();
  } finally {
    process.emitWarning = emitWarning;
  }
}
