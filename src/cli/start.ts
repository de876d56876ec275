import { type BuildCommandOptions, buildOnce } from './build.ts';
import type { Environment } from './environment.ts';
import { serveUntilStopped } from './preview.ts';

/** Checks, builds and serves: the first thing that a newcomer runs. */
export async function start(
  environment: Environment,
  options: BuildCommandOptions & { port: number; host: string },
): Promise<number> {
  const { code, report } = await buildOnce(environment, options);
  if (report === undefined) return code;
  return await serveUntilStopped(environment, {
    dir: report.outDir,
    base: report.base,
    port: options.port,
    host: options.host,
  });
}
