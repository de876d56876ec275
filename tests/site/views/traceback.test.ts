import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldFrames, readFailure } from '../../../src/site/views/traceback.ts';

const python = `RuntimeError: loss is NaN
Traceback (most recent call last):
  File "scripts/train.py", line 88, in <module>
    main()
  File "sklearn/base.py", line 1393, in wrapper
    estimator._validate()
    ^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/site-packages/torch/nn/module.py", line 2, in call
    return forward()
  File "models/net.py", line 12, in forward
    check(loss)
RuntimeError: loss is NaN`;

const script = `TypeError: x is undefined
TypeError: x is undefined
    at step (train.js:12:5)
    at node:internal/modules/run:99:7
    at fit (node_modules/ml/index.js:3:9)
    at main (train.js:40:1)`;

describe('readFailure', () => {
  test('tells the error, its frames with their code, and says which frames are of libraries', () => {
    const { head, parts } = readFailure(python, {
      isOwn: (path) => path === 'models/net.py',
      packages: ['scikit-learn'],
    });
    expect(head).toBe('RuntimeError: loss is NaN');
    expect(parts.map((part) => (part.kind === 'frame' ? part.isLibrary : part.text))).toEqual([
      'Traceback (most recent call last):',
      false,
      true,
      true,
      false,
    ]);
    expect(parts[2]?.text).toContain('^^^^');
  });

  test('takes a folder other than that of the outermost frame for a library only where no such file is known', () => {
    const isLibrary = (isOwn: boolean) => readFailure(python, { isOwn: () => isOwn }).parts.at(-1);
    expect(isLibrary(false)).toMatchObject({ isLibrary: true });
    expect(isLibrary(true)).toMatchObject({ isLibrary: false });
  });

  test('takes modules below the folder of a program at the top of its repository for its own', () => {
    const text =
      'E: x\n  File "train.py", line 1, in <module>\n  File "models/net.py", line 2, in f\n  File "torch/a.py", line 3, in g';
    const { parts } = readFailure(text, { packages: ['torch'] });
    expect(parts.map((part) => part.kind === 'frame' && part.isLibrary)).toEqual([false, false, true]);
  });

  test('reads a stack of JavaScript', () => {
    const { parts } = readFailure(script);
    expect(parts.map((part) => part.kind === 'frame' && part.isLibrary)).toEqual([false, true, true, false]);
  });

  test('gives a plain sentence as it is', () => {
    expect(readFailure('Out of memory')).toEqual({ head: 'Out of memory', parts: [], text: 'Out of memory' });
  });

  test('loses no line of any text but an echo of the first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('E: x', '  File "a/b.py", line 1, in f', '    code()', 'text', '    at f (a.js:1:2)')),
        (lines) => {
          const { head, parts } = readFailure(lines.join('\n'));
          const shown = [head, ...parts.flatMap(({ text }) => text.split('\n'))];
          const lost = lines.filter(
            (line) => line.trim() !== '' && !shown.includes(line) && line.trim() !== head.trim(),
          );
          expect(lost).toEqual([]);
        },
      ),
    );
  });
});

test('foldFrames puts frames of libraries that follow each other together', () => {
  const folded = foldFrames(
    readFailure(python, { packages: ['scikit-learn'], isOwn: (path) => path.startsWith('models') }).parts,
  );
  expect(folded.map(({ isLibrary, texts }) => [isLibrary, texts.length])).toEqual([
    [false, 2],
    [true, 2],
    [false, 1],
  ]);
});
