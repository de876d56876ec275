import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignRunColours, fnv1a, runColour } from '../../src/charts/run-colour.ts';

test('fnv1a gives the published values', () => {
  expect(fnv1a('').toString(16)).toBe('811c9dc5');
  expect(fnv1a('a').toString(16)).toBe('e40c292c');
  expect(fnv1a('foobar').toString(16)).toBe('bf9cf968');
});

test('runColour takes the slot from the low bits and the dash from the next two', () => {
  expect(runColour('a')).toEqual({ slot: 0xe40c292c % 8, dash: (0xe40c292c >>> 3) & 3 });
});

test('assignRunColours does not depend on order and never changes a slot', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), (runIds) => {
      const colours = assignRunColours(runIds);
      const reversed = assignRunColours([...runIds].reverse());
      for (const runId of runIds) {
        expect(reversed.get(runId)).toEqual(colours.get(runId));
        expect(colours.get(runId)?.slot).toBe(runColour(runId).slot);
      }
    }),
  );
});

test('assignRunColours gives a later run of the same colour and dash the next free dash', () => {
  const ids = Array.from({ length: 500 }, (_, i) => `x/run-${i}`);
  const first = runColour('x/run-0');
  const twins = ids.filter((id) => runColour(id).slot === first.slot && runColour(id).dash === first.dash).slice(0, 4);
  const dashes = [...assignRunColours(twins).values()].map(({ dash }) => dash);
  expect(new Set(dashes)).toEqual(new Set([0, 1, 2, 3]));
});
