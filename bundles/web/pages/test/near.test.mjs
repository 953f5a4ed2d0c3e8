import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearOf, sameNear } from '../shared/near.js';

test('a screen says its size in steps, and nothing while it follows no camera', () => {
  assert.deepEqual(nearOf('a', 1920, 1080), { camera: 'a', size: [2048, 1536] });
  assert.deepEqual(nearOf('a', 0, 1e9), { camera: 'a', size: [512, 1_000_000] });
  assert.equal(nearOf(null, 1920, 1080), undefined);
});

test('the same camera on a screen of about the same size is the same area', () => {
  assert.ok(sameNear(nearOf('a', 1920, 1080), nearOf('a', 1900, 1100)));
  assert.ok(!sameNear(nearOf('a', 1920, 1080), nearOf('b', 1920, 1080)));
  assert.ok(!sameNear(nearOf('a', 1920, 1080), nearOf('a', 3840, 1080)));
  assert.ok(!sameNear(nearOf('a', 1920, 1080), undefined));
  assert.ok(sameNear(undefined, undefined));
});
