import type { FieldKind } from './fields.ts';
import { fields } from './fields.ts';
import type {
  CompareOperator,
  Filter,
  FilterFault,
  FilterNode,
  FilterRow,
  FilterValue,
  IsWord,
  Literal,
  NameRef,
} from './filter.ts';
import { isNone, readDuration, readNumber, readTime, type TimeSpan } from './read-literal.ts';
import { splitMetricPart } from './resolve-names.ts';

/** A compiled regular expression, as `format/safe-pattern.ts` gives it. */
type CompilePattern = (
  source: string,
) => { ok: true; pattern: { test(text: string): boolean } } | { ok: false; message: string };

export interface FilterSurroundings {
  /** What `-7d` is counted from. */
  nowMs: number;
  /** `compilePattern` of `format/safe-pattern.ts`; needed by filters with `hasPattern`, and loaded only for them. */
  compilePattern?: CompilePattern | undefined;
}

export type RowTest = (row: FilterRow) => boolean;
export type CompiledFilter = { ok: true; test: RowTest } | { ok: false; fault: FilterFault };

/**
 * Makes a test of runs. Literals are read and patterns compiled once. A comparison with a missing value is false, `!=` and
 * `not in` too; only `= none` is true of it. The one fault that can still show is that of a pattern.
 */
export function compileFilter(filter: Filter, surroundings: FilterSurroundings): CompiledFilter {
  const faults: FilterFault[] = [];
  const test = compile(filter.root, surroundings, faults);
  const [fault] = faults;
  return fault === undefined ? { ok: true, test } : { ok: false, fault };
}

const compiledByFilter = new WeakMap<Filter, { nowMs: number; compiled: CompiledFilter }>();

/** Says whether a run passes; false for every run when a pattern of the filter cannot be compiled. */
export function matches(filter: Filter, row: FilterRow, surroundings: FilterSurroundings): boolean {
  let known = compiledByFilter.get(filter);
  if (known === undefined || known.nowMs !== surroundings.nowMs) {
    known = { nowMs: surroundings.nowMs, compiled: compileFilter(filter, surroundings) };
    compiledByFilter.set(filter, known);
  }
  return known.compiled.ok && known.compiled.test(row);
}

function compile(node: FilterNode, surroundings: FilterSurroundings, faults: FilterFault[]): RowTest {
  switch (node.kind) {
    case 'and': {
      const tests = node.parts.map((part) => compile(part, surroundings, faults));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = node.parts.map((part) => compile(part, surroundings, faults));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = compile(node.part, surroundings, faults);
      return (row) => !test(row);
    }
    case 'tag':
      return (row) => row.tags.includes(node.tag);
    case 'is':
      return isTest(node.word);
    case 'compare':
      return compareTest(node.ref, node.operator, node.value, surroundings);
    case 'in': {
      const tests = node.values.map((value) => compareTest(node.ref, '=', value, surroundings));
      if (!node.isNot) return (row) => tests.some((test) => test(row));
      const isThere = compareTest(node.ref, '!=', noValue, surroundings);
      const mayBeNone = node.values.some(isNone);
      return (row) => (mayBeNone || isThere(row)) && !tests.some((test) => test(row));
    }
    case 'match':
      return matchTest(node.ref, node.pattern, surroundings, faults);
  }
}

const noValue: Literal = { text: 'none', isQuoted: false, offset: 0, length: 0 };

function isTest(word: IsWord): RowTest {
  switch (word) {
    case 'diverged':
    case 'archived':
      return (row) => row.field(word) === true;
    case 'edited':
      return (row) => Number(row.field('edits') ?? 0) > 0;
    case 'resumed':
      return (row) => Number(row.field('resumes') ?? 0) > 0;
    default:
      return (row) => row.field('status') === word;
  }
}

/** Gives the value that a name stands for in a run. */
function reader({ scope, name }: NameRef): (row: FilterRow) => FilterValue | undefined {
  if (scope === 'field') return (row) => row.field(name);
  if (scope === 'param') return (row) => row.param(name);
  const figure = splitMetricPart(name);
  const metric = (row: FilterRow) => row.metric(name);
  const part = (row: FilterRow) => figure && row.metric(figure.metric, figure.part);
  if (scope === 'metric') return (row) => metric(row) ?? part(row);
  return (row) => {
    const value = row.metric(name);
    if (value !== undefined) return value;
    const param = row.param(name); // null is a value
    return param === undefined ? part(row) : param;
  };
}

