import { parseHTML } from 'linkedom';
import { afterEach, expect, test, vi } from 'vitest';
import { makeParamFilters } from '../../src/client/param-filter.ts';

afterEach(() => vi.unstubAllGlobals());

/** A tree of `opt.lr`, `opt.kind` and seven more; `opt.lr` differs from the baseline. */
function openTree({ leaves = 7, search = '' } = {}) {
  const leaf = (key: string, value: string, differs = '') =>
    `<li data-param="${key}"${differs}><span class="param"><bdi>${key}</bdi><span class="param-value">${value}</span></span></li>`;
  const more = Array.from({ length: leaves }, (_, i) => leaf(`p${i}`, `${i}`)).join('');
  const { document, Event } =
    parseHTML(`<html><body><details data-params><summary>Params</summary><ul class="param-tree">
    <li><span class="param-branch">opt</span><ul>${leaf('opt.lr', '0.1', ' data-differs=""')}${leaf('opt.kind', 'sgd')}</ul></li>
    ${more}</ul></details></body></html>`);
  vi.stubGlobal('document', document);
  const location = { search, pathname: '/r/e/x/', hash: '' };
  const go = (_state: unknown, _title: string, address: string) => {
    location.search = new URL(address, 'https://example.org').search;
  };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', { state: null, pushState: go, replaceState: go });
  vi.stubGlobal('addEventListener', () => undefined);
  makeParamFilters(document);
  const shown = () =>
    [...document.querySelectorAll('li')]
      .filter((item) => !item.hasAttribute('hidden'))
      .map((item) => item.dataset.param);
  return { document, Event, shown, address: () => location.search };
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
  expect(openTree({ leaves: 3 }).document.querySelector('input')).toBeNull();
});

test('makeParamFilters keeps its words and its switch in the address, and reads them from it', () => {
  const { document, Event, shown, address } = openTree({ search: '?q=opt&diff=only' });
  expect(shown()).toEqual([undefined, 'opt.lr']);
  const box = document.querySelector<HTMLInputElement>('input[type="checkbox"]');
  if (box === null) throw new Error('no switch');
  box.checked = false;
  box.dispatchEvent(new Event('change'));
  expect(address()).toBe('?q=opt');
  expect(shown()).toEqual([undefined, 'opt.lr', 'opt.kind']);
});
