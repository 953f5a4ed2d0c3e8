/**
 * The scene, the walls and the manners of the pages in Chromium, against a running distribution.
 *
 *   COMPOSITOR_HTTP   where it listens; without it everything here is skipped
 *   COMPOSITOR_DATA   its data folder, for the settings (optional)
 *   SCREENSHOTS       folder for pictures (optional)
 */

import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { cannot, openBrowser, openPage, screenshot, untilViews, views } from './chromium.mjs';

const options = { skip: cannot, timeout: 180_000 };
const data = process.env.COMPOSITOR_DATA;
const GEAR = 'models/gear.glb';

let browser;
let opened = [];

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });
afterEach(async () => {
  for (const { page } of opened) await page.close();
  opened = [];
}, { timeout: 30_000 });

const open = async (path, more) => {
  const result = await openPage(browser.context, path, more);
  opened.push(result);
  await untilViews(result.page, (now) => Object.values(now).every(({ view, frames }) => view && frames > 1), 'first frames', 60_000);
  return result;
};
const quiet = () => { for (const { problems } of opened) assert.deepEqual(problems, []); };
const transact = (page, ops) => page.evaluate((all) => window.compositor.client.transact(all).then(({ seq }) => seq), ops);
const put = (id, position, more) => ({ op: 'put', model: { id, uri: GEAR, position, ...more } });

/** What draws the stage on a page or a wall, in the page. */
const inPage = () => {
  window.stageDisplay = () => window.compositor.panels?.['3d'].display ?? window.compositor.screens.get('3d').display;
  window.drawnAt = (id) => {
    const entry = window.stageDisplay().models.entries.get(id);
    return entry === undefined ? null : { position: entry.matrix.elements.slice(12, 15), matrix: entry.matrix.elements.slice(), state: entry.asset.state };
  };
};
/** Where models are drawn, once all are there with their assets. */
const drawn = async (page, ids) => {
  await page.evaluate(inPage);
  await page.waitForFunction((all) => all.every((id) => window.drawnAt(id)?.state === 'ready'), ids, { timeout: 60_000 });
  return page.evaluate((all) => Object.fromEntries(all.map((id) => [id, window.drawnAt(id).position])), ids);
};
const close = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 1e-6);
const untilDrawn = async (page, id, position) => {
  await page.waitForFunction(([which, wanted]) => {
    const at = window.drawnAt(which)?.position;
    return at !== undefined && wanted.every((value, i) => Math.abs(value - at[i]) < 1e-6);
  }, [id, position], { timeout: 30_000 });
};
/** A point of the page over a world point of the stage. */
const over = (page, point) => page.evaluate((at) => {
  const display = window.stageDisplay();
  const canvas = display.renderer.domElement;
  const place = display.ground.position.clone().fromArray(at).project(display.camera);
  const box = canvas.getBoundingClientRect();
  return [box.left + ((place.x + 1) / 2) * box.width, box.top + ((1 - place.y) / 2) * box.height];
}, point);
/** A point of the page over a handle: how far that is from the middle of the handles, in units of their size. */
const handle = async (page, [x, y, z]) => over(page, await page.evaluate((away) => {
  const { handles, camera } = window.stageDisplay();
  const { position } = handles.pivot;
  const size = (position.distanceTo(camera.position) * Math.min(1.9 * Math.tan((Math.PI * camera.fov) / 360), 7) * handles.controls.size) / 4;
  return position.toArray().map((value, i) => value + away[i] * size);
}, [x, y, z]));
/** Drags from a point of the page and lets go; gives the models named, once the server has confirmed that they changed. */
const dragModels = async (page, [x, y], [dx, dy], ids, during = async () => {}) => {
  const before = await page.evaluate((all) => all.map((id) => window.compositor.client.scene.models.get(id)), ids);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx, y + dy, { steps: 6 });
  await during();
  await page.mouse.up();
  const settled = await page.waitForFunction(([all, old]) => {
    const { scene } = window.compositor.client;
    const now = all.map((id) => scene.models.get(id));
    return scene.unconfirmed === 0 && window.stageDisplay().handles.drag === null && JSON.stringify(now) !== JSON.stringify(old) && now;
  }, [ids, before], { timeout: 30_000 });
  return settled.jsonValue();
};
/** Waits until a page draws models exactly as another does. */
const untilDrawnAs = async (page, reference, ids) => {
  const matrices = await reference.evaluate((all) => all.map((id) => window.drawnAt(id).matrix), ids);
  await page.waitForFunction(([all, wanted]) => all.every((id, i) => window.drawnAt(id)?.matrix.every((value, k) => Math.abs(value - wanted[i][k]) < 1e-6)),
    [ids, matrices], { timeout: 30_000 });
};
/** Chooses a tool, whose handles are there behind the next frame. */
const tool = async (page, name) => {
  await page.locator(`.tools [data-tool="${name}"]`).click();
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  await page.waitForFunction((mode) => {
    const { controls } = window.stageDisplay().handles;
    return controls.mode === mode && controls.object !== undefined;
  }, name, { timeout: 30_000 });
};
/** A small window is drawn more often where the processor draws. */
const small = { prepare: (page) => page.setViewportSize({ width: 960, height: 600 }) };
/** The page looks by itself, from home, whatever lens the recording had at that moment. */
const freeAtHome = async (page) => {
  await page.locator('.panel[data-kind="3d"] .picture').focus();
  await page.keyboard.press('f');
  await page.keyboard.press('Home');
  await page.evaluate(() => window.compositor.panels['3d'].drive((view) => ({ ...view, projection: { type: 'perspective', yfov: 0.785, znear: 0.1, zfar: 1000 } })));
  await untilViews(page, (now) => now['3d'].view.position[2] === 6.5 && now['3d'].view.projection.yfov === 0.785, 'home');
};

