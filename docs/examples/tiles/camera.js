import { CompositorClient, ViewSmoother } from '@geometryos/compositor-client';

const params = new URLSearchParams(location.search);
const bridge = new URL(params.get('bridge') ?? '/', location.href);
const camera = params.get('camera') ?? 'tour';

/**
 * Follows a camera and the tilesets of the bridge.
 * @param {(view: {x: number, y: number, zoom: number, rotation: number}, layers: Map<string, {tileset: any, tiles: any}>) => void} draw is told
 *   each frame: the middle of the view on the canvas, pixels of the page per unit, radians clockwise; and the tilesets by their names. A layer
 *   is another object when its tiles have changed.
 */
export function follow(draw) {
  const client = new CompositorClient({
    url: new URL('compositor', bridge).href.replace(/^http/, 'ws'), key: params.get('key') ?? undefined, subscription: { cameras: [camera], tiles: true },
  });
  const smoother = new ViewSmoother();
  client.on('camera', (message) => smoother.push(message, client.now()));
  client.on('snapshot', () => {
    const known = client.cameras.get(camera);
    if (known) smoother.push(known, client.now());
  });
  client.connect();
  requestAnimationFrame(function frame() {
    requestAnimationFrame(frame);
    const view = smoother.sample(client.now());
    if (view === null || view.kind !== '2d' || client.tiles === null) return;
    const { center: [x, y], rotation, size } = view;
    // as much as its driver sees
    const zoom = size ? view.zoom * Math.min(innerWidth / size[0], innerHeight / size[1]) : view.zoom;
    draw({ x, y, zoom, rotation }, client.tiles.layers);
  });
}

/** Where the picture of a tile is, or null if there is no such tile. */
export function addressOf({ tileset, tiles }, z, x, y) {
  const v = tiles.version(z, x, y);
  const place = { z, x, y, v };
  return v === undefined ? null : new URL(tileset.address.replace(/\{([zxyv])\}/g, (_, name) => place[name]), bridge).href;
}

/** Side of a whole tileset in units of the canvas. */
export const sideOf = ({ size, maxZoom }) => size * 2 ** maxZoom;
