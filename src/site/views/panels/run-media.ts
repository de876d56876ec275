import { formatNumber } from '../../../charts/format-number.ts';
import { accuracyOf } from '../../../charts/panels/confusion.ts';
import type { UnitCurve } from '../../../charts/panels/curves.ts';
import type { PanelSpec } from '../../../charts/panels/draw-panel.ts';
import { describePanel, panelHeight, panelHeights } from '../../../charts/panels/draw-panel.ts';
import { summariseHistogram } from '../../../charts/panels/histogram.ts';
import type { PanelText } from '../../../charts/panels/panel.ts';
import { areaUnderCurve, averagePrecision, calibrationError } from '../../../series/curve-area.ts';
import type { Artifact, DataTable, Histogram, Run } from '../../../store/run.ts';
import { groupTables, thinCurve, toConfusionMatrix, toUnitCurve } from './logged-curves.ts';
import { soundSteps } from './resolve-panel.ts';

/** A panel at one step, in words and as plain data. */
export interface PanelStep {
  step: number | undefined;
  spec: PanelSpec;
  text: PanelText;
  /** What the step comes to, in one figure; undefined where there is none. */
  figure: number | undefined;
}

/** A panel with one picture a step; the last one is what the page shows. */
export interface StepPanel {
  name: string;
  title: string;
  /** What the figure of each step is. */
  figureName: string;
  height: keyof typeof panelHeights;
  /** Rising; not empty. */
  steps: PanelStep[];
  /** Steps that were logged, where not all of them are here. */
  logged: number;
}

/** Steps that a page holds of one panel, the first and the last among them. */
const mostSteps = 24;

/** What a run logged as tables: those that have a chart of their own, and the others. */
export interface LoggedTables {
  panels: StepPanel[];
  plain: { name: string; kind: string | undefined; steps: DataTable[] }[];
}

/** Parts a run's tables into panels with steps, and tables that stay tables. */
export function loggedTables(run: Run): LoggedTables {
  const panels: StepPanel[] = [];
  const plain: LoggedTables['plain'] = [];
  for (const group of groupTables(run.tables)) {
    const steps = spread(group.steps).flatMap((table) => tableStep(table, run));
    const isWhole = steps.length > 0 && group.steps.every((table) => tableStep(table, run).length > 0);
    if (isWhole)
      panels.push(
        stepPanel(group.name, steps, { figureName: figureNames[group.kind ?? ''] ?? '', logged: group.steps.length }),
      );
    else plain.push(group);
  }
  return { panels, plain };
}

const figureNames: Record<string, string> = {
  confusion: 'Share right',
  roc: 'Area under the curve',
  pr: 'Average precision',
  calibration: 'Expected calibration error',
};

function tableStep(table: DataTable, run: Run): PanelStep[] {
  const { step, name: title, kind } = table;
  if (kind === 'confusion') {
    const matrix = toConfusionMatrix(table);
    if (matrix === undefined) return [];
    const spec: PanelSpec = { type: 'confusion', title, matrix, ...(step === undefined ? {} : { step }) };
    return [{ step, spec, text: textOf(spec), figure: accuracyOf(matrix) }];
  }
  if (kind !== 'roc' && kind !== 'pr' && kind !== 'calibration') return [];
  const curve = toUnitCurve(table, run);
  if (curve === undefined) return [];
  const bins = curve.points.map(([predicted, observed], i) => ({ predicted, observed, count: curve.counts?.[i] ?? 0 }));
  const figure =
    kind === 'roc'
      ? areaUnderCurve(curve.points)
      : kind === 'pr'
        ? averagePrecision(curve.points)
        : calibrationError(bins);
  const curveSpec = (curves: UnitCurve[]): PanelSpec => ({ type: kind, title, curves });
  const whole = curveSpec([curve]);
  return [{ step, spec: curveSpec([thinCurve(curve)]), text: textOf(whole), figure }];
}

