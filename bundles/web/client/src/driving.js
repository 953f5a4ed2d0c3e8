import { CompositorError } from './error.js';
import { OwnViews } from './own-views.js';
import { checkView } from './views.js';

/** @typedef {import('./views.js').View} View */
/** @typedef {import('./own-views.js').OwnView} OwnView */
/** @typedef {import('./smoother.js').ViewSmoother | import('./presentation.js').WallPresentation} Smoother */
/**
 * What driving needs of its client.
 * @typedef {object} DrivingHost
 * @property {() => boolean} connected
 * @property {() => boolean} writable whether something can be sent now without piling up
 * @property {(message: object) => boolean} send whether the socket took it
 * @property {(message: any, resolve: (ack: any) => void, reject: (error: CompositorError) => void) => void} ask
 * @property {() => boolean} full whether no request may be asked now
 * @property {(camera: string) => boolean} hears whether the server tells this client what becomes of the camera
 * @property {(type: string, value: any) => void} emit
 * @property {{superseded: number}} stats
 * @property {{readonly driveHold: number}} options
 * @property {import('./timers.js').Timers} timers
 */

const MAX_PENDING_CAMERAS = 64;
/** How long a busy socket is left alone, in ms. */
const FLUSH_AFTER = 20;

/** Driving cameras: what is sent, what waits for the socket, and what counts before the server has told it. */
export class Driving {
  /** What this client drives, before the server has told it. */
  own = new OwnViews();
  /** Views that wait for the socket, the newest of each camera. @type {Map<string, {message: any, at: number}>} */
  waiting = new Map();
  #host;
  /** @type {any} */
  #timer = null;

  /** @param {DrivingHost} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * @param {string} camera
   * @param {View} view
   * @param {{time?: number, sample?: number, cut?: boolean, timecode?: string, confirm?: boolean, predict?: boolean}} options
   * @returns {Promise<any> | undefined} with `confirm`: the `ack`
   */
  drive(camera, view, { time, sample, cut, timecode, confirm, predict = true }) {
    const wrong = checkView(view);
    if (wrong !== null) throw new CompositorError('invalid', wrong, 'view');
    const predicted = predict && this.#host.hears(camera);
    if (!predicted) this.own.delete(camera);
    const number = predicted ? this.own.drive(camera, view, sample) : sample;
    const message = { type: 'camera', camera, view, time, sample: number, cut: cut || undefined, timecode };
    if (confirm) {
      this.waiting.delete(camera);
      const answer = new Promise((resolve, reject) => this.#host.ask(message, resolve, reject));
      if (predicted) answer.catch((error) => this.#failed(camera, error, true));
      return answer;
    }
    const waiting = this.waiting.get(camera)?.message;
    if (waiting?.cut) message.cut = true;
    if (this.#host.writable() && this.#send(message, predicted)) {
      if (this.waiting.delete(camera)) this.#host.stats.superseded++;
      return undefined;
    }
    if (waiting !== undefined) this.#host.stats.superseded++;
    else if (this.waiting.size >= MAX_PENDING_CAMERAS) return undefined;
    this.waiting.set(camera, { message, at: performance.now() });
    if (this.#host.connected()) this.#flushLater();
    return undefined;
  }

  /** Sends a view; now and then so that the server answers whether it takes it. @returns {boolean} whether the socket took it */
  #send(/** @type {any} */ message, /** @type {boolean} */ predicted) {
    if (!predicted || this.#host.full() || !this.own.asks(message.camera)) return this.#host.send(message);
    this.#host.ask(message, () => {}, (error) => this.#failed(message.camera, error, false));
    return true;
  }

  /** A view was not taken, or nobody knows whether it was; `unsent` where it will not be sent again. */
  #failed(/** @type {string} */ camera, /** @type {CompositorError} */ error, /** @type {boolean} */ unsent) {
    const unknown = ['disconnected', 'timeout', 'closed'].includes(error.code);
    if (unsent || !unknown) this.own.delete(camera);
    if (!unknown) this.#host.emit('drive-refused', { camera, error });
  }

  /**
   * What counts for a camera before the server's word.
   * @param {string} camera
   * @param {Smoother} [smoother] that shows the camera
   * @returns {OwnView | null}
   */
  predicted(camera, smoother) {
    return this.own.get(camera, this.waiting.has(camera) ? this.#host.options.driveHold : 0, smoother);
  }

  #flushLater() {
    this.rest();
    this.#timer = this.#host.timers.set(() => this.flush(), FLUSH_AFTER);
  }

  /** Sends what waits, as far as the socket takes it. */
  flush() {
    const oldest = performance.now() - this.#host.options.driveHold;
    for (const [camera, { message, at }] of this.waiting) {
      if (at < oldest) {
        this.waiting.delete(camera);
        this.own.delete(camera);
        this.#host.stats.superseded++;
      } else if (this.#host.writable() && this.#host.send(message)) {
        this.waiting.delete(camera);
        this.own.sent(camera);
      }
    }
    if (this.waiting.size > 0 && this.#host.connected()) this.#flushLater();
  }

  /** There is no connection for the moment. */
  rest() {
    this.#host.timers.clear(this.#timer);
  }

  /** The client is closed. */
  forget() {
    this.waiting.clear();
    this.own.keep([]);
  }
}
