import { limit } from '../shared/browser.js';
import { keyHeaders } from '../shared/connection.js';
import { setText } from '../shared/text.js';
import { anglesOf, quaternionOf } from '../shared/views.js';

const LIMIT_MS = 5_000;

const $ = (id) => document.getElementById(id);
const make = (tag, fields = {}) => Object.assign(document.createElement(tag), fields);
const icon = (name) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
};
const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** The side panel: the models of the scene, what can be added to it, and the displays that are there. */
export class Drawer {
  /**
   * @param {object} options
   * @param {import('../shared/presence.js').Presence} options.presence
   * @param {import('./shellpage.js').ShellPage} options.page
   * @param {import('./panel.js').Panel} [options.stage] the 3D display, if the page has one
   */
  constructor({ presence, page, stage }) {
    this.client = page.client;
    this.presence = presence;
    this.page = page;
    this.editor = page.editor;
    this.stage = stage;
    this.element = $('drawer');
    this.part = 'displays';
    this.version = -1;
    this.shown = null;
    this.failed = '';
    this.inspected = '';
    /** How large the models are that the server offers, by uri; undefined where a model has no shape. @type {Map<string, any>} */
    this.bounds = new Map();
    for (const part of ['models', 'displays']) {
      $(`${part}-button`).addEventListener('click', () => this.toggle(part));
      $(`tab-${part}`).addEventListener('click', () => this.open(part));
      $(`tab-${part}`).hidden = part === 'models' && stage === undefined;
      $(`${part}-button`).hidden = part === 'models' && stage === undefined;
    }
    $('drawer-close').addEventListener('click', () => this.close());
    this.element.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.close(); });
  }

  toggle(part) {
    if (!this.element.hidden && this.part === part) this.close();
    else this.open(part);
  }

  open(part) {
    this.part = part;
    this.element.hidden = false;
    this.#show();
    this.version = -1;
    this.shown = null;
    this.tick();
    if (part !== 'models') return;
    this.stage.display?.models.assets.retry();
    this.#listAssets();
  }

  close() {
    if (this.element.hidden) return;
    const inside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.#show();
    if (inside) $(`${this.part}-button`).focus();
  }

  #show() {
    document.body.dataset.drawer = this.element.hidden ? 'closed' : 'open';
    document.body.dataset.part = this.part;
    for (const part of ['models', 'displays']) {
      const open = !this.element.hidden && this.part === part;
      $(`${part}-button`).setAttribute('aria-expanded', String(open));
      $(`tab-${part}`).setAttribute('aria-selected', String(open));
      $(`part-${part}`).hidden = this.part !== part;
    }
  }

  /** Brings it up to date; a few times a second. */
  tick() {
    const { models } = this.client.scene.shown;
    // Who is there now nobody knows without a connection.
    this.#count('displays', this.client.state === 'connected' ? this.presence.displays.size : '–');
    this.#count('models', this.client.scene.known ? models.size : '–');
    if (this.element.hidden) return;
    if (this.part === 'displays' && this.version !== this.presence.version) {
      this.version = this.presence.version;
      this.#listDisplays();
    }
    if (this.part !== 'models') return;
    const failed = this.#failures();
    if (this.shown === this.client.scene.shown && this.failed === failed) return;
    this.shown = this.client.scene.shown;
    this.failed = failed;
    this.#listModels();
    this.#inspect();
  }

  #count(part, number) {
    setText($(`${part}-count`), String(number));
  }

  // ---- displays

  #listDisplays() {
    const own = this.client.welcome?.session;
    $('presence').replaceChildren(...this.presence.sorted().map((there) => {
      const { session, display, user, connected, settings = {} } = there;
      const line = make('li');
      line.dataset.connected = String(connected);
      line.dataset.display = display;
      const add = (tag, text, name = '') => line.append(make(tag, { textContent: text, className: name }));
      add('b', display);
      add('span', session === own ? 'this one' : '', 'mine');
      const screen = settings.width ? `${settings.width} × ${settings.height}${settings.pixelRatio > 1 ? ` at ${+settings.pixelRatio.toFixed(2)}` : ''}` : '';
      add('small', [connected ? '' : 'connection lost', settings.title, user, screen].filter(Boolean).join(' · '));
      const drives = this.presence.drives(session);
      if (drives.length > 0) add('small', `drives ${drives.join(', ')}`, 'drives');
      return line;
    }));
  }

  // ---- models

  #stateOf(id) {
    return this.stage.display?.models.stateOf(id) ?? { state: 'waiting', reason: '' };
  }

  #failures() {
    let text = '';
    for (const id of this.client.scene.shown.models.keys()) if (this.#stateOf(id).state === 'failed') text += `${id}\n`;
    return text;
  }

  #listModels() {
    const { models, selected } = this.shown;
    const list = $('models');
    const before = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.model;
    list.replaceChildren(...[...models.values()].map((model) => {
      const line = make('li');
      const { state, reason } = this.#stateOf(model.id);
      line.dataset.state = state;
      line.dataset.visible = String(model.visible);
      const button = make('button', { type: 'button', disabled: !this.editor.allowed });
      button.dataset.model = model.id;
      button.setAttribute('aria-pressed', String(selected.has(model.id)));
      button.append(icon('models'), make('b', { textContent: model.label ?? model.id }), make('small', { textContent: state === 'failed' ? reason : model.visible ? '' : 'hidden' }));
      button.addEventListener('click', (event) => {
        if (event.shiftKey || event.ctrlKey || event.metaKey) this.editor.toggle(model.id);
        else this.editor.select([model.id]);
      });
      line.append(button);
      return line;
    }));
    if (models.size === 0) list.append(make('li', { className: 'none', textContent: this.client.scene.known ? 'Nothing yet.' : 'Not known yet.' }));
    if (before !== undefined) [...list.querySelectorAll('button')].find((button) => button.dataset.model === before)?.focus();
  }

  /** What the server offers. */
  async #listAssets() {
    const list = $('assets');
    try {
      const answer = await fetch(new URL('models/', this.page.base), { headers: keyHeaders(this.client.options.key), signal: limit(LIMIT_MS) });
      if (!answer.ok) throw new Error(answer.status === 404 ? 'This server offers no models.' : `The server answers ${answer.status}.`);
      const { models = [], refused = [] } = await answer.json();
      this.bounds = new Map(models.map(({ uri, bounds }) => [uri, bounds]));
      list.replaceChildren(...models.map(({ name, uri, bytes, bounds }) => {
        const button = make('button', { type: 'button', disabled: !this.editor.allowed });
        button.append(icon('plus'), make('b', { textContent: name }), make('small', { textContent: size(bytes) }));
        button.addEventListener('click', () => this.#add(uri, bounds));
        const line = make('li');
        line.append(button);
        return line;
      }), ...refused.map(({ name, reason }) => {
        const line = make('li', { textContent: `${name}: ${reason}` });
        line.dataset.refused = name;
        return line;
      }));
      if (list.childElementCount === 0) throw new Error('This server offers no models.');
    } catch (error) {
      list.replaceChildren(make('li', { className: 'none', textContent: error.message }));
    }
  }

  /** Puts a model on the ground in front of the camera, beside what stands there. */
  #add(uri, bounds) {
    const [x, y, z] = this.stage.display?.placeForNew() ?? [0, 0, 0];
    return this.editor.add(uri, [x, y - (bounds?.min[1] ?? 0), z], bounds, (model) => this.bounds.get(model.uri));
  }

  /**
   * A model was uploaded: it stands on the stage.
   * @param {{uri: string, bounds?: any}} model
   */
  async place({ uri, bounds }) {
    await this.#listAssets();
    await this.#add(uri, bounds ?? this.bounds.get(uri));
  }

  /** The fields of what is selected; not while somebody writes into them. */
  #inspect() {
    const inspector = $('inspector');
    const models = this.editor.selected;
    inspector.hidden = models.length === 0 || !this.editor.allowed;
    if (inspector.hidden) return;
    const key = models.map(({ id }) => id).join('\n');
    if (key === this.inspected && inspector.contains(document.activeElement) && document.activeElement.tagName === 'INPUT') return;
    this.inspected = key;
    const rows = models.length === 1 ? this.#fields(models[0]) : [make('p', { textContent: `${models.length} models` })];
    const buttons = make('div', { className: 'buttons' });
    const visible = models.some((model) => model.visible);
    const button = (name, text, run) => {
      const made = make('button', { type: 'button' });
      made.append(icon(name), text);
      made.addEventListener('click', run);
      buttons.append(made);
    };
    button(visible ? 'hide' : 'look', visible ? 'Hide' : 'Show', () => { for (const { id } of models) this.editor.patch(id, { visible: !visible }); });
    button('remove', 'Remove', () => this.editor.removeSelected());
    inspector.replaceChildren(...rows, buttons);
  }

  #fields(model) {
    const { id } = model;
    const label = make('div', { className: 'row wide' });
    const input = make('input', { id: 'model-label', value: model.label ?? '', placeholder: id, maxLength: 256 });
    label.append(make('label', { htmlFor: 'model-label', textContent: 'Label' }), input);
    input.addEventListener('change', () => this.editor.patch(id, { label: input.value === '' ? null : input.value }));
    const numbers = (name, words, values, step, apply) => {
      const row = make('div', { className: 'row' });
      row.append(make('span', { textContent: name }));
      const inputs = values.map((value, i) => {
        const one = make('input', { type: 'number', step, value: String(+value.toFixed(4)) });
        one.setAttribute('aria-label', `${name} ${words[i]}`);
        one.addEventListener('change', () => {
          const now = inputs.map((field) => Number.parseFloat(field.value));
          if (now.every(Number.isFinite)) apply(now);
        });
        return one;
      });
      row.append(...inputs);
      return row;
    };
    const axes = ['x', 'y', 'z'];
    return [
      label,
      numbers('Position', axes, model.position, 0.1, (position) => this.editor.patch(id, { position })),
      numbers('Rotation', axes, anglesOf(model.orientation), 5, (angles) => this.editor.patch(id, { orientation: quaternionOf(angles) })),
      numbers('Scale', axes, model.scale, 0.1, (scale) => { if (scale.every((value) => value !== 0)) this.editor.patch(id, { scale }); }),
    ];
  }
}
