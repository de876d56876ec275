import { parseHTML } from 'linkedom';
import { afterEach, expect, test, vi } from 'vitest';
import { makeParamFilters } from '../../src/client/param-filter.ts';

afterEach(() => vi.unstubAllGlobals());

/** A tree of `opt.lr`, `opt.kind` and seven more; `opt.lr` differs from the baseline. */
function openTree(leaves = 7) {
  const leaf = (key: string, value: string, differs = '') =>
    `<li data-param="${key}"${differs}><span class="param"><bdi>${key}</bdi><span class="param-value">${value}</span></span></li>`;
  const more = Array.from({ length: leaves }, (_, i) => leaf(`p${i}`, `${i}`)).join('');
  const { document, Event } =
    parseHTML(`<html><body><details data-params><summary>Params</summary><ul class="param-tree">
    <li><span class="param-branch">opt</span><ul>${leaf('opt.lr', '0.1', ' data-differs=""')}${leaf('opt.kind', 'sgd')}</ul></li>
    ${more}</ul></details></body></html>`);
  vi.stubGlobal('document', document);
  makeParamFilters(document);
  const shown = () =>
    [...document.querySelectorAll('li')]
      .filter((item) => !item.hasAttribute('hidden'))
      .map((item) => item.dataset.param);
  return { document, Event, shown };
}

test('makeParamFilters keeps what has all the words, and the branches above it', () => {
  const { document, Event, shown } = openTree();
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (field === null) throw new Error('no field');
  field.value = 'opt 0.1';
  field.dispatchEvent(new Event('input'));
  expect(shown()).toEqual([undefined, 'opt.lr']);
  expect(document.querySelector('[role="status"]')?.textContent).toBe('1 of 9 params.');
  field.value = '';
  field.dispatchEvent(new Event('input'));
  expect(shown()).toHaveLength(10);
});

test('makeParamFilters shows only what differs from the baseline when asked', () => {
  const { document, Event, shown } = openTree();
  const box = document.querySelector<HTMLInputElement>('input[type="checkbox"]');
  if (box === null) throw new Error('no switch');
  box.checked = true;
  box.dispatchEvent(new Event('change'));
  expect(shown()).toEqual([undefined, 'opt.lr']);
});

test('makeParamFilters leaves short trees alone', () => {
  expect(openTree(3).document.querySelector('input')).toBeNull();
});