function compareTest(
  ref: NameRef,
  operator: CompareOperator,
  literal: Literal,
  { nowMs }: Pick<FilterSurroundings, 'nowMs'>,
): RowTest {
  const kind = ref.scope === 'field' ? fields.get(ref.name) : undefined;
  if (kind === 'tags') return tagsTest(operator, literal);
  const read = reader(ref);
  if (isNone(literal)) {
    const wantsNone = operator === '=';
    return (row) => (read(row) === undefined) === wantsNone;
  }
  const test = valueTest(kind, operator, literal, nowMs);
  return (row) => {
    const value = read(row);
    return value !== undefined && test(value);
  };
}

function tagsTest(operator: CompareOperator, literal: Literal): RowTest {
  const has: RowTest = isNone(literal) ? (row) => row.tags.length === 0 : (row) => row.tags.includes(literal.text);
  return operator === '=' ? has : (row) => !has(row);
}

type ValueTest = (value: FilterValue) => boolean;

function valueTest(kind: FieldKind | undefined, operator: CompareOperator, literal: Literal, nowMs: number): ValueTest {
  if (kind === 'time') return spanTest(operator, readTime(literal.text, nowMs));
  if (kind === 'duration') {
    const ms = readDuration(literal.text);
    return spanTest(operator, ms === undefined ? undefined : { fromMs: ms, toMs: ms });
  }
  const equals = equalTest(kind, literal);
  if (operator === '=') return equals;
  if (operator === '!=') return (value) => !equals(value);
  return orderTest(operator, literal);
}

function spanTest(operator: CompareOperator, span: TimeSpan | undefined): ValueTest {
  if (span === undefined) return () => false;
  const { fromMs, toMs } = span;
  const isMoment = fromMs === toMs;
  const isWithin = (ms: number) => ms >= fromMs && (isMoment ? ms === fromMs : ms < toMs);
  const tests: Record<CompareOperator, (ms: number) => boolean> = {
    '=': isWithin,
    '!=': (ms) => !isWithin(ms),
    '<': (ms) => ms < fromMs,
    '>=': (ms) => ms >= fromMs,
    '>': (ms) => (isMoment ? ms > toMs : ms >= toMs),
    '<=': (ms) => (isMoment ? ms <= toMs : ms < toMs),
  };
  const test = tests[operator];
  return (value) => test(Number(value));
}

/** Fewer digits of a commit than this are no beginning of one, but a text. */
const leastCommitDigits = 4;

function equalTest(kind: FieldKind | undefined, { text }: Literal): ValueTest {
  if (kind === 'status') {
    const word = text.toLowerCase();
    return (value) => value === word;
  }
  if (kind === 'commit' && text.length >= leastCommitDigits) {
    const start = text.toLowerCase();
    return (value) => String(value).toLowerCase().startsWith(start);
  }
  const number = readNumber(text);
  const word = text.toLowerCase();
  return (value) => {
    if (typeof value === 'string')
      return value === text || (number !== undefined && isSameNumber(readNumber(value), number));
    if (typeof value === 'boolean') return String(value) === word;
    if (value === null) return word === 'null';
    return isSameNumber(value, number);
  };
}

function isSameNumber(a: number | bigint | undefined, b: number | bigint | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number that are equal are so only by ==
  return a == b || (Number.isNaN(a) && Number.isNaN(b));
}

function orderTest(operator: CompareOperator, { text }: Literal): ValueTest {
  const number = readNumber(text);
  const isHeld = <T extends string | number | bigint>(a: T, b: T | number | bigint): boolean => {
    if (operator === '<') return a < b;
    if (operator === '<=') return a <= b;
    return operator === '>' ? a > b : a >= b;
  };
  return (value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return number !== undefined && isHeld(value, number);
    if (typeof value !== 'string') return false;
    if (number === undefined) return isHeld(value, text as never);
    const own = readNumber(value);
    return own !== undefined && isHeld(own, number);
  };
}

function matchTest(
  ref: NameRef,
  { text, offset, length }: Literal,
  { compilePattern }: FilterSurroundings,
  faults: FilterFault[],
): RowTest {
  if (compilePattern === undefined) throw new Error('A filter with a pattern needs compilePattern.');
  const compiled = compilePattern(text);
  if (!compiled.ok) {
    faults.push({ offset, length, message: `This pattern ${compiled.message}.` });
    return () => false;
  }
  const { pattern } = compiled;
  if (ref.scope === 'field' && fields.get(ref.name) === 'tags')
    return (row) => row.tags.some((tag) => pattern.test(tag));
  const read = reader(ref);
  return (row) => {
    const value = read(row);
    return value !== undefined && pattern.test(String(value));
  };
}
