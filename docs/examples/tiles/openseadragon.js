/** All tilesets in OpenSeadragon. Its viewport has the units of the canvas. */

import OpenSeadragon from 'openseadragon';
import { addressOf, follow, sideOf } from './camera.js';

const viewer = new OpenSeadragon({
  element: document.getElementById('view'), drawer: 'canvas', showNavigationControl: false, mouseNavEnabled: false,
  animationTime: 0, blendTime: 0, visibilityRatio: 0, minZoomImageRatio: 0, maxZoomPixelRatio: Infinity,
});
/** What is shown of each tileset. */
const shown = new Map();

/** Its tiles never change: other ones are another image, above the one before until all of it is there. */
function show(layer, before) {
  const { tileset } = layer;
  const entry = { layer, item: null, gone: false };
  const pixels = tileset.pixels * 2 ** tileset.maxZoom;
  viewer.addTiledImage({
    x: tileset.origin[0], y: tileset.origin[1], width: sideOf(tileset), opacity: tileset.opacity,
    tileSource: {
      width: pixels, height: pixels, tileSize: tileset.pixels, minLevel: tileset.minZoom, maxLevel: tileset.maxZoom,
      tileExists: (z, x, y) => addressOf(layer, z, x, y) !== null,
      getTileUrl: (z, x, y) => addressOf(layer, z, x, y),
    },
    success({ item }) {
      entry.item = item;
      if (entry.gone) remove(entry);
      item.whenFullyLoaded(() => remove(before));
    },
  });
  return entry;
}

function remove(entry) {
  if (entry === undefined) return;
  entry.gone = true;
  if (entry.item !== null) viewer.world.removeItem(entry.item);
  entry.item = null;
}

follow(({ x, y, zoom, rotation }, layers) => {
  for (const [id, entry] of shown) {
    if (layers.has(id)) continue;
    remove(entry);
    shown.delete(id);
  }
  for (const [id, layer] of layers) {
    const entry = shown.get(id);
    if (entry?.layer !== layer) shown.set(id, show(layer, entry));
  }
  const { viewport } = viewer;
  viewport.zoomTo(zoom / viewport.getContainerSize().x, null, true);
  viewport.panTo(new OpenSeadragon.Point(x, y), true);
  viewport.setRotation((rotation * 180) / Math.PI, true);
});
