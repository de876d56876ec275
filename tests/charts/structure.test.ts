import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseLines } from '../../src/charts/choose-lines.ts';
import { drawLineChart } from '../../src/charts/line-chart.ts';
import {
  describePanel,
  drawPanel,
  type PanelHeight,
  type PanelSpec,
  panelHeights,
} from '../../src/charts/panels/draw-panel.ts';
import type { PanelText } from '../../src/charts/panels/panel.ts';
import type { PanelRun } from '../../src/charts/panels/panel-data.ts';
import { renderPanelStill } from '../../src/charts/panels/panel-still.ts';
import { assignRunColours, colourClasses } from '../../src/charts/run-colour.ts';
import { renderStill, stillDocument, stillSizes } from '../../src/charts/still.ts';
import { chartSettings } from '../../src/format/chart-settings.ts';
import { liveData } from '../../src/site/open-session.ts';
import { dashboard } from '../../src/site/views/dashboard.ts';
import { dashboardChart } from '../../src/site/views/dashboard-charts.ts';
import { type PanelView, panelViews } from '../../src/site/views/panels/panels.ts';
import { loggedHistograms } from '../../src/site/views/panels/run-media.ts';
import type { Experiment } from '../../src/store/experiment.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStructure } from './describe-structure.ts';

// What each kind of chart is made of, on this repository's own runs. Read the difference as code, then `npx vitest -u tests/charts`.

let store: Store;

beforeAll(async () => {
  store = await openStore(join(import.meta.dirname, '../..'));
});

function experimentOf(id: string): Experiment {
  const experiment = store.experiments.get(id);
  if (experiment === undefined) throw new Error(`There is no experiment ${id}.`);
  return experiment;
}

type DrawnPanel = PanelView & { spec: PanelSpec; text: PanelText };

function panelOf(id: string, name: string): DrawnPanel {
  const views = panelViews(dashboard(store, experimentOf(id)));
  const view = views.find((each) => each.name === name);
  if (view?.spec === undefined || view.text === undefined)
    throw new Error(`${id} has no panel ${name}, but ${views.map((each) => each.name).join(', ')}.`);
  return { ...view, spec: view.spec, text: view.text };
}

const panels: [kind: string, experiment: string, name: string][] = [
  ['scatter', 'diabetes/boosting', 'scatter:lr:test/rmse'],
  ['scatter-front', 'digits/forest-sweep', 'scatter:fit_seconds:val/acc'],
  ['bar', 'breast-cancer/calibration', 'bar:model:cv/auc'],
  ['box', 'digits/random-search', 'box:model.width:val/acc'],
  ['strip', 'breast-cancer/calibration', 'strip:model:fold/brier'],
  ['strip-where', 'digits/forest-sweep', 'strip:max_features:val/acc'],
  [
    'parallel',
    'digits/random-search',
    'parallel:optimizer.lr:optimizer.momentum:optimizer.weight_decay:model.width:batch_size:val/acc',
  ],
  ['heatmap', 'digits/random-search', 'heatmap:optimizer.lr:optimizer.momentum:val/acc'],
  ['histogram', 'digits/random-search', 'histogram:val/acc'],
  ['importance', 'digits/random-search', 'importance:val/acc'],
  ['step-histogram', 'digits/augmentation', 'histogram:weights/layer0:shift-seed0'],
  ['confusion', 'digits/augmentation', 'confusion:val/confusion:shift-seed0'],
  ['roc', 'breast-cancer/calibration', 'roc:Brier score'],
  ['pr', 'breast-cancer/calibration', 'pr:Brier score'],
  ['calibration', 'breast-cancer/calibration', 'calibration:Brier score'],
];

/** The structure of a panel, drawn as the build draws it for a wide box. */
function panelStructure(
  spec: PanelSpec,
  {
    from,
    title,
    height,
    text,
    runs,
  }: { from: string; title: string; height: PanelHeight; text: PanelText; runs: readonly PanelRun[] },
): string {
  const frame = { document: stillDocument(), widthPx: 580, heightPx: panelHeights[height] };
  const { svg, keys, keyTitle } = drawPanel(spec, runs, frame, { isStill: true });
  const { html } = renderPanelStill(spec, runs, { title, size: 'half', height });
  const caption = [text.caption, text.stillNote].filter(Boolean).join(' ');
  return describeStructure({
    from,
    title,
    svg,
    html,
    keys,
    keyTitle,
    caption,
    columns: text.columns,
    rowCount: text.rows.length,
  });
}

describe('the structure of a chart stays as it was looked at', () => {
  test.each(panels)('%s', async (kind, id, name) => {
    const view = panelOf(id, name);
    const described = panelStructure(view.spec, { ...view, from: `${id}, ${name}` });
    await expect(described).toMatchFileSnapshot(`__golden__/${kind}.txt`);
  });

  test('step-bins', async () => {
    const run = store.runs.get('digits/augmentation/shift-seed0');
    const [logged] = loggedHistograms([run?.histograms.filter(({ name }) => name === 'weights/layer0') ?? []]);
    const step = logged?.bars.steps.at(-1);
    if (run === undefined || logged === undefined || step === undefined)
      throw new Error('The run logged no histogram.');
    const { title } = logged.bars;
    const text = describePanel(step.spec, [], { heightPx: panelHeights.low });
    const described = panelStructure(step.spec, { from: `${run.id}, last step`, title, height: 'low', text, runs: [] });
    await expect(described).toMatchFileSnapshot('__golden__/step-bins.txt');
  });

  test('there is one of every type of panel', () => {
    const types = new Set<string>(panels.map(([, id, name]) => panelOf(id, name).spec.type));
    types.delete('step-histogram'); // in experiment.yaml a histogram with a name
    expect([...types].sort()).toEqual(chartSettings.options.map(({ shape }) => shape.type.value).sort());
  });

  test.each([
    ['line', 'digits/optimizers', 'val/loss'],
    ['line-band', 'digits/random-search', 'val/loss'],
  ])('%s', async (kind, id, metric) => {
    const view = dashboard(store, experimentOf(id));
    const chart = dashboardChart(view, metric, await liveData(store).readMetric(id, metric));
    const keep = view.drawnRuns.map((run) => run.id);
    const colours = assignRunColours(keep);
    const { label: title, goal, lines, notes, caption, drawing } = chart;
    const options = { goal, keep, colours, isNamed: false, notes };
    const { svg } = drawLineChart(lines, { ...options, ...stillSizes.wide, document: stillDocument() });
    const html = renderStill(lines, { title, ...options });
    const { singles } = chooseLines(lines, { goal, keep });
    const keys = singles.map(({ runId, label }) => ({
      swatch: colourClasses(colours.get(runId) ?? { slot: 0, dash: 0 }),
      text: label,
    }));
    const shown = { from: `${id}, ${metric}`, title, svg, html, keys, caption: `${caption} ${drawing}` };
    const described = describeStructure({
      ...shown,
      columns: ['Run', 'Last', 'Least', 'Greatest'],
      rowCount: singles.length,
    });
    await expect(described).toMatchFileSnapshot(`__golden__/${kind}.txt`);
  });
});
