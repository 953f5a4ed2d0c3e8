/**
 * @typedef {{at: number, run: () => void, timer: any}} Timer
 */

const scope = /** @type {any} */ (globalThis);

/**
 * Timers that go on in a page that nobody sees. Browsers let the timers of a hidden page run once a minute; a worker then says when it is
 * time (`compositor-timers.js`, which lies beside this module), and where there is none, whatever comes in from the server does.
 */
export class Timers {
  /** @type {Set<Timer>} */
  #all = new Set();
  /** No timer is due before, in ms of `performance.now()`. */
  #next = Infinity;
  /** @type {any} */
  #worker = null;
  #address;
  #watching = false;
  #hidden = false;
  #look = () => this.#looked();

  /** @param {string | URL | false} [worker] address of `compositor-timers.js`, of the page's own origin; false: no worker */
  constructor(worker) {
    this.#address = worker;
  }

  /**
   * @param {() => void} run called once
   * @param {number} ms
   * @returns {Timer} to call it off with
   */
  set(run, ms) {
    this.#watch();
    const wait = Math.max(0, ms);
    /** @type {Timer} */
    const timer = { at: performance.now() + wait, run, timer: 0 };
    timer.timer = setTimeout(() => this.#over(timer), wait);
    this.#all.add(timer);
    if (timer.at < this.#next) {
      this.#next = timer.at;
      if (this.#hidden) this.#wake();
    }
    return timer;
  }

  /** @param {Timer | null | undefined} timer */
  clear(timer) {
    if (timer == null || !this.#all.delete(timer)) return;
    clearTimeout(timer.timer);
  }

  /** Runs what should have run by now; costs next to nothing where nothing should. */
  sweep() {
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = Infinity;
    const due = [];
    for (const timer of this.#all) {
      if (timer.at <= now) due.push(timer);
      else if (timer.at < this.#next) this.#next = timer.at;
    }
    // what should have run first does, however late it is
    for (const timer of due.sort((a, b) => a.at - b.at)) this.#over(timer);
    if (this.#hidden) this.#wake();
  }

  #over(/** @type {Timer} */ timer) {
    if (!this.#all.has(timer)) return;
    this.clear(timer);
    timer.run();
  }

  /** Lets go of the page, where nothing is set. */
  rest() {
    if (this.#all.size > 0) return;
    this.#stop();
    if (this.#watching) scope.document.removeEventListener('visibilitychange', this.#look);
    this.#watching = false;
  }

  #watch() {
    // Elsewhere than in pages nothing is hidden.
    if (this.#watching || scope.document === undefined) return;
    this.#watching = true;
    this.#hidden = scope.document.hidden === true;
    scope.document.addEventListener('visibilitychange', this.#look);
  }

  #stop() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #looked() {
    this.#hidden = scope.document.hidden === true;
    if (!this.#hidden) {
      this.#stop();
      this.sweep();
    } else {
      this.#wake();
    }
  }

  /** Lets the worker say when the next timer is due. */
  #wake() {
    if (this.#all.size === 0 || this.#address === false) return;
    try {
      this.#worker ??= this.#start();
      this.#worker.postMessage(Math.max(0, this.#next - performance.now()));
    } catch {
      // There are no workers here, or none of this origin: the page's own timers and what comes in have to do.
      this.#address = false;
    }
  }

  #start() {
    const options = { name: 'compositor-timers' };
    const worker = this.#address === undefined
      ? new scope.Worker(new URL('./compositor-timers.js', import.meta.url), options) : new scope.Worker(this.#address, options);
    worker.onmessage = () => {
      // Timers may be early by less than a millisecond.
      if (performance.now() < this.#next) this.#wake();
      else this.sweep();
    };
    worker.onerror = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#stop();
      this.#address = false;
    };
    return worker;
  }
}
