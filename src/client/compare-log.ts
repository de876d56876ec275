import type { RunParts } from '../payload/run-parts.ts';
import { loadFacts, loadParts, pairField, pairOf, type SectionView } from './compare-facts.ts';
import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import { runAddress } from './run-link.ts';

/** Equal lines shown before the first that differs. */
const before = 2;
/** Rows shown at first. */
const firstRows = 50;

/** What two runs printed, from the first line that differs. */
export async function logSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const pair = pairOf(view);
  if (pair === undefined) return [make('p', {}, 'Two runs are needed to hold what they printed against each other.')];
  const place = make('div', { class: 'rf-fold-body' });
  let turn = 0;
  const draw = async () => {
    turn += 1;
    const here = turn;
    const chosen = pairOf(view) ?? pair;
    const head = pairField(view, chosen, () => void draw());
    place.replaceChildren(head, make('p', { class: 'muted', role: 'status' }, 'Loading …'));
    try {
      const [a, b] = await Promise.all([chosen.a, chosen.b].map(({ id }) => loadParts(facts.get(id), view.base)));
      if (here !== turn) return;
      const notes = [chosen.a, chosen.b].map((run, i) =>
        gapNote(run.name, runAddress(run.id, view.base), i === 0 ? a : b),
      );
      place.replaceChildren(
        head,
        ...logRows(a?.lines ?? [], b?.lines ?? [], [chosen.a.name, chosen.b.name]),
        ...notes.filter((note) => note !== undefined),
      );
    } catch (error) {
      if (here !== turn) return;
      const reason = error instanceof FetchFault ? error.reason : 'not readable';
      const retry = makeButton('Retry', () => void draw());
      place.replaceChildren(
        head,
        make('p', { class: 'rf-fault', role: 'status' }, `Could not load this (${reason}). `, retry),
      );
    }
  };
  await draw();
  return [place];
}

/** Place of the first line that the two do not have alike; undefined where they are the same to their ends. */
export function firstDifference(
  a: readonly { message: string }[],
  b: readonly { message: string }[],
): number | undefined {
  const longest = Math.max(a.length, b.length);
  for (let i = 0; i < longest; i++) if (a[i]?.message !== b[i]?.message) return i;
  return undefined;
}

function logRows(a: RunParts['lines'], b: RunParts['lines'], names: [string, string]): Node[] {
  if (a.length === 0 && b.length === 0) return [make('p', {}, 'Neither run printed anything.')];
  const first = firstDifference(a, b);
  if (first === undefined) return [make('p', {}, `Both printed the same ${a.length} lines.`)];
  const from = Math.max(0, first - before);
  const longest = Math.max(a.length, b.length);
  const row = (i: number) => {
    const cells = [a[i], b[i]].map((line, side) =>
      make('td', { dir: 'auto', 'data-run': names[side] ?? '' }, line?.message.slice(0, 1000) ?? ''),
    );
    const isUnlike = a[i]?.message !== b[i]?.message;
    return make(
      'tr',
      { class: isUnlike ? 'rf-unlike' : undefined },
      make('th', { scope: 'row' }, String(i + 1)),
      ...cells,
    );
  };
  const body = make('tbody');
  const show = (to: number) => {
    for (let i = from + body.rows.length; i < to; i++) body.append(row(i));
  };
  show(Math.min(longest, from + firstRows));
  const table = make(
    'table',
    { class: 'rf-log' },
    make('caption', { class: 'hidden-text' }, 'Log lines of the two runs'),
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        make('th', { scope: 'col' }, 'Line'),
        ...names.map((name) => make('th', { scope: 'col' }, make('bdi', {}, name))),
      ),
    ),
    body,
  );
  const words =
    first === 0
      ? 'They differ from the first line on.'
      : `The first ${first === 1 ? 'line is' : `${first} lines are`} the same.`;
  const parts: Node[] = [
    make('p', { class: 'muted' }, words),
    make(
      'div',
      { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': 'Log lines of the two runs' },
      table,
    ),
  ];
  const rest = longest - from - body.rows.length;
  if (rest > 0) {
    const more = makeButton(`Show ${rest} more lines`, () => {
      show(longest);
      more.remove();
    });
    parts.push(more);
  }
  return parts;
}

/** Says where lines of a long log are not here, and where they are. */
function gapNote(name: string, address: string, parts: RunParts | undefined): HTMLElement | undefined {
  if (parts?.cutAfter === undefined) return undefined;
  const { lineCount, lines, cutAfter } = parts;
  const words = `${name} printed ${lineCount.toLocaleString('en')} lines: the first ${cutAfter} and the last ${lines.length - cutAfter} are held here as if they followed each other; all are in `;
  return make('p', { class: 'table-note' }, words, make('a', { href: address }, 'the log of the run'), '.');
}
