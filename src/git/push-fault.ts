import type { GitFault } from './run-git.ts';

/**
 * What to do about a refusal of git: `again` where another writer came first or the network failed for a moment, `stop`
 * where trying again would end the same way (no right to push, a hook that says no).
 */
export function judgeFault(fault: GitFault): 'again' | 'stop' {
  const text = `${fault.message}\n${fault.stdout}`;
  if (
    /authentication failed|permission denied|could not read (?:username|password)|access denied|\b40[13]\b/i.test(text)
  )
    return 'stop';
  if (
    /\[remote rejected\]/.test(text) &&
    !/lock|failed to update ref|incorrect old value|already exists|timeout/i.test(text)
  )
    return 'stop';
  if (/\[(?:remote )?rejected\]/.test(text)) return 'again';
  return /cannot lock ref|unable to create '.*\.lock'|could not resolve host|failed to connect|network is unreachable|no route to host|connection (?:reset|refused|timed out)|operation timed out|early eof|rpc failed|hung up unexpectedly|unexpected disconnect|\b50[234]\b/i.test(
    text,
  )
    ? 'again'
    : 'stop';
}

/** The remote has no such branch. */
export function isMissingBranch(fault: GitFault): boolean {
  return /couldn't find remote ref/i.test(fault.message);
}
