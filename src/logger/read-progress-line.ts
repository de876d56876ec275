import { elapsedKeys, paramsKeys, stepKeys, timeKeys } from '../format/metric-keys.ts';
import type { RecordEvent } from '../format/run-records.ts';
import type { TeePattern } from '../format/tee-pattern.ts';
import {
  boundWords,
  isMeasure,
  isProse,
  namesPhase,
  phaseOf,
  plainStepWords,
  qualifiers,
  stepWords,
} from './metric-words.ts';
import { maxOutputLine } from './output-lines.ts';
import { type Literal, type LiteralObject, readObjectText } from './read-literal.ts';
import { readNumberText } from './read-number-text.ts';
import { stripControls } from './strip-controls.ts';

/** A count, and how far it goes where the line says so. */
export interface Count {
  at: number;
  of: number | undefined;
}

/** What one line of a program's output says about its training. */
export interface ProgressReading {
  /** The step that the line names; `key` is the word it was named by. */
  step: (Count & { key: string }) | undefined;
  epoch: Count | undefined;
  /** A count without a name, as in `23/100` or `[10/100]`; `bar` tells it from other counts. */
  counter: (Count & { bar: string }) | undefined;
  /** Metric name to value; empty where the line tells only where training is. */
  metrics: Map<string, number>;
}

export interface ProgressLineOptions {
  /** Patterns of the experiment: a line that one of them matches is read by it alone. */
  patterns?: readonly TeePattern[];
  /** False: by the patterns alone. */
  wellKnown?: boolean;
}

/**
 * Reads the step and the metrics from one line of output, without its line end: a pattern of the experiment's; a JSON object or
 * a printed Python dict, also after a prefix; `step 10 loss 0.3`, `epoch 3/10 - loss: 0.42`, `[10/100] loss 0.3`, the bars of
 * tqdm, Keras and Lightning, and the lines of the usual training scripts. Undefined where the line says nothing of the kind.
 * Takes time linear in the length of the line and never throws.
 */
export function readProgressLine(
  line: string,
  { patterns = [], wellKnown = true }: ProgressLineOptions = {},
): ProgressReading | undefined {
  if (line.length > maxOutputLine) return undefined;
  const text = stripControls(line);
  for (const pattern of patterns) {
    const reading = readByPattern(text, pattern);
    if (reading !== undefined) return reading;
  }
  if (!wellKnown || !/\d|nan|inf/i.test(text)) return undefined;
  const trimmed = text.trim();
  if (trimmed.endsWith('}')) {
    const start = trimmed.indexOf('{');
    const object = readObjectText(trimmed.slice(start));
    if (object !== undefined) return readObject(object, { isAlone: start === 0 });
  }
  return readWords(text);
}

function readByPattern(text: string, { pattern, step, metrics }: TeePattern): ProgressReading | undefined {
  const groups = pattern.match(text);
  if (groups === undefined) return undefined;
  const numberOf = (group: number): number | undefined => readNumberText(groups[group]?.trim().replace(/%$/, '') ?? '');
  const found = new Map<string, number>();
  for (const [name, group] of metrics) {
    const value = numberOf(group);
    if (value !== undefined) found.set(name, value);
  }
  const at = step === undefined ? undefined : numberOf(step);
  if (found.size === 0) return undefined;
  return {
    step: at !== undefined && Number.isFinite(at) ? { key: 'step', at, of: undefined } : undefined,
    epoch: undefined,
    counter: undefined,
    metrics: found,
  };
}

/** Records of Runfolio's own that hold no metrics. */
const otherEvents: ReadonlySet<string> = new Set<Exclude<RecordEvent, 'metric'>>([
  'start',
  'end',
  'params',
  'system',
  'log',
  'note',
  'tag',
  'artifact',
  'histogram',
  'table',
  'alert',
  'archive',
]);

