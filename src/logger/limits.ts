/** Characters of one text; longer ones are cut, with a warning for each key. */
export const maxText = 100_000;
/** Characters of what is written for an object that no rule covers. */
export const maxOther = 1_000;
/** Items of one list, keys of one object, rows of one table. */
export const maxItems = 10_000;
/** How deep values may be nested. */
export const maxDepth = 32;
/** Bytes of one record; the reader sets lines over 16 MiB aside. */
export const maxLineBytes = 15 * 2 ** 20;
export const maxPatchBytes = 512 * 1024;
/** Bytes of a file that is kept beside the log. */
export const maxFileBytes = 50 * 2 ** 20;
/** Bytes of records that wait in memory while the disk refuses. */
export const defaultBufferBytes = 64 * 2 ** 20;
/** How long `finish` tries to write what a full disk held back. */
export const drainMs = 10_000;
/** How long a deleted log may go unnoticed; what was written meanwhile is carried over. */
export const checkMs = 200;
