const FRAMES = 240;
/** Older frames say nothing of now: the page may have been hidden. */
const WINDOW_MS = 4_000;

/** Measures the frames of this page: how many, how long, and what they leave for the collector where the browser tells. */
export class FrameStats {
  constructor() {
    this.starts = new Float64Array(FRAMES);
    this.costs = new Float32Array(FRAMES);
    this.count = 0;
    this.drawn = 0;
    this.begun = 0;
  }

  /** @param {number} at ms on the clock of animation frames */
  begin(at) {
    this.starts[this.count % FRAMES] = at;
    this.begun = performance.now();
  }

  /** @param {boolean} drew whether anything was drawn in this frame */
  end(drew) {
    this.costs[this.count % FRAMES] = performance.now() - this.begun;
    this.count++;
    if (drew) this.drawn++;
  }

  /** The frames of the last four seconds; of 240 at most. */
  get now() {
    const filled = Math.min(this.count, FRAMES);
    const since = performance.now() - WINDOW_MS;
    let used = 0;
    let first = Infinity;
    let last = 0;
    let sum = 0;
    let longest = 0;
    for (let i = 0; i < filled; i++) {
      if (this.starts[i] < since) continue;
      used++;
      first = Math.min(first, this.starts[i]);
      last = Math.max(last, this.starts[i]);
      sum += this.costs[i];
      longest = Math.max(longest, this.costs[i]);
    }
    if (used < 2) return { frames: this.count, drawn: this.drawn, framesPerSecond: 0, msPerFrame: 0, longestMs: 0 };
    return {
      frames: this.count, drawn: this.drawn, framesPerSecond: ((used - 1) * 1000) / (last - first), msPerFrame: sum / used, longestMs: longest,
      heapBytes: /** @type {any} */ (performance).memory?.usedJSHeapSize,
    };
  }
}
