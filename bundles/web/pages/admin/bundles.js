/** The bundles of the host, and their replacement. */

import { why } from './api.js';
import { ask } from './dialogs.js';
import { about, button, make, newId, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { count, DASH, millis, since } from './words.js';

const POLL_MS = 4_000;
const PREFIX = 'org.geometryos.compositor.';

/** What displays notice when a bundle is swapped; of all others nothing. */
const NOTICED = {
  api: 'The bundles that use it are refreshed. A new epoch begins, and each display with a subscription gets a snapshot.',
  'transport.api': 'All sockets close, and displays resume.',
  transport: 'All sockets close, and displays resume.',
  journal: 'A new epoch begins, and each display with a subscription gets a snapshot.',
};

/** The name without what all of ours begin with. */
export const shortName = (name) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);

/** Ours first, then by name. */
export function sortBundles(bundles) {
  return [...bundles].sort((a, b) => Number(b.own === true) - Number(a.own === true) || String(a.name).localeCompare(String(b.name)) || a.id - b.id);
}

/** What became of a swap. @param {any} answer */
export function swapWords(name, answer) {
  const { millis: gap, restarted, before, version, missing } = answer;
  const others = Array.isArray(restarted) ? restarted.filter((other) => other !== name).map(shortName) : [];
  const lacks = Array.isArray(missing) && missing.length > 0 ? missing.map(String) : [];
  return [
    `${shortName(name)} was swapped${before !== undefined && before !== version ? `, ${before} for ${version}` : ''}.`,
    lacks.length === 0 ? `All its services were back after ${millis(gap)}.` : `After ${millis(gap)} these services are not back: ${lacks.join(', ')}.`,
    others.length === 0 ? '' : `Refreshed with it: ${others.join(', ')}.`,
  ].filter(Boolean).join(' ');
}

export class Bundles extends Part {
  /** @type {any[] | null} */
  #bundles = null;
  #error = null;
  /** Name of the bundle that is being swapped, or ''. */
  #swapping = '';

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('bundles', 'Bundles');
    this.operator = operator;
    const id = newId('others');
    this.others = make('input', { type: 'checkbox', id });
    this.others.addEventListener('change', () => this.show());
    this.tools.append(make('span', { className: 'check' }, this.others, make('label', { htmlFor: id, textContent: 'Also those of others' })));
    this.table = new Table({
      compact: true, label: 'Bundles', key: (bundle) => `${bundle.name} ${bundle.id}`, words: ({ name, version, state }) => `${name} ${version} ${state}`, none: 'No bundle is here.',
      row: (row, bundle) => {
        setData(row, 'bundle', bundle.name);
        setData(row, 'level', bundle.state === 'active' ? 'ok' : bundle.own ? 'warning' : 'none');
      },
      columns: [
        { head: 'Bundle', make: () => make('div', {}, make('i', { className: 'mark' }), make('b'), make('small')), show: (bundle, cell) => {
          setText(cell.children[1], shortName(String(bundle.name)));
          setText(cell.children[2], [bundle.replaced ? `in place of ${bundle.replaced}` : '', bundle.fixed ? 'not swapped here' : ''].filter(Boolean).join(', '));
        } },
        { head: 'Version', text: ({ version }) => String(version) },
        { head: 'State', text: ({ state }) => String(state) },
        { head: 'From', text: ({ from, file }) => (from === 'deploy' && file ? `deploy/${file}` : String(from ?? DASH)) },
        { head: 'Last swap', name: 'number', text: ({ lastSwap }) => (lastSwap ? `${millis(lastSwap.millis)}, ${since(lastSwap.time, this.operator.state?.time ?? this.operator.now())} ago` : DASH) },
        { head: 'Actions', name: 'acts', make: (current) => make('div', { className: 'buttons' }, button('Swap', () => this.#swap(current()))), show: (bundle, cell) => {
          const [swap] = cell.children;
          about(swap, `Swap ${shortName(String(bundle.name))}`);
          swap.hidden = bundle.own !== true;
          swap.disabled = this.#swapping !== '' || bundle.fixed !== undefined;
          swap.title = bundle.fixed ?? '';
        } },
      ],
    });
    this.body.append(this.table.element);
  }

  get poll() {
    return { ms: POLL_MS, ask: () => this.#ask() };
  }

  async #ask() {
    try {
      const { bundles } = await this.operator.api.get('bundles');
      this.#bundles = Array.isArray(bundles) ? bundles : [];
      this.#error = null;
    } catch (error) {
      this.#bundles = null;
      this.#error = error;
    }
    this.show();
  }

  show() {
    if (this.#bundles === null) {
      this.away(this.#error === null ? 'Bundles: not known yet.' : why(this.#error, 'Bundles'));
      return;
    }
    this.away(null);
    this.number(count(this.#bundles.filter(({ own }) => own).length));
    this.table.show(sortBundles(this.#bundles).filter(({ own }) => own || this.others.checked));
  }

  async #swap({ name }) {
    const said = await ask({
      title: `Swap ${shortName(name)}?`, text: `It is read anew from where it came, while the host runs. ${NOTICED[shortName(name)] ?? 'Sockets of displays stay.'}`, yes: 'Swap',
    });
    if (said === null) return;
    this.#swapping = name;
    this.show();
    await this.operator.run(async () => {
      const answer = await this.operator.api.post('bundles', { name, action: 'swap' });
      this.operator.toasts.show(answer.missing?.length > 0 ? 'warning' : 'info', swapWords(name, answer), 'swapped', [{ label: 'Close', run: () => {} }], true);
    });
    this.#swapping = '';
    await this.#ask();
  }
}

