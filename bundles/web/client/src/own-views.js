import { sampleTime } from './smoother.js';

/** @typedef {import('./smoother.js').ViewSmoother | import('./presentation.js').WallPresentation} Smoother */
/** @typedef {import('./views.js').View} View */
/**
 * @typedef {object} OwnView
 * @property {View} view what was set last
 * @property {number} order of that among all that this client did
 * @property {number} first number of the first sample sent
 * @property {number} sample number of the last sample sent
 * @property {boolean} heard whether something of it came round: what another says from then on is newer
 * @property {number} time of the last sample, when that has come round, in microseconds of the server's clock; Infinity before
 * @property {number} at when it was set, sent or came round, in ms
 * @property {number} asked when an answer was asked for last, in ms
 */

/** After this long without the server's word on it a view is taken back, in ms. */
const PATIENCE = 1_000;
/** How often a movement asks for an answer, which says whether it was taken, in ms. */
const ASK_EVERY = 400;
const MOST = 64;

/**
 * The views that this client drives cameras to, until the server's word has them: shown at once, taken back where the server says
 * something else. Of at most 64 cameras at a time.
 */
export class OwnViews {
  /** @type {Map<string, OwnView>} */
  #views = new Map();
  #order = 0;
  #sample = 0;

  /** The place of something done now among all that this client did. */
  next() {
    return ++this.#order;
  }

  /**
   * A camera is driven.
   * @param {string} camera
   * @param {View} view
   * @param {number} [sample] rising number of it; default: its own count
   * @returns {number} the number of the sample
   */
  drive(camera, view, sample = ++this.#sample) {
    const at = performance.now();
    const own = this.#entry(camera, sample, at);
    if (own === null) return sample;
    own.view = structuredClone(view);
    own.order = this.next();
    own.sample = sample;
    own.time = Infinity;
    own.at = at;
    return sample;
  }

  #entry(/** @type {string} */ camera, /** @type {number} */ first, /** @type {number} */ at) {
    let own = this.#views.get(camera);
    if (own !== undefined && at - own.at <= PATIENCE) return own;
    if (own === undefined && this.#views.size >= MOST) {
      for (const [name, other] of this.#views) if (at - other.at > PATIENCE) this.#views.delete(name);
      if (this.#views.size >= MOST) return null;
    }
    own = { view: /** @type {any} */ (null), order: 0, first, sample: first, heard: false, time: Infinity, at, asked: -Infinity };
    this.#views.set(camera, own);
    return own;
  }

  /** Whether it is time to ask the server whether it takes the movement; then that counts as done. */
  asks(/** @type {string} */ camera) {
    const own = this.#views.get(camera);
    if (own === undefined || own.at - own.asked < ASK_EVERY) return false;
    own.asked = own.at;
    return true;
  }

  /** What had waited for the socket was sent. */
  sent(/** @type {string} */ camera) {
    const own = this.#views.get(camera);
    if (own !== undefined) own.at = performance.now();
  }

  /**
   * What the server says of a camera.
   * @param {{camera: string, time: number, received: number, sample?: number}} message
   * @param {boolean} mine whether this session caused it
   */
  told(message, mine) {
    const own = this.#views.get(message.camera);
    if (own === undefined) return;
    if (!mine) {
      if (own.heard) this.#views.delete(message.camera);
      return;
    }
    if (message.sample == null) return;
    if (message.sample >= own.first) own.heard = true;
    if (message.sample === own.sample) cameRound(own, message);
  }

  /**
   * A view that went along with a transaction came round.
   * @param {View} view
   * @param {number} order
   * @param {{camera: string, time: number, received: number}} message
   */
  carried(view, order, message) {
    const own = this.#entry(message.camera, Infinity, performance.now());
    if (own === null) return;
    own.heard = true;
    if (own.order > order) return;
    own.view = view;
    own.order = order;
    own.sample = NaN;
    cameRound(own, message);
  }

  /** The server took it from this client, or did not take it. */
  delete(/** @type {string} */ camera) {
    this.#views.delete(camera);
  }

  /** Forgets all but these cameras. */
  keep(/** @type {readonly string[]} */ cameras) {
    for (const camera of this.#views.keys()) if (!cameras.includes(camera)) this.#views.delete(camera);
  }

  /**
   * What counts for a camera before the server's word.
   * @param {string} camera
   * @param {number} patience ms for which it counts without that
   * @param {Smoother} [smoother] which is to have reached it
   * @returns {OwnView | null}
   */
  get(camera, patience, smoother) {
    const own = this.#views.get(camera);
    if (own === undefined) return null;
    if (performance.now() - own.at > Math.max(PATIENCE, patience)) {
      this.#views.delete(camera);
      return null;
    }
    if (own.time === Infinity) return own;
    // Behind its newest sample a smoother goes on for a moment, and comes back.
    return smoother !== undefined && smoother.lastShown < own.time + smoother.extrapolation ? own : null;
  }
}

function cameRound(/** @type {OwnView} */ own, /** @type {{time: number, received: number}} */ message) {
  own.time = sampleTime(message);
  own.at = performance.now();
}
