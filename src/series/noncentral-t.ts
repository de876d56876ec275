import { logGamma, normalCdf } from './distributions.ts';

const pointsPerPanel = 16;
const panels = 10;
/** Beyond this many standard deviations a normal probability is 0 or 1 to the last bit. */
const normalReach = 9;

/**
 * The distribution function of the noncentral t with given degrees of freedom, for many questions of one kind:
 * P(T ≤ t) = ∫ Φ(t·y − δ) g(y) dy, where y is distributed as χ/√ν. The integral is done by Gauss and Legendre on panels that
 * are cut again around the place where Φ rises, and is good to about 1e-11; unlike the usual series (Lenth 1989, AS 243) it
 * does not fail for a large δ.
 *
 * Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2 (1995), chapter 31.
 */
export function noncentralT(degrees: number): (t: number, delta: number) => number {
  const logFactor = Math.LN2 + (degrees / 2) * Math.log(degrees / 2) - logGamma(degrees / 2);
  const density = (y: number): number =>
    y <= 0 ? 0 : Math.exp(logFactor + (degrees - 1) * Math.log(y) - (degrees * y * y) / 2);
  const reach = 13 * Math.sqrt(2 * degrees);
  const start = Math.sqrt(Math.max(0, degrees - reach) / degrees);
  const end = Math.sqrt((degrees + reach + 90) / degrees);
  const even = Array.from({ length: panels + 1 }, (_, i) => start + ((end - start) * i) / panels);
  return (t, delta) => {
    if (t === 0) return normalCdf(-delta);
    const middle = delta / t;
    const width = normalReach / Math.abs(t);
    const cuts = [-1, -0.5, -0.25, 0, 0.25, 0.5, 1].map((share) => middle + share * width);
    const edges = [...even, ...cuts.filter((y) => y > start && y < end)].sort((a, b) => a - b);
    let sum = 0;
    for (let i = 1; i < edges.length; i++) {
      sum += integrate((y) => normalCdf(t * y - delta) * density(y), edges[i - 1] ?? 0, edges[i] ?? 0);
    }
    return Math.min(1, Math.max(0, sum));
  };
}

const rule = legendreRule(pointsPerPanel);

function integrate(f: (x: number) => number, from: number, to: number): number {
  const half = (to - from) / 2;
  const middle = (from + to) / 2;
  let sum = 0;
  for (const { node, weight } of rule) sum += weight * f(middle + half * node);
  return sum * half;
}

/** Nodes and weights of Gauss and Legendre on [−1, 1], by Newton's method (Press et al., Numerical Recipes, 4.6). */
function legendreRule(n: number): { node: number; weight: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let turn = 0; turn < 100; turn++) {
      let [before, here] = [1, x];
      for (let k = 2; k <= n; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k];
      slope = (n * (x * here - before)) / (x * x - 1);
      const step = here / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return { node: x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}
