import type { Run, RunState } from '../../store/run.ts';
import { type RunCost, runCost } from './run-cost.ts';

/** What several runs took together. A sum is undefined where none of them tells. */
export interface CostTotals {
  runs: number;
  hours: number | undefined;
  gpuHours: number | undefined;
  energyKwh: number | undefined;
  /** Runs whose log does not say how long they took. */
  untold: number;
}

/** What the runs of an experiment took. */
export interface CostView {
  total: CostTotals;
  /** In a fixed order; states without runs are left out. */
  byState: { state: RunState; totals: CostTotals }[];
  /** The dearest runs, by GPU-hours where all that tell have them, else by hours. */
  dearest: { run: Run; cost: RunCost }[];
  hasGpuHours: boolean;
  hasEnergy: boolean;
}

const order: RunState[] = ['finished', 'open', 'failed', 'killed', 'unknown'];
const maxDearest = 5;
const hourMs = 3_600_000;

/** Sums up what runs took; undefined where no run tells a duration or an energy. */
export function costView(runs: readonly Run[]): CostView | undefined {
  const costs = runs.map((run) => ({ run, cost: runCost(run) }));
  const total = sumCosts(costs.map(({ cost }) => cost));
  if (total.hours === undefined && total.energyKwh === undefined) return undefined;
  const timed = costs.filter(({ cost }) => cost.durationMs !== undefined);
  const byGpu = timed.length > 0 && timed.every(({ cost }) => cost.gpuHours !== undefined);
  const weight = ({ cost }: { cost: RunCost }) => (byGpu ? cost.gpuHours : cost.durationMs) ?? 0;
  return {
    total,
    byState: order.flatMap((state) => {
      const own = costs.filter(({ run }) => run.state === state).map(({ cost }) => cost);
      return own.length === 0 ? [] : [{ state, totals: sumCosts(own) }];
    }),
    dearest: timed.length < 2 ? [] : [...timed].sort((a, b) => weight(b) - weight(a)).slice(0, maxDearest),
    hasGpuHours: total.gpuHours !== undefined,
    hasEnergy: total.energyKwh !== undefined,
  };
}

function sumCosts(costs: readonly RunCost[]): CostTotals {
  const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
    const told = values.filter((value) => value !== undefined);
    return told.length === 0 ? undefined : told.reduce((sum, value) => sum + value, 0);
  };
  const ms = sumOf(costs.map(({ durationMs }) => durationMs));
  return {
    runs: costs.length,
    hours: ms === undefined ? undefined : ms / hourMs,
    gpuHours: sumOf(costs.map(({ gpuHours }) => gpuHours)),
    energyKwh: sumOf(costs.map(({ energyKwh }) => energyKwh)),
    untold: costs.filter(({ durationMs }) => durationMs === undefined).length,
  };
}
