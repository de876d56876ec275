import { spawnSync } from 'node:child_process';

/** What a program prints, or undefined when it is not there, fails or takes too long. Past 64 MiB the first part is given. */
export function askProgram(
  command: string,
  args: readonly string[],
  { cwd, timeoutMs = 5000 }: { cwd?: string; timeoutMs?: number } = {},
): string | undefined {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    timeout: timeoutMs,
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    windowsHide: true,
  });
  const isCut = error !== undefined && 'code' in error && error.code === 'ENOBUFS';
  return status === 0 || isCut ? stdout.toString() : undefined;
}
