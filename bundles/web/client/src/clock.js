/** Two clocks run apart by no more than this part of the time, unless one of them is broken. */
const MOST_DRIFT = 200e-6;
/** What they run apart by usually. */
const USUAL_DRIFT = 30e-6;
/** What a floor is wrong by at least, in microseconds: timers of browsers are coarse. */
const GRAIN = 50;
/** Such a part of all measurements is quicker than the floor; the quickest one alone would tell less, where there is no sharp floor. */
const BELOW = 0.06;
/** How often the drift is reckoned anew, microseconds. */
const DRIFT_EVERY = 2_000_000;
/** How often the floors are found anew, microseconds; the first measurements count at once. */
const FIT_EVERY = 250_000;
const FIRST = 20;
/** Thirds taken off what the drift may be: to a hundredth of a millionth. */
const STEPS = 24;

/**
 * `at`: local clock when the answer came; `there`: what the ping took and the distance of the clocks, in one sum; `back`: what the answer
 * took, less that distance. Microseconds.
 * @typedef {{at: number, there: number, back: number}} Measurement
 */

/**
 * Distance to the server's clock, from pings. What a message takes has a floor that some come close to; those there and those back do so at
 * different times, so each way has its floor found by itself, as a line with few measurements below it, which rises as the clocks drift
 * apart. Both floors are taken to be equally high.
 */
export class ClockFilter {
  #ordered = new Float64Array(0);
  #driftAt = -Infinity;

  /** @param {{capacity?: number, maxAge?: number}} [options] `capacity`: measurements kept (1600); `maxAge`: for how many ms (300,000) */
  constructor({ capacity = 1_600, maxAge = 300_000 } = {}) {
    this.capacity = capacity;
    this.maxAge = maxAge * 1000;
    /** Oldest first. @type {Measurement[]} */
    this.samples = [];
    /** Microseconds to add to the local clock, at the last measurement; undefined before the first. @type {number | undefined} */
    this.offset = undefined;
    /** By how much that grows per microsecond. */
    this.drift = 0;
    /** Short round trip of late in microseconds, that of both floors. @type {number | undefined} */
    this.rtt = undefined;
    /** Local clock. */
    this.measuredAt = 0;
  }

  /** Forgets everything. */
  reset() {
    this.samples = [];
    this.#driftAt = -Infinity;
    this.offset = undefined;
    this.drift = 0;
    this.rtt = undefined;
    this.measuredAt = 0;
  }

  /**
   * Microseconds to add to the local clock; undefined before the first measurement.
   * @param {number} local local clock
   */
  offsetAt(local) {
    if (this.offset === undefined) return undefined;
    return this.offset + this.drift * Math.min(this.maxAge, Math.max(0, local - this.measuredAt));
  }

  /**
   * @param {number} t0 local clock when the ping left
   * @param {number} t1 server clock when it came
   * @param {number} t2 server clock when the answer left
   * @param {number} t3 local clock when it came
   * @returns {boolean} false if the numbers cannot be true
   */
  add(t0, t1, t2, t3) {
    if (![t0, t1, t2, t3].every(Number.isFinite) || t3 < t0 || t2 < t1 || t3 - t0 < t2 - t1) return false;
    const { samples } = this;
    let old = Math.max(0, samples.length + 1 - this.capacity);
    while (old < samples.length && t3 - samples[old].at > this.maxAge) old++;
    if (old > 0) samples.splice(0, old);
    samples.push({ at: t3, there: t1 - t0, back: t3 - t2 });
    if (samples.length <= FIRST || t3 - this.measuredAt >= FIT_EVERY) this.#fit(t3);
    return true;
  }

