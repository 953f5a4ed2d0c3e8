import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { WebSocket } from 'ws';
import { applyOps, CompositorClient, EMPTY_SCENE, SceneTimeline, WallPresentation } from '../compositor-client.js';
import { SharedScene } from '../src/shared-scene.js';
import { Timers } from '../src/timers.js';
import { checkWall } from '../src/wall-table.js';
import { FakeServer, flat, until } from './fake-server.mjs';

const S = 1_000_000;
const member = (display, x) => ({ display, x, y: 0, width: 100, height: 100 });
const wall = (seq, more = {}) => ({
  type: 'wall', seq, wall: 'main', width: 200, height: 100, unit: 'px', fit: 'contain', view: 'camera', members: [member('left', 0), member('right', 100)], ...more,
});

let server;
let client;
beforeEach(async () => { server = await new FakeServer().start(); });
afterEach(async () => {
  client?.close();
  await server.stop();
});

function connect(options) {
  client = new CompositorClient({ url: server.url, WebSocket, display: 'left', timerWorker: false, ...options });
  client.connect();
  return client.ready();
}

test('a client knows the walls that it subscribed to, and their changes', async () => {
  const heard = [];
  server.on.subscribe = (peer, { id }) => {
    peer.send({ type: 'ack', id });
    peer.send({ ...server.snapshot(true, false), walls: [wall(90)] });
    return false;
  };
  await connect({ subscription: { walls: ['*'] } });
  client.on('wall', (message) => heard.push(message.title));
  client.on('wall-removed', ({ wall: name }) => heard.push(`${name} removed`));
  await until(() => client.walls.has('main'));
  assert.deepEqual(server.of('subscribe')[0].walls, ['*']);
  server.last.send(wall(101, { title: 'new' }));
  server.last.send(wall(100, { title: 'old' }));
  server.last.send(wall(102, { width: -1 }));
  server.last.send({ type: 'wall-removed', seq: 103, wall: 'main' });
  await until(() => heard.length === 2);
  assert.deepEqual(heard, ['new', 'main removed']);
  assert.equal(client.walls.size, 0);
  assert.equal(client.seq, 103);
  assert.equal(client.stats.ignored, 1);
});

test('walls that are not subscribed to any more are forgotten, and those before a new epoch', async () => {
  await connect({ subscription: { walls: ['*'] } });
  await until(() => client.subscriptionStands);
  server.last.send(wall(101));
  await until(() => client.walls.size === 1);
  await client.subscribe({ cameras: ['tour'], walls: ['other'] });
  assert.equal(client.walls.size, 0);
  await client.subscribe({ walls: ['main'] });
  server.last.send(wall(102));
  await until(() => client.walls.size === 1);
  server.last.send({ ...server.snapshot(true, false), epoch: 'e2', seq: 5 });
  await until(() => client.epoch === 'e2');
  assert.equal(client.walls.size, 0);
});

test('a display hears of which wall it is a member', async () => {
  const heard = [];
  server.on.hello = (peer, hello) => {
    peer.send({ ...server.welcome(hello, 1), wall: 'main' });
    return false;
  };
  await connect();
  assert.equal(client.welcome.wall, 'main');
  client.on('assigned', (message) => heard.push(message.wall));
  server.last.send({ type: 'assigned', wall: null });
  server.last.send({ type: 'assigned', wall: 'other' });
  await until(() => heard.length === 2);
  assert.deepEqual(heard, [null, 'other']);
  assert.equal(client.welcome.wall, 'other');
});

test('a member reports with its pings, once a second, and measures the clock more often', async () => {
  await connect();
  // the first ones are dense; then they come with the heartbeat
  await until(() => server.of('ping').length >= 5);
  let asked = 0;
  client.reporter = () => {
    asked++;
    return asked === 1 ? null : { wall: 'main', clock: 100, age: { p50: 1, p99: 2 }, interval: 16_667, frames: 60, late: 0, at: 5, shown: 4 };
  };
  const begun = performance.now();
  await until(() => server.messages.filter(({ report }) => report !== undefined).length >= 3);
  assert.ok(performance.now() - begun > 1_500, 'not with each ping');
  const reports = server.messages.filter(({ report }) => report !== undefined);
  assert.deepEqual(reports[0].report.age, { p50: 1, p99: 2 });
  client.reporter = null;
  const before = reports.length;
  client.ping();
  client.ping();
  await until(() => server.of('ping').at(-1).report === undefined);
  assert.equal(server.messages.filter(({ report }) => report !== undefined).length, before);
});

