import { defaultCrashedAfterMs, runStatus } from '../series/run-status.ts';

/**
 * Gives runs without an end their word: `<span data-run-state="open" data-last-record="MS">` becomes running or crashed by
 * the reader's clock and `data-crashed-after` (milliseconds) of the element or of `<html>`. The word is written into its
 * `[data-status-word]` (or the whole element), `status-open` becomes `status-running` or `status-crashed`, and
 * `data-run-status` names it for icons.
 */
export function showRunStatus(root: ParentNode = document, nowMs = Date.now()): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-run-state="open"]')) {
    const after = Number(element.dataset.crashedAfter ?? document.documentElement.dataset.crashedAfter);
    const last = element.dataset.lastRecord;
    const lastRecordMs = last === undefined || last === '' ? undefined : Number(last);
    const crashedAfterMs = after > 0 ? after : defaultCrashedAfterMs;
    const status = runStatus({ state: 'open', lastRecordMs }, { nowMs, crashedAfterMs });
    element.dataset.runStatus = status;
    element.classList.remove('status-open', 'status-running', 'status-crashed');
    element.classList.add(`status-${status}`);
    const word = element.querySelector('[data-status-word]') ?? element;
    word.textContent = status;
  }
}

/** The reader's clock, and how long a run of this site may be silent before it counts as crashed. */
export function pageClock(): { nowMs: number; crashedAfterMs: number } {
  const after = Number(document.documentElement.dataset.crashedAfter);
  return { nowMs: Date.now(), crashedAfterMs: after > 0 ? after : defaultCrashedAfterMs };
}
