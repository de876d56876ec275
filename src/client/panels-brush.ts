import type { BrushAxis, Panel } from '../charts/panels/panel.ts';
import type { PanelRun } from '../charts/panels/panel-data.ts';
import { type ParallelSpec, runsWithin } from '../charts/panels/parallel.ts';
import { make, makeButton, makeSvg } from './element.ts';
import type { Point } from './panels-reach.ts';

/** How near to an axis a press must be to take hold of it. */
const holdPx = 16;

interface BrushOptions {
  /** The runs that all ranges hold; undefined when there is none any more. */
  onChange: (ids: string[] | undefined, isPassing: boolean) => void;
}

/** Ranges on upright axes: dragged along an axis, or given as numbers; a press without a drag takes a range away. */
export class AxisBrushes {
  readonly #spec: ParallelSpec;
  readonly #runs: readonly PanelRun[];
  readonly #options: BrushOptions;
  readonly #ranges = new Map<string, readonly [number, number]>();
  readonly #layer = makeSvg('g', { class: 'rf-brushes' });
  readonly form = make('details', { class: 'rf-ranges' });
  #axes: BrushAxis[] = [];
  #held: { axis: BrushAxis; fromPx: number; isMoved: boolean } | undefined;
  #ownIds: ReadonlySet<string> = new Set();

  constructor(spec: ParallelSpec, runs: readonly PanelRun[], options: BrushOptions) {
    this.#spec = spec;
    this.#runs = runs;
    this.#options = options;
  }

  show({ axes = [], svg }: Panel, stage: HTMLElement): void {
    this.#axes = axes;
    svg.append(this.#layer);
    this.#draw();
    stage.classList.add('rf-brushing');
    if (this.form.childElementCount === 0) this.#buildForm();
  }

  isOnAxis(at: Point): boolean {
    return this.#axisAt(at) !== undefined;
  }

  /** Takes hold of an axis; false when none is near. */
  press(at: Point): boolean {
    const axis = this.#axisAt(at);
    if (axis === undefined) return false;
    this.#held = { axis, fromPx: at[1], isMoved: false };
    return true;
  }

  drag([, y]: Point): boolean {
    const held = this.#held;
    if (held === undefined) return false;
    if (!held.isMoved && Math.abs(y - held.fromPx) < 4) return true;
    held.isMoved = true;
    this.#ranges.set(held.axis.field, rangeOf(held.axis, held.fromPx, y));
    this.#draw();
    this.#options.onChange(this.#ids(), true);
    return true;
  }

  drop(): boolean {
    const held = this.#held;
    if (held === undefined) return false;
    this.#held = undefined;
    if (!held.isMoved) this.#ranges.delete(held.axis.field);
    this.#commit();
    return true;
  }

  cancel(): void {
    this.#held = undefined;
  }

  /** Forgets its ranges once something else is picked. */
  noteSelection(ids: ReadonlySet<string>): void {
    const isOwn = ids.size === this.#ownIds.size && [...ids].every((id) => this.#ownIds.has(id));
    if (isOwn || this.#ranges.size === 0) return;
    this.#ranges.clear();
    this.#draw();
    this.#fillForm();
  }

  #axisAt([x, y]: Point): BrushAxis | undefined {
    return this.#axes.find(
      (axis) => Math.abs(axis.x - x) <= holdPx && y <= axis.range[0] + 8 && y >= axis.range[1] - 8,
    );
  }

  #commit(): void {
    const ids = this.#ids();
    this.#ownIds = new Set(ids ?? []);
    this.#draw();
    this.#fillForm();
    this.#options.onChange(ids, false);
  }

  #ids(): string[] | undefined {
    return this.#ranges.size === 0 ? undefined : runsWithin(this.#spec, this.#runs, this.#ranges);
  }

  #draw(): void {
    this.#layer.replaceChildren(
      ...this.#axes.flatMap((axis) => {
        const range = this.#ranges.get(axis.field);
        if (range === undefined) return [];
        const ends = range.map(axis.toPx);
        const top = Math.min(...ends);
        return [
          makeSvg('rect', {
            class: 'rf-brush',
            x: axis.x - 8,
            y: top,
            width: 16,
            height: Math.max(2, Math.max(...ends) - top),
          }),
        ];
      }),
    );
  }

  #buildForm(): void {
    const rows = this.#axes.map((axis) => {
      const fields = ['from', 'to'].map((end) => {
        const label = `${axis.label} ${end}`;
        const field =
          axis.categories === undefined
            ? make('input', { type: 'number', step: 'any', 'aria-label': label })
            : make(
                'select',
                { 'aria-label': label },
                make('option', { value: '' }, 'any'),
                ...axis.categories.map((text, i) => make('option', { value: String(i) }, text)),
              );
        field.dataset.axis = axis.field;
        field.dataset.end = end;
        return field;
      });
      return make('div', { class: 'rf-range' }, make('bdi', {}, axis.label), ...fields);
    });
    const clear = makeButton('Clear ranges', () => {
      this.#ranges.clear();
      this.#commit();
    });
    this.form.append(make('summary', {}, 'Ranges'), make('div', { class: 'rf-range-list' }, ...rows), clear);
    this.form.addEventListener('change', () => this.#readForm());
  }

  #fields(axis: BrushAxis): (HTMLInputElement | HTMLSelectElement)[] {
    return [...this.form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')].filter(
      ({ dataset }) => dataset.axis === axis.field,
    );
  }

  #readForm(): void {
    this.#ranges.clear();
    for (const axis of this.#axes) {
      const [from, to] = this.#fields(axis).map(({ value }) => (value === '' ? undefined : Number(value)));
      if (from === undefined && to === undefined) continue;
      const [a, b] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY];
      this.#ranges.set(axis.field, [Math.min(a, b), Math.max(a, b)]);
    }
    this.#commit();
  }

  #fillForm(): void {
    for (const axis of this.#axes) {
      const range = this.#ranges.get(axis.field);
      for (const field of this.#fields(axis)) {
        const end = range?.[field.dataset.end === 'from' ? 0 : 1];
        field.value = endText(end, axis);
      }
    }
  }
}

function endText(end: number | undefined, { categories }: BrushAxis): string {
  if (end === undefined || !Number.isFinite(end)) return '';
  if (categories === undefined) return String(Number(end.toPrecision(4)));
  return String(Math.max(0, Math.min(categories.length - 1, Math.round(end))));
}

function rangeOf(axis: BrushAxis, fromPx: number, toPx: number): readonly [number, number] {
  const ends = [axis.valueAt(fromPx), axis.valueAt(toPx)];
  return [Math.min(...ends), Math.max(...ends)];
}
