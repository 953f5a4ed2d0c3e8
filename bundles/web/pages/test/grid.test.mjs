import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coordinate, labelStep, lineLevels } from '../canvas/grid.js';
import { complete, DEFAULTS } from '../shared/settings.js';
import { pictureSize } from '../wall/wallsize.js';

const grid = { spacing: 100, subdivisions: 10 };
const levels = () => [0, 1, 2].map(() => ({ step: 0, alpha: 0 }));

test('lines are never closer than a few pixels, and the main lines are among them', () => {
  for (let zoom = 1e-9; zoom < 1e9; zoom *= 1.7) {
    const out = levels();
    lineLevels(grid, zoom, out);
    assert.ok(out[0].step * zoom >= 8.99 && out[0].step * zoom < 90.1, `${out[0].step * zoom} pixels at zoom ${zoom}`);
    assert.ok(Math.abs(out[1].step / out[0].step - 10) < 1e-9);
    assert.ok(out[0].alpha >= 0 && out[2].alpha === 1);
  }
  const out = levels();
  lineLevels(grid, 1, out);
  assert.deepEqual(out.map(({ step }) => step), [10, 100, 1000]);
  lineLevels({ spacing: 64, subdivisions: 4 }, 1, out);
  assert.deepEqual(out.map(({ step }) => step), [16, 64, 256]);
});

test('coordinates stand far enough apart to be read, on lines', () => {
  for (let zoom = 1e-9; zoom < 1e9; zoom *= 1.7) {
    const step = labelStep(grid, zoom, 1);
    assert.ok(step * zoom >= 259.9 && step * zoom <= 650.1, `${step * zoom} pixels at zoom ${zoom}`);
  }
  assert.equal(labelStep(grid, 1, 1), 500);
  assert.equal(labelStep(grid, 1, 2), 1000);
  assert.equal(labelStep({ spacing: 64, subdivisions: 4 }, 1, 1), 1024);
});

test('coordinates are written as far as their neighbours differ', () => {
  assert.equal(coordinate(10_000_500, 500), '10\u2009000\u2009500');
  assert.equal(coordinate(-1234.25, 0.05), '−1\u2009234.25');
  assert.equal(coordinate(0, 100), '0');
  assert.equal(coordinate(1e15, 1e14), '1.000000e+15');
});

test('settings are complete whatever was said', () => {
  for (const said of [undefined, null, 7, 'text', [], {}]) assert.deepEqual(complete(said), complete({}));
  assert.deepEqual(complete({}), { ...DEFAULTS });
  const { background, grid: lines, canvas, cameras, window } = complete({
    background: 'red', grid: { spacing: -1, subdivisions: 4, visible: false }, canvas: { tiles: '/t/{z}/{x}/{y}', maxZoom: 99 }, cameras: { '2d': 'plan', '3d': '' },
    window: { pixelRatio: 99 },
  });
  assert.equal(background, null);
  assert.deepEqual(lines, { visible: false, spacing: 100, subdivisions: 4, color: null });
  assert.deepEqual(canvas, { tiles: '/t/{z}/{x}/{y}', tileSize: 256, maxZoom: 30 });
  assert.deepEqual(cameras, { '2d': 'plan', '3d': null });
  assert.equal(window.pixelRatio, 8);
});

test('a wall is drawn at its declared size and shown as a whole, or at the size of its window', () => {
  const none = { window: { pixelRatio: 0 } };
  assert.deepEqual(pictureSize({ width: 3840, height: 1080 }, none, 1920, 1080, 1, 'contain'), { width: 3840, height: 1080, shownWidth: 1920, shownHeight: 540 });
  assert.deepEqual(pictureSize({ width: 3840, height: 1080 }, none, 1920, 1080, 1, 'cover'), { width: 3840, height: 1080, shownWidth: 3840, shownHeight: 1080 });
  assert.deepEqual(pictureSize({ width: 3840, height: 1080 }, none, 1920, 1080, 2, 'same-scale'), { width: 3840, height: 1080, shownWidth: 1920, shownHeight: 540 });
  assert.deepEqual(pictureSize({}, none, 1000, 500, 2, 'contain'), { width: 2000, height: 1000, shownWidth: 1000, shownHeight: 500 });
  assert.deepEqual(pictureSize({ pixelRatio: 1 }, none, 1000, 500, 2, 'contain'), { width: 1000, height: 500, shownWidth: 1000, shownHeight: 500 });
  assert.deepEqual(pictureSize({}, { window: { pixelRatio: 0.5 } }, 1000, 500, 2, 'contain'), { width: 500, height: 250, shownWidth: 1000, shownHeight: 500 });
});
