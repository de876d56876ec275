import { CopyButton } from './copy-button.ts';
import { makeButton } from './element.ts';
import { listenForKeys } from './keys.ts';
import { LiveChart } from './live-chart.ts';
import { localiseTimes } from './local-time.ts';
import { makeParamFilters } from './param-filter.ts';
import { showRunStatus } from './run-status.ts';
import { prepareRunTable } from './run-table-loader.ts';
import { makeSelectable } from './select-runs.ts';
import { makeSortable } from './table-sort.ts';
import { applyTheme, ThemeButton } from './theme.ts';

/** Loads the search code on first need; `<runfolio-search>` and the trigger links work without it as plain links. */
async function openSearch(): Promise<void> {
  const { openSearchDialog } = await import('./search.ts');
  openSearchDialog();
}

applyTheme();
customElements.define('runfolio-theme', ThemeButton);
customElements.define('runfolio-copy', CopyButton);
customElements.define('runfolio-chart', LiveChart);
localiseTimes();
showRunStatus();
makeSelectable();
makeSortable();
prepareRunTable();
makeParamFilters();
listenForKeys({ openSearch: () => void openSearch() });

document.addEventListener('click', (event) => {
  const trigger =
    event.target instanceof Element
      ? event.target.closest('[data-search-open], runfolio-search:not([data-page])')
      : null;
  if (trigger === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void openSearch();
});

if (document.querySelector('runfolio-compare') !== null) void import('./compare.ts');
if (document.querySelector('runfolio-views') !== null) void import('./saved-views.ts');
for (const figure of document.querySelectorAll<HTMLElement>('[data-records]')) {
  const wake = () => void import('./records-hover.ts').then((hover) => hover.makeRecordsHover(figure));
  figure.addEventListener('pointerenter', wake, { once: true });
}
if (document.querySelector('runfolio-panel') !== null) void import('./panels.ts');
if (document.querySelector('[data-panel-steps], [data-image-steps]') !== null)
  void import('./panels-steps.ts').then((steps) => steps.addStepSliders());
if (document.querySelector('[data-paged], [data-sheet]') !== null)
  void import('./panels-media.ts').then((media) => media.addMedia());
if (document.querySelector('runfolio-raw') !== null) void import('./raw-log.ts');
for (const note of document.querySelectorAll<HTMLElement>('[data-log-more]')) {
  const button = makeButton('Load all', () => void import('./log-lines.ts').then((log) => log.loadAllLines(note)));
  note.append(' ', button);
}
if (document.querySelector('runfolio-search[data-page]') !== null) void import('./search.ts');
