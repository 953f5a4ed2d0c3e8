import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import WebSocket from 'ws';
import { applyOps, CompositorClient, EMPTY_SCENE, ViewSmoother } from '../compositor-client.js';
import { OwnViews } from '../src/own-views.js';
import { FakeServer, flat, until } from './fake-server.mjs';

let server;
let client;

const connect = async (options = {}) => {
  client = new CompositorClient({ url: server.url, WebSocket, random: () => 0, subscription: { cameras: ['*'], scene: true }, ...options });
  client.connect();
  await until(() => client.subscriptionStands, 'subscription');
  return client;
};
const x = (camera = 'tour', smoother = undefined) => client.predictedView(camera, smoother)?.center[0];
/** The server takes a view, and its camera moves. */
const take = (peer, { id, camera, view, sample, time, cut }) => {
  const seq = ++server.seq;
  peer.camera(camera, seq, view, { origin: peer.session, source: 'me', sample, cut, ...(time === undefined ? {} : { time }) });
  if (id !== undefined) peer.send({ type: 'ack', id, seq });
};
/** Keeps what is driven until the test has it taken. */
const held = () => {
  const views = [];
  server.on.camera = (peer, message) => {
    views.push({ peer, ...message });
    return false;
  };
  views.take = (i) => take(views[i].peer, views[i]);
  return views;
};
const takeAll = () => {
  server.on.camera = (peer, message) => {
    take(peer, message);
    return false;
  };
};
const other = (seq, view, more) => server.last.camera('tour', seq, view, { source: 'recording', ...more });

beforeEach(async () => {
  server = await new FakeServer().start();
  server.scene = applyOps(EMPTY_SCENE, [{ op: 'put', model: { id: 'gear', uri: 'models/gear.glb' } }]);
});
afterEach(async () => {
  client?.close();
  await server.stop();
});

test('what is driven shows at once, until the server says the same', async () => {
  const views = held();
  await connect();
  client.drive('tour', flat(1));
  assert.equal(x(), 1);
  client.drive('tour', flat(2));
  assert.equal(x(), 2);
  await until(() => views.length === 2, 'views');
  views.take(0);
  await until(() => client.cameras.get('tour')?.view.center[0] === 1, 'the first');
  assert.equal(x(), 2, 'the newest has not come round');
  views.take(1);
  await until(() => client.cameras.get('tour').view.center[0] === 2, 'the second');
  assert.equal(x(), undefined);
});

test('a view is copied: what becomes of it afterwards does not show', async () => {
  held();
  await connect();
  const view = flat(1);
  client.drive('tour', view);
  view.center[0] = 9;
  assert.equal(x(), 1);
});

