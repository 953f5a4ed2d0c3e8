/**
 * How fast the pages draw ten cameras and 500 models, in Chromium, against the stand-in of the pages: more models than the bridge takes.
 * The figures are in the report; what is asserted holds on a slow machine without a graphics card, too.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { after, before, test } from 'node:test';
import { cannot, openBrowser, openPage, screenshot } from './chromium.mjs';

const options = { skip: cannot, timeout: 120_000 };
const MODELS = 500;
const MEASURE_MS = 5_000;

let browser;
let bridge;

before(async () => {
  if (cannot) return;
  const { startBridge } = await import('../../bundles/web/dev/bridge.mjs');
  bridge = await startBridge({ rate: 60, more: 8 });
  const uris = ['models/gear.glb', 'models/crate.glb', 'models/column.glb'];
  for (let i = 0; i < MODELS; i += 50) {
    bridge.change(Array.from({ length: 50 }, (_, k) => {
      const n = i + k;
      const position = [(n % 25 - 12) * 1.3, 0.5, 2 - Math.floor(n / 25) * 1.3];
      return { op: 'put', model: { id: `m${n}`, uri: uris[n % 3], position, label: n % 10 === 0 ? `Model ${n}` : undefined } };
    }));
  }
  browser = await openBrowser();
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  await bridge?.stop();
}, { timeout: 30_000 });

const wait = (page, ms) => page.evaluate((time) => new Promise((resolve) => { setTimeout(resolve, time); }), ms);
const open = (path) => openPage(browser.context, path, { host: bridge.url });
const described = ({ framesPerSecond, msPerFrame, longestMs }) =>
  `${framesPerSecond.toFixed(1)} frames/s, ${msPerFrame.toFixed(2)} ms of script per frame, the longest ${longestMs.toFixed(1)} ms`;

for (const [path, name] of [['/3d?camera3d=stage', '3D'], ['/2d?camera2d=tour', '2D with the overview'], ['/?camera2d=tour&camera3d=stage', 'both']]) {
  test(`${name}: ten cameras and ${MODELS} models`, options, async (t) => {
    const { page, problems } = await open(path);
    if (path !== '/2d?camera2d=tour') {
      await page.waitForFunction((count) => {
        const models = window.compositor.panels['3d'].display?.models;
        return models?.entries.size === count && [...models.entries.values()].every(({ asset }) => asset.state === 'ready');
      }, MODELS, { timeout: 30_000 });
      assert.ok(await page.evaluate(() => window.compositor.panels['3d'].display.models.visible) > 100);
    }
    await wait(page, MEASURE_MS);
    await page.waitForFunction(() => window.compositor.stats.drawn > 10, null, { timeout: 30_000 });
    const { stats, calls } = await page.evaluate(() => ({ stats: window.compositor.stats, calls: window.compositor.panels['3d']?.display.renderer.info.render.calls }));
    t.diagnostic(`${name}: ${described(stats)}${calls === undefined ? '' : `, ${calls} draw calls`}`);
    await screenshot(page, `speed-${name.replaceAll(/\W+/g, '-').toLowerCase()}`);
    assert.ok(stats.drawn > 10, `${stats.drawn} frames were drawn`);
    if (calls !== undefined) assert.ok(calls < 60, `${calls} draw calls`);
    assert.deepEqual(problems, []);
    await page.close();
  });
}

const WEB = new URL('../../bundles/web/', import.meta.url);
/** Where each line of the pages came from, by the name of their script. */
const maps = new Map();
function mapOf(script) {
  if (!maps.has(script)) maps.set(script, new SourceMap(JSON.parse(readFileSync(new URL(`target/maps/${script}.map`, WEB), 'utf8'))));
  return maps.get(script);
}
/** Where a function of the pages was written, or null for what the browser brings along. */
function placeOf({ url, lineNumber, columnNumber }) {
  const script = url.split('/').pop();
  if (!url.startsWith(bridge.url)) return null;
  if (script === 'compositor-client.js') return `client/${script}:${lineNumber + 1}`;
  const { originalSource, originalLine } = mapOf(script).findEntry(lineNumber, columnNumber);
  return originalSource === undefined ? null : `${originalSource.replace(/^(\.\.\/)+/, '')}:${originalLine + 1}`;
}

