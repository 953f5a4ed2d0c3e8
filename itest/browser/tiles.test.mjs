/** The canvas with tiles, and far from its origin, in Chromium, against the stand-in of the pages, which has tiles. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cannot, openBrowser, openPage, screenshot, untilViews } from './chromium.mjs';

const options = { skip: cannot, timeout: 180_000 };

let browser;
let bridge;

before(async () => {
  if (cannot) return;
  const { startBridge } = await import('../../bundles/web/dev/bridge.mjs');
  bridge = await startBridge({ rate: 30 });
  browser = await openBrowser();
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  await bridge?.stop();
}, { timeout: 30_000 });

/** A page that looks by itself, so that it stands still. */
const open = async () => {
  const { page, problems } = await openPage(browser.context, '/2d?camera2d=tour', { host: bridge.url });
  await untilViews(page, (now) => now['2d'].frames > 1, 'first frames', 30_000);
  await page.keyboard.press('f');
  return { page, problems };
};

test('tiles come by level of detail, and coarse ones stand in until the fine ones are there', options, async () => {
  bridge.settings.canvas = { tiles: '/tiles/{z}/{x}/{y}.png', tileSize: 256, maxZoom: 20 };
  const { page, problems } = await open();
  // Wherever the recording was: far enough out that there are finer tiles.
  await page.waitForFunction(() => {
    const panel = window.compositor.panels['2d'];
    return panel.view?.zoom === 0.1 || (panel.drive((view) => ({ ...view, zoom: 0.1 })) && false);
  }, null, { timeout: 60_000 });
  const complete = () => page.waitForFunction(() => {
    const { pyramid } = window.compositor.panels['2d'].display.tileLayer;
    return pyramid?.wanted.length > 0 && pyramid.wanted.every(({ z, x, y }) => pyramid.ready.has(`${z}/${x}/${y}`));
  }, null, { timeout: 60_000 });
  await complete();
  const level = () => page.evaluate(() => window.compositor.panels['2d'].display.tileLayer.pyramid.wanted[0].z);
  const before = await level();
  await page.evaluate(() => {
    window.empty = 0;
    const { tileLayer } = window.compositor.panels['2d'].display;
    const draw = tileLayer.draw.bind(tileLayer);
    tileLayer.draw = (...all) => {
      const drew = draw(...all);
      if (tileLayer.pyramid.drawn.length === 0) window.empty++;
      return drew;
    };
  });
  for (let i = 0; i < 6; i++) await page.locator('.zoom .in').click();
  await page.waitForFunction((was) => window.compositor.panels['2d'].display.tileLayer.pyramid.wanted[0]?.z > was, before, { timeout: 60_000 });
  await complete();
  assert.equal(await page.evaluate(() => window.empty), 0, 'frames without any tile');
  await screenshot(page, 'tiles');
  // Tiles that leave the view while they are loaded are called off.
  assert.deepEqual(problems.filter((problem) => !/\/tiles\/\S+ net::ERR_ABORTED$/.test(problem)), []);
  await page.close();
  bridge.settings.canvas = { tiles: null, tileSize: 256, maxZoom: 20 };
});

