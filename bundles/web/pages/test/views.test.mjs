import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anglesOf, dolly3d, fittedZoom, fly3d, frame3d, look3d, lookDistance, lookPoint, orbit3d, ownView2d, pan2d, pan3d, placePicture, projectionMatrix, quaternionOf, rotate, sameView, screenToWorld, zoom2d,
} from '../shared/views.js';

const close = (actual, expected, tolerance = 1e-9) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= tolerance, `${actual} is not ${expected}`));
};
const flat = { kind: '2d', center: [819200, 819200], zoom: 2, rotation: 0, size: [800, 600] };
const solid = {
  kind: '3d', position: [0, 1, 4], orientation: [0, 0, 0, 1], projection: { type: 'perspective', yfov: Math.PI / 2, znear: 0.1, zfar: 100 },
};
const transform = (m, v) => {
  const out = [0, 1, 2, 3].map((row) => m[row] * v[0] + m[row + 4] * v[1] + m[row + 8] * v[2] + m[row + 12]);
  return out.slice(0, 3).map((value) => value / out[3]);
};

test('another screen shows all of the view, all filled, or the same scale', () => {
  assert.equal(fittedZoom(flat, 400, 600, 'contain'), 1);
  assert.equal(fittedZoom(flat, 400, 600, 'cover'), 2);
  assert.equal(fittedZoom(flat, 400, 1200, 'cover'), 4);
  assert.equal(fittedZoom(flat, 400, 600, 'same-scale'), 2);
  assert.equal(fittedZoom({ ...flat, size: undefined }, 400, 600), 2);
  assert.deepEqual(ownView2d(flat, 400, 300), { ...flat, zoom: 1, size: [400, 300] });
});

test('with positive rotation the content turns clockwise on the screen', () => {
  const turned = { ...flat, center: [0, 0], rotation: Math.PI / 2 };
  // What lay to the right of the middle lies below it now.
  close(screenToWorld(turned, 400, 300 + 20), [10, 0]);
  close(screenToWorld(turned, 400 + 20, 300), [0, -10]);
});

test('a drag carries the point under the pointer along', () => {
  const view = { ...flat, rotation: 0.7 };
  const before = screenToWorld(view, 100, 100);
  close(screenToWorld(pan2d(view, 30, -20), 130, 80), before, 1e-6);
});

test('zooming and turning keep the point under the pointer', () => {
  const view = { ...flat, rotation: -0.3 };
  const moved = zoom2d(view, 3, 123, 456, 0.5);
  assert.equal(moved.zoom, 6);
  close(screenToWorld(moved, 123, 456), screenToWorld(view, 123, 456), 1e-6);
});

test('orbiting keeps distance and target, and stops short of the pole', () => {
  const moved = orbit3d(solid, 1, -0.4);
  const target = (view) => rotate(view.orientation, [0, 0, -1]).map((value, i) => view.position[i] + value * 4);
  close(target(moved), [0, 1, 0]);
  const top = orbit3d(solid, 0, -9);
  assert.ok(rotate(top.orientation, [0, 0, -1])[1] > -1);
  assert.ok(rotate(top.orientation, [0, 1, 0])[1] > 0);
});

test('looking around keeps the place, flying the direction', () => {
  const left = look3d(solid, Math.PI / 2, 0);
  assert.deepEqual(left.position, solid.position);
  close(rotate(left.orientation, [0, 0, -1]), [-1, 0, 0]);
  close(fly3d(left, 1, 2, 3).position, [-3, 3, 3]);
});

test('a 3D drag moves what is looked at by as much as the pointer', () => {
  const moved = pan3d(solid, 0.5, 0.25, 2);
  close(moved.position, [-8, 3, 4]);
});

test('going closer keeps the point under the pointer', () => {
  const m = projectionMatrix(solid.projection, 1, new Array(16));
  const point = (view) => transform(m, [2, 3, 0].map((value, i) => value - view.position[i]));
  const before = point(solid);
  const after = point(dolly3d(solid, 2, before[0], before[1], 1));
  close(after.slice(0, 2), before.slice(0, 2));
  assert.equal(lookDistance(dolly3d({ ...solid, focusDistance: 4 }, 2, 0, 0, 1)), 2);
});

test('an orthographic camera comes closer by its magnification', () => {
  const view = { ...solid, projection: { type: 'orthographic', xmag: 4, ymag: 3, znear: 0, zfar: 10 } };
  const moved = dolly3d(view, 2, 1, 0, 1);
  close(moved.position, [2, 1, 4]);
  assert.equal(moved.projection.xmag, 2);
});

