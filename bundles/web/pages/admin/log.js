/** The last lines of the host's log. */

import { patience, why } from './api.js';
import { shortName } from './bundles.js';
import { button, make, newId, setData, setText } from './dom.js';
import { Part } from './part.js';
import { hasWords } from './table.js';
import { clock } from './words.js';

const POLL_MS = 1_500;
/** What a page keeps of the log: lines, and characters of all of them. */
const MOST_LINES = 5_000;
const MOST_CHARACTERS = 1_000_000;
/** So many lines are on the page. */
const MOST_SHOWN = 500;
/** Nearer to the end than this in pixels, the list goes on by itself. */
const AT_END = 40;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
const levelOf = (line) => {
  const word = String(line.level ?? 'info').toLowerCase();
  return LEVELS.indexOf(word === 'warning' ? 'warn' : word === 'audit' ? 'info' : word);
};

/** The newest lines, bounded. */
export class LogBook {
  /** @type {{n: number, time: number, level: string, logger: string, text: string}[]} */
  lines = [];
  next = 0;
  #characters = 0;

  /**
   * Takes an answer of the host. A host that was started again counts from the beginning.
   * @returns {boolean} whether all was forgotten before
   */
  take({ lines, next }) {
    const anew = Number.isInteger(next) && next < this.next;
    if (anew) this.clear();
    for (const line of Array.isArray(lines) ? lines : []) {
      if (Number.isInteger(line?.n) && line.n <= this.lastNumber) continue;
      this.lines.push(line);
      this.#characters += size(line);
    }
    if (Number.isInteger(next)) this.next = next;
    while (this.lines.length > MOST_LINES || (this.#characters > MOST_CHARACTERS && this.lines.length > 1)) this.#characters -= size(this.lines.shift());
    return anew;
  }

  get lastNumber() {
    return this.lines[this.lines.length - 1]?.n ?? -1;
  }

  clear() {
    this.lines = [];
    this.next = 0;
    this.#characters = 0;
  }
}

const size = ({ logger, text }) => String(logger ?? '').length + String(text ?? '').length;

/**
 * Whether a line is looked for.
 * @param {any} line
 * @param {{words: string, level: string}} filter every word of it has to be in the line; the least level
 */
export function wanted(line, { words, level }) {
  if (levelOf(line) < LEVELS.indexOf(level)) return false;
  return hasWords(`${line.logger ?? ''} ${line.text ?? ''}`, words);
}

export class Log extends Part {
  #book = new LogBook();
  #error = null;
  #asked = false;
  #paused = false;
  /** The number of the last line that was looked at. */
  #seen = -1;

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('log', 'Log');
    this.operator = operator;
    const [words, level] = [newId('log'), newId('log')];
    this.words = make('input', { id: words, type: 'search', placeholder: 'words in the line', autocomplete: 'off' });
    this.level = make('select', { id: level }, ...['debug', 'info', 'warn', 'error'].map((one) => make('option', { value: one, textContent: one === 'error' ? 'error' : `${one} and worse`, selected: one === 'info' })));
    this.pause = button('Pause', () => this.#toggle());
    this.pause.setAttribute('aria-pressed', 'false');
    this.tools.append(make('label', { className: 'unseen', htmlFor: words, textContent: 'Filter' }), this.words, make('label', { className: 'unseen', htmlFor: level, textContent: 'Level' }), this.level, this.pause);
    this.list = make('ol', { className: 'lines', tabIndex: 0 });
    this.list.setAttribute('aria-label', 'Lines of the log');
    this.none = make('p', { className: 'none', textContent: 'No line of this kind.' });
    this.body.append(this.list, this.none);
    for (const control of [this.words, this.level]) control.addEventListener('input', () => this.#all());
  }

  get poll() {
    return { ms: POLL_MS, ask: () => this.#ask() };
  }

  /** @returns {Promise<number>} ms to the next question */
  async #ask() {
    if (this.#paused) return POLL_MS;
    try {
      const answer = await this.operator.api.get(`log?after=${this.#book.next}`);
      this.#error = null;
      if (this.#book.take(answer)) {
        // Whatever the host has said since its start is asked for at once.
        this.#book.take(await this.operator.api.get('log?after=0'));
        this.#all();
      }
    } catch (error) {
      this.#error = error;
    }
    this.#asked = true;
    this.show();
    return patience(this.#error, POLL_MS);
  }

  show() {
    if (this.#error !== null && this.#book.lines.length === 0) {
      this.away(why(this.#error, 'Log'));
      return;
    }
    if (!this.#asked) {
      this.away('Log: not known yet.');
      return;
    }
    this.away(null);
    this.#add();
  }

  /** Adds what is new. */
  #add() {
    const fresh = this.#book.lines.filter((line) => line.n > this.#seen);
    if (fresh.length > 0) {
      this.#seen = this.#book.lastNumber;
      const { list } = this;
      const follows = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END;
      const filter = this.#filter();
      list.append(...fresh.filter((line) => wanted(line, filter)).slice(-MOST_SHOWN).map(element));
      while (list.childElementCount > MOST_SHOWN) list.firstElementChild.remove();
      if (follows) list.scrollTop = list.scrollHeight;
    }
    this.none.hidden = this.list.childElementCount > 0;
    this.list.hidden = !this.none.hidden;
  }

  /** Shows all anew. */
  #all() {
    this.list.replaceChildren();
    this.#seen = -1;
    this.list.hidden = false;
    this.#add();
    this.list.scrollTop = this.list.scrollHeight;
  }

  #filter() {
    return { words: this.words.value.trim(), level: this.level.value };
  }

  #toggle() {
    this.#paused = !this.#paused;
    this.pause.setAttribute('aria-pressed', String(this.#paused));
    setText(this.pause, this.#paused ? 'Go on' : 'Pause');
    if (!this.#paused) this.#ask();
  }
}

function element(line) {
  const made = make('li', {}, make('time', { textContent: clock(line.time) }), make('b', { textContent: String(line.level ?? '') }),
    make('span', { className: 'logger', textContent: shortName(String(line.logger ?? '')) }), make('span', { textContent: String(line.text ?? '') }));
  setData(made, 'log', LEVELS[levelOf(line)] ?? 'info');
  return made;
}
