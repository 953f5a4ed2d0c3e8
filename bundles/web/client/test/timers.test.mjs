import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import WebSocket from 'ws';
import { CompositorClient } from '../compositor-client.js';
import { Timers } from '../src/timers.js';
import { FakeServer, flat } from './fake-server.mjs';

const real = { setTimeout: globalThis.setTimeout, now: Date.now };
let workers;
let page;

/** A page that can be hidden: then its own timers stand still, as those of hidden tabs do for a minute. */
beforeEach(() => {
  workers = [];
  page = Object.assign(new EventTarget(), { hidden: false, held: [] });
  page.hide = (hidden) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  globalThis.document = page;
  globalThis.setTimeout = (run, ms, ...more) => real.setTimeout(function wait() {
    if (page.hidden) real.setTimeout(wait, 20);
    else run();
  }, ms, ...more);
});
afterEach(() => {
  // a timer that is held waits for it
  page.hidden = false;
  globalThis.setTimeout = real.setTimeout;
  Date.now = real.now;
  delete globalThis.document;
  delete globalThis.Worker;
});

/** A worker, whose timers go on. */
function workersWork() {
  globalThis.Worker = class {
    constructor(address, options) {
      workers.push({ address: String(address), options, worker: this });
    }

    postMessage(ms) {
      clearTimeout(this.timer);
      this.timer = real.setTimeout(() => this.onmessage({ data: null }), ms);
    }

    terminate() {
      clearTimeout(this.timer);
      this.terminated = true;
    }
  };
}

/** Waits by timers that are not the page's. */
async function until(condition, what) {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${what}: not within 20 s`);
    await new Promise((resolve) => { real.setTimeout(resolve, 2); });
  }
}

const soon = (timers, ms = 20) => new Promise((resolve) => { timers.set(resolve, ms); });

test('in a page that is seen the timers are its own, and there is no worker', async () => {
  workersWork();
  const timers = new Timers();
  await soon(timers);
  assert.equal(workers.length, 0);
  timers.rest();
});

test('in a hidden page a worker says when it is time, and goes when the page is seen again', async () => {
  workersWork();
  const timers = new Timers();
  const before = soon(timers, 30);
  document.hide(true);
  await before;
  await soon(timers);
  const order = [];
  await Promise.all([80, 10, 40].map((ms) => soon(timers, ms).then(() => order.push(ms))));
  assert.deepEqual(order, [10, 40, 80]);
  assert.equal(workers.length, 1);
  assert.match(workers[0].address, /\/src\/compositor-timers\.js$/);
  document.hide(false);
  assert.equal(workers[0].worker.terminated, true);
  await soon(timers);
});

test('timers that are all late run in the order in which they were due', async () => {
  const timers = new Timers(false);
  document.hide(true);
  const order = [];
  for (const ms of [30, 5, 15]) timers.set(() => order.push(ms), ms);
  const end = performance.now() + 40;
  while (performance.now() < end);
  timers.sweep();
  assert.deepEqual(order, [5, 15, 30]);
});

test('what was called off does not run', async () => {
  workersWork();
  const timers = new Timers();
  document.hide(true);
  let ran = false;
  const off = timers.set(() => { ran = true; }, 10);
  const later = soon(timers, 40);
  timers.clear(off);
  timers.clear(off);
  timers.clear(null);
  await later;
  assert.equal(ran, false);
  document.hide(false);
});

for (const [what, prepare] of [
  ['there are no workers', () => {}],
  ['no worker may be started', () => { globalThis.Worker = class { constructor() { throw new DOMException('blocked', 'SecurityError'); } }; }],
  ['the file of the worker is not there', () => {
    globalThis.Worker = class {
      postMessage() { real.setTimeout(() => this.onerror({ preventDefault() {} }), 1); }

      terminate() {}
    };
  }],
]) {
  test(`where ${what}, what comes in brings the timers on`, async () => {
    prepare();
    const server = await new FakeServer({ heartbeat: { interval: 60_000, timeout: 120_000 } }).start();
    const client = new CompositorClient({ url: server.url, WebSocket, subscription: { cameras: ['*'] } });
    client.connect();
    await client.ready(10_000);
    await until(() => client.subscriptionStands, 'the subscription');
    document.hide(true);
    let ran = false;
    client.timers.set(() => { ran = true; }, 30);
    await new Promise((resolve) => { real.setTimeout(resolve, 60); });
    assert.equal(ran, false);
    server.last.camera('tour', 200, flat(1));
    await until(() => ran, 'the timer');
    client.close();
    document.hide(false);
    await server.stop();
  });
}

test('a hidden page misses a silent server, and comes back to it', async () => {
  workersWork();
  const server = await new FakeServer({ heartbeat: { interval: 100, timeout: 400 }, pings: false }).start();
  const client = new CompositorClient({ url: server.url, WebSocket, random: () => 0 });
  client.connect();
  await client.ready(10_000);
  document.hide(true);
  await until(() => client.stats.resumes > 0, 'the resumed session');
  client.close();
  document.hide(false);
  await server.stop();
});

test('a client that is closed leaves the page alone', async () => {
  workersWork();
  const client = new CompositorClient({ url: 'ws://127.0.0.1:9/compositor', WebSocket });
  client.connect();
  client.close();
  document.hide(true);
  assert.equal(workers.length, 0);
});
