/**
 * Turns `<time datetime>` of the page from UTC into the reader's own zone; hovering shows UTC, and so does copying
 * `datetime`. In a table whose head holds `<span data-zone-name>` the zone is named there, else beside the time. Days
 * without an hour, and times inside `[data-utc]`, stay as they are.
 */
export function localiseTimes(root: ParentNode = document): void {
  const named = new Map<HTMLTableElement, boolean>();
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const { dateTime } = element;
    const date = new Date(dateTime);
    if (!dateTime.includes('T') || Number.isNaN(date.getTime()) || element.closest('[data-utc]') !== null) continue;
    if (element.title === '') element.title = `${dateTime.slice(0, 16).replace('T', ' ')} UTC`;
    const table = element.closest('table');
    const isNamedInHead = table !== null && nameZone(table, named);
    element.textContent = isNamedInHead ? localText(date) : `${localText(date)} ${zoneName(date)}`;
  }
}

/** Names the zone in the heads of a table, once a pass; false where no head has a place for it. */
function nameZone(table: HTMLTableElement, named: Map<HTMLTableElement, boolean>): boolean {
  const known = named.get(table);
  if (known !== undefined) return known;
  const heads = table.querySelectorAll('[data-zone-name]');
  const name = zoneName(new Date());
  for (const head of heads) head.textContent = name;
  named.set(table, heads.length > 0);
  return heads.length > 0;
}

/** `2026-03-04 10:12` in the reader's zone. */
function localText(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

let zoneFormat: Intl.DateTimeFormat | undefined;

/** `UTC`, `CET`, `GMT+5:30`. */
function zoneName(date: Date): string {
  zoneFormat ??= new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
  const parts = zoneFormat.formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local';
}
