/**
 * Displays that are members of one wall show one moment: in Chromium, against a running distribution, some of them behind a link that is
 * slow and scatters. What was on a page when is read off its pictures: the camera's place is the time of its sample. Where: see
 * displays.test.mjs.
 */

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { base, cannot, openBrowser, screenshot } from './chromium.mjs';

const options = { skip: cannot, timeout: 240_000 };
const CAMERA = 'wallsync/clock';
const NAME = 'wallsync';
/** The camera goes on by one world unit in a millisecond. */
const S = 1_000;

let client;
let timer;
let started;
let offset = 0;
/** When the camera moved last, and the longest time that it stood still, ms: a machine that has too much to do says nothing of pages. */
let moved = 0;
let stood = 0;
let cut = false;
const opened = [];
const links = [];

/** A link between a page and the host: each piece is as late as a log-normal distribution says, in order. */
async function link([median, p99]) {
  const [mu, sigma] = [Math.log(median), Math.log(p99 / median) / 2.326];
  const late = () => Math.exp(mu + sigma * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()));
  const { port } = new URL(base);
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]]) {
      const waiting = [];
      let last = 0;
      // one queue: timers that are due in the same millisecond need not run in their order
      const pass = () => {
        while (waiting.length > 0 && waiting[0].due <= performance.now() + 0.5) {
          const { data } = waiting.shift();
          if (data === null) to.destroy();
          else if (!to.destroyed) to.write(data);
        }
        if (waiting.length > 0) setTimeout(pass, Math.max(1, waiting[0].due - performance.now()));
      };
      const put = (data) => {
        last = Math.max(last, performance.now() + late());
        waiting.push({ due: last, data });
        if (waiting.length === 1) setTimeout(pass, Math.max(1, last - performance.now()));
      };
      from.on('data', put);
      from.on('error', () => {});
      from.on('close', () => put(null));
      from.setNoDelay(true);
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  links.push(server);
  return `http://localhost:${server.address().port}`;
}

