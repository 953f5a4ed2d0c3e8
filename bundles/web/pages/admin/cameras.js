/** The cameras: who moves them, and who may. */

import { ask } from './dialogs.js';
import { about, button, make, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { count, DASH, since, viewWords } from './words.js';

const SETTINGS = 'org.geometryos.compositor.settings';
/** A lease lasts five seconds; who takes again in time keeps it. */
const RENEW_MS = 2_000;

/**
 * The rows of all cameras, by name, those that are held and have no view yet among them.
 * @param {object} known
 * @param {Map<string, any>} known.cameras
 * @param {Map<string, any>} known.control
 * @param {any[] | null} known.told as the host tells, where the socket does not; null: it does
 * @param {string} [known.own] the session of this page
 */
export function cameraRows({ cameras, control, told, own }) {
  const names = told === null ? [...new Set([...cameras.keys(), ...[...control].filter(([, { holder }]) => holder != null).map(([name]) => name)])] : told.map(({ camera }) => camera);
  const asTold = new Map((told ?? []).map((one) => [one.camera, one]));
  return names.sort().map((camera) => {
    const last = told === null ? cameras.get(camera) : asTold.get(camera);
    const holder = told === null ? control.get(camera) : asTold.get(camera);
    return {
      camera, kind: last?.view?.kind ?? last?.kind ?? '', source: last?.source ?? '', received: last?.received, view: last?.view ?? null,
      holder: holder?.holder ?? null, session: holder?.session ?? null, own: holder?.session !== undefined && holder.session !== null && holder.session === own,
    };
  });
}

/**
 * How other displays can be made to look where a camera looks.
 * @param {object} known
 * @param {string} known.camera
 * @param {string} known.kind
 * @param {{camera: string, kind: string}[]} known.rows all cameras
 * @param {boolean} known.live whether cameras can be driven
 * @param {boolean} known.settings whether the settings of all displays can be changed
 * @returns {{value: string, words: string, targets: string[]}[]} without targets: by the settings
 */
export function gatherWays({ camera, kind, rows, live, settings }) {
  const others = live ? rows.filter((one) => one.camera !== camera && one.kind === kind).map((one) => one.camera) : [];
  return [
    ...(settings && kind !== '' ? [{ value: 'settings', words: `Displays that chose no camera show ${camera}`, targets: [] }] : []),
    ...(others.length > 1 ? [{ value: 'all', words: `All other ${kind.toUpperCase()} cameras jump to its view`, targets: others }] : []),
    ...others.map((other) => ({ value: `one ${other}`, words: `${other} jumps to its view`, targets: [other] })),
  ];
}

export class Cameras extends Part {
  /** Cameras that this page keeps. @type {Set<string>} */
  #kept = new Set();

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('cameras', 'Cameras');
    this.operator = operator;
    this.table = new Table({
      label: 'Cameras', key: ({ camera }) => camera, words: ({ camera, source, holder }) => `${camera} ${source} ${holder ?? ''}`, none: 'No camera is here.',
      row: (element, row) => setData(element, 'camera', row.camera),
      columns: [
        { head: 'Camera', make: () => make('div', {}, make('b'), make('small')), show: (row, cell) => {
          setText(cell.children[0], row.camera);
          setText(cell.children[1], row.kind.toUpperCase());
        } },
        { head: 'Moved by', text: ({ source }) => source || DASH },
        { head: 'Held by', make: () => make('span', { className: 'holds' }), show: (row, cell) => {
          setText(cell, row.holder === null ? 'free' : row.own ? `${row.holder} (this page)` : row.holder);
          setData(cell, 'holder', row.holder === null ? 'free' : row.own ? 'own' : 'other');
        } },
        { head: 'Last update', name: 'number', text: ({ received }) => (received === undefined ? DASH : agoWords(received, this.operator.now())) },
        { head: 'Looks at', name: 'number view', text: ({ view }) => viewWords(view) },
        { head: 'Actions', name: 'acts', make: (current) => this.#actions(current), show: (row, cell) => {
          const [take, release, asks, force, here, remove] = cell.children;
          for (const [one, word] of [[take, 'Take'], [release, 'Release'], [asks, 'Ask for'], [force, 'Take by force'], [here, 'Everybody here:'], [remove, 'Remove']]) about(one, `${word} ${row.camera}`);
          const other = row.holder !== null && !row.own;
          take.hidden = other || row.own;
          release.hidden = !row.own;
          asks.hidden = !other || row.session === null;
          force.hidden = !other;
          const { live } = this.operator;
          take.disabled = release.disabled = asks.disabled = force.disabled = !live;
          here.disabled = row.view === null || (!live && this.operator.state === null);
          remove.disabled = this.operator.client.state !== 'connected';
        } },
      ],
    });
    this.body.append(this.table.element);
    const { client } = operator;
    client.on('control', ({ camera, holder, session }) => {
      if (!this.#kept.has(camera) || session === client.welcome?.session) return;
      this.#kept.delete(camera);
      operator.tell(holder === null ? `${camera} is free again.` : `${holder} has ${camera} now.`, 'warning');
    });
    client.on('camera-removed', ({ camera }) => this.#kept.delete(camera));
    client.on('asked', ({ camera, display }) => {
      operator.toasts.show('info', `${display} asks for ${camera}`, 'question', [
        { label: 'Give it', run: () => { this.#release(camera); } }, { label: 'Keep', run: () => {} },
      ], true);
    });
    setInterval(() => this.#renew(), RENEW_MS);
  }

  show() {
    const { operator } = this;
    const told = operator.live ? null : operator.part('cameras');
    if (!operator.live && told === null) {
      this.away('Cameras: they are shown when this page is connected.');
      return;
    }
    this.away(null);
    const rows = cameraRows({ cameras: operator.client.cameras, control: operator.client.control, told, own: operator.ownSession });
    this.number(count(rows.length));
    this.table.show(rows);
  }

  #actions(current) {
    return make('div', { className: 'buttons' },
      button('Take', () => this.#take(current().camera, false)),
      button('Release', () => this.#release(current().camera)),
      button('Ask', () => this.#ask(current())),
      button('Force', () => this.#force(current()), { className: 'grave' }),
      button('Everybody here', () => this.#gather(current()), { title: 'Other displays look where this camera looks' }),
      button('Remove', () => this.#remove(current()), { className: 'grave' }));
  }

  async #take(camera, force) {
    const { operator } = this;
    const done = await operator.run(() => operator.client.take(camera, { force }), `This page holds ${camera} until you release it.`);
    if (done) this.#kept.add(camera);
  }

  #release(camera) {
    this.#kept.delete(camera);
    return this.operator.run(() => this.operator.client.release(camera), `${camera} is free.`);
  }

  #ask({ camera, holder }) {
    return this.operator.run(() => this.operator.client.ask(camera), `${holder} was asked for ${camera}.`);
  }

  async #force({ camera, holder }) {
    const said = await ask({ title: `Take ${camera} by force?`, text: `${holder ?? 'Nobody'} holds it and loses it.`, yes: 'Take', grave: true });
    if (said !== null) await this.#take(camera, true);
  }

  /** Other displays look where a camera looks: they follow it, or their cameras jump to its view. */
  async #gather({ camera, kind, view }) {
    const { operator } = this;
    const ways = gatherWays({ camera, kind, rows: this.table.items, live: operator.live, settings: operator.state !== null });
    if (ways.length === 0) {
      operator.tell(`There is no other ${kind.toUpperCase()} camera, and no display to move.`, 'warning');
      return;
    }
    const said = await ask({
      title: `Everybody look at ${camera}`, yes: 'Do it', grave: true,
      text: 'No display can be moved to another camera while a person or its address chose the one it shows; its camera can jump. A camera that jumps is taken by force and stays there until you release it.',
      fields: [{ name: 'way', label: 'How', options: ways.map(({ value, words }) => [value, words]) }],
    });
    const way = ways.find(({ value }) => value === said?.way);
    if (way === undefined) return;
    if (way.targets.length === 0) {
      let lasts = true;
      const done = await operator.run(async () => {
        lasts = (await operator.api.post('configuration', { pid: SETTINGS, properties: { [`show.${kind}`]: camera } })).lasts !== false;
      });
      if (done) operator.tell(`Displays that chose no camera show ${camera} within three seconds${lasts ? '' : ', until the host starts again'}.`);
      return;
    }
    for (const target of way.targets) {
      const done = await operator.run(async () => {
        await operator.client.take(target, { force: true });
        await operator.client.drive(target, view, { cut: true, confirm: true, predict: false });
      });
      if (done) this.#kept.add(target);
    }
    operator.tell(`${way.targets.join(', ')} ${way.targets.length === 1 ? 'shows' : 'show'} what ${camera} shows, until you release ${way.targets.length === 1 ? 'it' : 'them'}.`);
  }

  async #remove({ camera }) {
    const said = await ask({ title: `Remove ${camera}?`, text: 'It vanishes from all displays. A source that still moves it brings it back.', yes: 'Remove', grave: true });
    if (said !== null) await this.operator.run(() => this.operator.admin({ action: 'remove-camera', camera }), `${camera} was removed.`);
  }

  /** A lease that is not renewed ends after five seconds. */
  #renew() {
    if (!this.operator.live) return;
    for (const camera of this.#kept) {
      this.operator.client.take(camera).catch((error) => {
        // Without an answer nobody knows; the next time tells.
        if (['disconnected', 'closed', 'timeout', 'unavailable'].includes(error.code) || !this.#kept.delete(camera)) return;
        this.operator.tell(`${camera} is not held by this page any more: ${error.message}`, 'warning');
      });
    }
  }
}

/** How long ago an update came; one that came just now is not counted in tenths. */
export function agoWords(received, now) {
  const age = now - received;
  return age < 2_500_000 ? 'now' : `${since(received, now)} ago`;
}
