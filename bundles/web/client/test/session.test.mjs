import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import WebSocket from 'ws';
import { CompositorClient } from '../compositor-client.js';
import { FakeServer, flat, serverTime, until } from './fake-server.mjs';

let server;
let client;

const connect = async (options = {}) => {
  client = new CompositorClient({ url: server.url, WebSocket, random: () => 0, ...options });
  client.connect();
  await client.ready(5_000);
  return client;
};

/** The client's next change to this state, seen at once. */
const state = (wanted) => new Promise((resolve) => {
  const off = client.on('state', (now) => {
    if (now !== wanted) return;
    off();
    resolve();
  });
});

beforeEach(async () => { server = await new FakeServer().start(); });
afterEach(async () => {
  client?.close();
  await server.stop();
});

test('says hello first and learns who it is', async () => {
  await connect({ display: 'wall', user: 'ann', settings: { width: 100, height: 50 } });
  const hello = server.messages[0];
  assert.equal(hello.type, 'hello');
  assert.equal(hello.display, 'wall');
  assert.equal(hello.user, 'ann');
  assert.equal(hello.connection, 'keep-open');
  assert.deepEqual(hello.settings, { width: 100, height: 50 });
  assert.equal('resume' in hello, false);
  assert.equal(client.welcome.display, 'wall');
  assert.equal(client.epoch, 'e1');
  assert.equal(client.seq, 100);
});

test('offers the key as a subprotocol and never in the address', async () => {
  await connect({ key: 'schlüssel?' });
  assert.deepEqual(server.offered[0], ['compositor.v1.json', 'compositor.key.c2NobMO8c3NlbD8']);
});

test('subscribe gives the snapshot and then the cameras', async () => {
  server.cameras = [{ type: 'camera', seq: 90, camera: 'tour', time: 1, received: 1, source: 'test', view: flat(1) }];
  await connect();
  const snapshot = await client.subscribe({ cameras: ['*'] });
  assert.equal(snapshot.all, true);
  assert.equal(client.cameras.get('tour').view.center[0], 1);
  server.last.camera('tour', 101, flat(2));
  await until(() => client.cameras.get('tour').seq === 101, 'camera');
  assert.equal(client.seq, 101);
});

test('a camera message not above the last of its camera is ignored', async () => {
  await connect({ subscription: { cameras: ['*'] } });
  await until(() => client.subscriptionStands);
  server.last.camera('a', 110, flat(110));
  server.last.camera('a', 110, flat(-1));
  server.last.camera('a', 105, flat(-2));
  server.last.camera('b', 104, flat(104));
  await until(() => client.cameras.has('b'), 'camera b');
  assert.equal(client.cameras.get('a').view.center[0], 110);
  assert.equal(client.stats.stale, 2);
  assert.equal(client.seq, 110);
});

test('a snapshot with all replaces everything, sequence and epoch included', async () => {
  await connect({ subscription: { cameras: ['*'] } });
  await until(() => client.subscriptionStands);
  server.last.camera('old', 500, flat(1));
  await until(() => client.seq === 500);
  server.epoch = 'e2';
  server.seq = 3;
  server.cameras = [{ type: 'camera', seq: 2, camera: 'new', time: 1, received: 1, source: 'test', view: flat(2) }];
  server.last.send(server.snapshot());
  await until(() => client.epoch === 'e2', 'new epoch');
  assert.equal(client.seq, 3);
  assert.deepEqual([...client.cameras.keys()], ['new']);
});

test('a narrower subscription forgets the cameras it leaves out', async () => {
  const state = (camera) => ({ type: 'camera', seq: 90, camera, time: 1, received: 1, source: 'test', view: flat(1) });
  server.cameras = [state('a'), state('b')];
  await connect();
  await client.subscribe({ cameras: ['*'] });
  server.cameras = [];
  server.on.subscribe = (peer, { id }) => {
    peer.send({ type: 'ack', id });
    peer.send(server.snapshot(false));
    return false;
  };
  await client.subscribe({ cameras: ['a'] });
  assert.deepEqual([...client.cameras.keys()], ['a']);
});

test('resumes with token, epoch and the highest sequence number', async () => {
  await connect({ subscription: { cameras: ['*'] } });
  await until(() => client.subscriptionStands);
  server.last.camera('tour', 130, flat(1));
  server.last.camera('stage', 120, flat(1));
  server.last.send({ type: 'heartbeat', time: serverTime(), seq: 125, delivered: 2, superseded: 0, refused: 0 });
  await until(() => client.cameras.has('stage'));
  server.last.socket.close(1012);
  await until(() => client.stats.connects === 2, 'reconnect');
  assert.deepEqual(server.last.messages[0].resume, { token: 't1', epoch: 'e1', seq: 130 });
  assert.equal(client.stats.resumes, 1);
  server.last.camera('tour', 131, flat(2));
  await until(() => client.seq === 131);
  assert.equal(server.of('subscribe').length, 1);
});

