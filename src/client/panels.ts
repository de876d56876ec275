import type { PanelSpec } from '../charts/panels/draw-panel.ts';
import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import type { MountedPanel } from './panels-live.ts';

/** How far outside the window a panel starts to load. */
const margin = '400px';

let observer: IntersectionObserver | undefined;

function watch(element: PanelElement): void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting && target instanceof PanelElement) void target.load();
      }
    },
    { rootMargin: margin },
  );
  observer.observe(element);
}

/**
 * `<runfolio-panel data-spec data-runs-url data-run-set>` around a picture made at build time: draws the panel live once it comes near the
 * window. Whatever goes wrong, the picture stays, with a sentence that says so and a way to try again.
 */
export class PanelElement extends HTMLElement {
  #mounted: MountedPanel | undefined;
  #isLoading = false;
  #notice: HTMLElement | undefined;

  static readonly observedAttributes = ['data-spec'];

  /** Another step was chosen. */
  attributeChangedCallback(_name: string, before: string | null, spec: string | null): void {
    if (before !== null && spec !== null) this.#mounted?.update(JSON.parse(spec) as PanelSpec);
  }

  connectedCallback(): void {
    watch(this);
  }

  disconnectedCallback(): void {
    observer?.unobserve(this);
    this.#mounted?.destroy();
    this.#mounted = undefined;
  }

  /** Draws the panel, once. */
  async load(): Promise<void> {
    const { spec, runsUrl, runSet } = this.dataset;
    const box = this.querySelector<HTMLElement>('.rf-chart-box');
    if (this.#mounted !== undefined || this.#isLoading || spec === undefined || box === null) return;
    this.#isLoading = true;
    this.#notice?.remove();
    try {
      const [live, runs] = await Promise.all([
        import('./panels-live.ts'),
        runsUrl === undefined
          ? []
          : import('./panels-runs.ts').then(({ loadPanelRuns }) => loadPanelRuns(runsUrl, runSet)),
      ]);
      if (this.isConnected) this.#mounted = live.mountPanel(this, box, JSON.parse(spec), runs);
    } catch (error) {
      const reason = error instanceof FetchFault ? error.reason : 'the chart code or its data did not arrive whole';
      this.#notice = make('p', { class: 'rf-notice', role: 'status' }, `Could not load full data (${reason}). `);
      this.#notice.append(makeButton('Retry', () => void this.load()));
      this.append(this.#notice);
    } finally {
      this.#isLoading = false;
    }
  }
}

customElements.define('runfolio-panel', PanelElement);
void import('./panels-dialog.ts').then(({ followAddress }) => followAddress());
