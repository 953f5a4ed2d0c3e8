/** The page of walls, `/walls`: their screens to scale, how far apart they are, and for role `control` what can be changed about them. */

import { CompositorClient } from '../../client/compositor-client.js';
import { AdminApi, patience, Poll, Refused } from '../admin/api.js';
import { ask } from '../admin/dialogs.js';
import { make } from '../admin/dom.js';
import { several } from '../admin/words.js';
import { appearanceButton } from '../shared/appearance.js';
import { connectionBar } from '../shared/bar.js';
import { endpointOf, keptKey, screenSettings } from '../shared/connection.js';
import { Presence } from '../shared/presence.js';
import { setText } from '../shared/text.js';
import { Toasts } from '../shared/toasts.js';
import { before, grid, History } from './edits.js';
import { WallPart } from './wallpart.js';

const POLL_MS = 1_000;
const PATH = 'compositor/walls';

const $ = (id) => /** @type {any} */ (document.getElementById(id));
const base = new URL('./', location.href);
const client = new CompositorClient({ url: endpointOf(base), key: keptKey(), settings: screenSettings('Page of walls', undefined), subscription: { presence: true } });
const toasts = new Toasts($('toasts'));
const api = new AdminApi(base, () => client.options.key);
const presence = new Presence(client);
let role = '';

export class WallsPage {
  constructor() {
    this.history = new History();
    /** @type {Map<string, WallPart>} */
    this.parts = new Map();
    this.lastError = '';
  }

  /** Whether the key may change walls. */
  get mayChange() {
    return role === 'control' || role === 'admin';
  }

  /** Names of displays that are there, without pages that only look. */
  connected() {
    const own = client.welcome?.session;
    return [...new Set(presence.sorted().filter(({ session, connected }) => session !== own && connected).map(({ display }) => display))].sort();
  }

  /** @param {any[]} walls */
  take(walls) {
    const names = new Set(walls.map(({ wall }) => wall));
    for (const [name, part] of this.parts) {
      if (names.has(name)) continue;
      part.element.remove();
      this.parts.delete(name);
    }
    for (const wall of walls) {
      let part = this.parts.get(wall.wall);
      if (part === undefined) {
        part = new WallPart(wall.wall, this);
        this.parts.set(wall.wall, part);
        $('walls').append(part.element);
      }
      part.take(wall);
    }
    const links = [...names].sort().join('\n');
    if ($('sections').dataset.names !== links) {
      $('sections').dataset.names = links;
      $('sections').replaceChildren(...[...names].sort().map((name) => make('a', { href: `#wall-${name}`, textContent: name })));
    }
    $('sections').hidden = names.size < 2;
    setText($('walls-word'), walls.length === 0 ? `There is no wall yet.${this.mayChange ? '' : ' A key of role control can make one.'}`
      : `${several(walls.length, 'wall')}. Screens are drawn to scale; the host tells how they do each second.`);
    $('new-wall').hidden = !this.mayChange;
  }

  /**
   * Changes a wall.
   * @param {string} what for who takes it back; '': that cannot be taken back
   * @returns {Promise<boolean>} whether it was done
   */
  async edit(name, what, changes) {
    const part = this.parts.get(name);
    const was = what === '' ? null : before(part.wall, changes);
    if (!await this.#run(() => api.ask(`${PATH}/${encodeURIComponent(name)}`, 'POST', changes))) return false;
    if (was !== null) this.history.add(name, what, was);
    await walls.now();
    return true;
  }

  /** Takes the last edit of a wall back. */
  async undo(name) {
    const last = this.history.last(name);
    if (last === undefined) return;
    if (!await this.#run(() => api.ask(`${PATH}/${encodeURIComponent(name)}`, 'POST', last.before))) return;
    this.history.drop(name);
    toasts.show('info', `Taken back: ${last.what}`);
    await walls.now();
  }

  async removeWall(name) {
    if (await this.#run(() => api.ask(`${PATH}/${encodeURIComponent(name)}`, 'DELETE'))) await walls.now();
  }

  async newWall() {
    const said = await ask({
      title: 'New wall', yes: 'Make', text: 'Screens of one size in rows and columns; all of it can be changed afterwards.',
      fields: [
        { name: 'name', label: 'Name', required: true, most: 64, value: 'main' }, { name: 'columns', label: 'Columns', value: '2', required: true }, { name: 'rows', label: 'Rows', value: '2', required: true },
        { name: 'unit', label: 'Measured in', options: [['px', 'pixels'], ['mm', 'millimetres']] },
        { name: 'width', label: 'Width of a screen', value: '1920', required: true }, { name: 'height', label: 'Height of a screen', value: '1080', required: true },
        { name: 'bezel', label: 'Between two screens', value: '40', required: true }, { name: 'camera', label: 'Camera', most: 64 },
      ],
    });
    if (said === null) return;
    const number = Object.fromEntries(['columns', 'rows', 'width', 'height', 'bezel'].map((field) => [field, Number(said[field])]));
    const whole = Number.isInteger(number.columns) && Number.isInteger(number.rows) && number.columns > 0 && number.rows > 0 && number.columns * number.rows <= 256;
    if (!whole || !(number.width > 0) || !(number.height > 0) || !(number.bezel >= 0)) {
      toasts.show('error', 'Columns and rows must be whole numbers with at most 256 screens; sizes must be above 0.');
      return;
    }
    const { width, height, members } = grid({ .../** @type {any} */ (number), names: (i) => `${said.name}-${i + 1}` });
    const wall = { width, height, unit: said.unit, fit: 'contain', view: 'camera', members, ...(said.camera ? { camera: said.camera } : {}) };
    if (await this.#run(() => api.ask(`${PATH}/${encodeURIComponent(said.name)}`, 'PUT', wall))) await walls.now();
  }

  async #run(what) {
    try {
      await what();
      this.lastError = '';
      return true;
    } catch (error) {
      this.lastError = error instanceof Refused && error.absent ? 'This host has no bundle "wall".' : error.message;
      toasts.show('error', this.lastError, undefined, [{ label: 'Close', run: () => {} }], true);
      return false;
    }
  }
}

const page = new WallsPage();
/** @type {any} */ (window).compositor = { client, page };

const walls = new Poll(async () => {
  try {
    const { walls: told } = await api.ask(PATH);
    page.take(Array.isArray(told) ? told : []);
    return POLL_MS;
  } catch (error) {
    setText($('walls-word'), error instanceof Refused && error.absent ? 'Walls cannot be shown: this host has no bundle "wall".' : `Walls cannot be shown: ${error.message}.`);
    return patience(error, POLL_MS);
  }
}, POLL_MS);
$('new-wall').addEventListener('click', () => page.newWall());

// ---- connection

client.on('welcome', (welcome) => {
  ({ role } = welcome);
  $('walls').hidden = false;
  $('to-operator').hidden = role !== 'admin';
  walls.start();
});
client.on('notice', ({ level, text }) => toasts.show(String(level), String(text)));
connectionBar({ client, base });

// ---- dark or light

appearanceButton($('appearance'));

document.documentElement.dataset.started = '';
client.connect();
