const latexSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '`': '\\textasciigrave{}',
  '±': '$\\pm$',
  '†': '$^{\\dagger}$',
  '*': '$^{*}$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '–': '--',
  '[': '{[}', // after \\ and at the head of a cell a bracket would begin an option
  ']': '{]}',
  '−': '$-$',
};

/** Escapes text for LaTeX, so that nothing in it is a command; it becomes one line. */
export function escapeLatex(text: string): string {
  const apart = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/([-',])(?=\1)/g, '$1\u0000'); // two of them would join to another sign
  return Array.from(apart, (sign) => (sign === '\u0000' ? '{}' : (latexSigns[sign] ?? sign))).join('');
}
