/** The displays: who is there, how they are served, and what can be done to them. */

import { ask } from './dialogs.js';
import { about, button, make, newId, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { count, DASH, millis, moment, several, since } from './words.js';

/** What a title and a text of a notice may be long. */
const MOST_TITLE = 256;
const MOST_TEXT = 1_000;

/**
 * One row of the table.
 * @typedef {object} Row
 * @property {string} key
 * @property {string} display
 * @property {string} title
 * @property {string} user
 * @property {string} screen
 * @property {boolean} own whether it is this page
 * @property {boolean} session whether there is a session
 * @property {boolean} connected
 * @property {number} [since] of the session
 * @property {number} [lastSeen]
 * @property {boolean} declared
 * @property {any} figures what the host counts of the session; null: it does not tell
 * @property {{kind: string, text: string, since?: number} | null} trouble what is wrong with it, as the host judges; null: nothing that it knows of
 */

const title = (...titles) => titles.find((one) => typeof one === 'string' && one !== '') ?? '';

function screenWords({ width, height, pixelRatio } = /** @type {any} */ ({})) {
  if (!(width > 0 && height > 0)) return '';
  return `${width} × ${height}${pixelRatio > 1 ? ` at ${+pixelRatio.toFixed(2)}` : ''}`;
}

/**
 * The rows of all displays that are known: sessions first, by name, then those that are declared or remembered only.
 * @param {object} known
 * @param {any[] | null} known.present as the socket tells; null: it does not
 * @param {any[] | null} known.sessions as the host tells
 * @param {any[] | null} known.displays as the host tells
 * @param {string} [known.own] the session of this page
 * @returns {Row[]}
 */
export function displayRows({ present, sessions, displays, own }) {
  const figures = new Map((sessions ?? []).map((one) => [one.session, one]));
  const declared = new Map((displays ?? []).map((one) => [one.display, one]));
  /** @type {Row[]} */
  const rows = (present ?? sessions ?? []).map((one) => {
    const told = figures.get(one.session) ?? null;
    const about = declared.get(one.display);
    declared.delete(one.display);
    return {
      key: `s ${one.session}`, display: String(one.display), title: title(about?.title, told?.title, one.settings?.title), user: title(one.user),
      screen: screenWords(one.settings), own: one.session === own, session: true, connected: one.connected !== false, since: told?.since,
      declared: about?.declared === true, figures: told, trouble: told?.trouble ?? null,
    };
  });
  for (const one of declared.values()) {
    rows.push({
      key: `d ${one.display}`, display: String(one.display), title: title(one.title), user: title(one.user), screen: '', own: false, session: false,
      connected: false, lastSeen: one.lastSeen, declared: one.declared === true, figures: null, trouble: one.trouble ?? null,
    });
  }
  return rows.sort((a, b) => Number(b.session) - Number(a.session) || a.display.localeCompare(b.display));
}

/** What a display is, in words, and how well that is. */
export function stateWords(row, now) {
  const { trouble } = row;
  // A loss of the socket that the host has not told yet is not asked for: the next look does.
  if (trouble && !(row.connected && trouble.kind === 'lost')) {
    return { level: 'down', text: `${trouble.text}${trouble.since === undefined ? '' : `, for ${since(trouble.since, now)}`}` };
  }
  if (row.connected) return { level: 'ok', text: row.since === undefined ? 'connected' : `connected for ${since(row.since, now)}` };
  if (row.session) return { level: 'warning', text: 'connection lost' };
  const seen = row.lastSeen === undefined ? 'not seen yet' : `last seen ${moment(row.lastSeen)}`;
  return { level: row.declared ? 'warning' : 'none', text: `${row.declared ? 'declared, ' : ''}${seen}` };
}

/** What a session follows. */
export function followWords(figures) {
  if (figures === null) return DASH;
  const { cameras, delivery, rate } = figures;
  const names = !Array.isArray(cameras) || cameras.length === 0 ? 'nothing' : cameras.includes('*') ? 'all cameras' : cameras.length > 3 ? several(cameras.length, 'camera') : cameras.join(', ');
  return [names, delivery === 'every' ? 'every update' : '', rate > 0 ? `at most ${rate} /s` : ''].filter(Boolean).join(', ');
}

/** The account of a session: what was delivered, and what of it was not. */
export function accountWords(figures) {
  if (figures === null) return DASH;
  const { delivered, superseded, refused } = figures;
  return [count(delivered), superseded > 0 ? `${count(superseded)} superseded` : '', refused > 0 ? `${count(refused)} refused` : ''].filter(Boolean).join(', ');
}

export class Displays extends Part {
  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('displays', 'Displays');
    this.operator = operator;
    const id = newId('remembered');
    this.remembered = make('input', { type: 'checkbox', id });
    this.remembered.addEventListener('change', () => this.show());
    this.check = make('span', { className: 'check' }, this.remembered, make('label', { htmlFor: id, textContent: 'Also remembered ones' }));
    this.tools.append(
      this.check,
      button('Identify all', () => this.#identifyAll(), { title: 'Each display shows its own name' }),
      button('Notice to all', () => this.#notice(null)),
    );
    this.table = new Table({
      label: 'Displays', key: (row) => row.key, words: ({ display, title: name, user }) => `${display} ${name} ${user}`, none: 'No display is here.',
      row: (element, row) => {
        setData(element, 'display', row.display);
        setData(element, 'level', stateWords(row, this.operator.now()).level);
      },
      columns: [
        { head: 'Display', make: () => make('div', {}, make('i', { className: 'mark' }), make('b'), make('em', { className: 'mine' }), make('small')), show: (row, cell) => {
          const [, name, mine, more] = cell.children;
          setText(name, row.display);
          setText(mine, row.own ? 'this page' : '');
          setText(more, [row.title, row.user, row.screen].filter(Boolean).join(' · '));
        } },
        { head: 'State', name: 'number', text: (row) => stateWords(row, this.operator.now()).text },
        { head: 'Follows', name: 'figures', text: ({ figures }) => followWords(figures) },
        { head: 'Round trip', name: 'figures number', text: ({ figures }) => millis(figures?.roundTrip) },
        { head: 'Behind', name: 'figures number', text: ({ figures }) => count(figures?.behind) },
        { head: 'Delivered', name: 'figures number', text: ({ figures }) => accountWords(figures) },
        { head: 'Actions', name: 'acts', make: (current) => this.#actions(current), show: (row, cell) => {
          const [identify, notice, rename, kick] = cell.children;
          for (const [one, word] of [[identify, 'Identify'], [notice, 'Notice to'], [rename, 'Rename'], [kick, 'Kick']]) about(one, `${word} ${row.display}`);
          identify.disabled = notice.disabled = !row.connected;
          rename.disabled = this.operator.state === null;
          kick.disabled = !row.session || row.own;
        } },
      ],
    });
    this.body.append(this.table.element);
  }

  show() {
    const { operator } = this;
    const [sessions, displays] = [operator.part('sessions'), operator.part('displays')];
    const present = operator.live ? operator.presence.sorted() : null;
    if (present === null && sessions === null) {
      this.away('Displays: they are shown when this page is connected.');
      return;
    }
    this.away(null);
    const rows = displayRows({ present, sessions, displays, own: operator.ownSession });
    setData(this.table.element, 'bare', String(sessions === null));
    this.number(count(rows.filter(({ connected }) => connected).length));
    this.check.hidden = displays === null;
    // Each page that came without a name is remembered for a while, too.
    this.table.show(rows.filter(({ session, declared }) => session || declared || this.remembered.checked));
  }

  #actions(current) {
    return make('div', { className: 'buttons' },
      button('Identify', () => this.#identify(current())),
      button('Notice', () => this.#notice(current())),
      button('Rename', () => this.#rename(current())),
      button('Kick', () => this.#kick(current()), { className: 'grave' }));
  }

  #identify({ display, title: name }) {
    return this.operator.run(() => this.operator.admin({ action: 'notice', display, level: 'info', text: nameNotice(display, name) }), `${display} shows its name.`);
  }

  async #identifyAll() {
    const { operator } = this;
    const there = operator.presence.sorted().filter(({ connected, session }) => connected && session !== operator.ownSession);
    const answers = await Promise.allSettled(there.map(({ display, settings }) =>
      operator.admin({ action: 'notice', display, level: 'info', text: nameNotice(display, title(settings?.title)) })));
    const failed = answers.filter(({ status }) => status === 'rejected').length;
    if (failed > 0) operator.tell(`${several(failed, 'display')} of ${answers.length} could not be told.`, 'warning');
    else operator.tell(answers.length === 0 ? 'No other display is connected.' : `${several(answers.length, 'display')} ${answers.length === 1 ? 'shows its name' : 'show their names'}.`);
  }

  async #notice(row) {
    const said = await ask({
      title: row === null ? 'Notice to all displays' : `Notice to ${row.display}`, yes: 'Send',
      fields: [
        { name: 'text', label: 'Text', required: true, most: MOST_TEXT },
        { name: 'level', label: 'Level', value: 'info', options: [['info', 'information'], ['warning', 'warning'], ['error', 'error']] },
      ],
    });
    if (said === null || said.text === '') return;
    await this.operator.run(() => this.operator.admin({ action: 'notice', display: row?.display, level: said.level, text: said.text }),
      row === null ? 'All displays got the notice.' : `${row.display} got the notice.`);
  }

  async #rename(row) {
    const said = await ask({
      title: `Rename ${row.display}`, text: 'The title is shown beside the name, here and in the lists of all displays. An empty title takes it away.', yes: 'Rename',
      fields: [{ name: 'title', label: 'Title', value: row.title, most: MOST_TITLE }],
    });
    if (said === null) return;
    let lasts = true;
    const done = await this.operator.run(async () => {
      lasts = (await this.operator.api.post('displays', { display: row.display, title: said.title === '' ? null : said.title })).lasts !== false;
    });
    if (done) this.operator.tell(`${row.display} ${said.title === '' ? 'has no declared title' : `is “${said.title}”`}${lasts ? '' : ' until the host starts again'}.`);
  }

  async #kick(row) {
    const said = await ask({
      title: `Kick ${row.display}?`, text: 'Its session ends, and it does not come back by itself.', yes: 'Kick', grave: true,
      fields: [{ name: 'reason', label: 'Reason', placeholder: 'closed by an operator', most: 100 }],
    });
    if (said === null) return;
    await this.operator.run(() => this.operator.admin({ action: 'close', display: row.display, reason: said.reason === '' ? undefined : said.reason }), `${row.display} was closed.`);
  }
}

const nameNotice = (display, name) => (name === '' ? `This display is ${display}` : `This display is ${display}, “${name}”`);
