import type { Series } from '../series/series.ts';
import type { RunParams } from './chart-lines.ts';
import type { ChartSettings } from './chart-settings.ts';

/** What of the runs was loaded to draw by; undefined where nothing asks for it. */
export interface LoadedNames {
  /** Params and other facts by run, as `runFacts` gives them. */
  params?: RunParams | undefined;
  /** Series of the metric that is x. */
  xSeries?: ReadonlyMap<string, Series> | undefined;
}

/**
 * Drops an x, a colour and groups that no run has, and writes the others as the runs have them (`param:lr` as `lr`). `ignored`
 * names what was dropped as `key=value`; a group is one of the charts alone, since a table may know what they do not.
 */
export function understoodNames(
  settings: ChartSettings,
  { params, xSeries }: LoadedNames,
): { settings: ChartSettings; ignored: string[] } {
  const ignored: string[] = [];
  let { x, colour, zoom } = settings;
  if (xSeries?.size === 0) {
    ignored.push(`x=${x}`);
    x = 'step';
    zoom = undefined;
  }
  const maybeName = (text: string): string | undefined => {
    const names = text.startsWith('param:') ? [text, text.slice('param:'.length)] : [text];
    return names.find((name) => [...(params?.values() ?? [])].some((own) => own.has(name)));
  };
  if (colour !== 'run' && colour !== 'group' && params !== undefined) {
    const name = maybeName(colour);
    if (name === undefined) ignored.push(`colour=${colour}`);
    colour = name ?? 'run';
  }
  const group = settings.group.flatMap((key) => {
    const name = maybeName(key);
    if (name === undefined) ignored.push(`group=${key} in charts`);
    return name ?? [];
  });
  return { settings: { ...settings, x, zoom, colour, group: [...new Set(group)] }, ignored };
}
