import type { ExperimentRunsPayload, PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import type { FilterRow, FilterValue, MetricPart } from '../query/filter.ts';
import { searchableText } from '../query/read-query.ts';
import type { KnownNames } from '../query/resolve-names.ts';
import { readRunField } from '../query/run-facts.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import type { RunStatus } from '../series/run-status.ts';
import { runStatus } from '../series/run-status.ts';
import { bestOf, comparedValue, rankValue, summaryValue } from '../series/summary-value.ts';
import { showParam } from './param-diff.ts';

/** Values of one name for all runs; undefined where a run has none. */
export type Values<T> = readonly (T | undefined)[];

/**
 * The runs of an experiment, column by column: each column is worked out when it is first asked for and kept, so that a
 * filter over ten thousand runs reads arrays.
 */
export class RunIndex {
  readonly runs: readonly PayloadRun[];
  readonly experiment: string;
  readonly statuses: readonly RunStatus[];
  /** Place of each run by its id. */
  readonly places: ReadonlyMap<string, number>;
  readonly metrics: ReadonlyMap<string, PayloadMetric>;
  /** What any run has. */
  readonly names: KnownNames;
  /** Tags and how many runs have them, the commonest first. */
  readonly tagCounts: ReadonlyMap<string, number>;
  /** How many runs stand how: by status, and those that diverged or are archived. Archived ones count as that alone. */
  readonly statusCounts: ReadonlyMap<string, number>;
  readonly #owner: string | undefined;
  readonly #columns = new Map<string, Values<FilterValue>>();
  readonly #texts: (string | undefined)[];

  constructor(
    payload: Pick<ExperimentRunsPayload, 'experiment' | 'owner' | 'metrics'>,
    runs: readonly PayloadRun[],
    clock: { nowMs: number; crashedAfterMs?: number },
  ) {
    this.runs = runs;
    this.experiment = payload.experiment;
    this.#owner = payload.owner;
    this.#texts = new Array(runs.length).fill(undefined);
    this.statuses = runs.map((run) => runStatus(run, clock));
    this.places = new Map(runs.map(({ id }, i) => [id, i]));
    const metricNames = new Set(runs.flatMap((run) => [...run.metrics.keys()]));
    const declared = new Map(payload.metrics.map((metric) => [metric.name, metric]));
    this.metrics = new Map(Array.from(metricNames, (name) => [name, declared.get(name) ?? { name }]));
    this.names = { metrics: metricNames, params: new Set(runs.flatMap((run) => [...run.params.keys()])) };
    this.tagCounts = countTags(runs);
    this.statusCounts = countStatuses(runs, this.statuses);
  }

  /** The values of a param; lists and objects as JSON text. */
  param(name: string): Values<FilterValue> {
    const known = new Map<string, FilterValue>(); // JSON text → value
    return this.#column(`param\0${name}`, (run) => {
      const json = run.params.get(name);
      if (json === undefined) return undefined;
      let value = known.get(json);
      if (value === undefined) {
        value = readParam(json);
        known.set(json, value);
      }
      return value;
    });
  }

  /** A figure of a metric; without `part`, the one that filters compare: what runs are ranked by, the last where nothing ranks. */
  metric(name: string, part?: MetricPart): Values<number> {
    const { goal, summary: rule } = this.metrics.get(name) ?? {};
    return this.#column(`metric\0${part ?? ''}\0${name}`, (run) => {
      const summary = run.metrics.get(name);
      return summary && (part === undefined ? comparedValue(summary, rule, goal) : figure(summary, part, goal));
    }) as Values<number>;
  }

  /** The value that stands for a metric in a table: the one that runs are ranked by, else by its declared summary, else the last. */
  standing(name: string): Values<number> {
    const { goal, summary: rule } = this.metrics.get(name) ?? {};
    return this.#column(`standing\0${name}`, (run) => {
      const summary = run.metrics.get(name);
      return summary && (rankValue(summary, rule, goal) ?? summaryValue(summary, rule, goal) ?? summary.last);
    }) as Values<number>;
  }

  /** The values of a field of the filter language. */
  field(name: string): Values<FilterValue> {
    const { experiment } = this;
    const owner = this.#owner;
    return this.#column(`field\0${name}`, (run, place) =>
      readRunField(run, { status: this.statuses[place], experiment, owner }, name),
    );
  }

  /** The run at a place as filters look at it. One object serves all: it shows the run at `at.place`. */
  row(at: { place: number }): FilterRow {
    const { runs } = this;
    return {
      field: (name) => this.field(name)[at.place],
      metric: (name, part) => this.metric(name, part)[at.place],
      param: (name) => this.param(name)[at.place],
      get tags() {
        return runs[at.place]?.tags ?? [];
      },
    };
  }

  /** The text of a run that plain words are looked for in. */
  text(place: number): string {
    const known = this.#texts[place];
    if (known !== undefined) return known;
    const run = this.runs[place];
    const params = Array.from(run?.params ?? [], ([name, json]) => [name, showParam(json)] as const);
    const text = run === undefined ? '' : searchableText({ ...run, params });
    this.#texts[place] = text;
    return text;
  }

  #column(key: string, read: (run: PayloadRun, place: number) => FilterValue | undefined): Values<FilterValue> {
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const values = this.runs.map(read);
    this.#columns.set(key, values);
    return values;
  }
}

function figure(summary: MetricSummary, part: MetricPart, goal: 'min' | 'max' | undefined): number | undefined {
  return part === 'best' ? bestOf(summary, goal)?.value : summary[part];
}

/** A param's JSON text as a value: integers past 2^53 keep their digits, lists and objects stay text. */
function readParam(json: string): FilterValue {
  if (/^-?\d+$/.test(json)) {
    const number = Number(json);
    return Number.isSafeInteger(number) ? number : BigInt(json);
  }
  if (/^[[{]/.test(json)) return json;
  try {
    return JSON.parse(json) as FilterValue;
  } catch {
    return json;
  }
}

function countTags(runs: readonly PayloadRun[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tags } of runs) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}

function countStatuses(runs: readonly PayloadRun[], statuses: readonly RunStatus[]): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [place, run] of runs.entries()) {
    count(run.archived ? 'archived' : (statuses[place] ?? 'unknown'));
    if (run.diverged !== undefined && !run.archived) count('diverged');
  }
  return counts;
}
