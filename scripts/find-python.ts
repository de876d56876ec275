import { spawnSync } from 'node:child_process';

/**
 * The Python to run things with: what `RUNFOLIO_PYTHON` names, else `python3` or `python` on the path, from 3.8 on; undefined
 * where there is none. Throws when `RUNFOLIO_PYTHON` names something else, so that a typing error does not go unseen.
 */
export function findPython(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const wanted = env.RUNFOLIO_PYTHON;
  if (wanted === undefined || wanted === '') return ['python3', 'python'].find((name) => isUsable(name, env));
  if (!isUsable(wanted, env)) throw new Error(`RUNFOLIO_PYTHON should name a Python from 3.8 on, found "${wanted}".`);
  return wanted;
}

function isUsable(name: string, env: NodeJS.ProcessEnv): boolean {
  const check = ['-c', 'import sys; print(sys.version_info >= (3, 8))'];
  const { status, stdout } = spawnSync(name, check, { encoding: 'utf8', env });
  return status === 0 && stdout.trim() === 'True';
}
