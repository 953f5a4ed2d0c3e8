import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { applyOps, EMPTY_SCENE, SceneTimeline, ViewSmoother } from '../compositor-client.js';
import { SharedScene } from '../src/shared-scene.js';
import { Timers } from '../src/timers.js';
import { flat } from './fake-server.mjs';

const MS = 1_000;
const gear = { id: 'gear', uri: 'models/gear.glb' };
const patch = (id, x) => ({ op: 'patch', id, position: [x, 0, 0] });

/** As much of a client as a timeline needs: a clock that the test turns, and a scene. */
class StandIn {
  constructor() {
    this.time = 1_000_000_000;
    this.seq = 0;
    this.asked = [];
    this.smoother = new ViewSmoother();
    this.scene = new SharedScene({
      ask: (message, resolve, reject) => this.asked.push({ message, resolve, reject }),
      emit: () => {}, subscribed: () => true, session: () => 'me', order: () => 0, carried: () => {}, options: { maxOutstanding: 16, requestTimeout: 60_000 },
      timers: new Timers(false),
    });
    this.snapshot(applyOps(EMPTY_SCENE, [{ op: 'put', model: gear }, { op: 'put', model: { ...gear, id: 'lamp' } }]));
  }

  now() { return this.time; }

  snapshot({ models, selected, revision }) {
    this.scene.snapshot({ type: 'snapshot', all: true, seq: ++this.seq, scene: { revision, models: [...models.values()], selected: [...selected] } }, false);
  }

  /** A sample of the camera `tour`, `age` ms old when it comes. */
  sample(x, age = 5, more = {}) {
    const time = this.time - age * MS;
    this.smoother.push({ time, received: time, source: 'a', view: flat(x), ...more }, this.time);
  }

  /** A transaction, with the camera if x is given. */
  transaction(ops, x, { age = 5, origin, ...more } = {}) {
    const time = this.time - age * MS;
    const camera = x === undefined ? null : { type: 'camera', camera: 'tour', time, received: time, source: 'a', view: flat(x), ...more };
    this.scene.transaction({ type: 'scene', seq: ++this.seq, ops, origin, camera });
    if (camera !== null) this.smoother.push(camera, this.time);
    return this.seq;
  }

  /** One frame: what is on the screen, of the camera and of a model. */
  frame(timeline, id = 'gear') {
    const view = this.smoother.sample(this.time);
    const other = timeline.advance(this.time);
    let model = timeline.shown.models.get(id)?.position[0];
    for (let i = 0; i < timeline.moving; i++) if (timeline.poses[i].id === id) [model] = timeline.poses[i].position;
    return { camera: view?.center[0], model, other };
  }
}

let client;
beforeEach(() => { client = new StandIn(); });

test('a model comes out in the frame in which its camera is reached', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother, interpolate: false });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  client.transaction([patch('gear', 100)], 100, { cut: true });
  let delayed = 0;
  for (let i = 0; i < 300; i++, client.time += MS) {
    const { camera, model } = client.frame(timeline);
    assert.equal(model, camera, `after ${i} ms`);
    if (camera === 0) delayed++;
  }
  assert.ok(delayed > 5 && delayed < 100, `${delayed} ms behind`);
  assert.equal(client.frame(timeline).model, 100);
});

test('model and camera move together between two transactions', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  let between = 0;
  for (let i = 0; i < 200; i++) {
    client.transaction([patch('gear', i)], i);
    for (let ms = 0; ms < 16; ms++, client.time += MS) {
      const { camera, model } = client.frame(timeline);
      // at first the delay grows to what is needed
      if (i < 150) continue;
      assert.ok(Math.abs(camera - model) < 1e-9, `camera ${camera}, model ${model}`);
      if (model % 1 > 0.1 && model % 1 < 0.9) between++;
    }
  }
  assert.ok(between > 400, `${between} frames between two transactions`);
  client.time += 300 * MS;
  assert.deepEqual(client.frame(timeline), { camera: 199, model: 199, other: true });
  assert.equal(timeline.moving, 0);
});

test('transactions without a camera follow their arrival, as late as samples do, and in order', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother, interpolate: false });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) {
    client.sample(i);
    client.frame(timeline);
  }
  client.sample(30);
  client.transaction([patch('gear', 1)]);
  assert.equal(client.frame(timeline).model, 0);
  const { lag } = client.smoother;
  assert.ok(lag > 5 * MS && lag < 50 * MS, `lag ${lag}`);
  client.time += MS;
  client.transaction([patch('gear', 2)], 31);
  const seen = [];
  for (let i = 0; i < 200; i++, client.time += MS) {
    const { model } = client.frame(timeline);
    if (seen.at(-1) !== model) seen.push(model);
  }
  assert.ok(seen.join() === '0,1,2' || seen.join() === '0,2', `seen ${seen}`);
  assert.equal(timeline.waiting, 0);
});

