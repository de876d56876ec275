import type { YScaleKind } from '../charts/chart-scale.ts';
import { type SmoothingKind, smoothingKinds } from '../series/smooth-series.ts';
import { type ChartSettings, xKindOf, xWords } from './chart-settings.ts';
import { shownRange } from './draw-live-chart.ts';
import { make, makeButton } from './element.ts';
import { amountAt, amountNames, kindNames, lastPosition, positionOf } from './smoothing-scale.ts';
import { formatBound, formatZoom, parseBound, type Range } from './zoom-text.ts';

/** What a form of chart settings writes; undefined is the default. */
export type FormChange = Partial<Record<'x' | 'sm' | 'smk' | 'y' | 'out' | 'zoom', string | undefined>>;

/** What a form of chart settings reads and writes: those shared by all charts, or those of one. */
export interface FormTarget {
  read: () => ChartSettings;
  choose: (change: FormChange, options?: { isPassing?: boolean }) => void;
  /** The word under the x axis where x is the step. */
  stepLabel: string;
}

/** An option of a choice: its value, and what stands for it. */
export type Option = readonly [value: string, text: string];

const scaleNames: Record<YScaleKind | '', string> = { '': 'Automatic', linear: 'Linear', log: 'Log', symlog: 'Symlog' };

/** What x may be in every chart, whatever its metrics. */
export function usualXOptions(stepLabel = 'step'): Option[] {
  return [
    ['step', stepLabel === 'step' ? 'Step' : `Step (${stepLabel})`],
    ['time', 'Relative time'],
    ['wall', 'Wall time'],
    ['fraction', 'Fraction of the run'],
  ];
}

/** Metrics that the charts of a section can have as x: those of its charts, or those that it names itself. */
export function xMetricsOf(section: HTMLElement | null): string[] {
  const named = section?.dataset.xMetrics;
  if (named !== undefined) return JSON.parse(named) as string[];
  const charts = [...(section?.querySelectorAll<HTMLElement>('runfolio-chart') ?? [])];
  return [...new Set(charts.map(({ dataset }) => dataset.metric ?? ''))].filter((name) => name !== '');
}

