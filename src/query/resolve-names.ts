import { findConditionFault, nearestName, shorten } from './check-condition.ts';
import { fields } from './fields.ts';
import type { Filter, FilterFault, FilterNode, MetricPart, NameRef, ParsedFilter } from './filter.ts';
import { metricParts } from './filter.ts';

/** What any of the runs has. */
export interface KnownNames {
  metrics: ReadonlySet<string>;
  params: ReadonlySet<string>;
}

/** Cuts `val/acc.min` into metric and figure; undefined where no figure is named. */
export function splitMetricPart(name: string): { metric: string; part: MetricPart } | undefined {
  const dot = name.lastIndexOf('.');
  const part = metricParts.find((known) => known === name.slice(dot + 1));
  return dot > 0 && part !== undefined ? { metric: name.slice(0, dot), part } : undefined;
}

/**
 * Settles what each bare name is, once for all runs: a metric where any run has one of that name, else a param, else a figure
 * of a metric. A name that is none of these is a fault.
 */
export function resolveNames(filter: Filter, names: KnownNames): ParsedFilter {
  const faults: FilterFault[] = [];
  const visit = (node: FilterNode): FilterNode => {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, parts: node.parts.map(visit) };
      case 'not':
        return { kind: 'not', part: visit(node.part) };
      case 'compare': {
        const ref = settle(node.ref, names, faults);
        note(faults, findConditionFault(ref, node.operator, [node.value]));
        return { ...node, ref };
      }
      case 'match': {
        const ref = settle(node.ref, names, faults);
        note(faults, findConditionFault(ref, '~', [node.pattern]));
        return { ...node, ref };
      }
      case 'in': {
        const ref = settle(node.ref, names, faults);
        note(faults, findConditionFault(ref, 'in', node.values));
        return { ...node, ref };
      }
      default:
        return node;
    }
  };
  const root = visit(filter.root);
  const [fault] = faults;
  return fault === undefined ? { ok: true, filter: { ...filter, root } } : { ok: false, fault };
}

function note(faults: FilterFault[], fault: FilterFault | undefined): void {
  if (fault !== undefined) faults.push(fault);
}

function settle(ref: NameRef, { metrics, params }: KnownNames, faults: FilterFault[]): NameRef {
  const { scope, name, offset, length } = ref;
  if (scope === 'field') return ref;
  const figure = splitMetricPart(name);
  const isMetric = metrics.has(name) || (figure !== undefined && metrics.has(figure.metric));
  if (scope === 'bare') {
    if (metrics.has(name)) return { ...ref, scope: 'metric' };
    if (params.has(name)) return { ...ref, scope: 'param' };
    if (isMetric) return { ...ref, scope: 'metric' };
  } else if (scope === 'metric' ? isMetric : params.has(name)) return ref;
  if (faults.length > 0) return ref; // one nearest name is enough work for one text
  const isNumber = /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(name);
  faults.push({
    offset,
    length,
    message: isNumber
      ? 'The name comes first, then the number: write lr < 0.1, not 0.1 > lr.'
      : `No run has a ${scope === 'bare' ? 'field, metric or param' : scope} "${shorten(name)}".`,
    nearest: nearestRef(ref, { metrics, params }),
    ...(isNumber ? {} : { isUnknownName: true }),
  });
  return ref;
}

/** The known name that was probably meant, as it is written in a filter. */
function nearestRef({ scope, name }: NameRef, { metrics, params }: KnownNames): string | undefined {
  if (scope === 'metric' && params.has(name)) return `param:${printName(name)}`;
  if (scope === 'param' && metrics.has(name)) return `metric:${printName(name)}`;
  const lists = {
    metric: [...metrics],
    param: [...params],
    field: [],
    bare: [...fields.keys(), ...metrics, ...params],
  };
  const isItsEnd = (known: string): boolean => known.endsWith(`.${name}`) || known.endsWith(`/${name}`); // lr → optimizer.lr
  const nearest = lists[scope].find(isItsEnd) ?? nearestName(name, lists[scope]);
  if (nearest === undefined) return undefined;
  return scope === 'bare' ? printName(nearest) : `${scope}:${printName(nearest)}`;
}

const plainName = /^[^\s()[\],=!<>~&|"'`]+$/u;

/** A name as a filter can hold it: in backquotes where it would not be read as one word. */
export function printName(name: string): string {
  const isPlain =
    plainName.test(name) && !/^(?:and|or|not|in)$/i.test(name) && !/^(?:tag|is|metric|param):/i.test(name);
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``;
}
