import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Follower } from '../shared/follower.js';
import { pan2d, zoom2d } from '../shared/views.js';

const VIEW = { kind: '2d', center: [0, 0], zoom: 1, rotation: 0, size: [100, 100] };
let client;
let told;
let follower;

/** A client that notes what is driven. */
beforeEach(() => {
  told = [];
  client = {
    state: 'connected', epoch: 'e', cameras: new Map(), control: new Map(), clock: { offset: 0 }, welcome: { role: 'control', session: 'me' }, driven: [], asked: [], predicted: null,
    now: () => performance.now() * 1000,
    timers: { due: null, set(run) { this.due = run; return run; }, clear(run) { if (run === this.due) this.due = null; } },
    drive(camera, view, options) {
      this.driven.push({ camera, view, ...options });
      this.predicted = view;
    },
    predictedView(camera, smoother) {
      assert.equal(smoother, follower.smoother);
      return camera === 'tour' ? this.predicted : null;
    },
    take(camera, { force }) {
      this.asked.push([camera, force ? 'force' : 'take']);
      return Promise.resolve();
    },
    release(camera) {
      this.asked.push([camera, 'release']);
      return Promise.resolve();
    },
    ask(camera) {
      this.asked.push([camera, 'ask']);
      return Promise.resolve();
    },
  };
  client.cameras.set('tour', { camera: 'tour', seq: 1, time: 0, received: 0, source: 'recording', view: VIEW });
  follower = new Follower({ client, own: (view) => ({ ...view, center: [...view.center] }), refused: (error) => told.push(error.code) });
  follower.follow('tour');
  follower.frame();
});

const pan = (view) => ({ ...view, center: [view.center[0] + 10, 0] });

test('what is moved by hand shows in the next frame and is sent once', () => {
  follower.begin();
  assert.equal(follower.change(pan), true);
  assert.deepEqual(follower.frame().center, [10, 0]);
  follower.frame();
  assert.equal(client.driven.length, 1);
  assert.equal(client.driven[0].camera, 'tour');
  follower.change(pan);
  follower.change(pan);
  assert.deepEqual(follower.frame().center, [30, 0]);
  assert.deepEqual(client.driven.map(({ view }) => view.center[0]), [10, 30]);
  client.predicted = null;
  assert.deepEqual(follower.frame().center, [0, 0], 'the word of the server');
});

test('who is free moves for himself alone, and comes back', () => {
  follower.setFree(true);
  follower.change(pan);
  assert.deepEqual(follower.frame().center, [10, 0]);
  assert.equal(client.driven.length, 0);
  follower.receive({ camera: 'tour', seq: 2, time: 1, received: 1, source: 'recording', view: VIEW });
  assert.deepEqual(follower.frame().center, [10, 0]);
  follower.setFree(false);
  assert.deepEqual(follower.frame().center, [0, 0]);
});

test('who may only look becomes free by moving', () => {
  client.welcome.role = 'view';
  assert.equal(follower.change(pan), true);
  assert.equal(follower.free, true);
  follower.frame();
  assert.equal(client.driven.length, 0);
});

test('a refused movement is taken back, told once, and the gesture goes on without effect', () => {
  follower.begin();
  follower.change(pan);
  follower.frame();
  client.predicted = null;
  follower.change(pan);
  follower.refuse({ code: 'held', message: 'held by another' });
  assert.deepEqual(follower.frame().center, [0, 0]);
  assert.equal(follower.change(pan), false);
  follower.refuse({ code: 'held', message: 'held by another' });
  assert.deepEqual(told, ['held']);
});

test('going free, or to another camera, gives back what was taken over', () => {
  follower.take();
  follower.setFree(true);
  assert.deepEqual(client.asked, [['tour', 'take'], ['tour', 'release']]);
  follower.take();
  assert.equal(follower.free, false);
  follower.follow('other');
  assert.deepEqual(client.asked.slice(2), [['tour', 'take'], ['tour', 'release']]);
});

