import { DelayRamp } from './delay-ramp.js';
import { sampleTime } from './smoother.js';
import { ViewTrack } from './view-track.js';

/** @typedef {import('./delay-ramp.js').DelayChange} DelayChange */
/** @typedef {import('./views.js').View} View */
/**
 * What a member reports of the time since its last report. Times in microseconds.
 * @typedef {object} PresentationReport
 * @property {{p50: number, p99: number}} age of samples when they came, by the server's clock
 * @property {number} interval between two samples
 * @property {number} frames shown
 * @property {number} late frames for whose moment no sample at or after it was there
 * @property {number} at the server's time at which the last of these frames was seen; 0 without a frame
 * @property {number} shown sample time of that frame
 */

/** Ages that a report looks back on: some seconds of them, so that rare late ones count. */
const AGES = 600;
/** A longer interval between samples is a rest, and not their rate. */
const LONGEST_INTERVAL = 100_000;

/**
 * Presentation time of a display that belongs to a wall: at the server's time t it shows the state of sample time t - D, where D is the
 * wall's delay, which is the same for all members at every instant, less what the screen itself takes. Testable without a page: whoever
 * draws says for which moment, and gives samples as they come.
 *
 * It has the methods of a `ViewSmoother`, and can be put in its place.
 */
export class WallPresentation {
  #ages = new Float64Array(AGES);
  #ageCount = 0;
  #frames = 0;
  #late = 0;
  /** Frames behind a gap between samples, which is a rest or a link that stands still: the next sample tells. */
  #waiting = 0;
  #seenAt = 0;

  /**
   * @param {{screenDelay?: number, span?: number, capacity?: number}} [options] `screenDelay`: how long in ms the screen itself takes to
   *   show what it was given (0); `span`: the longest time in ms that one movement between two samples is stretched over (100);
   *   `capacity`: samples kept (1024), which must reach over the wall's delay
   */
  constructor({ screenDelay = 0, span = 100, capacity = 1024 } = {}) {
    this.track = new ViewTrack({ span, capacity });
    this.delay = new DelayRamp();
    this.screenDelay = screenDelay;
    this.source = '';
    this.interval = 0;
    this.lastShown = -Infinity;
  }

  /** Frames since the last report for whose moment no sample at or after it was there. */
  get late() { return this.#late; }

  /** Oldest first. */
  get samples() { return this.track.samples; }

  /** For how many microseconds the view goes on behind the newest sample. */
  get extrapolation() { return this.track.extrapolation; }

  /** Forgets the samples; the wall's delay stays. */
  reset() {
    this.track.clear();
    this.source = '';
    this.interval = 0;
    this.lastShown = -Infinity;
  }

  /**
   * The sample time that is to be seen at a moment.
   * @param {number} seen the server's time at which the frame will be seen, microseconds
   */
  momentOf(seen) {
    const eye = seen + this.screenDelay * 1000;
    return eye - this.delay.at(eye);
  }

  /** The same, by the name that it has with a `ViewSmoother`. @param {number} seen */
  momentAt(seen) {
    return this.momentOf(seen);
  }

  /**
   * Takes a camera message. What comes of another source goes on from the last sample; one whose time is not above those of the last ones
   * takes their place, with all members in the same way.
   * @param {{time: number, received?: number, source?: string, cut?: boolean, view: View}} message
   * @param {number} now the server's time at arrival, microseconds
   * @param {boolean} [live] false for the state of a snapshot, whose age says nothing of the way (true)
   */
  push(message, now, live = true) {
    const time = sampleTime(message);
    const source = message.source ?? '';
    const { newest } = this.track;
    const same = newest !== undefined && source === this.source;
    const moving = newest !== undefined && time > newest.time && time - newest.time <= LONGEST_INTERVAL;
    if (moving) this.#late += this.#waiting;
    this.#waiting = 0;
    // what was later than this does not count any more; what was before it is still to be shown
    if (newest !== undefined && time <= newest.time) this.track.dropFrom(time);
    else if (same && moving) {
      this.interval = this.interval === 0 ? time - newest.time : this.interval + (time - newest.time - this.interval) * 0.1;
    }
    this.source = source;
    this.track.push({ time, cut: message.cut === true, view: message.view });
    if (live) this.#ages[this.#ageCount++ % AGES] = now - time;
  }

  /**
   * The view for a frame; the object is reused by the next call.
   * @param {number} seen the server's time at which the frame will be seen, microseconds
   * @returns {View | null} null before the first sample
   */
  sample(seen) {
    const { newest } = this.track;
    if (newest === undefined) return null;
    const moment = this.momentOf(seen);
    this.#frames++;
    // at rest nothing is late: the next sample may be a long way off
    if (moment >= newest.time + LONGEST_INTERVAL) this.#waiting++;
    else if (moment > newest.time) this.#late++;
    this.#seenAt = seen;
    this.lastShown = moment;
    return this.track.at(moment);
  }

  /** How long after their arrival samples are shown, in microseconds, on the average. */
  get lag() {
    return Math.max(0, this.#seenAt - this.lastShown - this.#quantile(0.5));
  }

  /** What the wall's server wants to know, and counts anew. @returns {PresentationReport} */
  report() {
    const report = {
      age: { p50: this.#quantile(0.5), p99: this.#quantile(0.99) },
      interval: Math.round(this.interval),
      frames: this.#frames,
      late: this.#late,
      at: this.#frames === 0 ? 0 : Math.round(this.#seenAt),
      shown: this.#frames === 0 ? 0 : Math.round(this.lastShown),
    };
    this.#frames = 0;
    this.#late = 0;
    return report;
  }

  #quantile(/** @type {number} */ q) {
    const count = Math.min(this.#ageCount, AGES);
    if (count === 0) return 0;
    const sorted = this.#ages.slice(0, count).sort();
    return Math.round(sorted[Math.min(count - 1, Math.floor(q * count))]);
  }
}
