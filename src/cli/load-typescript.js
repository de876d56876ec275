import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

const ownSource = new URL('..', import.meta.url).href;

/**
 * Lets Node load this package's TypeScript when the package is installed: Node strips types on its own, but never
 * below `node_modules`.
 */
export function loadTypeScript() {
  if (!ownSource.includes('/node_modules/')) return;
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(ownSource) || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'), { mode: 'strip' });
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
