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
const x = (state, id = 'gear') => state.models.get(id)?.position[0];

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
  assert.equal(client.scene.predictedView('tour').center[0], 1);
  await assert.rejects(answer, { code: 'held', field: 'camera' });
  assert.equal(x(client.scene.shown), 0);
  assert.equal(client.scene.shown.models.has('lamp'), true);
  assert.equal(client.scene.predictedView('tour'), null);
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
