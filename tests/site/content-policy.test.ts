import { expect, test } from 'vitest';
import { contentPolicy } from '../../src/site/content-policy.ts';

test('contentPolicy allows the site itself and the one style of live charts, nothing else', () => {
  expect(contentPolicy(["'sha256-abc='"]).split('; ')).toMatchInlineSnapshot(`
    [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'sha256-abc='",
      "img-src 'self' data: blob:",
      "media-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
    ]
  `);
});
