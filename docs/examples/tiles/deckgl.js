/** All tilesets in deck.gl. Each is laid out in pixels of its deepest level, which is level 0 of a TileLayer; those above it are negative. */

import { Deck, OrthographicView } from '@deck.gl/core';
import { TileLayer } from '@deck.gl/geo-layers';
import { BitmapLayer } from '@deck.gl/layers';
import { addressOf, follow } from './camera.js';

const element = document.getElementById('view');
const deck = new Deck({ parent: element, views: [], layers: [], controller: false });

function layerOf(layer) {
  const { id, pixels, minZoom, maxZoom, opacity } = layer.tileset;
  const side = pixels * 2 ** maxZoom;
  return new TileLayer({
    id, opacity, tileSize: pixels, minZoom: minZoom - maxZoom, maxZoom: 0, extent: [0, 0, side, side],
    async getTileData({ index: { x, y, z }, signal }) {
      const address = addressOf(layer, z + maxZoom, x, y);
      if (address === null) return null;
      const answer = await fetch(address, { signal });
      return answer.ok ? createImageBitmap(await answer.blob()) : null;
    },
    updateTriggers: { getTileData: layer },
    renderSubLayers: ({ tile: { bbox: { left, top, right, bottom } }, data, ...props }) => data && new BitmapLayer(props, {
      data: null, image: data, bounds: [left, bottom, right, top],
    }),
  });
}

/** By layer, so that one that has not changed stays. */
let made = new Map();

follow(({ x, y, zoom, rotation }, layers) => {
  const before = made;
  made = new Map([...layers.values()].map((layer) => [layer, before.get(layer) ?? layerOf(layer)]));
  const ids = [...layers.keys()];
  deck.setProps({
    // each tileset has a scale and an origin of its own: a view each, one above the other
    views: ids.map((id) => new OrthographicView({ id })),
    viewState: Object.fromEntries([...layers].map(([id, { tileset: { origin, size, pixels } }]) => {
      const scale = pixels / size;
      return [id, { target: [(x - origin[0]) * scale, (y - origin[1]) * scale, 0], zoom: Math.log2(zoom / scale) }];
    })),
    layerFilter: ({ layer, viewport }) => layer.id.startsWith(viewport.id),
    layers: [...made.values()],
  });
  // its flat view does not turn
  element.style.transform = `rotate(${rotation}rad)`;
});
