// The rooms of the client, each by itself: without a socket, with timers that the test turns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraTable } from '../src/camera-table.js';
import { ClockFilter } from '../src/clock.js';
import { Connection } from '../src/connection.js';
import { Driving } from '../src/driving.js';
import { CompositorError } from '../src/error.js';
import { OwnViews } from '../src/own-views.js';
import { PendingRequests } from '../src/requests.js';
import { SceneRepair } from '../src/scene-repair.js';
import { localNow, ServerClock } from '../src/server-clock.js';
import { flat } from './fake-server.mjs';

/** Timers that run when the test says so. */
class Turned {
  all = new Map();
  next = 0;

  set(run, ms) {
    this.all.set(++this.next, { run, ms });
    return this.next;
  }

  clear(timer) {
    this.all.delete(timer);
  }

  get waits() {
    return [...this.all.values()].map(({ ms }) => ms);
  }

  turn() {
    const due = [...this.all.values()];
    this.all.clear();
    for (const { run } of due) run();
  }
}

// ---- requests

function requests(options = {}) {
  const timers = new Turned();
  const sent = [];
  const answers = [];
  const pending = new PendingRequests(timers, { maxOutstanding: 2, requestTimeout: 70, ...options });
  const ask = (message, send = (all) => sent.push(all) > 0) =>
    pending.ask(message, send, (answer) => answers.push(answer), (error) => answers.push(error.code));
  return { timers, sent, answers, pending, ask };
}

test('an ack answers the request of its id, once', () => {
  const { sent, answers, pending, ask, timers } = requests();
  ask({ type: 'ping' });
  ask({ type: 'settings' });
  assert.deepEqual(sent.map(({ id }) => id), [1, 2]);
  assert.equal(pending.ack({ id: 2, seq: 7 }), false);
  assert.equal(pending.ack({ id: 2 }), false);
  assert.equal(pending.ack({ id: 'hello' }), false);
  assert.deepEqual(answers, [{ id: 2, seq: 7 }]);
  assert.equal(timers.waits.length, 1);
});

test('a subscription is answered by its snapshot', () => {
  const { answers, pending, ask } = requests();
  ask({ type: 'subscribe' });
  pending.snapshot()('one that came by itself');
  assert.equal(pending.ack({ id: 1 }), true);
  assert.deepEqual(answers, []);
  pending.snapshot()('snapshot');
  pending.snapshot()('a later one');
  assert.deepEqual(answers, ['snapshot']);
});

test('a request fails by its error, by its time, with the connection, and where it cannot be sent', () => {
  const { answers, pending, ask, timers } = requests();
  ask({ type: 'a' });
  assert.equal(pending.refuse(1, new CompositorError('held', 'held')), true);
  assert.equal(pending.refuse(1, new CompositorError('held', 'held')), false);
  ask({ type: 'b' });
  timers.turn();
  ask({ type: 'c' });
  pending.fail(new CompositorError('closed', 'closed'));
  ask({ type: 'd' }, () => false);
  ask({ type: 'e' }, () => { throw new CompositorError('limit', 'too long'); });
  assert.deepEqual(answers, ['held', 'timeout', 'closed', 'disconnected', 'limit']);
  assert.deepEqual(timers.waits, []);
  assert.equal(pending.full, false);
});

test('no more requests wait than may', () => {
  const { answers, pending, ask } = requests();
  ask({ type: 'a' });
  ask({ type: 'b' });
  assert.equal(pending.full, true);
  ask({ type: 'c' });
  assert.deepEqual(answers, ['limit']);
});

// ---- cameras

function table(host = {}) {
  const ignored = [];
  const own = new OwnViews();
  const stats = { stale: 0 };
  return { ignored, own, stats, table: new CameraTable({ most: () => 2, session: () => 'me', ignore: (why) => ignored.push(why), stats, own, ...host }) };
}

const camera = (name, seq, more = {}) => ({ type: 'camera', camera: name, seq, time: 1, received: 1, view: flat(seq), ...more });