test('two pages and a wall show the same scene, and what is dragged by its handle moves on all', options, async () => {
  const one = await open('/3d?camera3d=stage');
  const two = await open('/?camera2d=tour&camera3d=stage');
  const wall = await open('/wall/scene-test?camera=stage');
  await transact(one.page, [
    { op: 'clear' }, put('gear', [0, 1.2, 0], { label: 'Main gear' }), put('small', [1.4, 0.6, 0.4], { scale: [0.5, 0.5, 0.5] }),
    { op: 'put', model: { id: 'wall', uri: 'models/display-wall.glb', position: [0, 0, -2.5] } },
    { op: 'put', model: { id: 'cam', uri: 'models/studio-camera.glb', position: [-2, 0, 0.5], label: 'Camera 1' } },
    { op: 'select', ids: ['gear'] },
  ]);
  const pages = [one.page, two.page, wall.page];
  const ids = ['gear', 'small', 'wall', 'cam'];
  const all = await Promise.all(pages.map((page) => drawn(page, ids)));
  for (const places of all) assert.deepEqual(places, all[0]);

  await freeAtHome(one.page);
  const [{ position: moved }] = await dragModels(one.page, await handle(one.page, [0.6, 0, 0]), [-140, 3], ['gear'], () => screenshot(one.page, '3d-dragging'));
  assert.ok(moved[0] < -0.3, `moved to ${moved}`);
  assert.ok(Math.abs(moved[1] - 1.2) < 1e-9 && Math.abs(moved[2]) < 1e-9, `the handle of x moved it to ${moved}`);
  for (const page of pages) await untilDrawn(page, 'gear', moved);

  const late = await open('/3d?camera3d=stage');
  const places = await drawn(late.page, ids);
  assert.ok(close(places.gear, moved), `late: ${places.gear}`);
  assert.deepEqual(await late.page.evaluate(() => [...window.compositor.client.scene.selected]), ['gear']);
  await screenshot(wall.page, 'wall');
  quiet();
});

