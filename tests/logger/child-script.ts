import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const index = new URL('../../src/logger/index.ts', import.meta.url).href;

/** A folder for scripts that log, with the means to run them. */
export interface ScriptFolder {
  top: string;
  /** Starts a script that has the logger's exports at hand as `logger`, and `options` for a run in `experiments/`. */
  start: (body: string, env?: Record<string, string>) => ScriptRun;
  /** The records of every log, each of whose lines must be whole. */
  records: () => Record<string, unknown>[];
}

export interface ScriptRun {
  process: ChildProcess;
  /** Waits until the script has printed this text. Rejects when it ends before. */
  printed: (text: string) => Promise<void>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

const tops: string[] = [];
const children: ChildProcess[] = [];

/** Variables that tell a logger where it runs do not reach a script from the tests' own surroundings. */
function plainEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:RUNFOLIO_|SLURM_|OMPI_|PMI|RANK$|LOCAL_RANK$|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return Object.fromEntries(kept);
}

export function makeScriptFolder(): ScriptFolder {
  const top = mkdtempSync(join(tmpdir(), 'runfolio-script-'));
  tops.push(top);
  let count = 0;
  return {
    top,
    start(body, env = {}) {
      count += 1;
      const path = join(top, `train-${count}.mjs`);
      const head = `import * as logger from ${JSON.stringify(index)};
const options = { experiment: 'e', id: 'x', dir: ${JSON.stringify(join(top, 'experiments'))}, capture: ['error', 'exit'] };
`;
      writeFileSync(path, head + body);
      const child = spawn(process.execPath, [path], {
        cwd: top,
        env: { ...plainEnvironment(), NODE_COMPILE_CACHE: join(tmpdir(), 'runfolio-compile-cache'), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      return follow(child);
    },
    records() {
      const logs = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
      return logs
        .sort()
        .flatMap((name) => readFileSync(join(top, name), 'utf8').split('\n'))
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

function follow(child: ChildProcess): ScriptRun {
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
    for (const look of waiting) look();
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<Awaited<ScriptRun['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!stdout.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`The script ended before it printed ${text}: ${stderr}`)));
    });
  return { process: child, printed, ended };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const top of tops.splice(0)) rmSync(top, { recursive: true, force: true });
});
