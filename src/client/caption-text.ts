/** What the caption of a figure says of a live chart: without what is hidden, and what is true of the built picture alone. */
export function captionText(figure: Element | null | undefined): string {
  const copy = figure?.querySelector('figcaption')?.cloneNode(true) as Element | undefined;
  for (const part of copy?.querySelectorAll('[hidden], .rf-still-note') ?? []) part.remove();
  return copy?.textContent?.trim() ?? '';
}
