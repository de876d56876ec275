import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Goal, MetricSettings } from '../../format/experiment-settings.ts';
import type { JsonValue } from '../../format/scalars.ts';
import { encodeValue } from '../../payload/param-value.ts';
import type { MetricSummary } from '../../series/metric-summary.ts';
import type { Experiment } from '../../store/experiment.ts';
import { goalOf } from '../../store/metric-goal.ts';
import type { Histogram, Run } from '../../store/run.ts';
import { seedOf } from '../../store/seed-of.ts';
import type { Store } from '../../store/store.ts';
import { formulaOf } from './derived-formula.ts';
import { environmentRows } from './environment-rows.ts';
import { groupMetrics, type MetricGroup } from './metric-groups.ts';
import { bestFigure, type MetricFigure, summaryFigure } from './metric-values.ts';
import { oncePer } from './once-per.ts';
import { maybeBaseline, runsOf } from './ranked-runs.ts';
import { type RelatedRuns, relatedRuns } from './related-runs.ts';
import { costFields, type RunCost, runCost } from './run-cost.ts';
import { duplicateRuns } from './seed-groups.ts';

/** Charts drawn at build time on a run's page. */
export const maxRunStills = 4;

/** How a value stands to another run's: `lower by 0.012, better`. */
export interface Delta {
  /** Value minus the other's. */
  difference: number;
  verdict: 'better' | 'worse' | 'equal' | undefined;
  other: Run;
  otherIs: 'baseline' | 'previous run';
}

/** One primary metric above the fold. */
export interface KeyResult {
  name: string;
  label: string;
  unit: string | undefined;
  goal: Goal | undefined;
  figure: MetricFigure;
  best: MetricFigure | undefined;
  summary: MetricSummary;
  formula: string | undefined;
  target: { value: number; reached: boolean } | undefined;
  deltas: Delta[];
}

/** One row of the summary table. */
export interface MetricRow {
  name: string;
  label: string;
  unit: string | undefined;
  summary: MetricSummary;
  best: MetricFigure | undefined;
  isPrimary: boolean;
  /** What it was worked out by; undefined for a metric that was logged. */
  formula: string | undefined;
}

/** A node of the params tree: a value, or a branch, or both when a log wrote both. */
export interface ParamNode {
  name: string;
  /** Full key; undefined for a branch alone. */
  key: string | undefined;
  value: JsonValue | undefined;
  differsFromBaseline: boolean;
  children: ParamNode[];
}

/** What the page of one run shows. */
export interface RunView {
  run: Run;
  experiment: Experiment | undefined;
  baseline: Run | undefined;
  previous: Run | undefined;
  next: Run | undefined;
  seed: string | undefined;
  duplicateOf: string | undefined;
  keyResults: KeyResult[];
  metricRows: MetricRow[];
  metricGroups: MetricGroup[];
  stillMetrics: string[];
  systemRows: { name: string; summary: MetricSummary }[];
  params: ParamNode[];
  paramCount: number;
  /** Why it failed, in the log's own words; undefined unless it failed or was killed with words. */
  failure: string | undefined;
  diagnostics: Diagnostic[];
  /** Goals of its metrics, declared or guessed. */
  goals: ReadonlyMap<string, Goal>;
  isBest: boolean;
  /** One list a name, steps rising. */
  histograms: Histogram[][];
  hasEnvironment: boolean;
  cost: RunCost;
  related: RelatedRuns;
  /** Text found in a metric's place, without what is shown as cost. */
  texts: [name: string, text: string][];
}

/** Duplicates are sought once an experiment, not once a run. */
const duplicatesOf = oncePer((store: Store) =>
  oncePer((experiment: Experiment | Run) => duplicateRuns('runIds' in experiment ? runsOf(store, experiment) : [])),
);

/** Where a metric's chart stands on its run's page: `#metric=val/loss` leads to it. */
export function metricAnchor(metric: string): string {
  return `metric=${metric.toWellFormed()}`;
}

