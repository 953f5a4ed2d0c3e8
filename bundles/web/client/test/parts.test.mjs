import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkView, ClockFilter, interpolateViews, ReconnectSchedule, shortestAngle, slerp, ViewSmoother } from '../compositor-client.js';
import { HostRing } from '../src/reconnect.js';
import { flat } from './fake-server.mjs';

const perspective = { type: 'perspective', yfov: 0.8, znear: 0.1, zfar: 100 };
const solid = (orientation, more = {}) => ({ kind: '3d', position: [0, 0, 0], orientation, projection: perspective, ...more });
const turn = (angle) => [0, Math.sin(angle / 2), 0, Math.cos(angle / 2)];
const near = (actual, expected, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

// ---- reconnect

test('the first round of hosts does not wait, and who restarts is waited for', () => {
  const ring = new HostRing('ws://a');
  assert.equal(ring.lost(1006), false);
  assert.equal(ring.current, 'ws://a');
  ring.named(['ws://a', 'ws://b', 'http://c', 7]);
  assert.equal(ring.lost(1012), false);
  assert.equal(ring.current, 'ws://a');
  assert.deepEqual([1, 2, 3].map(() => [ring.lost(1006), ring.current]), [[true, 'ws://b'], [true, 'ws://a'], [false, 'ws://b']]);
  ring.named(undefined);
  assert.equal(ring.lost(1006), false);
  assert.equal(ring.current, 'ws://a');
});

test('after 1012: at once, then every 150 ms for 3 s, then from 0.5 s on', () => {
  const schedule = new ReconnectSchedule(() => 0.5);
  assert.equal(schedule.lost(1012, null, 1_000), 50);
  assert.equal(schedule.lost(1006, null, 1_050), 150);
  assert.equal(schedule.lost(1006, null, 3_900), 150);
  assert.equal(schedule.lost(1006, null, 4_000), 500);
  assert.equal(schedule.lost(1006, null, 4_500), 1_000);
});

test('the delay doubles to at most 30 s, with half of it as jitter', () => {
  const random = { value: 0 };
  const schedule = new ReconnectSchedule(() => random.value);
  const delays = Array.from({ length: 12 }, () => schedule.lost(1006, undefined, 0) * 2);
  assert.deepEqual(delays.slice(0, 7), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  assert.equal(delays.at(-1), 30_000);
  random.value = 0.999999;
  near(schedule.lost(1006, undefined, 0), 45_000, 1);
  schedule.connected();
  near(schedule.lost(1006, undefined, 0), 750, 1);
});

test('goodbye says when', () => {
  const schedule = new ReconnectSchedule(() => 1);
  assert.equal(schedule.lost(4503, 5_000, 0), 5_100);
  assert.equal(schedule.lost(1006, undefined, 7_999), 225);
  assert.equal(schedule.lost(1006, undefined, 8_000), 750);
  assert.equal(new ReconnectSchedule().lost(4409, 100, 0), -1);
});

// ---- clock

test('the clock follows the measurement with the shortest round trip', () => {
  const clock = new ClockFilter();
  const measure = (t0, there, back, offset) => clock.add(t0, t0 + there + offset, t0 + there + offset + 10, t0 + there + 10 + back);
  assert.ok(measure(0, 9_000, 1_000, 500_000));
  near(clock.offset, 504_000);
  measure(100_000, 100, 100, 500_000);
  near(clock.offset, 500_000);
  assert.equal(clock.rtt, 200);
  measure(200_000, 20_000, 300, 500_000);
  near(clock.offset, 500_000);
});

test('old measurements leave the clock, impossible ones never enter', () => {
  const clock = new ClockFilter({ capacity: 4 });
  clock.add(0, 100, 100, 10);
  clock.add(301_000_000, 301_050_000, 301_050_000, 301_000_500);
  assert.equal(clock.rtt, 500);
  assert.equal(clock.add(10, 0, 0, 5), false);
  assert.equal(clock.add(10, 20, 15, 30), false);
  assert.equal(clock.add(10, 20, 60, 30), false);
  assert.equal(clock.add(undefined, 20, 60, 30), false);
  for (let i = 0; i < 50; i++) clock.add(302_000_000 + i, 0, 0, 302_000_500 + i);
  assert.ok(clock.samples.length <= 4);
});

// ---- views

test('views are checked by the rules of the protocol', () => {
  assert.equal(checkView(flat(1)), null);
  assert.equal(checkView(solid(turn(1))), null);
  assert.equal(checkView(solid([0, 0, 0, 1], { projection: { type: 'perspective', yfov: 1, znear: 0.1 } })), null);
  assert.equal(checkView(solid([0, 0, 0, 1], { projection: { type: 'orthographic', xmag: 1, ymag: 1, znear: 0, zfar: 1 } })), null);
  for (const wrong of [
    null, 7, {}, flat(NaN), flat(1, { zoom: 1e10 }), flat(1, { rotation: null }), flat(1, { size: [0, 1] }), { ...flat(1), center: [1] },
    solid([0, 0, 0, 2]), solid([0, 0, 1]), solid(turn(0), { projection: null }), solid(turn(0), { focusDistance: 0 }),
    solid(turn(0), { projection: { ...perspective, yfov: 4 } }), solid(turn(0), { projection: { ...perspective, zfar: 0.05 } }),
    solid(turn(0), { projection: { type: 'frustum', left: 1, right: 0, bottom: 0, top: 1, znear: 1, zfar: 2 } }),
    solid(turn(0), { projection: { type: 'fisheye', znear: 1, zfar: 2 } }),
  ]) assert.notEqual(checkView(wrong), null, JSON.stringify(wrong));
});

test('quaternions turn the short way, also between q and -q', () => {
  const out = [0, 0, 0, 0];
  slerp(turn(0), turn(1), 0.5, out);
  turn(0.5).forEach((value, i) => near(out[i], value));
  slerp(turn(0), turn(1).map((value) => -value), 0.5, out);
  near(Math.abs(out[3]), Math.cos(0.25));
  near(Math.hypot(...out), 1);
});

test('rotation takes the short way and zoom grows by the same factor', () => {
  const view = interpolateViews(flat(0, { rotation: 3, zoom: 1 }), flat(10, { rotation: -3, zoom: 100 }), 0.5);
  near(view.center[0], 5);
  near(view.zoom, 10);
  near(shortestAngle(view.rotation - Math.PI), 0);
});

test('the angle is the same within half a turn', () => {
  near(shortestAngle(0), 0);
  near(shortestAngle(Math.PI), Math.PI);
  near(shortestAngle(-Math.PI), Math.PI);
  near(shortestAngle(7), 7 - 2 * Math.PI);
  near(shortestAngle(-7), 2 * Math.PI - 7);
});

// ---- smoothing

/** Feeds samples every `step` ms that arrive `age` ms later. */
const feed = (smoother, views, { step = 16, age = 5, start = 1_000_000_000 } = {}) => views.map((view, i) => {
  const time = start + i * step * 1000;
  smoother.push({ time, source: 'a', view }, time + age * 1000);
  return time;
});

test('shows the view of a moment ago, between its samples', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, Array.from({ length: 20 }, (_, i) => flat(i)));
  const now = times.at(-1) + 5_000;
  const shown = smoother.sample(now).center[0];
  near(shown, 19 - (smoother.delay - 5_000) / 16_000, 1e-6);
  assert.ok(smoother.delay >= 21_000 && smoother.delay < 40_000, String(smoother.delay));
});

