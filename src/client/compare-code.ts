import type { PayloadRun } from '../payload/experiment-runs.ts';
import type { RunFacts } from '../payload/run-facts.ts';
import { loadFacts, type Pair, pairField, pairOf, type SectionView } from './compare-facts.ts';
import { runHead } from './compare-tables.ts';
import { make, makeButton } from './element.ts';
import { FetchFault, request } from './fetch-text.ts';
import { type DiffLine, diffHunks, diffLines } from './line-diff.ts';

/** Patches larger than this are not held against each other here. */
const mostPatchBytes = 2_000_000;
/** Lines of a difference that are shown at once. */
const mostLines = 400;

/** Commits and kept patches: each commit with its runs, then two runs held against each other. */
export async function codeSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const parts: Node[] = [commitList(view, facts)];
  const pair = pairOf(view);
  if (pair === undefined) return parts;
  const place = make('div', { class: 'rf-fold-body' });
  const draw = () => {
    const chosen = pairOf(view) ?? pair;
    place.replaceChildren(pairField(view, chosen, draw), ...commitDiff(chosen), patchDiff(view, chosen, facts));
  };
  draw();
  return [...parts, place];
}

function commitList(view: SectionView, facts: ReadonlyMap<string, RunFacts>): HTMLElement {
  const groups = Map.groupBy(view.runs, ({ commit }) => commit);
  const without = groups.get(undefined)?.length ?? 0;
  groups.delete(undefined);
  if (groups.size === 0) return make('p', {}, 'These runs tell no commit.');
  const rows = [...groups].map(([commit = '', runs]) => {
    const own = facts.get(runs[0]?.id ?? '');
    const branches = [...new Set(runs.flatMap(({ branch }) => branch ?? []))];
    const dirty = runs.filter(({ id }) => facts.get(id)?.isDirty === true).length;
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, commitName(commit, own?.commitUrl)),
      make('td', {}, make('bdi', {}, branches.slice(0, 3).join(', '))),
      make('td', { class: 'num' }, String(runs.length)),
      make('td', {}, runNames(runs, view)),
      make('td', {}, dirty === 0 ? '' : dirty === runs.length && runs.length === 1 ? 'yes' : `in ${dirty}`),
    );
  });
  const heads = ['Commit', 'Branch', 'Runs', 'Which', 'Uncommitted changes'];
  const table = make(
    'table',
    { class: 'rf-texts' },
    make('caption', { class: 'hidden-text' }, 'Commits of the runs'),
    make('thead', {}, make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...rows.slice(0, 50)),
  );
  const box = make(
    'div',
    { class: 'table-box rf-scroll', tabindex: '0', role: 'region', 'aria-label': 'Commits of the runs' },
    table,
  );
  const notes: string[] = [];
  if (rows.length > 50) notes.push(`The first 50 of ${rows.length} commits.`);
  if (without > 0) notes.push(`${without === 1 ? '1 run tells' : `${without} runs tell`} no commit.`);
  return make('div', {}, box, ...(notes.length > 0 ? [make('p', { class: 'table-note' }, notes.join(' '))] : []));
}

function commitName(commit: string, url: string | undefined): Node {
  const name = make('code', { title: commit }, commit.slice(0, 10));
  return url !== undefined && /^https?:\/\//.test(url)
    ? make('a', { href: url, rel: 'noopener noreferrer' }, name)
    : name;
}

function runNames(runs: readonly PayloadRun[], { isMixed }: SectionView): Node {
  const shown = runs.slice(0, 3).map(({ id, name }) => (isMixed ? id : name));
  return make('bdi', {}, `${shown.join(', ')}${runs.length > 3 ? ` and ${runs.length - 3} more` : ''}`);
}

