import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, inject, test } from 'vitest';
import type { BuiltSite } from './build-sites.ts';

// What every page of both sites must hold to, read from the files themselves: no browser is needed to see it.

const addressed =
  'a[href], link[href], script[src], img[src], source[src], source[srcset], iframe, object, embed, form';
const documents = new Map<string, Promise<Document>>();

function readPage(site: BuiltSite, page: string): Promise<Document> {
  const file = join(site.dir, page === '' || page.endsWith('/') ? `${page}index.html` : page);
  let document = documents.get(file);
  if (document === undefined) {
    document = readFile(file, 'utf8').then((html) => parseHTML(html).document as unknown as Document);
    documents.set(file, document);
  }
  return document;
}

const exists = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

/** Says what is wrong with an address of a page, or undefined. */
async function faultOf(site: BuiltSite, page: string, element: Element): Promise<string | undefined> {
  const name = element.localName;
  if (['iframe', 'object', 'embed'].includes(name)) return `<${name}> has no place here`;
  const address = element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? '';
  if (/^(data:image\/|#$)/.test(address)) return undefined;
  if (!URL.canParse(address, `http://site${site.base}${page}`)) return `${address} is no address`;
  const url = new URL(address, `http://site${site.base}${page}`);
  if (url.host !== 'site' || !url.protocol.startsWith('http')) {
    if (name !== 'a') return `${name} leads out of the site: ${address}`;
    if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return `a trap: ${address}`;
    return /\bnoopener\b/.test(element.getAttribute('rel') ?? '') ? undefined : `no rel="noopener": ${address}`;
  }
  if (!url.pathname.startsWith(site.base)) return `leaves the base: ${address}`;
  const path = decodeURIComponent(url.pathname.slice(site.base.length));
  const target = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  if (!(await exists(join(site.dir, target)))) return `leads nowhere: ${address}`;
  if (url.hash.length > 1 && target.endsWith('.html')) {
    const id = decodeURIComponent(url.hash.slice(1));
    const document = await readPage(site, path);
    // A hash that holds state (`#metric=…`) is no anchor.
    if (!id.includes('=') && document.getElementById(id) === null) return `no such place on the page: ${address}`;
  }
  return undefined;
}

describe.each(['site', 'corners'] as const)('%s', (name) => {
  const site = inject(name);

  test('every link, picture, script and style leads to a file of the site, and out of it only by safe links', async () => {
    const faults = new Set<string>();
    let seen = 0;
    for (const page of site.pages) {
      for (const element of (await readPage(site, page)).querySelectorAll(addressed)) {
        seen += 1;
        const fault = await faultOf(site, page, element);
        if (fault !== undefined) faults.add(`${page}: ${fault}`);
      }
    }
    expect(seen).toBeGreaterThan(site.pages.length * 5);
    expect([...faults]).toEqual([]);
  });

  test('every page carries the content policy, and nothing that it forbids', async () => {
    const faults: string[] = [];
    for (const page of site.pages) {
      const document = await readPage(site, page);
      const policy =
        document.querySelector('meta[http-equiv="Content-Security-Policy" i]')?.getAttribute('content') ?? '';
      if (!policy.includes("default-src 'none'")) faults.push(`${page}: no policy`);
      if (/unsafe-inline|'unsafe-eval'|https?:/.test(policy))
        faults.push(`${page}: a policy that lets through: ${policy}`);
      for (const element of document.querySelectorAll('*')) {
        const { localName } = element;
        if (localName === 'style') faults.push(`${page}: <style>`);
        if (
          localName === 'script' &&
          !element.hasAttribute('src') &&
          !/json/.test(element.getAttribute('type') ?? '')
        ) {
          faults.push(`${page}: inline script`);
        }
        for (const { name: attribute } of element.attributes) {
          if (attribute === 'style' || attribute.startsWith('on')) faults.push(`${page}: <${localName} ${attribute}>`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  test('every page has a title of its own, one h1, a language, a main landmark and a way to skip to it', async () => {
    const faults: string[] = [];
    const pagesByTitle = new Map<string, string>();
    for (const page of site.pages) {
      const document = await readPage(site, page);
      const title = document.querySelector('title')?.textContent?.trim() ?? '';
      if (title === '') faults.push(`${page}: no title`);
      if (pagesByTitle.has(title)) faults.push(`${page}: same title as ${pagesByTitle.get(title)}: ${title}`);
      pagesByTitle.set(title, page);
      const count = (selector: string) => document.querySelectorAll(selector).length;
      if (count('h1') !== 1) faults.push(`${page}: ${count('h1')} h1`);
      if (count('main') !== 1) faults.push(`${page}: ${count('main')} main`);
      if (!document.documentElement.getAttribute('lang')) faults.push(`${page}: no lang`);
      const main = document.querySelector('main')?.id ?? '';
      if (main === '' || count(`a[href="#${main}"]`) !== 1) faults.push(`${page}: no skip link`);
      const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
      const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
      if (repeated.length > 0) faults.push(`${page}: ids used twice: ${repeated.join(' ')}`);
    }
    expect(faults).toEqual([]);
  });
});
