import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { computePlotStyleSource, plotStyleSource } from '../../src/charts/plot-style-hash.ts';

test('plotStyleSource is the hash of what Plot writes', async () => {
  expect(await computePlotStyleSource(parseHTML('<html></html>').document)).toBe(plotStyleSource);
});
