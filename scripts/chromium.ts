import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Names under which distributions install it, in the order we prefer them. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The Chromium to test with: `RUNFOLIO_CHROMIUM` when set, else `/usr/bin/chromium`, else the first on the path.
 * Undefined when there is none, or when `RUNFOLIO_CHROMIUM` names no program.
 */
export function maybeFindChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.RUNFOLIO_CHROMIUM) return isProgram(env.RUNFOLIO_CHROMIUM) ? env.RUNFOLIO_CHROMIUM : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = ['/usr/bin/chromium', ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Arguments of a Chromium that runs as root and speaks to nobody. */
export const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium that speaks to nobody but the pages it is told to open. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = maybeFindChromium();
  if (executablePath === undefined) throw new Error('Chromium was not found; set RUNFOLIO_CHROMIUM to its path.');
  return chromium.launch({
    executablePath,
    args: quietArguments,
  });
}
