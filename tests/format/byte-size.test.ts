import { expect, it } from 'vitest';
import { describeByteSize, parseByteSize } from '../../src/format/byte-size.ts';

it.each([
  [500, 500],
  ['500', 500],
  ['10 kB', 10_000],
  ['1.5MB', 1_500_000],
  ['1 KiB', 1024],
  ['2gb', 2e9],
  ['plenty', undefined],
  ['-1', undefined],
  [-1, undefined],
  ['1 mile', undefined],
])('parseByteSize reads %j as %s', (value, expected) => {
  expect(parseByteSize(value)).toBe(expected);
});

it.each([
  [850, '850 B'],
  [12_300, '12 kB'],
  [3_440_000, '3.4 MB'],
  [2_000_000_000, '2.0 GB'],
])('describeByteSize says %d as %s', (bytes, expected) => {
  expect(describeByteSize(bytes)).toBe(expected);
});
