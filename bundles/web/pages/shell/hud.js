import { duration, setText } from '../shared/text.js';

const SPARK_POINTS = 80;
const AGE_WINDOW = 64;
/** Updates that the rate is taken from, at most, and over how many microseconds. */
const RATE_UPDATES = 256;
const RATE_WINDOW = 2_000_000;
/** Two updates further apart than this in microseconds make no rate. */
const RATE_LONGEST = 30_000_000;
/** In ms: without an update for so long a camera stands still. */
const QUIET_MS = 2_000;

/** The figures of one display: sequence, updates per second, age at arrival. What is not known is not shown. */
export class Hud {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.seq = panel.querySelector('.hud-seq');
    this.rate = panel.querySelector('.hud-rate');
    this.age = panel.querySelector('.hud-age');
    this.ageWord = panel.querySelector('.hud-age-word');
    this.spark = /** @type {HTMLCanvasElement} */ (panel.querySelector('.hud-spark'));
    this.colour = '#6fb1ff';
    this.points = new Float32Array(SPARK_POINTS);
    this.ages = new Float64Array(AGE_WINDOW);
    /** When the server got the last updates, in microseconds of its clock: however late and in what heap they come, that is their rate. */
    this.stamps = new Float64Array(RATE_UPDATES);
    this.reset();
  }

  reset() {
    this.lastSeq = -1;
    this.lastReceived = 0;
    this.stampCount = 0;
    this.arrivals = 0;
    this.waiting = 0;
    this.ageCount = 0;
    this.points.fill(NaN);
    /** Age in ms of the newest updates when they came, on the server's clock; NaN where that is not known. */
    this.ageMs = NaN;
    /** For how many ms there has been no update; NaN where that is not known. */
    this.quietMs = NaN;
    this.#write('–', '–', 'age', '–');
  }

  /** A state from before the connection, or that a snapshot brought: no update, and its age says nothing. */
  known(message) {
    this.lastSeq = message.seq;
    this.lastReceived = message.received;
    this.stampCount = 0;
  }

  /**
   * An update.
   * @param {number | undefined} now the server's clock, if it is known
   */
  count(message, now) {
    this.lastSeq = message.seq;
    // A clock that was set back begins anew.
    if (message.received < this.lastReceived) this.stampCount = 0;
    this.lastReceived = message.received;
    this.stamps[this.stampCount++ % RATE_UPDATES] = message.received;
    this.waiting++;
    // A source's clock that is more than a second ahead does not count (protocol, "Time").
    const time = message.time > message.received + 1_000_000 ? message.received : message.time;
    if (now !== undefined && this.ageCount < AGE_WINDOW) this.ages[this.ageCount++] = Math.max(0, now - time) / 1000;
  }

  /**
   * Updates per second of the last two seconds of updates, by the server's clock.
   * @param {number} now the server's clock in microseconds
   * @returns {number} NaN where it is not known
   */
  perSecond(now) {
    const kept = Math.min(this.stampCount, RATE_UPDATES);
    let used = 1;
    let oldest = this.lastReceived;
    while (used < kept) {
      const stamp = this.stamps[(this.stampCount - 1 - used) % RATE_UPDATES];
      if (this.lastReceived - stamp > (used === 1 ? RATE_LONGEST : RATE_WINDOW)) break;
      oldest = stamp;
      used++;
    }
    const span = this.lastReceived - oldest;
    if (now - this.lastReceived > Math.max(1_000 * QUIET_MS, used > 1 ? (2 * span) / (used - 1) : 0)) return 0;
    return used < 2 || span <= 0 ? NaN : ((used - 1) * 1e6) / span;
  }

  /** @param {number | undefined} now the server's clock, if it is known */
  tick(now) {
    const sum = this.ages.subarray(0, this.ageCount).reduce((a, b) => a + b, 0);
    if (now === undefined) this.ageMs = NaN;
    else if (this.ageCount > 0) this.ageMs = sum / this.ageCount;
    this.quietMs = now === undefined || this.lastSeq < 0 ? NaN : Math.max(0, (now - this.lastReceived) / 1000);
    this.points.copyWithin(0, 1);
    this.points[SPARK_POINTS - 1] = this.ageCount > 0 ? this.ageMs : NaN;
    /** Updates that came since the last tick. */
    this.arrivals = this.waiting;
    this.waiting = 0;
    this.ageCount = 0;
    if (this.lastSeq < 0) return;
    const rate = now === undefined ? NaN : this.perSecond(now);
    const still = this.quiet;
    this.#write(
      String(this.lastSeq), Number.isNaN(rate) ? '–' : `${rate.toFixed(rate > 0 && rate < 10 ? 1 : 0)} /s`,
      still ? 'no updates for' : 'age', duration(still ? this.quietMs : this.ageMs),
    );
    this.#draw();
  }

  /** Whether the camera stands still. */
  get quiet() {
    return this.quietMs > QUIET_MS && this.arrivals === 0;
  }

  #write(seq, rate, word, age) {
    setText(this.seq, seq);
    setText(this.rate, rate);
    setText(this.ageWord, word);
    setText(this.age, age);
  }

  #draw() {
    const g = this.spark.getContext('2d');
    const { width, height } = this.spark;
    g.clearRect(0, 0, width, height);
    let top = 5;
    for (const point of this.points) if (point > top) top = point;
    g.strokeStyle = this.colour;
    g.lineWidth = 2;
    g.lineJoin = 'round';
    g.beginPath();
    let open = false;
    for (let i = 0; i < SPARK_POINTS; i++) {
      const point = this.points[i];
      const drawn = Number.isFinite(point);
      if (drawn) {
        const x = (i / (SPARK_POINTS - 1)) * (width - 4) + 2;
        const y = height - 3 - (Math.max(0, point) / top) * (height - 6);
        if (open) g.lineTo(x, y);
        else g.moveTo(x, y);
      }
      open = drawn;
    }
    g.stroke();
  }
}
