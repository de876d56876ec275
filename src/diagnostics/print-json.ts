import type { Diagnostic } from './diagnostic.ts';
import { countSeverity } from './diagnostic-list.ts';

/** What `validate --format json` prints: one object. */
export interface ValidationReport {
  version: 1;
  files: number;
  experiments: number;
  runs: number;
  errors: number;
  warnings: number;
  diagnostics: Omit<Diagnostic, 'excerpt'>[];
}

/** Gives the report for tools. Counts are of occurrences. */
export function makeReport(
  diagnostics: readonly Diagnostic[],
  counts: { files: number; experiments: number; runs: number },
): ValidationReport {
  return {
    version: 1,
    ...counts,
    errors: countSeverity(diagnostics, 'error'),
    warnings: countSeverity(diagnostics, 'warning'),
    diagnostics: diagnostics.map(({ code, severity, file, line, column, message, hint, count }) => ({
      code,
      severity,
      file,
      line,
      column,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(count === undefined ? {} : { count }),
    })),
  };
}
