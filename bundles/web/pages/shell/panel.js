import { media } from '../shared/browser.js';
import { driver2d, driver3d } from '../shared/drivers.js';
import { Follower } from '../shared/follower.js';
import { listen } from '../shared/gestures.js';
import { watchContext } from '../shared/graphics.js';
import { Hud } from './hud.js';
import { HeldKeys, isPlain, keyName } from './keys.js';
import { Minimap } from '../canvas/minimap.js';
import { setText } from '../shared/text.js';
import { ViewChange } from '../shared/viewchange.js';

/** A key that is only touched moves as far as if it had been held for this long. */
const TOUCH_S = 0.08;
/** Frames further apart than this were not drawn in a row: no movement is carried across them. */
const LONGEST_S = 0.1;
/** Older than this when it arrives, an update is no longer live. */
const BEHIND_MS = 500;
const still = media('(prefers-reduced-motion: reduce)');

/** One display: its picture, its words and figures, its controls. What it follows and drives is a {@link Follower}. */
export class Panel {
  /**
   * @param {'2d' | '3d'} kind
   * @param {import('./shellpage.js').ShellPage} page
   * @param {string | null} camera to begin with
   */
  constructor(kind, page, camera) {
    this.kind = kind;
    this.page = page;
    this.client = page.client;
    /** @type {any} */
    this.driver = kind === '2d' ? driver2d : driver3d;
    /** @type {{width: number, height: number, fit: string, look: boolean}} */
    this.screen = { width: 1, height: 1, fit: 'contain', look: false };
    this.follower = new Follower({
      client: page.client,
      own: (view) => this.driver.own(view, this.screen),
      scene: kind === '3d',
      refused: (error) => page.toast('warning', error.code === 'held' ? `Held: ${error.message}` : error.message, error.code),
      kept: (camera, holder) => page.toast('info', `${holder ?? 'Nobody'} keeps ${camera}`, 'kept', this.client.welcome?.role === 'admin' && this.camera === camera
        ? [{ label: 'Take by force', run: () => this.force() }] : []),
    });
    this.frames = 0;
    /** The last transaction that waited for others to be shown. */
    this.out = -1;
    /** @type {import('../shared/page.js').Display | null} */
    this.display = null;
    this.change = new ViewChange();
    this.stale = true;
    this.names = [];
    this.listed = '';
    this.lastFrame = 0;
    /** Whether the graphics context is lost. */
    this.lost = false;
    /** Whether somebody is looking through the list of cameras. */
    this.choosing = false;

    const part = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (document.getElementById('panel')).content.cloneNode(true));
    const find = (selector) => /** @type {any} */ (part.querySelector(selector));
    this.element = find('.panel');
    this.element.dataset.kind = kind;
    find('h2').textContent = this.driver.title;
    this.canvas = find('.picture');
    this.canvas.setAttribute('aria-label', `${this.driver.title}, ${kind.toUpperCase()} display. Press question mark for the keys.`);
    this.select = find('select');
    this.select.title = 'Camera to follow';
    this.holder = find('.holder');
    this.holderBy = find('.by');
    this.holderName = find('.holder .name');
    this.controlButton = find('.control');
    this.forceButton = find('.force');
    this.followButton = find('.follow');
    this.tools = find('.tools');
    this.progress = find('.progress');
    this.percent = find('.percent');
    this.mapButton = find('.map');
    this.readout = find('.readout');
    this.veil = find('.veil');
    this.hud = new Hud(this.element);
    this.minimap = kind === '2d' ? new Minimap(find('.minimap'), page.client, (x, y) => this.#goTo(x, y)) : null;
    find('.zoom').hidden = kind !== '2d';
    this.keys = new HeldKeys(this.canvas);
    this.#controls();
    page.host.append(part);
    if (camera !== null) this.follow(camera);

    listen(this.canvas, this.screen, {
      grab: (x, y, event) => this.display?.grab?.(x, y, event, this.view, this.screen.fit) === true,
      pull: (x, y, event) => this.display.pull(x, y, event),
      drop: (cancelled) => this.display.drop(cancelled),
      hover: (x, y) => { this.element.dataset.grip = String(this.display?.hover?.(x, y, this.view, this.screen.fit) === true); },
      tap: (x, y, event) => this.display?.tap?.(x, y, event, this.view, this.screen.fit),
      begin: () => this.follower.begin(),
      move: (dx, dy, x, y, event) => this.#change((view) => this.driver.move(view, dx, dy, x, y, event, this.screen)),
      pinch: (factor, angle, x, y) => this.#change((view) => this.driver.pinch(view, factor, angle, x, y, this.screen)),
      wheel: (factor, x, y) => this.#change((view) => this.driver.wheel(view, factor, x, y, this.screen)),
      end: () => this.follower.end(),
    });
    this.canvas.addEventListener('keydown', (event) => {
      if (this.key(event)) event.preventDefault();
    });
  }

