/**
 * Gives the Content-Security-Policy that each page carries in a meta element. `frame-ancestors` is not among its
 * rules, since a meta element cannot set it; the header that the guide documents adds it.
 *
 * @param styleSources - sources of the style elements that live charts insert, each as `'sha256-…'` with its quotes
 */
export function contentPolicy(styleSources: readonly string[]): string {
  const styles = ["'self'", ...styleSources].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src ${styles}`,
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}
