import { describe, expect, it } from 'vitest';
import { isMissingBranch, judgeFault } from '../../src/git/push-fault.ts';
import { GitFault } from '../../src/git/run-git.ts';

const rejected = (flag: string): GitFault =>
  new GitFault('push', 1, {
    stdout: `To ssh://example.org/runs.git\n!\tabc:refs/heads/main\t${flag}\nDone\n`,
    stderr: "error: failed to push some refs to 'ssh://example.org/runs.git'\n",
  });
const failed = (stderr: string): GitFault => new GitFault('fetch', 128, { stdout: '', stderr });

describe('judgeFault', () => {
  it.each([
    rejected('[rejected] (fetch first)'),
    rejected('[rejected] (non-fast-forward)'),
    rejected('[remote rejected] (failed to update ref)'),
    rejected("[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)"),
    failed("fatal: unable to access 'https://example.org/': Could not resolve host: example.org"),
    failed(
      "fatal: unable to access 'http://h/': Failed to connect to h port 80 after 0 ms: Couldn't connect to server",
    ),
    failed('ssh: connect to host example.org port 22: Network is unreachable'),
    failed('ssh: connect to host example.org port 22: No route to host'),
    failed('ssh: Could not resolve hostname example.org: Temporary failure in name resolution'),
    failed('fatal: the remote end hung up unexpectedly\nfatal: early EOF'),
    failed("fatal: Unable to create '/x/.git/shallow.lock': File exists."),
    failed('error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502'),
  ])('tries again after $message $stdout', (fault) => {
    expect(judgeFault(fault)).toBe('again');
  });

  it.each([
    rejected('[remote rejected] (pre-receive hook declined)'),
    rejected('[remote rejected] (protected branch hook declined)'),
    rejected('[remote rejected] (branch is currently checked out)'),
    failed('git@example.org: Permission denied (publickey).\nfatal: the remote end hung up unexpectedly'),
    failed("fatal: Authentication failed for 'https://example.org/'"),
    failed("fatal: could not read Username for 'https://example.org': terminal prompts disabled"),
    failed("fatal: unable to access 'https://example.org/': The requested URL returned error: 403"),
    failed("fatal: '/nowhere' does not appear to be a git repository"),
  ])('stops after $message $stdout', (fault) => {
    expect(judgeFault(fault)).toBe('stop');
  });
});

it('tells a branch that is not there from a remote that is not there', () => {
  expect(isMissingBranch(failed("fatal: couldn't find remote ref refs/heads/logs"))).toBe(true);
  expect(isMissingBranch(failed("fatal: '/nowhere' does not appear to be a git repository"))).toBe(false);
});

it('a GitFault says what git said, without advice and progress', () => {
  const stderr = 'Counting objects:  50% (1/2)\rCounting objects: 100% (2/2), done.\nerror: no\nhint: try this\n';
  expect(failed(stderr).message).toBe('error: no');
});
