import { ViewSmoother } from '../client/compositor-client.js';
import { driver2d, driver3d } from './drivers.js';
import { listen } from './gestures.js';
import { Hud } from './hud.js';

/** After this long without an echo the server's word counts again. */
const PREDICTION_MS = 1_000;
/** How often a movement asks for an answer, which says whether it was taken. */
const CONFIRM_MS = 400;
const REFUSAL_MS = 3_000;
/** How often a camera that was taken over is taken again, so that its lease does not end. */
const KEEP_MS = 1_000;

/**
 * One display: follows a camera, shows it smoothed, and drives it by hand. Own changes show at once; the server's word
 * ends that as soon as it says something else.
 */
export class Panel {
  /**
   * @param {'2d' | '3d'} kind
   * @param {{client: import('../client/compositor-client.js').CompositorClient, host: HTMLElement, camera: string | null,
   *   graphics: {webgl: boolean, software: boolean}, follow: () => void, pick: (open: boolean) => void}} options
   */
  constructor(kind, { client, host, camera, graphics, follow, pick }) {
    this.kind = kind;
    this.client = client;
    this.graphics = graphics;
    this.driver = kind === '2d' ? driver2d : driver3d;
    /** Name of the camera followed, or null while none is known. */
    this.camera = camera;
    /** The view on the screen, or null. Its object is reused. */
    this.view = null;
    this.frames = 0;
    this.screen = { width: 1, height: 1, fit: 'contain' };
    this.smoother = new ViewSmoother();
    this.display = null;
    this.drawn = new Float64Array(24);
    this.stale = true;
    this.names = [];
    /** Epoch of the sequence that the smoothed samples belong to. */
    this.epoch = null;

    const part = /** @type {DocumentFragment} */ (document.getElementById('panel').content.cloneNode(true));
    this.element = part.querySelector('.panel');
    this.element.dataset.kind = kind;
    this.element.querySelector('h2').textContent = `${this.driver.title} ${kind.toUpperCase()}`;
    this.canvas = this.element.querySelector('.stage > canvas');
    this.canvas.setAttribute('aria-label', `${this.driver.title}, ${kind.toUpperCase()} display`);
    this.select = this.element.querySelector('select');
    this.holder = this.element.querySelector('.holder');
    this.holderBy = this.holder.querySelector('.by');
    this.holderName = this.holder.querySelector('.name');
    this.controlButton = this.element.querySelector('.control');
    /** Whether the camera is to stay in control until it is given back. */
    this.keeping = false;
    this.keptAt = -Infinity;
    this.readout = this.element.querySelector('.readout');
    this.veil = this.element.querySelector('.veil');
    this.refusal = this.element.querySelector('.refusal');
    this.hud = new Hud(this.element);
    host.append(part);

    this.#resetDriving();
    this.#controls(follow, pick);
    listen(this.canvas, this.screen, {
      begin: () => { this.gesture = 'open'; },
      move: (dx, dy, x, y, event) => this.#change((view) => this.driver.move(view, dx, dy, x, y, event, this.screen)),
      pinch: (factor, angle, x, y) => this.#change((view) => this.driver.pinch(view, factor, angle, x, y, this.screen)),
      wheel: (factor, x, y) => this.#change((view) => this.driver.wheel(view, factor, x, y, this.screen)),
      end: () => { this.gesture = 'none'; },
      key: (key) => this.#key(key),
    });
  }

  /** Loads what draws; without it the numbers still show. */
  async start() {
    this.#watchSize();
    if (!this.graphics.webgl) {
      this.veilText = 'This browser has no WebGL here, so nothing can be drawn.\nThe figures below go on.';
    } else {
      try {
        const { Display2d, Display3d } = await import(new URL(`display${this.kind}.js`, import.meta.url).href);
        this.display = await (Display2d ?? Display3d).create(this.canvas, this.graphics);
        this.display.resize(this.screen.width, this.screen.height);
        this.canvas.addEventListener('webglcontextrestored', () => { this.stale = true; });
      } catch (error) {
        this.veilText = `The display could not start: ${error.message}`;
      }
    }
    this.stale = true;
    this.tick(0);
  }

  #watchSize() {
    const observer = new ResizeObserver(([entry]) => {
      const exact = entry.devicePixelContentBoxSize?.[0];
      const ratio = globalThis.devicePixelRatio || 1;
      const width = Math.max(1, exact ? exact.inlineSize : Math.round(entry.contentRect.width * ratio));
      const height = Math.max(1, exact ? exact.blockSize : Math.round(entry.contentRect.height * ratio));
      if (width === this.screen.width && height === this.screen.height) return;
      this.screen.width = width;
      this.screen.height = height;
      this.display?.resize(width, height);
      this.stale = true;
    });
    try {
      observer.observe(this.canvas, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(this.canvas);
    }
  }

