/**
 * A place of the quad-tree and all below it; null where there is no tile. Without `kids` it is a pyramid: the tile at the place and all
 * tiles below it on `depth` levels, of version `v`. With `kids` (left above, right above, left below, right below), `v` is the version of
 * the tile at the place, -1 if there is none, and `depth` says how many levels below the farthest tile is.
 * @typedef {{v: number, depth: number, kids: (Place | null)[] | null, size: number}} Place
 */

const NONE = -1;
/** The deepest level. */
export const MAX_ZOOM = 30;
const VERSION_BITS = 53;

/** @returns {Place} */
const pyramid = (/** @type {number} */ v, /** @type {number} */ depth) => ({ v, depth, kids: null, size: (4 ** (depth + 1) - 1) / 3 });

/** The one form that there is for a place. @returns {Place | null} */
function placeOf(/** @type {number} */ v, /** @type {(Place | null)[]} */ kids) {
  const [first] = kids;
  if (kids.every((kid) => kid === null)) return v === NONE ? null : pyramid(v, 0);
  if (v !== NONE && first !== null && kids.every((kid) => kid !== null && kid.kids === null && kid.v === v && kid.depth === first.depth)) {
    return pyramid(v, first.depth + 1);
  }
  let size = v === NONE ? 0 : 1;
  let depth = 0;
  for (const kid of kids) {
    if (kid === null) continue;
    size += kid.size;
    depth = Math.max(depth, kid.depth + 1);
  }
  return { v, depth, kids, size };
}

/** @returns {Place | null} */
function kidOf(/** @type {Place} */ place, /** @type {number} */ i) {
  if (place.kids !== null) return place.kids[i];
  return place.depth === 0 ? null : pyramid(place.v, place.depth - 1);
}

const same = (/** @type {Place} */ a, /** @type {Place} */ b) => a.kids === null && b.kids === null && a.v === b.v && a.depth === b.depth;

/** @returns {Place | null} */
function plus(/** @type {Place | null} */ a, /** @type {Place | null} */ b) {
  if (a === null || b === null) return a ?? b;
  if (b.kids === null && a.depth <= b.depth) return same(a, b) ? a : b;
  return combined(a, b.v === NONE ? a.v : b.v, b, plus);
}

/** @returns {Place | null} */
function minus(/** @type {Place | null} */ a, /** @type {Place | null} */ b) {
  if (a === null || b === null) return a;
  if (b.kids === null && a.depth <= b.depth) return null;
  return combined(a, b.v === NONE ? a.v : NONE, b, minus);
}

/** @returns {Place | null} */
function combined(/** @type {Place} */ a, /** @type {number} */ v, /** @type {Place} */ b,
  /** @type {(a: Place | null, b: Place | null) => Place | null} */ combine) {
  // Of two pyramids all four kids are alike; going into each would take as long as they have tiles.
  const alike = a.kids === null && b.kids === null;
  const kids = [combine(kidOf(a, 0), kidOf(b, 0))];
  for (let i = 1; i < 4; i++) kids.push(alike ? kids[0] : combine(kidOf(a, i), kidOf(b, i)));
  return placeOf(v, kids);
}

/** Reads a set of tiles: bits, the highest of a byte first (protocol, "Sets of tiles"). */
class Reader {
  #bytes;
  #at = 0;
  /** A version that many are near; one that stands alone among others does not change it. */
  #expected = 0;
  #last = 0;
  #average = 0;

  constructor(/** @type {Uint8Array} */ bytes) {
    this.#bytes = bytes;
  }

