/**
 * What is to be drawn of the tilesets of the sequence, and what is to be loaded for it. Nobody asks for a tile that there is not. A
 * change shows when all pictures of it that are in view are there, in one frame; what was there before stays until then.
 *
 * Pure bookkeeping: how a picture is loaded and what it is, is the caller's business.
 */

const CONCURRENT = 6;
/** Of what is needed later, so that what is needed now finds room. */
const CONCURRENT_AHEAD = 3;
/** How many levels up a substitute is looked for. */
const ANCESTORS = 6;
/** How many levels down, where there is none above. */
const DESCENDANTS = 3;
/** Longer than this no picture is waited for. */
const LOAD_MS = 20_000;
/** A picture that could not be loaded is not asked for again for this long. */
const FAILED_MS = 10_000;
/** Most pieces of a tileset at a time; a larger screen is shown at a coarser level. */
const MOST_PIECES = 400;
const MOST_FAILED = 2_000;
/** Of the memory a picture may take this part. */
const PICTURE_PART = 4;
/** Changes that wait at most; of more, two are shown as one. */
const MOST_WAITING = 64;

/** @typedef {import('../../client/src/tile-table.js').TileLayer} TileLayer */

/**
 * A part of the canvas: left, top, right, bottom in world units, and screen pixels per world unit.
 * @typedef {{bounds: number[], zoom: number}} Sight
 */

/**
 * Transactions from the number `held` on are not shown yet, whatever is loaded.
 * @typedef {{held: number}} Gate
 */

/**
 * A square of the canvas, and the tile that covers it.
 * @typedef {{key: string, layer: TileLayer, z: number, x: number, y: number, tile: {z: number, x: number, y: number, v: number}}} Piece
 */

/**
 * A part of a picture, and where it is drawn: both as left, upper, right and lower edge, of the picture in parts of its side.
 * @typedef {{image: any, key: string, opacity: number, at: number[], part: number[]}} Drawn
 */

/** World units along the side of a tile of this level. */
const spanOf = ({ size, maxZoom }, z) => size * 2 ** (maxZoom - z);

const keyOf = ({ address }, { z, x, y, v }) => `${address} ${z}/${x}/${y} ${v}`;

const squareOf = (tileset, { z, x, y }) => {
  const span = spanOf(tileset, z);
  const { origin } = tileset;
  return [origin[0] + x * span, origin[1] + y * span, origin[0] + (x + 1) * span, origin[1] + (y + 1) * span];
};

/** Layers from below to above. */
const inOrder = (layers) => [...layers.values()].sort(({ tileset: a }, { tileset: b }) => a.order - b.order || (a.id < b.id ? -1 : 1));

export class Tilesets {
  /**
   * @param {object} options
   * @param {(tileset: any, tile: {z: number, x: number, y: number, v: number}, signal: AbortSignal) => Promise<any>} options.load gives
   *   the picture, with width and height; what it throws may say in `after` when to try again, in ms
   * @param {(image: any) => void} options.release a picture is no longer needed
   * @param {() => void} options.changed something else is to be drawn
   * @param {Gate} [options.gate] what may be shown
   * @param {number} [options.bytes] memory for pictures, at four bytes a pixel
   * @param {() => number} [options.clock] ms
   */
  constructor({ load, release, changed, gate = { held: Infinity }, bytes = 128 << 20, clock = () => performance.now() }) {
    this.load = load;
    this.release = release;
    this.changed = changed;
    this.gate = gate;
    this.bytes = bytes;
    this.clock = clock;
    /** What is shown. @type {ReadonlyMap<string, TileLayer>} */
    this.shown = new Map();
    /** What is loaded to be shown next, and what came since. @type {{layers: ReadonlyMap<string, TileLayer>, seq: number, alone: boolean}[]} */
    this.waiting = [];
    /** @type {Map<string, Piece>} by the key of each picture and the square */
    this.pieces = new Map();
    this.nextPieces = new Map();
    /** What will be needed, in the order in which it will. @type {Map<string, Piece>} */
    this.aheadPieces = new Map();
    /** Pictures, the one longest unused first. @type {Map<string, {image: any, bytes: number}>} */
    this.images = new Map();
    this.used = 0;
    /** The picture last drawn for each tile. @type {Map<string, string>} */
    this.standing = new Map();
    /** @type {Map<string, AbortController>} */
    this.loading = new Map();
    /** @type {Map<string, number>} until when */
    this.failed = new Map();
    /** Without overlaps within a tileset. @type {Drawn[]} */
    this.drawn = [];
    /** What is in view. @type {Sight | null} */
    this.sight = null;
    /** What will be in view when the change is shown that the gate holds. @type {Sight | null} */
    this.coming = null;
    /** @type {readonly Sight[]} */
    this.ahead = [];
    this.view = '';
    this.heldBefore = false;
    this.closed = false;
  }