test('the rings turn a model, the same on another page, and undo turns it back', options, async () => {
  const one = await open('/3d?camera3d=stage', small);
  const two = await open('/3d?camera3d=stage', small);
  await transact(one.page, [{ op: 'clear' }, put('gear', [0, 1.2, 0]), { op: 'select', ids: ['gear'] }]);
  for (const { page } of [one, two]) await drawn(page, ['gear']);
  await freeAtHome(one.page);
  await tool(one.page, 'rotate');
  // The ring about z, between the other two.
  const [turned] = await dragModels(one.page, await handle(one.page, [0.5 * Math.SQRT1_2, 0.5 * Math.SQRT1_2, 0]), [-40, 20], ['gear'], () => screenshot(one.page, '3d-rotating'));
  const [x, y, z, w] = turned.orientation;
  assert.ok(Math.abs(x) < 1e-9 && Math.abs(y) < 1e-9 && Math.abs(z) > 0.05, `the ring about z turned it to ${turned.orientation}`);
  assert.ok(Math.abs(Math.hypot(z, w) - 1) < 1e-9, `${turned.orientation}`);
  assert.deepEqual([turned.position, turned.scale], [[0, 1.2, 0], [1, 1, 1]]);
  await untilDrawnAs(one.page, one.page, ['gear']);
  await untilDrawnAs(two.page, one.page, ['gear']);
  await one.page.keyboard.press('Control+z');
  await two.page.waitForFunction(() => window.compositor.client.scene.models.get('gear').orientation[3] === 1, null, { timeout: 30_000 });
  quiet();
});

test('the handles of scale stretch a model along one axis, the same on another page', options, async () => {
  const one = await open('/3d?camera3d=stage', small);
  const two = await open('/3d?camera3d=stage', small);
  await transact(one.page, [{ op: 'clear' }, put('gear', [0, 1.2, 0]), { op: 'select', ids: ['gear'] }]);
  for (const { page } of [one, two]) await drawn(page, ['gear']);
  await freeAtHome(one.page);
  await tool(one.page, 'scale');
  const [{ position, orientation, scale }] = await dragModels(one.page, await handle(one.page, [0.5, 0, 0]), [80, 2], ['gear'], () => screenshot(one.page, '3d-scaling'));
  assert.ok(scale[0] > 1.2, `stretched to ${scale}`);
  assert.deepEqual([scale.slice(1), position, orientation], [[1, 1], [0, 1.2, 0], [0, 0, 0, 1]]);
  await untilDrawnAs(two.page, one.page, ['gear']);
  quiet();
});

test('several selected models are moved and turned together, about the middle between them', options, async () => {
  const one = await open('/3d?camera3d=stage', small);
  const two = await open('/3d?camera3d=stage', small);
  const ids = ['left', 'right'];
  await transact(one.page, [
    { op: 'clear' }, put('left', [-1, 1.2, 0], { scale: [0.5, 0.5, 0.5] }), put('right', [1, 1.2, 0], { scale: [0.5, 0.5, 0.5], orientation: [0, 0.6, 0, 0.8] }),
    put('aside', [0, 0.5, -2]), { op: 'select', ids },
  ]);
  for (const { page } of [one, two]) await drawn(page, [...ids, 'aside']);
  await freeAtHome(one.page);
  await tool(one.page, 'translate');
  const moved = await dragModels(one.page, await handle(one.page, [0, 0.6, 0]), [3, -90], ids, () => screenshot(one.page, '3d-several'));
  const [left, right] = moved.map(({ position }) => position);
  assert.ok(left[1] > 1.4, `moved to ${left}`);
  assert.ok(close(left, [-1, right[1], 0]) && close(right, [1, left[1], 0]), `one to ${left}, the other to ${right}`);
  await untilDrawnAs(two.page, one.page, ids);

  await tool(one.page, 'rotate');
  const turned = await dragModels(one.page, await handle(one.page, [0.5 * Math.SQRT1_2, 0.5 * Math.SQRT1_2, 0]), [-30, 15], ids, () => screenshot(one.page, '3d-several-rotating'));
  const [a, b] = turned.map(({ position }) => position);
  assert.ok(close(a.map((value, i) => (value + b[i]) / 2), [0, left[1], 0]), `the middle between ${a} and ${b}`);
  assert.ok(Math.abs(Math.hypot(...a.map((value, i) => value - b[i])) - 2) < 1e-6 && Math.abs(a[1] - left[1]) > 0.1, `${a} and ${b}`);
  assert.ok(turned.every(({ orientation }, i) => !close(orientation, moved[i].orientation)), 'each is turned itself');
  await untilDrawnAs(two.page, one.page, [...ids, 'aside']);
  assert.deepEqual(await two.page.evaluate(() => window.compositor.client.scene.models.get('aside').position), [0, 0.5, -2]);
  quiet();
});