test('the newest state of each camera counts, of no more cameras than the server has', () => {
  const { table: cameras, ignored, stats } = table();
  assert.equal(cameras.take(camera('a', 5)), true);
  assert.equal(cameras.take(camera('a', 5)), false);
  assert.equal(cameras.take(camera('b', 1)), true);
  assert.equal(cameras.take(camera('c', 9)), false);
  assert.deepEqual([stats.stale, ignored.length], [1, 1]);
  assert.deepEqual([...cameras.cameras.keys()], ['a', 'b']);
});

test('a snapshot of all replaces, another one adds; what is wrong in it is left out', () => {
  const { table: cameras, ignored } = table({ most: () => 10 });
  cameras.snapshot({ all: true, cameras: [camera('a', 5)], control: [{ camera: 'a', holder: 'x' }] });
  cameras.snapshot({ cameras: [camera('b', 6), camera('', 7), { camera: 'c' }], control: [null, { camera: 'b', holder: 'y' }] });
  assert.deepEqual([[...cameras.cameras.keys()], [...cameras.control.keys()], ignored.length], [['a', 'b'], ['a', 'b'], 2]);
  cameras.snapshot({ all: true });
  assert.deepEqual([cameras.cameras.size, cameras.control.size], [0, 0]);
});

test('who loses a camera shows its own view of it no more', () => {
  const { table: cameras, own } = table();
  cameras.takeControl({ camera: 'a', holder: 'x', session: 'me' });
  own.drive('a', flat(3));
  cameras.takeControl({ camera: 'a', holder: 'y', session: 'other' });
  assert.equal(own.get('a', 0), null);
  cameras.takeControl({ camera: 'a', holder: null });
  assert.equal(cameras.control.size, 0);
});

// ---- driving

function driving(host = {}) {
  const timers = new Turned();
  const state = { connected: true, writable: true, sent: [], asked: [], refused: [] };
  const stats = { superseded: 0 };
  const drive = new Driving({
    connected: () => state.connected,
    writable: () => state.connected && state.writable,
    send: (message) => state.sent.push(message) > 0,
    ask: (message, resolve, reject) => state.asked.push({ message, resolve, reject }),
    full: () => false,
    hears: () => false,
    emit: (type, value) => state.refused.push([type, value.camera, value.error.code]),
    stats,
    options: { driveHold: 2_000 },
    timers,
    ...host,
  });
  return { drive, state, stats, timers };
}

test('while the socket is busy the newest view of each camera waits, and a cut among them stays one', () => {
  const { drive, state, stats, timers } = driving();
  state.writable = false;
  drive.drive('a', flat(1), { cut: true });
  drive.drive('a', flat(2), {});
  drive.drive('b', flat(3), {});
  assert.deepEqual([state.sent.length, stats.superseded, drive.waiting.size], [0, 1, 2]);
  timers.turn();
  assert.equal(state.sent.length, 0);
  state.writable = true;
  timers.turn();
  assert.deepEqual(state.sent.map(({ camera: name, view, cut }) => [name, view.center[0], cut]), [['a', 2, true], ['b', 3, undefined]]);
  assert.deepEqual(timers.waits, []);
});

test('views wait of at most 64 cameras, and not for ever', () => {
  const { drive, state, stats } = driving({ options: { driveHold: -1 } });
  state.connected = false;
  for (let i = 0; i < 100; i++) drive.drive(`c${i}`, flat(i), {});
  assert.equal(drive.waiting.size, 64);
  state.connected = true;
  drive.flush();
  assert.deepEqual([drive.waiting.size, state.sent.length, stats.superseded], [0, 0, 64]);
});

test('what the server refuses is taken back, what it may have taken is not', () => {
  const { drive, state } = driving({ hears: () => true });
  drive.drive('a', flat(1), {});
  assert.equal(drive.predicted('a').view.center[0], 1);
  state.asked[0].reject(new CompositorError('timeout', 'no answer'));
  assert.notEqual(drive.predicted('a'), null);
  state.asked[0].reject(new CompositorError('held', 'held by wall'));
  assert.equal(drive.predicted('a'), null);
  assert.deepEqual(state.refused, [['drive-refused', 'a', 'held']]);
});

// ---- repair of the scene

