/** Intervals that the period is guessed from at first. */
const FIRST = 12;
/** Frames in a row that do not fit, before the period is guessed anew: the window moved to another screen. */
const MISFITS = 8;
/** By how much of the period a frame that fits may be off. */
const TOLERANCE = 0.1;
/** So many frames in a row that each took several refreshes tell of a longer period. */
const LONG = 40;

/**
 * When the frame under way will be seen: follows the screen's refresh by the times that `requestAnimationFrame` gives, which scatter, and
 * leaves out frames that were missed. A frame is seen at the refresh that follows. Times in milliseconds of one clock.
 */
export class FrameClock {
  /** @type {number[]} */
  #intervals = [];
  #last = -1;
  #misfits = 0;
  #long = 0;

  constructor() {
    /** Between two refreshes; 0: not known yet. */
    this.period = 0;
    /** The refresh that the frame under way began at. */
    this.refresh = 0;
  }

  /** Forgets everything. */
  reset() {
    this.#intervals.length = 0;
    this.#last = -1;
    this.#misfits = 0;
    this.#long = 0;
    this.period = 0;
    this.refresh = 0;
  }

  /**
   * A frame begins.
   * @param {number} at as `requestAnimationFrame` says
   * @returns {number} when it will be seen
   */
  begin(at) {
    const interval = at - this.#last;
    if (this.#last >= 0 && interval > 0) this.#follow(at, interval);
    else this.refresh = at;
    this.#last = at;
    return this.refresh + this.period;
  }

  #follow(/** @type {number} */ at, /** @type {number} */ interval) {
    if (this.period === 0) {
      this.refresh = at;
      this.#guess(interval);
      return;
    }
    const refreshes = Math.max(1, Math.round((at - this.refresh) / this.period));
    const expected = this.refresh + refreshes * this.period;
    const error = at - expected;
    const fits = Math.abs(error) <= this.period * TOLERANCE;
    this.#misfits = fits ? 0 : this.#misfits + 1;
    this.#long = refreshes > 1 ? this.#long + 1 : 0;
    if (this.#misfits === MISFITS || this.#long === LONG) {
      this.reset();
      this.#last = at;
    }
    if (!fits || this.period === 0) {
      this.refresh = at;
      return;
    }
    this.refresh = expected + error * 0.1;
    this.period += (error * 0.005) / refreshes;
  }

  /** The median of the first intervals, most of which are one period long. */
  #guess(/** @type {number} */ interval) {
    this.#intervals.push(interval);
    if (this.#intervals.length < FIRST) return;
    this.#intervals.sort((a, b) => a - b);
    this.period = this.#intervals[FIRST / 2];
    this.#intervals.length = 0;
  }
}
