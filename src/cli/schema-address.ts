import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { type SchemaName, schemaPath } from '../format/json-schemas.ts';
import type { SiteSettings } from '../format/site-settings.ts';
import { defaultLimits } from '../store/limits.ts';
import { readSiteSettings } from '../store/read-settings.ts';

/**
 * The first line of a settings file in a folder (from the root), by which editors check it: the site's own copy of the
 * schema where the site has an address, else the one in the built site beside `experiments/`.
 */
export function schemaLine(root: string, folder: string, name: SchemaName): string {
  return `# yaml-language-server: $schema=${schemaAddress(root, folder, name)}`;
}

function schemaAddress(root: string, folder: string, name: SchemaName): string {
  const { site, base = '/' } = readSettings(root);
  if (site !== undefined && URL.canParse(site))
    return new URL(`${base.replace(/\/?$/, '/')}${schemaPath(name)}`, site).href;
  return posix.relative(folder, `dist/${schemaPath(name)}`);
}

function readSettings(root: string): SiteSettings {
  const path = 'experiments/_site.yaml';
  if (!existsSync(`${root}/${path}`)) return {};
  return readSiteSettings(root, path, { limits: defaultLimits, diagnostics: new DiagnosticList() }).settings;
}
