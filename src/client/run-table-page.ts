import type { TableColumn } from './run-table-columns.ts';
import type { RunGroup } from './run-table-rows.ts';

/** What a row of the table stands for. */
export type Row = { kind: 'run'; place: number } | { kind: 'group'; group: RunGroup };

/** The rows of a page. With groups a page holds so many of them, each with its unfolded runs. */
export function pageRows(
  rows: readonly Row[],
  { from, count, isGrouped }: { from: number; count: number; isGrouped: boolean },
): Row[] {
  if (!isGrouped) return rows.slice(from, from + count);
  let at = -1;
  return rows.filter(({ kind }) => {
    if (kind === 'group') at += 1;
    return at >= from && at < from + count;
  });
}

/** On narrow screens a card shows status, one metric, three params, duration and start, or the first eight chosen columns. */
export function hiddenInCards(columns: readonly TableColumn[], isChosen: boolean): Set<string> {
  if (isChosen) return new Set(columns.slice(8).map(({ id }) => id));
  const of = (kind: TableColumn['kind'], count: number) =>
    columns.filter((column) => column.kind === kind).slice(count);
  return new Set([...of('metric', 1), ...of('param', 3)].map(({ id }) => id));
}

/** A press on a row outside its links and boxes opens the run, as its link would. */
export function openRow(event: MouseEvent): void {
  const { target } = event;
  if (
    !(target instanceof Element) ||
    event.defaultPrevented ||
    target.closest('a, button, input, label, thead') !== null
  )
    return;
  if ((getSelection()?.toString() ?? '') !== '') return;
  const row = target.closest<HTMLTableRowElement>('tr[data-run-id]');
  if (event.shiftKey)
    row
      ?.querySelector<HTMLInputElement>('input[data-run-id]')
      ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: true }));
  else
    row
      ?.querySelector<HTMLAnchorElement>('a[href]')
      ?.dispatchEvent(
        new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }),
      );
}
