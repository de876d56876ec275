/**
 * Writes which of `count` runs belong to a set, by their places in the `experiment-runs` payload: a bit a run in base64, so that
 * a thousand runs take 168 characters of a page. Places outside are left out.
 */
export function encodeRunSet(places: Iterable<number>, count: number): string {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (const place of places) {
    if (place >= 0 && place < count) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Reads what `encodeRunSet` wrote, as a test of places. Throws a `DOMException` where the text is no base64. */
export function decodeRunSet(text: string): (place: number) => boolean {
  const bytes = atob(text);
  return (place) => ((bytes.charCodeAt(place >> 3) >> (place & 7)) & 1) === 1;
}