test('the scene is asked for at most once per interval, until a snapshot of it came', async () => {
  const timers = new Turned();
  const state = { connected: true, subscribed: true, asked: 0 };
  const repair = new SceneRepair({
    connected: () => state.connected,
    subscribed: () => state.subscribed,
    ask: async () => { state.asked++; },
    options: { repairInterval: 5_000 },
    timers,
  });
  const turn = async () => {
    timers.turn();
    await new Promise(setImmediate);
  };
  repair.torn();
  repair.torn();
  assert.deepEqual(timers.waits, [0]);
  await turn();
  assert.equal(state.asked, 1);
  assert.ok(timers.waits.length === 1 && timers.waits[0] > 4_000, 'nothing came: again after the interval');
  repair.whole();
  await turn();
  assert.deepEqual([state.asked, timers.waits.length], [1, 0]);

  repair.torn();
  repair.rest();
  assert.deepEqual(timers.waits, []);
  repair.resumed();
  assert.equal(timers.waits.length, 1);
  state.subscribed = false;
  repair.rest();
  repair.whole();
  repair.torn();
  repair.resumed();
  assert.deepEqual(timers.waits, [], 'who does not follow the scene needs none');
});

// ---- clock

test('the server\'s clock is measured often at first, and then with its heartbeat', () => {
  const timers = new Turned();
  let pings = 0;
  const clock = new ServerClock(new ClockFilter(), {
    connected: () => true, interval: () => 7_000, ping: () => pings++, jumped: () => {}, timers,
  });
  clock.welcomed(localNow() + 60_000_000);
  assert.ok(Math.abs(clock.now() - localNow() - 60_000_000) < 5_000_000, 'at first what the welcome said');
  clock.begin();
  const waits = [];
  for (let i = 0; i < 22; i++) {
    waits.push(timers.waits[0]);
    timers.turn();
  }
  assert.deepEqual([waits[0], waits[4], waits[5], waits[19], waits[20]], [100, 100, 1_000, 1_000, 7_000]);
  assert.equal(pings, 23);
  clock.rest();
  assert.deepEqual(timers.waits, []);
});

test('a jump of the wall clock begins all measurements anew', () => {
  const real = Date.now;
  const timers = new Turned();
  const state = { connected: true, jumps: 0 };
  const filter = new ClockFilter();
  const clock = new ServerClock(filter, {
    connected: () => state.connected, interval: () => 7_000, ping: () => {}, jumped: () => state.jumps++, timers,
  });
  try {
    const t0 = localNow();
    assert.ok(clock.add({ t0, t1: t0 + 9_000_000, t2: t0 + 9_000_000 }));
    assert.equal(clock.watch(), false);
    Date.now = () => real() + 3_600_000;
    state.connected = false;
    assert.equal(clock.watch(), false, 'nobody to measure');
    state.connected = true;
    Date.now = () => real() + 7_200_000;
    assert.equal(clock.watch(), true);
    assert.deepEqual([state.jumps, filter.offset, timers.waits.length], [1, undefined, 1]);
    assert.ok(clock.outdated({ t0 }));
    assert.ok(!clock.outdated({ t0: localNow() + 1 }));
    assert.ok(Math.abs(clock.now() - localNow() - 9_000_000) < 5_000_000, 'until then what was measured before');
  } finally {
    Date.now = real;
  }
});

// ---- connection

function connection(options = {}) {
  const timers = Object.assign(new Turned(), { sweep() {} });
  const told = [];
  const sockets = [];
  class FakeSocket {
    readyState = 0;
    bufferedAmount = 0;
    sent = [];

    constructor(url, protocols) {
      if (url === 'wrong') throw new Error('no address');
      Object.assign(this, { url, protocols });
      sockets.push(this);
    }

    send(text) {
      this.sent.push(text);
    }

    close(code) {
      this.closed = code;
    }

    stand() {
      this.readyState = 1;
      this.onopen();
    }
  }
  const host = {
    options: { url: 'ws://here', connection: 'keep-open', connectTimeout: 9_000, random: () => 0.5, WebSocket: FakeSocket, ...options },
    timers,
    messageBytes: () => 40,
    timeout: () => 30_000,
    opening: () => told.push('opening'),
    opened: () => told.push('opened'),
    received: (data) => told.push(data),
    dropped: (reason) => told.push(`dropped ${reason.code}`),
    ended: (failure) => told.push(`ended ${failure.code}`),
    waiting: ({ code, delay }) => told.push(`waiting ${code} ${delay}`),
  };
  return { room: new Connection(host), host, timers, told, sockets };
}

