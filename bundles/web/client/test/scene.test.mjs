import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import WebSocket from 'ws';
import { applyOps, checkOps, CompositorClient, EMPTY_SCENE } from '../compositor-client.js';
import { FakeServer, flat, until } from './fake-server.mjs';

const gear = { id: 'gear', uri: 'models/gear.glb' };
const put = (model) => ({ op: 'put', model });
const patch = (id, fields) => ({ op: 'patch', id, ...fields });
const at = (x) => ({ position: [x, 0, 0] });

// ---- operations

test('a model gets the defaults that it does not name', () => {
  const { models, revision, selected } = applyOps(EMPTY_SCENE, [put({ ...gear, label: null, visible: null })]);
  assert.deepEqual(models.get('gear'), {
    id: 'gear', uri: 'models/gear.glb', position: [0, 0, 0], orientation: [0, 0, 0, 1], scale: [1, 1, 1], visible: true, label: null, layer: null,
  });
  assert.equal(revision, 1);
  assert.equal(selected.size, 0);
  assert.equal(EMPTY_SCENE.models.size, 0);
});

test('a patch changes what it names, and null restores a default', () => {
  let state = applyOps(EMPTY_SCENE, [put({ ...gear, ...at(1), label: 'Gear', visible: false })]);
  state = applyOps(state, [patch('gear', { position: null, scale: [2, 2, 2] })]);
  assert.deepEqual(state.models.get('gear').position, [0, 0, 0]);
  assert.deepEqual(state.models.get('gear').scale, [2, 2, 2]);
  assert.equal(state.models.get('gear').label, 'Gear');
  state = applyOps(state, [patch('gear', { label: null, visible: null })]);
  assert.equal(state.models.get('gear').label, null);
  assert.equal(state.models.get('gear').visible, true);
});

test('removing a model unselects it, select replaces, clear empties', () => {
  let state = applyOps(EMPTY_SCENE, [put(gear), put({ ...gear, id: 'lamp' }), { op: 'select', ids: ['lamp', 'gear', 'lamp'] }]);
  assert.deepEqual([...state.selected], ['lamp', 'gear']);
  state = applyOps(state, [{ op: 'remove', id: 'lamp' }]);
  assert.deepEqual([...state.selected], ['gear']);
  state = applyOps(state, [{ op: 'clear' }]);
  assert.equal(state.models.size + state.selected.size, 0);
  assert.equal(state.revision, 3);
});

test('an unknown id refuses the whole, and says where', () => {
  const state = applyOps(EMPTY_SCENE, [put(gear)]);
  for (const [ops, field] of [
    [[patch('gear', at(1)), patch('lamp', at(1))], 'ops[1].id'],
    [[{ op: 'remove', id: 'gear' }, { op: 'remove', id: 'gear' }], 'ops[1].id'],
    [[{ op: 'select', ids: ['gear', 'lamp'] }], 'ops[0].ids[1]'],
    [[{ op: 'clear' }, patch('gear', {})], 'ops[1].id'],
  ]) assert.throws(() => applyOps(state, ops), { code: 'not-found', field });
  assert.deepEqual(state.models.get('gear').position, [0, 0, 0]);
});

test('a model that does not change stays the same object', () => {
  const state = applyOps(EMPTY_SCENE, [put(gear), put({ ...gear, id: 'lamp' })]);
  const next = applyOps(state, [patch('lamp', at(1)), patch('gear', { position: [0, 0, 0] }), put(gear)]);
  assert.equal(next.models.get('gear'), state.models.get('gear'));
  assert.notEqual(next.models.get('lamp'), state.models.get('lamp'));
});

test('what breaks a rule is invalid, with its field', () => {
  for (const [op, field] of [
    [null, 'ops[0].op'], [{ op: 'move' }, 'ops[0].op'], [put(null), 'ops[0].model'], [put({ id: 'gear' }), 'ops[0].model.uri'],
    [put({ ...gear, id: 'a//b' }), 'ops[0].model.id'], [put({ ...gear, id: '../a' }), 'ops[0].model.id'], [put({ ...gear, id: 'x'.repeat(65) }), 'ops[0].model.id'],
    [put({ ...gear, uri: '/etc' }), 'ops[0].model.uri'], [put({ ...gear, uri: 'a/../b' }), 'ops[0].model.uri'], [put({ ...gear, uri: 'http://x/' }), 'ops[0].model.uri'],
    [put({ ...gear, position: [1, 2] }), 'ops[0].model.position'], [patch('gear', { scale: [1, 1, NaN] }), 'ops[0].scale'],
    [patch('gear', { orientation: [0, 0, 0, 2] }), 'ops[0].orientation'], [patch('gear', { visible: 1 }), 'ops[0].visible'],
    [patch('gear', { label: 'x'.repeat(257) }), 'ops[0].label'], [patch('gear', { uri: null }), 'ops[0].uri'], [{ op: 'select', ids: 'gear' }, 'ops[0].ids'],
  ]) assert.throws(() => checkOps([op]), { code: 'invalid', field }, JSON.stringify(op));
  assert.throws(() => checkOps({}), { code: 'invalid', field: 'ops' });
});