/** The command that shows what changed between two commits: the page has no repository to ask. */
function commitDiff({ a, b }: Pair): Node[] {
  if (a.commit === undefined || b.commit === undefined) return [];
  if (a.commit === b.commit) return [make('p', {}, 'Both ran at the same commit.')];
  const isCommit = (text: string) => /^[0-9a-f]{7,64}$/i.test(text);
  if (!isCommit(a.commit) || !isCommit(b.commit)) return [];
  const command = `git diff ${a.commit.slice(0, 12)} ${b.commit.slice(0, 12)}`;
  return [
    make('p', {}, 'What changed between their commits, in a clone of the repository:'),
    make(
      'div',
      { class: 'command' },
      make(
        'pre',
        { tabindex: '0', role: 'region', 'aria-label': 'Difference of the commits' },
        make('code', {}, command),
      ),
      make('runfolio-copy' as 'span', { 'data-text': command }),
    ),
  ];
}

/** The kept patches of two runs: their difference, the one that there is, or that there is none. */
function patchDiff(view: SectionView, { a, b }: Pair, facts: ReadonlyMap<string, RunFacts>): HTMLElement {
  const part = make('div', { class: 'rf-fold-body' }, make('h3', {}, 'Uncommitted changes'));
  const [first, second] = [a, b].map(({ id }) => facts.get(id)?.patchUrl);
  if (first === undefined && second === undefined) {
    part.append(make('p', { class: 'muted' }, 'Neither run kept a patch.'));
    return part;
  }
  const status = make('p', { class: 'muted', role: 'status' }, 'Loading …');
  part.append(status);
  const load = async () => {
    try {
      const [before = '', after = ''] = await Promise.all(
        [first, second].map((url) => (url === undefined ? '' : loadPatch(view.base + url))),
      );
      const lines = diffLines(toLines(before), toLines(after));
      status.remove();
      part.append(...patchWords(view, { a, b }, { first, second }), patchView(lines));
    } catch (error) {
      const reason = error instanceof FetchFault ? error.reason : 'not readable';
      status.replaceChildren(
        `Could not load the patches (${reason}). `,
        makeButton('Retry', () => void load()),
      );
    }
  };
  void load();
  return part;
}

function patchWords(
  view: SectionView,
  { a, b }: Pair,
  { first, second }: { first: string | undefined; second: string | undefined },
): Node[] {
  const link = (run: PayloadRun, url: string | undefined) =>
    url === undefined
      ? make('span', {}, ...runHead(run, view), ' kept no patch')
      : make('span', {}, ...runHead(run, view), ' ', make('a', { href: view.base + url, download: true }, 'patch'));
  return [
    make('p', { class: 'rf-patches' }, '− ', link(a, first), ', + ', link(b, second)),
    make('p', { class: 'muted' }, 'The two patches held against each other, line by line.'),
  ];
}

async function loadPatch(url: string): Promise<string> {
  const bytes = await (await request(url)).arrayBuffer();
  if (bytes.byteLength > mostPatchBytes) throw new FetchFault('a patch is too large to show');
  return new TextDecoder().decode(bytes);
}

function toLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function patchView(lines: readonly DiffLine[]): HTMLElement {
  const hunks = diffHunks(lines);
  if (hunks.length === 0) return make('p', {}, 'The patches are the same.');
  const signs = { same: '  ', added: '+ ', removed: '- ' } as const;
  const rows = hunks.flatMap(({ skipped, lines: own }) => [
    ...(skipped > 0 ? [make('span', { class: 'patch-place' }, `… ${skipped} equal lines\n`)] : []),
    ...own.map(({ kind, text }) => make('span', { class: `patch-${kind}` }, `${signs[kind]}${text.slice(0, 400)}\n`)),
  ]);
  const code = make('code', {}, ...rows.slice(0, mostLines));
  const view = make(
    'div',
    { class: 'patch' },
    make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Difference of the patches' }, code),
  );
  if (rows.length > mostLines) {
    const more = makeButton(`Show all ${rows.length} lines`, () => {
      code.replaceChildren(...rows);
      more.remove();
    });
    view.append(more);
  }
  return view;
}
