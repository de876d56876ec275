const esc = '\\u001b';
const bell = '\\u0007';
const escapeSequence = new RegExp(
  `${esc}(?:\\[[0-?]{0,32}[ -/]{0,4}[@-~]|\\][^${bell}${esc}]{0,2000}(?:${bell}|${esc}\\\\)|[@-Z\\\\-_])`,
  'g',
);
const control = /[^\P{Cc}\t]/gu;

/** Leaves out the escape sequences and control characters of terminals; a tab stays. Linear in the length of the text. */
export function stripControls(text: string): string {
  return text.search(control) < 0 ? text : text.replace(escapeSequence, '').replace(control, '');
}
