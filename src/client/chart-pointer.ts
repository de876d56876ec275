import type { LineChart } from '../charts/line-chart.ts';
import { listenForGestures, zoomedBy } from './chart-gestures.ts';
import { ChartTip, placeText, type TipWords, valueText } from './chart-tip.ts';
import type { ChartView } from './draw-live-chart.ts';
import { make, makeButton, makeSvg } from './element.ts';
import type { NearValue } from './nearest-values.ts';
import { nearestIndex, nearestValues, stepsOf } from './nearest-values.ts';
import type { Range } from './zoom-text.ts';

/** The read-out is spoken at most once in this time. */
const speakEveryMs = 500;

/** All pointers of the page: charts over the same x show the same place. */
const pointers = new Set<ChartPointer>();

/** The reading side of a live chart: cross-hair, tooltip, keys, spoken read-out, gestures. Lives as long as its chart. */
export class ChartPointer {
  readonly #box: HTMLElement;
  readonly #stage = make('div', { class: 'rf-live', tabindex: '0', role: 'group', 'aria-roledescription': 'chart' });
  readonly #tip = new ChartTip();
  readonly #spoken = make('p', { class: 'hidden-text', 'aria-live': 'polite' });
  readonly #reset: HTMLButtonElement;
  readonly #overlay = makeSvg('g', { class: 'rf-overlay' });
  readonly #onZoom: (range: Range | undefined, options?: { isPassing?: boolean }) => void;
  #chart: LineChart | undefined;
  #view: ChartView | undefined;
  #steps: number[] = [];
  #at = -1;
  #row = 0;
  #isPinned = false;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    box: HTMLElement,
    { onZoom }: { onZoom: (range: Range | undefined, options?: { isPassing?: boolean }) => void },
  ) {
    this.#box = box;
    this.#onZoom = onZoom;
    this.#reset = makeButton('Reset zoom', () => this.#onZoom(undefined), { class: 'rf-reset', hidden: true });
    box.append(this.#stage, this.#tip.element, this.#reset, this.#spoken);
    listenForGestures(this.#stage, {
      scale: () => this.#chart?.x,
      onHover: ({ x, y }) => {
        if (!this.#isPinned) this.#goTo(nearestIndex(this.#steps, this.#xAt(x)), { isSpoken: false, pointerY: y });
      },
      onLeave: () => {
        if (!this.#isPinned) this.#leave();
      },
      onPress: ({ x, y }) => this.#press(x, y),
      onBrush: (pixels) => this.#brush(pixels),
      onZoom: (range, options) => this.#onZoom(range, options),
    });
    this.#stage.addEventListener('keydown', (event) => this.#key(event));
    this.#stage.addEventListener('blur', ({ relatedTarget }) => {
      // Into the pinned box the focus may go.
      if (!(relatedTarget instanceof Node && this.#tip.element.contains(relatedTarget))) this.#leave();
    });
    this.#tip.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.#leave();
      this.#stage.focus();
    });
    pointers.add(this);
  }

  destroy(): void {
    clearTimeout(this.#speakTimer);
    pointers.delete(this);
  }

  /** Takes over a newly drawn chart. */
  show(chart: LineChart, view: ChartView): void {
    this.#chart = chart;
    this.#view = view;
    const [from, to] = chart.x.domain;
    this.#steps = stepsOf(chart.singles).filter((step) => step >= from && step <= to);
    this.#stage.setAttribute('aria-label', chartName(view));
    this.#overlay.replaceChildren();
    chart.svg.append(this.#overlay);
    this.#stage.replaceChildren(chart.svg);
    this.#reset.hidden = view.zoom === undefined;
    this.#leave();
  }

  get #words(): TipWords {
    const { stepLabel = 'step', xKind = 'step', unit } = this.#view ?? {};
    return { stepLabel, xKind, unit };
  }

  #xAt(px: number): number {
    return this.#chart?.x.fromPx(px) ?? Number.NaN;
  }

  /** A click pins what stands there and lets it go again; a tap has to read it out first. */
  #press(x: number, y: number): void {
    const wasPinned = this.#isPinned;
    if (wasPinned) this.#leave();
    this.#goTo(nearestIndex(this.#steps, this.#xAt(x)), { isSpoken: false, pointerY: y });
    this.#pin(!wasPinned && this.#at >= 0);
  }

  #pin(isPinned: boolean): void {
    this.#isPinned = isPinned;
    this.#tip.pin(isPinned);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#steps.length - 1;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.#goTo(this.#at < 0 ? last : Math.max(0, this.#at - 1), { isSpoken: true }),
      ArrowRight: () => this.#goTo(Math.min(last, this.#at + 1), { isSpoken: true }),
      Home: () => this.#goTo(0, { isSpoken: true }),
      End: () => this.#goTo(last, { isSpoken: true }),
      ArrowUp: () => this.#goTo(Math.max(0, this.#at), { isSpoken: true, row: this.#row - 1 }),
      ArrowDown: () => this.#goTo(Math.max(0, this.#at), { isSpoken: true, row: this.#row + 1 }),
      Enter: () => this.#pin(!this.#isPinned && this.#at >= 0),
      '+': () => this.#zoomBy(0.5),
      '-': () => this.#zoomBy(2),
      '0': () => this.#onZoom(undefined),
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      move();
    } else if (event.key === 'Escape' && !this.#tip.isHidden) {
      event.preventDefault();
      this.#leave();
    }
  }

  #zoomBy(factor: number): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    const [left, right] = chart.x.range;
    const step = this.#steps[this.#at];
    const range = zoomedBy(chart.x, step === undefined ? (left + right) / 2 : chart.x.toPx(step), factor);
    if (range !== undefined) this.#onZoom(range);
  }

  /** Reads the lines out at a place, in the tooltip and for those who listen. */
  #goTo(index: number, { isSpoken, row = 0, pointerY }: { isSpoken: boolean; row?: number; pointerY?: number }): void {
    const step = this.#steps[index];
    const chart = this.#chart;
    if (step === undefined || chart === undefined) return;
    this.#at = index;
    const [from, to] = chart.x.domain;
    const values = nearestValues(chart.singles, { step, reach: (to - from) / 50, goal: this.#view?.goal });
    if (values.length === 0) return;
    const nearRow = pointerY === undefined ? row : nearestRow(values, chart, pointerY);
    this.#row = Math.max(0, Math.min(values.length - 1, nearRow));
    this.#rule(step, values);
    this.#tip.show(step, values, this.#row, this.#words);
    this.#tip.pin(this.#isPinned);
    this.#tip.place(chart.x.toPx(step), this.#box.clientWidth);
    if (isSpoken) this.#speak(step, values);
    for (const other of pointers) if (other !== this) other.follow(step, this.#view?.stepLabel);
  }

  /** Shows the rule of another chart's place here, when x means the same. */
  follow(step: number | undefined, stepLabel: string | undefined): void {
    if (this.#chart === undefined || this.#view?.stepLabel !== stepLabel || this.#isPinned) return;
    const [from, to] = this.#chart.x.domain;
    if (step === undefined || step < from || step > to) this.#overlay.replaceChildren();
    else this.#rule(step, []);
  }

  #rule(step: number, values: readonly NearValue[]): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    const [bottom, top] = chart.y.range;
    const x = chart.x.toPx(step);
    const dots = values.flatMap(({ line, step: at, value, smoothed, kind }, i) =>
      kind === undefined
        ? [
            makeSvg('circle', {
              class: `rf-dot rf-c${line.colour.slot}`,
              cx: chart.x.toPx(at),
              cy: Math.max(top, Math.min(bottom, chart.y.toPx(smoothed ?? value))),
              r: i === this.#row ? 4 : 2.5,
            }),
          ]
        : [],
    );
    this.#overlay.replaceChildren(makeSvg('line', { class: 'rf-rule', x1: x, x2: x, y1: top, y2: bottom }), ...dots);
  }

  #brush(pixels: Range | undefined): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    if (pixels === undefined) {
      if (this.#overlay.querySelector('.rf-brush') !== null) this.#overlay.replaceChildren();
      return;
    }
    const [left, right] = chart.x.range;
    const [bottom, top] = chart.y.range;
    const x = Math.max(left, Math.min(...pixels));
    const width = Math.max(0, Math.min(right, Math.max(...pixels)) - x);
    this.#tip.hide();
    this.#overlay.replaceChildren(makeSvg('rect', { class: 'rf-brush', x, y: top, width, height: bottom - top }));
  }

  #speak(step: number, values: readonly NearValue[]): void {
    const value = values[this.#row];
    if (value === undefined) return;
    const words = this.#words;
    const text = `${placeText(step, words)}: ${value.line.line.label} ${valueText(value, words.unit)}, ${this.#row + 1} of ${values.length}`;
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => {
      this.#spoken.textContent = text;
    }, speakEveryMs);
  }

  #leave(): void {
    this.#pin(false);
    this.#at = -1;
    this.#row = 0;
    this.#tip.hide();
    this.#overlay.replaceChildren();
    for (const other of pointers) if (other !== this) other.follow(undefined, this.#view?.stepLabel);
  }
}

function nearestRow(values: readonly NearValue[], chart: LineChart, y: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [i, { value, smoothed, kind }] of values.entries()) {
    const away = kind === undefined ? Math.abs(chart.y.toPx(smoothed ?? value) - y) : Number.POSITIVE_INFINITY;
    if (away < distance) {
      distance = away;
      best = i;
    }
  }
  return best;
}

function chartName({ label, lines }: ChartView): string {
  const what = lines.some(({ n }) => n !== undefined) ? 'group' : 'run';
  const runs = lines.length === 1 ? `1 ${what}` : `${lines.length} ${what}s`;
  return `${label}, chart of ${runs}. Arrow keys read the values.`;
}