test('an attempt stands, is greeted, and a lost one is followed by the next', () => {
  const { room, timers, told, sockets } = connection({ key: 'secret' });
  room.begin();
  assert.deepEqual(sockets[0].protocols, ['compositor.v1.json', 'compositor.key.c2VjcmV0']);
  assert.deepEqual(timers.waits, [9_000]);
  sockets[0].stand();
  room.heard();
  room.welcomed();
  sockets[0].onmessage({ data: 'text' });
  sockets[0].onclose({ code: 1012, reason: 'restart' });
  assert.deepEqual(told, ['opening', 'opened', 'text', 'dropped disconnected', 'waiting 1012 50']);
  timers.turn();
  assert.equal(sockets.length, 2);
  sockets[0].onmessage({ data: 'of a socket that is given up' });
  sockets[0].onclose({ code: 1000, reason: '' });
  assert.equal(told.length, 6);
});

test('after a final code, with "once", and where there is no such address it ends', () => {
  for (const [options, code, ended] of [[{}, 4409, 'ended 4409'], [{ connection: 'once' }, 1006, 'ended 1006']]) {
    const { room, told, sockets } = connection(options);
    room.begin();
    sockets[0].onclose({ code, reason: '' });
    assert.equal(told.at(-1), ended);
  }
  const { room, told } = connection({ url: 'wrong' });
  room.begin();
  assert.deepEqual(told, ['opening', 'ended invalid']);
});

test('the goodbye stands for a close frame that is lost, and for a server that does not close', () => {
  const { room, timers, told, sockets } = connection();
  room.begin();
  room.said({ code: 4503, reason: 'draining', reconnectAfter: 5_000 });
  sockets[0].onclose({ code: 1006, reason: '' });
  assert.equal(told.at(-1), 'waiting 4503 5050');
  timers.turn();
  room.said({ code: 'x', reason: 7, reconnectAfter: NaN });
  assert.deepEqual(room.goodbye, { code: 1006, reason: '', reconnectAfter: null });
  timers.clear(1);
  timers.turn();
  assert.ok(told.at(-1).startsWith('waiting 1006'));
});

test('who closes, or tries at once, while it begins to wait is obeyed', () => {
  const closing = connection();
  closing.host.waiting = () => closing.room.close(1000, new CompositorError('closed', 'closed'));
  closing.room.begin();
  closing.sockets[0].onclose({ code: 1006, reason: '' });
  assert.deepEqual(closing.timers.waits, [], 'nothing brings a closed client back');

  const trying = connection();
  trying.host.waiting = () => trying.room.open();
  trying.room.begin();
  trying.sockets[0].onclose({ code: 1006, reason: '' });
  assert.deepEqual([trying.sockets.length, trying.timers.waits], [2, [9_000]], 'one attempt');
});

test('a message that is too long is refused, one that cannot be sent is not sent', () => {
  const { room, sockets } = connection();
  assert.equal(room.send({}), false);
  room.begin();
  assert.equal(room.send({}), false);
  assert.equal(room.writable, false);
  sockets[0].stand();
  assert.equal(room.writable, true);
  assert.equal(room.send({ type: 'bye' }), true);
  assert.throws(() => room.send({ type: 'ä'.repeat(20) }), (error) => error.code === 'limit' && error.field === 'messageBytes');
  sockets[0].bufferedAmount = 1 << 20;
  assert.equal(room.writable, false);
  assert.deepEqual(sockets[0].sent, ['{"type":"bye"}']);
});

test('a silent server is given up; after a sleep it has five seconds', () => {
  const { room, timers, told, sockets, host } = connection();
  room.begin();
  sockets[0].stand();
  room.heard();
  room.welcomed();
  room.slept();
  assert.equal(timers.waits.length, 1);
  assert.ok(timers.waits[0] <= 5_000, String(timers.waits));
  host.timeout = () => -1;
  timers.turn();
  assert.ok(told.at(-1).startsWith('waiting 1006'));
  assert.equal(sockets[0].closed, 4000);
});
