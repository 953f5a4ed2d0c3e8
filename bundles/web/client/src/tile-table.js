import { finite, isName, isObject, positive } from './checks.js';
import { MAX_ZOOM, TileTree } from './tile-tree.js';

/** @typedef {import('./messages.js').TileOp} TileOp */
/** @typedef {import('./messages.js').Tileset} Tileset */
/** @typedef {{tileset: Tileset, tiles: TileTree}} TileLayer */

const MOST_TILESETS = 256;

/** All tilesets, and which tiles of them there are, as transactions of the server change them. */
export class TileTable {
  /** By id. @type {Map<string, TileLayer>} */
  layers = new Map();
  revision = 0;
  /** Whether a snapshot of them came, and all that changed them since fitted. */
  known = false;
  /** Parts of sets that belong to the snapshot and did not come yet. */
  #following = 0;

  /** Whether all that belongs to the snapshot has come. */
  get complete() {
    return this.known && this.#following === 0;
  }

  forget() {
    this.layers.clear();
    this.known = false;
    this.#following = 0;
  }

  /** @throws {Error} if tilesets of it make no sense; then none are known */
  snapshot(/** @type {any} */ { all, tiles }) {
    if (all === true) this.forget();
    if (tiles == null) return;
    this.forget();
    if (!isObject(tiles) || !Array.isArray(tiles.tilesets)) throw new Error('tiles without tilesets');
    for (const tileset of tiles.tilesets) {
      this.#declare(tileset);
      if (typeof tileset.tree === 'string') this.#layer(tileset.id).tiles = TileTree.decode(tileset.tree);
    }
    this.revision = tiles.revision;
    this.#following = tiles.following ?? 0;
    this.known = true;
  }

  /** Takes a transaction, or a part of a snapshot. @throws {Error} if it does not fit; then none are known */
  change(/** @type {any} */ { ops, time }) {
    if (!this.known) return;
    try {
      if (!Array.isArray(ops)) throw new Error('tiles without ops');
      for (const op of ops) this.#apply(op);
    } catch (error) {
      this.forget();
      throw error;
    }
    // A part of a snapshot, or of a set that came near: no transaction.
    if (time == null) this.#following = Math.max(0, this.#following - 1);
    else this.revision++;
  }

  #apply(/** @type {any} */ op) {
    switch (op?.op) {
      case 'declare': return this.#declare(op.tileset);
      case 'drop':
        this.#layer(op.tileset);
        return this.layers.delete(op.tileset);
      case 'put': return this.#becomes(op.tileset, this.#layer(op.tileset).tiles.plus(tilesOf(op)));
      case 'remove': return this.#becomes(op.tileset, this.#layer(op.tileset).tiles.minus(tilesOf(op)));
      default: throw new Error(`no operation on tiles: ${op?.op}`);
    }
  }

  #declare(/** @type {any} */ tileset) {
    const wrong = wrongWith(tileset);
    if (wrong !== null) throw new Error(wrong);
    const { tree: _, ...record } = tileset;
    const known = this.layers.get(tileset.id);
    if (known === undefined && this.layers.size >= MOST_TILESETS) throw new Error('more tilesets than a server has');
    this.layers.set(tileset.id, {
      tileset: { origin: [0, 0], minZoom: 0, order: 0, opacity: 1, ...record },
      tiles: known?.tiles ?? TileTree.EMPTY,
    });
  }

  #becomes(/** @type {string} */ id, /** @type {TileTree} */ tiles) {
    this.layers.set(id, { tileset: this.#layer(id).tileset, tiles });
  }

  /** @returns {TileLayer} */
  #layer(/** @type {string} */ id) {
    const layer = this.layers.get(id);
    if (layer === undefined) throw new Error(`there is no tileset ${id}`);
    return layer;
  }
}

const tilesOf = (/** @type {any} */ { tree, tiles }) => (typeof tree === 'string' ? TileTree.decode(tree) : TileTree.of(tiles));

const isLevel = (/** @type {any} */ level) => Number.isInteger(level) && level >= 0 && level <= MAX_ZOOM;

/** @returns {string | null} what is wrong with a tileset, or null */
function wrongWith(/** @type {any} */ tileset) {
  if (!isObject(tileset) || !isName(tileset.id)) return 'tileset without id';
  const { id, origin, size, pixels, minZoom, maxZoom, bounds, address, order, opacity } = tileset;
  const numbers = (/** @type {any} */ list, /** @type {number} */ n) => list == null || (Array.isArray(list) && list.length === n && list.every(finite));
  if (!positive(size) || !positive(pixels)) return `tileset ${id}: size and pixels must be positive`;
  if (!isLevel(maxZoom) || !(minZoom == null || isLevel(minZoom))) return `tileset ${id}: levels must lie in [0, ${MAX_ZOOM}]`;
  if (!numbers(origin, 2) || !numbers(bounds, 4)) return `tileset ${id}: origin must be two numbers, and bounds four`;
  if (typeof address !== 'string') return `tileset ${id}: address must be a text`;
  return [order, opacity].every((value) => value == null || finite(value)) ? null : `tileset ${id}: order and opacity must be numbers`;
}
