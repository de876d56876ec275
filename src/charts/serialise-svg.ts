/** Attributes that never leave: styles (the policy), inner names (the picture has one name of its own), handlers. */
const dropped = /^(style|aria-|font-family|shape-rendering|on)/i;

/** Elements that never leave. `title` inside a picture would be read out piece by piece. */
const droppedElements = new Set(['style', 'script', 'title', 'foreignobject']);

const named = /[&<>"\u2028\u2029]/g;
const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Writes an SVG element as text for HTML: everything escaped, no `<style>`, no `style` attribute, no inner ARIA, numbers in
 * paths and transforms rounded to whole or half pixels, equal neighbours in a path written once. `attributes` replace
 * those of the outer element; undefined removes one.
 */
export function serialiseSvg(svg: Element, attributes: Record<string, string | undefined> = {}): string {
  return writeElement(svg, new Map(Object.entries(attributes)));
}

function writeElement(element: Element, replaced: Map<string, string | undefined>): string {
  const name = element.localName;
  if (droppedElements.has(name.toLowerCase())) return '';
  let text = `<${name}`;
  for (const attribute of element.attributes) {
    if (dropped.test(attribute.name) || replaced.has(attribute.name)) continue;
    text += writeAttribute(attribute.name, compact(attribute.name, attribute.value));
  }
  for (const [key, value] of replaced) {
    if (value !== undefined) text += writeAttribute(key, value);
  }
  let inner = '';
  for (const child of element.childNodes) {
    if (child.nodeType === 1) inner += writeElement(child as Element, new Map());
    else if (child.nodeType === 3) inner += escapeText(child.nodeValue ?? '');
  }
  return `${text}>${inner}</${name}>`;
}

function writeAttribute(name: string, value: string): string {
  return ` ${name}="${escapeText(value)}"`;
}

/** Escapes text for HTML content and for attributes in double quotes. */
export function escapeText(text: string): string {
  return text.replace(named, (character) => references[character] ?? `&#${character.charCodeAt(0)};`);
}

function compact(name: string, value: string): string {
  if (name === 'd') return compactPath(value);
  if (name === 'transform') return value.replace(/-?\d+\.\d+/g, (number) => `${Math.round(Number(number) * 2) / 2}`);
  return value;
}

/**
 * Rounds a path of M, L, H and Z commands with absolute coordinates to whole pixels and writes its lines relative, which takes
 * a third of the room. A path with any other command is returned as it is.
 */
export function compactPath(d: string): string {
  if (!/^[MLHZ\d\s.,e-]*$/.test(d)) return d;
  let text = '';
  let x = 0;
  let y = 0;
  let drawing = '';
  for (const [, command = '', body = ''] of d.matchAll(/([MLHZ])([^MLHZ]*)/g)) {
    const [px = x, py = y] = (body.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map((number) => Math.round(Number(number)));
    if (command === 'Z') text += 'z';
    else if (command === 'M') text += `M${px} ${py}`;
    else if (px !== x || py !== y)
      text += `${drawing === 'l' ? (px - x < 0 ? '' : ' ') : 'l'}${px - x}${py - y < 0 ? '' : ' '}${py - y}`;
    if (command !== 'L' && command !== 'H') drawing = '';
    else if (px !== x || py !== y) drawing = 'l';
    x = px;
    y = py;
  }
  return text;
}
