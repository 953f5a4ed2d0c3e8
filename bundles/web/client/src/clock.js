/**
 * Distance to the server's clock, from pings: of the recent measurements the one with the shortest round trip counts.
 */
export class ClockFilter {
  /** @param {{capacity?: number, maxAge?: number}} [options] `maxAge` in ms */
  constructor({ capacity = 16, maxAge = 120_000 } = {}) {
    this.capacity = capacity;
    this.maxAge = maxAge * 1000;
    /** @type {{at: number, rtt: number, offset: number}[]} */
    this.samples = [];
    /** Microseconds to add to the local clock; undefined before the first measurement. @type {number | undefined} */
    this.offset = undefined;
    /** Shortest recent round trip in microseconds. @type {number | undefined} */
    this.rtt = undefined;
  }

  /** Forgets everything. */
  reset() {
    this.samples = [];
    this.offset = undefined;
    this.rtt = undefined;
  }

  /**
   * @param {number} t0 local clock when the ping left
   * @param {number} t1 server clock when it came
   * @param {number} t2 server clock when the answer left
   * @param {number} t3 local clock when it came
   * @returns {boolean} false if the numbers cannot be true
   */
  add(t0, t1, t2, t3) {
    const rtt = t3 - t0 - (t2 - t1);
    if (![t0, t1, t2, t3].every(Number.isFinite) || t3 < t0 || t2 < t1 || rtt < 0) return false;
    this.samples = this.samples.filter((sample) => t3 - sample.at <= this.maxAge).slice(1 - this.capacity);
    this.samples.push({ at: t3, rtt, offset: Math.round((t1 - t0 + (t2 - t3)) / 2) });
    let best = this.samples[0];
    for (const sample of this.samples) if (sample.rtt <= best.rtt) best = sample;
    this.offset = best.offset;
    this.rtt = best.rtt;
    return true;
  }
}
