import { Container, Rectangle, Sprite, Texture } from 'pixi.js';
import { TileTree } from '../../client/compositor-client.js';
import { keyHeaders } from '../shared/connection.js';
import { Foresight } from './foresight.js';
import { Tilesets } from './tilesets.js';

/** A server that has a picture in a moment is asked again then. */
const SOON_MS = 1_000;

/** A picture that could not be had, and when to ask again. */
class NoPicture extends Error {
  constructor(reason, after) {
    super(reason);
    this.after = after;
  }
}

/** A loaded picture, and the parts of it that are drawn. */
class TilePicture {
  constructor(bitmap) {
    this.whole = Texture.from(bitmap);
    this.width = bitmap.width;
    this.height = bitmap.height;
    /** @type {Map<string, Texture>} */
    this.parts = new Map();
  }

  /** @param {number[]} part left, upper, right and lower edge, in parts of a side */
  texture([left, top, right, bottom]) {
    if (left === 0 && top === 0 && right === 1 && bottom === 1) return this.whole;
    const key = `${left} ${top} ${right} ${bottom}`;
    let texture = this.parts.get(key);
    if (texture === undefined) {
      const { width, height, whole: { source } } = this;
      texture = new Texture({ source, frame: new Rectangle(left * width, top * height, (right - left) * width, (bottom - top) * height) });
      this.parts.set(key, texture);
    }
    return texture;
  }

  destroy() {
    for (const texture of this.parts.values()) texture.destroy(false);
    this.whole.destroy(true);
  }
}

/** The tilesets of the sequence, as sprites. */
export class TilesetLayer {
  /**
   * @param {Container} parent
   * @param {import('../shared/page.js').Page} page
   * @param {{changed: () => void}} owner
   */
  constructor(parent, page, owner) {
    this.container = parent.addChild(new Container());
    this.client = page.client;
    this.foresight = new Foresight();
    this.tilesets = new Tilesets({
      gate: page.together,
      changed: () => owner.changed(),
      release: (picture) => picture.destroy(),
      load: (tileset, tile, signal) => load(tileset, tile, signal, page),
    });
    /** Whether a snapshot came, and not yet all that belongs to it. */
    this.fresh = true;
    this.#take();
    this.client.on('snapshot', (message) => {
      if (message.all !== true && message.tiles == null) return;
      this.fresh = true;
      this.#take();
    });
    this.client.on('tiles', ({ time, seq, ops, scene, camera }) => {
      // Without a time it is no transaction.
      if (time == null && !this.fresh && this.client.tiles !== null) this.tilesets.move(ops.map(partOf));
      else this.#take({ seq, alone: scene != null || camera != null });
    });
  }

  #take(change = {}) {
    const { tiles } = this.client;
    if (tiles === null) return;
    this.tilesets.update(new Map(tiles.layers), this.fresh, change);
    this.fresh = false;
  }

  /**
   * @param {number[]} bounds of the view, in world units
   * @param {{x: number, y: number, zoom: number, straight: boolean}} view
   * @param {(sprite: Sprite, square: number[], view: any, width: number, height: number) => void} cover
   * @returns {boolean} whether there are tilesets
   */
  draw(bounds, view, cover) {
    const { tilesets, container } = this;
    if (tilesets.shown.size === 0 && tilesets.waiting.length === 0) {
      container.visible = false;
      return false;
    }
    container.visible = true;
    tilesets.look(bounds, view.zoom, this.foresight.look(performance.now(), bounds, view.zoom));
    let used = 0;
    for (const { image, at, part, opacity } of tilesets.drawn) {
      let sprite = /** @type {Sprite} */ (container.children[used]);
      if (sprite === undefined) sprite = container.addChild(new Sprite());
      used++;
      const texture = image.texture(part);
      sprite.visible = true;
      if (sprite.texture !== texture) sprite.texture = texture;
      if (sprite.alpha !== opacity) sprite.alpha = opacity;
      cover(sprite, at, view, texture.width, texture.height);
    }
    for (let i = used; i < container.children.length; i++) {
      container.children[i].visible = false;
      /** @type {Sprite} */ (container.children[i]).texture = Texture.EMPTY;
    }
    return true;
  }

  /** @param {number} seq of a change, whose pictures are loaded for what will be in view then */
  prepared(seq, bounds, zoom) {
    return this.tilesets.prepared(seq, bounds, zoom);
  }

  tick() {
    this.tilesets.retry();
  }
}

const partOf = ({ op, tileset, tree, tiles }) => ({
  tileset, put: op === 'put', tiles: typeof tree === 'string' ? TileTree.decode(tree) : TileTree.of(tiles),
});

async function load({ address }, { z, x, y, v }, signal, page) {
  const place = { z, x, y, v };
  const url = new URL(address.replace(/\{([zxyv])\}/g, (_, name) => String(place[name])), page.base);
  // The key is for this server only.
  const headers = url.origin === page.base.origin ? keyHeaders(page.client.options.key) : {};
  const answer = await fetch(url, { signal, headers });
  if (!answer.ok) throw new NoPicture(`tile ${z}/${x}/${y}: the server answers ${answer.status}`, answer.status === 503 ? SOON_MS : undefined);
  return new TilePicture(await createImageBitmap(await answer.blob()));
}
