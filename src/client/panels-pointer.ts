import type { PanelSpec } from '../charts/panels/draw-panel.ts';
import type { Panel, PanelTarget } from '../charts/panels/panel.ts';
import type { PanelRun } from '../charts/panels/panel-data.ts';
import { make, makeSvg, siteBase } from './element.ts';
import { AxisBrushes } from './panels-brush.ts';
import { nearestTarget, type Point, targetsWithin } from './panels-reach.ts';
import { selectedRuns, selectRuns } from './select-runs.ts';

/** The read-out is spoken at most once in this time. */
const speakEveryMs = 500;
/** Facts a tooltip lists. */
const mostFacts = 14;

interface PointerOptions {
  spec: PanelSpec;
  runs: readonly PanelRun[];
  title: string;
  /** Draws as if these runs were picked, while a drag goes on; undefined ends it. */
  onPreview: (ids: ReadonlySet<string> | undefined) => void;
}

/** The reading side of a live panel: tooltip with a link to the run, keys, spoken read-out, picking by a frame or a loop. */
export class PanelPointer {
  readonly #box: HTMLElement;
  readonly #options: PointerOptions;
  readonly #stage = make('div', { class: 'rf-live', tabindex: '0', role: 'group', 'aria-roledescription': 'chart' });
  readonly #tip = make('div', { class: 'rf-tip', hidden: true });
  readonly #spoken = make('p', { class: 'hidden-text', 'aria-live': 'polite' });
  readonly #overlay = makeSvg('g', { class: 'rf-overlay' });
  readonly #brushes: AxisBrushes | undefined;
  #panel: Panel | undefined;
  #at = -1;
  #isPinned = false;
  #drag: Point[] | undefined;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;
  /** Picks by a loop drawn freely in place of a rectangle. */
  isLasso = false;

