import { groupBands } from '../series/aggregate-series.ts';
import type { ChartSettings } from './chart-settings.ts';
import { choose, onChartState, sharedSettings } from './chart-state.ts';
import { bandWords } from './describe-state.ts';
import { make, makeButton } from './element.ts';
import { onKey } from './key-actions.ts';
import { openFullScreen } from './panel-dialog.ts';
import { field, type Option, select, settingsForm, showChoice, usualXOptions, xMetricsOf } from './settings-form.ts';
import { onState, setState, stateText } from './url-state.ts';

const shown = new WeakSet<Element>();

/** Narrower than this the settings are a sheet at the bottom of the window. */
const phone = matchMedia('(max-width: 639px)');

/** Metrics with such names count something: they stand first among what x may be. */
const stepLike = /^(?:.*\/)?_?(?:epoch|iter|iteration|step|global_step|samples?|tokens?|batch|frames?|timesteps?)s?$/i;

/** Puts the settings of all charts of a section in place, once: a bar over them, on phones a button that opens a sheet. */
export function showControls(section: HTMLElement): void {
  const place = section.querySelector<HTMLElement>('.rf-settings');
  if (place === null || shown.has(section)) return;
  shown.add(section);
  const form = settingsForm(
    { read: sharedSettings, choose, stepLabel: section.dataset.stepLabel ?? 'step' },
    xOptions(section),
  );
  const more = groupFields(section);
  const old = supersededField(section);
  const search = searchField(section);
  const bar = make('div', { class: 'rf-form', role: 'group', 'aria-label': 'Chart settings' });
  bar.append(...form.fields, ...more.fields, ...old.fields, ...(search === undefined ? [] : [search]));
  const update = () => {
    const settings = sharedSettings();
    form.update();
    more.update(settings);
    old.update(settings);
    count.textContent = countText(settings);
  };

  const count = make('span', { class: 'rf-count' });
  const sheet = make('dialog', { class: 'rf-sheet', 'aria-label': 'Chart settings' });
  const close = makeButton('Done', () => sheet.close(), { class: 'rf-done' });
  sheet.addEventListener('click', (event) => {
    if (event.target === sheet) sheet.close(); // a press beside it
  });
  const open = makeButton('Chart settings', () => sheet.showModal(), {
    class: 'rf-open-sheet',
    'aria-haspopup': 'dialog',
  });
  open.append(count);
  const arrange = () => {
    if (phone.matches) {
      sheet.replaceChildren(bar, close);
      place.replaceChildren(open, sheet);
    } else {
      if (sheet.open) sheet.close();
      place.replaceChildren(bar);
    }
  };
  phone.addEventListener('change', arrange);
  arrange();
  update();
  const stop = onChartState(() => (section.isConnected ? update() : stop()));

  onKey('s', () => {
    if (phone.matches) sheet.showModal();
    const slider = bar.querySelector<HTMLElement>('[data-smoothing]');
    slider?.focus();
    return slider !== null;
  });
  onKey('y', () => {
    choose({ y: sharedSettings().y === 'log' ? undefined : 'log' });
    return true;
  });
  if (!isEscapeHeard) document.body.addEventListener('keydown', clearZoom);
  isEscapeHeard = true;
  openFullScreen(section);
}

let isEscapeHeard = false;

/** Escape clears the zoom; heard on the body, before the page clears what is picked in its tables. */
function clearZoom(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  if (sharedSettings().zoom === undefined) return;
  event.preventDefault();
  choose({ zoom: undefined });
}

/** How many settings are not at their default, for the button of the sheet. */
function countText({ smoothing, y, x, isWithoutOutliers, zoom, group, colour }: ChartSettings): string {
  const changed = [smoothing.amount > 0, y, x !== 'step', isWithoutOutliers, zoom, group.length > 0, colour !== 'run'];
  const number = changed.filter(Boolean).length;
  return number === 0 ? '' : ` (${number} changed)`;
}

function xOptions(section: HTMLElement): Option[] {
  const metrics = xMetricsOf(section);
  const counting = metrics.filter((name) => stepLike.test(name));
  const others = metrics.filter((name) => !stepLike.test(name));
  return [...usualXOptions(section.dataset.stepLabel), ...[...counting, ...others].map((name): Option => [name, name])];
}

