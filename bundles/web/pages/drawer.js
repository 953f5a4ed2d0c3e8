import { setText } from './text.js';

const $ = (id) => document.getElementById(id);

/** The side panel: the models of the scene, and the displays that are there. */
export class Drawer {
  /**
   * @param {{client: import('../client/compositor-client.js').CompositorClient, presence: import('./presence.js').Presence, page: object}} options
   */
  constructor({ client, presence, page }) {
    this.client = client;
    this.presence = presence;
    this.page = page;
    this.element = $('drawer');
    this.part = 'displays';
    this.version = -1;
    for (const part of ['models', 'displays']) {
      $(`${part}-button`).addEventListener('click', () => this.toggle(part));
      $(`tab-${part}`).addEventListener('click', () => this.open(part));
    }
    $('drawer-close').addEventListener('click', () => this.close());
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
    this.tick();
  }

  close() {
    if (this.element.hidden) return;
    const inside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.#show();
    if (inside) $(`${this.part}-button`).focus();
  }

  #show() {
    for (const part of ['models', 'displays']) {
      const open = !this.element.hidden && this.part === part;
      $(`${part}-button`).setAttribute('aria-expanded', String(open));
      $(`tab-${part}`).setAttribute('aria-selected', String(open));
      $(`part-${part}`).hidden = this.part !== part;
    }
  }

  /** Brings it up to date; a few times a second. */
  tick() {
    setText($('displays-count'), String(this.presence.displays.size));
    $('displays-button').setAttribute('aria-label', `Displays: ${this.presence.displays.size}`);
    if (this.element.hidden) return;
    if (this.part === 'displays' && this.version !== this.presence.version) {
      this.version = this.presence.version;
      this.#listDisplays();
    }
  }

  #listDisplays() {
    const own = this.client.welcome?.session;
    $('presence').replaceChildren(...this.presence.sorted().map((there) => {
      const { session, display, user, connected, settings = {} } = there;
      const line = document.createElement('li');
      line.dataset.connected = String(connected);
      line.dataset.display = display;
      const add = (tag, text, name = '') => line.append(Object.assign(document.createElement(tag), { textContent: text, className: name }));
      add('b', display);
      add('span', session === own ? 'this one' : '', 'mine');
      const screen = settings.width ? `${settings.width} × ${settings.height}${settings.pixelRatio > 1 ? ` at ${+settings.pixelRatio.toFixed(2)}` : ''}` : '';
      add('small', [connected ? '' : 'connection lost', settings.title, user, screen].filter(Boolean).join(' · '));
      const drives = this.presence.drives(session);
      if (drives.length > 0) add('small', `drives ${drives.join(', ')}`, 'drives');
      return line;
    }));
  }
}