/** An object's numbers are its metrics, nested names joined with `/`. A record of Runfolio's own that holds no metrics is left alone. */
function readObject(object: LiteralObject, { isAlone }: { isAlone: boolean }): ProgressReading | undefined {
  if (typeof object.event === 'string' && otherEvents.has(object.event)) return undefined;
  const key = stepKeys.find((own) => Number.isFinite(numberIn(object[own])));
  const metrics = new Map<string, number>();
  collect(object, '', metrics, key);
  // `mp_cfg: {'threads': 4}` is a printed setting.
  const isMeant = isAlone || key !== undefined || [...metrics.keys()].some(isMeasure);
  if ((metrics.size === 0 && key === undefined) || !isMeant) return undefined;
  const count = { at: numberIn(object[key ?? '']) ?? 0, of: undefined };
  return {
    step: key === undefined || key === 'epoch' ? undefined : { key, ...count },
    epoch: key === 'epoch' ? count : undefined,
    counter: undefined,
    metrics,
  };
}

/** A number, true and false as 1 and 0, and numbers in quotes: Transformers prints its values rounded, as text. */
function numberIn(value: Literal | undefined): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? readNumberText(value) : typeof value === 'number' ? value : undefined;
}

function collect(
  value: LiteralObject,
  prefix: string,
  metrics: Map<string, number>,
  stepKey: string | undefined,
): void {
  for (const key of Object.keys(value)) {
    const own = value[key];
    const isTop = prefix === '';
    if (isTop && (key === stepKey || (elapsedKeys as readonly string[]).includes(key))) continue;
    const number = numberIn(own);
    if (number !== undefined) {
      if (!(isTop && isClock(key, number))) metrics.set(prefix + key, number);
    } else if (isObject(own) && !(isTop && (paramsKeys as readonly string[]).includes(key)))
      collect(own, `${prefix}${key}/`, metrics, stepKey);
  }
}

function isObject(value: Literal | undefined): value is LiteralObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isClock(key: string, value: number): boolean {
  return (timeKeys as readonly string[]).includes(key) && value > 1e8;
}

/** A name, what joins it to its value, and the number. */
interface Pair {
  name: string;
  /** `:` or `=`; empty where nothing but space stands between. */
  mark: string;
  digits: string;
  start: number;
  end: number;
  /** What follows the number: `/100`, `%`, a unit. */
  of: number | undefined;
  unit: string;
}

const pairPattern =
  /(?<![\p{L}\p{N}_@/.-])([\p{L}_][\p{L}\p{N}_.@/%+-]{0,63})([\t ]{0,4}[:=][\t ]{0,12}|[\t ]{1,12})([[(]?)[\t ]{0,12}([+-]?(?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,60})?|\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][+-]?\d{1,5})?|[+-]?(?:nan|inf|infinity)(?![\p{L}\p{N}_]))/giu;
const tailPattern = /[\t ]?\/[\t ]?(\d{1,15})(?![\d.])|[\t ]?%|[a-zA-Zµ]{1,6}(?:\/[a-zA-Z]{1,6})?/y;
/** What may stand after a number. A comma and a digit make another number of it: `1,5` is not 1. */
const delimiter = /^(?:$|[\s;)\]}>|"'!*(…-]|,(?!\d)|[.:](?:\s|$))/;
const timestamp =
  /\d{4}[-/]\d{2}[-/]\d{2}(?:[T ,]{1,2}\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)?|\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?/g;