/** The histograms of a run, each name as bars with a step to choose, and where it was logged often, as its way over steps. */
export function loggedHistograms(
  groups: readonly Histogram[][],
): { bars: StepPanel; overSteps: { spec: PanelSpec; text: PanelText; title: string } | undefined }[] {
  return groups.flatMap((logged) => {
    const [first] = logged;
    if (first === undefined) return [];
    const { name } = first;
    const steps = spread(logged).map(({ step, edges, counts }): PanelStep => {
      const spec: PanelSpec = { type: 'step-bins', name, step, edges, counts };
      return { step, spec, text: textOf(spec), figure: summariseHistogram({ edges, counts }).median };
    });
    const spec: PanelSpec = { type: 'step-histogram', name, steps: soundSteps(logged) };
    return [
      {
        bars: stepPanel(name, steps, { figureName: 'Median', logged: logged.length }),
        overSteps: logged.length < 3 ? undefined : { spec, text: textOf(spec), title: `${name} over steps` },
      },
    ];
  });
}

function stepPanel(
  name: string,
  steps: PanelStep[],
  { figureName, logged }: { figureName: string; logged: number },
): StepPanel {
  const last = steps.at(-1) as PanelStep;
  return { name, title: name, figureName, height: panelHeight(last.spec, []), steps, logged };
}

function textOf(spec: PanelSpec): PanelText {
  return describePanel(spec, [], { heightPx: panelHeights.middle });
}

/** Some of many steps, evenly, the first and the last among them. */
function spread<T>(steps: readonly T[]): T[] {
  if (steps.length <= mostSteps) return [...steps];
  const places = new Set(
    Array.from({ length: mostSteps }, (_, i) => Math.round((i * (steps.length - 1)) / (mostSteps - 1))),
  );
  return steps.filter((_, i) => places.has(i));
}

/** What the page's script needs of a panel's steps: without the tables. */
export function stepsJson({ steps }: StepPanel): string {
  return JSON.stringify(
    steps.map(({ step, spec, text }) => ({ step: step ?? null, spec, caption: text.caption })),
  ).replaceAll('<', '\\u003c');
}

/** The figure of a step as text. */
export function figureText(figure: number | undefined): string {
  return figure === undefined ? '–' : formatNumber(Number(figure.toPrecision(4)));
}

/** Files of a run that a page can show itself, by name, each at rising steps, and the others. */
export interface ShownArtifacts {
  images: { name: string; steps: Artifact[] }[];
  sounds: Artifact[];
  films: Artifact[];
  /** Comma- or tab-separated files, which script shows as tables. */
  sheets: Artifact[];
  others: Artifact[];
}

const endings = {
  images: /\.(png|jpe?g|gif|webp|avif|bmp)$/i,
  sounds: /\.(wav|mp3|ogg|oga|opus|m4a|aac|flac)$/i,
  films: /\.(mp4|webm|ogv|mov|m4v)$/i,
  sheets: /\.(csv|tsv)$/i,
};

/** Sorts artifacts by how they are shown: only files of the run's own folder are, never an address elsewhere. */
export function showArtifacts(artifacts: readonly Artifact[]): ShownArtifacts {
  const isShown = (artifact: Artifact, kind: keyof typeof endings) =>
    artifact.file !== undefined && !artifact.missing && endings[kind].test(artifact.file);
  const images = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    if (isShown(artifact, 'images')) images.set(artifact.name, [...(images.get(artifact.name) ?? []), artifact]);
  }
  const kinds = ['images', 'sounds', 'films', 'sheets'] as const;
  return {
    images: [...images].map(([name, steps]) => ({
      name,
      steps: steps.sort((a, b) => (a.step ?? -Infinity) - (b.step ?? -Infinity)),
    })),
    sounds: artifacts.filter((artifact) => isShown(artifact, 'sounds')),
    films: artifacts.filter((artifact) => isShown(artifact, 'films')),
    sheets: artifacts.filter((artifact) => isShown(artifact, 'sheets')),
    others: artifacts.filter((artifact) => !kinds.some((kind) => isShown(artifact, kind))),
  };
}
