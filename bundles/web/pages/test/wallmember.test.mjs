import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barAt, counterAt, gridStep } from '../wall/calibration.js';
import { memberColour, Membership, middlePixel, partSize } from '../wall/member.js';

const S = 1_000_000;
const member = (display, more = {}) => ({ display, x: 0, y: 0, width: 100, height: 50, ...more });
const wall = (more = {}) => ({
  type: 'wall', seq: 1, wall: 'main', width: 200, height: 100, unit: 'px', fit: 'contain', view: 'camera',
  members: [member('left'), member('right', { x: 100, delay: 20 })], delay: [{ from: 0, value: 100_000, until: 0, to: 100_000 }], ...more,
});

/** As much of a client as a member needs. */
function standIn(walls = [wall()]) {
  const client = {
    walls: new Map(walls.map((one) => [one.wall, one])), subscription: { cameras: ['*'] }, subscriptionStands: false, reporter: null, stats: { clockJumps: 0 },
    clock: { rtt: 800, drift: 0, samples: { length: 20 }, offsetAt: () => 5 * S },
    subscribe(subscription) {
      this.subscription = subscription;
      return Promise.resolve(null);
    },
  };
  return client;
}

/** Frames at 50 Hz until the refresh is known. */
function begin(membership, frames = 40) {
  let seen;
  for (let i = 0; i < frames; i++) seen = membership.begin(1_000 + i * 20);
  return seen;
}

test('a member subscribes to its wall, and shows the moment at which its frame is seen', () => {
  const client = standIn();
  const membership = new Membership(client, 'right');
  assert.equal(begin(membership), undefined, 'of no wall');
  membership.assign('main');
  assert.deepEqual(client.subscription, { cameras: ['*'], walls: ['main'] });
  assert.equal(membership.part.x, 100);
  const seen = begin(membership);
  assert.ok(Math.abs(seen - ((performance.timeOrigin + 1_000 + 40 * 20) * 1000 + 5 * S)) < 100, `${seen}`);
  assert.ok(Math.abs(membership.moment - (seen + 20_000 - 100_000)) < 1, 'the delay of the wall, less that of the screen');
});

test('without a delay, or without a clock, nothing is shown together', () => {
  const client = standIn([wall({ delay: undefined })]);
  const membership = new Membership(client, 'left');
  membership.assign('main');
  assert.equal(begin(membership), undefined);
  client.walls.set('main', wall({ seq: 2 }));
  assert.equal(membership.take(), true);
  assert.equal(membership.take(), false);
  assert.notEqual(begin(membership), undefined);
  client.stats.clockJumps++;
  client.clock.offsetAt = () => undefined;
  assert.equal(begin(membership), undefined);
});

test('a member reports, and who is none any more does not', () => {
  const client = standIn();
  const membership = new Membership(client, 'left');
  membership.assign('main');
  assert.equal(client.reporter(), null, 'nothing was shown yet');
  begin(membership);
  const { wall: name, clock, frames } = client.reporter();
  assert.deepEqual([name, clock, frames], ['main', 400, 0]);
  client.walls.set('main', wall({ seq: 2, members: [member('right')] }));
  membership.take();
  assert.equal(client.reporter, null);
  assert.equal(membership.part, null);
  client.subscriptionStands = true;
  membership.assign(null);
  assert.deepEqual(client.subscription.walls, []);
  assert.equal(membership.wall, null);
});

test('a flat view is that of the wall, on the pixels of the wall', () => {
  const client = standIn([wall({ unit: 'mm', members: [member('left'), member('right', { x: 104, y: 10, width: 96, height: 50 })] })]);
  const membership = new Membership(client, 'right');
  membership.assign('main');
  const view = { kind: '2d', center: [3, 4], zoom: 1, rotation: 0.1, size: [400, 400] };
  const part = membership.partOf(view, [192, 100]);
  // the view fits into the wall: 100 mm for 400 pixels; and the screen has two pixels in a millimetre
  assert.deepEqual(part, { kind: '2d', center: [3, 4], zoom: 0.5, rotation: 0.1, size: undefined });
  assert.deepEqual(membership.origin, [200 - 208, 100 - 20]);
  // a view that says its scale in pixels of a screen: 96 pixels are an inch
  assert.ok(Math.abs(membership.partOf({ ...view, size: undefined }, [192, 100]).zoom - (2 * 25.4) / 96) < 1e-12);
  assert.equal(middlePixel(641, 100, 1), 220);
});

test('an eye behind the screen sees nothing', () => {
  const angled = member('left', { position: [0, 0, 0], yaw: Math.PI, pitch: 0 });
  const client = standIn([wall({ view: 'window', eye: [0, 0, 100], members: [angled] })]);
  const membership = new Membership(client, 'left');
  membership.assign('main');
  const solid = { kind: '3d', position: [0, 0, 0], orientation: [0, 0, 0, 1], projection: { type: 'perspective', yfov: 1, znear: 0.1 } };
  assert.equal(membership.partOf(solid, [100, 50]), null);
  assert.equal(membership.blind, true);
});

test('a picture has the shape of the rectangle and fills the screen, also one that stands turned', () => {
  const screen = { width: 1920, height: 1080, shownWidth: 960, shownHeight: 540 };
  assert.deepEqual(partSize(screen, member('a', { width: 1600, height: 900 })), { width: 1920, height: 1080, shownWidth: 960, shownHeight: 540 });
  assert.deepEqual(partSize(screen, member('a', { width: 90, height: 160, turn: 90 })), { width: 1080, height: 1920, shownWidth: 540, shownHeight: 960 });
  assert.deepEqual(partSize(screen, member('a', { width: 100, height: 100 })), { width: 1080, height: 1080, shownWidth: 540, shownHeight: 540 });
});

test('counter, bar and lines of the calibration picture', () => {
  assert.equal(counterAt(0), 0);
  assert.equal(counterAt(S - 1), 59);
  assert.equal(counterAt(1000 * S + 100), 0);
  assert.equal(barAt(7_250_000), 0.25);
  assert.equal(gridStep({ width: 1920, height: 1080 }), 100);
  assert.equal(gridStep({ width: 3_000, height: 5_000 }), 200);
  assert.notEqual(memberColour(wall(), 'left'), memberColour(wall(), 'right'));
});
