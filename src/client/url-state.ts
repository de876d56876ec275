/**
 * The keys that a page's address may carry, in the order in which they are written: the same choices give the same address.
 * Values are text; a key that may repeat is a list. What is left out stands at its default.
 */
export const stateKeys = [
  'q',
  'where',
  'status',
  'tag',
  'group',
  'by',
  'cols',
  'sort',
  'page',
  'size',
  'sel',
  'base',
  'metric',
  'x',
  'sm',
  'smk',
  'y',
  'out',
  'band',
  'colour',
  'old',
  'hide',
  'only',
  'find',
  'own',
  'zoom',
  'panel',
  'step',
  'diff',
] as const;

export type StateKey = (typeof stateKeys)[number];

/** Changes of a state: text, a list for a key that repeats, undefined or an empty list for the default. */
export type StateChange = Partial<Record<StateKey, string | readonly string[] | undefined>>;

/** Applies a change to the query of an address and puts it into canonical order; keys of other pages are kept at the end. */
export function changeQuery(query: string, change: StateChange): string {
  const given = new URLSearchParams(query);
  const next = new URLSearchParams();
  for (const key of stateKeys) {
    const value = key in change ? change[key] : given.getAll(key);
    for (const text of typeof value === 'string' ? [value] : (value ?? [])) next.append(key, text);
  }
  for (const [key, text] of given) if (!(stateKeys as readonly string[]).includes(key)) next.append(key, text);
  const text = next.toString();
  return text === '' ? '' : `?${text}`;
}

type Listener = (changed: ReadonlySet<StateKey>) => void;

const listeners = new Set<Listener>();
let isListening = false;

/** The text of a key in the address, the first where it repeats. */
export function stateText(key: StateKey): string | undefined {
  return new URLSearchParams(location.search).get(key) ?? undefined;
}

/** All texts of a key in the address. */
export function stateTexts(key: StateKey): string[] {
  return new URLSearchParams(location.search).getAll(key);
}

/**
 * Writes choices into the address. While a slider is dragged (`isPassing`) the present entry of the history is replaced; a
 * choice that was made gets an entry of its own, so that Back undoes it. All who listen are told.
 */
export function setState(change: StateChange, { isPassing = false }: { isPassing?: boolean } = {}): void {
  const query = changeQuery(location.search, change);
  if (query === location.search) return;
  const address = `${location.pathname}${query}${location.hash}`;
  if (isPassing) history.replaceState(history.state, '', address);
  else history.pushState(history.state, '', address);
  tell(new Set(Object.keys(change) as StateKey[]));
}

/** Calls `listener` after each change of the state, Back and Forward included. Gives a function that ends it. */
export function onState(listener: Listener): () => void {
  if (!isListening) {
    isListening = true;
    addEventListener('popstate', () => tell(new Set(stateKeys)));
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(changed: ReadonlySet<StateKey>): void {
  for (const listener of [...listeners]) listener(changed);
}