  get camera() {
    return this.follower.camera;
  }

  get view() {
    return this.follower.view;
  }

  get own() {
    return this.follower.own;
  }

  /** Loads what draws; without it the numbers still show. */
  async start() {
    this.#watchSize();
    if (!this.page.graphics.webgl) {
      this.veilText = 'This browser has no WebGL here, so nothing can be drawn.\nThe figures below continue.';
    } else {
      try {
        this.display = await this.page.display(this.kind, this.canvas, { panel: this, changed: () => { this.stale = true; } });
        this.display.resize(this.screen.width, this.screen.height);
        watchContext(this.canvas, this.display, (lost) => {
          this.lost = lost;
          this.stale = true;
          this.tick();
        });
      } catch (error) {
        this.veilText = `The display could not start: ${error.message}`;
      }
    }
    this.stale = true;
    this.tick();
  }

  #watchSize() {
    const take = (exact, box) => {
      const ratio = globalThis.devicePixelRatio || 1;
      const width = Math.max(1, exact ? exact.inlineSize : Math.round(box.width * ratio));
      const height = Math.max(1, exact ? exact.blockSize : Math.round(box.height * ratio));
      if (width === this.screen.width && height === this.screen.height) return;
      this.screen.width = width;
      this.screen.height = height;
      this.display?.resize(width, height);
      this.stale = true;
    };
    if (typeof ResizeObserver !== 'function') {
      const measure = () => take(undefined, this.canvas.getBoundingClientRect());
      addEventListener('resize', measure);
      measure();
      return;
    }
    const observer = new ResizeObserver(([entry]) => take(entry.devicePixelContentBoxSize?.[0], entry.contentRect));
    try {
      observer.observe(this.canvas, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(this.canvas);
    }
  }

