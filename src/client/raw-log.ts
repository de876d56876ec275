import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import { colourLine } from './raw-colour.ts';
import { RawSource } from './raw-source.ts';
import { onState, setState, stateText } from './url-state.ts';

/** Lines loaded at once, and the lines before one that is asked for. */
const pageLines = 300;
const linesBefore = 50;
/** Characters of one line that are shown at first. */
const shownLength = 20_000;
/** Lines found that are told of. */
const maxFound = 2000;

const anchor = /^#(?:F(\d+))?L(\d+)$/;
const count = new Intl.NumberFormat('en-GB');

/**
 * `<runfolio-raw>`: the lines of one file of a raw log. Any line can be gone to, by its number, by an address that ends in
 * `#L128`, or by searching; it is fetched when it is not on the page. `data-first` and `data-last` are the lines of the run.
 */
class RawLog extends HTMLElement {
  #source!: RawSource;
  #list!: HTMLOListElement;
  #said!: HTMLElement;
  #earlier!: HTMLButtonElement;
  #later!: HTMLButtonElement;
  #search!: HTMLInputElement;
  #steps: HTMLButtonElement[] = [];
  #file = 0;
  #first = 1;
  #last = 1;
  #found: number[] = [];
  #foundAt = -1;
  #asked = 0;