  /**
   * Tilesets are other now.
   * @param {ReadonlyMap<string, TileLayer>} layers by id; it does not change any more
   * @param {boolean} whole a snapshot: it is shown at once, as what is missing may be anything
   * @param {{seq?: number, alone?: boolean}} [change] `seq`: its number; `alone`: it is not shown as one with others, as more than tiles belongs to it
   */
  update(layers, whole, { seq = -1, alone = false } = {}) {
    if (whole) {
      this.shown = layers;
      this.waiting.length = 0;
      this.coming = null;
    } else {
      const last = this.waiting.length - 1;
      // the first one is being loaded
      if (last > 0 && (this.waiting.length >= MOST_WAITING || !(alone || this.waiting[last].alone))) this.waiting.length = last;
      this.waiting.push({ layers, seq, alone });
    }
    this.view = '';
    this.changed();
  }

  /**
   * Another part of the sets is known now. What is shown takes it over at once, also while a change is loaded: it tells of no change, and
   * the view may need it before that is complete.
   * @param {{tileset: string, put: boolean, tiles: import('../../client/src/tile-tree.js').TileTree}[]} parts that came, or that went
   */
  move(parts) {
    const moved = (layers) => {
      const all = new Map(layers);
      for (const { tileset: id, put, tiles } of parts) {
        const layer = all.get(id);
        // A tileset that is not shown yet comes with its change.
        if (layer !== undefined) all.set(id, { ...layer, tiles: put ? layer.tiles.plus(tiles) : layer.tiles.minus(tiles) });
      }
      return all;
    };
    this.shown = moved(this.shown);
    for (const change of this.waiting) change.layers = moved(change.layers);
    this.view = '';
    this.changed();
  }

  /**
   * Says what is in view; costs little while that is the same tiles.
   * @param {number[]} bounds left, top, right, bottom in world units
   * @param {number} zoom screen pixels per world unit
   * @param {readonly Sight[]} [ahead] what will be in view, the soonest first; it is loaded when nothing else is
   */
  look(bounds, zoom, ahead = []) {
    const { waiting } = this;
    const held = this.#held();
    if (!held) this.coming = null;
    let view = viewOf(this.shown, { bounds, zoom });
    if (waiting.length > 0) view += viewOf(waiting[0].layers, this.coming ?? { bounds, zoom });
    for (const sight of ahead) view += viewOf(this.shown, sight);
    if (view === this.view && held === this.heldBefore) return;
    this.view = view;
    this.heldBefore = held;
    this.sight = { bounds: [...bounds], zoom };
    this.ahead = ahead;
    this.#plan();
  }

  /**
   * Says what will be in view when a change is shown that the gate holds.
   * @param {number} seq of the change
   * @param {number[]} bounds
   * @param {number} zoom
   * @returns {boolean} whether all of it is loaded
   */
  prepared(seq, bounds, zoom) {
    const { waiting, sight } = this;
    if (sight === null || waiting.length === 0 || waiting[0].seq > seq) return true;
    if (waiting[0].seq < seq) return false;
    const before = this.coming;
    this.coming = { bounds: [...bounds], zoom };
    if (before === null || viewOf(waiting[0].layers, before) !== viewOf(waiting[0].layers, this.coming)) {
      this.view = '';
      this.look(sight.bounds, sight.zoom, this.ahead);
    }
    return this.#complete();
  }