test('what was taken over is taken again by the timers of the client, until it is given back or somebody else has it', async () => {
  follower.take();
  client.timers.due();
  client.timers.due();
  assert.deepEqual(client.asked, Array(3).fill(['tour', 'take']));
  client.state = 'waiting';
  client.timers.due();
  assert.equal(client.asked.length, 3, 'nothing is asked without a connection');
  client.state = 'connected';
  client.timers.due();
  assert.equal(client.asked.length, 4, 'and it goes on with the next one');
  follower.giveBack();
  assert.equal(client.timers.due, null);
  follower.take();
  client.take = () => Promise.reject(Object.assign(new Error('camera tour is held by ann'), { code: 'held' }));
  client.timers.due();
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.equal(client.timers.due, null);
  assert.equal(follower.keeping, false);
  assert.deepEqual(told, ['held']);
});

test('who asked for a camera takes it when it is given, and is told when it is not', async () => {
  const kept = [];
  follower.kept = (...all) => kept.push(all);
  const ann = { camera: 'tour', holder: 'ann', session: 's2' };
  client.control.set('tour', ann);
  await follower.ask();
  assert.equal(follower.waitsFor.session, 's2');
  follower.controlChanged('other');
  assert.deepEqual(client.asked, [['tour', 'ask']]);
  client.control.delete('tour');
  follower.controlChanged('tour');
  assert.deepEqual(client.asked, [['tour', 'ask'], ['tour', 'take']]);
  follower.giveBack();

  client.asked.length = 0;
  client.control.set('tour', ann);
  await follower.ask();
  client.control.set('tour', { ...ann, holder: 'bob', session: 's3' });
  follower.controlChanged('tour');
  assert.deepEqual(client.asked, [['tour', 'ask']], 'somebody else was faster');

  await follower.ask();
  client.timers.due();
  assert.deepEqual(kept, [['tour', 'bob']]);
  client.control.delete('tour');
  follower.controlChanged('tour');
  assert.deepEqual(client.asked, [['tour', 'ask'], ['tour', 'ask']], 'too late');
  follower.take(true);
  client.timers.due();
  assert.deepEqual(client.asked.slice(2), [['tour', 'force'], ['tour', 'take']], 'forced once, then kept');
});

test('what leaves the view as it is is no movement: nothing is sent, and nobody becomes free by it', () => {
  for (const same of [
    (view) => zoom2d(view, 1, 37, 91), (view) => pan2d(view, 0, 0), (view) => ({ ...view }), (view) => ({ ...view, rotation: 0 }),
    (view) => ({ ...view, center: view.center.map((value) => value + 1e-12) }), () => null,
  ]) assert.equal(follower.change(same), false);
  follower.frame();
  assert.equal(client.driven.length, 0);
  client.welcome.role = 'view';
  assert.equal(follower.change((view) => pan2d(view, 0, 0)), false);
  assert.equal(follower.free, false);
  assert.equal(follower.change((view) => pan2d(view, 0.5, 0)), true);
});

test('a movement goes along with a drag of models, and then not by itself', () => {
  const carried = [];
  follower.carrier = (camera, view, cut) => carried.push([camera, view.center[0], cut]) > 0;
  follower.begin();
  follower.change(pan);
  follower.frame();
  assert.deepEqual(carried, [['tour', 10, false]]);
  assert.equal(client.driven.length, 0);
});

test('a camera whose transaction waits stands before the view of that, and goes on from there in one step', () => {
  const change = { seq: 9, camera: 'tour', view: { ...VIEW, center: [500, 0] }, time: 3_000_000 };
  let waits = [];
  const together = { held: Infinity, out: -1, holds: (camera) => waits.find((each) => each.camera === camera) };
  const at = (seconds) => follower.frame(seconds * 1e6, together).center[0];
  const sample = (seq, time, x) => follower.receive({ camera: 'tour', seq, time, received: time, source: 'recording', view: { ...VIEW, center: [x, 0] } });
  client.now = () => 2_000_000;
  sample(2, 2_000_000, 100);
  waits = [change];
  client.now = () => 3_000_000;
  sample(9, 3_000_000, 500);
  assert.equal(at(3), 100, 'where it was');
  assert.equal(follower.viewWith(change, 3_000_000).center[0], 500);
  client.now = () => 3_500_000;
  sample(10, 3_500_000, 900);
  assert.equal(at(9), 100);
  assert.equal(follower.due(change, 9_000_000), true);
  assert.equal(follower.viewWith(change, 9_000_000).center[0], 900);
  waits = [];
  assert.equal(at(9), 900);
});
