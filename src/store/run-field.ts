import { nearestName } from '../query/check-condition.ts';
import { fields } from '../query/fields.ts';
import type { FilterValue } from '../query/filter.ts';
import { type KnownNames, splitMetricPart } from '../query/resolve-names.ts';
import { type RunEntry, standingValue } from './run-entry.ts';

/** What a name stands for: a field, a metric or a param of runs. */
export interface RunField {
  kind: 'field' | 'metric' | 'param';
  /** The field, metric or param. */
  name: string;
  /** The value in a run, as it is; undefined where it has none. */
  read: (run: RunEntry) => FilterValue | undefined;
}

/** A name that no run has. */
export interface UnknownField {
  /** As it was written, without a prefix and quotes. */
  name: string;
  /** What was looked for: `metric`, `param`, or any of the three. */
  wanted: string;
  nearest: string | undefined;
}

/**
 * Finds what a name stands for, as the filter language does: a field, else a metric, else a param, else a figure of a metric
 * (`val/acc.min`). `metric:`, `param:` and backquotes settle doubt.
 */
export function findRunField(
  text: string,
  names: KnownNames,
): { ok: true; field: RunField; written: string } | { ok: false; unknown: UnknownField } {
  const [, prefix, rest = ''] = /^(?:(metric|param):)?(.*)$/s.exec(text.trim()) ?? [];
  const isQuoted = rest.length > 1 && rest.startsWith('`') && rest.endsWith('`');
  const name = isQuoted ? rest.slice(1, -1).replaceAll('``', '`') : rest;
  const found = (field: RunField) => ({ ok: true as const, field, written: name });
  if (prefix === undefined && !isQuoted && fields.has(name))
    return found({ kind: 'field', name, read: ({ row }) => row.field(name) });
  if (prefix !== 'param' && names.metrics.has(name))
    return found({ kind: 'metric', name, read: (run) => standingValue(run, name) });
  if (prefix !== 'metric' && names.params.has(name))
    return found({ kind: 'param', name, read: ({ row }) => row.param(name) });
  const figure = splitMetricPart(name);
  if (prefix !== 'param' && figure !== undefined && names.metrics.has(figure.metric))
    return found({ kind: 'metric', name: figure.metric, read: ({ row }) => row.metric(figure.metric, figure.part) });
  const known = [
    ...(prefix === undefined ? fields.keys() : []),
    ...(prefix === 'param' ? [] : names.metrics),
    ...(prefix === 'metric' ? [] : names.params),
  ];
  const nearest = known.find((own) => own.endsWith(`.${name}`) || own.endsWith(`/${name}`)) ?? nearestName(name, known);
  return { ok: false, unknown: { name, wanted: prefix ?? 'field, metric or param', nearest } };
}
