import { describe, expect, it } from 'vitest';
import { changeQuery } from '../../src/client/url-state.ts';

describe('changeQuery', () => {
  it('writes keys in one order, whatever order they came in', () => {
    expect(changeQuery('?zoom=1..5&sort=-val%2Facc', { x: 'time' })).toBe('?sort=-val%2Facc&x=time&zoom=1..5');
    expect(changeQuery(changeQuery('', { x: 'time' }), { sort: 'lr' })).toBe(changeQuery('?sort=lr', { x: 'time' }));
  });

  it('leaves defaults out and repeats lists', () => {
    expect(changeQuery('?sel=a&sel=b&y=log', { sel: ['c', 'd,e'], y: undefined })).toBe('?sel=c&sel=d%2Ce');
    expect(changeQuery('?sel=a', { sel: [] })).toBe('');
  });

  it('keeps what it does not know, and what a broken escape left', () => {
    expect(changeQuery('?utm=x&q=%E0%A4%A&__proto__=1', { x: 'wall' })).toBe(
      '?q=%EF%BF%BD%25A&x=wall&utm=x&__proto__=1',
    );
  });
});
