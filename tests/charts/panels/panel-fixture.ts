import { parseHTML } from 'linkedom';
import type { PanelFrame } from '../../../src/charts/panels/panel.ts';
import type { PanelField, PanelRun } from '../../../src/charts/panels/panel-data.ts';
import type { MetricSummary } from '../../../src/series/metric-summary.ts';

/** Something to draw into. */
export function frame(change: Partial<PanelFrame> = {}): PanelFrame {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return { document, widthPx: 500, heightPx: 240, ...change };
}

/** A run with params as JSON would hold them, and metrics with one value each. */
export function run(
  name: string,
  params: Record<string, unknown>,
  metrics: Record<string, number>,
  { isRanked = true } = {},
): PanelRun {
  return {
    id: `e/${name}`,
    name,
    isRanked,
    params: new Map(Object.entries(params).map(([key, value]) => [key, JSON.stringify(value)])),
    metrics: new Map(Object.entries(metrics).map(([key, value]) => [key, summary(value)])),
  };
}

/** The summary of a metric with one value. */
export function summary(value: number): MetricSummary {
  const finite = Number.isFinite(value) ? value : undefined;
  const step = finite === undefined ? undefined : 1;
  return {
    last: value,
    lastStep: 1,
    lastFinite: finite,
    min: finite,
    minStep: step,
    max: finite,
    maxStep: step,
    mean: finite,
    count: 1,
    nonFinite: finite === undefined ? 1 : 0,
    firstNonFiniteStep: finite === undefined ? 1 : undefined,
    stepsBack: 0,
    stepsRepeated: 0,
    first: value,
    firstStep: 1,
  };
}

export const param = (name: string): PanelField => ({ kind: 'param', name, label: name });
export const metric = (name: string, goal?: 'min' | 'max'): PanelField => ({
  kind: 'metric',
  name,
  label: name,
  ...(goal === undefined ? {} : { goal }),
});

/** Marks of one class, counted. */
export function count(svg: Element, selector: string): number {
  return svg.querySelectorAll(selector).length;
}

/** The texts of a picture. */
export function texts(svg: Element): string[] {
  return [...svg.querySelectorAll('text')].map((text) => text.textContent ?? '');
}

/** Six runs: two learning rates and two optimizers, one run without a value, one diverged. */
export const runs: PanelRun[] = [
  run('a', { lr: 0.1, opt: 'sgd', depth: 2 }, { acc: 0.9, loss: 0.3 }),
  run('b', { lr: 0.1, opt: 'adam', depth: null }, { acc: 0.8, loss: 0.2 }),
  run('c', { lr: 0.01, opt: 'sgd', depth: 4 }, { acc: 0.7, loss: 0.5 }),
  run('d', { lr: 0.01, opt: 'adam', depth: 2 }, { acc: 0.85, loss: 0.1 }),
  run('e', { lr: 0.001, opt: 'sgd', depth: 2 }, {}),
  run('f', { lr: 1, opt: 'adam', depth: 4 }, { acc: 0.99, loss: Number.NaN }, { isRanked: false }),
];
