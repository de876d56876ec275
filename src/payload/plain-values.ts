/** A list out of JSON; empty for anything else. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text out of JSON; undefined for anything else. */
export function maybeText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A number out of JSON; undefined for anything else. */
export function maybeNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
