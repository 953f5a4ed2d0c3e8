/**
 * A pyramid of square tiles, loaded by level of detail. At the deepest zoom one pixel of a tile is one world unit; each level
 * above it covers twice as much. Tile 0/0/0 begins at the world's origin and reaches right and down.
 *
 * Pure bookkeeping: what to load, what to let go, what to draw. How a tile is loaded and what it is, is the caller's business.
 */

const CONCURRENT = 6;
/** How many levels up a substitute is looked for. */
const ANCESTORS = 6;
/** A tile that could not be loaded is not asked for again for this long. */
const FAILED_MS = 30_000;
/** Most tiles wanted at a time; a larger screen is shown at a coarser level. */
const MOST_WANTED = 400;

const name = (z, x, y) => `${z}/${x}/${y}`;

export class TilePyramid {
  /**
   * @param {object} options
   * @param {number} options.tileSize pixels of a side
   * @param {number} options.maxZoom deepest level
   * @param {(z: number, x: number, y: number, signal: AbortSignal) => Promise<any>} options.load gives the tile's image, or null for none
   * @param {(image: any) => void} options.release an image is no longer needed
   * @param {() => void} options.changed something else is to be drawn
   * @param {number} [options.bytes] memory for images, at four bytes a pixel
   * @param {() => number} [options.clock] ms
   */
  constructor({ tileSize, maxZoom, load, release, changed, bytes = 128 << 20, clock = () => performance.now() }) {
    this.tileSize = tileSize;
    this.maxZoom = maxZoom;
    this.load = load;
    this.release = release;
    this.changed = changed;
    this.clock = clock;
    this.capacity = Math.max(64, Math.floor(bytes / (tileSize * tileSize * 4)));
    /** Loaded tiles, the one longest unused first. @type {Map<string, {z: number, x: number, y: number, image: any}>} */
    this.ready = new Map();
    /** @type {Map<string, AbortController>} */
    this.loading = new Map();
    /** @type {Map<string, number>} until when */
    this.failed = new Map();
    this.wanted = [];
    this.wantedNames = new Set();
    /** Tiles to draw, coarse ones first. */
    this.drawn = [];
    this.key = [NaN, NaN, NaN, NaN, NaN];
    this.closed = false;
  }

  /** World units along the side of a tile of this level. */
  span(z) {
    return this.tileSize * 2 ** (this.maxZoom - z);
  }

  /** The level at which a pixel of a tile comes closest to one of the screen, not smaller than three quarters of it. */
  levelFor(zoom) {
    return Math.max(0, Math.min(this.maxZoom, Math.ceil(this.maxZoom + Math.log2(zoom) - 0.41)));
  }

  /**
   * Says what is in view; costs nothing while that is the same tiles.
   * @param {number[]} bounds left, top, right, bottom in world units
   * @param {number} zoom screen pixels per world unit
   */
  look(bounds, zoom) {
    let z = this.levelFor(zoom);
    let range = this.#range(bounds, z);
    while (z > 0 && (range[2] - range[0] + 1) * (range[3] - range[1] + 1) > MOST_WANTED) range = this.#range(bounds, --z);
    const { key } = this;
    if (key[0] === z && key[1] === range[0] && key[2] === range[1] && key[3] === range[2] && key[4] === range[3]) return;
    this.key = [z, ...range];
    this.wanted = [];
    const [middleX, middleY] = [(range[0] + range[2]) / 2, (range[1] + range[3]) / 2];
    for (let y = range[1]; y <= range[3]; y++) for (let x = range[0]; x <= range[2]; x++) this.wanted.push({ z, x, y });
    // What is looked at comes first.
    this.wanted.sort((a, b) => Math.hypot(a.x - middleX, a.y - middleY) - Math.hypot(b.x - middleX, b.y - middleY));
    this.wantedNames = new Set(this.wanted.map((tile) => name(tile.z, tile.x, tile.y)));
    for (const [loading, controller] of this.loading) {
      if (!this.wantedNames.has(loading)) {
        this.loading.delete(loading);
        controller.abort();
      }
    }
    this.#arrange();
    this.#fill();
  }

  #range(bounds, z) {
    const span = this.span(z);
    const last = 2 ** z - 1;
    const clamp = (value) => Math.max(0, Math.min(last, Math.floor(value / span)));
    if (bounds[2] < 0 || bounds[3] < 0 || bounds[0] > (last + 1) * span || bounds[1] > (last + 1) * span) return [0, 0, -1, -1];
    return [clamp(bounds[0]), clamp(bounds[1]), clamp(bounds[2]), clamp(bounds[3])];
  }

  /** What to draw: the wanted tiles that are there, and for each that is not what covers it best. */
  #arrange() {
    const picked = new Map();
    for (const { z, x, y } of this.wanted) {
      if (this.#pick(picked, z, x, y)) continue;
      let found = false;
      for (let up = 1; up <= ANCESTORS && up <= z && !found; up++) found = this.#pick(picked, z - up, x >> up, y >> up);
      if (found || z >= this.maxZoom) continue;
      for (let i = 0; i < 4; i++) this.#pick(picked, z + 1, x * 2 + (i & 1), y * 2 + (i >> 1));
    }
    this.drawn = [...picked.values()].sort((a, b) => a.z - b.z);
    this.#forget();
  }

  #pick(picked, z, x, y) {
    const key = name(z, x, y);
    const tile = this.ready.get(key);
    if (tile === undefined || tile.image === null) return tile !== undefined;
    // Used now: the last to be let go.
    this.ready.delete(key);
    this.ready.set(key, tile);
    picked.set(key, tile);
    return true;
  }

  #forget() {
    for (const [key, tile] of this.ready) {
      if (this.ready.size <= this.capacity) return;
      if (this.drawn.includes(tile) || this.wantedNames.has(key)) continue;
      this.ready.delete(key);
      if (tile.image !== null) this.release(tile.image);
    }
  }

  #fill() {
    const now = this.clock();
    for (const [key, until] of this.failed) if (until <= now) this.failed.delete(key);
    for (const { z, x, y } of this.wanted) {
      if (this.loading.size >= CONCURRENT) return;
      const key = name(z, x, y);
      if (!this.ready.has(key) && !this.loading.has(key) && !this.failed.has(key)) this.#load(key, z, x, y);
    }
  }

  async #load(key, z, x, y) {
    const controller = new AbortController();
    this.loading.set(key, controller);
    let image;
    try {
      image = await this.load(z, x, y, controller.signal);
    } catch {
      image = undefined;
    }
    const current = this.loading.get(key) === controller;
    if (current) this.loading.delete(key);
    if (this.closed || !current) {
      if (image) this.release(image);
      return;
    }
    if (image === undefined) {
      if (this.failed.size >= MOST_WANTED) this.failed.delete(this.failed.keys().next().value);
      this.failed.set(key, this.clock() + FAILED_MS);
    } else {
      this.ready.set(key, { z, x, y, image });
      this.#arrange();
      this.changed();
    }
    this.#fill();
  }

  /** Tries again what failed, if its time has come. */
  retry() {
    if (this.failed.size > 0) this.#fill();
  }

  close() {
    this.closed = true;
    for (const controller of this.loading.values()) controller.abort();
    this.loading.clear();
    for (const { image } of this.ready.values()) if (image !== null) this.release(image);
    this.ready.clear();
    this.drawn = [];
  }
}