/** Grouping, the band of groups, and what colours tell: only where there are many runs with params that differ. */
function groupFields(section: HTMLElement): { fields: HTMLElement[]; update: (settings: ChartSettings) => void } {
  const keys = JSON.parse(section.dataset.params ?? '[]') as string[];
  if (keys.length === 0) return { fields: [], update: () => {} };
  const declared = JSON.parse(section.dataset.groupBy ?? '[]') as string[];
  const boxes = keys.map((key) => {
    const box = make('input', { type: 'checkbox', value: key });
    box.addEventListener('change', () => {
      const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
      choose({ group: chosen, hide: undefined, only: undefined });
    });
    return box;
  });
  const summary = make('summary', {}, 'Group by');
  const list = make('div', { class: 'rf-menu-list' });
  if (declared.length > 0) {
    const words = `As declared: ${declared.join(', ')}`;
    list.append(makeButton(words, () => choose({ group: declared, hide: undefined, only: undefined })));
  }
  list.append(...boxes.map((box) => make('label', { class: 'rf-tick' }, box, make('bdi', {}, box.value))));
  list.append(makeButton('Single runs', () => choose({ group: undefined, hide: undefined, only: undefined })));
  const menu = make('details', { class: 'rf-menu' }, summary, list);
  closeOutside(menu);
  const bands = groupBands.map((band): Option => [band, capital(bandWords[band])]);
  const band = select('Band', bands, (value) => choose({ band: value === 'ci' ? undefined : value }));
  const declaredGroup: Option[] = declared.length > 0 ? [['group', `Group (${declared.join(', ')})`]] : [];
  const colours: Option[] = [['run', 'Run'], ...declaredGroup, ...keys.map((key): Option => [key, key])];
  const colour = select('Colour by', colours, (value) => choose({ colour: value === 'run' ? undefined : value }));
  const [bandField, colourField] = [field('Band', band), field('Colour by', colour)];
  return {
    fields: [menu, bandField, colourField],
    update: (settings) => {
      const isGrouped = settings.group.length > 0;
      for (const box of boxes) box.checked = settings.group.includes(box.value);
      summary.textContent = isGrouped ? `Group by: ${settings.group.join(', ')}` : 'Group by';
      showChoice(band, settings.band);
      showChoice(colour, settings.colour);
      bandField.hidden = !isGrouped;
      colourField.hidden = isGrouped;
    },
  };
}

/** A switch for what resumed runs wrote again, where there is any. */
function supersededField(section: HTMLElement): { fields: HTMLElement[]; update: (settings: ChartSettings) => void } {
  if (section.dataset.superseded === undefined) return { fields: [], update: () => {} };
  const box = make('input', { type: 'checkbox' });
  box.addEventListener('change', () => choose({ old: box.checked ? undefined : '0' }));
  return {
    fields: [make('label', { class: 'rf-tick' }, box, 'Superseded values')],
    update: ({ hasSuperseded }) => {
      box.checked = hasSuperseded;
    },
  };
}

/** A field that leaves only the panels whose names hold what is typed; sections without any go too. */
function searchField(section: HTMLElement): HTMLElement | undefined {
  const figures = [...section.querySelectorAll<HTMLElement>('figure')].filter(
    (figure) => figure.querySelector('runfolio-chart') !== null,
  );
  if (figures.length < 3) return undefined;
  const input = make('input', { type: 'search', placeholder: 'val/acc', class: 'rf-find' });
  const none = make('p', { class: 'muted', role: 'status', hidden: true });
  const filter = () => {
    const words = (stateText('find') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    for (const figure of figures) {
      const { metric = '', label = '' } = figure.querySelector<HTMLElement>('runfolio-chart')?.dataset ?? {};
      const text = `${metric} ${label}`.toLowerCase();
      figure.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of section.querySelectorAll<HTMLElement>('.panel-group'))
      group.hidden = [...group.querySelectorAll<HTMLElement>('figure')].every(({ hidden }) => hidden);
    none.hidden = figures.some(({ hidden }) => !hidden);
    none.textContent = `No chart has "${stateText('find') ?? ''}" in its name.`;
    if (document.activeElement !== input) input.value = stateText('find') ?? '';
  };
  input.addEventListener('input', () => setState({ find: input.value.trim() || undefined }, { isPassing: true }));
  onState((changed) => changed.has('find') && filter());
  section.querySelector('.panel-group, .panels')?.before(none);
  filter();
  return field('Find a chart', input);
}

/** An open menu closes when the pointer goes down elsewhere, and by Escape. */
function closeOutside(menu: HTMLDetailsElement): void {
  document.addEventListener('pointerdown', (event) => {
    if (menu.open && !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
