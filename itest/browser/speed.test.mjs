/**
 * How fast the pages draw ten cameras and 500 models, in Chromium, against the stand-in of the pages: more models than the bridge takes.
 * The figures are in the report; what is asserted holds on a slow machine without a graphics card, too.
 */

import assert from 'node:assert/strict';
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
    // Of the last frames; while the machine has other things to do they take longer.
    await page.waitForFunction((most) => window.compositor.stats.msPerFrame < most, 1_000 / 60, { timeout: 30_000 }).catch(() => {});
    const { stats, calls } = await page.evaluate(() => ({ stats: window.compositor.stats, calls: window.compositor.panels['3d']?.display.renderer.info.render.calls }));
    t.diagnostic(`${name}: ${described(stats)}${calls === undefined ? '' : `, ${calls} draw calls`}`);
    await screenshot(page, `speed-${name.replaceAll(/\W+/g, '-').toLowerCase()}`);
    assert.ok(stats.drawn > 10, `${stats.drawn} frames were drawn`);
    assert.ok(stats.msPerFrame < 1_000 / 60, `the script alone takes ${stats.msPerFrame} ms`);
    if (calls !== undefined) assert.ok(calls < 60, `${calls} draw calls`);
    assert.deepEqual(problems, []);
    await page.close();
  });
}

/** Bytes allocated per frame while everything is drawn anew in each frame and nothing arrives. */
async function allocated(page, kind) {
  await page.evaluate((which) => {
    const { client, panels } = window.compositor;
    client.socket.onmessage = null;
    const again = () => {
      panels[which].stale = true;
      requestAnimationFrame(again);
    };
    again();
  }, kind);
  await wait(page, 500);
  const profiler = await page.context().newCDPSession(page);
  const frames = () => page.evaluate((which) => window.compositor.panels[which].frames, kind);
  const before = await frames();
  await profiler.send('HeapProfiler.startSampling', { samplingInterval: 512, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true });
  await wait(page, 3_000);
  const { profile } = await profiler.send('HeapProfiler.stopSampling');
  const count = await frames() - before;
  const sites = [];
  // What the display's `frame` does, and not the words beside it, which are renewed a few times a second.
  const sum = (node, path, within) => {
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const here = `${functionName || '(anonymous)'} ${url.split('/').pop()}:${lineNumber}:${columnNumber}`;
    const counts = within || (functionName === 'frame' && url.endsWith('/app.js'));
    if (counts && node.selfSize > 0) sites.push([node.selfSize, [...path, here].slice(-3).join(' > ')]);
    return (counts ? node.selfSize : 0) + node.children.reduce((total, child) => total + sum(child, [...path, here], counts), 0);
  };
  const total = sum(profile.head, [], false);
  assert.ok(sites.length > 0, 'nothing of it was seen');
  return { perFrame: total / count, count, sites: sites.sort((a, b) => b[0] - a[0]).slice(0, 12) };
}

for (const [path, kind] of [['/3d?camera3d=stage', '3d'], ['/2d?camera2d=tour', '2d']]) {
  test(`drawing the ${kind.toUpperCase()} display leaves next to nothing for the collector`, options, async (t) => {
    const { page } = await open(path);
    // A small picture is drawn often: what is measured then is code that the browser has made up its mind about.
    await page.setViewportSize({ width: 480, height: 270 });
    await page.waitForFunction((which) => window.compositor.panels[which].frames > 100, kind, { timeout: 60_000 });
    const { perFrame, count, sites } = await allocated(page, kind);
    t.diagnostic(`${kind.toUpperCase()}: ${perFrame.toFixed(0)} bytes per frame over ${count} frames`);
    if (process.env.SITES) for (const [size, site] of sites) t.diagnostic(`${(size / count).toFixed(0)} bytes per frame: ${site}`);
    assert.ok(count > 5, `${count} frames were drawn`);
    assert.ok(perFrame < 16_384, `${perFrame} bytes per frame`);
    await page.close();
  });
}
