import { expect, test } from 'vitest';
import type { ChartLine } from '../../src/charts/choose-lines.ts';
import { chooseYView } from '../../src/charts/y-view.ts';

function line(runId: string, values: number[]): ChartLine {
  const steps = values.map((_, step) => step);
  return { runId, label: runId, series: { steps, values, superseded: [], total: values.length, reduced: false } };
}

const sound = (runId: string): ChartLine =>
  line(
    runId,
    Array.from({ length: 50 }, (_, step) => 2 / (step + 1)),
  );

test('chooseYView ends the axis at the sound runs when one among them runs away', () => {
  const view = chooseYView([sound('a'), sound('b'), line('c', [2, 3, 40, 9e9, 5e32, Number.NaN])]);
  expect(view).toEqual({ scale: 'linear', limits: [0.04, 40], outside: 2, above: 2, below: 0 });
});

test('chooseYView shows all of sound runs', () => {
  expect(chooseYView([sound('a'), sound('b')])).toEqual({
    scale: 'linear',
    limits: undefined,
    outside: 0,
    above: 0,
    below: 0,
  });
});

test('chooseYView takes a log scale for one run whose positive values span six decades', () => {
  expect(chooseYView([line('a', [2.3, 5, 1e4, 1e20])]).scale).toBe('log');
  expect(chooseYView([line('a', [-2.3, 5, 1e4, 1e20])]).scale).toBe('linear');
});

test('chooseYView stands no finite value', () => {
  expect(chooseYView([])).toEqual({ scale: 'linear', limits: undefined, outside: 0, above: 0, below: 0 });
  expect(chooseYView([line('a', [Number.NaN])]).outside).toBe(0);
});
