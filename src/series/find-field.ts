/** A part of a metric's summary that a name may end in: `val/acc.min`. */
export const metricParts = ['last', 'min', 'max', 'first', 'mean', 'best', 'count'] as const;
export type MetricPart = (typeof metricParts)[number];

/** What a name in the settings means. */
export interface FoundField {
  kind: 'metric' | 'param';
  name: string;
  /** The part of the summary that was asked for; undefined is the value that ranks a run. */
  part?: MetricPart;
}

/** The names that runs know. */
export interface KnownNames {
  metrics: { has(name: string): boolean };
  params: { has(name: string): boolean };
}

/**
 * Finds what a name means: a metric, then a metric with a part of its summary, then a param. `metric:` and `param:` in front
 * settle doubt. Undefined when no run knows it.
 */
export function findField(text: string, known: KnownNames): FoundField | undefined {
  const isMetric = text.startsWith('metric:');
  const isParam = text.startsWith('param:');
  if (isMetric) return findMetric(text.slice('metric:'.length), known) ?? findMetric(text, known);
  if (isParam && known.params.has(text.slice('param:'.length)))
    return { kind: 'param', name: text.slice('param:'.length) };
  return findMetric(text, known) ?? (known.params.has(text) ? { kind: 'param', name: text } : undefined);
}

function findMetric(text: string, { metrics }: KnownNames): FoundField | undefined {
  if (metrics.has(text)) return { kind: 'metric', name: text };
  const dot = text.lastIndexOf('.');
  const part = metricParts.find((known) => known === text.slice(dot + 1));
  const name = text.slice(0, Math.max(0, dot));
  return part !== undefined && metrics.has(name) ? { kind: 'metric', name, part } : undefined;
}
