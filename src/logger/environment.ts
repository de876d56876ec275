import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type JsonMap, makeRecord } from './json-line.ts';
import { foldersUpwards } from './places.ts';

const slurmNames = [
  'JOB_ID',
  'JOB_NAME',
  'ARRAY_JOB_ID',
  'ARRAY_TASK_ID',
  'JOB_PARTITION',
  'JOB_NODELIST',
  'JOB_NUM_NODES',
  'NTASKS',
  'CPUS_PER_TASK',
  'GPUS_ON_NODE',
  'RESTART_COUNT',
  'CLUSTER_NAME',
] as const;

/** What SLURM says of the job, by its own names; undefined outside of a job. */
export function captureSlurm(env: Readonly<Record<string, string | undefined>>): JsonMap | undefined {
  const found = makeRecord(
    Object.fromEntries(slurmNames.map((name) => [name.toLowerCase(), env[`SLURM_${name}`]] as const)),
  );
  return found.size > 0 ? found : undefined;
}

/**
 * Versions of the installed packages that the program's own `package.json` names, sorted by name: what `import` finds from
 * there. Undefined without such a file.
 */
export function capturePackages(folder: string): JsonMap | undefined {
  const folders = foldersUpwards(folder);
  for (const at of folders) {
    const own = readJson(join(at, 'package.json'));
    if (own === undefined) continue;
    const names = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => {
      const declared = own[kind];
      return typeof declared === 'object' && declared !== null ? Object.keys(declared) : [];
    });
    const versions: JsonMap = new Map();
    for (const name of [...new Set(names)].sort()) {
      const version = installedVersion(name, foldersUpwards(at));
      if (version !== undefined) versions.set(name, version);
    }
    return versions;
  }
  return undefined;
}

function installedVersion(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const version = readJson(join(folder, 'node_modules', name, 'package.json'))?.version;
    if (typeof version === 'string') return version;
  }
  return undefined;
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The folder of a program, for {@link capturePackages}: of its script, else where it was started. */
export function programFolder(script: string | undefined, cwd: string): string {
  return script === undefined ? cwd : dirname(script);
}