// ---- sessions

let server;
let clients = [];

const connect = async (options = {}) => {
  const client = new CompositorClient({ url: server.url, WebSocket, random: () => 0, subscription: { cameras: ['*'], scene: true }, ...options });
  clients.push(client);
  client.connect();
  await until(() => client.scene.known, 'scene');
  return client;
};
/** The client's next change to this state, seen at once. */
const state = (client, wanted) => new Promise((resolve) => {
  const off = client.on('state', (now) => {
    if (now !== wanted) return;
    off();
    resolve();
  });
});
const x = (scene, id = 'gear') => scene.models.get(id)?.position[0];

beforeEach(async () => {
  server = await new FakeServer().start();
  server.scene = applyOps(EMPTY_SCENE, [put(gear), put({ ...gear, id: 'lamp' })]);
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.stop();
});

test('the snapshot gives the scene, transactions change it', async () => {
  const client = await connect();
  assert.equal(client.scene.revision, 1);
  server.change([patch('gear', at(3)), { op: 'select', ids: ['gear'] }], 'somebody');
  await until(() => client.scene.revision === 2, 'transaction');
  assert.equal(x(client.scene), 3);
  assert.deepEqual([...client.scene.selected], ['gear']);
  assert.equal(client.scene.shown, client.scene.confirmed);
});

test('an own transaction shows at once and becomes the word of the server', async () => {
  const client = await connect();
  const seen = [];
  client.on('scene-shown', (scene) => seen.push(x(scene.shown)));
  const answer = client.transact([patch('gear', at(5))]);
  assert.equal(x(client.scene.shown), 5);
  assert.equal(x(client.scene), 0);
  assert.deepEqual(await answer, { seq: 101, revision: 2 });
  assert.equal(x(client.scene), 5);
  assert.equal(client.scene.unconfirmed, 0);
  assert.deepEqual(new Set(seen), new Set([5]));
});

test('without prediction it shows when the server has it', async () => {
  const client = await connect();
  const answer = client.transact([patch('gear', at(5))], { predict: false });
  assert.equal(x(client.scene.shown), 0);
  await answer;
  assert.equal(x(client.scene.shown), 5);
});

test('what is refused vanishes, as a whole', async () => {
  const client = await connect();
  server.on.scene = (peer, { id }) => {
    peer.send({ type: 'error', id, code: 'held', message: 'camera tour is held by stage', field: 'camera' });
    return false;
  };
  const answer = client.transact([patch('gear', at(5)), { op: 'remove', id: 'lamp' }], { camera: { camera: 'tour', view: flat(1) } });
  assert.equal(client.scene.shown.models.has('lamp'), false);
  assert.equal(client.predictedView('tour').center[0], 1);
  await assert.rejects(answer, { code: 'held', field: 'camera' });
  assert.equal(x(client.scene.shown), 0);
  assert.equal(client.scene.shown.models.has('lamp'), true);
  assert.equal(client.predictedView('tour'), null);
});

test('operations that break a rule are refused before they are sent', async () => {
  const client = await connect();
  await assert.rejects(client.transact([put({ id: 'a' })]), { code: 'invalid', field: 'ops[0].model.uri' });
  assert.equal(server.of('scene').length, 0);
  assert.throws(() => client.subscribe({ scene: true, echo: false }), { code: 'invalid', field: 'echo' });
});

test('the answer before the change, or behind it: nothing flickers', async () => {
  for (const ackFirst of [true, false]) {
    const client = await connect({ display: `d-${ackFirst}` });
    const shown = [];
    server.on.scene = (peer, { id, ops }) => {
      const ack = { type: 'ack', id, seq: server.seq + 1 };
      if (ackFirst) peer.send(ack);
      server.change(ops, peer.session);
      if (!ackFirst) peer.send(ack);
      return false;
    };
    await client.transact([patch('gear', at(0))]);
    client.on('scene-shown', (scene) => shown.push(x(scene.shown)));
    await client.transact([patch('gear', at(7))]);
    assert.deepEqual(new Set(shown), new Set([7]), `ack ${ackFirst ? 'first' : 'behind'}`);
    assert.equal(x(client.scene), 7);
  }
});

