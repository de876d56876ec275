/** A piece of what a failed run left: a frame of its stack, or other lines. */
export type TracePart = { kind: 'frame'; text: string; isLibrary: boolean } | { kind: 'text'; text: string };

/** A failure's words, taken apart. */
export interface Failure {
  /** What went wrong, in one line. */
  head: string;
  /** The rest in order; frames of libraries that follow each other are one part each still. */
  parts: TracePart[];
  /** The whole as it was logged, for copying. */
  text: string;
}

const pythonFrame = /^\s*File "([^"]+)", line \d+/;
const scriptFrame = /^\s+at .*?\(?((?:file:\/\/|node:)?[^\s()]+?):\d+(?::\d+)?\)?\s*$/;
const libraryPath =
  /(?:^|[\\/])(?:site-packages|dist-packages|node_modules)[\\/]|[\\/]lib[\\/]python\d|^node:|^<frozen|^<__array_function__/;

/** Packages whose folder has another name. */
const folderByPackage: Readonly<Record<string, string>> = {
  'scikit-learn': 'sklearn',
  'scikit-image': 'skimage',
  'opencv-python': 'cv2',
  pillow: 'PIL',
  pyyaml: 'yaml',
  'pytorch-lightning': 'pytorch_lightning',
};

/** What is known of a run's surroundings. */
export interface FailurePlace {
  /** Says whether a path names a file of the repository. */
  isOwn?: (path: string) => boolean;
  /** Names of the packages that the run used. */
  packages?: readonly string[];
}

/**
 * Takes the error of a run apart: its first line, then the frames of a Python or JavaScript stack, each with the lines of
 * code below it, and whatever else stands between. A frame is a library's by its path. Loggers cut the path of a package
 * short: then its first folder tells, by the name of a package, or by being another than that of the outermost frame while
 * no file of the repository has that path.
 */
export function readFailure(text: string, { isOwn = () => false, packages = [] }: FailurePlace = {}): Failure {
  const folders = new Set(packages.flatMap((name) => [name, name.replaceAll('-', '_'), folderByPackage[name] ?? name]));
  const [head = '', ...lines] = text.split('\n');
  const parts: TracePart[] = [];
  let ownFolder: string | undefined;
  for (const line of lines) {
    const path = (pythonFrame.exec(line) ?? scriptFrame.exec(line))?.[1];
    const last = parts.at(-1);
    if (path !== undefined) {
      ownFolder ??= topFolder(path);
      const top = topFolder(path);
      const isElsewhere = folders.has(top) || (ownFolder !== '' && top !== ownFolder);
      const isForeign = libraryPath.test(path) || (isCutShort(path) && isElsewhere && !isOwn(path));
      parts.push({ kind: 'frame', text: line, isLibrary: isForeign });
    } else if (last?.kind === 'frame' && /^\s{3,}/.test(line)) last.text += `\n${line}`;
    else if (last?.kind === 'text') last.text += `\n${line}`;
    else if (line.trim() !== '') parts.push({ kind: 'text', text: line });
  }
  return { head, parts: withoutEcho(parts, head), text };
}

/** Puts frames of libraries that follow each other together, so that they fold as one. */
export function foldFrames(parts: readonly TracePart[]): { isLibrary: boolean; texts: string[] }[] {
  const folded: { isLibrary: boolean; texts: string[] }[] = [];
  for (const part of parts) {
    const isLibrary = part.kind === 'frame' && part.isLibrary;
    const last = folded.at(-1);
    if (last !== undefined && last.isLibrary === isLibrary) last.texts.push(part.text);
    else folded.push({ isLibrary, texts: [part.text] });
  }
  return folded;
}

/** Python ends a traceback with the error that the first line has said, JavaScript begins with it. */
function withoutEcho(parts: TracePart[], head: string): TracePart[] {
  const isEcho = (part: TracePart | undefined) => part?.kind === 'text' && part.text.trim() === head.trim();
  return parts.slice(isEcho(parts[0]) ? 1 : 0, isEcho(parts.at(-1)) ? -1 : undefined);
}

function isCutShort(path: string): boolean {
  return path.includes('/') && !/^(?:\/|[a-z]:|file:)/i.test(path);
}

function topFolder(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf('/')));
}
