import { setText } from './text.js';

const SPARK_POINTS = 80;
const AGE_WINDOW = 64;
/** Weight of the newest tick in the rate, which would jump otherwise. */
const RATE_WEIGHT = 0.3;

/** The figures of one display: sequence, updates per second, age at arrival. */
export class Hud {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.seq = panel.querySelector('.hud-seq');
    this.rate = panel.querySelector('.hud-rate');
    this.age = panel.querySelector('.hud-age');
    this.spark = panel.querySelector('.hud-spark');
    this.colour = '#6fb1ff';
    this.points = new Float32Array(SPARK_POINTS);
    this.ages = new Float64Array(AGE_WINDOW);
    this.reset();
  }

  reset() {
    this.lastSeq = -1;
    this.lastTime = 0;
    this.updates = 0;
    this.arrivals = 0;
    this.ageCount = 0;
    this.perSecond = 0;
    this.points.fill(NaN);
    /** Age in ms of the newest update, on the server's clock; NaN before the first. */
    this.ageMs = NaN;
    this.#write('–', '–', '–');
  }

  /** A state that a snapshot brought: no update, and its age says nothing. */
  known(message) {
    this.lastSeq = message.seq;
    this.lastTime = message.time;
  }

  count(message, now) {
    this.known(message);
    this.updates++;
    if (this.ageCount < AGE_WINDOW) this.ages[this.ageCount++] = (now - message.time) / 1000;
  }

  tick(elapsed, now, connected) {
    if (elapsed > 0) {
      const rate = (this.updates * 1000) / elapsed;
      const near = this.perSecond > 0 && rate > 0 && Math.abs(rate - this.perSecond) < this.perSecond;
      this.perSecond = near ? this.perSecond + (rate - this.perSecond) * RATE_WEIGHT : rate;
    }
    const sum = this.ages.subarray(0, this.ageCount).reduce((a, b) => a + b, 0);
    // A camera that stands still grows older.
    this.ageMs = this.ageCount > 0 ? sum / this.ageCount : (now - this.lastTime) / 1000;
    this.points.copyWithin(0, 1);
    this.points[SPARK_POINTS - 1] = this.ageCount > 0 ? this.ageMs : NaN;
    /** Updates that came since the last tick. */
    this.arrivals = this.updates;
    this.updates = 0;
    this.ageCount = 0;
    if (this.lastSeq < 0) return;
    this.#write(
      String(this.lastSeq), connected ? `${this.perSecond.toFixed(this.perSecond < 10 ? 1 : 0)} /s` : '–', duration(this.ageMs),
    );
    this.#draw();
  }

  #write(seq, rate, age) {
    setText(this.seq, seq);
    setText(this.rate, rate);
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

/** A time span in ms as a person reads it. */
export function duration(ms) {
  const size = Math.abs(ms);
  if (!Number.isFinite(ms)) return '–';
  if (size < 100) return `${ms.toFixed(1)} ms`;
  if (size < 1_000) return `${ms.toFixed(0)} ms`;
  if (size < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (size < 7_200_000) return `${(ms / 60_000).toFixed(0)} min`;
  return `${(ms / 3_600_000).toFixed(0)} h`;
}
