import assert from 'node:assert/strict';
import { test } from 'node:test';
import WebSocket from 'ws';
import { applyOps, CompositorClient, EMPTY_SCENE } from '../compositor-client.js';
import { FakeServer, until } from './fake-server.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes operations over few ids, so that they meet. */
class Operations {
  constructor(seed) {
    this.random = randomOf(seed);
  }

  one(...choices) { return choices[Math.floor(this.random() * choices.length)]; }

  id() { return this.one('a', 'b', 'c', 'd/e'); }

  vector() { return [0, 0, 0].map(() => Math.round(this.random() * 20 - 10) / 4); }

  fields() {
    const fields = {};
    const maybe = (name, value) => { if (this.random() < 0.4) fields[name] = this.random() < 0.2 ? null : value; };
    maybe('position', this.vector());
    maybe('scale', this.vector());
    maybe('orientation', this.one([0, 0, 0, 1], [1, 0, 0, 0], [0.6, 0, 0.8, 0]));
    maybe('visible', this.random() < 0.5);
    maybe('label', this.one('x', ''));
    maybe('layer', 'l');
    return fields;
  }

  op() {
    const id = this.id();
    switch (this.one('put', 'put', 'put', 'patch', 'patch', 'patch', 'remove', 'select', this.random() < 0.2 ? 'clear' : 'patch')) {
      case 'put': return { op: 'put', model: { id, uri: this.one('models/a.glb', 'models/b.glb'), ...this.fields() } };
      case 'patch': return { op: 'patch', id, ...this.fields() };
      case 'remove': return { op: 'remove', id };
      case 'select': return { op: 'select', ids: Array.from({ length: Math.floor(this.random() * 3) }, () => this.id()) };
      default: return { op: 'clear' };
    }
  }

  transaction() { return Array.from({ length: 1 + Math.floor(this.random() * 4) }, () => this.op()); }
}

const DEFAULTS = { position: [0, 0, 0], orientation: [0, 0, 0, 1], scale: [1, 1, 1], visible: true, label: null, layer: null };

/** The rules once more, as plainly as they can be said; null: refused. */
function plainly(scene, ops) {
  const next = structuredClone(scene);
  for (const op of ops) {
    if (op.op === 'put') {
      next.models[op.model.id] = Object.fromEntries(Object.entries({ ...DEFAULTS, ...op.model }).map(([name, value]) => [name, value ?? DEFAULTS[name]]));
    } else if (op.op === 'clear') {
      next.models = {};
      next.selected = [];
    } else if (op.op === 'select') {
      if (op.ids.some((id) => !(id in next.models))) return null;
      next.selected = [...new Set(op.ids)];
    } else {
      if (!(op.id in next.models)) return null;
      if (op.op === 'remove') {
        delete next.models[op.id];
        next.selected = next.selected.filter((id) => id !== op.id);
      } else {
        for (const [name, value] of Object.entries(op)) if (name !== 'op') next.models[op.id][name] = value ?? DEFAULTS[name];
      }
    }
  }
  return next;
}

const plain = ({ models, selected }) => ({ models: Object.fromEntries(models), selected: [...selected] });
const tried = (state, ops) => {
  try {
    return applyOps(state, ops);
  } catch (error) {
    assert.equal(error.code, 'not-found', error.message);
    return null;
  }
};

test(`20,000 random transactions do what the rules say (SEED=${SEED})`, () => {
  const operations = new Operations(SEED);
  let state = EMPTY_SCENE;
  let expected = { models: {}, selected: [] };
  let refused = 0;
  for (let i = 0; i < 20_000; i++) {
    const ops = operations.transaction();
    const before = plain(state);
    const [next, wanted] = [tried(state, ops), plainly(expected, ops)];
    assert.equal(next === null, wanted === null, JSON.stringify(ops));
    assert.deepEqual(plain(state), before, 'the state before stays as it was');
    if (next === null) {
      refused++;
      continue;
    }
    assert.deepEqual(plain(next), wanted, JSON.stringify(ops));
    assert.equal(next.revision, state.revision + 1);
    // More than one operation may change a model and change it back.
    for (const [id, model] of ops.length === 1 ? next.models : []) {
      const known = state.models.get(id);
      if (known !== undefined && known !== model) assert.notDeepEqual(known, model, 'a model that did not change is another object');
    }
    // An own transaction is on top of the server's word also when that has it already: it must not change it again.
    const again = tried(next, ops);
    if (again !== null) assert.deepEqual(plain(again), wanted, `twice: ${JSON.stringify(ops)}`);
    [state, expected] = [next, wanted];
  }
  assert.ok(refused > 1_000 && refused < 19_000, `${refused} refused`);
});

test(`three clients that change the same models at random end as the server does (SEED=${SEED})`, async () => {
  const server = await new FakeServer().start();
  const clients = ['one', 'two', 'three'].map((display) => new CompositorClient({
    url: server.url, WebSocket, display, random: () => 0, subscription: { scene: true },
  }));
  try {
    for (const client of clients) client.connect();
    await until(() => clients.every(({ scene }) => scene.known), 'scenes');
    const operations = new Operations(SEED + 1);
    const outcomes = { taken: 0, 'not-found': 0, disconnected: 0 };
    for (let round = 0; round < 60; round++) {
      const answers = Array.from({ length: 12 }, () => operations.one(...clients).transact(operations.transaction()).then(
        () => { outcomes.taken++; }, ({ code }) => { outcomes[code]++; }));
      // Now and then a connection is lost in the middle of it.
      if (round % 10 === 9) operations.one(...server.peers.filter(({ socket }) => socket.readyState === 1)).socket.close(1012);
      await Promise.all(answers);
      await until(() => clients.every(({ state }) => state === 'connected'), 'connections');
    }
    await until(() => clients.every(({ scene }) => scene.revision === server.scene.revision && scene.unconfirmed === 0), 'the last transaction');
    for (const { scene, stats } of clients) {
      assert.deepEqual(plain(scene.shown), plain(server.scene));
      assert.equal(stats.ignored, 0);
    }
    assert.equal(Object.keys(outcomes).length, 3, JSON.stringify(outcomes));
    assert.ok(outcomes.taken > 100 && outcomes['not-found'] > 50, JSON.stringify(outcomes));
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
});