/** Gathers what the page of `run` shows. */
export function runView(store: Store, run: Run, diagnosticsByFile: ReadonlyMap<string, Diagnostic[]>): RunView {
  const experiment = store.experiments.get(run.experiment);
  const siblings = experiment === undefined ? [run] : runsOf(store, experiment);
  const place = siblings.findIndex(({ id }) => id === run.id);
  const baseline = experiment && maybeBaseline(store, experiment);
  const previousInTime = previousRun(run, siblings);
  const primaryNames = experiment?.primary.map(({ name }) => name) ?? [];
  const settingsOf = (name: string) => experiment?.metricSettings.get(name);
  const metricGroups = groupMetrics(run.metrics.keys(), primaryNames);
  const names = metricGroups.flatMap((group) => group.metrics);
  const keyNames = primaryNames.filter((name) => run.metrics.has(name));
  return {
    run,
    experiment,
    baseline,
    previous: siblings[place - 1],
    next: siblings[place + 1],
    seed: seedOf(run),
    duplicateOf: duplicatesOf(store)(experiment ?? run).get(run.id),
    keyResults: (keyNames.length > 0 ? keyNames : names.slice(0, 2)).slice(0, 4).flatMap((name) => {
      const summary = run.metrics.get(name);
      if (summary === undefined) return [];
      const formula = formulaOf(store, experiment, { metric: name, summary });
      return keyResult({ name, summary, formula }, settingsOf(name), goalOf(experiment, name), [
        ...(baseline !== undefined && baseline.id !== run.id ? [{ run: baseline, is: 'baseline' as const }] : []),
        ...(previousInTime !== undefined && previousInTime.id !== baseline?.id
          ? [{ run: previousInTime, is: 'previous run' as const }]
          : []),
      ]);
    }),
    metricRows: names.flatMap((name) => {
      const summary = run.metrics.get(name);
      if (summary === undefined) return [];
      const settings = settingsOf(name);
      return {
        name,
        label: settings?.label ?? name,
        unit: settings?.unit,
        summary,
        best: bestFigure(summary, goalOf(experiment, name)),
        isPrimary: primaryNames.includes(name),
        formula: formulaOf(store, experiment, { metric: name, summary }),
      };
    }),
    metricGroups,
    stillMetrics: stillMetrics(run, names, primaryNames),
    systemRows: [...run.system].map(([name, summary]) => ({ name, summary })),
    params: paramTree(run, baseline),
    paramCount: run.params.size,
    failure: run.error ?? (run.exitCode !== undefined && run.exitCode !== 0 ? `exit code ${run.exitCode}` : undefined),
    diagnostics: run.files.flatMap((file) => diagnosticsByFile.get(file.path) ?? []),
    goals: new Map(
      names.flatMap((name): [string, Goal][] => {
        const goal = goalOf(experiment, name);
        return goal === undefined ? [] : [[name, goal]];
      }),
    ),
    isBest: experiment?.bestRunId === run.id,
    histograms: [...Map.groupBy(run.histograms, ({ name }) => name).values()].map((steps) =>
      steps.sort((a, b) => a.step - b.step),
    ),
    hasEnvironment:
      environmentRows(run).some(({ name }) => name !== 'Commit' && name !== 'Branch') ||
      run.env?.packages !== undefined,
    cost: runCost(run),
    related: relatedRuns(store, run),
    texts: [...run.texts].filter(([name]) => !costFields.has(name)),
  };
}

/** The primary metrics that have a line to show; without one, the first metric that has. */
function stillMetrics(run: Run, names: readonly string[], primaryNames: readonly string[]): string[] {
  const drawable = names.filter((name) => (run.metrics.get(name)?.count ?? 0) > 1);
  const primary = drawable.filter((name) => primaryNames.includes(name));
  return (primary.length > 0 ? primary : drawable.slice(0, 1)).slice(0, maxRunStills);
}

function keyResult(
  { name, summary, formula }: { name: string; summary: MetricSummary; formula: string | undefined },
  settings: MetricSettings | undefined,
  goal: Goal | undefined,
  others: { run: Run; is: Delta['otherIs'] }[],
): KeyResult {
  const figure = summaryFigure(summary, settings?.summary, goal);
  const target = settings?.target;
  const judged = bestFigure(summary, goal) ?? figure;
  return {
    name,
    label: settings?.label ?? name,
    unit: settings?.unit,
    goal,
    figure,
    best: bestFigure(summary, goal),
    summary,
    formula,
    target:
      target === undefined
        ? undefined
        : { value: target, reached: goal === 'min' ? judged.value <= target : judged.value >= target },
    deltas: others.flatMap(({ run, is }) => {
      const otherSummary = run.metrics.get(name);
      if (otherSummary === undefined) return [];
      const other = summaryFigure(otherSummary, settings?.summary, goal);
      const difference = figure.value - other.value;
      if (!Number.isFinite(difference)) return [];
      return { difference, verdict: verdictOf(difference, goal), other: run, otherIs: is };
    }),
  };
}

function verdictOf(difference: number, goal: Goal | undefined): Delta['verdict'] {
  if (difference === 0) return 'equal';
  if (goal === undefined) return undefined;
  return difference < 0 === (goal === 'min') ? 'better' : 'worse';
}

/** The run of the experiment that started last before this one. */
function previousRun(run: Run, siblings: readonly Run[]): Run | undefined {
  const startedAtMs = run.startedAtMs;
  if (startedAtMs === undefined) return undefined;
  let latest: Run | undefined;
  for (const other of siblings) {
    if (other.id === run.id || other.archived || other.startedAtMs === undefined) continue;
    if (other.startedAtMs < startedAtMs && other.startedAtMs > (latest?.startedAtMs ?? Number.NEGATIVE_INFINITY)) {
      latest = other;
    }
  }
  return latest;
}

/** Params as the tree that their dots draw, in order of first appearance. */
function paramTree(run: Run, baseline: Run | undefined): ParamNode[] {
  const roots: ParamNode[] = [];
  const nodes = new Map<string, ParamNode>(); // "optimizer" → its branch
  for (const [key, value] of run.params) {
    const parts = key.split('.');
    let siblings = roots;
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const path = parts.slice(0, depth).join('.');
      let node = nodes.get(path);
      if (node === undefined) {
        node = {
          name: parts[depth - 1] ?? path,
          key: undefined,
          value: undefined,
          differsFromBaseline: false,
          children: [],
        };
        nodes.set(path, node);
        siblings.push(node);
      }
      if (depth === parts.length) {
        node.key = key;
        node.value = run.paramTexts.get(key) ?? value; // a number as it was written: 1.10
        node.differsFromBaseline =
          baseline !== undefined &&
          baseline.id !== run.id &&
          (!baseline.params.has(key) || encodeValue(baseline.params.get(key) ?? null) !== encodeValue(value));
      }
      siblings = node.children;
    }
  }
  return roots;
}
