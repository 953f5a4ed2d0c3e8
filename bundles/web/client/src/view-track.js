import { ViewBuffer } from './views.js';

/** @typedef {import('./views.js').View} View */
/** @typedef {{time: number, cut: boolean, view: View}} Sample `time`: microseconds of the source's clock */

/**
 * The samples of one camera in time, and the view between them. Which moment is shown is decided by whoever asks. Behind the newest
 * sample the view goes on for a while, ever less, and comes to rest exactly on that sample. Nothing moves across a `cut` or a change of
 * kind.
 */
export class ViewTrack {
  #buffer = new ViewBuffer();

  /**
   * @param {{span?: number, extrapolation?: number, capacity?: number}} [options] `span`: the longest time in ms that one movement
   *   between two samples is stretched over (100); `extrapolation`: for how many ms the view goes on behind the newest sample (100);
   *   `capacity`: samples kept (64)
   */
  constructor({ span = 100, extrapolation = 100, capacity = 64 } = {}) {
    this.span = span * 1000;
    this.extrapolation = extrapolation * 1000;
    this.capacity = Math.max(2, capacity);
    /** Oldest first, times ascending. @type {Sample[]} */
    this.samples = [];
  }

  /** The newest sample, or undefined. */
  get newest() { return this.samples[this.samples.length - 1]; }

  /** Forgets everything. */
  clear() {
    this.samples.length = 0;
  }

  /** Forgets samples of a time and later. */
  dropFrom(/** @type {number} */ time) {
    while (this.samples.length > 0 && this.samples[this.samples.length - 1].time >= time) this.samples.pop();
  }

  /** Takes a sample that is newer than all others. */
  push(/** @type {Sample} */ sample) {
    if (this.samples.length === this.capacity) this.samples.shift();
    this.samples.push(sample);
  }

  /** The last moment at which nothing is shown yet of the sample of a time; Infinity if that, or what was before it, is not there. */
  before(/** @type {number} */ time) {
    const i = this.samples.findIndex((sample) => sample.time >= time);
    return i < 1 ? Infinity : Math.max(this.samples[i - 1].time, this.samples[i].time - this.span);
  }

  /**
   * The view at a moment; the object is reused by the next call.
   * @param {number} moment microseconds of the source's clock
   * @returns {View | null} null without a sample
   */
  at(moment) {
    const { samples } = this;
    const count = samples.length;
    if (count === 0) return null;
    let i = count - 1;
    while (i > 0 && samples[i].time > moment) i--;
    const from = samples[i];
    if (i === count - 1) return this.#beyond(i, moment);
    const to = samples[i + 1];
    const start = Math.max(from.time, to.time - this.span);
    if (moment <= start || to.cut || to.view.kind !== from.view.kind) return this.#buffer.mix(from.view, from.view, 1);
    return this.#buffer.mix(from.view, to.view, (moment - start) / (to.time - start));
  }

  /** The view after the newest sample. */
  #beyond(/** @type {number} */ i, /** @type {number} */ moment) {
    const last = this.samples[i];
    const over = moment - last.time;
    const previous = this.samples[i - 1];
    if (over <= 0 || over >= this.extrapolation || previous === undefined || last.cut
      || previous.view.kind !== last.view.kind) {
      return this.#buffer.mix(last.view, last.view, 1);
    }
    const step = Math.min(last.time - previous.time, this.span);
    return this.#buffer.mix(previous.view, last.view, 1 + (over * (1 - over / this.extrapolation)) / step);
  }
}
