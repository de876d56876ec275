import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import type { LivePanel } from './live-panel.ts';

/** Live charts on a page at once; the one longest out of sight goes back to its picture. */
const liveLimit = 12;

/** How far outside the window a chart starts to load. */
const margin = '400px';

const live: LiveChart[] = [];
const seen = new WeakMap<Element, LiveChart>();
let observer: IntersectionObserver | undefined;

function watch(chart: LiveChart): void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) seen.get(entry.target)?.setNear(entry.isIntersecting);
    },
    { rootMargin: margin },
  );
  seen.set(chart, chart);
  observer.observe(chart);
}

/**
 * `<runfolio-chart data-url data-metric …>` around a picture made at build time: draws the chart live once it comes near the
 * window. Whatever goes wrong, the picture stays, with a sentence that says so and a way to try again.
 */
export class LiveChart extends HTMLElement {
  #still: Node[] = [];
  #panel: LivePanel | undefined;
  #isNear = false;
  #isLoading = false;
  #notice: HTMLElement | undefined;

  connectedCallback(): void {
    if (this.dataset.url !== undefined) watch(this);
  }

  disconnectedCallback(): void {
    observer?.unobserve(this);
    this.#unmount();
  }

  get isNear(): boolean {
    return this.#isNear;
  }

  setNear(isNear: boolean): void {
    this.#isNear = isNear;
    if (isNear && this.#panel === undefined) void this.#load();
  }

  async #load(): Promise<void> {
    const { url } = this.dataset;
    if (url === undefined || this.#isLoading) return;
    this.#isLoading = true;
    this.#notice?.remove();
    const slow = setTimeout(() => this.#say('Loading full data …'), 300);
    try {
      const box = this.querySelector<HTMLElement>('.rf-chart-box');
      const { openPanel } = await import('./panel-host.ts');
      if (box === null || !this.isConnected) return;
      this.#still = [...box.childNodes];
      const panel = await openPanel(this, box, url);
      clearTimeout(slow);
      this.#notice?.remove();
      if (panel === undefined) {
        // An empty picture says so itself.
        if (this.isConnected && this.querySelector('.rf-none') === null)
          this.#say('The data file has no values of this metric.');
      } else if (this.isConnected) this.#keep(panel);
      else panel.destroy();
    } catch (error) {
      clearTimeout(slow);
      const reason = error instanceof FetchFault ? error.reason : 'the chart code or its data did not arrive whole';
      this.#say(`Could not load full data (${reason}). `, () => void this.#load());
    } finally {
      clearTimeout(slow);
      this.#isLoading = false;
    }
  }

  #keep(panel: LivePanel): void {
    this.#panel = panel;
    live.push(this);
    if (live.length > liveLimit) live.find((chart) => !chart.isNear)?.rest();
  }

  /** Back to the picture made at build time. */
  rest(): void {
    const box = this.querySelector('.rf-chart-box');
    this.#unmount();
    box?.replaceChildren(...this.#still);
  }

  #unmount(): void {
    this.#panel?.destroy();
    this.#panel = undefined;
    const place = live.indexOf(this);
    if (place >= 0) live.splice(place, 1);
  }

  #say(text: string, retry?: () => void): void {
    this.#notice?.remove();
    this.#notice = make('p', { class: 'rf-notice', role: 'status' }, text);
    if (retry !== undefined) this.#notice.append(makeButton('Retry', retry));
    this.append(this.#notice);
  }
}
