import { createTwoFilesPatch } from 'diff';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { redactLine } from '../format/secrets.ts';
import { findSafeFixes } from '../store/safe-fixes.ts';
import type { Store } from '../store/store.ts';
import type { Environment } from './environment.ts';
import { writeWhole } from './write-whole.ts';

/** Longer lines are cut in the diff. */
const maxLineLength = 300;

const trailer = 'Runfolio-Edit: line ends, byte order marks and status words mended by runfolio validate --fix';

/** Shows what can safely be mended as a diff, mends it, and prints the trailer for the commit. Gives the files changed. */
export function fixSafely(
  { stdout, stderr }: Environment,
  store: Store,
  { dryRun = false, format = 'pretty' }: { dryRun?: boolean; format?: string } = {},
): number {
  // A report for programs has stdout to itself.
  const diffs = format === 'pretty' ? stdout : stderr;
  const fixes = findSafeFixes(store);
  for (const { path, before, after, mended } of fixes) {
    diffs.write(showPatch(path, before, after));
    if (!dryRun) writeWhole(`${store.root}/${path}`, after);
    stderr.write(`${dryRun ? 'would mend' : 'mended'} ${terminalText(path)}: ${mended.join(', ')}\n`);
  }
  if (fixes.length === 0) stderr.write('Nothing to mend safely.\n');
  else if (!dryRun)
    stderr.write(`Commit with this trailer, so that the edit of a finished run is explained:\n\n    ${trailer}\n\n`);
  return fixes.length;
}

/** A unified diff in which carriage returns and marks are visible. */
function showPatch(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 1,
    stripTrailingCr: false,
  });
  const visible = patch.replaceAll('\r', '␍').replaceAll('\ufeff', '<U+FEFF>');
  return `${visible
    .split('\n')
    .map((line) => {
      const safe = redactLine(line.slice(0, maxLineLength)).text;
      return terminalText(line.length > maxLineLength ? `${safe}…` : safe);
    })
    .join('\n')}\n`;
}
