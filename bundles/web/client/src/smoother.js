import { ViewTrack } from './view-track.js';

/** @typedef {import('./views.js').View} View */

/** The time of a sample that counts: a source's clock that runs ahead does not. */
export const sampleTime = (/** @type {{time: number, received?: number}} */ { time, received }) =>
  (received !== undefined && time > received + 1_000_000 ? received : time);

/**
 * Smooths one camera by time: shows the view as it was a short delay ago, interpolated between the samples around that
 * moment. The delay follows the measured age and spacing of the samples. Without a newer sample it goes on for at most
 * 100 ms and comes to rest exactly on the last one. Never smooths across a `cut` or a change of kind.
 */
export class ViewSmoother {
  /**
   * @param {{span?: number, capacity?: number}} [options] `span`: the longest time in ms that one movement between two
   *   samples is stretched over; `capacity`: samples kept
   */
  constructor({ span = 100, capacity = 64 } = {}) {
    this.track = new ViewTrack({ span, capacity });
    this.source = '';
    this.peak = 0;
    this.age = 0;
    this.interval = 0;
    this.delay = -1;
    this.lastNow = 0;
    this.lastShown = -Infinity;
  }

  /** Oldest first. */
  get samples() { return this.track.samples; }

  /** For how many microseconds the view goes on behind the newest sample. */
  get extrapolation() { return this.track.extrapolation; }

  /** Forgets everything. */
  reset() {
    this.track.clear();
    this.source = '';
    this.peak = 0;
    this.age = 0;
    this.interval = 0;
    this.delay = -1;
    this.lastNow = 0;
    this.lastShown = -Infinity;
  }

  /**
   * Takes a camera message.
   * @param {{time: number, received?: number, source?: string, cut?: boolean, view: View}} message
   * @param {number} now server clock at arrival, microseconds
   */
  push(message, now) {
    const time = sampleTime(message);
    const source = message.source ?? '';
    const last = this.track.newest;
    const age = now - time;
    if (last === undefined || source !== this.source || time <= last.time) {
      // Another clock may speak now: what was shown last becomes the start of the way to the new view.
      const shown = last === undefined ? undefined : this.sample(now);
      this.track.clear();
      if (shown) this.track.push({ time: time - this.track.span, cut: false, view: structuredClone(shown) });
      this.source = source;
      this.peak = age;
      this.age = age;
      this.interval = 0;
      this.delay = -1;
      this.lastShown = -Infinity;
    } else {
      const interval = Math.min(time - last.time, this.track.span);
      this.interval = this.interval === 0 ? interval : this.interval + (interval - this.interval) * 0.1;
      this.age += (age - this.age) * 0.1;
      this.peak = Math.max(age, this.peak + (age - this.peak) * 0.02);
    }
    this.track.push({ time, cut: message.cut === true, view: message.view });
  }

  /**
   * The view to show now; the object is reused by the next call.
   * @param {number} now server clock, microseconds
   * @returns {View | null} null before the first sample
   */
  sample(now) {
    return this.track.newest === undefined ? null : this.track.at(this.#moment(now));
  }

  /** The time whose view is shown at a moment. @param {number} now server clock, microseconds */
  momentAt(now) {
    return this.track.newest === undefined ? -Infinity : this.#moment(now);
  }

  /** How long after their arrival samples are shown, in microseconds, on the average. */
  get lag() {
    return Math.max(0, this.delay - this.age);
  }

  /** The time whose view is shown: the present less the delay; it runs backwards only where the clock was wrong. */
  #moment(/** @type {number} */ now) {
    const wanted = this.peak + this.interval;
    const elapsed = now - this.lastNow;
    this.lastNow = now;
    if (this.delay < 0 || Math.abs(wanted - this.delay) > 1_000_000) this.delay = wanted;
    else if (elapsed > 0) this.delay += (wanted - this.delay) * (1 - Math.exp(-elapsed / 300_000));
    const shown = now - this.delay;
    this.lastShown = shown < this.lastShown - 1_000_000 ? shown : Math.max(this.lastShown, shown);
    return this.lastShown;
  }
}
