import type { JsonObject } from '../format/scalars.ts';
import { keysOfKinds, type ViewPageSettings, viewPageSettings } from '../format/view-page.ts';
import { judge, type Reading, readText } from './read-settings.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';

/** The file of a view as far as it could be read, before any run is known. */
export interface ReadViewPage {
  name: string;
  path: string;
  settings: ViewPageSettings;
  positionOf: YamlDocument['positionOf'];
  /** True where the file could not be read at all. */
  isBroken: boolean;
}

/** Reads `_views/NAME.yaml`. Each fault is reported at its place; what is sound is kept. */
export function readViewPage(root: string, path: string, reading: Reading): ReadViewPage {
  const name = path.replace(/^.*\//, '').replace(/\.yaml$/, '');
  const text = readText(root, path, reading.diagnostics);
  const document = text === undefined ? undefined : readYaml(text, { file: path, ...reading })[0];
  const positionOf: YamlDocument['positionOf'] = document?.positionOf ?? (() => ({ line: 1, column: 1 }));
  if (document === undefined) return { name, path, settings: {}, positionOf, isBroken: true };
  const value: JsonObject = document.value ?? {};
  const settings = judge(viewPageSettings, value, { ...reading, path, document });
  const kind = settings.kind ?? 'leaderboard';
  for (const [key, kinds] of Object.entries(keysOfKinds)) {
    if (kinds.includes(kind) || !(key in settings)) continue;
    reading.diagnostics.add({
      code: 'view-key-unused',
      file: path,
      ...positionOf([key], { key: true }),
      message: `"${key}" says nothing in a view of kind ${kind}; it belongs to ${kinds.join(' and ')}.`,
      fold: null,
    });
  }
  return { name, path, settings, positionOf, isBroken: false };
}
