import { closest, distance } from 'fastest-levenshtein';
import type { FieldKind } from './fields.ts';
import { fields, statusWords } from './fields.ts';
import type { CompareOperator, FilterFault, Literal, NameRef } from './filter.ts';
import { isNone, readDuration, readNumber, readTime } from './read-literal.ts';

type Operator = CompareOperator | '~' | 'in';

/** Says what keeps a condition from meaning anything, whichever runs it is asked of; undefined when it may stand. */
export function findConditionFault(
  ref: NameRef,
  operator: Operator,
  values: readonly Literal[],
): FilterFault | undefined {
  const kind = ref.scope === 'metric' ? 'number' : ref.scope === 'field' ? fields.get(ref.name) : undefined;
  for (const value of values) {
    const place = { offset: value.offset, length: value.length };
    if (isNone(value)) {
      if (operator === '=' || operator === '!=' || operator === 'in') continue;
      return { ...place, message: `"none" stands for no value and can only be compared with = and !=.` };
    }
    if (kind === undefined) continue;
    const fault = findValueFault(ref, kind, operator, value);
    if (fault !== undefined) return { ...place, ...fault };
  }
  return undefined;
}

function findValueFault(
  { name }: NameRef,
  kind: FieldKind,
  operator: Operator,
  { text }: Literal,
): { message: string; nearest?: string | undefined } | undefined {
  const shown = shorten(text);
  const isOrder = operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
  if (operator === '~')
    return kind === 'text' || kind === 'status' || kind === 'commit' || kind === 'tags'
      ? undefined
      : { message: `"${shorten(name)}" is no text: ~ cannot be asked of it.` };
  switch (kind) {
    case 'number':
      return readNumber(text) === undefined
        ? { message: `"${shorten(name)}" is a number, found "${shown}".` }
        : undefined;
    case 'time':
      return readTime(text, 0) === undefined
        ? { message: `"${name}" is a time such as 2026-03-04, 2026-03-04T09:12 or -7d, found "${shown}".` }
        : undefined;
    case 'duration':
      return readDuration(text) === undefined
        ? { message: `"${name}" is a length of time such as 90s, 1h30m or 2d, found "${shown}".` }
        : undefined;
    case 'truth':
      if (isOrder || !/^(true|false)$/i.test(text))
        return { message: `"${name}" is either true or false, with = or !=.` };
      return undefined;
    case 'status':
      if (isOrder) return { message: 'Statuses have no order: use = or !=.' };
      return (statusWords as readonly string[]).includes(text.toLowerCase())
        ? undefined
        : {
            message: `A status is one of ${statusWords.join(', ')}; found "${shown}".`,
            nearest: nearestName(text, statusWords),
          };
    case 'tags':
    case 'commit':
      return isOrder ? { message: `"${name}" has no order: use = or !=.` } : undefined;
    case 'text':
      return undefined;
  }
}

/** The name that comes near enough to be meant; undefined when none does. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 100) return undefined;
  const short = known.filter((candidate) => candidate.length <= 200);
  const candidate = short.length === 0 ? undefined : closest(name, short);
  if (candidate === undefined) return undefined;
  return distance(name, candidate) <= Math.max(2, Math.floor(name.length / 3)) ? candidate : undefined;
}

/** Words of a filter as a message can hold them. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
