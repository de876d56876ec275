/** Where a part of a filter stands in its text, in UTF-16 units. */
export interface Place {
  offset: number;
  length: number;
}

/** What is wrong with a filter, as a sentence, and where. */
export interface FilterFault extends Place {
  message: string;
  /** The known name that comes nearest to a name that nobody has; puts right what is wrong when it takes its place. */
  nearest?: string | undefined;
  /** Set where the filter is sound, but no run has a name in it. */
  isUnknownName?: true;
}

/**
 * A name on the left of a comparison. `bare` is a field, else a metric, else a param; the others were said with a prefix or
 * have been settled by the names that are there.
 */
export interface NameRef extends Place {
  scope: 'bare' | 'field' | 'metric' | 'param';
  name: string;
}

/** What stands on the right of a comparison. The kind of the left side's value decides how its text is read. */
export interface Literal extends Place {
  text: string;
  /** True for what stood in quotes: never `none`, `true` or the like. */
  isQuoted: boolean;
}

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Words that may follow `is:`. */
export const isWords = [
  'finished',
  'failed',
  'killed',
  'running',
  'crashed',
  'unknown',
  'diverged',
  'archived',
  'edited',
  'resumed',
] as const;

export type IsWord = (typeof isWords)[number];

/** A filter as a tree. Chains of `and` and `or` are flat: their parts are two or more, and never of their own kind. */
export type FilterNode =
  | { kind: 'and' | 'or'; parts: FilterNode[] }
  | { kind: 'not'; part: FilterNode }
  | { kind: 'compare'; ref: NameRef; operator: CompareOperator; value: Literal }
  | { kind: 'match'; ref: NameRef; pattern: Literal }
  | { kind: 'in'; ref: NameRef; values: Literal[]; isNot: boolean }
  | { kind: 'tag'; tag: string }
  | { kind: 'is'; word: IsWord };

/** A filter that was read from text. */
export interface Filter {
  /** As it was written. */
  text: string;
  root: FilterNode;
  /** True when a regular expression is in it, so that its engine is needed. */
  hasPattern: boolean;
}

export type ParsedFilter = { ok: true; filter: Filter } | { ok: false; fault: FilterFault };

/** What a param or a field may hold. Lists and objects come as JSON text. */
export type FilterValue = string | number | bigint | boolean | null;

/** Which figure of a metric is asked for; its ranked value where none is named. */
export type MetricPart = 'last' | 'min' | 'max' | 'mean' | 'first' | 'count' | 'best';

export const metricParts = ['last', 'min', 'max', 'mean', 'first', 'count', 'best'] as const satisfies MetricPart[];

/** A run, as far as a filter looks at it. Undefined is "has none", which no comparison is true of. */
export interface FilterRow {
  /** Times and durations are milliseconds. Asked only for the names in `fields.ts`, `tag` left out. */
  field(name: string): FilterValue | undefined;
  metric(name: string, part?: MetricPart): number | undefined;
  param(name: string): FilterValue | undefined;
  tags: readonly string[];
}
