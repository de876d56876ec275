import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How git is called: where, with which index, and what it reads. */
export interface GitCall {
  /** Folder in which git runs. */
  cwd: string;
  /** An index file to use in place of the work tree's own. */
  indexFile?: string;
  /** What git reads from its standard input. */
  input?: string | Uint8Array | Readable;
  /** Whether git may ask for a password on the terminal; it must not where nobody sits at one. */
  mayAsk?: boolean;
}

/** Git refused or could not run. The message is what git said, without its hints. */
export class GitFault extends Error {
  /** Git's exit code; undefined where git is not there. */
  readonly code: number | undefined;
  /** The subcommand: `push`. */
  readonly command: string;
  readonly stdout: string;

  constructor(command: string, code: number | undefined, { stdout, stderr }: { stdout: string; stderr: string }) {
    super(words(stderr) || words(stdout) || `git ${command} ended with ${code ?? 'no exit code'}`);
    this.command = command;
    this.code = code;
    this.stdout = stdout;
  }
}

/**
 * Runs git and gives its standard output as bytes. Nothing of the output is translated (LC_ALL=C) and no tidying of the
 * repository is started by it.
 *
 * @throws GitFault where git refuses or is not there
 */
export async function gitBytes(args: readonly string[], { cwd, indexFile, input, mayAsk }: GitCall): Promise<Buffer> {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' };
  if (indexFile !== undefined) env.GIT_INDEX_FILE = indexFile;
  if (mayAsk !== true) env.GIT_TERMINAL_PROMPT ??= '0';
  const child = spawn(
    'git',
    ['-c', 'core.quotePath=false', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '--literal-pathspecs', ...args],
    { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] },
  );
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<number | undefined>((settle) => {
    child.on('error', (error) => {
      stderr.push(Buffer.from(`git could not be started: ${error.message}`));
      settle(undefined);
    });
    child.on('close', (code) => settle(code ?? undefined));
  });
  let fault: Error | undefined;
  if (input !== undefined && child.stdin !== null) {
    const source = input instanceof Readable ? input : Readable.from([input]);
    // Git may end before it has read all; what it says then is told below.
    await pipeline(source, child.stdin).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') fault = error;
    });
  }
  const code = await ended;
  if (code !== 0) {
    const text = { stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
    throw new GitFault(args.find((arg) => !arg.startsWith('-')) ?? 'git', code, text);
  }
  if (fault !== undefined) throw fault;
  return Buffer.concat(stdout);
}

/** As {@link gitBytes}, with the output as text without the line end at its end. */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  return (await gitBytes(args, call)).toString('utf8').replace(/\n$/, '');
}

/** As {@link git}, but undefined where git says no: for questions whose answer may be that there is none. */
export async function maybeGit(args: readonly string[], call: GitCall): Promise<string | undefined> {
  try {
    return await git(args, call);
  } catch (error) {
    if (error instanceof GitFault && error.code !== undefined) return undefined;
    throw error;
  }
}

/** Splits output that ends each entry with NUL. */
export function splitNul(output: string): string[] {
  return output.split('\0').filter((part) => part !== '');
}

/** Git's words without its advice and its progress. */
function words(text: string): string {
  return text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !/^hint:/.test(line) && !/^(?:remote: )?\w[\w ]*: +\d+% /.test(line))
    .map((line) => line.trimEnd())
    .join('\n');
}
