/** Lines that a place has room for in each file: a log of more is nobody's. */
const linesPerFile = 2 ** 32;

/** Where a value stands: the number of a file among those that a run was read from, from 0, and a line of it, from 1. */
export interface LinePlace {
  file: number;
  line: number;
}

/**
 * Writes a place as one number, which costs nothing to hand on for each of a million lines: the line itself in the first
 * file. 0 stands for no place.
 */
export function packPlace({ file, line }: LinePlace): number {
  return file * linesPerFile + line;
}

/** Reads a number that `packPlace` wrote; undefined for 0, which is no place. */
export function unpackPlace(place: number | undefined): LinePlace | undefined {
  if (place === undefined || place === 0) return undefined;
  return { file: Math.floor(place / linesPerFile), line: place % linesPerFile };
}
