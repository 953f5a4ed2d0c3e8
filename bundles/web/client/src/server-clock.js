import { isTime } from './checks.js';

/** @typedef {import('./clock.js').ClockFilter} ClockFilter */
/**
 * What the clock needs of its client.
 * @typedef {object} ClockHost
 * @property {() => boolean} connected
 * @property {() => number} interval how often the server's heartbeat comes, in ms
 * @property {() => void} ping sends one
 * @property {() => void} jumped the local clock stood still for a while, or somebody set the wall clock
 * @property {import('./timers.js').Timers} timers
 */

/** Local clock: microseconds since the Unix epoch, never running backwards. On some systems it stands still while the machine sleeps. */
export const localNow = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
/** By how many ms the wall clock, which goes on then, is ahead of it. */
const wallAhead = () => Date.now() - performance.timeOrigin - performance.now();
/** More than this in ms is a sleep, or somebody who set the wall clock, and not its steering. */
const JUMP = 250;

/** The server's clock, measured by pings; measured anew where the local clock stood still. */
export class ServerClock {
  #filter;
  #host;
  /** What the server said of its clock before any measurement, or what was measured before the local clock stood still. */
  #roughOffset = 0;
  /** Of the wall clock, when it was looked at last. */
  #ahead = wallAhead();
  /** Of the local clock: a measurement that began before says nothing any more. */
  #measuredSince = 0;
  /** @type {any} */
  #timer = null;

  /**
   * @param {ClockFilter} filter
   * @param {ClockHost} host
   */
  constructor(filter, host) {
    this.#filter = filter;
    this.#host = host;
  }

  /** In microseconds; before any measurement what the server said with `welcome`, or else the local clock. */
  now() {
    this.watch();
    const local = localNow();
    return Math.round(local + (this.#filter.offsetAt(local) ?? this.#roughOffset));
  }

  /** A server said welcome, and what its clock shows: {@link ServerClock#begin} follows. */
  welcomed(/** @type {unknown} */ time) {
    this.#filter.reset();
    if (isTime(time)) this.#roughOffset = /** @type {number} */ (time) - localNow();
  }

  /**
   * Looks whether the local clock stood still for a while: what was measured of the server's is wrong by that, and is measured anew at once.
   * Until then the filter has no offset.
   * @returns {boolean} whether it did
   */
  watch() {
    const ahead = wallAhead();
    const jump = ahead - this.#ahead;
    this.#ahead = ahead;
    if (Math.abs(jump) < JUMP || !this.#host.connected()) return false;
    this.#roughOffset = this.#filter.offsetAt(localNow()) ?? this.#roughOffset;
    this.#filter.reset();
    this.#measuredSince = localNow();
    this.#host.jumped();
    if (this.#host.connected()) this.begin();
    return true;
  }

  /** Measures: often at first, while much else goes on, and later as often as the server's heartbeat. */
  begin() {
    this.rest();
    this.#measure(0);
  }

  /** There is no connection for the moment. */
  rest() {
    this.#host.timers.clear(this.#timer);
  }

  #measure(/** @type {number} */ round) {
    if (round > 0 && this.watch()) return;
    this.#host.ping();
    const interval = Math.min(round < 5 ? 100 : round < 20 ? 1_000 : Infinity, this.#host.interval());
    this.#timer = this.#host.timers.set(() => this.#measure(round + 1), interval);
  }

  /** Whether an answer says nothing any more. */
  outdated(/** @type {{t0: number}} */ { t0 }) {
    return t0 < this.#measuredSince;
  }

  /** @returns {boolean} false if the numbers cannot be true */
  add(/** @type {{t0: number, t1: number, t2: number}} */ { t0, t1, t2 }) {
    return this.#filter.add(t0, t1, t2, localNow());
  }
}
