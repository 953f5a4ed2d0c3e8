/**
 * The picture of a wall, put together from the pages of its members, against one page of the whole, by pixels. In Chromium, against the
 * stand-in of the pages; no page is told the answer. What was put together is kept in the folder SCREENSHOTS.
 */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cannot, openBrowser } from './chromium.mjs';

const options = { skip: cannot, timeout: 180_000 };
const [WIDTH, HEIGHT] = [640, 480];
const FLAT = { kind: '2d', center: [819_260, 819_170], zoom: 0.8, rotation: 0 };
const SOLID = {
  kind: '3d', position: [0.3, 1.8, 5.5], orientation: [-0.08, 0.05, 0, Math.sqrt(1 - 0.08 ** 2 - 0.05 ** 2)],
  projection: { type: 'perspective', yfov: 0.8, znear: 0.1, zfar: 500 },
};

let browser;
let bridge;
let page;
let problems;

before(async () => {
  if (cannot) return;
  const { startBridge } = await import('../../bundles/web/dev/bridge.mjs');
  bridge = await startBridge({ rate: 20 });
  bridge.drive('flat', FLAT);
  bridge.drive('solid', SOLID);
  const tiles = Array.from({ length: 6 }, (_, z) => Array.from({ length: 4 ** z }, (__, i) => [z, i % 2 ** z, i >> z, 1])).flat();
  bridge.changeTiles([
    { op: 'declare', tileset: { id: 'ground', origin: [811_008, 811_008], size: 512, pixels: 256, maxZoom: 5, address: '/tiles/ground/{v}/{z}/{x}/{y}' } },
    { op: 'put', tileset: 'ground', tiles },
  ]);
  bridge.change([
    { op: 'put', model: { id: 'left', uri: 'models/gear.glb', position: [-1.1, 0.9, 0], orientation: [0, 0.38, 0, Math.sqrt(1 - 0.38 ** 2)] } },
    { op: 'put', model: { id: 'right', uri: 'models/gear.glb', position: [1.2, 1.3, -1], scale: [1.4, 1.4, 1.4] } },
  ]);
  browser = await openBrowser();
  page = await browser.context.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  await bridge?.stop();
}, { timeout: 30_000 });

/** The picture of a member, as soon as all of it is there. */
async function shoot(display, [width, height]) {
  await page.setViewportSize({ width, height });
  await page.goto(`${bridge.url}/wall/${display}`);
  await page.waitForFunction(() => {
    const { client, views, wall, follower, screens } = window.compositor;
    if (client.state !== 'connected' || views.wall.frames < 1 || wall?.seen === undefined) return false;
    const { display: shown } = screens.get(follower.view.kind);
    if (shown === null) return false;
    if (shown.tilesetLayer !== undefined) {
      const { pieces, images } = shown.tilesetLayer.tilesets;
      return pieces.size > 0 && [...pieces.values()].every(({ key }) => images.has(key));
    }
    return shown.models === undefined || (shown.models.entries.size === 2 && shown.models.assets.progress.waiting === 0
      && [...shown.models.entries.values()].every(({ asset }) => asset.state === 'ready'));
  }, null, { timeout: 60_000 });
  // the picture stands still: two in a row are the same
  let last = '';
  for (let i = 0; i < 100; i++) {
    const now = (await page.screenshot()).toString('base64');
    if (now === last) return now;
    last = now;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  throw new Error(`the picture of ${display} does not come to rest`);
}

/** Puts the members' pictures together, and tells how much differs from the whole where there are screens. */
async function compare(name, whole, parts) {
  const result = await page.evaluate(async ({ whole: png, parts: pieces }) => {
    const load = async (data) => createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/png' }));
    const complete = await load(png);
    const canvas = new OffscreenCanvas(complete.width, complete.height);
    const g = canvas.getContext('2d', { willReadFrequently: true });
    g.drawImage(complete, 0, 0);
    const wanted = g.getImageData(0, 0, canvas.width, canvas.height).data;
    g.fillStyle = '#000';
    g.fillRect(0, 0, canvas.width, canvas.height);
    for (const { picture, x, y, width, height, turn = 0 } of pieces) {
      g.save();
      g.translate(x + width / 2, y + height / 2);
      g.rotate((turn * Math.PI) / 180);
      const image = await load(picture);
      g.drawImage(image, -image.width / 2, -image.height / 2);
      g.restore();
    }
    let pixels = 0;
    let other = 0;
    let colours = new Set();
    const pieced = g.getImageData(0, 0, canvas.width, canvas.height).data;
    const shown = new Uint8ClampedArray(pieced.length);
    for (const { x, y, width, height } of pieces) {
      for (let j = y; j < y + height; j++) {
        for (let i = x; i < x + width; i++) {
          const at = (j * canvas.width + i) * 4;
          const difference = Math.max(...[0, 1, 2].map((k) => Math.abs(wanted[at + k] - pieced[at + k])));
          pixels++;
          colours.add((wanted[at] << 16) | (wanted[at + 1] << 8) | wanted[at + 2]);
          if (difference > 24) other++;
          shown.set([difference, difference, difference, 255], at);
        }
      }
    }
    const encode = async () => {
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    };
    const together = await encode();
    g.putImageData(new ImageData(shown, canvas.width, canvas.height), 0, 0);
    return { pixels, other, colours: colours.size, together, difference: await encode() };
  }, { whole, parts });
  const folder = process.env.SCREENSHOTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    for (const [what, png] of [['whole', whole], ['wall', result.together], ['difference', result.difference]]) {
      writeFileSync(join(folder, `wallpixels-${name}-${what}.png`), Buffer.from(png, 'base64'));
    }
  }
  return { part: result.other / result.pixels, colours: result.colours };
}

