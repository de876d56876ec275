import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRunSet, encodeRunSet } from '../../src/payload/run-set.ts';

describe('a set of runs', () => {
  it('comes back as it was, place by place', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(3000)), fc.nat(3000), (places, count) => {
        const within = places.filter((place) => place < count);
        const isChosen = decodeRunSet(encodeRunSet(places, count));
        const found = Array.from({ length: count + 20 }, (_, place) => place).filter(isChosen);
        expect(found).toEqual(within.toSorted((a, b) => a - b));
      }),
    );
  });

  it('takes little room', () => {
    const places = Array.from({ length: 1000 }, (_, place) => place);
    expect(encodeRunSet(places, 1000)).toHaveLength(168);
  });
});