const barCounter = /\|[\t ]{0,8}(\d{1,15})\/(\d{1,15})[\t ]\[/;
/** Lightning draws with Rich: `━━━━ 8/8 0:00:01`. */
const ruleCounter = /━[\t ]{1,8}(\d{1,15})\/(\d{1,15})[\t ]/;
const openBarCounter = /(?:^|:[\t ])(\d{1,15})it \[/;
const leadingCounter = /^[\t ]{0,12}(\d{1,15})[\t ]?\/[\t ]?(\d{1,15})(?=\s|$)/;
const bracketCounter = /[[(][\t ]{0,12}(\d{1,15})[\t ]?\/[\t ]?(\d{1,15})(?![\d./])/g;
/** MMEngine: `Epoch(train) [3][10/100]`. */
const phaseEpoch = /\bepoch[\t ]?\((\w{1,20})\)[\t ]{0,12}\[[\t ]{0,6}(\d{1,15})\]/i;

function readWords(line: string): ProgressReading | undefined {
  const text = line.replace(timestamp, ' ');
  const pairs = findPairs(text);
  const named = findNamedCounts(text, pairs);
  const phased = phaseEpoch.exec(text);
  const epoch = phased === null ? named.epoch : { at: Number(phased[2]), of: undefined };
  const phase = phased === null ? headPhase(text, pairs) : phaseOf(phased[1] ?? '');
  const counter = named.step?.of === undefined ? findCounter(text, named.taken, phase ?? '') : undefined;
  const hasPlace = named.step !== undefined || epoch !== undefined || counter !== undefined;
  const metrics = new Map<string, number>();
  for (const pair of pairs) {
    if (named.taken.includes(pair) || !isMetric(pair, hasPlace)) continue;
    const value = readPairValue(pair);
    if (value !== undefined) metrics.set(metricName(text, pair, phase), value);
  }
  if (metrics.size === 0 && !hasPlace) return undefined;
  return { step: named.step, epoch, counter, metrics };
}

function findPairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  const isBar = barCounter.test(text) || openBarCounter.test(text);
  pairPattern.lastIndex = 0;
  for (let found = pairPattern.exec(text); found !== null; found = pairPattern.exec(text)) {
    const [whole, name = '', mark = '', bracket, digits = ''] = found;
    tailPattern.lastIndex = pairPattern.lastIndex;
    const tail = tailPattern.exec(text);
    const end = pairPattern.lastIndex + (tail?.[0].length ?? 0);
    if (bracket !== '' && !isPlaceWord(name)) {
      // A list, or a count without a name as in `Test: [10/196]`.
      pairPattern.lastIndex = found.index + name.length;
      continue;
    }
    if (!delimiter.test(text.slice(end, end + 2))) continue;
    // `Validating: 50%|███`, `training: 23it [00:05`: how far a bar is.
    if (isBar && /^(?:%\||it \[)/.test(text.slice(end - (tail?.[0].trim().length ?? 0), end + 2))) continue;
    pairs.push({
      name: name.replace(/[.@/%+-]+$/, ''),
      mark: mark.trim(),
      digits,
      start: found.index,
      end: Math.max(end, found.index + whole.length),
      of: tail?.[1] === undefined ? undefined : Number(tail[1]),
      unit: tail?.[1] === undefined ? (tail?.[0].trim() ?? '') : '',
    });
  }
  return pairs;
}

function isPlaceWord(name: string): boolean {
  const word = name.toLowerCase();
  return word === 'epoch' || stepWords.includes(word);
}

/** The step and the epoch that the line names by a word, and the pairs that say so. */
function findNamedCounts(text: string, pairs: readonly Pair[]) {
  let epochPair: Pair | undefined;
  let stepPair: Pair | undefined;
  let rank = Number.POSITIVE_INFINITY;
  const first = pairs[0];
  for (const pair of pairs) {
    const word = pair.name.toLowerCase();
    const isCount = pair.unit === '' && Number.isFinite(readNumberText(pair.digits) ?? Number.NaN);
    if (!isCount || (pair.mark === '' && !plainStepWords.has(word))) continue;
    if (boundWords.has(wordBefore(text, pair.start).toLowerCase())) continue;
    if (word === 'epoch') epochPair ??= pair;
    // llm.c begins its lines with `s:10`.
    const isShort = pair === first && pairs.length > 1 && text.startsWith('s:');
    const place = isShort && word === 's' ? 0 : stepWords.indexOf(word);
    if (place >= 0 && place < rank) {
      stepPair = pair;
      rank = place;
    }
  }
  const countOf = (pair: Pair): Count => ({ at: readNumberText(pair.digits) as number, of: pair.of });
  return {
    step: stepPair === undefined ? undefined : { key: stepPair.name.toLowerCase(), ...countOf(stepPair) },
    epoch: epochPair === undefined ? undefined : countOf(epochPair),
    taken: [stepPair, epochPair].filter((pair) => pair !== undefined),
  };
}

function findCounter(text: string, taken: readonly Pair[], phase: string): ProgressReading['counter'] {
  const bar = barCounter.exec(text) ?? ruleCounter.exec(text) ?? leadingCounter.exec(text);
  const found = bar ?? openBarCounter.exec(text) ?? findBracket(text, taken);
  if (found === null) return undefined;
  const at = Number(found[1]);
  const of = found[2] === undefined ? undefined : Number(found[2]);
  if (of !== undefined && (of < 1 || at > of)) return undefined;
  const head = /^[^\d|[(]{0,40}/.exec(text)?.[0].trim() ?? '';
  return { at, of, bar: `${phase} ${head}`.trim() };
}

function findBracket(text: string, taken: readonly Pair[]): RegExpExecArray | null {
  bracketCounter.lastIndex = 0;
  for (let found = bracketCounter.exec(text); found !== null; found = bracketCounter.exec(text)) {
    const { index } = found;
    if (!taken.some(({ start, end }) => index >= start && index < end)) return found;
  }
  return null;
}

function isMetric({ name, mark, digits, of, unit }: Pair, hasPlace: boolean): boolean {
  if (name === '' || isProse(name)) return false;
  const isMeasured = /[.eE]|nan|inf/i.test(digits) || unit === '%' || of !== undefined;
  if (hasPlace) return mark !== '' || isMeasured || isMeasure(name);
  return isMeasured && isMeasure(name) && !/^(?:lr|learning[_-]?rate)$/i.test(name);
}

/** Thousands and millions as `12.3k` are numbers; other units are left out. `9833/10000` is a share. */
function readPairValue({ digits, of, unit }: Pair): number | undefined {
  const value = readNumberText(digits);
  if (value === undefined) return undefined;
  if (of !== undefined) return of > 0 ? value / of : undefined;
  const scale = unit === 'k' || unit === 'K' ? 1e3 : unit === 'M' ? 1e6 : 1;
  return value * scale;
}

function metricName(text: string, { name, start }: Pair, linePhase: string | undefined): string {
  let full = name;
  let phase: string | undefined;
  let before = start;
  for (let words = 0; words < 2; words += 1) {
    const word = wordBefore(text, before);
    before -= word.length + 1;
    if (qualifiers.has(word.toLowerCase())) full = `${word.toLowerCase()}_${full}`;
    else {
      phase = phaseOf(word);
      break;
    }
  }
  const prefix = phase ?? (linePhase === 'train' ? undefined : linePhase);
  return prefix === undefined || namesPhase(name) ? full : `${prefix}/${full}`;
}

/** The word that ends one space before a place; empty where there is none. */
function wordBefore(text: string, at: number): string {
  return /(?:^|[^\p{L}\p{N}_])([\p{L}]{1,20}) $/u.exec(text.slice(Math.max(0, at - 24), at))?.[1] ?? '';
}

/** The part of training that the beginning of a line names: `Test: [10/196]`, `Validating: 50%|`. */
function headPhase(text: string, pairs: readonly Pair[]): string | undefined {
  const head = text.slice(0, Math.min(pairs[0]?.start ?? 0, 80));
  const found = head.split(/[^A-Za-z]+/).map(phaseOf);
  return found.includes('train') ? 'train' : found.find((phase) => phase !== undefined);
}
