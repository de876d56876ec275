/** Puts a filter above the list of experiments: words and tags, kept in the address as `q` and `tag`. */
const place = document.querySelector<HTMLElement>('[data-home-filter]');
const table = document.querySelector<HTMLTableElement>('.experiment-list');
if (place !== null && table !== null && table.tBodies[0] !== undefined && table.tBodies[0].rows.length > 1) {
  showFilter(place, table, [...table.tBodies[0].rows]);
}

function showFilter(host: HTMLElement, list: HTMLTableElement, rows: HTMLTableRowElement[]): void {
  const tagsByRow = new Map(rows.map((row) => [row, JSON.parse(row.dataset.tags ?? '[]') as string[]]));
  const counts = new Map<string, number>();
  for (const tag of [...tagsByRow.values()].flat()) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const allTags = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));
  const query = new URLSearchParams(location.search);
  const wanted = new Set(query.getAll('tag').filter((tag) => allTags.includes(tag)));
  const ignored = query.getAll('tag').filter((tag) => !allTags.includes(tag));

  const field = document.createElement('input');
  field.type = 'search';
  field.id = 'home-filter';
  field.className = 'filter-field';
  field.placeholder = 'Filter experiments';
  field.autocomplete = 'off';
  field.value = query.get('q') ?? '';
  field.setAttribute('aria-label', 'Filter experiments');
  field.dataset.filter = '';
  const said = document.createElement('p');
  said.className = 'table-note';
  said.setAttribute('role', 'status');
  const clear = document.createElement('button');
  clear.type = 'button';
  clear.textContent = 'Clear filter';
  const chips = allTags.slice(0, Math.max(12, ...[...wanted].map((tag) => allTags.indexOf(tag) + 1))).map((tag) => {
    const chip = document.createElement('button');
    chip.type = 'button';
    chip.className = 'tag';
    chip.textContent = tag;
    chip.addEventListener('click', () => {
      if (!wanted.delete(tag)) wanted.add(tag);
      apply(true);
    });
    return chip;
  });
  const chipRow = document.createElement('div');
  chipRow.className = 'tags';
  chipRow.setAttribute('role', 'group');
  chipRow.setAttribute('aria-label', 'Tags');
  chipRow.append(...chips);

  function apply(isCommitted: boolean): void {
    const words = field.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const tags = tagsByRow.get(row) ?? [];
      row.hidden = !words.every((word) => text.includes(word)) || ![...wanted].every((tag) => tags.includes(tag));
      if (!row.hidden) shown += 1;
    }
    for (const [index, chip] of chips.entries())
      chip.setAttribute('aria-pressed', String(wanted.has(allTags[index] ?? '')));
    const isFiltered = words.length > 0 || wanted.size > 0;
    const note = document.querySelector('.pager') === null ? '' : ' This filter covers this page only.';
    const lost = ignored.length > 0 ? ` Ignored: ${ignored.map((tag) => `tag=${tag}`).join(', ')}.` : '';
    said.textContent = isFiltered
      ? shown === 0
        ? `No experiment matches.${note}${lost}`
        : `${shown} of ${rows.length} experiments.${note}${lost}`
      : lost.trim();
    clear.hidden = !isFiltered;
    list.hidden = shown === 0;
    remember(field.value.trim(), [...wanted].sort(), isCommitted);
  }
  field.addEventListener('input', () => apply(false));
  clear.addEventListener('click', () => {
    field.value = '';
    wanted.clear();
    apply(true);
    field.focus();
  });
  const row = document.createElement('div');
  row.className = 'filter-row';
  row.append(field, chipRow, clear);
  host.append(row, said);
  host.className = 'filter';
  apply(false);
}

function remember(words: string, tags: readonly string[], isCommitted: boolean): void {
  const query = new URLSearchParams(location.search);
  query.delete('q');
  query.delete('tag');
  if (words !== '') query.set('q', words);
  for (const tag of tags) query.append('tag', tag);
  const text = query.toString();
  const address = `${location.pathname}${text === '' ? '' : `?${text}`}${location.hash}`;
  if (address === `${location.pathname}${location.search}${location.hash}`) return;
  if (isCommitted) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

export {};
