import { formatStep } from '../charts/format-number.ts';
import { make } from './element.ts';
import { onState, setState, stateText } from './url-state.ts';

let names = 0;

/** Something that was logged at steps and shows one of them. */
export interface Stepped {
  label: string;
  /** Rising; undefined for one without a step. */
  steps: readonly (number | undefined)[];
  show: (place: number) => void;
}

/**
 * Gives what was logged at steps a slider each, panels and pictures alike. They move together: `step` of the address names the
 * step, and each shows its last one up to there. Without it they show the last one.
 */
export function addStepSliders(root: ParentNode = document): void {
  for (const holder of root.querySelectorAll<HTMLElement>('[data-panel-steps]')) {
    const stepped = steppedPanel(holder);
    if (stepped !== undefined) holder.querySelector('.rf-chart-title')?.after(stepSlider(stepped));
  }
  for (const holder of root.querySelectorAll<HTMLElement>('[data-image-steps]'))
    holder.prepend(stepSlider(steppedImages(holder)));
}

function steppedPanel(holder: HTMLElement): Stepped | undefined {
  const host = holder.querySelector<HTMLElement>('runfolio-panel');
  const text = holder.querySelector('script[type="application/json"]')?.textContent;
  if (host === null || text == null) return undefined;
  const steps = JSON.parse(text) as { step: number | null; spec: unknown; caption: string }[];
  const caption = holder.querySelector('figcaption');
  return {
    label: host.dataset.title ?? '',
    steps: steps.map(({ step }) => step ?? undefined),
    show: (place) => {
      const chosen = steps[place];
      if (chosen === undefined) return;
      host.dataset.spec = JSON.stringify(chosen.spec);
      if (caption !== null) caption.textContent = chosen.caption;
    },
  };
}

/** Earlier pictures come out of their fold; all but one are hidden. */
function steppedImages(holder: HTMLElement): Stepped {
  const figures = [...holder.querySelectorAll<HTMLElement>('figure')];
  const rising = [...figures.slice(1), ...figures.slice(0, 1)];
  holder.querySelector('details')?.remove();
  holder.append(...rising);
  return {
    label: holder.dataset.imageSteps ?? '',
    steps: rising.map(({ dataset }) => (dataset.step === undefined ? undefined : Number(dataset.step))),
    show: (place) => {
      for (const [i, figure] of rising.entries()) figure.hidden = i !== place;
    },
  };
}

/** A slider over the steps of something, which follows `step` of the address and writes it. */
export function stepSlider({ label, steps, show }: Stepped): HTMLElement {
  const last = steps.length - 1;
  const id = `rf-step-${++names}`;
  const range = make('input', { type: 'range', id, min: '0', max: String(last), step: '1', value: String(last) });
  const output = make('output', { for: id, class: 'num' });
  let at = -1;
  const showPlace = (place: number) => {
    if (place === at) return;
    at = place;
    const text = `${steps[place] === undefined ? 'no step' : `step ${formatStep(steps[place])}`} (${place + 1} of ${last + 1})`;
    range.value = String(place);
    range.setAttribute('aria-valuetext', text);
    output.textContent = text;
    show(place);
  };
  const follow = () => {
    const text = stateText('step');
    const wanted = text === undefined || text === '' ? Number.NaN : Number(text);
    showPlace(Number.isFinite(wanted) ? placeOf(steps, wanted) : last);
  };
  const choose = (isPassing: boolean) => () => {
    const place = Number(range.value);
    showPlace(place);
    const step = steps[place];
    setState({ step: place === last || step === undefined ? undefined : String(step) }, { isPassing });
  };
  range.addEventListener('input', choose(true));
  range.addEventListener('change', choose(false));
  let isPlaced = false;
  const stop = onState((changed) => {
    isPlaced ||= range.isConnected;
    if (isPlaced && !range.isConnected) stop();
    else if (changed.has('step')) follow();
  });
  follow();
  return make(
    'div',
    { class: 'rf-steps' },
    make('label', { for: id }, 'Step', make('span', { class: 'hidden-text' }, ` of ${label}`)),
    range,
    output,
  );
}

/** The place of the last step up to `wanted`, else the first. */
export function placeOf(steps: readonly (number | undefined)[], wanted: number): number {
  return Math.max(
    0,
    steps.findLastIndex((step) => step !== undefined && step <= wanted),
  );
}