test('a model and its camera come out in the same frame on the others', options, async () => {
  const one = await open('/3d?camera3d=stage');
  const others = [await open('/3d?camera3d=stage'), await open('/wall/frame-test?camera=stage')];
  await transact(one.page, [{ op: 'clear' }, put('gear', [0, 1, 0])]);
  for (const { page } of others) {
    await drawn(page, ['gear']);
    await page.evaluate(() => {
      const display = window.stageDisplay();
      const render = display.render.bind(display);
      window.seen = [];
      display.render = (view, ...rest) => {
        const [, marker] = view.position;
        // Only the views of the test lie so high.
        if (marker > 100) window.seen.push([marker, window.drawnAt('gear').position[1]]);
        return render(view, ...rest);
      };
    });
  }
  // The camera rises with the model, by one metre each time; cuts, so that each frame shows one transaction and nothing between. How
  // many of them are drawn depends on the machine: it goes on until there are enough.
  await one.page.evaluate(() => {
    const { client } = window.compositor;
    const drag = client.drag({ rate: 30 });
    const rise = async () => {
      let i = 0;
      do {
        i++;
        const view = { kind: '3d', position: [0, 100 + i, 6], orientation: [0, 0, 0, 1], projection: { type: 'perspective', yfov: 0.8, znear: 0.1 } };
        drag.update([{ op: 'patch', id: 'gear', position: [0, 100 + i, 0] }], { camera: 'stage', view, cut: true });
        await new Promise((resolve) => setTimeout(resolve, 50));
      } while (!window.enough);
      await drag.end();
      return 100 + i;
    };
    window.risen = rise();
  });
  for (const { page } of others) {
    await page.waitForFunction(() => new Set(window.seen.map(([camera]) => camera)).size >= 10, null, { timeout: 30_000 });
  }
  const top = await one.page.evaluate(() => {
    window.enough = true;
    return window.risen;
  });
  for (const { page } of others) {
    await page.waitForFunction((last) => window.seen.at(-1)[0] === last, top, { timeout: 30_000 });
    const seen = await page.evaluate(() => window.seen);
    assert.deepEqual(seen.filter(([camera, model]) => camera !== model), [], 'frames with one but not the other');
  }
  quiet();
});

test('a model is added from the list, named, removed, and undo brings it back', options, async () => {
  const one = await open('/3d?camera3d=stage');
  const two = await open('/3d?camera3d=stage');
  await transact(one.page, [{ op: 'clear' }]);
  await one.page.keyboard.press('o');
  await one.page.locator('#assets button', { hasText: 'gear.glb' }).click();
  await drawn(two.page, ['gear-1']);
  await one.page.locator('#model-label').fill('Drive');
  await one.page.locator('#model-label').press('Enter');
  await two.page.waitForFunction(() => window.compositor.client.scene.models.get('gear-1')?.label === 'Drive', null, { timeout: 30_000 });
  await one.page.locator('#models button', { hasText: 'Drive' }).waitFor({ timeout: 30_000 });
  await screenshot(one.page, '3d-models');
  await one.page.locator('#inspector button', { hasText: 'Remove' }).click();
  await two.page.waitForFunction(() => window.compositor.client.scene.models.size === 0, null, { timeout: 30_000 });
  await one.page.locator('.toast button', { hasText: 'Undo' }).click();
  await drawn(two.page, ['gear-1']);
  assert.equal(await two.page.evaluate(() => window.compositor.client.scene.models.get('gear-1').label), 'Drive');
  quiet();
});

