/**
 * Remembers what has the focus in parts that are drawn anew; the function that it gives puts the focus back on its like. In a
 * table that is found by its row or column, elsewhere by `data-focus`.
 */
export function rememberFocus(table: HTMLTableElement, ...parts: HTMLElement[]): () => void {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement)) return () => undefined;
  const key = active.dataset.focus;
  const within = parts.find((part) => part.contains(active));
  if (within !== undefined && key !== undefined)
    return () => within.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  if (!table.contains(active)) return () => undefined;
  const row = active.closest<HTMLElement>('[data-run-id]:not(input), [data-group], [data-column]');
  const name = row && (['runId', 'group', 'column'] as const).find((known) => row.dataset[known] !== undefined);
  if (!row || !name) return () => undefined;
  const attribute = { runId: 'data-run-id', group: 'data-group', column: 'data-column' }[name];
  const selector = `${row.localName}[${attribute}="${CSS.escape(row.dataset[name] ?? '')}"]`;
  const own = active.localName === 'span' ? '[role="separator"]' : active.localName;
  return () => table.querySelector(selector)?.querySelector<HTMLElement>(own)?.focus({ preventScroll: true });
}