  constructor(box: HTMLElement, options: PointerOptions) {
    this.#box = box;
    this.#options = options;
    if (options.spec.type === 'parallel') {
      this.#brushes = new AxisBrushes(options.spec, options.runs, {
        onChange: (ids, isPassing) => {
          if (isPassing) options.onPreview(new Set(ids ?? []));
          else selectRuns(ids ?? []);
        },
      });
    }
    box.append(this.#stage, this.#tip, this.#spoken);
    this.#listen();
  }

  /** The form by which ranges of upright axes are chosen without dragging. */
  get rangeForm(): HTMLElement | undefined {
    return this.#brushes?.form;
  }

  /** True where runs can be picked by dragging over them. */
  get isPicking(): boolean {
    const hasRuns = this.#panel?.targets.some(({ runIds }) => runIds.length > 0) ?? false;
    return hasRuns && this.#brushes === undefined && !['roc', 'pr', 'calibration'].includes(this.#options.spec.type);
  }

  /** Takes over a newly drawn panel. */
  show(panel: Panel): void {
    this.#panel = panel;
    this.#stage.setAttribute('aria-label', `${this.#options.title}, chart. Arrow keys read the values.`);
    this.#stage.classList.toggle('rf-picking', this.isPicking);
    panel.svg.append(this.#overlay);
    this.#stage.replaceChildren(panel.svg);
    this.#brushes?.show(panel, this.#stage);
    if (this.#at >= panel.targets.length) this.#leave();
    else if (this.#at >= 0) this.#goTo(this.#at, { isSpoken: false });
    else this.#overlay.replaceChildren();
  }

  /** Other runs were picked: brushes that stand for something else go. */
  noteSelection(ids: ReadonlySet<string>): void {
    this.#brushes?.noteSelection(ids);
  }

  #listen(): void {
    const stage = this.#stage;
    stage.addEventListener('pointermove', (event) => this.#move(event));
    stage.addEventListener('pointerleave', () => {
      if (!this.#isPinned && this.#drag === undefined) this.#leave();
    });
    stage.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const at = this.#pointOf(event);
      if (this.#brushes?.press(at) === true) {
        stage.setPointerCapture(event.pointerId);
        event.preventDefault();
        return;
      }
      if (event.pointerType === 'touch') return; // a swipe scrolls the page; a tap is a click
      this.#drag = [at];
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener('pointerup', (event) => this.#drop(event));
    stage.addEventListener('pointercancel', () => {
      this.#drag = undefined;
      this.#brushes?.cancel();
      this.#leave();
    });
    stage.addEventListener('click', (event) => {
      if (event.pointerType === 'touch') this.#tap(this.#pointOf(event));
    });
    stage.addEventListener('keydown', (event) => this.#key(event));
    stage.addEventListener('blur', (event) => {
      if (!(event.relatedTarget instanceof Node && this.#tip.contains(event.relatedTarget))) this.#leave();
    });
  }

  #pointOf(event: MouseEvent): Point {
    const { left, top } = this.#stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #move(event: PointerEvent): void {
    const at = this.#pointOf(event);
    if (this.#brushes?.drag(at) === true) return;
    if (this.#drag !== undefined && this.isPicking) {
      const [from = at] = this.#drag;
      if (this.#drag.length > 1 || Math.hypot(at[0] - from[0], at[1] - from[1]) > 4) this.#stretch(at);
      return;
    }
    this.#stage.classList.toggle('rf-on-axis', this.#brushes?.isOnAxis(at) ?? false);
    if (this.#isPinned || this.#panel === undefined) return;
    const near = nearestTarget(this.#panel.targets, at);
    if (near === undefined) this.#leave();
    else this.#goTo(near, { isSpoken: false });
  }

  /** Draws the frame or the loop, and shows what it holds. */
  #stretch(at: Point): void {
    const drag = this.#drag ?? [];
    this.#drag = this.isLasso ? [...drag, at] : [drag[0] ?? at, at];
    this.#tip.hidden = true;
    this.#at = -1;
    const shape = this.#shape();
    const held = new Set(targetsWithin(this.#panel?.targets ?? [], shape).flatMap(({ runIds }) => runIds));
    this.#options.onPreview(held);
    const d = `M${shape.map(([x, y]) => `${x} ${y}`).join('L')}Z`;
    this.#overlay.replaceChildren(makeSvg('path', { class: 'rf-brush', d }));
  }

  #shape(): Point[] {
    const drag = this.#drag ?? [];
    const from: Point = drag[0] ?? [0, 0];
    const to: Point = drag.at(-1) ?? from;
    return this.isLasso ? drag : [from, [to[0], from[1]], to, [from[0], to[1]]];
  }

  #drop(event: PointerEvent): void {
    if (this.#brushes?.drop() === true) return;
    const drag = this.#drag;
    if (drag === undefined) return;
    if (drag.length > 1) {
      const held = targetsWithin(this.#panel?.targets ?? [], this.#shape()).flatMap(({ runIds }) => runIds);
      this.#drag = undefined;
      selectRuns(event.shiftKey ? [...selectedRuns(), ...held] : held);
      this.#options.onPreview(undefined);
      this.#leave();
      return;
    }
    this.#drag = undefined;
    if (event.pointerType === 'touch') return;
    if (event.shiftKey && this.#at >= 0) this.#toggle();
    else this.#tap(this.#pointOf(event));
  }

  /** Pins the tooltip of what lies there, or lets it go. */
  #tap(at: Point): void {
    const near = nearestTarget(this.#panel?.targets ?? [], at);
    if (near === undefined || (this.#isPinned && near === this.#at)) {
      this.#leave();
      return;
    }
    this.#isPinned = true;
    this.#goTo(near, { isSpoken: false });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = (this.#panel?.targets.length ?? 0) - 1;
    const to = (at: number) => () => this.#goTo(Math.max(0, Math.min(last, at)), { isSpoken: true });
    const moves: Record<string, () => void> = {
      ArrowRight: to(this.#at + 1),
      ArrowDown: to(this.#at + 1),
      ArrowLeft: to(this.#at < 0 ? last : this.#at - 1),
      ArrowUp: to(this.#at < 0 ? last : this.#at - 1),
      PageDown: to(this.#at + 10),
      PageUp: to(this.#at - 10),
      Home: to(0),
      End: to(last),
      Enter: () => this.#open(),
      ' ': () => this.#toggle(),
      x: () => this.#toggle(),
      Escape: () => {
        if (this.#tip.hidden && selectedRuns().size > 0) selectRuns([]);
        else this.#leave();
      },
    };
    const move = moves[event.key];
    if (move === undefined || last < 0) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  }

  /** The runs under the pointer are picked, or no longer. */
  #toggle(): void {
    const ids = this.#panel?.targets[this.#at]?.runIds ?? [];
    if (ids.length === 0) return;
    const next = new Set(selectedRuns());
    const isAll = ids.every((id) => next.has(id));
    for (const id of ids) {
      if (isAll) next.delete(id);
      else next.add(id);
    }
    selectRuns(next);
    this.#say(isAll ? 'Not selected any more.' : `Selected. ${next.size} in all.`);
  }

  #open(): void {
    const ids = this.#panel?.targets[this.#at]?.runIds ?? [];
    if (ids.length === 1) location.href = runAddress(ids[0] ?? '');
  }

  #goTo(index: number, { isSpoken }: { isSpoken: boolean }): void {
    const target = this.#panel?.targets[index];
    if (target === undefined) return;
    this.#at = index;
    this.#overlay.replaceChildren(highlight(target));
    this.#fillTip(target);
    if (isSpoken) {
      const count = this.#panel?.targets.length ?? 0;
      const facts = target.facts.map(([name, value]) => `${name} ${value}`).join(', ');
      this.#say(`${target.title}: ${facts}. ${index + 1} of ${count}`);
    }
  }

  #fillTip(target: PanelTarget): void {
    const [only] = target.runIds;
    const isOne = target.runIds.length === 1 && only !== undefined;
    const facts = target.facts.slice(0, mostFacts);
    this.#tip.replaceChildren(
      isOne
        ? make(
            'a',
            { class: 'rf-tip-title', href: runAddress(only), tabindex: this.#isPinned ? undefined : '-1' },
            target.title,
          )
        : make('p', { class: 'rf-tip-title' }, target.title),
      make(
        'ul',
        {},
        ...facts.map(([name, value]) => make('li', {}, make('span', { class: 'rf-name' }, name), make('b', {}, value))),
      ),
    );
    this.#tip.hidden = false;
    this.#tip.classList.toggle('rf-pinned', this.#isPinned);
    const { clientWidth: width, clientHeight: height } = this.#box;
    const { offsetWidth, offsetHeight } = this.#tip;
    const left = target.x + 12 + offsetWidth <= width ? target.x + 12 : Math.max(0, target.x - 12 - offsetWidth);
    const top = Math.max(0, Math.min(target.y - offsetHeight / 2, height - offsetHeight));
    this.#tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  #say(text: string): void {
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => {
      this.#spoken.textContent = text;
    }, speakEveryMs);
  }

  #leave(): void {
    this.#isPinned = false;
    this.#at = -1;
    this.#tip.hidden = true;
    this.#tip.classList.remove('rf-pinned');
    this.#overlay.replaceChildren();
  }
}

function highlight({ x, y, area, path }: PanelTarget): SVGElement {
  if (path !== undefined)
    return makeSvg('path', { class: 'rf-lit', d: `M${path.map((point) => point.join(' ')).join('L')}` });
  if (area === undefined) return makeSvg('circle', { class: 'rf-lit', cx: x, cy: y, r: 6 });
  const [left, top, width, height] = area;
  return makeSvg('rect', { class: 'rf-lit', x: left, y: top, width, height });
}

function runAddress(runId: string): string {
  return `${siteBase()}r/${runId.split('/').map(encodeURIComponent).join('/')}/`;
}
