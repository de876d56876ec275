import { formatNumber } from '../charts/format-number.ts';
import type { PayloadMetric } from '../payload/experiment-runs.ts';
import { compareGroups, type GroupPair, type GroupsComparison } from '../series/compare-groups.ts';
import { type Interval, leastSeeds, type SampleFigures, silenceText } from '../series/describe-sample.ts';
import { maxSeedsNeeded } from '../series/effect-size.ts';
import { pText } from '../series/p-text.ts';
import { runStatus } from '../series/run-status.ts';
import { summaryWords } from '../series/summary-words.ts';
import type { SectionView } from './compare-facts.ts';
import type { CompareState } from './compare-state.ts';
import { make, makeButton } from './element.ts';
import { pageClock } from './run-status.ts';
import { groupKeys, type SeedGroup, seedGroups, seedValues, usualGroupKeys } from './seed-groups.ts';

/** Metrics whose figures are there at first. */
const firstMetrics = 3;
/** Groups in one table; more say nothing that a person could read. */
const mostGroups = 100;

/** What the section of groups needs. */
export interface SeedsView extends SectionView {
  state: Pick<CompareState, 'groupedBy' | 'groupBaseline'>;
  /** Metrics of the page, those that runs are ranked by first. */
  metrics: readonly PayloadMetric[];
  onChange: (change: Partial<Pick<CompareState, 'groupedBy' | 'groupBaseline'>>) => void;
}

/** What groups of seeds tell of each metric: figures, tests of their differences, and what cannot be said. */
export function seedsSection(view: SeedsView): Node[] {
  const { runs, data, state, metrics, onChange } = view;
  const known = groupKeys(runs);
  const usual = usualGroupKeys(runs, data.groupBy);
  const isKnown = (key: string) => known.includes(key) || runs.some(({ params }) => params.has(key));
  const unknown = state.groupedBy.filter((key) => !isKnown(key));
  const asked = state.groupedBy.filter(isKnown);
  const keys = asked.length > 0 ? asked : usual;
  const parts: Node[] = [
    keyField({ usual, known, asked }, (groupedBy) => onChange({ groupedBy, groupBaseline: undefined })),
  ];
  if (unknown.length > 0)
    parts.push(
      make('p', { class: 'rf-fault' }, `No run has ${unknown.map((key) => key.slice(0, 80)).join(', ')} to group by.`),
    );
  if (keys.length === 0) {
    parts.push(make('p', {}, 'The runs differ in nothing but their seeds: they are one group.'));
  }
  const clock = pageClock();
  const all = seedGroups(runs, keys, (run) => runStatus(run, clock));
  const named = all.map((group) => (keys.length === 0 ? { ...group, name: 'all runs' } : group));
  const groups = named.slice(0, mostGroups);
  const baseline = baselinePlace(groups, view);
  if (groups.length > 2) parts.push(baselineField(groups, baseline, (groupBaseline) => onChange({ groupBaseline })));
  if (state.groupBaseline !== undefined && !groups.some(({ name }) => name === state.groupBaseline))
    parts.push(make('p', { class: 'rf-fault' }, `There is no group ${state.groupBaseline.slice(0, 200)}.`));
  if (named.length > groups.length)
    parts.push(make('p', {}, `The first ${groups.length} of ${named.length} groups: fewer names make fewer groups.`));
  const leftOut = groups.reduce((sum, group) => sum + group.leftOut.length, 0);
  if (leftOut > 0) {
    const words = leftOut === 1 ? '1 run takes' : `${leftOut} runs take`;
    parts.push(
      make('p', { class: 'muted' }, `${words} no part: failed, killed, crashed, running, diverged or archived.`),
    );
  }
  const isWhole = view.opened.has('seeds:metrics');
  const place = make('div', { class: 'rf-fold-body' });
  const show = (list: readonly PayloadMetric[]) =>
    place.append(...list.map((metric) => metricPart(metric, groups, baseline, view)));
  show(isWhole ? metrics : metrics.slice(0, firstMetrics));
  parts.push(place);
  if (!isWhole && metrics.length > firstMetrics) {
    const more = makeButton(`Show all ${metrics.length} metrics`, () => {
      view.opened.add('seeds:metrics');
      more.remove();
      show(metrics.slice(firstMetrics));
    });
    parts.push(more);
  }
  return parts;
}