test('tilesets of the sequence show by their order, and all tiles of a change in one frame', options, async () => {
  const tileset = { id: 'world', origin: [-1024, -1024], size: 256, pixels: 256, maxZoom: 3, address: '/tiles/world/{v}/{z}/{x}/{y}' };
  const square = (v) => Array.from({ length: 16 }, (_, i) => [3, 2 + (i % 4), 2 + (i >> 2), v]);
  bridge.changeTiles([
    { op: 'declare', tileset }, { op: 'put', tileset: 'world', tiles: [[0, 0, 0, 1], ...square(1)] },
    { op: 'declare', tileset: { ...tileset, id: 'names', order: 1, opacity: 0.5, maxZoom: 0, size: 512, origin: [0, 0], address: '/tiles/names/{v}/{z}/{x}/{y}' } },
    { op: 'put', tileset: 'names', tiles: [[0, 0, 0, 1]] },
  ]);
  const { page, problems } = await open();
  const shows = (versions) => page.waitForFunction((wanted) => {
    const { drawn } = window.compositor.panels['2d'].display.tilesetLayer.tilesets;
    return drawn.length > 0 && String([...new Set(drawn.map(({ key }) => key.split(' ')[2]))].sort()) === wanted;
  }, versions, { timeout: 60_000 });
  await page.evaluate(() => window.compositor.panels['2d'].drive((view) => ({ ...view, center: [0, 0], zoom: 1, rotation: 0 })));
  await shows('1');
  await page.waitForFunction(() => {
    const { images, loading } = window.compositor.panels['2d'].display.tilesetLayer.tilesets;
    return images.size > 2 && loading.size === 0;
  }, null, { timeout: 60_000 });
  const alphas = await page.evaluate(() => window.compositor.panels['2d'].display.tilesetLayer.container.children.filter(({ visible }) => visible).map(({ alpha }) => alpha));
  assert.equal(alphas.at(-1), 0.5, 'the upper layer comes last');
  assert.ok(alphas.slice(0, -1).every((alpha) => alpha === 1));

  // Each picture of the change takes another time.
  bridge.pictures.delay = ({ x, y, v }) => (v === 2 ? (x * 7 + y * 3) * 10 : 0);
  await page.evaluate(() => {
    window.mixed = [];
    const { tilesetLayer } = window.compositor.panels['2d'].display;
    const draw = tilesetLayer.draw.bind(tilesetLayer);
    tilesetLayer.draw = (...all) => {
      const drew = draw(...all);
      const versions = [...new Set(tilesetLayer.tilesets.drawn.map(({ key }) => key.split(' ')).filter(([address, place]) => address.includes('world') && place.startsWith('3/')).map(([, , v]) => v))];
      if (versions.length !== 1) window.mixed.push(versions);
      return drew;
    };
  });
  bridge.changeTiles([{ op: 'put', tileset: 'world', tiles: [[0, 0, 0, 2], ...square(2)] }, { op: 'put', tileset: 'names', tiles: [[0, 0, 0, 2]] }]);
  await shows('2');
  assert.deepEqual(await page.evaluate(() => window.mixed), [], 'frames with old and new tiles, or with none');
  const there = new Set(['0/0/0 1', '0/0/0 2', ...[...square(1), ...square(2)].map(([z, x, y, v]) => `${z}/${x}/${y} ${v}`)]);
  assert.deepEqual(bridge.pictures.asked.filter((asked) => !there.has(asked)), [], 'pictures that there are none of');
  await screenshot(page, 'tilesets');
  bridge.changeTiles([{ op: 'drop', tileset: 'world' }, { op: 'drop', tileset: 'names' }]);
  await page.waitForFunction(() => window.compositor.panels['2d'].display.tilesetLayer.tilesets.drawn.length === 0, null, { timeout: 60_000 });
  assert.deepEqual(problems, []);
  await page.close();
});