test('a press selects what is under it, another beside it lets go', options, async () => {
  const { page } = await open('/3d?camera3d=stage');
  await transact(page, [{ op: 'clear' }, put('gear', [0, 1.2, 0])]);
  await drawn(page, ['gear']);
  await freeAtHome(page);
  const selected = (ids) => page.waitForFunction((wanted) => JSON.stringify([...window.compositor.client.scene.selected]) === wanted, JSON.stringify(ids), { timeout: 30_000 });
  // Beside the hole of its axle, and beside its handles.
  const reach = 0.55 * await page.evaluate(() => window.stageDisplay().models.entries.get('gear').asset.box.max.y);
  const place = await over(page, [-reach, 1.2 - reach, 0]);
  await page.mouse.click(...place);
  await selected(['gear']);
  // Pressed with Shift it is let go, although there are handles at it now.
  await page.keyboard.down('Shift');
  await page.mouse.click(...place);
  await page.keyboard.up('Shift');
  await selected([]);
  await transact(page, [{ op: 'select', ids: ['gear'] }]);
  const box = await page.locator('.picture').boundingBox();
  await page.mouse.click(box.x + box.width * 0.2, box.y + box.height * 0.3);
  await selected([]);
  quiet();
});

test('free is one key: others do not follow, and the same key comes back', options, async () => {
  const one = await open('/2d?camera2d=tour');
  const before = await one.page.evaluate(() => window.compositor.client.control.get('tour')?.session);
  await one.page.keyboard.press('f');
  const box = await one.page.locator('.picture').boundingBox();
  await one.page.mouse.move(box.x + 400, box.y + 300);
  await one.page.mouse.down();
  await one.page.mouse.move(box.x + 500, box.y + 380, { steps: 5 });
  await one.page.mouse.up();
  const still = (await views(one.page))['2d'].view;
  await one.page.waitForFunction(() => document.querySelector('.follow').textContent === 'Free', null, { timeout: 30_000 });
  const seq = await one.page.evaluate(() => window.compositor.client.seq);
  await one.page.waitForFunction((last) => window.compositor.client.seq > last + 30, seq, { timeout: 30_000 });
  assert.deepEqual((await views(one.page))['2d'].view, still);
  assert.equal(await one.page.evaluate(() => window.compositor.client.control.get('tour')?.session), before);
  await one.page.keyboard.press('f');
  await untilViews(one.page, (now) => now['2d'].view.center[0] !== still.center[0], 'the camera again');
  quiet();
});

test('keys that are held move the view for as long, wherever the focus is', options, async () => {
  const { page } = await open('/3d?camera3d=stage');
  await page.keyboard.press('f');
  const before = (await views(page))['3d'].view.position;
  await page.keyboard.down('d');
  await untilViews(page, (now) => Math.hypot(...now['3d'].view.position.map((value, i) => value - before[i])) > 0.6, 'the flight');
  await page.keyboard.up('d');
  await page.waitForFunction(() => !window.compositor.panels['3d'].keys.active, null, { timeout: 30_000 });
  const { frames, view } = (await views(page))['3d'];
  await page.evaluate(() => { window.compositor.panels['3d'].stale = true; });
  await untilViews(page, (now) => now['3d'].frames > frames, 'another frame');
  assert.deepEqual((await views(page))['3d'].view, view);
  quiet();
});

test('two fingers zoom and turn the canvas', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await page.keyboard.press('f');
  const before = (await views(page))['2d'].view;
  const fingers = await page.context().newCDPSession(page);
  const touch = (type, points) => fingers.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch('touchStart', [[500, 400], [700, 400]]);
  for (let i = 1; i <= 10; i++) await touch('touchMove', [[500 - i * 10, 400 - i * 8], [700 + i * 10, 400 + i * 8]]);
  await touch('touchEnd', []);
  const { view } = await untilViews(page, (now) => now['2d'].view.zoom > before.zoom * 1.5, 'the zoom').then((now) => now['2d']);
  assert.ok(view.rotation > before.rotation + 0.2, `${before.rotation} became ${view.rotation}`);
  quiet();
});

