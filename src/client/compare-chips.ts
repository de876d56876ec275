import type { RunColour } from '../charts/run-colour.ts';
import type { PayloadRun } from '../payload/experiment-runs.ts';
import { make, makeButton } from './element.ts';
import { runAddress, swatch } from './run-link.ts';

/** What a chip's buttons ask for. */
export interface ChipMove {
  kind: 'left' | 'right' | 'remove' | 'baseline';
  runId: string;
}

/** Chips shown at once; the others are behind a disclosure. */
const firstChips = 20;

/** With more runs than this all chips are behind a disclosure: the tables and the legend name the runs as well. */
const openChips = 6;

interface ChipsView {
  runs: readonly PayloadRun[];
  /** Those that a filter or a view brings: they stand behind the others and cannot be moved. */
  byRule: ReadonlySet<string>;
  failed: readonly { runId: string; reason: string }[];
  baselineId: string | undefined;
  colours: ReadonlyMap<string, RunColour>;
  base: string;
  onMove: (move: ChipMove) => void;
  onRetry: () => void;
  /** Whether the disclosure stands open, and who is told when that changes. */
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}

/** The runs on show, each with its colour and buttons to move it, take it away or make it the baseline. */
export function compareChips(view: ChipsView): HTMLElement {
  const { runs, failed, onRetry, isOpen, onToggle } = view;
  const section = make('section', { 'aria-label': 'Runs' });
  const list = (part: readonly PayloadRun[]) =>
    make('ul', { class: 'rf-chips', role: 'list' }, ...part.map((run) => chip(run, view)));
  const chips: HTMLElement[] = [list(runs.slice(0, firstChips))];
  if (runs.length > firstChips) {
    const rest = make('details', {}, make('summary', {}, `and ${runs.length - firstChips} more runs`));
    rest.addEventListener('toggle', () => {
      if (rest.open && rest.childElementCount === 1) rest.append(list(runs.slice(firstChips)));
    });
    chips.push(rest);
  }
  if (runs.length <= openChips) section.append(...chips);
  else {
    const words = `${runs.length} runs: reorder, set the baseline or take one away`;
    const all = make('details', { class: 'rf-add', open: isOpen }, make('summary', {}, words), ...chips);
    all.addEventListener('toggle', () => onToggle(all.open));
    section.append(all);
  }
  const absent = failed.filter(({ runId }) => !runs.some(({ id }) => id === runId));
  if (absent.length > 0) {
    const shown = absent.slice(0, firstChips);
    const absentChips = shown.map(({ runId, reason }) =>
      make('li', { class: 'rf-chip rf-failed' }, make('span', { class: 'mono' }, runId), ` could not load (${reason})`),
    );
    if (absent.length > shown.length) absentChips.push(make('li', {}, `and ${absent.length - shown.length} more`));
    section.append(make('ul', { class: 'rf-chips', role: 'list' }, ...absentChips), makeButton('Retry', onRetry));
  }
  return section;
}

function chip(run: PayloadRun, { runs, byRule, failed, baselineId, colours, base, onMove }: ChipsView): HTMLElement {
  const place = runs.indexOf(run);
  const isBaseline = run.id === baselineId;
  const fault = failed.find(({ runId }) => runId === run.id);
  const press = (kind: ChipMove['kind'], text: string, label: string, isOff = false) => {
    const button = makeButton(text, () => onMove({ kind, runId: run.id }), {
      'aria-label': `${label}: ${run.name}`,
      title: label,
      'data-key': `${kind}:${run.id}`,
    });
    button.disabled = isOff;
    return button;
  };
  const item = make('li', { class: fault ? 'rf-chip rf-failed' : 'rf-chip', 'data-chip': run.id, title: run.id });
  item.append(swatch(colours.get(run.id)), make('a', { class: 'mono', href: runAddress(run.id, base) }, run.name));
  const baseline = press(
    'baseline',
    isBaseline ? 'baseline' : 'set baseline',
    isBaseline ? 'Baseline' : 'Set baseline',
  );
  baseline.setAttribute('aria-pressed', String(isBaseline));
  item.append(
    make(
      'span',
      { class: 'rf-chip-tools' },
      baseline,
      ...(byRule.has(run.id) ? [] : [press('left', '←', 'Move left', place === 0)]),
      ...(byRule.has(run.id) ? [] : [press('right', '→', 'Move right', place === runs.length - byRule.size - 1)]),
      press('remove', '×', 'Remove'),
    ),
  );
  return item;
}