/** The four screens of a wall with bezels, which are no multiple of anything; one or more of them turned. */
function rectangles({ turns = [0, 0, 0, 0], bezel = 22 } = {}) {
  const width = (WIDTH - bezel) / 2;
  const height = (HEIGHT - bezel) / 2;
  return turns.map((turn, i) => ({ display: `part-${i}`, x: (i % 2) * (width + bezel), y: (i >> 1) * (height + bezel), width, height, turn }));
}

async function putTogether(name, { wall = {}, members = rectangles(), scale = 1 }) {
  const size = { width: WIDTH * scale, height: HEIGHT * scale };
  const scaled = members.map((member) => ({ ...member, ...Object.fromEntries(['x', 'y', 'width', 'height'].map((key) => [key, member[key] * scale])) }));
  bridge.removeWall('parts');
  bridge.removeWall('whole');
  bridge.setWall('whole', { ...size, ...wall, members: [{ display: 'whole', x: 0, y: 0, ...size }] });
  bridge.setWall('parts', { ...size, ...wall, members: scaled });
  const whole = await shoot('whole', [WIDTH, HEIGHT]);
  const parts = [];
  for (const member of members) {
    const { width, height, turn } = member;
    parts.push({ ...member, picture: await shoot(member.display, turn % 180 === 0 ? [width, height] : [height, width]) });
  }
  return { ...(await compare(name, whole, parts)), whole };
}

for (const [name, how] of [
  ['flat', { wall: { camera: 'flat' } }],
  ['flat-turned', { wall: { camera: 'flat' }, members: rectangles({ turns: [90, 180, 270, 0] }) }],
  ['flat-mm', { wall: { camera: 'flat', unit: 'mm' }, scale: 2.5 }],
  ['camera', { wall: { camera: 'solid' } }],
  ['camera-turned', { wall: { camera: 'solid' }, members: rectangles({ turns: [270, 0, 90, 180] }) }],
  ['window', { wall: { camera: 'solid', view: 'window', eye: [120, -60, 700], unit: 'mm' }, scale: 1.5 }],
  ['window-turned', { wall: { camera: 'solid', view: 'window', eye: [-200, 40, 500] }, members: rectangles({ turns: [0, 90, 180, 270] }) }],
]) {
  test(`four screens show the picture of one: ${name}`, options, async () => {
    const { part, colours } = await putTogether(name, how);
    assert.ok(colours > 20, `${colours} colours: there is a picture`);
    assert.ok(part < 0.004, `${(part * 100).toFixed(2)} % of the pixels are others`);
    assert.deepEqual(problems, []);
  });
}

test('a wall of one screen shows what a display of no wall shows', options, async () => {
  bridge.removeWall('parts');
  bridge.removeWall('whole');
  for (const [name, camera] of [['alone-flat', 'flat'], ['alone-camera', 'solid']]) {
    bridge.setWall('whole', { width: WIDTH, height: HEIGHT, camera, members: [{ display: 'whole', x: 0, y: 0, width: WIDTH, height: HEIGHT }] });
    const wall = await shoot('whole', [WIDTH, HEIGHT]);
    const plain = await shootPlain(camera);
    const { part } = await compare(name, plain, [{ picture: wall, x: 0, y: 0, width: WIDTH, height: HEIGHT }]);
    assert.ok(part < 0.001, `${name}: ${(part * 100).toFixed(2)} % of the pixels are others`);
  }
});