test('of two who change the same, the order of the server counts for both', async () => {
  const [one, two] = [await connect({ display: 'one' }), await connect({ display: 'two' })];
  await Promise.all([one.transact([patch('gear', at(1))]), two.transact([patch('gear', at(2))])]);
  await until(() => one.scene.revision === 3 && two.scene.revision === 3, 'both transactions');
  assert.equal(x(one.scene.shown), x(server.scene));
  assert.equal(x(two.scene.shown), x(server.scene));
});

test('a drag shows at once and ends with the newest', async () => {
  const client = await connect();
  const drag = client.drag({ rate: 100 });
  for (let i = 1; i <= 50; i++) {
    assert.equal(drag.update([patch('gear', at(i))]), true);
    assert.equal(x(client.scene.shown), i);
  }
  const { revision } = await drag.end();
  assert.equal(revision, client.scene.revision);
  assert.equal(x(server.scene), 50);
  assert.equal(x(client.scene), 50);
  assert.ok(server.of('scene').length < 50, `${server.of('scene').length} transactions`);
  assert.equal(drag.update([patch('gear', at(51))]), false);
});

// ---- what happens on the way

test('what was on its way when the socket died is confirmed by the resumed session', async () => {
  const client = await connect();
  const shown = [];
  server.on.scene = (peer, { ops }) => {
    delete server.on.scene;
    peer.socket.terminate();
    server.change(ops, peer.session);
    return false;
  };
  client.on('scene-shown', (scene) => shown.push(x(scene.shown)));
  assert.deepEqual(await client.transact([patch('gear', { ...at(5), orientation: [0.6, 0, 0.8, 0.0001] })]), { seq: 101, revision: 2 });
  assert.equal(client.stats.resumes, 1);
  assert.deepEqual(new Set(shown), new Set([5]));
});

test('what the server never got vanishes when the resumed session has told everything', async () => {
  const client = await connect();
  server.on.scene = (peer) => {
    delete server.on.scene;
    peer.socket.terminate();
    server.change([patch('lamp', at(1))], 'somebody');
    return false;
  };
  const answer = client.transact([patch('gear', at(5))]);
  await assert.rejects(answer, { code: 'disconnected', message: /may have been taken/ });
  assert.equal(x(client.scene.shown), 0);
  assert.equal(x(client.scene.shown, 'lamp'), 1);
  assert.equal(client.scene.unconfirmed, 0);
});

test('when the session is gone the snapshot counts', async () => {
  const client = await connect();
  server.on.scene = (peer) => {
    server.resume = false;
    server.epoch = 'e2';
    server.seq = 3;
    peer.socket.terminate();
    return false;
  };
  const answer = client.transact([patch('gear', at(5))]);
  await until(() => client.state === 'waiting', 'loss');
  assert.equal(x(client.scene.shown), 5, 'nobody knows better yet');
  await assert.rejects(answer, { code: 'disconnected' });
  assert.equal(client.epoch, 'e2');
  assert.equal(x(client.scene.shown), 0);
  delete server.on.scene;
  assert.deepEqual(await client.transact([patch('gear', at(6))]), { seq: 4, revision: 2 });
});

test('after a gap the snapshot replaces the scene, and own changes stay on top', async () => {
  const client = await connect();
  let answered = () => {};
  server.on.scene = (peer, { id, ops }) => {
    answered = () => { peer.send({ type: 'ack', id, seq: server.change(ops, peer.session).seq }); };
    return false;
  };
  const answer = client.transact([patch('gear', at(5))]);
  await until(() => server.of('scene').length === 1, 'request');
  server.scene = applyOps(server.scene, [patch('gear', { ...at(1), label: 'moved' }), { op: 'remove', id: 'lamp' }]);
  server.seq = 400;
  server.last.send({ type: 'gap', from: 101, to: 400 });
  server.last.send(server.snapshot());
  await until(() => client.scene.revision === 2, 'snapshot');
  assert.equal(x(client.scene), 1);
  assert.equal(x(client.scene.shown), 5);
  assert.equal(client.scene.shown.models.get('gear').label, 'moved');
  answered();
  assert.deepEqual(await answer, { seq: 401, revision: 3 });
});

