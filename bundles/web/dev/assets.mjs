/** What the stand-in serves beside the pages: models, settings, tiles. */

import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { standInModels } from './models.mjs';

/** A picture of one tile: its square with a rim, tinted by its place. */
function tile(z, x, y, size = 256) {
  const hue = ((x * 7 + y * 13 + z * 5) % 16) * 4;
  const rows = Buffer.alloc((size * 3 + 1) * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const rim = i === 0 || j === 0;
      const wave = 18 * Math.sin(((x * size + i) / size) * Math.PI * 2) * Math.sin(((y * size + j) / size) * Math.PI * 2);
      const at = j * (size * 3 + 1) + 1 + i * 3;
      rows[at] = rim ? 120 : 34 + hue / 2 + wave;
      rows[at + 1] = rim ? 140 : 52 + wave;
      rows[at + 2] = rim ? 170 : 96 - hue + z * 3 + wave;
    }
  }
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/**
 * @returns {{settings: object, pictures: {asked: string[], delay: Function}, serve: (path: string, request: any, response: any) => boolean}} `settings` may be changed at any time
 */
export function startAssets() {
  const models = standInModels();
  const assets = {
    settings: {
      revision: 1, window: { width: 1920, height: 1080, pixelRatio: 0 }, color: { space: 'srgb', format: 'rgba8' }, background: null,
      grid: { visible: true, spacing: 100, subdivisions: 10, color: null }, units: 'px', canvas: { tiles: null, tileSize: 256, maxZoom: 20 },
      cameras: { '2d': 'tour', '3d': 'stage' },
    },
    pictures: { asked: [], delay: () => 0 },
    serve(path, request, response) {
      const send = (type, body) => {
        const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
        if (request.headers['if-none-match'] === etag) response.writeHead(304, { ETag: etag }).end();
        else response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-cache', ETag: etag }).end(body);
        return true;
      };
      if (path === '/compositor/settings') return send('application/json', JSON.stringify(assets.settings));
      if (path === '/models/') {
        return send('application/json', JSON.stringify({ models: [...models].map(([name, body]) => ({ name, uri: `models/${name}`, bytes: body.length })), refused: [] }));
      }
      const model = models.get(/^\/models\/(.+)$/.exec(path)?.[1]);
      if (model !== undefined) return send('model/gltf-binary', model);
      const [, v, z, x, y] = /^\/tiles\/[^/]+\/(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(path)?.map(Number) ?? [];
      if (y !== undefined) {
        assets.pictures.asked.push(`${z}/${x}/${y} ${v}`);
        setTimeout(() => send('image/png', tile(z + v, x, y)), assets.pictures.delay({ z, x, y, v }));
        return true;
      }
      const place = /^\/tiles\/(\d+)\/(\d+)\/(\d+)\.png$/.exec(path)?.slice(1).map(Number);
      return place !== undefined && send('image/png', tile(...place));
    },
  };
  return assets;
}