test('moves by time and not by frame', () => {
  const [slow, fast] = [new ViewSmoother(), new ViewSmoother()];
  const step = 16_000;
  for (let now = 0; now <= 1_600_000; now += 1_000) {
    if (now % step === 0) {
      const message = { time: now, source: 'a', view: flat(now / step) };
      slow.push(message, now);
      fast.push(message, now);
    }
    fast.sample(now);
    if (now % 100_000 === 0) slow.sample(now);
  }
  near(slow.sample(1_600_000).center[0], fast.sample(1_600_000).center[0], 0.05);
});

test('a cut is shown as a jump', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, [flat(0), flat(1), flat(2)]);
  const cut = times.at(-1) + 16_000;
  smoother.push({ time: cut, source: 'a', cut: true, view: flat(1_000) }, cut + 5_000);
  const seen = new Set();
  for (let now = cut; now < cut + 200_000; now += 1_000) seen.add(smoother.sample(now).center[0]);
  for (const x of seen) assert.ok(x <= 2 || x === 1_000, String(x));
  assert.ok(seen.has(1_000));
});

test('a change of kind is shown as a jump', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, [flat(0), flat(1)]);
  smoother.push({ time: times.at(-1) + 16_000, source: 'a', view: solid(turn(0)) }, times.at(-1) + 21_000);
  const kinds = new Set();
  for (let now = times.at(-1); now < times.at(-1) + 200_000; now += 1_000) {
    const view = smoother.sample(now);
    kinds.add(view.kind);
    if (view.kind === '2d') assert.ok(view.center[0] <= 1);
  }
  assert.deepEqual([...kinds], ['2d', '3d']);
});

