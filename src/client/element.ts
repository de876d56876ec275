/** What `make` can set on a new element: attributes as text; false and undefined leave one out, true sets it empty. */
type Attributes = Record<string, string | boolean | undefined>;

/** Makes an element. Children are nodes or text; text is always text. Styles cannot be set here: the policy forbids them. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** Makes a plain button that does something when pressed. */
export function makeButton(
  text: string,
  onPress: (event: MouseEvent) => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const button = make('button', { type: 'button', ...attributes }, text);
  button.addEventListener('click', onPress);
  return button;
}

/** Makes an SVG element; attributes are set as they are. */
export function makeSvg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number> = {},
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** Reads a value kept for this person; undefined when there is none or storage is shut. */
export function readKept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value for this person, or forgets it; does nothing when storage is shut. */
export function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Private windows and full disks: the choice lasts for this page then.
  }
}

/** The site's base path, from `data-base` of `<html>` or of any element of ours; `/` when nobody says. */
export function siteBase(): string {
  const holder =
    document.documentElement.dataset.base ?? document.querySelector<HTMLElement>('[data-base]')?.dataset.base;
  return holder ?? '/';
}
