const numberText =
  /^[+-]?(?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{0,60})?|\d{1,60}\.?\d{0,60}|\.\d{1,60})(?:[eE][+-]?\d{1,5})?$/;
const nonFinite = /^([+-]?)(nan|inf|infinity)$/i;

/** Reads a number as programs print it: `0.5`, `1e-4`, `1,024`, `nan`, `-inf`. Undefined for anything else. */
export function readNumberText(text: string): number | undefined {
  const special = nonFinite.exec(text);
  if (special !== null)
    return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  return numberText.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}