test('subscribes again when the session could not be resumed', async () => {
  await connect({ subscription: { cameras: ['tour'], delivery: 'every' } });
  await until(() => client.subscriptionStands);
  server.resume = false;
  server.epoch = 'e2';
  server.seq = 7;
  server.last.socket.close(1012);
  await until(() => client.stats.connects === 2 && client.subscriptionStands, 'second subscription');
  assert.deepEqual(server.of('subscribe').map(({ cameras, delivery }) => ({ cameras, delivery })), [
    { cameras: ['tour'], delivery: 'every' }, { cameras: ['tour'], delivery: 'every' },
  ]);
  assert.equal(client.epoch, 'e2');
  assert.equal(client.seq, 7);
});

test('a subscription whose answer was lost is sent again after a resume', async () => {
  await connect();
  server.on.subscribe = (peer) => {
    delete server.on.subscribe;
    peer.socket.close(1012);
    return false;
  };
  await assert.rejects(client.subscribe({ cameras: ['*'] }), { code: 'disconnected' });
  await until(() => client.subscriptionStands, 'subscription');
  assert.equal(client.stats.resumes, 1);
});

test('comes back at once after 1012 and later after other losses', async () => {
  await connect();
  const delays = [];
  client.on('reconnect', ({ code, delay }) => delays.push([code, delay]));
  server.last.socket.close(1012);
  await until(() => client.stats.connects === 2);
  server.last.socket.terminate();
  await until(() => client.stats.connects === 3);
  assert.deepEqual(delays, [[1012, 0], [1006, 250]]);
});

test('does what goodbye says when the close frame is lost', async () => {
  await connect();
  const delays = [];
  client.on('reconnect', ({ code, delay }) => delays.push([code, delay]));
  server.last.send({ type: 'goodbye', code: 4503, reason: 'draining', reconnectAfter: 40 });
  await until(() => client.connection.goodbye);
  server.last.socket.terminate();
  await until(() => client.stats.connects === 2);
  assert.deepEqual(delays, [[4503, 40]]);
});

for (const code of [1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409]) {
  test(`never comes back by itself after ${code}`, async () => {
    await connect();
    server.last.socket.close(code, 'why');
    await until(() => client.state === 'closed', 'closed');
    assert.equal(client.failure.code, String(code));
    assert.equal(client.failure.message, 'why');
  });
}

test('connection once does not come back', async () => {
  await connect({ connection: 'once' });
  server.last.socket.close(1012);
  await until(() => client.state === 'closed', 'closed');
});

test('a server that went silent is left and tried again', async () => {
  server.heartbeat = { interval: 50, timeout: 120 };
  server.pings = false;
  await connect();
  const lost = await new Promise((resolve) => client.on('reconnect', resolve));
  assert.equal(lost.code, 1006);
  assert.match(lost.reason, /nothing received for 120 ms/);
  await until(() => client.stats.connects >= 2, 'reconnect');
});

test('heartbeats keep the connection', async () => {
  server.heartbeat = { interval: 50, timeout: 5_000 };
  server.pings = false;
  await connect();
  const timer = setInterval(() => server.last.send({ type: 'heartbeat', time: serverTime(), seq: 100 }), 40);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  clearInterval(timer);
  assert.equal(client.stats.connects, 1);
});

test('a server without welcome is tried again', async () => {
  server.on.hello = () => {
    delete server.on.hello;
    return false;
  };
  await connect({ connectTimeout: 3_000 });
  assert.equal(server.peers.length, 2);
});

test('a refused hello ends the client with the reason', async () => {
  server.on.hello = (peer, { id }) => {
    peer.send({ type: 'error', id, code: 'taken', message: 'display wall is in use' });
    return false;
  };
  await assert.rejects(connect({ display: 'wall' }), { code: 'taken' });
  assert.equal(client.state, 'closed');
});

test('errors go to the request with their id, others to the event', async () => {
  await connect();
  const errors = [];
  client.on('error', (error) => errors.push(error));
  server.on.control = (peer, { id }) => {
    peer.send({ type: 'error', code: 'held', message: 'someone else' });
    peer.send({ type: 'error', id, code: 'held', message: 'tour is held by stage' });
    return false;
  };
  await assert.rejects(client.setControl('tour', 'take'), { code: 'held', message: 'tour is held by stage' });
  assert.equal(errors.length, 1);
  assert.equal(errors[0].code, 'held');
});

