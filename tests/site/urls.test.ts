import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUrls, encodePart, normaliseBase, publishedRawPath, slug } from '../../src/site/urls.ts';

describe('createUrls', () => {
  const urls = createUrls('/team/ml/');

  test('puts the base before every address and a slash after every page', () => {
    expect(urls.home()).toBe('/team/ml/');
    expect(urls.home(2)).toBe('/team/ml/page/2/');
    expect(urls.experiment('vision/cifar10')).toBe('/team/ml/e/vision/cifar10/');
    expect(urls.experiment('vision/cifar10', 3)).toBe('/team/ml/e/vision/cifar10/_page/3/');
    expect(urls.experimentFile('vision', 'runs.csv')).toBe('/team/ml/e/vision/_runs.csv');
    expect(urls.run('vision/cifar10/index')).toBe('/team/ml/r/vision/cifar10/index/');
    expect(urls.diagnosticCode('not-json')).toBe('/team/ml/docs/diagnostics/not-json/');
    expect(urls.asset('pagefind/')).toBe('/team/ml/pagefind/');
  });

  test('encodes what ids may hold', () => {
    expect(urls.run('a/lr=0.1,s+1')).toBe('/team/ml/r/a/lr%3D0.1%2Cs%2B1/');
  });

  test('names runs to compare by repeating the key, in order', () => {
    expect(urls.compare()).toBe('/team/ml/compare/');
    expect(urls.compare(['a/2', 'a/1,+='])).toBe('/team/ml/compare/?run=a/2&run=a/1%2C%2B%3D');
  });

  test('run ids survive the way into an address and back', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9.=+,-][A-Za-z0-9._=+,-]{0,20}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), (parts) => {
        const id = parts.join('/');
        const { pathname } = new URL(urls.run(id), 'https://example.org');
        fc.pre(!parts.some((one) => /^\.{1,2}$/.test(one)));
        expect(pathname.split('/').map(decodeURIComponent).join('/')).toBe(`/team/ml/r/${id}/`);
        const query = new URL(urls.compare([id, id]), 'https://example.org').searchParams;
        expect(query.getAll('run')).toEqual([id, id]);
      }),
    );
  });

  test('text with lone surrogates still gives an address', () => {
    expect(encodePart('a\ud800b')).toBe('a%EF%BF%BDb');
    expect(urls.tag('\udfff')).toMatch(/^\/team\/ml\/tags\/x-[0-9a-f]{6}\/$/);
  });
});

describe('normaliseBase', () => {
  test('gives one slash at either end', () => {
    expect(['', '/', './', 'ml', '/ml', '/a//b/'].map(normaliseBase)).toEqual(['/', '/', '/', '/ml/', '/ml/', '/a/b/']);
    expect(normaliseBase(undefined)).toBe('/');
  });

  test('refuses what is no path', () => {
    expect(() => normaliseBase('https://example.org/ml')).toThrowErrorMatchingInlineSnapshot(
      `[Error: The base must be a path such as /team/ml/, found "https://example.org/ml".]`,
    );
    expect(() => normaliseBase('/a?b')).toThrow('must be a path');
  });
});

describe('slug', () => {
  test('keeps what is a slug already and adds a hash to what it changes', () => {
    expect(slug('baseline')).toBe('baseline');
    expect(slug('val/acc')).toMatch(/^val-acc-[0-9a-f]{6}$/);
    expect(slug('val acc')).not.toBe(slug('val/acc'));
    expect(slug('Baseline')).not.toBe(slug('baseline'));
  });

  test('is one plain part of an address for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(slug(text)).toMatch(/^[a-z0-9-]{1,70}$/);
      }),
    );
  });
});

test('publishedRawPath disarms documents that a browser would run', () => {
  expect(publishedRawPath('experiments/a/runs/b/report.html')).toBe('experiments/a/runs/b/report.html.txt');
  expect(publishedRawPath('x.SVG')).toBe('x.SVG.txt');
  expect(publishedRawPath('x.js')).toBe('x.js.txt');
  expect(publishedRawPath('run.jsonl')).toBe('run.jsonl');
  expect(publishedRawPath('plot.png')).toBe('plot.png');
});