/** Fields for x, smoothing, scale, outliers and zoom. `update` shows what is chosen by now. */
export function settingsForm(
  target: FormTarget,
  xOptions: readonly Option[],
): { fields: HTMLElement[]; update: () => void } {
  const { read, choose } = target;
  const x = select('X axis', xOptions, (value) => choose({ x: value === 'step' ? undefined : value, zoom: undefined }));
  const kinds = smoothingKinds.map((kind): Option => [kind, kindNames[kind]]);
  const kind = select('Smoothing', kinds, (value) => {
    const known = value as SmoothingKind;
    const { smoothing } = read();
    // Amounts of one kind mean nothing to another: it begins in the middle of its scale, or stays off.
    const isAlike = (of: SmoothingKind) => of === 'ema' || of === 'time';
    const isKept = isAlike(known) && isAlike(smoothing.kind);
    const amount = isKept || smoothing.amount === 0 ? smoothing.amount : amountAt(known, lastPosition(known) / 3);
    choose(smoothingChange(known, amount));
  });
  const slider = make('input', {
    type: 'range',
    min: '0',
    step: '1',
    'aria-label': 'Amount of smoothing',
    'data-smoothing': true,
  });
  const amount = make('input', { type: 'number', min: '0', step: 'any', class: 'rf-amount' });
  const kindNow = () => read().smoothing.kind;
  slider.addEventListener('input', () => {
    choose(smoothingChange(kindNow(), amountAt(kindNow(), slider.valueAsNumber)), { isPassing: true });
  });
  slider.addEventListener('change', () =>
    choose(smoothingChange(kindNow(), amountAt(kindNow(), slider.valueAsNumber))),
  );
  amount.addEventListener('change', () => choose(smoothingChange(kindNow(), Math.max(0, amount.valueAsNumber || 0))));

  const scale = select('Scale', Object.entries(scaleNames), (value) => choose({ y: value === '' ? undefined : value }));
  const outliers = make('input', { type: 'checkbox' });
  outliers.addEventListener('change', () => choose({ out: outliers.checked ? '1' : undefined }));
  const from = make('input', { type: 'text', inputmode: 'decimal', class: 'rf-bound', autocomplete: 'off' });
  const to = make('input', { type: 'text', inputmode: 'decimal', class: 'rf-bound', autocomplete: 'off' });
  const whole = makeButton('Reset zoom', () => choose({ zoom: undefined }), { class: 'rf-whole' });
  const xName = () => xWords(read().x, target.stepLabel);
  const zoom = () => {
    const settings = read();
    const xKind = xKindOf(settings.x);
    const shown = settings.zoom ?? shownRange(xName());
    const bounds: Range = [
      parseBound(from.value, xKind) ?? shown?.[0] ?? 0,
      parseBound(to.value, xKind) ?? shown?.[1] ?? 0,
    ];
    const isWhole = from.value.trim() === '' && to.value.trim() === '';
    if (isWhole) choose({ zoom: undefined });
    else if (bounds[0] < bounds[1]) choose({ zoom: formatZoom(bounds, xKind) });
    else update();
  };
  for (const field of [from, to]) field.addEventListener('change', zoom);

  const update = () => {
    const settings = read();
    const { smoothing } = settings;
    showChoice(x, settings.x);
    showChoice(kind, smoothing.kind);
    slider.max = String(lastPosition(smoothing.kind));
    slider.value = String(positionOf(smoothing.kind, smoothing.amount));
    slider.setAttribute(
      'aria-valuetext',
      smoothing.amount === 0 ? 'off' : `${amountNames[smoothing.kind]} ${smoothing.amount}`,
    );
    if (document.activeElement !== amount) amount.value = String(smoothing.amount);
    amount.setAttribute('aria-label', `Smoothing, ${amountNames[smoothing.kind]}`);
    amount.max = smoothing.kind === 'ema' || smoothing.kind === 'time' ? '0.999' : '';
    showChoice(scale, settings.y ?? '');
    outliers.checked = settings.isWithoutOutliers;
    const xKind = xKindOf(settings.x);
    const shown = shownRange(xName());
    const span = shown === undefined ? 1 : shown[1] - shown[0];
    for (const [place, field] of [from, to].entries()) {
      const bound = settings.zoom?.[place];
      if (document.activeElement !== field) field.value = bound === undefined ? '' : formatBound(bound, span, xKind);
      const edge = shown?.[place];
      field.placeholder = edge === undefined ? '' : formatBound(edge, span, xKind);
    }
    whole.disabled = settings.zoom === undefined;
  };
  const smoothingParts = make(
    'div',
    { class: 'rf-field rf-smoothing' },
    ...labelled('Smoothing', kind),
    slider,
    amount,
  );
  return {
    fields: [
      field('X axis', x),
      smoothingParts,
      field('Scale', scale),
      make('label', { class: 'rf-tick' }, outliers, 'Outliers out'),
      make(
        'div',
        { class: 'rf-field rf-zoom', role: 'group', 'aria-label': 'Part of x' },
        ...labelled('From', from),
        ...labelled('to', to),
        whole,
      ),
    ],
    update,
  };
}

function smoothingChange(kind: SmoothingKind, amount: number): FormChange {
  return {
    sm: amount === 0 ? undefined : String(Number(amount.toPrecision(6))),
    smk: kind === 'ema' ? undefined : kind,
  };
}

/** A choice that tells when it is made. */
export function select(name: string, options: readonly Option[], onChoose: (value: string) => void): HTMLSelectElement {
  const element = make('select', {}, ...options.map(([value, text]) => make('option', { value }, text)));
  element.dataset.name = name;
  element.addEventListener('change', () => onChoose(element.value));
  return element;
}

/** Shows a value in a choice; one that is not among its options is added, for an address may name it. */
export function showChoice(element: HTMLSelectElement, value: string): void {
  if (![...element.options].some((option) => option.value === value)) element.append(make('option', { value }, value));
  element.value = value;
}

/** A field behind its name. */
export function field(name: string, control: HTMLElement): HTMLElement {
  return make('label', { class: 'rf-field' }, make('span', {}, name), control);
}

function labelled(name: string, control: HTMLElement): HTMLElement[] {
  return [make('label', { class: 'rf-field' }, make('span', {}, name), control)];
}