test('with its smoother it counts until that has come to rest on it: nothing jumps', async () => {
  takeAll();
  await connect();
  const smoother = new ViewSmoother();
  const shown = [];
  client.on('camera', (message) => smoother.push(message, client.now()));
  for (let i = 0; shown.length < 10 || x('tour', smoother) !== undefined; i++) {
    if (i < 30) client.drive('tour', flat(i), { time: client.now() });
    const smooth = smoother.sample(client.now());
    shown.push(x('tour', smoother) ?? smooth.center[0]);
    assert.ok(i < 1_000, 'it never ends');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  shown.push(smoother.sample(client.now()).center[0]);
  assert.equal(shown.at(-1), 29);
  for (let i = 1; i < shown.length; i++) assert.ok(shown[i] >= shown[i - 1], `${shown[i - 1]} became ${shown[i]} in frame ${i}`);
});

test('what others did before does not disturb, what they do afterwards wins', async () => {
  const views = held();
  await connect();
  client.drive('tour', flat(1));
  await until(() => views.length === 1, 'view');
  other(++server.seq, flat(50));
  await until(() => client.cameras.has('tour'), 'the other');
  assert.equal(x(), 1);
  views.take(0);
  client.drive('tour', flat(2));
  await until(() => client.cameras.get('tour').view.center[0] === 1, 'mine');
  assert.equal(x(), 2);
  other(++server.seq, flat(60));
  await until(() => client.cameras.get('tour').view.center[0] === 60, 'the other again');
  assert.equal(x(), undefined);
});

test('what is refused is taken back, and the event says why', async () => {
  server.on.camera = (peer, { id }) => {
    if (id !== undefined) peer.send({ type: 'error', id, code: 'held', message: 'tour is held by stage' });
    return false;
  };
  await connect();
  const refused = new Promise((resolve) => { client.on('drive-refused', resolve); });
  for (let i = 0; i < 5; i++) client.drive('tour', flat(i));
  assert.equal(x(), 4);
  const { camera, error } = await refused;
  assert.deepEqual([camera, error.code, error.message], ['tour', 'held', 'tour is held by stage']);
  assert.equal(x(), undefined);
  await until(() => server.of('camera').length === 5, 'views');
  assert.equal(server.of('camera').filter(({ id }) => id !== undefined).length, 1, 'one asks for an answer');
  const answer = client.drive('tour', flat(9), { confirm: true });
  assert.equal(x(), 9);
  await assert.rejects(answer, { code: 'held' });
  assert.equal(x(), undefined);
});

test('who loses the control of the camera is shown the word of the server', async () => {
  held();
  await connect();
  const session = client.welcome.session;
  const control = (holder, by) => server.last.send({ type: 'control', seq: ++server.seq, camera: 'tour', holder, session: by });
  client.drive('tour', flat(1));
  control('recording');
  await until(() => client.control.has('tour'), 'who had it before');
  assert.equal(x(), 1);
  control('me', session);
  await until(() => client.control.get('tour').session === session, 'control');
  assert.equal(x(), 1);
  control('admin', 's99');
  await until(() => client.control.get('tour').session === 's99', 'loss');
  assert.equal(x(), undefined);
});

test('nothing is predicted of a camera that this client does not hear of, or that is to be left alone', async () => {
  held();
  await connect({ subscription: { cameras: ['stage'] } });
  client.drive('tour', flat(1));
  client.drive('stage', flat(1), { predict: false });
  assert.equal(x(), undefined);
  assert.equal(x('stage'), undefined);
  client.drive('stage', flat(2));
  assert.equal(x('stage'), 2);
  await client.subscribe({ cameras: ['stage'], echo: false });
  client.drive('stage', flat(3));
  assert.equal(x('stage'), undefined);
  await client.subscribe({ cameras: ['stage'] });
  client.drive('stage', flat(4));
  assert.equal(x('stage'), 4);
  await client.subscribe({ cameras: ['tour'] });
  assert.equal(x('stage'), undefined);
});

test('a movement outlives a lost socket, but not the time for which it is worth sending', async () => {
  takeAll();
  await connect({ driveHold: 60_000 });
  const lost = new Promise((resolve) => { client.on('state', (state) => { if (state === 'waiting') resolve(); }); });
  server.last.socket.close(1012);
  await lost;
  client.drive('tour', flat(1));
  client.drive('tour', flat(2), { cut: true });
  assert.equal(x(), 2);
  await until(() => client.cameras.get('tour')?.view.center[0] === 2, 'the newest');
  assert.equal(x(), undefined);
  assert.equal(server.of('camera').length, 1);
});

test('of what was driven and what went along with a transaction the newest counts', async () => {
  const views = held();
  const requests = [];
  server.on.scene = (peer, request) => {
    requests.push({ peer, ...request });
    return false;
  };
  await connect();
  const smoother = new ViewSmoother();
  client.on('camera', (message) => smoother.push(message, client.now()));
  client.drive('tour', flat(1));
  const drag = client.drag();
  drag.update([{ op: 'patch', id: 'gear', position: [1, 0, 0] }], { camera: 'tour', view: flat(2) });
  assert.equal(x(), 2);
  client.drive('tour', flat(3));
  assert.equal(x(), 3);
  drag.update([{ op: 'patch', id: 'gear', position: [2, 0, 0] }], { camera: 'tour', view: flat(4) });
  assert.equal(x(), 4);
  await until(() => views.length === 2 && requests.length === 2, 'messages');
  views.take(0);
  const came = [requests[0], requests[1]].map(({ peer, id, ops, camera }) => ({ peer, id, seq: server.change(ops, peer.session, camera).seq }));
  for (const { peer, id, seq } of came) peer.send({ type: 'ack', id, seq });
  await drag.end();
  assert.equal(client.cameras.get('tour').view.center[0], 4);
  assert.equal(x(), undefined);
  smoother.sample(client.now());
  assert.equal(x('tour', smoother), 4, 'the smoother is not there yet');
  await until(() => {
    smoother.sample(client.now());
    return x('tour', smoother) === undefined;
  }, 'the smoother');
  assert.equal(smoother.sample(client.now()).center[0], 4);
});

test('without a word of the server a view is taken back, and a bounded number of cameras is predicted', (context) => {
  let now = 10_000;
  context.mock.method(performance, 'now', () => now);
  const own = new OwnViews();
  for (let i = 0; i < 100; i++) own.drive(`camera-${i}`, flat(i));
  assert.equal(own.get('camera-63', 0).view.center[0], 63);
  assert.equal(own.get('camera-64', 0), null);
  now += 900;
  assert.equal(own.get('camera-0', 0).view.center[0], 0);
  assert.equal(own.asks('camera-1'), true);
  assert.equal(own.asks('camera-1'), false);
  now += 200;
  assert.equal(own.get('camera-1', 5_000).view.center[0], 1, 'it waits to be sent');
  assert.equal(own.get('camera-0', 0), null);
  own.drive('camera-64', flat(64));
  assert.equal(own.get('camera-64', 0).view.center[0], 64, 'those that are over make room');
});

test('a sample number of one\'s own tells what came round', async () => {
  takeAll();
  await connect();
  client.drive('tour', flat(1), { sample: 41 });
  client.drive('tour', flat(2), { sample: 42 });
  assert.equal(x(), 2);
  await until(() => client.cameras.get('tour')?.sample === 42, 'echo');
  assert.equal(x(), undefined);
  client.drive('tour', flat(3));
  client.drive('tour', flat(4));
  await until(() => server.of('camera').length === 4, 'views');
  const [three, four] = server.of('camera').slice(2).map(({ sample }) => sample);
  assert.ok(four > three, `${three}, ${four}`);
});
