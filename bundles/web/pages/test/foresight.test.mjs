import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Foresight } from '../canvas/foresight.js';

const view = (x, y, zoom = 1) => [[x - 50 / zoom, y - 50 / zoom, x + 50 / zoom, y + 50 / zoom], zoom];
/** Frames of 60 Hz, each at the place that the test says. */
function moves(place, frames = 30, foresight = new Foresight(), from = 0) {
  let ahead = [];
  for (let i = 0; i < frames; i++) ahead = foresight.look((from + i) * 16, ...view(...place(i)));
  return { ahead, foresight };
}
const middle = ({ bounds }) => [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2].map(Math.round);

test('what stands still has only the coarse tiles around it ahead', () => {
  const { ahead } = moves(() => [500, 500]);
  assert.deepEqual(ahead, [{ bounds: [350, 350, 650, 650], zoom: 1 / 8 }]);
});

test('a view that moves will be where its way leads', () => {
  const { ahead: [, ...steps] } = moves((i) => [i * 8, -i * 4]);
  // 29 frames in, half a unit each millisecond
  assert.deepEqual(steps.map(middle), [[307, -153], [382, -191], [457, -228], [532, -266]]);
  assert.ok(steps.every(({ zoom }) => Math.abs(zoom - 1) < 1e-9));
});

test('a view that zooms sees less and less, or more and more', () => {
  for (const factor of [1.02, 1 / 1.02]) {
    const { ahead: [, ...steps] } = moves((i) => [0, 0, factor ** i]);
    let last = factor ** 29;
    for (const { zoom, bounds } of steps) {
      assert.ok(factor > 1 ? zoom > last : zoom < last);
      assert.ok(Math.abs((bounds[2] - bounds[0]) * zoom - 100) < 1e-6);
      last = zoom;
    }
  }
});

test('behind a cut, and behind a rest, a movement begins anew', () => {
  const { foresight } = moves((i) => [i * 8, 0]);
  assert.equal(moves(() => [5_000, 0], 5, foresight, 30).ahead.length, 1);
  assert.equal(moves((i) => [5_000 + i * 8, 0], 30, foresight, 35).ahead.length, 5);
  assert.equal(foresight.look(5_000, ...view(5_300, 0)).length, 1);
});
