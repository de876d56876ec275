import type { Diagnostic } from './diagnostic.ts';
import { terminalText } from './terminal-text.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Workflow commands that GitHub turns into annotations on a pull request's lines. */
export function printGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ severity, file, line, column, code, message, hint, count }) => {
      const times = count === undefined ? '' : ` (${count} times in this file)`;
      const text = [`${message}${times}`, hint].filter((part) => part !== undefined).join('\n');
      const properties = `file=${property(file)},line=${line},col=${column},title=${property(code)}`;
      return `::${commands[severity]} ${properties}::${data(text)}\n`;
    })
    .join('');
}

/** Escapes as GitHub's toolkit does: what would end a command or a property is percent-encoded. */
function data(text: string): string {
  const safe = text.replace(/[^\r\n]+/g, terminalText);
  return safe.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
