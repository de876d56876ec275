import type { SearchPlaces } from './search-dialog.ts';
import { openDialog } from './search-dialog.ts';
import { mountSearchPage } from './search-page.ts';

/** Where the index lies, as a `<runfolio-search data-bundle data-base>` of the page says. */
function placesOf(element: HTMLElement | null): SearchPlaces {
  const base = element?.dataset.base ?? '/';
  return { base, bundle: element?.dataset.bundle ?? `${base}pagefind/` };
}

/** Opens the dialog; on the search page the field there takes the focus. */
export function openSearchDialog(): void {
  const onPage = document.querySelector<HTMLInputElement>('runfolio-search[data-page] input[type="search"]');
  if (onPage !== null) onPage.focus();
  else openDialog(placesOf(document.querySelector<HTMLElement>('runfolio-search')));
}

for (const host of document.querySelectorAll<HTMLElement>('runfolio-search[data-page]')) {
  mountSearchPage(host, placesOf(host));
}
