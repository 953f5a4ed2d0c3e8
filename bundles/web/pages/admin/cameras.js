/** The cameras: who moves them, and who may. */

import { ask } from './dialogs.js';
import { about, button, make, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { count, DASH, since, viewWords } from './words.js';

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
          const [take, release, asks, force, remove] = cell.children;
          for (const [one, word] of [[take, 'Take'], [release, 'Release'], [asks, 'Ask for'], [force, 'Take by force'], [remove, 'Remove']]) about(one, `${word} ${row.camera}`);
          const other = row.holder !== null && !row.own;
          take.hidden = other || row.own;
          release.hidden = !row.own;
          asks.hidden = !other || row.session === null;
          force.hidden = !other;
          const { live } = this.operator;
          take.disabled = release.disabled = asks.disabled = force.disabled = !live;
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