test('a camera is asked for, taken by force, and its holder hears of it', async () => {
  await connect();
  await client.ask('tour');
  await client.take('tour');
  await client.take('tour', { force: true });
  await client.release('tour');
  assert.deepEqual(server.of('control').map(({ camera, action, force }) => [camera, action, force]),
    [['tour', 'ask', undefined], ['tour', 'take', undefined], ['tour', 'take', true], ['tour', 'release', undefined]]);
  const heard = [];
  client.on('asked', (message) => heard.push(message));
  const { ignored } = client.stats;
  server.last.send({ type: 'asked', camera: 'tour' });
  server.last.send({ type: 'asked', camera: 'tour', display: 'left', session: 's-1' });
  await until(() => heard.length === 1);
  assert.deepEqual(heard, [{ type: 'asked', camera: 'tour', display: 'left', session: 's-1' }]);
  assert.equal(client.stats.ignored, ignored + 1);
});

test('a hand on a replay gives where it is then', async () => {
  await connect();
  const state = { playback: 'tour', status: 'paused', position: 12_500_000, length: 60_000_000, speed: 1, loop: true };
  server.on.replay = (peer, { id, playback }) => {
    if (playback === 'tuor') peer.send({ type: 'error', id, code: 'not-found', message: 'there is no playback "tuor"', field: 'playback' });
    else peer.send({ type: 'ack', id, playbacks: [state] });
    return false;
  };
  assert.deepEqual(await client.replay('tour', 'seek', { position: 12_500_000 }), state);
  assert.deepEqual(await client.playbacks(), [state]);
  await assert.rejects(client.replay('tuor', 'pause'), { code: 'not-found', field: 'playback' });
  assert.deepEqual(server.of('replay').map(({ playback, action, position }) => [playback, action, position]),
    [['tour', 'seek', 12_500_000], [undefined, 'list', undefined], ['tuor', 'pause', undefined]]);
});

test('a request without answer fails in time, and its number is free again', async () => {
  server.on.control = () => false;
  await connect({ requestTimeout: 3_000, maxOutstanding: 1 });
  const first = client.setControl('tour', 'take');
  await assert.rejects(client.setControl('tour', 'take'), { code: 'limit' });
  await assert.rejects(first, { code: 'timeout' });
  delete server.on.control;
  assert.equal((await client.setControl('tour', 'take')).type, 'ack');
});

test('requests fail when the connection does', async () => {
  server.on.control = () => false;
  await connect();
  const request = client.setControl('tour', 'take');
  await until(() => server.of('control').length === 1);
  server.last.socket.terminate();
  await assert.rejects(request, { code: 'disconnected' });
});

test('a message beyond the limit is refused before it is sent', async () => {
  await connect();
  await assert.rejects(client.request({ type: 'scene', ops: ['x'.repeat(70_000)] }), { code: 'limit' });
  assert.equal(server.of('scene').length, 0);
});

test('garbage from the server is counted and changes nothing', async () => {
  await connect({ subscription: { cameras: ['*'] } });
  await until(() => client.subscriptionStands);
  const garbage = [
    'no json', '[]', '42', 'null', '{}', '{"type":7}', '{"type":"what"}', '{"type":"camera"}',
    '{"type":"camera","seq":-1,"camera":"a","time":1,"view":null}',
    JSON.stringify({ type: 'camera', seq: 200, camera: 'a', time: 1, source: 't', view: flat(null) }),
    JSON.stringify({ type: 'camera', seq: 200, camera: 'a', time: 1, source: 't', view: { ...flat(1), zoom: 0 } }),
    '{"type":"snapshot","seq":"x"}', '{"type":"pong","t0":"x"}', '{"type":"welcome"}', '{"type":"control"}', '{"type":"scene"}',
    '{"type":"display","seq":1.5}', '{"type":"ack","id":99}', '{"type":"heartbeat","seq":"x"}', '{"type":"goodbye","code":"x"}',
  ];
  for (const text of garbage) server.last.send(text);
  server.last.socket.send(Buffer.from([1, 2, 3]));
  server.last.camera('ok', 101, flat(1));
  await until(() => client.cameras.has('ok'), 'camera behind the garbage');
  assert.equal(client.state, 'connected');
  assert.equal(client.cameras.has('a'), false);
  assert.equal(client.seq, 101);
  assert.equal(client.stats.ignored, 18);
});

test('a listener that throws does not cost the others their event', async (context) => {
  context.mock.method(console, 'error', () => {});
  await connect({ subscription: { cameras: ['*'] } });
  let seen = 0;
  client.on('camera', () => { throw new Error('bad listener'); });
  client.on('camera', () => { seen++; });
  await until(() => client.subscriptionStands);
  server.last.camera('a', 101, flat(1));
  await until(() => seen === 1);
});