async function shootPlain(camera) {
  await page.setViewportSize({ width: WIDTH, height: HEIGHT });
  await page.goto(`${bridge.url}/wall/plain?camera=${camera}`);
  await page.waitForFunction(() => {
    const { views, wall, follower, screens } = window.compositor;
    if (views.wall.frames < 1 || wall !== null) return false;
    const { display } = screens.get(follower.view.kind);
    if (display?.tilesetLayer !== undefined) {
      const { pieces, images } = display.tilesetLayer.tilesets;
      return pieces.size > 0 && [...pieces.values()].every(({ key }) => images.has(key));
    }
    return display !== null && (display.models === undefined
      || (display.models.entries.size === 2 && [...display.models.entries.values()].every(({ asset }) => asset.state === 'ready')));
  }, null, { timeout: 60_000 });
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 400); }));
  return (await page.screenshot()).toString('base64');
}

test('a screen at an angle shows what the eye sees through it', options, async () => {
  const eye = [40, -30, 620];
  const [yaw, pitch] = [0.5, -0.12];
  const position = [90, 20, 40];
  const [width, height] = [300, 220];
  const wall = { width: WIDTH, height: HEIGHT, camera: 'solid', view: 'window', eye };
  bridge.removeWall('parts');
  bridge.setWall('whole', { ...wall, members: [{ display: 'whole', x: 0, y: 0, width: WIDTH, height: HEIGHT }] });
  const whole = await shoot('whole', [WIDTH, HEIGHT]);
  for (const turn of [0, 90]) {
    bridge.setWall('parts', { ...wall, members: [{ display: 'angled', x: 260, y: 110, width, height, turn, position, yaw, pitch }] });
    const picture = await shoot('angled', turn === 0 ? [width, height] : [height, width]);
    const part = await page.evaluate(async ({ whole: png, picture: piece, eye: from, position: middle, yaw: a, pitch: b, size: [w, h], turn: turned }) => {
      const pixels = async (data, angle, across, along) => {
        const image = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/png' }));
        const g = new OffscreenCanvas(across, along).getContext('2d');
        g.translate(across / 2, along / 2);
        g.rotate((angle * Math.PI) / 180);
        g.drawImage(image, -image.width / 2, -image.height / 2);
        return g.getImageData(0, 0, across, along).data;
      };
      const complete = await pixels(png, 0, 640, 480);
      const shown = await pixels(piece, turned, w, h);
      // the screen's axes: turned about the vertical, and within that about the horizontal
      const right = [Math.cos(a), 0, -Math.sin(a)];
      const up = [Math.sin(a) * Math.sin(b), Math.cos(b), Math.cos(a) * Math.sin(b)];
      let other = 0;
      let count = 0;
      for (let j = 2; j < h - 2; j++) {
        for (let i = 2; i < w - 2; i++) {
          const [u, v] = [i + 0.5 - w / 2, h / 2 - j - 0.5];
          const at = [0, 1, 2].map((k) => middle[k] + right[k] * u + up[k] * v);
          const along = from[2] / (from[2] - at[2]);
          const x = from[0] + (at[0] - from[0]) * along + 320;
          const y = 240 - (from[1] + (at[1] - from[1]) * along);
          if (x < 3 || y < 3 || x > 636 || y > 476) continue;
          count++;
          // the most alike pixel of those around it, since each picture has pixels of its own
          let least = 255;
          for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
              const p = ((Math.floor(y) + dy) * 640 + Math.floor(x) + dx) * 4;
              const q = (j * w + i) * 4;
              least = Math.min(least, Math.max(...[0, 1, 2].map((k) => Math.abs(complete[p + k] - shown[q + k]))));
            }
          }
          if (least > 24) other++;
        }
      }
      return { other: other / count, count };
    }, { whole, picture, eye, position, yaw, pitch, size: [width, height], turn });
    await compare(`angled-${turn}`, whole, [{ picture, x: 260, y: 110, width, height, turn }]);
    assert.ok(part.count > 30_000, `${part.count} pixels are to be compared`);
    assert.ok(part.other < 0.02, `turned ${turn}: ${(part.other * 100).toFixed(2)} % of the pixels are others`);
  }
});