  /** Whether the next change waits for more than pictures. */
  #held() {
    return this.waiting.length > 0 && this.waiting[0].seq >= this.gate.held;
  }

  #plan() {
    const { sight } = this;
    this.pieces = this.#piecesOf(this.shown, sight);
    this.#planNext();
    this.aheadPieces = new Map();
    let room = this.bytes / PICTURE_PART;
    for (const each of this.ahead) {
      for (const [name, piece] of this.#piecesOf(this.shown, each)) {
        if (this.aheadPieces.has(name) || this.pieces.has(name)) continue;
        room -= piece.layer.tileset.pixels ** 2 * 4;
        if (room < 0) break;
        this.aheadPieces.set(name, piece);
      }
    }
    const wanted = new Set();
    for (const pieces of [this.pieces, this.nextPieces, this.aheadPieces]) for (const { key } of pieces.values()) wanted.add(key);
    for (const [key, controller] of this.loading) {
      if (!wanted.has(key)) {
        this.loading.delete(key);
        controller.abort();
      }
    }
    this.#arrange();
    this.#fill();
  }

  #planNext() {
    this.nextPieces = this.waiting.length === 0 ? new Map() : this.#piecesOf(this.waiting[0].layers, this.coming ?? this.sight);
  }

  /** Which tiles cover the view, from below to above and from its middle outwards. */
  #piecesOf(layers, { bounds, zoom }) {
    const pieces = new Map();
    const seen = inOrder(layers).filter(({ tileset }) => tileset.opacity > 0 && tileset.pixels ** 2 * 4 <= this.bytes / PICTURE_PART);
    for (const layer of seen) {
      const { tileset } = layer;
      const most = Math.max(1, Math.min(MOST_PIECES, Math.floor(this.bytes / 2 / seen.length / (tileset.pixels ** 2 * 4))));
      for (const piece of coverOf(layer, bounds, zoom, most)) {
        const key = keyOf(tileset, piece.tile);
        pieces.set(`${tileset.id} ${piece.z}/${piece.x}/${piece.y}`, { ...piece, key, layer });
      }
    }
    return pieces;
  }

  /** Shows what is complete, and finds what to draw. */
  #arrange() {
    while (this.waiting.length > 0 && !this.#held() && this.#complete()) {
      this.shown = this.waiting.shift().layers;
      this.pieces = this.#piecesOf(this.shown, this.sight);
      this.#planNext();
    }
    this.drawn = [];
    for (const piece of this.pieces.values()) this.#draw(piece);
    this.#forget();
  }

  /** What is loaded for the view anyhow does not belong to the change. */
  #complete() {
    const before = new Set();
    for (const { key } of this.pieces.values()) before.add(key);
    for (const { key } of this.nextPieces.values()) {
      if (!this.images.has(key) && !this.failed.has(key) && !before.has(key)) return false;
    }
    return true;
  }

  #draw(piece) {
    const { layer: { tileset, tiles }, tile, key } = piece;
    const place = `${tileset.id} ${tile.z}/${tile.x}/${tile.y}`;
    if (this.images.has(key)) {
      this.standing.set(place, key);
      return this.#put(piece, tile, key);
    }
    const standing = this.standing.get(place);
    if (standing !== undefined && this.images.has(standing)) return this.#put(piece, tile, standing);
    const there = (z, x, y) => {
      const v = tiles.version(z, x, y);
      return v === undefined ? undefined : { z, x, y, v };
    };
    const kids = [0, 1, 2, 3].map((i) => there(piece.z + 1, piece.x * 2 + (i & 1), piece.y * 2 + (i >> 1))).filter((kid) => kid !== undefined);
    const ready = kids.filter((kid) => this.images.has(keyOf(tileset, kid)));
    if (ready.length < 4) {
      for (let up = 1; up <= ANCESTORS && up <= tile.z; up++) {
        const above = there(tile.z - up, tile.x >> up, tile.y >> up);
        if (above !== undefined && this.images.has(keyOf(tileset, above))) return this.#put(piece, above, keyOf(tileset, above));
      }
    }
    this.#drawFiner(piece, there, DESCENDANTS);
    return undefined;
  }

  /** Draws those parts of a piece of which finer tiles are there. */
  #drawFiner(piece, there, levels) {
    const { tileset } = piece.layer;
    for (let i = 0; i < 4; i++) {
      const kid = there(piece.z + 1, piece.x * 2 + (i & 1), piece.y * 2 + (i >> 1));
      if (kid === undefined) continue;
      if (this.images.has(keyOf(tileset, kid))) this.#put({ ...piece, ...kid }, kid, keyOf(tileset, kid));
      else if (levels > 1) this.#drawFiner({ ...piece, ...kid }, there, levels - 1);
    }
  }

  /** Draws so much of a tile's picture as lies in a square. */
  #put({ layer: { tileset }, z, x, y }, tile, key) {
    const { image, bytes } = this.images.get(key);
    // Used now: the last to be let go.
    this.images.delete(key);
    this.images.set(key, { image, bytes });
    let at = squareOf(tileset, { z, x, y });
    if (tileset.bounds != null) {
      const [left, top, right, bottom] = tileset.bounds;
      at = [Math.max(at[0], left), Math.max(at[1], top), Math.min(at[2], right), Math.min(at[3], bottom)];
      if (at[0] >= at[2] || at[1] >= at[3]) return;
    }
    const whole = squareOf(tileset, tile);
    const part = at.map((edge, i) => (edge - whole[i & 1]) / (whole[2] - whole[0]));
    this.drawn.push({ image, opacity: tileset.opacity, at, part, key });
  }

  #forget() {
    if (this.used <= this.bytes) return;
    const pinned = new Set(this.drawn.map(({ key }) => key));
    for (const pieces of [this.pieces, this.nextPieces, this.aheadPieces]) for (const { key } of pieces.values()) pinned.add(key);
    for (const [key, { image, bytes }] of this.images) {
      if (this.used <= this.bytes) break;
      if (pinned.has(key)) continue;
      this.images.delete(key);
      this.used -= bytes;
      this.release(image);
    }
    for (const [place, key] of this.standing) if (!this.images.has(key)) this.standing.delete(place);
  }

  #fill() {
    const now = this.clock();
    for (const [key, until] of this.failed) if (until <= now) this.failed.delete(key);
    // What comes next holds what is in view, too.
    for (const pieces of [this.nextPieces, this.pieces, this.aheadPieces]) {
      const most = pieces === this.aheadPieces ? CONCURRENT_AHEAD : CONCURRENT;
      for (const { key, layer, tile } of pieces.values()) {
        if (this.loading.size >= most) break;
        if (!this.images.has(key) && !this.loading.has(key) && !this.failed.has(key)) this.#load(key, layer.tileset, tile);
      }
    }
  }

  async #load(key, tileset, tile) {
    const controller = new AbortController();
    this.loading.set(key, controller);
    const timer = setTimeout(() => controller.abort(), LOAD_MS);
    let image;
    let after = FAILED_MS;
    try {
      image = await this.load(tileset, tile, controller.signal);
      if (image.width > tileset.pixels || image.height > tileset.pixels) {
        this.release(image);
        image = undefined;
      }
    } catch (error) {
      after = error?.after ?? FAILED_MS;
    } finally {
      clearTimeout(timer);
    }
    const current = this.loading.get(key) === controller;
    if (current) this.loading.delete(key);
    if (this.closed || !current) {
      if (image !== undefined) this.release(image);
      return;
    }
    if (image === undefined) {
      if (this.failed.size >= MOST_FAILED) this.failed.delete(this.failed.keys().next().value);
      this.failed.set(key, this.clock() + after);
    } else {
      const bytes = image.width * image.height * 4;
      this.images.set(key, { image, bytes });
      this.used += bytes;
    }
    this.#arrange();
    this.changed();
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
    for (const { image } of this.images.values()) this.release(image);
    this.images.clear();
    this.used = 0;
    this.drawn = [];
  }
}