test('without a camera they come out at once', () => {
  const timeline = new SceneTimeline(client);
  client.transaction([patch('gear', 1)]);
  assert.deepEqual(client.frame(timeline), { camera: undefined, model: 1, other: true });
  assert.equal(client.frame(timeline).other, false);
});

test('own changes are on top at once, until they have come out themselves', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  client.transaction([patch('gear', 3)], 1);
  client.scene.submit([patch('gear', 50)], { predict: true, resent: false }, () => {});
  assert.equal(client.frame(timeline).model, 50);
  client.time += 3 * MS;
  const seq = client.transaction([patch('gear', 50)], undefined, { origin: 'me' });
  client.asked[0].resolve({ type: 'ack', seq });
  assert.equal(client.scene.unconfirmed, 0);
  client.transaction([patch('gear', 60)]);
  const seen = new Set();
  for (let i = 0; i < 300; i++, client.time += MS) seen.add(Math.round(client.frame(timeline).model));
  assert.equal([...seen][0], 50);
  assert.equal([...seen].at(-1), 60);
  for (const model of seen) assert.ok(model >= 50, `it showed ${model}`);
});

test('nothing moves across a cut', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  client.transaction([patch('gear', 100)], 100, { cut: true });
  client.time += 16 * MS;
  client.transaction([patch('gear', 101)], 101);
  for (let i = 0; i < 200; i++, client.time += MS) {
    const { model } = client.frame(timeline);
    assert.ok(model === 0 || model >= 100, `it showed ${model}`);
  }
});

test('two who take turns both move steadily', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 60; i++, client.time += 8 * MS) {
    client.sample(0);
    client.transaction([patch(i % 2 === 0 ? 'gear' : 'lamp', Math.floor(i / 2))]);
    client.frame(timeline);
  }
  let last = client.frame(timeline).model;
  for (let i = 60; i < 120; i++) {
    client.sample(0);
    client.transaction([patch(i % 2 === 0 ? 'gear' : 'lamp', Math.floor(i / 2))]);
    for (let ms = 0; ms < 8; ms++, client.time += MS) {
      const { model } = client.frame(timeline);
      assert.ok(model - last > -0.05 && model - last < 0.3, `from ${last} to ${model}`);
      last = model;
    }
  }
  assert.ok(last > 55, `it came to ${last}`);
});

test('a gate holds transactions back, and lets them out before their time', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  const seq = client.transaction([patch('gear', 1)], 1);
  client.transaction([patch('gear', 2)]);
  const x = (gate) => {
    timeline.advance(client.time, gate);
    assert.equal(timeline.moving, 0);
    return timeline.shown.models.get('gear').position[0];
  };
  client.time += 1_000 * MS;
  client.smoother.sample(client.time);
  assert.equal(x({ held: seq, out: -1 }), 0);
  assert.equal(x({ held: seq + 1, out: seq }), 1);
  client.transaction([patch('gear', 3)]);
  assert.equal(x({ held: Infinity, out: seq + 2 }), 3);
});

test('a snapshot is a jump', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  client.transaction([patch('gear', 3)]);
  client.snapshot(applyOps(EMPTY_SCENE, [{ op: 'put', model: { ...gear, position: [7, 0, 0] } }]));
  assert.equal(client.frame(timeline).model, 7);
  assert.equal(timeline.waiting, 0);
  assert.equal(timeline.shown.models.has('lamp'), false);
});

test('a camera whose clock was replaced holds nothing back', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother, interpolate: false });
  for (let i = 0; i < 30; i++, client.time += 16 * MS) client.sample(0);
  client.transaction([patch('gear', 3)], 1);
  client.smoother.push({ time: 500, received: client.time, source: 'b', view: flat(2) }, client.time);
  for (let i = 0; i < 300; i++, client.time += MS) client.frame(timeline);
  assert.equal(client.frame(timeline).model, 3);
});

test('a page that draws no frames keeps a bounded number, and loses nothing', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother, capacity: 8 });
  client.sample(0);
  for (let i = 1; i <= 100; i++) client.transaction([patch('gear', i)], i);
  assert.equal(timeline.waiting, 8);
  client.time += 1_000 * MS;
  assert.equal(client.frame(timeline).model, 100);
  timeline.close();
  client.transaction([patch('gear', 101)]);
  assert.equal(timeline.waiting, 0);
});

test('frames allocate no poses', () => {
  const timeline = new SceneTimeline(client, { camera: 'tour', smoother: client.smoother });
  for (let i = 0; i < 100; i++) {
    client.time += 16 * MS;
    client.transaction([patch('gear', i)], i);
    client.frame(timeline);
  }
  assert.equal(timeline.moving, 1);
  const [pose] = timeline.poses;
  const { shown } = timeline;
  client.time += MS;
  client.frame(timeline);
  assert.equal(timeline.poses[0], pose);
  assert.equal(timeline.shown, shown);
});
