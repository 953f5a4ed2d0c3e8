/** Where a view will be, by how it moves. */

/** How far back the movement is looked at, ms. */
const BACK_MS = 200;
/** Frames further apart are no movement. */
const REST_MS = 250;
/** How far ahead is looked, in steps, ms. */
const STEPS_MS = [150, 300, 450, 600];
/** So much coarser is what stands in where the fine tiles do not come in time. */
const COARSER = 8;
const MOST_FRAMES = 64;

/** @typedef {import('./tilesets.js').Sight} Sight */

export class Foresight {
  constructor() {
    /** @type {{at: number, x: number, y: number, depth: number}[]} oldest first; `depth`: logarithm of the zoom */
    this.frames = [];
  }

  /**
   * What will be in view, the soonest first; before that, coarsely, all of it.
   * @param {number} at ms
   * @param {number[]} bounds of the view now
   * @param {number} zoom
   * @returns {Sight[]}
   */
  look(at, bounds, zoom) {
    const frame = { at, x: (bounds[0] + bounds[2]) / 2, y: (bounds[1] + bounds[3]) / 2, depth: Math.log(zoom) };
    const sights = this.#steps(frame, bounds, zoom);
    this.#keep(frame, bounds);
    const width = bounds[2] - bounds[0];
    const height = bounds[3] - bounds[1];
    const all = [bounds[0] - width, bounds[1] - height, bounds[2] + width, bounds[3] + height];
    return [{ bounds: all, zoom: zoom / COARSER }, ...sights];
  }

  /** Without a movement there is nothing ahead. */
  #steps(now, bounds, zoom) {
    const from = this.frames.find(({ at }) => now.at - at <= BACK_MS);
    const last = this.frames.at(-1);
    if (from === undefined || last === undefined || now.at - from.at < BACK_MS / 4 || this.#jumps(last, now, bounds)) return [];
    const time = now.at - from.at;
    // in screens, so that it is the same movement on each level
    const x = ((now.x - from.x) / time) * zoom;
    const y = ((now.y - from.y) / time) * zoom;
    const deeper = (now.depth - from.depth) / time;
    const moved = Math.abs(x) * time > 1 || Math.abs(y) * time > 1 || Math.abs(deeper) * time > 0.01;
    return !moved ? [] : STEPS_MS.map((ms) => {
      const factor = Math.exp(deeper * ms);
      const middle = [now.x + (x * ms) / zoom, now.y + (y * ms) / zoom];
      const half = [(bounds[2] - bounds[0]) / 2 / factor, (bounds[3] - bounds[1]) / 2 / factor];
      return { bounds: [middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]], zoom: zoom * factor };
    });
  }

  #keep(frame, bounds) {
    const last = this.frames.at(-1);
    if (last !== undefined && this.#jumps(last, frame, bounds)) this.frames.length = 0;
    this.frames.push(frame);
    while (this.frames.length > MOST_FRAMES || frame.at - this.frames[0].at > 2 * BACK_MS) this.frames.shift();
  }

  /** A cut, or the first frame after a rest. */
  #jumps(last, now, bounds) {
    return now.at - last.at > REST_MS || Math.abs(now.x - last.x) > (bounds[2] - bounds[0]) / 2
      || Math.abs(now.y - last.y) > (bounds[3] - bounds[1]) / 2 || Math.abs(now.depth - last.depth) > 0.7;
  }
}