test('a closed client answers what waits', async () => {
  const client = await connect();
  server.on.scene = () => false;
  const drag = client.drag();
  drag.update([patch('lamp', at(1))]);
  const answers = [client.transact([patch('gear', at(5))]), drag.end()];
  client.close();
  for (const answer of answers) await assert.rejects(answer, { code: 'closed' });
});

test('as many own transactions wait as the limit says', async () => {
  server.on.scene = () => false;
  const client = await connect({ maxOutstanding: 3 });
  const answers = [1, 2, 3].map((i) => client.transact([patch('gear', at(i))]));
  await assert.rejects(client.transact([patch('gear', at(4))]), { code: 'limit' });
  assert.equal(x(client.scene.shown), 3);
  client.close();
  for (const { status } of await Promise.allSettled(answers)) assert.equal(status, 'rejected');
});

test('a server that makes no sense changes nothing', async () => {
  const client = await connect();
  const ignored = [];
  client.on('ignored', (why) => ignored.push(why));
  server.last.send({ type: 'scene', seq: 150, ops: [{ op: 'remove', id: 'nobody' }] });
  server.last.send({ type: 'scene', seq: 151, ops: 'all' });
  server.last.send({ type: 'scene', seq: 152 });
  server.last.send({ type: 'scene', ops: [] });
  server.seq = 200;
  server.change([patch('gear', at(2))], 'somebody');
  await until(() => x(client.scene) === 2, 'transaction behind them');
  assert.equal(ignored.length, 4);
  assert.equal(client.scene.models.size, 2);
});

// ---- what does not fit

const unfitting = () => server.last.send({ type: 'scene', seq: ++server.seq, ops: [patch('nobody', at(1))] });

test('a transaction that does not fit makes the client ask for the scene, and for nothing else', async () => {
  server.cameras = [{ type: 'camera', seq: 90, camera: 'tour', time: 1, received: 1, source: 'test', view: flat(1) }];
  const client = await connect();
  const snapshots = [];
  client.on('snapshot', (snapshot) => snapshots.push(snapshot));
  // Somebody changed what this client did not hear of.
  server.scene = applyOps(server.scene, [put({ ...gear, id: 'unheard' })]);
  server.change([patch('unheard', at(4))], 'somebody');
  await until(() => x(client.scene, 'unheard') === 4, 'the whole scene');
  assert.equal(client.scene.revision, server.scene.revision);
  assert.equal(client.stats.repairs, 1);
  assert.deepEqual(server.of('subscribe').map(({ cameras, scene }) => [cameras, scene]), [[['*'], true], [['*'], false], [['*'], true]]);
  assert.deepEqual(snapshots.map(({ all, cameras }) => [all, cameras.length]), [[false, 0], [false, 0]]);
  assert.equal(client.cameras.get('tour').view.center[0], 1);
  await until(() => client.subscriptionStands, 'subscription');
  server.change([patch('unheard', at(5))], 'somebody');
  await until(() => x(client.scene, 'unheard') === 5, 'what comes after it');
  assert.equal(client.stats.repairs, 1);
});

