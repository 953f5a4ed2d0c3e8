import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { angledScreen, cutView, wallEye, wallPartScreen, wallPartView, windowView } from '../compositor-client.js';

/** Worked out in another way, as the Java side is held against them: see walls.py there. */
const vectors = JSON.parse(readFileSync(new URL('../../../api/src/test/resources/walls.json', import.meta.url), 'utf8'));

const near = (actual, expected, tolerance) => expected.forEach((value, i) =>
  assert.ok(Math.abs(actual[i] - value) <= tolerance, `${actual} is not ${expected}`));

function rotate([x, y, z, w], [a, b, c]) {
  const t = [2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)];
  return [a + w * t[0] + y * t[2] - z * t[1], b + w * t[1] + z * t[0] - x * t[2], c + w * t[2] + x * t[1] - y * t[0]];
}

const camera = (one, projection) => ({ kind: '3d', position: [3, -2, 7], orientation: one.orientation, projection, lens: { focalLength: 24 } });

function raysAre(one, view) {
  assert.equal(view.lens, undefined);
  for (const { at: [u, v], ray, from } of one.points) {
    const p = view.projection;
    if (p.type === 'orthographic') {
      const moved = rotate(view.orientation, [u * p.xmag, v * p.ymag, 0]);
      near(view.position.map((value, i) => value + moved[i] - [3, -2, 7][i]), from, 1e-7);
      continue;
    }
    const through = rotate(view.orientation, [
      p.left + ((u + 1) / 2) * (p.right - p.left), p.bottom + ((v + 1) / 2) * (p.top - p.bottom), -p.znear,
    ]);
    const length = Math.hypot(...through);
    near(through.map((value) => value / length), ray, 1e-7);
  }
}

test('screens show their part of the canvas', () => {
  assert.equal(vectors.parts.length, 8);
  for (const { wall: [width, height], part, pixels, whole, points } of vectors.parts) {
    const view = wallPartView({ kind: '2d', ...whole }, { width, height }, part, pixels);
    assert.deepEqual(view.size, pixels);
    for (const { at: [u, v], world } of points) {
      const x = (u * pixels[0]) / 2 / view.zoom;
      const y = (-v * pixels[1]) / 2 / view.zoom;
      const cos = Math.cos(view.rotation);
      const sin = Math.sin(view.rotation);
      near([view.center[0] + cos * x + sin * y, view.center[1] - sin * x + cos * y], world, 1e-6);
    }
  }
});

test('screens are windows before an eye', () => {
  assert.equal(vectors.windows.length, 6);
  for (const one of vectors.windows) {
    const view = windowView(camera(one, { type: 'perspective', yfov: 1, znear: 0.1 }), angledScreen(one.screen), one.eye);
    assert.equal(view.projection.zfar, 0.1 * 1e6);
    raysAre(one, view);
  }
});

test('screens show their part of a camera\'s picture', () => {
  assert.equal(vectors.cuts.length, 16);
  for (const one of vectors.cuts) {
    const wall = { width: one.wall[0], height: one.wall[1] };
    raysAre(one, cutView(camera(one, one.projection), wall, wallPartScreen(wall, one.part), one.fit));
  }
});

test('an eye behind the screen sees nothing', () => {
  const wall = { width: 10, height: 10 };
  const screen = wallPartScreen(wall, { x: 0, y: 0, width: 10, height: 10 });
  const view = camera({ orientation: [0, 0, 0, 1] }, { type: 'orthographic', xmag: 1, ymag: 1, znear: 0, zfar: 10 });
  assert.equal(windowView(view, screen, [0, 0, 0]), null);
  assert.equal(windowView(view, screen, [0, 0, 5]).projection.znear, 1e-5);
  near(wallEye({ type: 'perspective', yfov: Math.PI / 2, znear: 1 }, wall, 'contain'), [0, 0, 5], 1e-9);
});
