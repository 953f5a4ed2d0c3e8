/**
 * What the repair needs of its client.
 * @typedef {object} RepairHost
 * @property {() => boolean} connected
 * @property {() => boolean} subscribed whether the scene is subscribed to
 * @property {() => Promise<any>} ask asks for all of the scene
 * @property {{readonly repairInterval: number}} options
 * @property {import('./timers.js').Timers} timers
 */

/** Asks for all of the scene where a message about it did not fit: at most once per interval, until a snapshot has come. */
export class SceneRepair {
  #host;
  /** Whether a message about the scene did not fit, and no snapshot of it came since. */
  #torn = false;
  #repairedAt = -Infinity;
  /** @type {any} */
  #timer = null;

  /** @param {RepairHost} host */
  constructor(host) {
    this.#host = host;
  }

  /** A message did not fit. */
  torn() {
    if (!this.#host.subscribed()) return;
    this.#torn = true;
    this.#later();
  }

  /** A snapshot of the scene came, or the scene is not followed any more. */
  whole() {
    this.#torn = false;
  }

  /** There is no connection for the moment. */
  rest() {
    this.#host.timers.clear(this.#timer);
  }

  /** A session goes on, with what it knew. */
  resumed() {
    if (this.#torn) this.#later();
  }

  #later() {
    this.rest();
    const wait = this.#repairedAt + this.#host.options.repairInterval - performance.now();
    this.#timer = this.#host.timers.set(() => this.#repair(), Math.max(0, wait));
  }

  #repair() {
    if (!this.#torn || !this.#host.connected()) return;
    this.#repairedAt = performance.now();
    this.#host.ask().catch(() => {}).finally(() => { if (this.#torn && this.#host.connected()) this.#later(); });
  }
}
