/** A p value in words: two digits, and never 0. */
export function pText(p: number): string {
  return p < 1e-4 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}
