import { isName, isObject, isSeq, isTime } from './checks.js';
import { checkView } from './views.js';

/** @typedef {import('./messages.js').CameraMessage} CameraMessage */
/** @typedef {import('./messages.js').ControlMessage} ControlMessage */
/**
 * What the table needs of its client.
 * @typedef {object} TableHost
 * @property {() => number} most cameras that the server allows
 * @property {() => string | undefined} session
 * @property {(why: string) => void} ignore
 * @property {{stale: number}} stats
 * @property {import('./own-views.js').OwnViews} own what the client drives
 */

/** The newest state of each subscribed camera, and who holds it, by the server's word. */
export class CameraTable {
  /** @type {Map<string, CameraMessage>} */
  cameras = new Map();
  /** @type {Map<string, ControlMessage>} */
  control = new Map();
  #host;

  /** @param {TableHost} host */
  constructor(host) {
    this.#host = host;
  }

  /** @returns {boolean} false, and it is ignored, if there is anything wrong with it */
  valid(/** @type {any} */ message, /** @type {any} */ seq) {
    if (!isObject(message) || !isName(message.camera) || !isSeq(seq) || !isTime(message.time)) {
      this.#host.ignore('camera message incomplete');
      return false;
    }
    const wrong = checkView(message.view);
    if (wrong !== null) {
      this.#host.ignore(`camera ${message.camera}: ${wrong}`);
      return false;
    }
    return true;
  }

  /** @returns {boolean} false if the state known is at least as new */
  take(/** @type {CameraMessage} */ message) {
    const known = this.cameras.get(message.camera);
    if (known !== undefined && message.seq <= known.seq) {
      this.#host.stats.stale++;
      return false;
    }
    if (known === undefined && this.cameras.size >= this.#host.most()) {
      this.#host.ignore('more cameras than the server allows');
      return false;
    }
    this.cameras.set(message.camera, message);
    this.#host.own.told(message, message.origin !== undefined && message.origin === this.#host.session());
    return true;
  }

  takeControl(/** @type {any} */ message) {
    const session = this.#host.session();
    if (this.control.get(message.camera)?.session === session && message.session !== session) this.#host.own.delete(message.camera);
    if (message.holder == null) this.control.delete(message.camera);
    else if (this.control.has(message.camera) || this.control.size < this.#host.most()) this.control.set(message.camera, message);
  }

  snapshot(/** @type {any} */ message) {
    if (message.all === true) {
      this.cameras.clear();
      this.control.clear();
    }
    for (const camera of Array.isArray(message.cameras) ? message.cameras : []) {
      if (this.valid(camera, camera?.seq)) this.take(camera);
    }
    for (const control of Array.isArray(message.control) ? message.control : []) {
      if (isObject(control) && isName(control.camera)) this.takeControl(control);
    }
  }

  delete(/** @type {string} */ camera) {
    this.cameras.delete(camera);
    this.control.delete(camera);
    this.#host.own.delete(camera);
  }

  /** Forgets all but these cameras. */
  keep(/** @type {readonly string[]} */ names) {
    this.#host.own.keep(names);
    for (const name of this.cameras.keys()) if (!names.includes(name)) this.cameras.delete(name);
    for (const name of this.control.keys()) if (!names.includes(name)) this.control.delete(name);
  }
}
