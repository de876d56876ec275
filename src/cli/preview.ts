import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serveSite } from '../site/serve.ts';
import { type Environment, UsageError } from './environment.ts';

export interface PreviewOptions {
  out: string;
  base?: string;
  port: number;
  host: string;
}

/** Serves a built site until it is interrupted. The base path is read from the site itself unless it is given. */
export async function preview(environment: Environment, options: PreviewOptions): Promise<number> {
  const dir = resolve(environment.cwd, options.out);
  if (!existsSync(join(dir, 'index.html')))
    throw new UsageError(`There is no built site in ${options.out}. Build one with runfolio build.`);
  return await serveUntilStopped(environment, {
    dir,
    base: options.base ?? readBase(dir),
    port: options.port,
    host: options.host,
  });
}

/** Serves a folder, prints its address, and waits for SIGINT or SIGTERM. Gives 130 or 143. */
export async function serveUntilStopped(
  { stdout }: Environment,
  { dir, base, port, host }: { dir: string; base: string; port: number; host: string },
): Promise<number> {
  const server = await serveSite({ dir, base, port, host });
  stdout.write(`Serving the site at ${server.url}\nPress Ctrl-C to stop.\n`);
  return await new Promise((settle) => {
    const stop = (code: number) => (): void => {
      void server.close().then(() => settle(code));
    };
    process.once('SIGINT', stop(130));
    process.once('SIGTERM', stop(143));
  });
}

/** Every page names the theme script by its full path: what stands before it is the base. */
function readBase(dir: string): string {
  const html = readFileSync(join(dir, 'index.html'), 'utf8');
  return /src="([^"]*\/)theme\.js"/.exec(html)?.[1] ?? '/';
}
