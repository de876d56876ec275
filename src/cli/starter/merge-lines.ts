/** A line that a file of patterns should hold. */
export interface WantedLine {
  text: string;
  /** Patterns that mean the same, so that the line is not needed beside one of them. */
  sameAs?: readonly string[];
}

/** A file of patterns with the lines that it lacked, and what was found of the others. */
export interface MergedLines {
  /** Undefined where nothing was lacking. */
  text: string | undefined;
  added: string[];
  /** Lines that give other attributes to a pattern that is wanted too; they stay as they are. */
  different: { line: number; text: string }[];
}

/**
 * Adds lines to a `.gitignore` or `.gitattributes` that it lacks, behind what is there. Nothing that is there is changed,
 * and a line whose pattern has other attributes already is not added, since the later of two would win.
 */
export function mergeLines(present: string, wanted: readonly WantedLine[], heading: string): MergedLines {
  const lineEnd = present.includes('\r\n') ? '\r\n' : '\n';
  const lines = present.split(/\r?\n/).map(normalise);
  const added: string[] = [];
  const different: MergedLines['different'] = [];
  for (const { text, sameAs = [] } of wanted) {
    if ([text, ...sameAs].some((own) => lines.includes(normalise(own)))) continue;
    const [pattern = ''] = text.split(' ');
    const at = text === pattern ? -1 : lines.findIndex((line) => line.split(' ')[0] === pattern);
    if (at === -1) added.push(text);
    else different.push({ line: at + 1, text: lines[at] as string });
  }
  if (added.length === 0) return { text: undefined, added, different };
  const gap = present === '' ? '' : present.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  return { text: `${present}${gap}${[heading, ...added].join(lineEnd)}${lineEnd}`, added, different };
}

function normalise(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}
