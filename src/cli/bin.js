#!/usr/bin/env node
// The one JavaScript file of the project: it must run under any Node, to find the right one or say which is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const { loadTypeScript } = await import('../logger/load-typescript.js');
  loadTypeScript();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const bundled = findBundledNode();
  if (bundled === undefined) {
    process.stderr.write(
      `runfolio needs Node 22.18 or later; this is Node ${process.versions.node}. ` +
        'The package "node" that comes with runfolio normally brings it: reinstall with its install script allowed (allowScripts).\n',
    );
    process.exitCode = 2;
  } else {
    const result = spawnSync(bundled, process.argv.slice(1), { stdio: 'inherit' });
    process.exitCode = result.status ?? 2;
  }
}

/** The binary that the `node` dependency installed, or undefined where its install script did not run. */
function findBundledNode() {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
