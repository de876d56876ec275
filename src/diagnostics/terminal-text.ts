/**
 * Makes text from a log safe for a terminal: escape sequences and other control characters are shown as `\u001b` and
 * the like, so that a run's name can neither colour, clear nor rename anything; so are characters that turn the
 * direction of writing.
 */
export function terminalText(text: string): string {
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isDirection =
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      code === 0x200e ||
      code === 0x200f ||
      code === 0x061c;
    const isLineEnd = code === 0x2028 || code === 0x2029;
    const isLoneSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (code === 0x09) result += ' ';
    else if (isControl || isDirection || isLineEnd || isLoneSurrogate)
      result += `\\u${code.toString(16).padStart(4, '0')}`;
    else result += char;
  }
  return result;
}
