import { colourClasses } from '../charts/run-colour.ts';
import { captionText } from './caption-text.ts';
import { chooseOwn, onChartState, settingsOfChart } from './chart-state.ts';
import { make, makeButton } from './element.ts';
import { linkButton } from './link-button.ts';
import type { LivePanel } from './live-panel.ts';
import { settingsForm, usualXOptions, xMetricsOf } from './settings-form.ts';
import { describeSmoothing } from './smoothing-scale.ts';
import { setState } from './url-state.ts';

/** What can be taken out again. */
export interface Removable {
  remove: () => void;
}

/**
 * Gives a live chart its two buttons: full screen, and a menu with its address, its picture as PNG and SVG, what it shows as
 * CSV and as pgfplots, and settings of its own.
 */
export function addPanelMenu(figure: HTMLElement, host: HTMLElement, panel: LivePanel): Removable {
  const { source } = panel;
  const { metric, label } = source;
  const isInDialog = figure.closest('dialog') !== null;
  const said = make('p', { class: 'rf-said', role: 'status' });
  const exportAs = (kind: ExportKind) => async () => {
    said.textContent = '';
    try {
      await exportPanel(kind, figure, panel);
    } catch {
      said.textContent = 'This browser could not make the file.';
    }
  };
  const own = ownSettings(host, panel);
  const list = make(
    'div',
    { class: 'rf-menu-list' },
    linkButton(metric, said),
    makeButton('Save as PNG', exportAs('png')),
    makeButton('Save as SVG', exportAs('svg')),
    makeButton('Save as CSV', exportAs('csv')),
    makeButton('Save as pgfplots (LaTeX)', exportAs('pgfplots')),
    said,
    own.element,
  );
  const button = make('summary', { 'aria-label': `Menu of ${label}`, title: 'Export and settings of this chart' });
  button.append(icon('M4 8h.01M8 8h.01M12 8h.01'));
  const menu = make('details', { class: 'rf-menu rf-menu-right' }, button, list);
  menu.addEventListener('toggle', () => {
    if (menu.open) own.update();
  });
  const tools = make('div', { class: 'rf-tools' });
  if (!isInDialog && (host.localName === 'runfolio-chart' || host.dataset.expands !== undefined)) {
    const full = makeButton('', () => setState({ panel: metric }), {
      'aria-label': `Full screen: ${label}`,
      title: 'Full screen',
    });
    full.append(icon('M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3'));
    tools.append(full);
  }
  tools.append(menu);
  const closeOutside = (event: PointerEvent) => {
    if (menu.open && !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  };
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.preventDefault();
    event.stopPropagation();
    menu.open = false;
    button.focus();
  });
  document.addEventListener('pointerdown', closeOutside);
  const stopListening = onChartState(() => menu.open && own.update());
  figure.prepend(tools);
  return {
    remove: () => {
      document.removeEventListener('pointerdown', closeOutside);
      stopListening();
      tools.remove();
    },
  };
}

/** Settings that this chart may have of its own, with the way back to the shared ones. */
function ownSettings(host: HTMLElement, { source }: LivePanel): { element: HTMLElement; update: () => void } {
  const { metric, stepLabel } = source;
  const section = host.closest<HTMLElement>('[data-panels]');
  const form = settingsForm(
    {
      read: () => settingsOfChart(metric).settings,
      choose: (change, options) =>
        chooseOwn(
          metric,
          Object.fromEntries(Object.entries(change).map(([key, value]) => [key, value ?? ''])),
          options,
        ),
      stepLabel,
    },
    [...usualXOptions(), ...xMetricsOf(section).map((name): [string, string] => [name, name])],
  );
  const shared = makeButton('Use shared settings', () => chooseOwn(metric, undefined));
  const legend = make('legend', {}, 'This chart alone');
  const element = make('fieldset', { class: 'rf-own' }, legend, ...form.fields, shared);
  const update = () => {
    form.update();
    shared.disabled = !settingsOfChart(metric).isOwn;
  };
  return { element, update };
}

type ExportKind = 'png' | 'svg' | 'csv' | 'pgfplots';

async function exportPanel(kind: ExportKind, figure: HTMLElement, panel: LivePanel): Promise<void> {
  const { drawn, source } = panel;
  if (drawn === undefined) return;
  const { chart, settings } = drawn;
  const smoothing = describeSmoothing(settings.smoothing);
  const { exportPicture, toPng, downloadFile } = await import('./chart-export.ts');
  const stem = `${document.querySelector('h1')?.textContent ?? 'chart'} ${source.metric}`.trim();
  if (kind === 'csv') {
    const { chartCsv } = await import('./chart-csv.ts');
    const text = chartCsv(chart.singles, {
      metric: source.metric,
      xLabel: settings.x === 'step' ? source.stepLabel : settings.x,
      smoothing,
      zoom: settings.zoom,
      banded: chart.banded,
      address: location.href,
    });
    downloadFile(text, `${stem}.csv`, 'text/csv');
    return;
  }
  const unit = source.unit === undefined ? '' : ` (${source.unit})`;
  if (kind === 'pgfplots') {
    const { chartPgfplots } = await import('./chart-pgfplots.ts');
    const text = chartPgfplots(chart.singles, {
      xLabel: settings.x === 'step' ? source.stepLabel : settings.x,
      yLabel: `${source.label}${unit}`,
      yScale: chart.view.scale,
      isWallTime: settings.x === 'wall',
      smoothing,
      banded: chart.banded,
      address: location.href,
    });
    downloadFile(text, `${stem}.tex`, 'application/x-tex');
    return;
  }
  const picture = exportPicture(chart.svg, {
    title: `${source.label}${unit}`,
    legend: chart.isNamed
      ? []
      : chart.singles.map(({ line, colour }) => ({ label: line.label, classes: colourClasses(colour) })),
    notes: captionText(figure),
  });
  if (kind === 'svg') downloadFile(picture.svg, `${stem}.svg`, 'image/svg+xml');
  else downloadFile(await toPng(picture), `${stem}.png`);
}

function icon(d: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  for (const [key, value] of Object.entries({
    class: 'rf-icon',
    viewBox: '0 0 16 16',
    width: '16',
    height: '16',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}
