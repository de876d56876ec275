import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { askProgram } from './ask-program.ts';
import { type JsonMap, makeRecord } from './json-line.ts';
import { maxPatchBytes } from './limits.ts';
import { isInside } from './places.ts';
import { withoutCredentials } from './redact.ts';

/** Where the code came from, and the patch of what is not committed; undefined where there is none. */
export interface CapturedGit {
  state: JsonMap;
  patch: string | undefined;
}

/**
 * Commit, branch, whether the working tree is dirty, and the remote without credentials. The logs do not count, and a script
 * that git does not know yet does. Undefined without git or a commit.
 */
export function captureGit(repository: string, logs: string, script: string | undefined): CapturedGit | undefined {
  const git = (args: readonly string[], timeoutMs = 5000) => askProgram('git', args, { cwd: repository, timeoutMs });
  const commit = git(['rev-parse', 'HEAD'])?.trim();
  if (commit === undefined) return undefined;
  const branch = git(['symbolic-ref', '--quiet', '--short', 'HEAD'])?.trim();
  const inner = relative(repository, logs).split(sep).join('/');
  const paths = inner === '' || inner.startsWith('..') ? ['.'] : ['.', `:(exclude)${inner}`];
  let patch = git(['diff', '--no-ext-diff', '--no-textconv', '--no-color', 'HEAD', '--', ...paths], 10_000);
  if (script !== undefined && isInside(script, repository)) {
    const isKnown = git(['ls-files', '--error-unmatch', '--', script]) !== undefined;
    if (!isKnown) patch = (patch ?? '') + newFilePatch(script, repository);
  }
  const remote = git(['config', '--get', 'remote.origin.url'])?.trim();
  const state = makeRecord({
    commit,
    branch: branch || undefined,
    dirty: patch === undefined ? undefined : patch !== '',
    remote: remote ? withoutCredentials(remote) : undefined,
  });
  return { state, patch: patch || undefined };
}

/** A script that git does not know yet, as a patch that adds it; empty where it is no text. */
function newFilePatch(path: string, repository: string): string {
  let text: string;
  try {
    const bytes = readFileSync(path).subarray(0, maxPatchBytes);
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return '';
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const name = relative(repository, path).split(sep).join('/');
  const head = [
    `diff --git a/${name} b/${name}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${name}`,
    `@@ -0,0 +1,${lines.length} @@`,
  ];
  return [...head, ...lines.map((line) => `+${line}`), ''].join('\n');
}