test('it asks once in its interval, however much does not fit', async () => {
  const client = await connect({ repairInterval: 200 });
  // when it is sent: it arrives whenever the machine lets it
  const asked = [];
  const { socket } = client;
  const { send } = socket;
  socket.send = (text) => {
    if (JSON.parse(text).type === 'subscribe' && JSON.parse(text).scene) asked.push(performance.now());
    return send.call(socket, text);
  };
  const begun = performance.now();
  while (performance.now() < begun + 700 || asked.length < 2) {
    assert.ok(performance.now() < begun + 20_000, `asked ${asked.length} times`);
    unfitting();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (let i = 1; i < asked.length; i++) assert.ok(asked[i] - asked[i - 1] > 190, `asked again after ${asked[i] - asked[i - 1]} ms`);
  assert.ok(client.stats.repairs <= 2 + (performance.now() - begun) / 200, `${client.stats.repairs} times`);
  assert.equal(client.state, 'connected');
});

test('a repair that was cut short is done with the resumed session', async () => {
  const client = await connect();
  server.scene = applyOps(server.scene, [put({ ...gear, id: 'unheard' })]);
  const first = server.last;
  server.on.subscribe = (peer) => {
    if (peer !== first) return true;
    peer.wants = { cameras: ['*'] };
    peer.socket.terminate();
    return false;
  };
  unfitting();
  await until(() => client.scene.models.has('unheard'), 'the whole scene');
  assert.equal(client.stats.resumes, 1);
  await until(() => client.subscriptionStands, 'subscription');
  assert.equal(server.last.follows, true);
});

test('own changes stay on top while the scene is asked for', async () => {
  const client = await connect();
  const requests = held();
  const answer = client.transact([patch('gear', at(5))]);
  const shown = new Set();
  client.on('scene-shown', (scene) => shown.add(x(scene.shown)));
  unfitting();
  await until(() => client.stats.repairs === 1 && client.subscriptionStands && requests.length === 1, 'snapshot');
  requests.take(requests[0]);
  await answer;
  assert.deepEqual(shown, new Set([5]));
});

test('who did not subscribe to the scene does not ask for it', async () => {
  const client = new CompositorClient({ url: server.url, WebSocket, random: () => 0, subscription: { cameras: ['*'] } });
  clients.push(client);
  client.connect();
  await until(() => client.subscriptionStands, 'subscription');
  unfitting();
  server.last.camera('tour', ++server.seq, flat(1));
  await until(() => client.cameras.has('tour'), 'what came behind it');
  assert.equal(client.stats.ignored, 1);
  assert.equal(server.of('subscribe').length, 1);
});

// ---- dragging

/** Lets the server answer scene requests only when told. */
const held = () => {
  const requests = [];
  server.on.scene = (peer, request) => {
    requests.push({ peer, ...request });
    return false;
  };
  requests.take = ({ peer, id, ops, camera }) => peer.send({ type: 'ack', id, seq: server.change(ops, peer.session, camera).seq });
  return requests;
};

test('a drag has few transactions on their way, and sends the newest of each field', async () => {
  const requests = held();
  const client = await connect();
  const drag = client.drag({ rate: 1_000, maxOutstanding: 1 });
  drag.update([patch('gear', at(1))]);
  for (let i = 2; i <= 40; i++) drag.update([patch('gear', at(i)), patch('lamp', { scale: [i, i, i] })], { camera: 'tour', view: flat(i), cut: i === 2 });
  drag.update([patch('lamp', { visible: false })]);
  await until(() => requests.length === 1, 'first');
  assert.equal(x(client.scene.shown), 40);
  assert.equal(client.predictedView('tour').center[0], 40);
  requests.take(requests[0]);
  await until(() => requests.length === 2, 'second');
  assert.deepEqual(requests[1].ops, [{ op: 'patch', id: 'gear', position: [40, 0, 0] }, { op: 'patch', id: 'lamp', scale: [40, 40, 40], visible: false }]);
  assert.deepEqual(requests[1].camera, { camera: 'tour', view: flat(40), cut: true });
  requests.take(requests[1]);
  await drag.end();
  assert.equal(client.predictedView('tour'), null);
  assert.equal(client.cameras.get('tour').view.center[0], 40);
});

test('what another does to the model shows where it is not held, and where mine is confirmed', async () => {
  const requests = held();
  const client = await connect();
  const drag = client.drag();
  drag.update([patch('gear', at(5))]);
  await until(() => requests.length === 1, 'request');
  server.change([patch('gear', { ...at(9), label: 'other' })], 'somebody');
  await until(() => client.scene.revision === 2, 'the other');
  assert.equal(x(client.scene.shown), 5);
  assert.equal(client.scene.shown.models.get('gear').label, 'other');
  requests.take(requests[0]);
  await until(() => client.scene.revision === 3, 'mine');
  assert.equal(x(client.scene.shown), 5);
  server.change([patch('gear', at(7))], 'somebody');
  await until(() => client.scene.revision === 4, 'the other again');
  assert.equal(x(client.scene.shown), 7, 'what is confirmed is the word of the server');
  await drag.end();
});

test('a cancelled drag sets back what was sent, and drops what was not', async () => {
  const client = await connect();
  const drag = client.drag();
  drag.update([patch('gear', { ...at(5), label: 'x' })]);
  await until(() => x(client.scene) === 5, 'first');
  const result = drag.cancel();
  assert.equal(x(client.scene.shown), 0);
  assert.equal((await result).revision, 3);
  assert.equal(x(server.scene), 0);
  assert.equal(server.scene.models.get('gear').label, null);

  const requests = held();
  const unsent = client.drag({ rate: 0.001 });
  unsent.update([]);
  unsent.update([patch('gear', at(1))]);
  unsent.update([patch('gear', at(2))]);
  await until(() => requests.length === 1, 'the one that was sent');
  assert.equal(x(client.scene.shown), 2);
});

test('a model that another removes drops out of the drag, the others go on', async () => {
  const client = await connect();
  const drag = client.drag();
  server.scene = applyOps(server.scene, [{ op: 'remove', id: 'lamp' }]);
  drag.update([patch('lamp', at(1)), patch('gear', at(1))]);
  assert.equal((await drag.end()).revision, client.scene.revision);
  assert.equal(x(server.scene), 1);
  assert.equal(drag.error, null);
});

test('a refused drag ends: what it did vanishes, and the event says why', async () => {
  server.on.scene = (peer, { id }) => {
    peer.send({ type: 'error', id, code: 'forbidden', message: 'role view must not change the scene' });
    return false;
  };
  const client = await connect();
  const drag = client.drag();
  const refused = new Promise((resolve) => { client.on('drag-refused', resolve); });
  drag.update([patch('gear', at(5))]);
  assert.equal((await refused).error.code, 'forbidden');
  assert.equal(x(client.scene.shown), 0);
  assert.equal(drag.update([patch('gear', at(6))]), false);
  await assert.rejects(drag.end(), { code: 'forbidden' });
});

test('a drag goes on when the server is briefly unavailable or has had too many requests', async () => {
  const refusals = ['unavailable', 'limit', 'limit'];
  server.on.scene = (peer, { id }) => {
    const code = refusals.shift();
    if (code === undefined) return true;
    peer.send({ type: 'error', id, code, message: code });
    return false;
  };
  const client = await connect();
  const drag = client.drag();
  drag.update([patch('gear', at(5))]);
  await drag.end();
  assert.equal(x(server.scene), 5);
});

test('a drag survives a lost socket with its newest values', async () => {
  const requests = held();
  const client = await connect();
  const drag = client.drag({ rate: 1_000 });
  const shown = [];
  drag.update([patch('gear', at(1))]);
  await until(() => requests.length === 1, 'request');
  client.on('scene-shown', (scene) => shown.push(x(scene.shown)));
  drag.update([patch('gear', at(2))]);
  await until(() => requests.length === 2, 'second request');
  delete server.on.scene;
  const lost = state(client, 'waiting');
  server.last.socket.terminate();
  await lost;
  drag.update([patch('gear', at(3))]);
  await drag.end();
  assert.equal(x(server.scene), 3);
  assert.equal(client.stats.connects, 2);
  for (const value of shown) assert.ok(value >= 2, `it showed ${value}`);
});

test('what waits for too long without a connection is dropped, and the event says so', async () => {
  const client = await connect({ driveHold: 60, random: () => 1 });
  const drag = client.drag();
  server.on.hello = () => false;
  const lost = state(client, 'waiting');
  server.last.socket.terminate();
  await lost;
  const refused = new Promise((resolve) => { client.on('drag-refused', resolve); });
  drag.update([patch('gear', at(5))]);
  assert.equal(x(client.scene.shown), 5);
  assert.equal((await refused).error.code, 'disconnected');
  assert.equal(x(client.scene.shown), 0);
});

test('a snapshot in the middle of a drag does not disturb it', async () => {
  const requests = held();
  const client = await connect();
  const drag = client.drag({ maxOutstanding: 1 });
  drag.update([patch('gear', at(5))]);
  drag.update([patch('gear', at(6))]);
  await until(() => requests.length === 1, 'request');
  server.epoch = 'e2';
  server.seq = 7;
  server.scene = applyOps(EMPTY_SCENE, [put({ ...gear, label: 'new' }), put({ ...gear, id: 'lamp' })]);
  server.last.send(server.snapshot());
  await until(() => client.epoch === 'e2', 'new epoch');
  assert.equal(x(client.scene.shown), 6);
  assert.equal(client.scene.shown.models.get('gear').label, 'new');
  delete server.on.scene;
  requests.take(requests[0]);
  await drag.end();
  assert.equal(x(server.scene), 6);
  assert.equal(x(client.scene.shown), 6);
});

test('a drag takes patches only, and needs the scene', async () => {
  const client = await connect();
  const drag = client.drag();
  assert.throws(() => drag.update([{ op: 'remove', id: 'gear' }]), { code: 'invalid', field: 'ops[0].op' });
  assert.throws(() => drag.update([patch('gear', { scale: 1 })]), { code: 'invalid', field: 'ops[0].scale' });
  assert.throws(() => client.drag({ rate: 0 }), { code: 'invalid', field: 'rate' });
  assert.equal(await drag.end(), null);
  await client.subscribe({ cameras: ['*'] });
  assert.throws(() => client.drag(), { code: 'unavailable' });
});
