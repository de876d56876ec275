/** The version of the run log format that this code reads and writes. */
export const formatVersion = 1;
