/** A small graph of a figure over the last minutes. */

import { make, setText, svg } from './dom.js';
import { span } from './words.js';

const POINTS = 240;
const WIDTH = 240;
const HEIGHT = 56;
/** Two points further apart than this have no line between them, in ms. */
const LONGEST_MS = 5_000;

/** The last points of one line, in the order of time. */
export class Series {
  constructor(most = POINTS) {
    this.times = new Float64Array(most);
    this.values = new Float64Array(most);
    this.most = most;
    this.total = 0;
  }

  /**
   * @param {number} at ms
   * @param {number} value NaN: not known
   */
  add(at, value) {
    this.times[this.total % this.most] = at;
    this.values[this.total % this.most] = value;
    this.total++;
  }

  get size() {
    return Math.min(this.total, this.most);
  }

  /** @param {(at: number, value: number) => void} each oldest first */
  each(each) {
    for (let i = this.total - this.size; i < this.total; i++) each(this.times[i % this.most], this.values[i % this.most]);
  }

  /** The largest value; NaN where none is known. */
  get largest() {
    let largest = NaN;
    this.each((_, value) => { if (Number.isFinite(value) && !(value <= largest)) largest = value; });
    return largest;
  }

  get last() {
    return this.total === 0 ? NaN : this.values[(this.total - 1) % this.most];
  }
}

/** The next of 1, 2, 5, 10, 20 and so on that is not below the value. */
export function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * (1 - 1e-9)) ?? 10 * power;
}

/**
 * The line of a series as the path of an SVG.
 * @param {Series} series
 * @param {{now: number, window: number, top: number, width?: number, height?: number}} frame times in ms; `top`: the value at the upper edge
 */
export function pathOf(series, { now, window, top, width = WIDTH, height = HEIGHT }) {
  let path = '';
  let before = -Infinity;
  series.each((at, value) => {
    if (!Number.isFinite(value) || at < now - window) return;
    const x = width * (1 - (now - at) / window);
    const y = height * (1 - Math.min(1, Math.max(0, value / top)));
    path += `${at - before > LONGEST_MS ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    before = at;
  });
  return path;
}

/** One figure of the graphs: its name, its value now, and its way there. */
export class Graph {
  /**
   * @param {string} name
   * @param {{lines: string[], word: (values: number[]) => string, scale: (value: number) => string, seconds?: number}} options
   *   `lines`: names of the lines
   */
  constructor(name, { lines, word, scale, seconds = POINTS }) {
    this.name = name;
    this.word = word;
    this.scale = scale;
    this.window = seconds * 1000;
    this.series = lines.map(() => new Series());
    this.paths = lines.map((_, i) => svg('path', { class: `line line-${i}`, 'vector-effect': 'non-scaling-stroke' }));
    this.picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
      svg('path', { class: 'rule', d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`, 'vector-effect': 'non-scaling-stroke' }), ...this.paths);
    this.picture.setAttribute('aria-label', `${name}: not known yet`);
    this.value = make('b', { textContent: '–' });
    this.top = make('small', { className: 'top' });
    /** Which line is which; not where there is one alone. */
    this.legend = make('span', { className: 'legend', hidden: true }, ...lines.map((line, i) => make('span', { className: `key-${i}` }, line)));
    this.element = make('figure', { className: 'graph' },
      make('figcaption', {}, make('span', {}, name), this.value), make('div', { className: 'plot' }, this.picture, this.top),
      make('div', { className: 'scale' }, make('span', {}, `${span(seconds)} ago`), this.legend, make('span', {}, 'now')));
  }

  /**
   * @param {number} now ms of the page's clock
   * @param {number[]} values one for each line
   */
  add(now, values) {
    values.forEach((value, i) => this.series[i].add(now, value));
    const top = ceiling(Math.max(...this.series.map(({ largest }) => (Number.isFinite(largest) ? largest : 0))));
    this.paths.forEach((path, i) => path.setAttribute('d', pathOf(this.series[i], { now, window: this.window, top })));
    this.legend.hidden = !this.series.slice(1).some(({ largest }) => Number.isFinite(largest));
    const word = this.word(values);
    setText(this.value, word);
    setText(this.top, this.scale(top));
    this.picture.setAttribute('aria-label', `${this.name}: ${word} now, ${this.scale(top)} at the upper edge`);
  }
}
