import { CompositorError } from './error.js';

/** @typedef {import('./timers.js').Timers} Timers */
/** @typedef {{resolve: (answer: any) => void, reject: (error: CompositorError) => void, timer: any, type: string}} Waiting */

/** Requests that wait for their answer, each with a limit of its own. A `subscribe` waits for its `ack` and then for the snapshot. */
export class PendingRequests {
  #timers;
  #options;
  #nextId = 1;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  /** Of the `subscribe` whose ack came and whose snapshot did not yet. @type {number | null} */
  #awaitsSnapshot = null;

  /**
   * @param {Timers} timers
   * @param {{readonly maxOutstanding: number, readonly requestTimeout: number}} options
   */
  constructor(timers, options) {
    this.#timers = timers;
    this.#options = options;
  }

  get full() {
    return this.#waiting.size >= this.#options.maxOutstanding;
  }

  /**
   * Sends a request; one of the two functions is called once, at once if it cannot be sent.
   * @param {{type: string, [field: string]: any}} message without `id`
   * @param {(message: object) => boolean} send whether the socket took it; may throw
   * @param {(answer: any) => void} resolve
   * @param {(error: CompositorError) => void} reject
   */
  ask(message, send, resolve, reject) {
    const { maxOutstanding, requestTimeout } = this.#options;
    if (this.full) {
      reject(new CompositorError('limit', `${maxOutstanding} requests wait for their answer`));
      return;
    }
    const id = this.#nextId++;
    const timer = this.#timers.set(() => {
      this.#waiting.delete(id);
      if (this.#awaitsSnapshot === id) this.#awaitsSnapshot = null;
      reject(new CompositorError('timeout', `no answer to ${message.type} within ${requestTimeout} ms`));
    }, requestTimeout);
    this.#waiting.set(id, { resolve, reject, timer, type: message.type });
    try {
      if (send({ ...message, id })) return;
      throw new CompositorError('disconnected', 'the connection is closing');
    } catch (error) {
      this.#timers.clear(timer);
      this.#waiting.delete(id);
      reject(/** @type {CompositorError} */ (error));
    }
  }

  /**
   * @param {{id?: any}} ack
   * @returns {boolean} whether it answered a `subscribe`, whose snapshot follows
   */
  ack(ack) {
    const request = this.#waiting.get(ack.id);
    if (request === undefined) return false;
    if (request.type !== 'subscribe') {
      this.#take(ack.id)?.resolve(ack);
      return false;
    }
    this.#awaitsSnapshot = ack.id;
    return true;
  }

  /** @returns {boolean} whether the request was one of these */
  refuse(/** @type {any} */ id, /** @type {CompositorError} */ error) {
    const request = this.#take(id);
    request?.reject(error);
    return request !== undefined;
  }

  /** The snapshot came: what it answers is resolved by the function that comes back. */
  snapshot() {
    const id = this.#awaitsSnapshot;
    this.#awaitsSnapshot = null;
    return (/** @type {any} */ message) => {
      if (id !== null) this.#take(id)?.resolve(message);
    };
  }

  /** None of them will be answered any more. */
  fail(/** @type {CompositorError} */ reason) {
    this.#awaitsSnapshot = null;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const request of all) {
      this.#timers.clear(request.timer);
      request.reject(reason);
    }
  }

  #take(/** @type {any} */ id) {
    const request = this.#waiting.get(id);
    if (request === undefined) return undefined;
    this.#timers.clear(request.timer);
    this.#waiting.delete(id);
    return request;
  }
}