test('a member reports as often as the server wants it, and once a second at most when something is wrong', async () => {
  server.on.ping = (peer, { t0, report }) => {
    const time = Date.now() * 1_000;
    peer.send({ type: 'pong', t0, t1: time, t2: time, ...report && { reportAfter: 20_000 } });
    return false;
  };
  const reports = () => server.messages.filter(({ report }) => report !== undefined).length;
  await connect();
  let pongs = 0;
  client.on('pong', ({ reportAfter }) => { if (reportAfter !== undefined) pongs++; });
  let first;
  client.reporter = () => {
    first ??= performance.now();
    return { wall: 'main', clock: 100, age: { p50: 1, p99: 2 }, interval: 16_667, frames: 60, late: 0, at: 5, shown: 4 };
  };
  await until(() => pongs === 1);
  const before = server.of('ping').length;
  for (let i = 0; i < 5; i++) client.ping();
  client.reportSoon();
  await until(() => server.of('ping').length >= before + 5);
  const expected = performance.now() - first < 950 ? [1] : [1, 2];
  assert.ok(expected.includes(reports()), 'not before the time that the server named, and not twice within a second');
  await until(() => {
    client.reportSoon();
    return reports() === 2;
  });
  assert.ok(performance.now() - first > 950);
  client.reporter = null;
  client.reportSoon();
  client.ping();
  await until(() => server.of('ping').at(-1).report === undefined);
  assert.equal(reports(), 2);
});

test('walls with anything wrong in them are told by what is wrong', () => {
  assert.equal(checkWall(wall(1, { delay: [{ from: 1, value: 2, until: 3, to: 4 }], picture: 'identify', unit: 'mm', view: 'window', eye: [0, 0, 1] })), null);
  for (const [more, what] of [
    [{ view: 'window' }, /eye/], [{ unit: 'cm' }, /unit/], [{ fit: 'fill' }, /fit/], [{ members: {} }, /members/], [{ delay: [{ from: 1 }] }, /delay/],
    [{ members: [{ ...member('left', 0), turn: 45 }] }, /member/], [{ members: [{ ...member('left', NaN) }] }, /member/], [{ seq: -1 }, /seq/], [{ height: 0 }, /height/],
    [{ members: Array(257).fill(member('left', 0)) }, /256/], [{ camera: '' }, /camera/], [{ wall: 5 }, /name/],
  ]) assert.match(checkWall(wall(1, more)), what);
});

// ---- the scene of a wall

/** As much of a client as a timeline needs. */
function standIn() {
  const client = { time: 10 * S, now() { return this.time; } };
  client.scene = new SharedScene({
    ask: () => {}, emit: () => {}, subscribed: () => true, session: () => 'me', order: () => 0, carried: () => {},
    options: { maxOutstanding: 16, requestTimeout: 60_000 }, timers: new Timers(false),
  });
  const { models, selected, revision } = applyOps(EMPTY_SCENE, [{ op: 'put', model: { id: 'gear', uri: 'models/gear.glb' } }]);
  client.scene.snapshot({ type: 'snapshot', all: true, seq: 1, scene: { revision, models: [...models.values()], selected: [...selected] } }, false);
  const presentation = new WallPresentation();
  presentation.delay.announce({ from: 0, value: 100_000, until: 0, to: 100_000 });
  return { client, presentation, timeline: new SceneTimeline(client, { camera: 'tour', smoother: presentation }) };
}
const moved = (seq, x, more) => ({ type: 'scene', seq, ops: [{ op: 'patch', id: 'gear', position: [x, 0, 0] }], ...more });

test('the scene comes out by its own time, whenever it arrived, in the same frame on all members', () => {
  const near = standIn();
  const far = standIn();
  near.client.time = 10 * S + 3_000;
  near.client.scene.transaction(moved(2, 1, { time: 10 * S, ops: [{ op: 'patch', id: 'gear', visible: false }] }));
  far.client.time = 10 * S + 80_000;
  far.client.scene.transaction(moved(2, 1, { time: 10 * S, ops: [{ op: 'patch', id: 'gear', visible: false }] }));
  for (const { timeline } of [near, far]) {
    timeline.advance(10 * S + 99_999);
    assert.equal(timeline.shown.models.get('gear').visible, true);
    timeline.advance(10 * S + 100_000);
    assert.equal(timeline.shown.models.get('gear').visible, false);
  }
});

test('a transaction with a cut camera shows with it, and a model between two is at the same place on all members', () => {
  const places = [4_000, 70_000].map((age) => {
    const { client: its, presentation, timeline } = standIn();
    const out = [];
    for (let i = 0; i < 40; i++) {
      const time = 10 * S + i * 20_000;
      its.time = time + age;
      const camera = { type: 'camera', camera: 'tour', seq: 2 + i, time, received: time, source: 'a', view: flat(i < 20 ? i : 1_000 + i), cut: i === 20 };
      its.scene.transaction(moved(2 + i, i < 20 ? i : 1_000 + i, { time, camera }));
      presentation.push(camera, its.time);
      if (i < 10) continue;
      const seen = time + 97_000;
      const view = presentation.sample(seen);
      timeline.advance(seen);
      const x = timeline.moving > 0 ? timeline.poses[0].position[0] : timeline.shown.models.get('gear').position[0];
      assert.ok(Math.abs(x - view.center[0]) < 1e-9, `model ${x}, camera ${view.center[0]}`);
      out.push(x);
    }
    return out;
  });
  assert.deepEqual(places[0], places[1]);
  assert.ok(places[0].some((x) => x % 1 > 0.1 && x % 1 < 0.9), 'some frames lie between two transactions');
});