test('tiles, models and a camera of one transaction show in one frame, on each of three pages', options, async () => {
  const tileset = { id: 'floor', origin: [-4096, -4096], size: 256, pixels: 256, maxZoom: 5, address: '/tiles/floor/{v}/{z}/{x}/{y}' };
  const tiles = (v) => [[0, 0, 0, v], ...Array.from({ length: 200 }, (_, i) => [5, 8 + (i % 20), 11 + Math.floor(i / 20), v])];
  const scene = (x, op) => ['one', 'two'].map((id) => (op === 'put' ? { op, model: { id, uri: 'models/gear.glb', position: [x, 1, 0] } } : { op, id, position: [x, 1, 0] }));
  const view = (x) => ({ kind: '2d', center: [x, 0], zoom: 1, rotation: 0, size: [1280, 720] });
  bridge.pictures.delay = () => 0;
  bridge.changeTiles([{ op: 'declare', tileset }, { op: 'put', tileset: 'floor', tiles: tiles(1) }], { scene: scene(1, 'put'), camera: { camera: 'flat', view: view(-600) } });
  const prepare = (page) => page.addInitScript(() => {
    /** Of each frame: where the camera is, which versions of the tiles are drawn, where the models are. */
    window.frames = [];
    window.watch = () => {
      const { '2d': flat, '3d': solid } = window.compositor.panels;
      flat.page.together.longest = Infinity;
      const frame = solid.frame.bind(solid);
      solid.frame = (...all) => {
        const drew = frame(...all);
        const versions = new Set(flat.display.tilesetLayer.tilesets.drawn.map(({ key }) => key.split(' ')[2]));
        const places = new Set([...solid.follower.timeline.shown.models.values()].map(({ position }) => position[0]));
        const now = `camera ${flat.view?.center[0]}, tiles ${[...versions]}, models ${[...places]}`;
        if (window.frames.at(-1) !== now) window.frames.push(now);
        return drew;
      };
    };
  });
  const opened = [];
  for (let i = 0; i < 3; i++) {
    const { page, problems } = await openPage(browser.context, '/?camera2d=flat&camera3d=stage&fit=same-scale', { host: bridge.url, prepare });
    await page.waitForFunction(() => Object.values(window.compositor.panels).every(({ display, view }) => display && view), null, { timeout: 60_000 });
    await page.evaluate(() => window.watch());
    opened.push({ page, problems });
  }
  const shows = (state) => Promise.all(opened.map(({ page }) => page.waitForFunction((wanted) => window.frames.at(-1) === wanted, state, { timeout: 60_000 })));
  await shows('camera -600, tiles 1, models 1');
  for (const { page } of opened) await page.evaluate(() => window.frames.splice(0, window.frames.length - 1));
  // Each picture takes another time, and the camera goes to where none of them was in view.
  bridge.pictures.delay = ({ x, y, v }) => (v === 1 ? 0 : ((x * 7 + y * 3) * 13) % 500);
  bridge.changeTiles([{ op: 'put', tileset: 'floor', tiles: tiles(2) }], { scene: scene(2, 'patch'), camera: { camera: 'flat', view: view(600), cut: true } });
  await shows('camera 600, tiles 2, models 2');
  bridge.changeTiles([{ op: 'put', tileset: 'floor', tiles: tiles(3) }], { scene: scene(3, 'patch') });
  await shows('camera 600, tiles 3, models 3');
  for (const { page, problems } of opened) {
    assert.deepEqual(await page.evaluate(() => window.frames), ['camera -600, tiles 1, models 1', 'camera 600, tiles 2, models 2', 'camera 600, tiles 3, models 3']);
    assert.deepEqual(problems.filter((problem) => !/net::ERR_ABORTED$/.test(problem)), []);
    await page.close();
  }
  bridge.change([{ op: 'clear' }]);
  bridge.changeTiles([{ op: 'drop', tileset: 'floor' }]);
});

test('ten million units from the origin lines and coordinates stand where they belong', options, async () => {
  const { page, problems } = await open();
  await page.evaluate(() => window.compositor.panels['2d'].drive((view) => ({ ...view, center: [1e7 + 0.25, -1e7], zoom: 500, rotation: 0 })));
  await untilViews(page, (now) => now['2d'].view.center[0] > 9e6, 'the place');
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  const { labels, lines } = await page.evaluate(() => {
    const { display } = window.compositor.panels['2d'];
    const shown = (container) => container.children.filter(({ visible }) => visible);
    return {
      labels: shown(display.labels).map(({ text, x, y }) => ({ text, x, y })),
      lines: shown(display.lines).filter(({ width }) => width < 3).map(({ x, width }) => x + width / 2),
    };
  });
  // The coordinate beside x = 10,000,000 stands 125 pixels to the left of the middle (and six to the right of its line).
  const there = labels.find(({ text }) => text === '10\u2009000\u2009000, −10\u2009000\u2009000 px');
  assert.ok(there !== undefined, JSON.stringify(labels.map(({ text }) => text)));
  assert.deepEqual([there.x, there.y], [-125 + 6, 5]);
  assert.ok(lines.some((x) => x === -125), `no line at -125 among ${lines}`);
  await screenshot(page, 'far');
  assert.deepEqual(problems, []);
  await page.close();
});