function keyField(
  { usual, known, asked }: { usual: readonly string[]; known: readonly string[]; asked: readonly string[] },
  onChoose: (keys: string[]) => void,
): HTMLElement {
  const select = make('select', { 'data-key': 'seeds-by' });
  const add = (value: string, text: string) => select.append(make('option', { value }, text));
  add('', usual.length === 0 ? 'nothing' : usual.join(', '));
  for (const key of known) if (usual.length !== 1 || usual[0] !== key) add(key, key);
  if (asked.length > 1 || (asked[0] !== undefined && !known.includes(asked[0]))) add('\0', asked.join(', '));
  select.value =
    asked.length === 0 || asked.join('\0') === usual.join('\0') ? '' : asked.length > 1 ? '\0' : (asked[0] ?? '');
  if (select.selectedIndex < 0) select.value = '\0';
  select.addEventListener('change', () => onChoose(select.value === '' ? [] : [select.value]));
  return make('label', { class: 'rf-field rf-baseline' }, make('span', {}, 'Groups of runs with the same'), select);
}

function baselineField(
  groups: readonly SeedGroup[],
  baseline: number | undefined,
  onChoose: (name: string) => void,
): HTMLElement {
  const select = make(
    'select',
    { 'data-key': 'seeds-baseline' },
    ...groups.map(({ name }) => make('option', { value: name }, name)),
  );
  select.value = groups[baseline ?? 0]?.name ?? '';
  select.addEventListener('change', () => onChoose(select.value));
  return make('label', { class: 'rf-field rf-baseline' }, make('span', {}, 'Held against'), select);
}

/** The group asked for, else that of the baseline run. */
function baselinePlace(groups: readonly SeedGroup[], { state, baselineId }: SeedsView): number | undefined {
  const asked = groups.findIndex(({ name }) => name === state.groupBaseline);
  if (asked >= 0) return asked;
  const own = groups.findIndex(({ runs, leftOut }) => [...runs, ...leftOut].some(({ id }) => id === baselineId));
  return own >= 0 ? own : groups.length > 0 ? 0 : undefined;
}

function metricPart(
  metric: PayloadMetric,
  all: readonly SeedGroup[],
  baseline: number | undefined,
  view: SeedsView,
): HTMLElement {
  const title = metric.label ?? metric.name;
  const samples = all.map((group) => ({ name: group.name, values: seedValues(group, metric) }));
  const comparison = compareGroups(samples, { bootstrap: false, ...(baseline === undefined ? {} : { baseline }) });
  const goal = metric.goal === undefined ? '' : metric.goal === 'max' ? ', higher is better' : ', lower is better';
  const head = make('h3', {}, make('bdi', {}, title));
  head.append(
    make('span', { class: 'muted' }, ` ${summaryWords(metric.summary, metric.goal)} value of each run${goal}`),
  );
  const part = make('div', { class: 'rf-fold-body' }, head);
  if (comparison.figures.every(({ n }) => n < leastSeeds))
    part.append(
      make(
        'p',
        { class: 'callout' },
        `No group has ${leastSeeds} finite values: nothing can be said of how other seeds would come out.`,
      ),
    );
  part.append(figuresTable(title, samples, comparison.figures));
  part.append(...pairsTable(title, samples, comparison, view.base));
  return part;
}

interface NamedSample {
  name: string;
}

function figuresTable(title: string, samples: readonly NamedSample[], figures: readonly SampleFigures[]): HTMLElement {
  const rows = figures.map((own, i) => {
    const said = own.n >= leastSeeds ? own : undefined;
    const note =
      own.silence === undefined
        ? ''
        : `${silenceText(own.silence)}${own.n === 1 || own.n === 2 ? ` (${own.values.map(formatNumber).join(', ')})` : ''}`;
    const leftOut = own.leftOut === 0 ? '' : `${own.leftOut} left out, NaN or infinite`;
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('bdi', {}, samples[i]?.name ?? '')),
      number(own.n, String(own.n)),
      number(said?.mean),
      number(said?.sd),
      make('td', { class: 'num' }, intervalText(own.ci)),
      number(said?.median),
      make('td', { class: 'muted' }, [note, leftOut].filter(Boolean).join('; ')),
    );
  });
  return plainTable(
    `Groups of seeds by ${title}`,
    [
      ['Group', false],
      ['n', true],
      ['Mean', true],
      ['SD (n − 1)', true],
      ['95 % CI (t)', true],
      ['Median', true],
      ['', false],
    ],
    rows,
  );
}