  root() {
    if (this.#bytes.length === 0) return null;
    const root = this.#place(0);
    if (Math.ceil(this.#at / 8) !== this.#bytes.length) throw new RangeError('a set of tiles must end with the last tile');
    return root;
  }

  /** @returns {Place | null} */
  #place(/** @type {number} */ z) {
    if (this.#read(1) === 1) return pyramid(this.#version(), 0);
    if (this.#read(1) === 0) {
      const depth = this.#gamma();
      if (depth > MAX_ZOOM - z) throw new RangeError(`a set of tiles must have none below level ${MAX_ZOOM}`);
      return pyramid(this.#version(), depth);
    }
    const own = this.#read(1) === 1;
    const mask = this.#read(4);
    if (mask === 0 || z === MAX_ZOOM) throw new RangeError('a place that is divided must have tiles below it');
    const v = own ? this.#version() : NONE;
    /** @type {(Place | null)[]} */
    const kids = [];
    for (let bit = 8; bit > 0; bit >>= 1) kids.push((mask & bit) === 0 ? null : this.#place(z + 1));
    return placeOf(v, kids);
  }

  #version() {
    const low = Math.max(0, this.#average - 12) >> 4;
    const difference = (this.#gamma() - 1) * 2 ** low + this.#read(low);
    const version = difference > 0 && this.#read(1) === 0 ? this.#expected - difference : this.#expected + difference;
    if (!Number.isSafeInteger(version) || version < 0) throw new RangeError('a version must lie in [0, 2^53 - 1]');
    this.#average += bitsOf(difference) - (this.#average >> 4);
    if (Math.abs(version - this.#last) < difference) this.#expected = version;
    this.#last = version;
    return version;
  }

  #gamma() {
    let zeros = 0;
    while (this.#read(1) === 0) if (++zeros > VERSION_BITS) throw new RangeError('a set of tiles must have no number above 2^53');
    return 2 ** zeros + this.#read(zeros);
  }

  /** Beyond 32 bits numbers are put together by arithmetic. */
  #read(/** @type {number} */ count) {
    if (this.#at + count > this.#bytes.length * 8) throw new RangeError('a set of tiles must not end before the last tile');
    let value = 0;
    for (let left = count; left > 0;) {
      const there = 8 - (this.#at & 7);
      const n = Math.min(there, left);
      value = value * 2 ** n + ((this.#bytes[this.#at >> 3] >> (there - n)) & ((1 << n) - 1));
      this.#at += n;
      left -= n;
    }
    return value;
  }
}

/** @returns {number} how many binary digits a number has */
function bitsOf(/** @type {number} */ number) {
  return number < 2 ** 31 ? 32 - Math.clz32(number) : 32 + bitsOf(Math.floor(number / 2 ** 32));
}

/** A set of tiles, each with a version: immutable, and shared with the sets that it was made of. */
export class TileTree {
  /** No tile. */
  static EMPTY = new TileTree(null);
  #root;

  constructor(/** @type {Place | null} */ root) {
    this.#root = root;
  }

  /**
   * Of tiles one by one, without `v` of version 0.
   * @param {readonly (readonly number[])[]} tiles `[z, x, y, v]`
   */
  static of(tiles) {
    let root = null;
    for (const [z, x, y, v = 0] of tiles) root = plus(root, pathTo(z, x, y, v));
    return new TileTree(root);
  }

  /** @param {string} text base64 of a set's bytes @throws {Error} if it is not one */
  static decode(text) {
    return new TileTree(new Reader(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))).root());
  }

  /** How many tiles. */
  get size() {
    return this.#root?.size ?? 0;
  }

  /** @returns {number | undefined} the version of a tile, if there is that tile */
  version(/** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y) {
    if (!isTile(z, x, y)) return undefined;
    let place = this.#root;
    for (let up = z - 1; up >= 0 && place !== null; up--) place = kidOf(place, indexAt(up, x, y));
    return place === null || place.v === NONE ? undefined : place.v;
  }

  /** All of both; of a tile that both have the version is the other's. */
  plus(/** @type {TileTree} */ other) {
    return new TileTree(plus(this.#root, other.#root));
  }

  /** Those tiles that the other does not have, whatever their versions. */
  minus(/** @type {TileTree} */ other) {
    return new TileTree(minus(this.#root, other.#root));
  }

  /**
   * Hands out which tiles cover a part of a level: each place of it with its tile, or else with the nearest above. Places whose tile is
   * the same one are one place, as far as they are a whole one; without a tile at or above it a place is not handed out.
   * @param {number} z the level
   * @param {readonly number[]} range first column and row, last column and row
   * @param {number} most places
   * @param {(place: {z: number, x: number, y: number}, tile: {z: number, x: number, y: number, v: number}) => void} take
   * @returns {boolean} whether there were no more than that
   */
  cover(z, [left, top, right, bottom], most, take) {
    let count = 0;
    /** @returns {boolean} */
    const each = (/** @type {Place | null} */ place, /** @type {number} */ level, /** @type {number} */ x, /** @type {number} */ y,
      /** @type {{z: number, x: number, y: number, v: number} | null} */ above) => {
      const span = 2 ** (z - level);
      if (x * span > right || y * span > bottom || (x + 1) * span <= left || (y + 1) * span <= top) return true;
      const tile = place !== null && place.v !== NONE ? { z: level, x, y, v: place.v } : above;
      if (place === null || level === z || place.depth === 0) {
        if (tile === null) return true;
        if (++count > most) return false;
        take({ z: level, x, y }, tile);
        return true;
      }
      for (let i = 0; i < 4; i++) if (!each(kidOf(place, i), level + 1, 2 * x + (i & 1), 2 * y + (i >> 1), tile)) return false;
      return true;
    };
    return each(this.#root, 0, 0, 0, null);
  }

  /** Hands out each tile: above what lies below it. `size` says how many. */
  forEach(/** @type {(z: number, x: number, y: number, v: number) => void} */ take) {
    const each = (/** @type {Place | null} */ place, /** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y) => {
      if (place === null) return;
      if (place.v !== NONE) take(z, x, y, place.v);
      for (let i = 0; i < 4; i++) each(kidOf(place, i), z + 1, 2 * x + (i & 1), 2 * y + (i >> 1));
    };
    each(this.#root, 0, 0, 0);
  }
}

const isTile = (/** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y) => [z, x, y].every(Number.isSafeInteger)
  && z >= 0 && z <= MAX_ZOOM && x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z;

const indexAt = (/** @type {number} */ up, /** @type {number} */ x, /** @type {number} */ y) => ((x >> up) & 1) | (((y >> up) & 1) << 1);

/** @returns {Place | null} */
function pathTo(/** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ v) {
  if (!isTile(z, x, y) || !Number.isSafeInteger(v) || v < 0) throw new RangeError(`no tile: ${[z, x, y, v]}`);
  /** @type {Place | null} */
  let place = pyramid(v, 0);
  for (let up = 0; up < z; up++) {
    /** @type {(Place | null)[]} */
    const kids = [null, null, null, null];
    kids[indexAt(up, x, y)] = place;
    place = placeOf(NONE, kids);
  }
  return place;
}
