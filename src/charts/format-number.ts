const digits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fractional = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 4 });

/** What stands for a missing value on screen. */
export const missingText = '–';

/**
 * Prints a value for a person: 4 significant digits (an integer keeps all of its own), scientific below 1e-3 and from
 * 1e6, `NaN`, `+inf` and `-inf` as words, an en dash for a missing one. Never 0 for missing.
 */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return missingText;
  const word = nonFiniteWord(value);
  if (word !== undefined) return word;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e6) return formatScientific(value, 3);
  return Number.isInteger(value) ? whole.format(value) : digits.format(value);
}

/** Prints a step: every digit, thousands parted; a fraction as far as it goes; scientific from 1e15. */
export function formatStep(step: number | undefined): string {
  if (step === undefined) return missingText;
  const word = nonFiniteWord(step);
  if (word !== undefined) return word;
  if (Math.abs(step) >= 1e15) return formatScientific(step, 6);
  return Number.isInteger(step) ? whole.format(step) : fractional.format(step);
}

/** Prints a step in little room: `900`, `12K`, `1.5M`. */
export function formatShortStep(step: number): string {
  if (Math.abs(step) >= 1e15) return formatScientific(step, 2);
  return Math.abs(step) < 10_000 ? fractional.format(step) : compact.format(step);
}

/** Prints `1.5e-4` or `2e6`: no plus sign, no trailing zeros. */
export function formatScientific(value: number, fractionDigits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(fractionDigits).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${Number(exponent)}`;
}

/** The word for NaN or an infinity; undefined for a finite number. */
export function nonFiniteWord(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return undefined;
}
