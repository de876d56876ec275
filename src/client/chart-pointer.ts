import { formatNumber, formatStep } from '../charts/format-number.ts';
import type { LineChart } from '../charts/line-chart.ts';
import { colourClasses } from '../charts/run-colour.ts';
import type { ChartView } from './draw-live-chart.ts';
import { make, makeButton, makeSvg } from './element.ts';
import type { NearValue } from './nearest-values.ts';
import { nearestIndex, nearestValues, stepsOf } from './nearest-values.ts';

/** Runs a tooltip lists; the rest is a count. */
const tipRows = 8;

/** The read-out is spoken at most once in this time. */
const speakEveryMs = 500;

/** All pointers of the page: charts over the same x show the same step. */
const pointers = new Set<ChartPointer>();

const oddWords = { nan: 'NaN', high: '+inf', low: '-inf' } as const;

/** The reading side of a live chart: cross-hair, tooltip, keys, spoken read-out, zoom by drag. Lives as long as its chart. */
export class ChartPointer {
  readonly #box: HTMLElement;
  readonly #stage = make('div', { class: 'rf-live', tabindex: '0', role: 'group', 'aria-roledescription': 'chart' });
  readonly #tip = make('div', { class: 'rf-tip', hidden: true });
  readonly #spoken = make('p', { class: 'hidden-text', 'aria-live': 'polite' });
  readonly #reset: HTMLButtonElement;
  readonly #overlay = makeSvg('g', { class: 'rf-overlay' });
  readonly #onZoom: (range: [number, number] | undefined) => void;
  #chart: LineChart | undefined;
  #view: ChartView | undefined;
  #steps: number[] = [];
  #at = -1;
  #row = 0;
  #isPinned = false;
  #dragFromPx: number | undefined;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(box: HTMLElement, { onZoom }: { onZoom: (range: [number, number] | undefined) => void }) {
    this.#box = box;
    this.#onZoom = onZoom;
    this.#reset = makeButton('Reset zoom', () => this.#onZoom(undefined), { class: 'rf-reset', hidden: true });
    box.append(this.#stage, this.#tip, this.#reset, this.#spoken);
    this.#listen();
    pointers.add(this);
  }

