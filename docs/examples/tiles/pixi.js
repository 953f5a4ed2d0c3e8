/** All tilesets as sprites of PixiJS, without more: what is in view, or the tile above it until that is loaded. */

import { Application, Container, Sprite, Texture } from 'pixi.js';
import { addressOf, follow } from './camera.js';

const MOST = 512;
const app = new Application();
await app.init({ resizeTo: window, preference: 'webgl', background: '#10151c', antialias: false });
document.getElementById('view').append(app.canvas);
const world = app.stage.addChild(new Container());
/** By address; null while it is loaded. The longest unused is first. */
const textures = new Map();

async function load(address) {
  textures.set(address, null);
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    textures.set(address, Texture.from(await createImageBitmap(await answer.blob())));
  } catch {
    textures.delete(address);
  }
}

function textureOf(address) {
  if (!textures.has(address)) load(address);
  const texture = textures.get(address) ?? null;
  if (texture !== null) {
    textures.delete(address);
    textures.set(address, texture);
  }
  return texture;
}

/** The tiles of a layer that are to be drawn, coarse ones first. */
function pick(layer, { x, y, zoom }) {
  const { tileset: { origin, size, pixels, minZoom, maxZoom }, tiles } = layer;
  const z = Math.max(minZoom, Math.min(maxZoom, Math.round(maxZoom + Math.log2((zoom * size) / pixels))));
  const span = size * 2 ** (maxZoom - z);
  const reach = Math.hypot(app.screen.width, app.screen.height) / 2 / zoom;
  const index = (at) => Math.max(0, Math.min(2 ** z - 1, Math.floor(at / span)));
  const range = [index(x - reach - origin[0]), index(y - reach - origin[1]), index(x + reach - origin[0]), index(y + reach - origin[1])];
  const picked = new Map();
  tiles.cover(z, range, 400, (_, tile) => {
    for (let up = 0; up <= tile.z; up++) {
      const above = { z: tile.z - up, x: tile.x >> up, y: tile.y >> up };
      const address = addressOf(layer, above.z, above.x, above.y);
      const texture = address === null ? null : up === 0 ? textureOf(address) : textures.get(address) ?? null;
      if (texture === null) continue;
      picked.set(address, { ...above, texture, span: size * 2 ** (maxZoom - above.z) });
      break;
    }
  });
  return [...picked.values()].sort((a, b) => a.z - b.z);
}

follow((view, layers) => {
  world.position.set(app.screen.width / 2, app.screen.height / 2);
  world.rotation = view.rotation;
  let used = 0;
  for (const layer of [...layers.values()].sort((a, b) => a.tileset.order - b.tileset.order)) {
    const [left, top] = layer.tileset.origin;
    for (const { x, y, span, texture } of pick(layer, view)) {
      const sprite = world.children[used] ?? world.addChild(new Sprite());
      used++;
      sprite.visible = true;
      sprite.texture = texture;
      sprite.alpha = layer.tileset.opacity;
      // relative to the middle, so that it is exact far from the origin, too
      sprite.position.set((left + x * span - view.x) * view.zoom, (top + y * span - view.y) * view.zoom);
      sprite.setSize(span * view.zoom);
    }
  }
  for (const sprite of world.children.slice(used)) sprite.visible = false;
  for (const [address, texture] of textures) {
    if (textures.size <= MOST) break;
    if (texture === null || world.children.some((sprite) => sprite.visible && sprite.texture === texture)) continue;
    textures.delete(address);
    texture.destroy(true);
  }
});