/** Bytes per animation frame that the pages allocate: within their frames and as messages arrive, by their own code and by that of others. */
async function allocated(page, t, ms) {
  const profiler = await page.context().newCDPSession(page);
  const frames = () => page.evaluate(() => window.compositor.stats.frames);
  await profiler.send('HeapProfiler.enable');
  const before = await frames();
  await profiler.send('HeapProfiler.startSampling', { samplingInterval: 256, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true });
  await wait(page, ms);
  const { profile } = await profiler.send('HeapProfiler.stopSampling');
  const count = await frames() - before;
  const bytes = { frame: 0, messages: 0, others: 0 };
  const sites = new Map();
  // What is beside that are the words and figures, which are renewed a few times a second.
  const sum = (node, caller, within) => {
    const { functionName } = node.callFrame;
    // What a function of the browser allocates is its caller's.
    const place = placeOf(node.callFrame) ?? caller;
    const where = within ?? (place === '' ? undefined : functionName === 'frame' ? 'frame' : functionName === '#received' ? 'messages' : undefined);
    if (where !== undefined && node.selfSize > 0) {
      const kind = place.startsWith('node_modules/') ? 'others' : where;
      bytes[kind] += node.selfSize;
      const site = `${kind}: ${functionName || '(anonymous)'} ${place}`;
      sites.set(site, (sites.get(site) ?? 0) + node.selfSize);
    }
    for (const child of node.children) sum(child, place, where);
  };
  sum(profile.head, '', undefined);
  for (const kind of Object.keys(bytes)) bytes[kind] /= count;
  t.diagnostic(`${count} frames; bytes per frame: ${bytes.frame.toFixed(0)} of our own, ${bytes.others.toFixed(0)} of PixiJS and three.js, ${bytes.messages.toFixed(0)} for messages`);
  if (process.env.SITES) for (const [site, size] of [...sites].sort((a, b) => b[1] - a[1]).slice(0, 45)) t.diagnostic(`${(size / count).toFixed(0)} ${site}`);
  return { ...bytes, count };
}

test('a frame leaves next to nothing for the collector', options, async (t) => {
  const { page } = await open('/?camera2d=tour&camera3d=stage');
  // A small picture is drawn often: what is measured then is code that the browser has made up its mind about.
  await page.setViewportSize({ width: 480, height: 540 });
  await page.evaluate(() => window.compositor.panels['2d'].showMap(true));
  await page.waitForFunction(() => window.compositor.client.cameras.size === 10 && ['2d', '3d'].every((kind) => window.compositor.panels[kind].frames > 100), null, { timeout: 90_000 });
  const moving = await allocated(page, t, MEASURE_MS);
  assert.ok(moving.count > 5, `${moving.count} frames were drawn`);
  assert.ok(moving.frame > 0 && moving.others > 0 && moving.messages > 0, 'nothing of it was seen');
  assert.ok(moving.frame < 16_384, `${moving.frame} bytes of our own per frame while ten cameras move`);
  assert.ok(moving.frame + moving.others < 32_768, `${moving.frame + moving.others} bytes per frame while ten cameras move`);

  await page.evaluate(() => { window.compositor.client.socket.onmessage = null; });
  await page.waitForFunction(() => {
    const { stats } = window.compositor;
    if (stats.drawn !== window.rest?.drawn) window.rest = { drawn: stats.drawn, frames: stats.frames };
    return stats.frames > window.rest.frames + 10;
  }, null, { timeout: 60_000 });
  const { drawn } = await page.evaluate(() => window.compositor.stats);
  // Shorter than it takes the client to miss the server.
  const still = await allocated(page, t, 3_000);
  assert.ok(still.frame < 4_096, `${still.frame} bytes of our own per frame while nothing changes`);
  assert.ok(await page.evaluate(() => window.compositor.stats.drawn) - drawn < still.count / 4, 'nothing changes, and yet it is drawn');
  await page.close();
});
