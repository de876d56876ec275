/**
 * Turns `<time datetime>` of the page from UTC into the reader's own zone; hovering shows UTC, and so does copying
 * `datetime`. In a table whose head holds `<span data-zone-name>` the zone is named there, else beside the time. Days
 * without an hour, and times inside `[data-utc]`, stay as they are.
 */
export function localiseTimes(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const { dateTime } = element;
    const date = new Date(dateTime);
    if (!dateTime.includes('T') || Number.isNaN(date.getTime()) || element.closest('[data-utc]') !== null) continue;
    if (element.title === '') element.title = `${dateTime.slice(0, 16).replace('T', ' ')} UTC`;
    const zoneHead = element.closest('table')?.querySelector('[data-zone-name]');
    element.textContent = zoneHead ? localText(date) : `${localText(date)} ${zoneName(date)}`;
    if (zoneHead) zoneHead.textContent = zoneName(new Date());
  }
}

/** `2026-03-04 10:12` in the reader's zone. */
function localText(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `UTC`, `CET`, `GMT+5:30`. */
function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local';
}
