/** The examples in docs/examples/tiles: other viewers show the tiles where our own display shows them, in Chromium, against the stand-in of the pages. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cannot, openBrowser, screenshot } from './chromium.mjs';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/tiles', import.meta.url));
const missing = !cannot && !existsSync(`${EXAMPLES}/node_modules`) && `npm ci was not run in ${EXAMPLES}`;
const options = { skip: cannot || missing, timeout: 180_000 };
const SIZE = { width: 800, height: 600 };
const view = (center, zoom, rotation = 0) => ({ kind: '2d', center, zoom, rotation, size: [SIZE.width, SIZE.height] });
const VIEWS = [view([0, 0], 1), view([-310.5, 180.25], 1.6), view([200, -100], 0.9, 0.35)];

let browser;
let bridge;

before(async () => {
  if (options.skip) return;
  const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: EXAMPLES, encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, stderr);
  const { startBridge } = await import('../../bundles/web/dev/bridge.mjs');
  bridge = await startBridge({ rate: 20, examples: `${EXAMPLES}/dist` });
  bridge.settings.grid.visible = false;
  // of one level, as each viewer chooses levels by a rule of its own
  const tileset = { id: 'world', origin: [-1024, -1024], size: 256, pixels: 256, minZoom: 3, maxZoom: 3, address: '/tiles/world/{v}/{z}/{x}/{y}' };
  bridge.changeTiles([{ op: 'declare', tileset }]);
  browser = await openBrowser({ viewport: SIZE });
}, { timeout: 120_000 });
after(async () => {
  await browser?.close();
  await bridge?.stop();
}, { timeout: 30_000 });

const put = (v) => bridge.changeTiles([{ op: 'put', tileset: 'world', tiles: Array.from({ length: 64 }, (_, i) => [3, i % 8, i >> 3, v]) }]);

async function open(path) {
  const page = await browser.context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${bridge.url}${path}`);
  return { page, problems };
}

/** By how much the middles of two pages differ, on the average of all colours; from 0 to 255. */
async function difference(ours, theirs) {
  const clip = { x: 250, y: 150, width: 300, height: 300 };
  const shots = [];
  for (const page of [ours, theirs]) shots.push((await page.screenshot({ clip })).toString('base64'));
  return ours.evaluate(async (pngs) => {
    const [a, b] = await Promise.all(pngs.map(async (png) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    }));
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
    return sum / a.length / 0.75;
  }, shots);
}

for (const name of ['openseadragon', 'maplibre', 'deckgl', 'pixi']) {
  test(`${name} shows the tiles and follows the camera`, options, async (t) => {
    put(1);
    bridge.drive('flat', VIEWS[0], { cut: true });
    const { page: ours } = await open('/wall/plain?camera=flat');
    const { page: theirs, problems } = await open(`/examples/${name}.html?camera=flat`);
    for (const [what, v, at, change] of [
      ['as it begins', 1, VIEWS[0], () => {}], ['at another place', 1, VIEWS[1], () => bridge.drive('flat', VIEWS[1], { cut: true })],
      ['with other tiles', 2, VIEWS[1], () => put(2)], ['turned', 2, VIEWS[2], () => bridge.drive('flat', VIEWS[2], { cut: true })],
    ]) {
      change();
      await ours.waitForFunction(([version, { center, rotation }]) => {
        const { follower: { view }, screens } = window.compositor;
        const tilesets = screens.get('2d')?.display?.tilesetLayer.tilesets;
        return tilesets !== undefined && tilesets.loading.size === 0 && tilesets.drawn.length > 0 && tilesets.drawn.every(({ key }) => key.endsWith(` ${version}`))
          && String(view.center) === String(center) && view.rotation === rotation;
      }, [v, at], { timeout: 60_000 });
      const end = Date.now() + 60_000;
      let now = 255;
      while (now > 4 && Date.now() < end) {
        await new Promise((resolve) => { setTimeout(resolve, 100); });
        now = await difference(ours, theirs);
      }
      assert.ok(now <= 4, `${what}: it differs by ${now.toFixed(1)}`);
      t.diagnostic(`${what}: it differs by ${now.toFixed(2)}`);
    }
    await screenshot(theirs, `viewer-${name}`);
    assert.deepEqual(problems, []);
    await theirs.close();
    await ours.close();
  });
}
