import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { launchChromium } from '../../scripts/chromium.ts';
import type { BuiltSite } from './build-sites.ts';

/** This repository's own experiments, under `/team/ml/`. */
export const site: BuiltSite = inject('site');
/** Made-up corners, at the root. */
export const corners: BuiltSite = inject('corners');

export const widths = [1440, 390] as const;

export interface View {
  width?: number;
  theme?: 'light' | 'dark';
  javaScript?: boolean;
  options?: BrowserContextOptions;
  /** Runs before the address is opened, for what must be in place by then. */
  prepare?: (page: Page) => Promise<unknown>;
}

export interface OpenedPage {
  page: Page;
  /**
   * What must not happen on any page: console errors, exceptions, breaches of the content policy, answers of 400 and
   * above, requests that leave the site's origin. One line each.
   */
  problems: string[];
}

let browser: Browser | undefined;

/** Call once at the top of a test file: one Chromium for all its tests, one fresh context a page. */
export function useBrowser(): (url: string, view?: View) => Promise<OpenedPage> {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return open;
}

/** Opens an address in a context of its own and waits until it has loaded. */
async function open(
  url: string,
  { width = 1440, theme = 'light', javaScript = true, options = {}, prepare }: View = {},
) {
  if (browser === undefined) throw new Error('useBrowser() was not called at the top of the test file.');
  const context = await browser.newContext({
    viewport: { width, height: width < 640 ? 844 : 900 },
    hasTouch: width < 640,
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    timezoneId: 'Europe/Zurich',
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const origin = new URL(url).origin;
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (/^(https?|wss?):$/.test(address.protocol) && address.origin !== origin)
      problems.push(`left the site: ${address}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await prepare?.(page);
  await page.goto(url, { waitUntil: 'load' });
  return { page, problems } satisfies OpenedPage;
}

/** Waits until nothing is under way on the network, so that what a page loads late has been seen. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
}

/** Scrolls through the whole page, so that everything loaded when near has been loaded; ends at the top. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight) {
      scrollTo(0, at);
      await painted();
    }
    scrollTo(0, 0);
    await painted();
  });
  await settle(page);
}

/** The address of a run's page, as every link to it is written. */
export function runHref({ base }: BuiltSite, id: string): string {
  return `${base}r/${id.split('/').map(encodeURIComponent).join('/')}/`;
}

/** One page of each kind: of pages that share their first part (`r/…`), a few spread evenly. */
export function pageKinds(pages: string[], { each = 1 }: { each?: number } = {}): string[] {
  const byKind = Map.groupBy(pages, (page) => page.split('/')[0] ?? '');
  return [...byKind.values()].flatMap((group) =>
    group.filter((_, at) => at % Math.max(1, Math.ceil(group.length / each)) === 0).slice(0, each),
  );
}
