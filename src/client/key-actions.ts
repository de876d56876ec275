/** What a single-letter key does on this page; false when it had nothing to do. */
type KeyAction = () => boolean;

const actions = new Map<string, KeyAction>();

/** Gives a key its action, in place of any other. Parts of a page that are loaded late bring their own keys this way. */
export function onKey(key: string, action: KeyAction): void {
  actions.set(key, action);
}

/** Does what a key stands for; false when nobody listens. */
export function actOnKey(key: string): boolean {
  return actions.get(key)?.() ?? false;
}