test('without a connection only the newest view of each camera waits', async () => {
  await connect();
  const lost = state('waiting');
  server.last.socket.close(1012);
  await lost;
  client.drive('tour', flat(1), { cut: true });
  client.drive('tour', flat(2));
  client.drive('tour', flat(3));
  client.drive('stage', flat(4));
  assert.equal(client.driving.waiting.size, 2);
  await until(() => server.of('camera').length === 2, 'views');
  assert.deepEqual(server.of('camera').map(({ camera, view, cut }) => [camera, view.center[0], cut]), [['tour', 3, true], ['stage', 4, undefined]]);
  assert.equal(client.stats.superseded, 2);
});

test('a view that waited too long is not sent', async () => {
  await connect({ driveHold: 20, random: () => 1 });
  const lost = state('waiting');
  server.last.socket.close(1012);
  await lost;
  client.drive('tour', flat(1));
  await until(() => client.stats.connects === 2);
  client.drive('stage', flat(2));
  await until(() => server.of('camera').length === 1);
  assert.equal(server.of('camera')[0].camera, 'stage');
});

test('driving sends time, sample and cut, and asks for an answer when told', async () => {
  await connect();
  const ack = await client.drive('tour', flat(1), { time: 5, sample: 6, cut: true, confirm: true });
  assert.equal(ack.type, 'ack');
  const { time, sample, cut } = server.of('camera')[0];
  assert.deepEqual({ time, sample, cut }, { time: 5, sample: 6, cut: true });
  assert.throws(() => client.drive('tour', { ...flat(1), zoom: -1 }), { code: 'invalid' });
});

test('measures the clock of the server', async () => {
  server.skew = 5_000_000;
  const begun = performance.now();
  await connect();
  // what the welcome says is as old as the machine made it
  const off = Math.abs(client.now() - serverTime(5_000_000));
  assert.ok(off < (performance.now() - begun) * 1_000 + 1_000, String(off));
  await until(() => client.clock.offset !== undefined);
  assert.ok(Math.abs(client.clock.offset - 5_000_000) <= client.clock.rtt / 2 + 2_000, `${client.clock.offset}, round trip ${client.clock.rtt}`);
});

test('a transaction brings its camera with it', async () => {
  await connect({ subscription: { cameras: ['*'], scene: true } });
  await until(() => client.subscriptionStands);
  let inPlace;
  client.on('scene', () => { inPlace = client.cameras.get('tour')?.seq; });
  const time = serverTime();
  server.last.send({
    type: 'scene', seq: 140, ops: [], camera: { type: 'camera', camera: 'tour', time, received: time, source: 'x', view: flat(9) },
  });
  await until(() => inPlace === 140, 'transaction');
});

test('close says bye and stays closed', async () => {
  await connect();
  client.close();
  await until(() => server.of('bye').length === 1, 'bye');
  assert.equal(client.state, 'closed');
});

test('after a sleep of the machine the clock is measured anew, and not known until then', async () => {
  const now = Date.now;
  try {
    server.skew = 5_000_000;
    await connect();
    await until(() => client.clock.samples.length >= 6, 'measurements');
    const before = client.clock.offset;
    // The local clock stood still for 20 s: the server's and that on the wall went on. A pong of before is on its way.
    server.pings = false;
    client.ping();
    const t0 = await until(() => server.last.messages.at(-1).t0, 'the ping');
    server.skew += 20_000_000;
    Date.now = () => now() + 20_000;
    const asked = server.of('ping').length;
    client.now();
    assert.equal(client.clock.offset, undefined);
    assert.equal(client.stats.clockJumps, 1);
    const early = serverTime(server.skew);
    server.last.send({ type: 'pong', t0, t1: early - 20_000_000, t2: early - 20_000_000 });
    await until(() => server.of('ping').length > asked, 'a ping at once');
    assert.equal(client.clock.offset, undefined, 'what was measured across the sleep does not count');
    server.pings = true;
    await until(() => client.clock.offset !== undefined, 'a measurement');
    assert.ok(Math.abs(client.clock.offset - before - 20_000_000) < 1_000_000, `off by ${client.clock.offset - before}`);
    assert.ok(Math.abs(client.now() - serverTime(server.skew)) < 1_000_000);
  } finally {
    Date.now = now;
  }
});

test('a connection that did not outlive a sleep is missed within seconds, not within the heartbeat', async () => {
  const now = Date.now;
  server.heartbeat = { interval: 10_000, timeout: 5_300 };
  try {
    await connect();
    server.pings = false;
    Date.now = () => now() + 3_600_000;
    client.now();
    assert.ok(client.connection.lastReceived <= performance.now() - 300, 'as if nothing had come since before the sleep');
    assert.equal(client.state, 'connected');
  } finally {
    Date.now = now;
  }
});
