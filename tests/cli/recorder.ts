import { Readable } from 'node:stream';
import type { Environment } from '../../src/cli/environment.ts';
import { main } from '../../src/cli/main.ts';

/** What a command wrote and how it ended. */
export interface Recording {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `runfolio` in this process with streams that record. */
export async function record(
  args: readonly string[],
  {
    cwd,
    env = {},
    isTTY = false,
    columns,
    nowMs = 1_772_612_000_000,
    stdin,
  }: { cwd: string; env?: Environment['env']; isTTY?: boolean; columns?: number; nowMs?: number; stdin?: string },
): Promise<Recording> {
  const recording: Recording = { code: -1, stdout: '', stderr: '' };
  recording.code = await main(args, {
    cwd,
    env,
    stdout: { isTTY, columns, write: (text) => (recording.stdout += text) },
    stderr: { isTTY, write: (text) => (recording.stderr += text) },
    now: () => nowMs,
    ...(stdin === undefined ? {} : { stdin: Readable.from([Buffer.from(stdin)]) }),
  });
  return recording;
}
