import type { ChartView, MountedChart } from './draw-live-chart.ts';
import { make, makeButton } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';

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
  #mounted: MountedChart | undefined;
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
    if (isNear && this.#mounted === undefined) void this.#load();
  }

  async #load(): Promise<void> {
    const { url } = this.dataset;
    if (url === undefined || this.#isLoading) return;
    this.#isLoading = true;
    this.#notice?.remove();
    const slow = setTimeout(() => this.#say('Loading full data …'), 300);
    try {
      const [drawing, text] = await Promise.all([import('./draw-live-chart.ts'), fetchText(url)]);
      const view = drawing.readView(text, this.dataset, this.#drawnRuns());
      clearTimeout(slow);
      this.#notice?.remove();
      if (view === undefined) {
        // An empty picture says so itself.
        if (this.querySelector('.rf-none') === null) this.#say('The data file has no values of this metric.');
      } else this.#mount(drawing.mountChart, view);
    } catch (error) {
      clearTimeout(slow);
      const reason = error instanceof FetchFault ? error.reason : 'the chart code or its data did not arrive whole';
      this.#say(`Could not load full data (${reason}). `, () => void this.#load());
    } finally {
      this.#isLoading = false;
    }
  }

  /** The runs that one legend names for all charts of a section. */
  #drawnRuns(): string[] | undefined {
    const list = this.closest<HTMLElement>('[data-drawn-runs]')?.dataset.drawnRuns;
    return list === undefined ? undefined : (JSON.parse(list) as string[]);
  }

  #mount(mountChart: (box: HTMLElement, view: ChartView) => MountedChart, view: ChartView): void {
    const box = this.querySelector<HTMLElement>('.rf-chart-box');
    if (box === null || !this.isConnected) return;
    this.#still = [...box.childNodes];
    box.replaceChildren();
    const legend = this.closest('figure')?.querySelector<HTMLElement>('.rf-legend') ?? undefined;
    this.#mounted = mountChart(box, { ...view, legend });
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
    this.#mounted?.destroy();
    this.#mounted = undefined;
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
