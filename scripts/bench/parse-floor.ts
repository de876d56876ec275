// The floor for reading logs: the same bytes, split into lines, each given to JSON.parse, on one thread.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { tellMeasure } from './measure.ts';

const [path = ''] = process.argv.slice(2);
const startMs = performance.now();
const descriptor = openSync(path, 'r');
const sizeBytes = fstatSync(descriptor).size;
const buffer = Buffer.allocUnsafe(1024 * 1024);
let carry = '';
let lines = 0;
let refused = 0;
for (let at = 0; at < sizeBytes; ) {
  const count = readSync(descriptor, buffer, 0, buffer.length, at);
  at += count;
  const text = carry + buffer.toString('latin1', 0, count);
  let from = 0;
  for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
    try {
      JSON.parse(text.slice(from, to));
    } catch {
      refused += 1; // a bare NaN: one line in fifty thousand
    }
    lines += 1;
    from = to + 1;
  }
  carry = text.slice(from);
}
closeSync(descriptor);
tellMeasure({ ms: performance.now() - startMs, bytes: sizeBytes, lines, refused });
