import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { compileTeePattern, type TeePattern } from '../format/tee-pattern.ts';
import { defaultLimits } from '../store/limits.ts';
import { readExperimentSettings } from '../store/read-settings.ts';
import { settingsPlace } from './run-target.ts';

/** Reads the patterns under `tee` in an experiment's settings. Faults of the file are told, and what is sound is used. */
export function readTeePatterns(logs: string, experiment: string, warn: (text: string) => void): TeePattern[] {
  const { root, path } = settingsPlace(logs, experiment);
  if (!existsSync(join(root, path))) return [];
  const diagnostics = new DiagnosticList();
  const { settings } = readExperimentSettings(root, path, { limits: defaultLimits, diagnostics });
  for (const { severity, file, line, column, message } of diagnostics.sorted())
    if (severity === 'error') warn(`${file}:${line}:${column} ${message}`);
  return (settings.tee ?? []).flatMap((setting) => {
    const compiled = compileTeePattern(setting);
    return compiled.ok ? [compiled.tee] : [];
  });
}
