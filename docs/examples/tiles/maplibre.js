/** One tileset in MapLibre. The map has a single grid of tiles, so the tileset takes the place of the whole earth. */

import { addProtocol, Map as MapLibre, MercatorCoordinate } from 'maplibre-gl';
import { addressOf, follow, sideOf } from './camera.js';

const EARTH = 512;
const map = new MapLibre({
  container: 'view', style: { version: 8, sources: {}, layers: [] }, interactive: false, attributionControl: false, renderWorldCopies: false, fadeDuration: 0,
});
let shown = null;
let changes = 0;

addProtocol('bridge', async ({ url }, { signal }) => {
  const address = addressOf(shown, .../(\d+)\/(\d+)\/(\d+)$/.exec(url).slice(1).map(Number));
  if (address === null) throw new Error('there is no such tile');
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  return { data: await answer.arrayBuffer() };
});

function show(layer) {
  const { tileset: { pixels, minZoom, maxZoom } } = layer;
  // another address, so that the map asks again
  const tiles = [`bridge://${++changes}/{z}/{x}/{y}`];
  if (shown === null) {
    map.addSource('bridge', { type: 'raster', tiles, tileSize: pixels, minzoom: minZoom, maxzoom: maxZoom });
    map.addLayer({ id: 'bridge', type: 'raster', source: 'bridge', paint: { 'raster-fade-duration': 0 } });
  } else {
    map.getSource('bridge').setTiles(tiles);
  }
  shown = layer;
}

await map.once('load');
follow(({ x, y, zoom, rotation }, layers) => {
  const [layer] = layers.values();
  if (layer === undefined) return;
  if (layer !== shown) show(layer);
  const side = sideOf(layer.tileset);
  const [left, top] = layer.tileset.origin;
  map.jumpTo({
    center: new MercatorCoordinate((x - left) / side, (y - top) / side).toLngLat(),
    zoom: Math.log2((side * zoom) / EARTH), bearing: (-rotation * 180) / Math.PI,
  });
});