  #fit(/** @type {number} */ now) {
    const first = this.samples[0].at;
    const middle = (first + now) / 2;
    if (this.#ordered.length < this.samples.length) this.#ordered = new Float64Array(2 * this.samples.length);
    if (now - this.#driftAt >= DRIFT_EVERY) {
      this.#driftAt = now;
      // how far the drift can be told: over a short time what a floor is wrong by makes any
      const wrong = (this.#floors(0, middle).sum / 8 + GRAIN) / Math.max(1, now - first) / USUAL_DRIFT;
      this.drift = this.#likeliest(middle) / (1 + wrong * wrong);
    }
    const { sum, offset } = this.#floors(this.drift, middle);
    this.offset = Math.round(offset + this.drift * (now - middle));
    this.rtt = Math.max(0, Math.round(sum));
    this.measuredAt = now;
  }

  /** The drift at which the measurements lie closest to both floors: quantile regression, whose loss is convex. */
  #likeliest(/** @type {number} */ middle) {
    let low = -MOST_DRIFT;
    let high = MOST_DRIFT;
    for (let i = 0; i < STEPS; i++) {
      const step = (high - low) / 3;
      if (this.#floors(low + step, middle).loss > this.#floors(high - step, middle).loss) low += step;
      else high -= step;
    }
    return (low + high) / 2;
  }

  /** The floors of both ways at a moment, if the clocks drift like this. */
  #floors(/** @type {number} */ drift, /** @type {number} */ moment) {
    const there = this.#floor('there', -drift, moment);
    const back = this.#floor('back', drift, moment);
    return { sum: there.floor + back.floor, offset: (there.floor - back.floor) / 2, loss: there.loss + back.loss };
  }

  #floor(/** @type {'there' | 'back'} */ way, /** @type {number} */ drift, /** @type {number} */ moment) {
    const { samples } = this;
    const ordered = this.#ordered.subarray(0, samples.length);
    for (let i = 0; i < samples.length; i++) ordered[i] = samples[i][way] + drift * (samples[i].at - moment);
    ordered.sort();
    const floor = ordered[Math.floor(BELOW * ordered.length)];
    let loss = 0;
    for (const value of ordered) loss += value < floor ? (1 - BELOW) * (floor - value) : BELOW * (value - floor);
    return { floor, loss };
  }
}

/**
 * How often to measure where pictures have to be shown together, in ms: more often where the way takes long, since it scatters, too. A
 * round trip below 1 ms tells the server's clock to half of that by itself.
 * @param {ClockFilter} filter
 * @param {number} [rarest] how often at least, in ms (1,000)
 */
export function pingInterval({ rtt }, rarest = 1_000) {
  if (rtt === undefined || rtt > 4_000) return 125;
  if (rtt > 2_000) return 250;
  return rtt > 1_000 ? 1_000 : rarest;
}

/** What the steady clock may be made faster or slower by. */
const STEADY_SLEW = 0.002;
/** A distance that is not followed but jumped over: the filter knows better now, by far. Microseconds. */
const STEADY_JUMP = 20_000;
/** How quickly the filter is followed, microseconds. */
const STEADY_TIME = 4_000_000;

/** Fewer measurements say too little: the first one alone may be wrong by as much as the link scatters. */
const STEADY_FEW = 10;

/**
 * The server's clock for what is seen: follows a {@link ClockFilter} without its steps, at most 0.2 % faster or slower than the time
 * passes. It goes on by itself while the filter is measured anew, as behind a reconnect.
 */
export class SteadyClock {
  /** @param {ClockFilter} filter */
  constructor(filter) {
    this.filter = filter;
    this.offset = NaN;
    this.last = 0;
  }

  /** Forgets everything: the local clock stood still, or was set. */
  reset() {
    this.offset = NaN;
    this.last = 0;
  }

  /**
   * The server's time; undefined before the first ten measurements.
   * @param {number} local local clock, not before that of the last call
   */
  at(local) {
    const wanted = this.filter.offsetAt(local);
    const elapsed = Math.max(0, local - this.last);
    this.last = Math.max(this.last, local);
    if (wanted === undefined || this.filter.samples.length < STEADY_FEW) return Number.isNaN(this.offset) ? undefined : local + this.offset;
    const carried = this.offset + this.filter.drift * elapsed;
    const error = wanted - carried;
    // also true for the first one
    if (!(Math.abs(error) <= STEADY_JUMP)) this.offset = wanted;
    else {
      const most = STEADY_SLEW * elapsed;
      this.offset = carried + Math.min(most, Math.max(-most, error * (1 - Math.exp(-elapsed / STEADY_TIME))));
    }
    return local + this.offset;
  }
}
