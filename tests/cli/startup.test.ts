import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeLogs } from '../store/log-folder.ts';

const bin = join(import.meta.dirname, '../../src/cli/bin.js');
const tellModules = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      process.stderr.write(url + '\\n');
      return next(url, context);
    },
  });`)}`;

/** The modules that a command loads, from the top of the repository or of their package. */
function loadedBy(args: readonly string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', tellModules, bin, ...args], {
    cwd: writeLogs({}),
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stderr.split('\n').flatMap((line) => /^file:.*\/(node_modules\/.*|src\/.*)$/.exec(line)?.[1] ?? []);
}

// A loop of a shell calls it once a step: what reads logs need not be loaded for that.
it.each([[['--version']], [['log', 'e/a', 'step=1', 'loss=0.5', '--quiet']]])(
  'runfolio %j loads no package but the one that reads the command line, and nothing that reads logs',
  (args) => {
    const loaded = loadedBy(args);
    expect(loaded).toContain('src/cli/main.ts');
    expect(loaded.filter((path) => /^src\/(?:store|series)\/|^node_modules\/(?!commander\/)/.test(path))).toEqual([]);
  },
);

it('runfolio says in a sentence that its working folder is gone', () => {
  const { stderr, status } = spawnSync(
    'sh',
    ['-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', '-', process.execPath, bin, 'log', 'e/a', 'loss=1'],
    {
      cwd: writeLogs({}),
      encoding: 'utf8',
    },
  );
  expect({ stderr, status }).toEqual({
    stderr: 'runfolio: The working folder is gone. Change to one that is there.\n',
    status: 2,
  });
});