  #controls(follow, pick) {
    this.select.addEventListener('focus', () => pick(true));
    this.select.addEventListener('blur', () => pick(false));
    this.select.addEventListener('change', () => {
      this.follow(this.select.value || null);
      follow();
    });
    this.controlButton.addEventListener('click', () => {
      if (this.#control().own) this.#giveBack();
      else this.#take();
    });
    this.element.querySelector('.home').addEventListener('click', () => this.#key('Home'));
    const help = this.element.querySelector('.help');
    this.helpButton = this.element.querySelector('.help-button');
    for (const [what, does] of this.driver.help) {
      const row = document.createElement('div');
      const [b, span] = [document.createElement('b'), document.createElement('span')];
      b.textContent = what;
      span.textContent = does;
      row.append(b, span);
      help.append(row);
    }
    this.helpButton.addEventListener('click', () => {
      help.hidden = !help.hidden;
      this.helpButton.setAttribute('aria-expanded', String(!help.hidden));
    });
  }

  set fit(fit) {
    if (this.screen.fit === fit) return;
    this.screen.fit = fit;
    this.stale = true;
  }

  // ---- following

  /** @param {string | null} camera */
  follow(camera) {
    if (camera === this.camera) return;
    if (this.keeping) this.#giveBack();
    this.camera = camera;
    this.smoother.reset();
    this.view = null;
    this.stale = true;
    this.hud.reset();
    this.#resetDriving();
    this.epoch = null;
    this.restore();
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

  /** Takes a camera message of the camera followed. */
  receive(message) {
    const now = this.client.now();
    this.hud.count(message, now);
    this.smoother.push(message, now);
    if (this.own === null) return;
    if (message.origin !== undefined && message.origin === this.client.welcome.session) {
      if (message.sample !== undefined) this.echoed = Math.max(this.echoed, message.sample);
    } else if (this.echoed >= this.firstSample) {
      this.#yield();
    }
  }

  /** Takes what a snapshot says of the camera followed. */
  restore() {
    const known = this.camera === null ? undefined : this.client.cameras.get(this.camera);
    if (known === undefined || (this.epoch === this.client.epoch && this.hud.lastSeq === known.seq)) return;
    if (this.epoch !== this.client.epoch) this.smoother.reset();
    this.epoch = this.client.epoch;
    this.smoother.push(known, this.client.now());
    this.hud.known(known);
  }

  // ---- control

  /** Who drives: the message that said so, and whether that is this page. */
  #control() {
    const { client } = this;
    const held = this.camera === null ? undefined : client.control.get(this.camera);
    return { held, own: held?.session !== undefined && held.session === client.welcome?.session };
  }

  /** Takes the camera, and goes on doing so until it is given back or somebody of higher priority has it. */
  #take() {
    this.keeping = true;
    this.keptAt = performance.now();
    const { camera } = this;
    this.client.setControl(camera, 'take').catch((error) => {
      if (camera !== this.camera || ['disconnected', 'timeout'].includes(error.code)) return;
      this.keeping = false;
      this.refuse(error);
    });
  }