function pairsTable(
  title: string,
  samples: readonly NamedSample[],
  { pairs, anova }: GroupsComparison,
  base: string,
): Node[] {
  const tested = pairs.filter(({ permutation }) => permutation !== undefined);
  const untested = pairs.length - tested.length;
  const parts: Node[] = [];
  if (tested.length > 0) {
    const rows = tested.map((pair) => pairRow(pair, samples, tested.length > 1));
    const heads: [string, boolean][] = [
      [tested.length > 1 ? 'Less the group held against' : 'Difference of', false],
      ['Means', true],
      [tested.length > 1 ? 'p (Welch, Holm)' : 'p (Welch)', true],
      ['95 % CI', true],
      ['p (permutation)', true],
      ['Hedges’ g', true],
      ['Seeds needed', true],
    ];
    parts.push(plainTable(`Differences of groups by ${title}`, heads, rows), footnote(tested, { anova, base }));
  }
  if (untested > 0 && pairs.length > 0) {
    const words = untested === 1 ? '1 pair is' : `${untested} pairs are`;
    parts.push(make('p', { class: 'muted' }, `${words} not tested: a group has fewer than ${leastSeeds} seeds.`));
  }
  return parts;
}

function pairRow(
  { a, b, difference, welch, pHolm, permutation, effect, seedsNeeded }: GroupPair,
  samples: readonly NamedSample[],
  isBaselineKnown: boolean,
): HTMLElement {
  const isSignificant = pHolm !== undefined && pHolm < 0.05;
  const p = make('td', { class: 'num' });
  if (pHolm === undefined) p.append('–');
  else if (isSignificant) p.append(make('strong', {}, pText(pHolm)), ' ', make('span', { class: 'sub' }, 'below 0.05'));
  else p.append(pText(pHolm));
  const head = make('th', { scope: 'row' }, make('bdi', {}, samples[a]?.name ?? ''));
  if (!isBaselineKnown) head.append(' − ', make('bdi', {}, samples[b]?.name ?? ''));
  const g = effect && `${signed(Number(effect.g.toPrecision(3)))} (${precise(effect.ci)})`;
  return make(
    'tr',
    {},
    head,
    number(difference, difference === undefined ? undefined : signed(difference)),
    p,
    make('td', { class: 'num' }, intervalText(welch?.ci)),
    number(permutation?.p, permutation && pText(permutation.p)),
    make('td', { class: 'num' }, g ?? '–'),
    number(seedsNeeded, seedsNeeded === undefined ? undefined : seedsText(seedsNeeded)),
  );
}

function footnote(
  tested: readonly GroupPair[],
  { anova, base }: { anova: GroupsComparison['anova']; base: string },
): HTMLElement {
  const words: string[] = [];
  if (tested.length > 1) {
    const tests = tested.filter(({ pHolm }) => pHolm !== undefined).length;
    words.push(`p of Welch’s test, corrected for ${tests} tests after Holm.`);
  }
  const least = new Set(
    tested.flatMap(({ permutation }) =>
      permutation?.isExact && permutation.least >= 0.05 ? [pText(permutation.least)] : [],
    ),
  );
  if (least.size > 0)
    words.push(`With so few seeds a permutation test cannot go below p = ${[...least].join(' or ')}.`);
  if (anova !== undefined) {
    const degrees = `${anova.degrees1}, ${anova.degrees2.toFixed(1)}`;
    words.push(
      `Welch’s ANOVA over ${anova.groups} groups: F(${degrees}) = ${formatNumber(anova.f)}, p = ${pText(anova.p)}.`,
    );
  }
  if (tested.some(({ silence }) => silence === 'no-spread'))
    words.push('Where no value differs within two groups there is no spread for a t test.');
  words.push('Seeds needed: in each group, to see the observed g at alpha 0.05 with power 0.8; as unsure as g is.');
  return make(
    'p',
    { class: 'table-note' },
    `${words.join(' ')} `,
    make('a', { href: `${base}docs/statistics/` }, 'What these methods say'),
    '.',
  );
}

function plainTable(caption: string, heads: readonly [string, boolean][], rows: readonly HTMLElement[]): HTMLElement {
  const top = heads.map(([text, isNumber]) =>
    text === '' ? make('td') : make('th', { scope: 'col', class: isNumber ? 'num' : undefined }, text),
  );
  const table = make(
    'table',
    { class: 'sticky-first rf-seeds' },
    make('caption', { class: 'hidden-text' }, caption),
    make('thead', {}, make('tr', {}, ...top)),
    make('tbody', {}, ...rows),
  );
  return make('div', { class: 'table-box rf-scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table);
}

function number(value: number | undefined, text = formatNumber(value)): HTMLElement {
  return make(
    'td',
    { class: 'num', title: value === undefined ? undefined : String(value) },
    value === undefined ? '–' : text,
  );
}

function intervalText(interval: Interval | undefined): string {
  return interval === undefined ? '–' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
}

function precise({ low, high }: Interval): string {
  return `${low.toPrecision(3)} to ${high.toPrecision(3)}`;
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

function seedsText(seeds: number): string {
  return Number.isFinite(seeds) ? seeds.toLocaleString('en') : `over ${maxSeedsNeeded.toLocaleString('en')}`;
}
