import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of this package's folder, with a slash at the end. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The version that `package.json` names. */
export function readToolVersion(root: string = packageRoot): string {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
  return manifest.version;
}