  connectedCallback(): void {
    const { url = '', file, first, last, size, compressed, marks, every } = this.dataset;
    this.#file = Number(file);
    this.#first = Number(first);
    this.#last = Number(last);
    this.#source = new RawSource({
      url,
      sizeBytes: Number(size),
      isCompressed: compressed !== undefined,
      marks: marks === undefined ? [] : marks.split(' ').map(Number),
      every: Number(every ?? 1),
    });
    const list = this.querySelector('ol');
    if (list === null || this.#last < this.#first) return;
    this.#list = list;
    for (const code of list.querySelectorAll('code')) {
      const cut = code.querySelector('.raw-cut');
      const text = code.firstChild?.nodeType === Node.TEXT_NODE ? (code.firstChild.textContent ?? '') : '';
      const item = code.closest('li');
      code.replaceChildren(...colourLine(text));
      if (cut !== null && item !== null) item.append(this.#makeWholeButton(item, cut.textContent ?? ''));
    }
    this.#addControls();
    for (const gap of list.querySelectorAll<HTMLLIElement>('.raw-gap')) this.#fillGap(gap);
    addEventListener('hashchange', () => void this.#followHash());
    onState((changed) => {
      if (changed.has('q') && this.#search.value !== (stateText('q') ?? '')) this.#startSearch(stateText('q') ?? '');
    });
    void this.#followHash();
    const words = stateText('q');
    if (words !== undefined && this.#file === 0) this.#startSearch(words);
  }

  #addControls(): void {
    const number = make('input', {
      type: 'number',
      class: 'raw-number-field',
      min: String(this.#first),
      max: String(this.#last),
      inputmode: 'numeric',
      'aria-label': `Line, ${count.format(this.#first)} to ${count.format(this.#last)}`,
    });
    const form = make('form', { class: 'raw-goto' }, number, make('button', { type: 'submit' }, 'Go to line'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const line = Math.min(this.#last, Math.max(this.#first, Math.round(Number(number.value)) || this.#first));
      const hash = `#${this.#idOf(line)}`;
      if (location.hash === hash) void this.#goTo(line);
      else location.hash = hash;
    });
    this.#search = make('input', {
      type: 'search',
      class: 'filter-field',
      placeholder: 'Search this log',
      'aria-label': 'Search this log',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    let waiting = 0;
    this.#search.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(() => this.#startSearch(this.#search.value), 200);
    });
    this.#search.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.#step(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape' && this.#search.value !== '') {
        event.preventDefault();
        this.#startSearch('');
      }
    });
    this.#steps = [
      makeButton('↑', () => this.#step(-1), { disabled: true, class: 'raw-step', 'aria-label': 'Previous line found' }),
      makeButton('↓', () => this.#step(1), { disabled: true, class: 'raw-step', 'aria-label': 'Next line found' }),
    ];
    this.#said = make('p', { class: 'raw-said', role: 'status' });
    this.#earlier = makeButton('Earlier lines', () => void this.#extend(-1), { class: 'raw-more', hidden: true });
    this.#later = makeButton('Later lines', () => void this.#extend(1), { class: 'raw-more', hidden: true });
    const bar = make(
      'div',
      { class: 'raw-bar', role: 'search', 'aria-label': `Search in file ${this.#file + 1}` },
      this.#search,
      ...this.#steps,
      form,
    );
    bar.hidden = this.dataset.bar === undefined;
    this.prepend(bar, this.#said, this.#earlier);
    this.dataset.ready = '';
    this.append(this.#later);
  }

  /** A button that puts a whole line in the place of its beginning. */
  #makeWholeButton(item: HTMLLIElement, rest: string): HTMLButtonElement {
    const line = this.#numberOf(item);
    return makeButton(`${rest.replace('…', 'Show').trim()} characters`, () => {
      void this.#load(line, line, ([whole]) => {
        if (whole === undefined) return;
        item.replaceWith(whole);
        whole.querySelector('a')?.focus({ preventScroll: true });
      });
    });
  }

  /** A button in place of the sentence that the lines between are elsewhere. */
  #fillGap(gap: HTMLLIElement): void {
    const from = Number(gap.dataset.from);
    const to = Number(gap.dataset.to);
    const last = Math.min(to, from + pageLines - 1);
    const lines = from === last ? `line ${count.format(from)}` : `lines ${count.format(from)} to ${count.format(last)}`;
    const button = makeButton(`Load ${lines}`, () => {
      void this.#load(from, last, (items) => {
        gap.before(...items);
        if (last === to) gap.remove();
        else {
          gap.dataset.from = String(last + 1);
          this.#fillGap(gap);
        }
        items[0]?.querySelector('a')?.focus({ preventScroll: true });
      });
    });
    gap.replaceChildren(
      ...(to > last ? [make('span', {}, `${count.format(to - from + 1)} lines between. `)] : []),
      button,
    );
  }

  async #followHash(): Promise<void> {
    const match = anchor.exec(location.hash);
    if (match === null || Number(match[1] ?? 1) - 1 !== this.#file) return;
    await this.#goTo(Number(match[2]));
  }

  async #goTo(line: number): Promise<void> {
    if (line < this.#first || line > this.#last) {
      this.#say(
        `There is no line ${count.format(line)}; there are ${count.format(this.#first)} to ${count.format(this.#last)}.`,
      );
      return;
    }
    const known = document.getElementById(this.#idOf(line));
    if (known !== null) {
      this.#mark(known);
      return;
    }
    const from = Math.max(this.#first, line - linesBefore);
    await this.#load(from, Math.min(this.#last, from + pageLines - 1), (items) => {
      this.#list.replaceChildren(...items);
      this.#showMore();
      const item = document.getElementById(this.#idOf(line));
      if (item !== null) this.#mark(item);
    });
  }

  #mark(item: Element): void {
    for (const old of this.#list.querySelectorAll('.raw-here')) {
      old.classList.remove('raw-here');
      old.removeAttribute('aria-current');
    }
    item.classList.add('raw-here');
    item.setAttribute('aria-current', 'true');
    item.scrollIntoView({ block: 'center' });
    if (document.activeElement !== this.#search && !this.#steps.includes(document.activeElement as HTMLButtonElement))
      item.querySelector('a')?.focus({ preventScroll: true });
  }

  async #extend(direction: -1 | 1): Promise<void> {
    const edge = direction === 1 ? this.#list.lastElementChild : this.#list.firstElementChild;
    if (edge === null) return;
    const line = this.#numberOf(edge);
    const [from, to] = direction === 1 ? [line + 1, line + pageLines] : [line - pageLines, line - 1];
    await this.#load(Math.max(this.#first, from), Math.min(this.#last, to), (items) => {
      if (direction === 1) this.#list.append(...items);
      else this.#list.prepend(...items);
      this.#showMore();
      if (direction === -1) edge.scrollIntoView({ block: 'start' });
      (direction === 1 ? items[0] : items.at(-1))?.querySelector('a')?.focus({ preventScroll: true });
    });
  }

  #showMore(): void {
    const first = this.#list.firstElementChild;
    const last = this.#list.lastElementChild;
    this.#earlier.hidden = first === null || this.#numberOf(first) <= this.#first;
    this.#later.hidden = last === null || this.#numberOf(last) >= this.#last;
  }

  async #load(from: number, to: number, use: (items: HTMLLIElement[]) => void): Promise<void> {
    const late = window.setTimeout(() => this.#say('Loading lines'), 300);
    try {
      const lines = await this.#source.lines(from, to);
      use(lines.map((text, index) => this.#makeLine(from + index, text)));
      this.#say(lines.length === 0 ? 'The file ends before that line.' : '');
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      this.#say(`${error.message}.`, () => void this.#load(from, to, use));
    } finally {
      clearTimeout(late);
    }
  }

  #makeLine(number: number, text: string): HTMLLIElement {
    const id = this.#idOf(number);
    const code = make('code', {}, ...colourLine(text.slice(0, shownLength)));
    const item = make('li', { id }, make('a', { href: `#${id}` }, String(number)), code);
    if (text.length > shownLength) {
      const more = makeButton(`Show ${count.format(text.length - shownLength)} more characters`, () => {
        more.remove();
        code.append(text.slice(shownLength));
      });
      item.append(more);
    }
    return item;
  }

  #startSearch(words: string): void {
    if (this.#search.value !== words) this.#search.value = words;
    if (this.#file === 0) setState({ q: words === '' ? undefined : words }, { isPassing: true });
    this.#found = [];
    this.#foundAt = -1;
    this.#asked += 1;
    for (const button of this.#steps) button.disabled = true;
    if (words === '') this.#say('');
    else void this.#findAll(words.toLowerCase(), this.#asked);
  }

  async #findAll(words: string, asked: number): Promise<void> {
    let isFull = false;
    this.#say('Searching');
    try {
      await this.#source.read((lines, from) => {
        for (const [index, line] of lines.entries()) {
          const number = from + index;
          if (number < this.#first || number > this.#last || !line.toLowerCase().includes(words)) continue;
          if (this.#found.length >= maxFound) {
            isFull = true;
            break;
          }
          this.#found.push(number);
        }
        return asked === this.#asked && !isFull;
      });
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      this.#say(`${error.message}.`, () => void this.#findAll(words, asked));
      return;
    }
    if (asked !== this.#asked) return;
    for (const button of this.#steps) button.disabled = this.#found.length === 0;
    const found = count.format(this.#found.length);
    this.#say(
      this.#found.length === 0
        ? 'No line holds that.'
        : `${isFull ? `More than ${found}` : found} ${this.#found.length === 1 ? 'line holds' : 'lines hold'} that. Enter goes to the next.`,
    );
  }

  #step(by: -1 | 1): void {
    if (this.#found.length === 0) return;
    const next = this.#foundAt === -1 && by === -1 ? this.#found.length - 1 : this.#foundAt + by;
    this.#foundAt = (next + this.#found.length) % this.#found.length;
    const line = this.#found[this.#foundAt] ?? this.#first;
    history.replaceState(history.state, '', `${location.pathname}${location.search}#${this.#idOf(line)}`);
    void this.#goTo(line).then(() =>
      this.#say(
        `Line ${count.format(line)}, ${count.format(this.#foundAt + 1)} of ${count.format(this.#found.length)}.`,
      ),
    );
  }

  #say(text: string, retry?: () => void): void {
    this.#said.replaceChildren(text, ...(retry === undefined ? [] : [' ', makeButton('Retry', retry)]));
  }

  #idOf(line: number): string {
    return `${this.#file === 0 ? '' : `F${this.#file + 1}`}L${line}`;
  }

  #numberOf(item: Element): number {
    return Number(/(\d+)$/.exec(item.id)?.[1] ?? this.#first);
  }
}

customElements.define('runfolio-raw', RawLog);