  #controls() {
    const find = (selector) => this.element.querySelector(selector);
    const choosing = (open) => {
      this.choosing = open;
      this.page.subscribe();
    };
    this.select.addEventListener('focus', () => choosing(true));
    this.select.addEventListener('blur', () => choosing(false));
    this.select.addEventListener('change', () => {
      this.follow(this.select.value || null);
      this.page.choose();
    });
    this.controlButton.addEventListener('click', () => this.toggleControl());
    this.forceButton.addEventListener('click', () => this.force());
    this.followButton.addEventListener('click', () => this.toggleFree());
    find('.home').addEventListener('click', () => this.home());
    const zoom = (factor) => this.#change((view) => this.driver.wheel(view, factor, this.screen.width / 2, this.screen.height / 2, this.screen));
    find('.in').addEventListener('click', () => zoom(1.25));
    find('.out').addEventListener('click', () => zoom(0.8));
    this.mapButton.addEventListener('click', () => this.showMap(!this.minimap.open));
    find('.look').addEventListener('click', () => this.toggleLook());
  }

  set fit(fit) {
    if (this.screen.fit === fit) return;
    this.screen.fit = fit;
    this.stale = true;
  }

  /** The operator's settings, or the colours of the page, are other now. */
  restyle() {
    this.display?.restyle();
    this.stale = true;
  }

  // ---- following

  /** @param {string | null} camera */
  follow(camera) {
    if (camera === this.camera) return;
    this.follower.follow(camera);
    this.stale = true;
    this.hud.reset();
    if (camera !== null && this.client.cameras.has(camera)) this.hud.known(this.client.cameras.get(camera));
    this.#list();
  }

  /** The names to choose from; the camera followed stays among them. */
  offer(names) {
    this.names = names;
    this.#list();
  }

  #list() {
    const names = this.camera === null || this.names.includes(this.camera) ? this.names : [this.camera, ...this.names];
    const key = `${names.join('\n')}\n\n${this.camera}`;
    if (key === this.listed) return;
    this.listed = key;
    const options = names.map((name) => new Option(name, name, false, name === this.camera));
    if (this.camera === null) options.unshift(new Option('no camera yet', '', false, true));
    this.select.replaceChildren(...options);
  }

  /** Takes a camera message of any camera. */
  receive(message) {
    if (message.camera === this.camera) {
      // What the server had before the connection stood is its state, and no update that is late.
      if (message.received < this.client.welcome.time) this.hud.known(message);
      else this.hud.count(message, this.#serverClock());
      this.follower.receive(message);
    } else if (this.minimap?.open) {
      this.stale = true;
    }
  }

  /** Takes what a snapshot says of the camera followed. */
  restore() {
    const known = this.follower.restore();
    if (known !== null) this.hud.known(known);
    this.stale = true;
  }

  // ---- what a person does

  toggleFree() {
    this.follower.setFree(!this.follower.free, !still.matches);
    this.stale = true;
    this.tick();
  }

  /** Takes the camera over, asks who has it by hand, or gives it back. */
  toggleControl() {
    if (this.camera === null || this.client.state !== 'connected') return;
    const { held, own } = this.follower.control();
    if (own) this.follower.giveBack();
    else if (held?.session !== undefined) this.#ask(held.holder);
    else this.follower.take();
    this.tick();
  }

  async #ask(holder) {
    const { camera } = this;
    try {
      await this.follower.ask();
      this.page.toast('info', `${holder} was asked for ${camera}; you get it when it is given back`, 'asked');
    } catch (error) {
      if (!['disconnected', 'closed'].includes(error.code)) this.page.toast('warning', error.message, error.code);
    }
    this.tick();
  }

  /** Takes the camera whoever has it; for role `admin`. */
  force() {
    if (this.camera === null || this.client.state !== 'connected') return;
    this.follower.take(true);
  }

  toggleLook() {
    this.screen.look = !this.screen.look;
    const button = this.element.querySelector('.look');
    button.setAttribute('aria-pressed', String(this.screen.look));
    button.querySelector('use').setAttribute('href', this.screen.look ? '#i-look' : '#i-orbit');
  }

  home() {
    this.#change((view) => this.driver.home(this.screen, view), true);
  }

  showMap(open) {
    this.minimap.open = open;
    this.mapButton.setAttribute('aria-pressed', String(open));
    this.page.subscribe();
    this.stale = true;
  }

  #goTo(x, y) {
    this.#change((view) => ({ ...view, center: [x, y] }));
  }

  /** Changes the view by hand, also for those who know better where to look: the tools of the stage. */
  drive(change) {
    return this.#change(change);
  }

  #change(change, cut = false) {
    if (this.view === null || this.view.kind !== this.kind) return false;
    return this.follower.change(change, cut);
  }

  /** @returns {boolean} whether the key meant something */
  key(event) {
    // What it means was settled when it went down: Shift may have changed what it writes since.
    if (event.repeat && this.keys.meaning(event) !== undefined) return true;
    const key = keyName(event);
    if (isCommand(event) && (key === 'z' || key === 'y')) {
      const again = event.shiftKey || key === 'y';
      return this.kind === '3d' && (again ? this.page.editor.redo() : this.page.editor.undo());
    }
    if (!isPlain(event) || event.isComposing) return false;
    if (key === 'Shift') this.keys.hold(event, key);
    if (this.driver.steers.includes(key)) {
      const held = this.keys.hold(event, key) ? this.keys : new Set(event.shiftKey ? [key, 'Shift'] : [key]);
      if (!event.repeat || held !== this.keys) this.#change((view) => this.driver.steer(view, held, TOUCH_S, this.screen));
      return true;
    }
    // What is done once is done once, however long the key is held.
    if (event.repeat) return false;
    if (this.display?.key?.(key) === true) return true;
    switch (key) {
      case 'Home': this.home(); return true;
      case 'v': if (this.kind === '3d') this.toggleLook(); return this.kind === '3d';
      case 'm': if (this.kind === '2d') this.showMap(!this.minimap.open); return this.kind === '2d';
      default: return this.#change((view) => this.driver.key(view, key));
    }
  }

  // ---- tools of the stage

  /** What draws the stage is there: its tools work now. */
  adoptTools(display) {
    for (const button of this.tools.querySelectorAll('[data-tool]')) button.addEventListener('click', () => display.use(button.dataset.tool));
    this.element.querySelector('.frame').addEventListener('click', () => display.frameSelection());
    this.element.querySelector('.undo').addEventListener('click', () => this.page.editor.undo());
    this.element.querySelector('.redo').addEventListener('click', () => this.page.editor.redo());
    this.follower.carrier = (camera, view, cut) => display.handles.carry(camera, view, cut);
    this.showTool(display.handles.tool);
  }

  showTool(tool) {
    for (const button of this.tools.querySelectorAll('[data-tool]')) button.setAttribute('aria-pressed', String(button.dataset.tool === tool));
  }

  /** How far the models are that are being loaded. */
  showProgress({ waiting, part }) {
    this.progress.hidden = waiting === 0;
    if (waiting === 0) return;
    setText(this.progress.firstElementChild, waiting === 1 ? 'Loading a model' : `Loading ${waiting} models`);
    this.progress.lastElementChild.style.setProperty('--part', `${Math.round(part * 100)}%`);
  }

  // ---- frames

  /** @param {import('../shared/together.js').Change} change */
  due(change, now) {
    return this.follower.due(change, now);
  }

  /** @param {import('../shared/together.js').Change} change */
  ready(change, now) {
    const view = this.follower.viewWith(change, now);
    return view === null || view.kind !== this.kind || this.lost || this.display?.prepared?.(change.seq, view, this.screen.fit) !== false;
  }

  /**
   * Draws one frame, if there is anything new.
   * @param {number} at ms on the clock of animation frames
   * @param {number} now the server's time
   * @returns {boolean} whether it drew
   */
  frame(at, now) {
    const seconds = Math.min(LONGEST_S, (at - this.lastFrame) / 1_000);
    this.lastFrame = at;
    if (this.keys.active) this.#change((view) => this.driver.steer(view, this.keys, seconds, this.screen));
    const { together } = this.page;
    const view = this.follower.frame(now, together);
    if (view === null || view.kind !== this.kind || this.display === null || this.lost) return false;
    const { timeline } = this.follower;
    if (timeline !== null && this.display.showScene(timeline)) this.stale = true;
    const moved = this.change.differs(view);
    if (!moved && !this.stale && this.out === together.out) return false;
    this.stale = false;
    this.out = together.out;
    this.display.render(view, this.screen.fit, this.minimap?.open ? this.camera : null);
    if (++this.frames === 1) this.tick();
    return true;
  }

  // ---- words and figures

  /** Whether what arrives is old when it does. */
  get behind() {
    return this.hud.arrivals > 0 && this.hud.ageMs > BEHIND_MS;
  }

  /** The server's clock in microseconds; undefined while it is not measured. */
  #serverClock() {
    const now = this.client.now();
    return this.client.clock.offset === undefined ? undefined : now;
  }

  /** Brings the words and figures up to date; a few times a second. */
  tick() {
    const { client, view, follower } = this;
    const connected = client.state === 'connected';
    const may = connected && client.welcome?.role !== 'view';
    this.element.dataset.connected = String(connected);
    this.element.dataset.free = String(follower.free);
    this.element.dataset.drawn = String(this.frames > 0);
    this.hud.tick(connected ? this.#serverClock() : undefined);
    const { held, own } = follower.control();
    this.holder.hidden = !connected;
    this.controlButton.hidden = !may || this.camera === null || follower.free;
    const byHand = !own && held?.session !== undefined;
    const asked = byHand && follower.waitsFor?.session === held.session;
    setText(this.controlButton, own ? 'Give back' : asked ? 'Asked' : byHand ? 'Ask' : 'Take over');
    this.controlButton.dataset.own = String(own);
    this.controlButton.title = own ? 'Let others drive this camera (T)'
      : byHand ? `Ask ${held.holder} for this camera (T)` : 'Drive this camera until you give it back (T)';
    this.forceButton.hidden = !byHand || this.controlButton.hidden || client.welcome?.role !== 'admin';
    if (byHand) this.forceButton.title = `Take this camera away from ${held.holder}`;
    setText(this.holderBy, held === undefined ? '' : 'driven by ');
    setText(this.holderName, held === undefined ? 'free' : own ? 'you' : held.holder);
    this.holder.title = held === undefined ? 'Nobody drives this camera' : `Driven by ${held.holder}`;
    this.holder.dataset.holder = held === undefined ? 'free' : own ? 'own' : 'other';
    this.followButton.setAttribute('aria-pressed', String(!follower.free));
    setText(this.followButton, follower.free ? 'Free' : 'Following');
    this.followButton.title = follower.free ? 'This view is your own, and nobody else sees it. Follow the camera again (F)' : 'Look freely, in a view of your own (F)';
    this.readout.hidden = view?.kind !== this.kind;
    if (!this.readout.hidden) {
      setText(this.readout, this.driver.readout(view, this.screen, this.page.settings.units));
      if (this.kind === '2d') setText(this.percent, percent(this.driver.zoomOf(view, this.screen)));
    }
    this.minimap?.draw(view, this.screen, this.camera, this.page.palette);
    this.display?.tick?.(this);
    if (this.kind === '3d') {
      this.tools.hidden = this.display === null;
      for (const button of this.tools.querySelectorAll('[data-tool]')) button.disabled = !this.page.editor.allowed;
      this.element.querySelector('.undo').disabled = !this.page.editor.allowed || this.page.editor.past.length === 0;
      this.element.querySelector('.redo').disabled = !this.page.editor.allowed || this.page.editor.future.length === 0;
    }
    setText(this.veil, this.#veil(connected));
  }

  #veil(connected) {
    if (this.veilText) return this.veilText;
    if (this.lost) return 'The graphics of this page were reset.\nThe picture returns by itself, or after a reload.';
    if (this.view === null) {
      if (!connected) return 'Waiting for the server';
      return this.camera === null ? `No ${this.kind.toUpperCase()} camera yet` : `Waiting for camera ${this.camera}`;
    }
    if (this.kind === '3d' && this.client.scene.known && this.client.scene.shown.models.size === 0 && this.page.editor.allowed) {
      return 'The scene is empty.\nOpen Models to add one.';
    }
    return this.view.kind === this.kind ? '' : `${this.camera} is a ${this.view.kind.toUpperCase()} camera`;
  }
}

/** Ctrl, or Cmd, and nothing that writes another sign. */
const isCommand = (event) => !isPlain(event) && (event.ctrlKey || event.metaKey) && !event.altKey;

function percent(zoom) {
  const value = zoom * 100;
  if (value >= 1e5 || value < 0.01) return `${value.toExponential(1)} %`;
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}
