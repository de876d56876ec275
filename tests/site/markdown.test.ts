import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstLine, maybeSafeLink, renderMarkdown, withoutTitle } from '../../src/site/markdown.ts';

describe('renderMarkdown', () => {
  test('renders the usual marks', () => {
    expect(renderMarkdown('**Good**, see `lr`.\n\n- one\n- two')).toMatchInlineSnapshot(`
      "<p><strong>Good</strong>, see <code>lr</code>.</p>
      <ul>
      <li>one</li>
      <li>two</li>
      </ul>
      "
    `);
  });

  test('shows raw HTML as text', () => {
    const html = renderMarkdown('<script>alert(1)</script> <img src=x onerror=alert(1)>');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script');
  });

  test('links to http, https and mailto only, and never hands on who links', () => {
    expect(renderMarkdown('[a](https://example.org)')).toContain(
      '<a href="https://example.org" rel="noopener noreferrer">a</a>',
    );
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      ' java\nscript:x',
      '//evil.example',
    ]) {
      expect(renderMarkdown(`[a](${address})`)).not.toContain('<a');
    }
  });

  test('turns pictures into links: a page asks no other origin for anything', () => {
    const html = renderMarkdown('![plot](https://example.org/a.png) ![local](plot.png)');
    expect(html).not.toContain('<img');
    expect(html).toContain('href="https://example.org/a.png"');
  });

  test('starts headings below those of the page and skips no level', () => {
    expect(renderMarkdown('# One\n\n### Two')).toMatch(/<h3>One<\/h3>\s*<h4>Two<\/h4>/);
    expect(renderMarkdown('### Only', { headingLevel: 2 })).toContain('<h2>Only</h2>');
  });

  test('gives no script, style, handler or foreign address for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(renderMarkdown(text)).not.toMatch(/<(script|style|iframe|object|img|svg)|\son\w+=|javascript:[^<]*">/i);
      }),
    );
  });
});

test('maybeSafeLink gives only addresses that may be links', () => {
  expect(maybeSafeLink('https://example.org/a')).toBe('https://example.org/a');
  expect(maybeSafeLink('mailto:a@example.org')).toBe('mailto:a@example.org');
  expect(maybeSafeLink('javascript:alert(1)')).toBeUndefined();
  expect(maybeSafeLink('ftp://example.org')).toBeUndefined();
  expect(maybeSafeLink('plain words')).toBeUndefined();
  expect(maybeSafeLink(undefined)).toBeUndefined();
});

test('firstLine gives the first paragraph without its marks', () => {
  expect(firstLine('# Title\n\nDoes *smoothing* help [more](https://x.org)?\n\nNext.')).toBe(
    'Does smoothing help more?',
  );
  expect(firstLine('a'.repeat(300), 10)).toBe('aaaaaaaaa…');
  expect(firstLine('one two, three', 13)).toBe('one two…');
  expect(firstLine('')).toBeUndefined();
  expect(firstLine(undefined)).toBeUndefined();
});

test('withoutTitle leaves out a heading that opens the text', () => {
  expect(withoutTitle('# Notes\n\nText')).toBe('\nText');
  expect(withoutTitle('Text\n# Later')).toBe('Text\n# Later');
});