test('one finger goes around the stage, two go closer', options, async () => {
  const { page } = await open('/3d?camera3d=stage');
  await transact(page, [{ op: 'clear' }]);
  await freeAtHome(page);
  const home = (await views(page))['3d'].view;
  const fingers = await page.context().newCDPSession(page);
  const touch = (type, points) => fingers.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch('touchStart', [[700, 400]]);
  for (let i = 1; i <= 10; i++) await touch('touchMove', [[700 - i * 15, 400 + i * 5]]);
  await touch('touchEnd', []);
  const { view } = await untilViews(page, (now) => now['3d'].view.position[0] > 1, 'the way around').then((now) => now['3d']);
  // The point that is looked at stays, and so does the way to it.
  const target = ({ position, orientation: [x, y, z, w], focusDistance }) => position.map((value, i) =>
    value - [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)][i] * focusDistance);
  assert.equal(view.focusDistance, home.focusDistance);
  assert.ok(close(target(view), target(home)), `${target(home)} became ${target(view)}`);
  assert.ok(view.position[1] > home.position[1] + 0.3, `${home.position} became ${view.position}`);

  await touch('touchStart', [[600, 400], [800, 400]]);
  for (let i = 1; i <= 10; i++) await touch('touchMove', [[600 - i * 10, 400], [800 + i * 10, 400]]);
  await touch('touchEnd', []);
  await untilViews(page, (now) => now['3d'].view.focusDistance < view.focusDistance * 0.7, 'the way closer');
  quiet();
});

test('the list of displays tells who is there and who drives', options, async () => {
  const one = await open('/2d?camera2d=tour&display=desk');
  const two = await open('/3d?camera3d=stage&display=tablet');
  await one.page.keyboard.press('p');
  const line = (name) => one.page.locator(`#presence li[data-display="${name}"]`);
  await line('desk').locator('.mine', { hasText: 'this one' }).waitFor({ timeout: 30_000 });
  await line('tablet').waitFor({ timeout: 30_000 });
  await one.page.locator('.control').click();
  await line('desk').locator('.drives', { hasText: 'tour' }).waitFor({ timeout: 30_000 });
  await screenshot(one.page, 'presence');
  await two.page.close();
  opened = opened.filter((each) => each !== two);
  // a page that could not say goodbye before it was closed stays for the resume window, which is a minute
  await line('tablet').waitFor({ state: 'detached', timeout: 80_000 });
  await one.page.locator('.control').click();
  quiet();
});

test('a wall has its picture only, at the size that its display declared', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await page.evaluate(async () => {
    const { CompositorClient } = await import(new URL('/compositor-client.js', location.href).href);
    const client = new CompositorClient({
      url: window.compositor.client.options.url, display: 'declared', settings: { width: 800, height: 200, pixelRatio: 1, fit: 'contain' },
    });
    client.connect();
    await client.ready(15_000);
    client.close();
  });
  const wall = await open('/wall/declared?camera=tour');
  const { wall: shown } = await untilViews(wall.page, (now) => now.wall.width === 800, 'the declared size');
  assert.deepEqual([shown.width, shown.height, shown.fit], [800, 200, 'contain']);
  const box = await wall.page.locator('#wall canvas:not([hidden])').boundingBox();
  assert.ok(Math.abs(box.width - 1440) < 1 && Math.abs(box.height - 360) < 1, JSON.stringify(box));
  assert.equal(await wall.page.evaluate(() => document.body.innerText.trim()), '');
  assert.equal(await wall.page.evaluate(() => getComputedStyle(document.body).cursor), 'none');
  assert.equal(await wall.page.locator('button:visible, a:visible, select:visible').count(), 0);
  await wall.page.evaluate(() => window.compositor.client.socket.close(4000, 'test'));
  await wall.page.waitForFunction(() => window.compositor.client.stats.connects > 1, null, { timeout: 20_000 });
  await screenshot(wall.page, 'wall-2d');
  quiet();
});

test('settings are applied while the pages are open', { ...options, skip: options.skip || (data ? false : 'COMPOSITOR_DATA does not name the data folder') }, async () => {
  const { page } = await open('/2d?camera2d=tour');
  const wall = await open('/wall/settings-test?camera=tour');
  const file = join(data, 'compose_config.json');
  const ground = ({ page: on }) => on.evaluate(() => {
    const display = window.compositor.panels?.['2d'].display ?? window.compositor.screens.get('2d').display;
    return display.renderer.background.color.toHex();
  });
  try {
    await writeFile(`${file}.new`, JSON.stringify({ background: '#204060', units: 'mm', grid: { spacing: 50 } }));
    await rename(`${file}.new`, file);
    for (const each of [{ page }, wall]) {
      const end = Date.now() + 60_000;
      while (await ground(each) !== '#204060' && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(await ground(each), '#204060');
    }
    await page.waitForFunction(() => document.querySelector('.readout').textContent.includes(' mm'), null, { timeout: 30_000 });
  } finally {
    await rm(file, { force: true });
  }
  for (const each of [{ page }, wall]) {
    const end = Date.now() + 60_000;
    while (await ground(each) === '#204060' && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 200));
    assert.notEqual(await ground(each), '#204060', 'the defaults are back');
  }
  quiet();
});

