/** The first minute with a host that plays the demo, in Chromium. Where: see displays.test.mjs; what comes behind finds no model whose file is gone. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { base, cannot, openBrowser, openPage, screenshot, untilViews } from './chromium.mjs';

const options = { skip: cannot, timeout: 180_000 };
const LIMIT = { timeout: 60_000 };
const data = process.env.COMPOSITOR_DATA;

let browser;
let opened = [];

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => {
  if (cannot) return;
  await browser.close();
  if (data) await rm(join(data, 'models', 'dropped.glb'), { force: true });
}, { timeout: 30_000 });
afterEach(async () => {
  for (const { page } of opened) await page.close();
  opened = [];
}, { timeout: 30_000 });

const open = async (path) => {
  const result = await openPage(browser.context, path);
  opened.push(result);
  await untilViews(result.page, (now) => Object.values(now).every(({ view, frames }) => view && frames > 1), 'first frames', 60_000);
  return result;
};
/** Whether the map of the demo is in view. */
const mapped = () => window.compositor?.panels['2d'].display?.tilesetLayer.tilesets.drawn.some(({ key }) => key.startsWith('/tiles/demo/'));
const steps = (page) => page.locator('#steps');
const toast = (page, text) => page.locator('.toast', { hasText: text }).first();
/** Drops a file on the page; without content, that of a model that comes with the host. */
const drop = (page, name, content = null) => page.evaluate(async ([file, text]) => {
  const bytes = text === null ? await (await fetch('/models/gear.glb')).arrayBuffer() : text;
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], file));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    if (type === 'dragover') window.signShown = !document.getElementById('dropping').hidden;
  }
}, [name, content]);

test('models stand on the stage, the canvas has a map, and the first steps stay closed', options, async () => {
  const { page, problems } = await open('/?camera2d=tour&camera3d=stage');
  await steps(page).waitFor({ ...LIMIT, state: 'visible' });
  assert.equal(await steps(page).locator('li').count(), 3);
  await page.waitForFunction(mapped, null, LIMIT);
  // Who ran these tests before changed the scene.
  await page.waitForFunction(() => { const { models, revision } = window.compositor.client.scene; return models.size >= 3 || revision > 1; }, null, LIMIT);
  await page.waitForFunction(() => [...window.compositor.panels['3d'].display.models.entries.values()].every(({ asset }) => asset.state === 'ready'), null, LIMIT);
  await screenshot(page, 'first-minute');
  await open('/2d?camera2d=tour');
  await page.locator('#steps li:nth-child(1)[data-done]').waitFor(LIMIT);
  await page.getByRole('button', { name: 'Close the first steps' }).click();
  await steps(page).waitFor({ ...LIMIT, state: 'hidden' });
  await page.reload();
  await page.waitForFunction(mapped, null, LIMIT);
  assert.equal(await steps(page).isVisible(), false);
  assert.deepEqual(problems, []);
});

test('a .glb file that is dropped is uploaded and stands on the stage, also on another page', options, async () => {
  const { page } = await open('/3d?camera3d=stage');
  const { page: other } = await open('/3d?camera3d=stage');
  await page.waitForFunction(() => window.compositor.client.scene.known, null, LIMIT);
  await drop(page, 'dropped.glb');
  assert.equal(await page.evaluate(() => window.signShown), true, 'the page says what the drop will do');
  for (const each of [page, other]) {
    await each.waitForFunction(() => {
      const model = [...window.compositor.client.scene.models.values()].find(({ uri }) => uri === 'models/dropped.glb');
      return model !== undefined && window.compositor.panels['3d'].display.models.entries.get(model.id)?.asset.state === 'ready';
    }, null, LIMIT);
  }
  const places = await page.evaluate(() => [...window.compositor.client.scene.models.values()].map(({ position }) => JSON.stringify(position)));
  assert.equal(new Set(places).size, places.length, 'it stands beside the others');
  await page.locator('.tools .undo').click();
  await other.waitForFunction(() => [...window.compositor.client.scene.models.values()].every(({ uri }) => uri !== 'models/dropped.glb'), null, LIMIT);
  await page.locator('.tools .redo:enabled').click();
  await other.waitForFunction(() => [...window.compositor.client.scene.models.values()].some(({ uri }) => uri === 'models/dropped.glb'), null, LIMIT);
  await page.evaluate(() => window.compositor.client.transact([{ op: 'clear' }]).then(() => true));
});

test('what is no model, or has the name of another one, is refused in words', options, async () => {
  const { page } = await open('/3d?camera3d=stage');
  await page.waitForFunction(() => window.compositor.client.scene.known, null, LIMIT);
  await drop(page, 'broken.glb', 'no model at all, just some text');
  await toast(page, 'broken.glb is not taken: a GLB file must begin with glTF').waitFor(LIMIT);
  await drop(page, 'notes.txt', 'text');
  await toast(page, 'notes.txt is no .glb file').waitFor(LIMIT);
  const other = await page.evaluate(async () => {
    const wall = await (await fetch('/models/display-wall.glb')).arrayBuffer();
    const answer = await fetch('/models/gear.glb', { method: 'PUT', body: wall });
    return [answer.status, await answer.text()];
  });
  assert.deepEqual(other, [409, 'there is another model gear.glb already\n']);
  const { models } = await (await fetch(`${base}/models/`)).json();
  assert.equal(models.some(({ name }) => name === 'broken.glb'), false);
});
