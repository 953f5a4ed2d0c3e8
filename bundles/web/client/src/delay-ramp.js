import { isTime } from './checks.js';

/**
 * A change of a wall's delay: `value` at the server's time `from`, `to` at `until` and after, in between in proportion. All in
 * microseconds.
 * @typedef {{from: number, value: number, until: number, to: number}} DelayChange
 */

/** Announced changes kept at most: those before the present one say nothing any more. */
const KEPT = 16;

/**
 * The delay of a wall over the server's time, as its server announced it. A pure function of what was announced: all members have the same
 * delay at every instant, whenever they came.
 */
export class DelayRamp {
  /** By `from`, ascending. @type {DelayChange[]} */
  #changes = [];

  /** Whether there is a delay yet. */
  get known() { return this.#changes.length > 0; }

  /** Forgets everything. */
  reset() {
    this.#changes.length = 0;
  }

  /**
   * Takes a change; one from the same time on takes the place of what was announced before, and so do all that begin later.
   * @param {DelayChange} change
   * @returns {boolean} false if it cannot be
   */
  announce({ from, value, until, to }) {
    if (![from, value, until, to].every(isTime) || until < from) return false;
    while (this.#changes.length > 0 && this.#changes[this.#changes.length - 1].from >= from) this.#changes.pop();
    if (this.#changes.length === KEPT) this.#changes.shift();
    this.#changes.push({ from, value, until, to });
    return true;
  }

  /**
   * The delay in microseconds; before the first change begins what it begins with; 0 if none was announced.
   * @param {number} time the server's
   */
  at(time) {
    const count = this.#changes.length;
    if (count === 0) return 0;
    let i = count - 1;
    while (i > 0 && this.#changes[i].from > time) i--;
    const { from, value, until, to } = this.#changes[i];
    if (time >= until) return to;
    if (time <= from) return value;
    return value + ((to - value) * (time - from)) / (until - from);
  }
}