test('dark and light as the system says, and as was chosen', options, async () => {
  const { page } = await open('/?camera2d=tour&camera3d=stage', { prepare: (fresh) => fresh.emulateMedia({ colorScheme: 'dark' }) });
  const surface = () => page.evaluate(() => getComputedStyle(document.querySelector('.bar')).backgroundColor);
  await transact(page, [{ op: 'clear' }, put('gear', [0, 1.2, 0], { label: 'Main gear' }), put('second', [1.9, 1.2, -0.8])]);
  await drawn(page, ['gear']);
  const dark = await surface();
  await screenshot(page, 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction((before) => getComputedStyle(document.querySelector('.bar')).backgroundColor !== before, dark, { timeout: 30_000 });
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 600); }));
  await screenshot(page, 'light');
  const light = await surface();
  for (let i = 0; i < 2; i++) await page.locator('#appearance').click();
  assert.equal(await surface(), dark);
  await page.reload();
  await page.waitForFunction(() => window.compositor?.client.state === 'connected', null, { timeout: 20_000 });
  assert.equal(await surface(), dark, 'the choice is kept');
  await page.locator('#appearance').click();
  assert.equal(await surface(), light, 'as the system says again');
  quiet();
});

test('everything that can be pressed has a name, keys reach it, and nothing moves for those who want it still', options, async () => {
  const { page } = await open('/?camera2d=tour&camera3d=stage', { prepare: (fresh) => fresh.emulateMedia({ reducedMotion: 'reduce' }) });
  await page.keyboard.press('o');
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, a, input, select, canvas[tabindex]')]
    .filter((element) => element.checkVisibility())
    .filter((element) => !(element.getAttribute('aria-label') || element.textContent.trim() || element.title || element.labels?.length > 0))
    .map((element) => element.outerHTML));
  assert.deepEqual(nameless, []);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate(() => document.activeElement), null);
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'solid');
  await page.keyboard.press('?');
  await page.locator('#help[open]').waitFor({ timeout: 30_000 });
  await screenshot(page, 'help');
  await page.keyboard.press('Escape');
  await page.locator('#help[open]').waitFor({ state: 'detached', timeout: 30_000 });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  quiet();
});

test('on a phone nothing sticks out and everything is large enough for a finger', options, async () => {
  const prepare = async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const device = await page.context().newCDPSession(page);
    await device.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    await device.send('Emulation.setEmulatedMedia', { features: [{ name: 'pointer', value: 'coarse' }, { name: 'prefers-color-scheme', value: 'dark' }] });
  };
  for (const [path, name] of [['/2d?camera2d=tour', 'phone-2d'], ['/3d?camera3d=stage', 'phone-3d']]) {
    const { page } = await open(path, { prepare });
    if (name === 'phone-3d') {
      await transact(page, [{ op: 'clear' }, put('gear', [0, 1.2, 0], { label: 'Main gear' }), { op: 'select', ids: ['gear'] }]);
      await drawn(page, ['gear']);
      await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 600); }));
    }
    const found = await page.evaluate(() => [...document.querySelectorAll('button, select, .views a')].filter((element) => element.checkVisibility()).map((element) => {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      return { name: element.title || element.textContent, inside: left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight, width, height };
    }));
    assert.deepEqual(found.filter(({ inside }) => !inside), []);
    if (await page.evaluate(() => matchMedia('(pointer: coarse)').matches)) {
      assert.deepEqual(found.filter(({ width, height }) => Math.min(width, height) < 40), []);
    }
    await screenshot(page, name);
  }
  quiet();
});
