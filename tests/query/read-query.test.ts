import { expect, test } from 'vitest';
import { readQuery, searchableText } from '../../src/query/read-query.ts';

test('readQuery tells plain words from a filter and from a filter with a mistake', () => {
  const kindOf = (text: string) => readQuery(text).kind;
  expect(['', '  ', 'resnet', 'ResNet 18', "don't", 'black and white', 'lr-0.1', 'a/b'].map(kindOf)).toEqual([
    'empty',
    'empty',
    'words',
    'words',
    'words',
    'words',
    'words',
    'words',
  ]);
  expect(['lr=0.1', 'tag:x', 'is:failed', 'not (is:failed)', 'lr in [1]'].map(kindOf)).toEqual(Array(5).fill('filter'));
  expect(['lr =', 'resnet lr > 1', 'is:x', '(a', '[', 'lr > "'].map(kindOf)).toEqual(Array(6).fill('fault'));
});

test('readQuery gives the words of a search in lower case', () => {
  expect(readQuery(' ResNet  18 ')).toEqual({ kind: 'words', words: ['resnet', '18'] });
});

test('searchableText holds name, id, tags and params, as they are typed', () => {
  const text = searchableText({ id: 'a/Run-1', name: 'First', tags: ['Base'], params: [['lr', '0.1']] });
  for (const word of ['a/run-1', 'first', 'base', 'lr=0.1', 'lr 0.1']) expect(text).toContain(word);
});