/** Which tiles are in sight, as a text: the same as long as they are the same. */
function viewOf(layers, { bounds, zoom }) {
  let view = '|';
  for (const { tileset } of layers.values()) view += `${[levelFor(tileset, zoom), ...rangeOf(tileset, bounds, levelFor(tileset, zoom))]};`;
  return view;
}

/** The level at which a pixel of a tile comes closest to one of the screen, not smaller than three quarters of it. */
function levelFor({ size, pixels, minZoom, maxZoom }, zoom) {
  return Math.max(minZoom, Math.min(maxZoom, Math.ceil(maxZoom + Math.log2((zoom * size) / pixels) - 0.41)));
}

/** The tiles of a level that are in view: first and last column and row. */
function rangeOf(tileset, bounds, z) {
  const { origin, bounds: edges } = tileset;
  const seen = edges == null ? bounds
    : [Math.max(bounds[0], edges[0]), Math.max(bounds[1], edges[1]), Math.min(bounds[2], edges[2]), Math.min(bounds[3], edges[3])];
  const span = spanOf(tileset, z);
  const last = 2 ** z - 1;
  const [left, top, right, bottom] = seen.map((edge, i) => Math.floor((edge - origin[i & 1]) / span));
  if (seen[0] >= seen[2] || seen[1] >= seen[3] || right < 0 || bottom < 0 || left > last || top > last) return [0, 0, -1, -1];
  return [Math.max(0, left), Math.max(0, top), Math.min(last, right), Math.min(last, bottom)];
}

/** The tiles that cover the view, at the best level that has few enough of them; a tileset of deep tiles alone has a deeper one. */
function coverOf({ tileset, tiles }, bounds, zoom, most) {
  const best = levelFor(tileset, zoom);
  let found = [];
  const at = (z) => {
    found = [];
    return tiles.cover(z, rangeOf(tileset, bounds, z), most, (place, tile) => found.push({ ...place, tile }));
  };
  let z = best;
  while (!at(z) && z > tileset.minZoom) z--;
  for (z = best; found.length === 0 && z < tileset.maxZoom;) if (!at(++z)) return [];
  const middle = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  const distance = (piece) => {
    const square = squareOf(tileset, piece);
    return Math.hypot((square[0] + square[2]) / 2 - middle[0], (square[1] + square[3]) / 2 - middle[1]);
  };
  return found.slice(0, most).sort((a, b) => distance(a) - distance(b));
}