  #giveBack() {
    this.keeping = false;
    // what is wrong with that is seen at who drives
    this.client.setControl(this.camera, 'release').catch(() => {});
  }

  // ---- driving

  #resetDriving() {
    /** The view as driven by hand, or null while the server's counts. */
    this.own = null;
    this.changed = false;
    this.cut = false;
    this.gesture = this.gesture === 'open' ? 'spoiled' : 'none';
    this.firstSample = 0;
    this.echoed = -1;
    this.lastSent = 0;
    this.lastTime = 0;
    this.lastConfirm = -Infinity;
  }

  #yield() {
    this.own = null;
    this.changed = false;
    this.lastConfirm = -Infinity;
    this.stale = true;
  }

  #change(change, cut = false) {
    if (this.gesture === 'spoiled' || performance.now() < this.refusedUntil || this.camera === null || this.view === null
      || this.view.kind !== this.kind) return false;
    const start = this.own ?? this.driver.own(this.view, this.screen);
    const next = change(start);
    if (next === null) return false;
    if (this.own === null) {
      this.firstSample = sampleNumber + 1;
      this.echoed = -1;
      this.lastSent = performance.now();
    }
    this.own = next;
    this.cut ||= cut;
    this.changed = true;
    return true;
  }

  #key(key) {
    if (key === '?') {
      this.helpButton.click();
      return true;
    }
    if (key === 'Home') return this.#change((view) => this.driver.home(this.screen, view), true);
    return this.#change((view) => this.driver.key(view, key, this.screen));
  }

  /** Sends what changed since the last frame, as one message. */
  #send(at) {
    const { client } = this;
    const time = client.clock.offset === undefined ? undefined : client.now();
    const confirm = at - this.lastConfirm > CONFIRM_MS && client.state === 'connected';
    const answer = client.drive(this.camera, this.own, { time, sample: ++sampleNumber, cut: this.cut, confirm });
    this.changed = false;
    this.cut = false;
    this.lastSent = at;
    this.lastTime = time ?? 0;
    this.lastSample = sampleNumber;
    if (!confirm) return;
    this.lastConfirm = at;
    const { camera } = this;
    answer.catch((error) => { if (camera === this.camera) this.refuse(error); });
  }

  /** The server did not take a movement. */
  refuse(error) {
    if (['disconnected', 'closed', 'timeout'].includes(error.code)) return;
    const driving = this.own !== null;
    this.#yield();
    if (this.gesture === 'open') this.gesture = 'spoiled';
    if (!driving && performance.now() < this.refusedUntil) return;
    this.refusedUntil = performance.now() + 600;
    this.refusal.textContent = error.code === 'held' ? `Held: ${error.message}` : error.message;
    this.refusal.dataset.code = error.code;
    this.refusal.hidden = false;
    clearTimeout(this.refusalTimer);
    this.refusalTimer = setTimeout(() => { this.refusal.hidden = true; }, REFUSAL_MS);
  }

  refusedUntil = -Infinity;

  // ---- frames

  /**
   * Draws one frame, if there is anything new.
   * @param {number} at ms on the clock of animation frames
   */
  frame(at) {
    const now = this.client.now();
    const smooth = this.smoother.sample(now);
    if (this.own !== null) {
      if (this.changed) this.#send(at);
      else if (this.#settled(at)) this.#yield();
    }
    this.view = this.own ?? smooth;
    if (this.view === null || this.view.kind !== this.kind || this.display === null) return;
    if (!this.#differs(this.view) && !this.stale) return;
    this.stale = false;
    this.display.render(this.view, this.screen.fit);
    this.frames++;
  }

  /** Whether what the server says now is what was driven, or there was time enough for it to say so. */
  #settled(at) {
    if (this.gesture === 'open' && at - this.lastSent < PREDICTION_MS) return false;
    if (at - this.lastSent > PREDICTION_MS) return true;
    return this.echoed >= this.lastSample && this.smoother.lastShown >= this.lastTime;
  }

  /** Whether the view is another than the one drawn last; it counts as drawn then. */
  #differs(view) {
    this.at = 0;
    this.other = false;
    if (view.kind === '2d') {
      this.#compare(view.center[0]);
      this.#compare(view.center[1]);
      this.#compare(view.zoom);
      this.#compare(view.rotation);
      this.#compare(view.size?.[0]);
      this.#compare(view.size?.[1]);
      return this.other;
    }
    for (let i = 0; i < 3; i++) this.#compare(view.position[i]);
    for (let i = 0; i < 4; i++) this.#compare(view.orientation[i]);
    const p = view.projection;
    this.#compare(p.type.length);
    this.#compare(p.yfov);
    this.#compare(p.aspectRatio);
    this.#compare(p.xmag);
    this.#compare(p.ymag);
    this.#compare(p.left);
    this.#compare(p.right);
    this.#compare(p.bottom);
    this.#compare(p.top);
    this.#compare(p.znear);
    this.#compare(p.zfar);
    return this.other;
  }

  #compare(value) {
    const number = value ?? 0;
    if (this.drawn[this.at] !== number) {
      this.drawn[this.at] = number;
      this.other = true;
    }
    this.at++;
  }

  /**
   * Brings the words and figures up to date; a few times a second.
   * @param {number} elapsed ms since the last call
   */
  tick(elapsed) {
    const { client, view } = this;
    const connected = client.state === 'connected';
    this.element.dataset.connected = String(connected);
    this.hud.tick(elapsed, client.now(), connected);
    const { held: control, own } = this.#control();
    if (this.keeping && connected && performance.now() - this.keptAt >= KEEP_MS) this.#take();
    this.holder.hidden = !connected;
    this.controlButton.hidden = !connected || this.camera === null || client.welcome?.role === 'view';
    setText(this.controlButton, own ? 'Give back' : 'Take over');
    this.controlButton.dataset.own = String(own);
    this.controlButton.title = own ? 'Let others drive this camera' : 'Drive this camera until you give it back';
    setText(this.holderBy, control === undefined ? '' : 'driven by ');
    setText(this.holderName, control === undefined ? 'free' : own ? 'you' : control.holder);
    this.holder.title = control === undefined ? '' : `Driven by ${control.holder}`;
    this.holder.dataset.holder = control === undefined ? 'free' : own ? 'own' : 'other';
    this.readout.hidden = view?.kind !== this.kind;
    if (!this.readout.hidden) setText(this.readout, this.driver.readout(view, this.screen));
    setText(this.veil, this.#veil(connected));
  }

  #veil(connected) {
    if (this.veilText) return this.veilText;
    if (this.view === null) {
      if (!connected) return 'Waiting for the server';
      return this.camera === null ? `No ${this.kind.toUpperCase()} camera yet` : `Waiting for camera ${this.camera}`;
    }
    return this.view.kind === this.kind ? '' : `${this.camera} is a ${this.view.kind.toUpperCase()} camera`;
  }
}

/** Number of the last view sent by this page, over all cameras. */
let sampleNumber = 0;

/** Touches the page only when the text is another. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
