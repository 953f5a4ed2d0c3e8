/** The messages of one session, as they go: what the host sends to a display and gets from it. The host looks only while this page asks. */

import { patience, why } from './api.js';
import { button, make, newId, setData, setText } from './dom.js';
import { Part } from './part.js';
import { hasWords } from './table.js';
import { clock, count } from './words.js';

const POLL_MS = 1_000;
/** What a page keeps: messages, and characters of all of them. */
const MOST = 5_000;
const MOST_CHARACTERS = 4_000_000;
/** So many are on the page, each with so many characters. */
const MOST_SHOWN = 300;
const MOST_TEXT = 400;
/** Nearer to the end than this in pixels, the list goes on by itself. */
const AT_END = 40;

/** The newest messages of one session, bounded. */
export class MessageBook {
  /** @type {{number: number, time: number, sent: boolean, bytes: number, message?: any, problem?: string, text: string}[]} */
  messages = [];
  next = 0;
  /** How many the host had let go before they were asked for. */
  missed = 0;
  #characters = 0;

  take({ messages, missed, next }) {
    for (const one of Array.isArray(messages) ? messages : []) {
      const text = one.problem === undefined ? JSON.stringify(one.message) : `(${one.problem}, ${one.bytes} bytes)`;
      this.messages.push({ ...one, text });
      this.#characters += text.length;
    }
    if (missed > 0) this.missed += missed;
    if (Number.isInteger(next)) this.next = next;
    while (this.messages.length > MOST || (this.#characters > MOST_CHARACTERS && this.messages.length > 1)) this.#characters -= this.messages.shift().text.length;
  }

  /** JSON lines of those with all these words. */
  lines(words) {
    return this.messages.filter((one) => wanted(one, words)).map(({ time, sent, bytes, message, problem }) =>
      `${JSON.stringify({ time, direction: sent ? 'sent' : 'received', bytes, ...(problem === undefined ? { message } : { problem }) })}\n`).join('');
  }
}

/** Whether a message is looked for: each word stands in it; `sent` and `received` are words, too. */
export const wanted = ({ sent, text }, words) => hasWords(`${sent ? 'sent' : 'received'} ${text}`, words);

export class Messages extends Part {
  #book = new MessageBook();
  #error = null;
  #paused = false;
  /** The session that is looked at, or ''. */
  #session = '';
  #display = '';
  /** The number of the last message that was looked at. */
  #seen = 0;

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('messages', 'Messages');
    this.operator = operator;
    const [session, words] = [newId('messages'), newId('messages')];
    this.choice = make('select', { id: session });
    this.choice.addEventListener('change', () => this.#look());
    this.words = make('input', { id: words, type: 'search', placeholder: 'words in the message', autocomplete: 'off' });
    this.words.addEventListener('input', () => this.#all());
    this.pause = button('Pause', () => this.#toggle());
    this.pause.setAttribute('aria-pressed', 'false');
    this.save = button('Export', () => this.#export(), { title: 'What is shown, as JSON lines' });
    this.tools.append(make('label', { className: 'unseen', htmlFor: session, textContent: 'Display' }), this.choice,
      make('label', { className: 'unseen', htmlFor: words, textContent: 'Filter messages' }), this.words, this.pause, this.save);
    this.said = make('p', { className: 'none' });
    this.list = make('ol', { className: 'lines', tabIndex: 0 });
    this.list.setAttribute('aria-label', 'Messages');
    this.body.append(this.said, this.list);
  }

  get poll() {
    return { ms: POLL_MS, ask: () => this.#ask() };
  }

  /** @returns {Promise<number>} ms to the next question */
  async #ask() {
    const asked = this.#session;
    if (asked === '' || this.#paused) return POLL_MS;
    try {
      const answer = await this.operator.api.get(`messages?session=${encodeURIComponent(asked)}&after=${this.#book.next}`);
      if (asked !== this.#session) return 0;
      this.#error = null;
      this.#book.take(answer);
    } catch (error) {
      if (asked !== this.#session) return 0;
      this.#error = error;
    }
    this.show();
    return patience(this.#error, POLL_MS);
  }

  show() {
    const sessions = this.operator.part('sessions');
    if (sessions === null) {
      this.away(this.operator.stateError === null ? 'Messages: not known yet.' : why(this.operator.stateError, 'Messages'));
      return;
    }
    this.away(null);
    this.#offer(sessions);
    const { messages, missed } = this.#book;
    this.save.disabled = messages.length === 0;
    this.pause.disabled = this.#session === '';
    setText(this.said, this.#session === '' ? 'Choose a display. The host looks at its messages only while this page asks for them; tokens are not shown.'
      : this.#error !== null ? why(this.#error, `Messages of ${this.#display}`)
        : `${count(messages.length)} messages of ${this.#display}${missed > 0 ? `; ${count(missed)} came too fast to be shown` : ''}${this.#paused ? '; paused' : ''}.`);
    this.#add();
  }

  /** The displays to choose from; the one that is looked at stays among them. */
  #offer(sessions) {
    const there = sessions.map(({ session, display }) => [session, display]).sort((a, b) => String(a[1]).localeCompare(String(b[1])));
    if (this.#session !== '' && !there.some(([session]) => session === this.#session)) there.unshift([this.#session, `${this.#display} (gone)`]);
    const key = JSON.stringify(there);
    if (this.choice.dataset.offered === key) return;
    this.choice.dataset.offered = key;
    this.choice.replaceChildren(make('option', { value: '', textContent: 'no display' }),
      ...there.map(([value, textContent]) => make('option', { value, textContent, selected: value === this.#session })));
  }

  #look() {
    this.#session = this.choice.value;
    this.#display = this.choice.selectedOptions[0]?.textContent ?? '';
    this.#book = new MessageBook();
    this.#error = null;
    if (this.#paused) this.#toggle();
    this.#all();
    this.show();
    this.#ask();
  }

  /** Adds what is new. */
  #add() {
    const fresh = this.#book.messages.filter(({ number }) => number > this.#seen);
    if (fresh.length > 0) {
      this.#seen = fresh[fresh.length - 1].number;
      const { list } = this;
      const follows = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END;
      const words = this.words.value.trim();
      list.append(...fresh.filter((one) => wanted(one, words)).slice(-MOST_SHOWN).map(element));
      while (list.childElementCount > MOST_SHOWN) list.firstElementChild.remove();
      if (follows) list.scrollTop = list.scrollHeight;
    }
    this.list.hidden = this.list.childElementCount === 0;
  }

  /** Shows all anew. */
  #all() {
    this.list.replaceChildren();
    this.#seen = 0;
    this.list.hidden = false;
    this.#add();
    this.list.scrollTop = this.list.scrollHeight;
  }

  #toggle() {
    this.#paused = !this.#paused;
    this.pause.setAttribute('aria-pressed', String(this.#paused));
    setText(this.pause, this.#paused ? 'Go on' : 'Pause');
    this.show();
    if (!this.#paused) this.#ask();
  }

  #export() {
    const url = URL.createObjectURL(new Blob([this.#book.lines(this.words.value.trim())], { type: 'application/x-ndjson' }));
    make('a', { href: url, download: `messages-${this.#display.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.jsonl` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

function element(one) {
  const { time, sent, message, text } = one;
  const made = make('li', {}, make('time', { textContent: clock(time) }), make('b', { textContent: sent ? 'sent' : 'received' }),
    make('span', { className: 'logger', textContent: String(message?.type ?? '') }),
    make('span', { textContent: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text }));
  setData(made, 'message', sent ? 'sent' : 'received');
  return made;
}