test('projection matrices map the near and far corners to the corners of clip space', () => {
  const m = new Array(16);
  projectionMatrix({ type: 'perspective', yfov: Math.PI / 2, znear: 1, zfar: 10 }, 2, m);
  close(transform(m, [2, 1, -1]), [1, 1, -1]);
  close(transform(m, [-20, -10, -10]), [-1, -1, 1]);
  projectionMatrix({ type: 'perspective', yfov: Math.PI / 2, znear: 1, aspectRatio: 1 }, 2, m);
  close(transform(m, [1, 1, -1]), [1, 1, -1]);
  close(transform(m, [0, 0, -1e12]), [0, 0, 1]);
  projectionMatrix({ type: 'frustum', left: -1, right: 3, bottom: 0, top: 2, znear: 1, zfar: 10 }, 1, m);
  close(transform(m, [3, 2, -1]), [1, 1, -1]);
  close(transform(m, [-10, 0, -10]), [-1, -1, 1]);
  projectionMatrix({ type: 'orthographic', xmag: 4, ymag: 3, znear: 0, zfar: 10 }, 1, m);
  close(transform(m, [4, -3, 0]), [1, -1, -1]);
  close(transform(m, [-4, 3, -10]), [-1, 1, 1]);
});

test('a picture with its own aspect lies within the screen or covers it', () => {
  assert.deepEqual(placePicture(0, 800, 600, 'contain', []), [0, 0, 800, 600]);
  assert.deepEqual(placePicture(2, 800, 600, 'contain', []), [0, 100, 800, 400]);
  assert.deepEqual(placePicture(1, 800, 600, 'contain', []), [100, 0, 600, 600]);
  assert.deepEqual(placePicture(1, 800, 600, 'cover', []), [0, -100, 800, 800]);
});

test('turns in degrees make a quaternion and come back', () => {
  for (const angles of [[0, 0, 0], [30, -45, 100], [-170, 80, 5], [12, -89, 33]]) close(anglesOf(quaternionOf(angles)), angles, 1e-9);
  const [x, y, z] = anglesOf(quaternionOf([20, 90, 0]));
  close(quaternionOf([x, y, z]).map(Math.abs), quaternionOf([20, 90, 0]).map(Math.abs), 1e-6);
});

test('framing moves along the direction until a sphere fits, for each kind of projection', () => {
  const framed = frame3d(solid, [5, 2, -3], 1, 2);
  close(lookPoint(framed), [5, 2, -3], 1e-9);
  const [x, y] = transform(projectionMatrix(framed.projection, 2, new Array(16)), [0, 1, -lookDistance(framed)]);
  assert.ok(x === 0 && y > 0.5 && y < 1, `the top of the sphere is at ${y}`);
  const flatView = { ...solid, projection: { type: 'orthographic', xmag: 4, ymag: 3, znear: 0, zfar: 10 } };
  assert.ok(Math.abs(frame3d(flatView, [0, 0, 0], 2, 1).projection.ymag - 2.3) < 1e-9);
});

test('two views are the same but for rounding, at any place and zoom', () => {
  for (const center of [[0, 0], [1e7 + 0.1, -1e7]]) {
    for (const zoom of [1e-6, 1, 1e5]) {
      const view = { kind: '2d', center, zoom, rotation: 0.7, size: [1920, 1080] };
      assert.ok(sameView(view, zoom2d(view, 1, 13, 977)), `${center} ${zoom}`);
      assert.ok(sameView(view, zoom2d(pan2d(view, 0, 0), 1, 900, 3, 2 * Math.PI)));
      assert.ok(!sameView(view, pan2d(view, 0.25, 0)));
      assert.ok(!sameView(view, zoom2d(view, 1.001, 13, 977)));
      assert.ok(!sameView(view, zoom2d(view, 1, 960, 540, 0.0005)));
    }
  }
  const view = { kind: '3d', position: [3, 1e4, -2], orientation: [0, Math.sin(0.4), 0, Math.cos(0.4)], projection: { type: 'perspective', yfov: 0.8, znear: 0.1 }, focusDistance: 4 };
  for (const same of [orbit3d(view, 0, 0), look3d(view, 0, 0), fly3d(view, 0, 0, 0), dolly3d(view, 1, 0.3, 0.2, 1.6), pan3d(view, 0, 0, 1.6),
    { ...view, orientation: view.orientation.map((value) => -value) }]) assert.ok(sameView(view, same), JSON.stringify(same));
  for (const other of [orbit3d(view, 0.001, 0), look3d(view, 0, 0.001), fly3d(view, 0, 0, 0.001), dolly3d(view, 1.0018, 0, 0, 1.6),
    { ...view, projection: { ...view.projection, yfov: 0.801 } }, { ...view, projection: { ...view.projection, zfar: 100 } }, { ...view, focusDistance: undefined }]) {
    assert.ok(!sameView(view, other), JSON.stringify(other));
  }
});
