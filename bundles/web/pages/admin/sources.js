/** What moves cameras: how it is, what it sent, and whether it runs. */

import { why } from './api.js';
import { ask } from './dialogs.js';
import { about, button, make, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { agoWords } from './cameras.js';
import { count, DASH, figure } from './words.js';

const LEVEL_WORDS = { ok: 'well', warning: 'stale', down: 'failed' };
/** A rate is taken over so long, in microseconds. */
const RATE_SPAN = 3_000_000;

/** How a source is, in words, and how well that is. */
export function sourceWords({ level, text, stopped }) {
  if (stopped) return { level: 'none', text: 'stopped' };
  const word = LEVEL_WORDS[level] ?? String(level);
  return { level: String(level), text: text ? `${word}: ${text}` : word };
}

/** What was not taken of a source, and what else it counts. */
export function faultWords({ refused, limited, ahead, counters }) {
  const named = [[refused, 'refused'], [limited, 'over the rate'], [ahead, 'ahead of time']].filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`);
  const more = Object.entries(counters ?? {}).filter(([, number]) => number > 0).map(([name, number]) => `${name} ${count(number)}`);
  return { faults: named.join(', ') || 'none', counters: more.join(', ') };
}

/** How many updates a second each source sends, by what it has sent so far. */
export class Rates {
  /** @type {Map<string, {accepted: number, time: number, rate: number}>} */
  #last = new Map();

  /** @returns {number} NaN while it is not known */
  of(source, accepted, time) {
    const last = this.#last.get(source);
    if (last === undefined || accepted < last.accepted || time < last.time) {
      this.#last.set(source, { accepted, time, rate: NaN });
      return NaN;
    }
    if (time - last.time < RATE_SPAN) return last.rate;
    const rate = ((accepted - last.accepted) * 1e6) / (time - last.time);
    this.#last.set(source, { accepted, time, rate });
    return rate;
  }

  /** Forgets all but these. */
  keep(names) {
    for (const name of this.#last.keys()) if (!names.has(name)) this.#last.delete(name);
  }
}

export class Sources extends Part {
  #rates = new Rates();

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('sources', 'Sources');
    this.operator = operator;
    this.table = new Table({
      label: 'Sources', key: ({ source }) => source, words: (source) => `${source.source} ${(source.cameras ?? []).join(' ')} ${sourceWords(source).text}`, none: 'No source is here.',
      row: (row, source) => {
        setData(row, 'source', source.source);
        setData(row, 'level', sourceWords(source).level);
      },
      columns: [
        { head: 'Source', make: () => make('div', {}, make('i', { className: 'mark' }), make('b'), make('small')), show: (source, cell) => {
          setText(cell.children[1], source.source);
          setText(cell.children[2], [source.priority > 0 ? `priority ${source.priority}` : '', cameraNames(source)].filter(Boolean).join(' · '));
        } },
        { head: 'State', name: 'wide', text: (source) => sourceWords(source).text },
        { head: 'Per second', name: 'number', text: ({ rate }) => figure(rate) },
        { head: 'Accepted', name: 'number', text: ({ accepted }) => count(accepted) },
        { head: 'Faults', make: () => make('div', {}, make('span'), make('small')), show: (source, cell) => {
          const { faults, counters } = faultWords(source);
          setText(cell.children[0], faults);
          setText(cell.children[1], counters);
        } },
        { head: 'Last update', name: 'number', text: ({ last }) => (last === undefined ? DASH : agoWords(last, this.operator.state?.time ?? this.operator.now())) },
        { head: 'Actions', name: 'acts', make: (current) => make('div', { className: 'buttons' },
          button('Start', () => this.#switch(current(), 'start')), button('Stop', () => this.#switch(current(), 'stop'), { className: 'grave' })),
        show: (source, cell) => {
          const [start, stop] = cell.children;
          about(start, `Start ${source.source}`);
          about(stop, `Stop ${source.source}`);
          start.hidden = !source.stopped;
          stop.hidden = source.stopped;
          start.disabled = stop.disabled = source.canStop !== true;
          stop.title = stop.disabled ? 'Its bundle offers no way to stop this source alone' : '';
        } },
      ],
    });
    this.body.append(this.table.element);
  }

  show() {
    const { state, stateError } = this.operator;
    if (state === null) {
      this.away(stateError === null ? 'Sources: not known yet.' : why(stateError, 'Sources'));
      return;
    }
    if (!Array.isArray(state.sources)) {
      this.away('Sources: the camera bridge is away for a moment.');
      return;
    }
    this.away(null);
    this.#rates.keep(new Set(state.sources.map(({ source }) => source)));
    const rows = state.sources.map((source) => ({ ...source, rate: source.stopped ? NaN : this.#rates.of(source.source, source.accepted, state.time) }));
    this.number(count(rows.length));
    this.table.show(rows.sort((a, b) => a.source.localeCompare(b.source)));
  }

  async #switch({ source }, action) {
    if (action === 'stop') {
      const said = await ask({ title: `Stop ${source}?`, text: 'Its cameras stay where they are, until it is started again or somebody else moves them.', yes: 'Stop', grave: true });
      if (said === null) return;
    }
    let lasts = true;
    const done = await this.operator.run(async () => { lasts = (await this.operator.api.post('sources', { source, action })).lasts !== false; });
    if (done) this.operator.tell(`${source} ${action === 'stop' ? 'is stopped' : 'runs'}${lasts ? '' : ' until the host starts again'}.`);
  }
}

function cameraNames({ cameras }) {
  if (!Array.isArray(cameras) || cameras.length === 0) return '';
  return cameras.length > 4 ? `${cameras.slice(0, 4).join(', ')} and ${cameras.length - 4} more` : cameras.join(', ');
}
