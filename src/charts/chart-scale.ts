/** A scale from data to pixels of the SVG; what lies outside the domain ends on its edge. */
export interface ChartScale {
  domain: readonly [number, number];
  /** In pixels; y has the larger first. */
  range: readonly [number, number];
  toPx: (value: number) => number;
  /** The value at a pixel, within the domain. */
  fromPx: (px: number) => number;
}

/** How values are laid out upwards. `symlog` is linear around 0 and logarithmic beyond, for values of both signs. */
export type YScaleKind = 'linear' | 'log' | 'symlog';

export const yScaleKinds = ['linear', 'log', 'symlog'] as const satisfies readonly YScaleKind[];

type Span = readonly [number, number];

export function linearScale(domain: Span, range: Span): ChartScale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const clamp = (share: number) => Math.max(0, Math.min(1, share)) || 0;
  return {
    domain,
    range,
    toPx: (value) => {
      const share = Math.max(0, Math.min(1, (value - d0) / (d1 - d0)));
      return r0 + share * (r1 - r0);
    },
    fromPx: (px) => d0 + clamp((px - r0) / (r1 - r0)) * (d1 - d0),
  };
}

/** The scale of y. `constant` is where symlog turns from linear to logarithmic, as Plot and d3 take it. */
export function yScaleOf(kind: YScaleKind, domain: Span, range: Span, constant = 1): ChartScale {
  if (kind === 'linear') return linearScale(domain, range);
  const [to, from] =
    kind === 'log'
      ? [Math.log10, (value: number) => 10 ** value]
      : [(value: number) => symlog(value, constant), (value: number) => symexp(value, constant)];
  const inner = linearScale([to(domain[0]), to(domain[1])], range);
  return { domain, range, toPx: (value) => inner.toPx(to(value)), fromPx: (px) => from(inner.fromPx(px)) };
}

/** `sign(x) · log(1 + |x / c|)`: J. B. W. Webber, "A bi-symmetric log transformation for wide-range data", 2013. */
export function symlog(value: number, constant: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value / constant));
}

/** The other way round. */
export function symexp(value: number, constant: number): number {
  return Math.sign(value) * Math.expm1(Math.abs(value)) * constant;
}