  destroy(): void {
    clearTimeout(this.#speakTimer);
    pointers.delete(this);
  }

  /** Takes over a newly drawn chart. */
  show(chart: LineChart, view: ChartView, isZoomed: boolean): void {
    this.#chart = chart;
    this.#view = view;
    const [from, to] = chart.x.domain;
    this.#steps = stepsOf(chart.singles).filter((step) => step >= from && step <= to);
    this.#stage.setAttribute('aria-label', chartName(view));
    this.#overlay.replaceChildren();
    chart.svg.append(this.#overlay);
    this.#stage.replaceChildren(chart.svg);
    this.#reset.hidden = !isZoomed;
    this.#leave();
  }

  #listen(): void {
    const stage = this.#stage;
    stage.addEventListener('pointermove', (event) => this.#move(event));
    stage.addEventListener('pointerleave', () => {
      if (!this.#isPinned && this.#dragFromPx === undefined) this.#leave();
    });
    stage.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      this.#dragFromPx = this.#xOf(event);
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener('pointerup', (event) => this.#drop(event));
    stage.addEventListener('pointercancel', () => {
      this.#dragFromPx = undefined;
      this.#leave();
    });
    stage.addEventListener('dblclick', () => this.#onZoom(undefined));
    stage.addEventListener('keydown', (event) => this.#key(event));
    stage.addEventListener('blur', () => this.#leave());
  }

  #xOf(event: PointerEvent): number {
    return event.clientX - this.#stage.getBoundingClientRect().left;
  }

  #stepAt(px: number): number {
    const chart = this.#chart;
    if (chart === undefined) return Number.NaN;
    const [r0, r1] = chart.x.range;
    const [d0, d1] = chart.x.domain;
    return d0 + (Math.max(0, Math.min(1, (px - r0) / (r1 - r0))) || 0) * (d1 - d0);
  }

  #move(event: PointerEvent): void {
    const px = this.#xOf(event);
    if (this.#dragFromPx !== undefined && Math.abs(px - this.#dragFromPx) > 4) {
      this.#brush(this.#dragFromPx, px);
      return;
    }
    if (this.#isPinned) return;
    this.#goTo(nearestIndex(this.#steps, this.#stepAt(px)), { isSpoken: false, pointerY: event.offsetY });
  }

  #drop(event: PointerEvent): void {
    const from = this.#dragFromPx;
    const to = this.#xOf(event);
    this.#dragFromPx = undefined;
    if (from === undefined) return;
    if (Math.abs(to - from) <= 4) {
      this.#isPinned = !this.#isPinned && this.#at >= 0;
      this.#tip.classList.toggle('rf-pinned', this.#isPinned);
      return;
    }
    const range: [number, number] = [this.#stepAt(Math.min(from, to)), this.#stepAt(Math.max(from, to))];
    if (range[1] > range[0]) this.#onZoom(range);
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
      '+': () => this.#zoomBy(0.5),
      '-': () => this.#zoomBy(2),
      '0': () => this.#onZoom(undefined),
      Escape: () => {
        if (this.#tip.hidden) this.#onZoom(undefined);
        else this.#leave();
      },
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  }

  #zoomBy(factor: number): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    const [from, to] = chart.x.domain;
    const middle = this.#steps[this.#at] ?? (from + to) / 2;
    const half = ((to - from) / 2) * factor;
    if (half > 0 && Number.isFinite(half)) this.#onZoom([middle - half, middle + half]);
  }

  /** Reads the lines out at a step, in the tooltip and for those who listen. */
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
    this.#fillTip(step, values);
    if (isSpoken) this.#speak(step, values);
    for (const other of pointers) if (other !== this) other.follow(step, this.#view?.stepLabel);
  }

  /** Shows the rule of another chart's step here, when x means the same. */
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
    const dots = values.flatMap(({ line, step: at, value, kind }, i) =>
      kind === undefined
        ? [
            makeSvg('circle', {
              class: `rf-dot rf-c${line.colour.slot}`,
              cx: chart.x.toPx(at),
              cy: Math.max(top, Math.min(bottom, chart.y.toPx(value))),
              r: i === this.#row ? 4 : 2.5,
            }),
          ]
        : [],
    );
    this.#overlay.replaceChildren(makeSvg('line', { class: 'rf-rule', x1: x, x2: x, y1: top, y2: bottom }), ...dots);
  }

  #brush(fromPx: number, toPx: number): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    const [left, right] = chart.x.range;
    const [bottom, top] = chart.y.range;
    const x = Math.max(left, Math.min(fromPx, toPx));
    const width = Math.max(0, Math.min(right, Math.max(fromPx, toPx)) - x);
    this.#tip.hidden = true;
    this.#overlay.replaceChildren(makeSvg('rect', { class: 'rf-brush', x, y: top, width, height: bottom - top }));
  }

  #fillTip(step: number, values: readonly NearValue[]): void {
    const { stepLabel = 'step', unit } = this.#view ?? {};
    const first = Math.max(0, Math.min(this.#row - tipRows + 1, values.length - tipRows));
    const rows = values.slice(first, first + tipRows).map((value, i) => {
      const swatch = makeSvg('svg', { class: 'rf-swatch', viewBox: '0 0 18 8', width: 18, height: 8 });
      swatch.append(makeSvg('path', { d: 'M1 4h16', class: colourClasses(value.line.colour) }));
      const item = make('li', { class: first + i === this.#row ? 'rf-near' : undefined });
      item.append(
        swatch,
        make('span', { class: 'rf-name' }, value.line.line.label),
        make('b', {}, valueText(value, unit)),
      );
      return item;
    });
    const rest = values.length - rows.length;
    this.#tip.replaceChildren(
      make('p', {}, `${stepLabel} ${formatStep(step)}`),
      make('ul', {}, ...rows),
      ...(rest > 0 ? [make('p', {}, `+${rest}`)] : []),
    );
    this.#tip.hidden = false;
    this.#place(step);
  }

  /** Beside the rule, on the side with more room. */
  #place(step: number): void {
    const x = this.#chart?.x.toPx(step) ?? 0;
    const width = this.#box.clientWidth;
    const tipWidth = this.#tip.offsetWidth;
    const left = x + 12 + tipWidth <= width ? x + 12 : Math.max(0, x - 12 - tipWidth);
    this.#tip.style.transform = `translate(${Math.round(left)}px, 8px)`;
  }

  #speak(step: number, values: readonly NearValue[]): void {
    const { stepLabel = 'step', unit } = this.#view ?? {};
    const value = values[this.#row];
    if (value === undefined) return;
    const text = `${stepLabel} ${formatStep(step)}: ${value.line.line.label} ${valueText(value, unit)}, ${this.#row + 1} of ${values.length}`;
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => {
      this.#spoken.textContent = text;
    }, speakEveryMs);
  }

  #leave(): void {
    this.#isPinned = false;
    this.#at = -1;
    this.#row = 0;
    this.#tip.hidden = true;
    this.#tip.classList.remove('rf-pinned');
    this.#overlay.replaceChildren();
    for (const other of pointers) if (other !== this) other.follow(undefined, this.#view?.stepLabel);
  }
}

function valueText({ value, kind }: NearValue, unit: string | undefined): string {
  if (kind !== undefined) return oddWords[kind];
  return unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

function nearestRow(values: readonly NearValue[], chart: LineChart, y: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [i, { value, kind }] of values.entries()) {
    const away = kind === undefined ? Math.abs(chart.y.toPx(value) - y) : Number.POSITIVE_INFINITY;
    if (away < distance) {
      distance = away;
      best = i;
    }
  }
  return best;
}

function chartName({ label, lines }: ChartView): string {
  const runs = lines.length === 1 ? '1 run' : `${lines.length} runs`;
  return `${label}, chart of ${runs}. Arrow keys read the values.`;
}
