import type { LoggerHost } from './host.ts';

/** What a run captures on its own, each of which can be switched off. */
export const captureNames = [
  'git',
  'patch',
  'command',
  'cwd',
  'node',
  'packages',
  'host',
  'user',
  'gpu',
  'slurm',
  'system',
  'energy',
  'error',
  'exit',
] as const;

/** What only the Python logger captures: RUNFOLIO_CAPTURE may be for both. */
const ofPython: readonly string[] = ['python', 'seed'];

export type CaptureName = (typeof captureNames)[number];

/** Everything, nothing, names to take, or names with on or off (what is not named is on). */
export type Capture = boolean | readonly CaptureName[] | Partial<Record<CaptureName, boolean>>;

/** The names to capture. Without a wish of the program, RUNFOLIO_CAPTURE has names to take, or to leave out as `-patch,-system`. */
export function chooseCaptures(capture: Capture | undefined, { env, speaker }: LoggerHost): Set<CaptureName> {
  const wanted = capture ?? captureOfEnvironment(env.RUNFOLIO_CAPTURE ?? '');
  if (wanted === false) return new Set();
  if (wanted === true) return new Set(captureNames);
  if (!isList(wanted)) {
    const switches: Partial<Record<CaptureName, boolean>> = wanted;
    return new Set(captureNames.filter((name) => switches[name] ?? true));
  }
  for (const name of wanted) {
    if (captureNames.some((known) => known === name) || ofPython.includes(name)) continue;
    speaker.warn(
      `there is nothing to capture by the name "${name}"; there are: ${captureNames.join(', ')}`,
      `capture ${name}`,
    );
  }
  return new Set(captureNames.filter((name) => wanted.includes(name)));
}

function captureOfEnvironment(text: string): boolean | readonly string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  if (words.length === 1 && ['none', '0', 'false'].includes(words[0] ?? '')) return false;
  const leftOut = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1));
  return leftOut.length > 0 ? captureNames.filter((name) => !leftOut.includes(name)) : words;
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}
