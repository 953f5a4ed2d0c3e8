import { make, newId, setText } from './dom.js';
import { DASH, several } from './words.js';

/** So many rows are shown; a filter finds the others. */
const MOST = 200;
/** From so many on there is a filter. */
const MANY = 16;

/** Whether all words are in a text, whatever their letters' size. */
export function hasWords(text, words) {
  const lower = text.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}

/**
 * @template T
 * @typedef {object} Column
 * @property {string} head
 * @property {string} [name] of the class of its cells
 * @property {(current: () => T) => Node} [make] what is in a cell; `current` gives what its row is about now. Default: a text
 * @property {(item: T, content: any, cell: HTMLElement) => void} [show] brings it up to date
 * @property {(item: T) => string} [text] instead of `show`
 */

/**
 * A table whose rows stay the same elements while what they show changes, so that nobody loses the button under their finger.
 * @template T
 */
export class Table {
  /**
   * @param {object} options
   * @param {string} options.label
   * @param {Column<T>[]} options.columns the first one heads its row
   * @param {(item: T) => string} options.key
   * @param {(item: T) => string} [options.words] by what the filter finds it; without there is no filter
   * @param {string} options.none what to say where there is nothing
   * @param {(row: HTMLElement, item: T) => void} [options.row]
   * @param {boolean} [options.compact] whether on a narrow screen the figures of a row stand in one line
   * @param {number} [options.most]
   */
  constructor({ label, columns, key, words, none, row = () => {}, compact = false, most = MOST }) {
    this.columns = columns;
    this.key = key;
    this.words = words;
    /** @type {T[]} */
    this.items = [];
    this.row = row;
    this.most = most;
    /** @type {Map<string, {row: HTMLElement, item: T, cells: {cell: HTMLElement, content: any}[]}>} */
    this.rows = new Map();
    this.body = make('tbody');
    this.table = make('table', {}, make('caption', { className: 'unseen', textContent: label }),
      make('thead', {}, make('tr', {}, ...columns.map(({ head, name = '' }) => make('th', { scope: 'col', className: name, textContent: head })))), this.body);
    const id = newId('filter');
    this.filter = make('input', { id, type: 'search', autocomplete: 'off', placeholder: 'words in the name' });
    this.filter.addEventListener('input', () => this.show(this.items));
    this.search = make('p', { className: 'search', hidden: true }, make('label', { htmlFor: id, textContent: `Filter ${label.toLowerCase()}` }), this.filter);
    this.nothing = none;
    this.none = make('p', { className: 'none', textContent: none });
    this.more = make('p', { className: 'none', hidden: true });
    this.element = make('div', { className: compact ? 'table compact' : 'table' }, this.search, this.table, this.none, this.more);
    this.table.hidden = true;
  }

  /** @param {T[]} items in the order of the rows */
  show(items) {
    this.items = items;
    const { words } = this;
    const looked = this.filter.value.trim();
    this.search.hidden = words === undefined || (looked === '' && items.length < MANY);
    const found = looked === '' || words === undefined ? items : items.filter((item) => hasWords(words(item), looked));
    const shown = found.slice(0, this.most);
    const keys = new Set(shown.map(this.key));
    const inside = this.body.contains(document.activeElement);
    for (const [key, { row }] of this.rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    let before = null;
    for (const item of shown) {
      const line = this.#line(item);
      const place = before === null ? this.body.firstElementChild : before.nextElementSibling;
      if (line.row !== place) this.body.insertBefore(line.row, place);
      before = line.row;
    }
    // Who was at a row that is gone is not thrown to the top of the page.
    if (inside && !this.body.contains(document.activeElement)) {
      this.element.tabIndex = -1;
      this.element.focus({ preventScroll: true });
    }
    this.table.hidden = shown.length === 0;
    this.none.hidden = shown.length > 0;
    setText(this.none, looked === '' ? this.nothing : 'None has these words.');
    this.more.hidden = found.length <= this.most;
    if (!this.more.hidden) setText(this.more, `${several(found.length - this.most, 'more row')} not shown; the filter finds them.`);
  }

  #line(item) {
    const key = this.key(item);
    let line = this.rows.get(key);
    if (line === undefined) {
      line = { row: make('tr'), item, cells: [] };
      const made = line;
      const current = () => made.item;
      line.cells = this.columns.map((column, i) => {
        const content = column.make?.(current) ?? make('span');
        const cell = make(i === 0 ? 'th' : 'td', { className: column.name ?? '' }, content);
        if (i === 0) cell.setAttribute('scope', 'row');
        else cell.dataset.head = column.head;
        made.row.append(cell);
        return { cell, content };
      });
      this.rows.set(key, line);
    }
    line.item = item;
    line.cells.forEach(({ cell, content }, i) => {
      const { text, show } = this.columns[i];
      if (text !== undefined) {
        const word = text(item);
        setText(content, word);
        cell.classList.toggle('empty', word === DASH);
      }
      show?.(item, content, cell);
    });
    this.row(line.row, item);
    return line;
  }
}
