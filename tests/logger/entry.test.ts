import { expect, test } from 'vitest';
import * as entry from '../../src/logger/entry.js';
import * as index from '../../src/logger/index.ts';

// The compiler holds the rest: `entry.d.ts` tells no other types than `index.ts` has, and forgets nothing of a run.
const asPublished: typeof entry = index;
type Missing = Exclude<keyof index.Run, keyof entry.Run | 'startReadings' | 'logGiven'>;
const nothingIsMissing: [Missing] extends [never] ? true : Missing = true;
const options: entry.InitOptions = {} as index.InitOptions;
const own: index.InitOptions = {} as entry.InitOptions;

test("import 'runfolio/logger' gives what the source exports, by the same names", () => {
  expect(Object.keys(entry).sort()).toEqual(Object.keys(index).sort());
  for (const [name, value] of Object.entries(asPublished)) expect(typeof value, name).not.toBe('undefined');
  expect([nothingIsMissing, options, own]).toEqual([true, {}, {}]);
});