test('goes on for less than 100 ms and rests exactly on the last sample', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, [flat(0), flat(1), flat(2), flat(3)]);
  const last = times.at(-1);
  let furthest = 0;
  for (let now = last; now < last + 1_000_000; now += 1_000) {
    const [x] = smoother.sample(now).center;
    furthest = Math.max(furthest, x);
    if (now > last + 200_000) assert.equal(x, 3);
  }
  assert.ok(furthest > 3 && furthest < 3 + 100 / 16 / 2, String(furthest));
});

test('a still camera that moves again does not drift through its pause', () => {
  const smoother = new ViewSmoother();
  smoother.push({ time: 0, source: 'a', view: flat(0) }, 5_000);
  smoother.sample(9_000_000);
  smoother.push({ time: 10_000_000, source: 'a', view: flat(100) }, 10_005_000);
  assert.equal(smoother.sample(9_890_000 + smoother.delay).center[0], 0);
  smoother.sample(10_050_000);
  assert.equal(smoother.sample(10_400_000).center[0], 100);
});

test('never runs backwards when the delay grows', () => {
  const smoother = new ViewSmoother();
  let shown = -Infinity;
  for (let i = 0; i < 200; i++) {
    const time = i * 16_000;
    smoother.push({ time, source: 'a', view: flat(i) }, time + (i > 100 ? 60_000 : 2_000));
    for (let frame = 0; frame < 2; frame++) {
      const [x] = smoother.sample(time + (i > 100 ? 60_000 : 2_000) + frame * 8_000).center;
      assert.ok(x >= shown - 0.6, `${x} after ${shown}`);
      shown = Math.max(x, shown);
    }
  }
});

test('another source with another clock takes over from what is shown', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, [flat(0), flat(1), flat(2)]);
  const now = times.at(-1) + 200_000;
  smoother.sample(now);
  smoother.push({ time: 500, source: 'b', view: flat(50) }, now);
  near(smoother.sample(now).center[0], 50, 48);
  assert.equal(smoother.sample(now + 300_000).center[0], 50);
});

test('a time far ahead of its arrival counts as the arrival', () => {
  const smoother = new ViewSmoother();
  smoother.push({ time: 9e12, received: 1_000_000, source: 'a', view: flat(1) }, 1_001_000);
  assert.equal(smoother.samples[0].time, 1_000_000);
});

test('keeps a bounded number of samples', () => {
  const smoother = new ViewSmoother({ capacity: 8 });
  feed(smoother, Array.from({ length: 100 }, (_, i) => flat(i)));
  assert.equal(smoother.samples.length, 8);
});

test('showing views allocates none', () => {
  const smoother = new ViewSmoother();
  const times = feed(smoother, [flat(0), flat(1), flat(2)]);
  assert.equal(smoother.sample(times[1]), smoother.sample(times[2]));
});

test('a smoother that was shown a time that was wrong finds back', () => {
  const smoother = new ViewSmoother();
  const S = 1_000_000;
  const push = (t, x) => smoother.push({ time: t, received: t, source: 'a', view: { kind: '2d', center: [x, 0], zoom: 1, rotation: 0 } }, t + 1_000);
  for (let i = 0; i < 60; i++) push(100 * S + i * 16_000, i);
  // Somebody set the clock ahead by a minute, and back.
  smoother.sample(160 * S);
  for (let i = 60; i < 120; i++) {
    push(100 * S + i * 16_000, i);
    smoother.sample(100 * S + i * 16_000 + 1_000);
  }
  const moving = smoother.sample(100 * S + 119 * 16_000 + 5_000).center[0];
  assert.ok(moving > 100 && moving < 119, `between two samples, not at the newest: ${moving}`);
});
