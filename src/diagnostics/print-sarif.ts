import { catalogue, type DiagnosticCode } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';

const levels = { error: 'error', warning: 'warning', note: 'note' } as const;

/**
 * A SARIF 2.1.0 log (OASIS standard), which GitHub code scanning, GitLab and editors read. Columns count Unicode code
 * points, and the log says so.
 */
export function printSarif(diagnostics: readonly Diagnostic[], { toolVersion }: { toolVersion: string }): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Runfolio', version: toolVersion, rules: codes.map(describeRule) } },
        columnKind: 'unicodeCodePoints',
        results: diagnostics.map(({ code, severity, file, line, column, message, hint, count }) => ({
          ruleId: code,
          ruleIndex: codes.indexOf(code),
          level: levels[severity],
          message: { text: [message, hint].filter((part) => part !== undefined).join(' ') },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
          ...(count === undefined ? {} : { occurrenceCount: count }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule(code: string): object {
  const entry = catalogue[code as DiagnosticCode];
  return {
    id: code,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.meaning },
    help: { text: entry.mend },
    defaultConfiguration: { level: levels[entry.severity] },
  };
}
