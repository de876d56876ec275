import { formatNumber } from '../format-number.ts';
import { colourCount } from '../run-colour.ts';
import type { PanelKey } from './panel.ts';
import type { Column } from './panel-data.ts';

/** Shades of the one hue that numbers are coloured with, from light to dark; `rf-h0` to `rf-h4`. */
export const shadeCount = 5;

/** How the dots of a panel are coloured. */
export interface ColourKey {
  /** Class of each run's mark: a fill. */
  classes: string[];
  keys: PanelKey[];
}

/** The class of marks that no field colours. */
export const plainClass = 'rf-plain';
/** The class of marks whose run has no value of the colouring field. */
export const missingClass = 'rf-missing';

/**
 * Colours by a field: words take the slots of the palette by their order (past eight, the rest share a grey one), numbers
 * five shades of one hue, of equal width on their scale.
 */
export function colourBy(
  column: Column | undefined,
  { count, isLog = false }: { count: number; isLog?: boolean },
): ColourKey {
  if (column === undefined) return { classes: new Array<string>(count).fill(plainClass), keys: [] };
  return column.isNumeric && column.categories.length > colourCount ? byShade(column, isLog) : byWord(column);
}

function byWord({ texts, categories }: Column): ColourKey {
  const own = categories.length > colourCount ? categories.slice(0, colourCount - 1) : categories;
  const slots = new Map(own.map((text, slot) => [text, `rf-f${slot}`]));
  const keys = own.map((text, slot) => ({ swatch: `rf-f${slot}`, text }));
  const rest = categories.length - own.length;
  if (rest > 0) keys.push({ swatch: missingClass, text: `${rest} others` });
  return {
    classes: texts.map((text) => (text === undefined ? missingClass : (slots.get(text) ?? missingClass))),
    keys: withMissing(keys, texts),
  };
}

function byShade({ numbers, texts }: Column, isLog: boolean): ColourKey {
  const values = numbers.filter((value) => value !== undefined);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const isOnLog = isLog || (low > 0 && high / low > 100);
  const share = (value: number) =>
    isOnLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const at = (part: number) => (isOnLog ? low * (high / low) ** part : low + (high - low) * part);
  const shade = (value: number) => Math.max(0, Math.min(shadeCount - 1, Math.floor(share(value) * shadeCount)));
  const keys = Array.from({ length: shadeCount }, (_, i) => ({
    swatch: `rf-h${i}`,
    text: `${short(at(i / shadeCount))} to ${short(at((i + 1) / shadeCount))}`,
  }));
  return {
    classes: numbers.map((value) => (value === undefined ? missingClass : `rf-h${shade(value)}`)),
    keys: withMissing(keys, texts),
  };
}

function withMissing(keys: PanelKey[], texts: readonly (string | undefined)[]): PanelKey[] {
  return texts.includes(undefined) ? [...keys, { swatch: missingClass, text: 'no value' }] : keys;
}

function short(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}
