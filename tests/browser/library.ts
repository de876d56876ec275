import { expect } from 'vitest';
import { runCli } from '../run-cli.ts';
import type { BuiltSite } from './build-sites.ts';

/** A run as `runfolio export --format json` tells it: what the pages must tell too. */
export interface ExportedRun {
  id: string;
  experiment: string;
  run: string;
  name: string;
  status: string;
  diverged: boolean;
  archived: boolean;
  params: Record<string, unknown>;
  tags: string[];
  metrics: Record<string, { last: number | string; min: number; max: number; count: number; value: number | string }>;
}

export interface ReportedDiagnostic {
  code: string;
  severity: 'error' | 'warning' | 'note';
  file: string;
  line: number;
  column: number;
  message: string;
}

/** Every run of a site, by the exporter and not by the pages under test. */
export async function exportRuns(site: BuiltSite): Promise<ExportedRun[]> {
  const { code, stdout, stderr } = await runCli(['export', '--root', site.root, '--format', 'json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Every problem of a site's data, by the validator. */
export async function validate(site: BuiltSite): Promise<{ files: number; diagnostics: ReportedDiagnostic[] }> {
  const { stdout } = await runCli(['validate', '--root', site.root, '--format', 'json']);
  return JSON.parse(stdout);
}
