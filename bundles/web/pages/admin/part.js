import { make, setText } from './dom.js';

/** A part of the page: a heading, what can be done to all of it, and a line that says why it has nothing to show. */
export class Part {
  /**
   * @param {string} id
   * @param {string} title
   * @param {...Node} tools
   */
  constructor(id, title, ...tools) {
    this.id = id;
    this.title = title;
    this.body = make('div', { className: 'body' });
    this.word = make('p', { className: 'word', hidden: true });
    this.count = make('span', { className: 'count' });
    this.tools = make('div', { className: 'buttons' }, ...tools);
    this.element = make('section', { id }, make('header', {}, make('h2', { id: `${id}-title` }, title), this.count, this.tools), this.word, this.body);
    this.element.setAttribute('aria-labelledby', `${id}-title`);
  }

  /** What is asked of the host for it again and again, if anything. @returns {{ask: () => Promise<number | void>, ms: number} | undefined} */
  get poll() {
    return undefined;
  }

  /** Brings it up to date. */
  show() {}

  /** Says why there is nothing to show; null: there is. */
  away(text) {
    this.word.hidden = text === null;
    if (text !== null) setText(this.word, text);
    this.body.hidden = text !== null;
    this.tools.hidden = text !== null;
    if (text !== null) this.number(undefined);
  }

  /** How much of it there is. */
  number(value) {
    setText(this.count, value === undefined ? '' : String(value));
  }
}