async function walls(method, body) {
  const answer = await fetch(`${base}/compositor/walls/${NAME}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  if (method !== 'DELETE') assert.equal(answer.status, 200, await answer.text());
}

before(async () => {
  if (cannot) return;
  const { CompositorClient } = await import('../../bundles/web/client/compositor-client.js');
  const { WebSocket } = await import('../../bundles/web/node_modules/ws/wrapper.mjs');
  client = new CompositorClient({ url: `${base.replace('http', 'ws')}/compositor`, display: 'wallsync-driver', WebSocket });
  client.connect();
  await client.ready();
  while (client.clock.samples.length < 5) await new Promise((resolve) => { setTimeout(resolve, 50); });
  started = client.now();
  timer = setInterval(() => {
    const time = client.now();
    stood = Math.max(stood, moved === 0 ? 0 : performance.now() - moved);
    moved = performance.now();
    client.drive(CAMERA, { kind: '2d', center: [(time - started) / 1_000 + offset, 0], zoom: 1, rotation: 0 }, { time, cut });
    cut = false;
  }, 16);
  await walls('DELETE');
  const member = (display, i) => ({ display: `wallsync-${display}`, x: (i % 2) * 330, y: Math.floor(i / 2) * 250, width: 320, height: 240 });
  await walls('PUT', { width: 650, height: 490, unit: 'px', camera: CAMERA, members: ['near', 'busy', 'far', 'gone'].map(member) });
}, { timeout: 60_000 });
after(async () => {
  clearInterval(timer);
  client?.close();
  if (!cannot) await walls('DELETE');
  for (const { browser } of opened) await browser.close();
  for (const server of links) server.close();
}, { timeout: 60_000 });

/** A member's page, in a browser of its own, which notes what it shows at each frame. */
async function open(name, host = base) {
  const browser = await openBrowser({ viewport: { width: 320, height: 240 } });
  const page = browser.context.pages()[0] ?? await browser.context.newPage();
  const one = { name, browser, page };
  opened.push(one);
  await page.goto(`${host}/wall/wallsync-${name}`);
  await page.waitForFunction(() => window.compositor?.wall?.seen !== undefined && window.compositor.follower.view !== null, null, { timeout: 60_000 });
  await page.evaluate(() => {
    window.shown = [];
    requestAnimationFrame(function note(at) {
      // behind the page's own frame, which was asked for before
      const { view } = window.compositor.follower;
      if (view !== null) window.shown.push(performance.timeOrigin + at, view.center[0]);
      if (window.shown.length > 40_000) window.shown.splice(0, 20_000);
      requestAnimationFrame(note);
    });
  });
  return one;
}

/** What a page showed since it was asked last: times of frames, and the places of the camera. */
const shown = async ({ page }) => {
  const flat = await page.evaluate(() => window.shown.splice(0));
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ at: flat[2 * i], x: flat[2 * i + 1] }));
};
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** By how much what is shown at a moment differs between two pages, in ms of movement. */
function apart(a, b) {
  const values = [];
  let j = 0;
  for (const { at, x } of a) {
    while (j + 1 < b.length && b[j + 1].at <= at) j++;
    const [left, right] = [b[j], b[j + 1]];
    if (right === undefined || at < left.at || right.at - left.at > 100) continue;
    values.push(Math.abs(x - (left.x + ((right.x - left.x) * (at - left.at)) / (right.at - left.at))));
  }
  return values;
}

/** How long a frame takes, ms. */
const period = (frames) => quantile(frames.slice(1).map(({ at }, i) => at - frames[i].at), 0.5);

/** Why what pages show says nothing of them: the machine has too much to do, and frames or the camera are late by that. Empty if it has not. */
function tooMuch(all) {
  if (stood > 50) return `the camera stood still for ${Math.round(stood)} ms`;
  for (const [i, frames] of all.entries()) {
    if (frames.length < 100) return `page ${i} drew ${frames.length} frames`;
    const usual = period(frames);
    const late = frames.slice(1).filter(({ at }, k) => at - frames[k].at > 1.6 * usual).length / frames.length;
    if (usual > 25 || late > 0.02) return `a frame of page ${i} takes ${usual.toFixed(1)} ms, and ${(late * 100).toFixed(1)} % of them longer`;
  }
  return '';
}

let pages;

test('pages behind different links show one moment', options, async (t) => {
  pages = await Promise.all([open('near'), link([5, 25]).then((host) => open('busy', host)), link([8, 60]).then((host) => open('far', host))]);
  // the delay grows to what the slowest one needs, and the clocks become known
  await pause(25 * S);
  let tooFar = [];
  let idle = 0;
  for (let round = 1; round <= 5; round++) {
    await Promise.all(pages.map(shown));
    stood = 0;
    await pause(12 * S);
    const frames = await Promise.all(pages.map(shown));
    const frame = Math.max(...frames.map(period));
    const busy = tooMuch(frames);
    const far = [];
    for (let i = 0; i < frames.length; i++) {
      for (let j = 0; j < i; j++) {
        const values = apart(frames[i], frames[j]);
        const said = `${pages[i].name} beside ${pages[j].name}: p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms apart; a frame takes ${frame.toFixed(1)} ms`;
        t.diagnostic(`round ${round}: ${said}${busy === '' ? '' : `; ${busy}`}`);
        if (!(quantile(values, 0.99) < frame)) far.push(said);
      }
    }
    if (far.length === 0) {
      await screenshot(pages[0].page, 'wallsync-near');
      return;
    }
    if (busy !== '') continue;
    idle++;
    tooFar = far;
  }
  if (idle === 0) t.skip('the machine had too much to do each time');
  assert.deepEqual(tooFar, []);
});

/** What pages that were to show a cut at one moment have done else. */
function cutWrongly(all, isNew) {
  const wrong = [];
  const firsts = [];
  for (const [i, frames] of all.entries()) {
    const first = frames.findIndex(({ x }) => isNew(x));
    const between = frames.find(({ x }) => x >= 400_000 && x <= 990_000);
    if (first <= 0) wrong.push(`${pages[i].name} does not show both`);
    else firsts.push({ after: frames[first], before: frames[first - 1] });
    if (between) wrong.push(`${pages[i].name} shows ${between.x}`);
  }
  // no page shows the new picture at a time at which another one, by its own refresh, still shows the old one for more than a frame
  for (const a of firsts) {
    for (const b of firsts) {
      const interval = Math.max(a.after.at - a.before.at, b.after.at - b.before.at, 17);
      const apartBy = a.after.at - b.after.at;
      if (apartBy > 1.5 * interval) wrong.push(`${apartBy} ms apart, frames take ${interval} ms`);
    }
  }
  return wrong;
}

test('a cut shows at one moment on all pages, and nothing between', options, async (t) => {
  for (let attempt = 1; attempt <= 4; attempt++) {
    const to = offset === 0 ? 1e6 : 0;
    await Promise.all(pages.map(shown));
    stood = 0;
    await pause(1 * S);
    cut = true;
    offset = to;
    await pause(3 * S);
    const frames = await Promise.all(pages.map(shown));
    const wrong = cutWrongly(frames, (x) => (x > 500_000) === (to > 0));
    if (wrong.length === 0) return;
    const busy = tooMuch(frames);
    t.diagnostic(`attempt ${attempt}: ${wrong.join(', ')}${busy === '' ? '' : `; ${busy}`}`);
    if (busy === '') assert.deepEqual(wrong, []);
  }
  t.skip('the machine had too much to do each time');
});

test('a page that is killed, and one that comes, does not make the others stutter', options, async (t) => {
  const [near, busy] = pages;
  for (let attempt = 1; ; attempt++) {
    const gone = await open('gone', await link([8, 60]));
    await pause(5 * S);
    await Promise.all([near, busy].map(shown));
    stood = 0;
    await pause(3 * S);
    await gone.page.close({ runBeforeUnload: false });
    await pause(6 * S);
    const frames = await Promise.all([near, busy].map(shown));
    const still = stood;
    const why = tooMuch(frames);
    await gone.browser.close();
    opened.splice(opened.indexOf(gone), 1);
    if (why !== '' && attempt < 4) continue;
    if (why !== '') {
      t.skip(`the machine had too much to do each time: ${why}`);
      return;
    }
    for (const [i, its] of frames.entries()) {
      const { pace, back } = paceOf(its);
      assert.ok(back <= 0, `${pages[i].name} goes back by ${back} ms; the camera stood still for ${still} ms`);
      assert.ok(pace <= 0.01, `${pages[i].name}: pace off by ${(pace * 100).toFixed(2)} %; the camera stood still for ${still} ms`);
    }
    return;
  }
});

/** By how much the pace of what is shown differs from that of time, over a second, and by how many ms it goes back, at most. */
function paceOf(frames) {
  let pace = 0;
  let back = 0;
  for (let i = 1, from = 0; i < frames.length; i++) {
    back = Math.max(back, frames[i - 1].x - frames[i].x);
    while (frames[i].at - frames[from].at > 1_000) from++;
    const passed = frames[i].at - frames[from].at;
    // the times that a page is given for its frames scatter by some ms
    if (passed >= 900) pace = Math.max(pace, Math.max(0, Math.abs(frames[i].x - frames[from].x - passed) - 4) / passed);
  }
  return { pace, back };
}
