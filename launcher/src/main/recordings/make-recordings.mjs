// Makes the two demonstration recordings: tour.jsonl (2D) and stage.jsonl (3D), 60 s at 60 Hz each.
//   node make-recordings.mjs FOLDER
// Deterministic: the build makes them anew each time, and they are the same. Node 20, no packages.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node make-recordings.mjs FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const RATE = 60;
const SECONDS = 60;
const FRAMES = RATE * SECONDS;

const round = (value, digits) => Number(value.toFixed(digits)) || 0; // no -0
const micros = frame => Math.round(frame * 1e6 / RATE);

/**
 * A smooth way through key frames: cubic Hermite with a halt at the first and last one of each shot. A key with `cut` begins a
 * new shot. The way ends where it began, so that a loop is seamless.
 */
function path(keys, names) {
  const shots = [];
  for (const key of keys) {
    if (key.cut || shots.length === 0) {
      shots.push([]);
    }
    shots.at(-1).push(key);
  }
  const slope = (shot, i, name) => i === 0 || i === shot.length - 1 ? 0
    : (shot[i + 1][name] - shot[i - 1][name]) / (shot[i + 1].t - shot[i - 1].t);
  return t => {
    const shot = shots.findLast(one => one[0].t <= t);
    const i = Math.min(shot.findLastIndex(key => key.t <= t), shot.length - 2);
    const [a, b] = [shot[i], shot[i + 1]];
    const span = b.t - a.t;
    const s = (t - a.t) / span;
    const out = { cut: shot[0].t > 0 && t - shot[0].t < 1 / RATE - 1e-9 };
    for (const name of names) {
      out[name] = a[name] * (1 + 2 * s) * (1 - s) ** 2 + slope(shot, i, name) * span * s * (1 - s) ** 2
        + b[name] * s * s * (3 - 2 * s) + slope(shot, i + 1, name) * span * s * s * (s - 1);
    }
    return out;
  };
}

function write(name, line) {
  const lines = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    lines.push(JSON.stringify(line(frame)));
  }
  writeFileSync(join(folder, name), lines.join('\n') + '\n');
}

// ---- tour: a flight over the canvas; zoom runs in octaves, so that it looks even

const O = 819200;
const octaves = zoom => Math.log2(zoom);
const tour = path([
  { t: 0, x: O, y: O, z: octaves(1), r: 0 },
  { t: 5, x: O + 300, y: O - 150, z: octaves(0.21), r: 0 },
  { t: 10, x: O + 3400, y: O - 1600, z: octaves(0.5), r: 0.06 },
  { t: 15, x: O + 3900, y: O - 1750, z: octaves(4), r: 0.1 },
  { t: 20, x: O + 4150, y: O - 1600, z: octaves(4), r: -0.04 },
  { t: 20, cut: true, x: O - 5200, y: O + 3800, z: octaves(8), r: 0 },
  { t: 26, x: O - 5050, y: O + 3840, z: octaves(4), r: 0.02 },
  { t: 32, x: O - 4000, y: O + 2500, z: octaves(0.6), r: 0.12 },
  { t: 38, x: O - 2700, y: O - 3200, z: octaves(1.5), r: 0 },
  { t: 38, cut: true, x: O + 4800, y: O + 5300, z: octaves(0.2), r: -0.1 },
  { t: 44, x: O + 4300, y: O + 4700, z: octaves(2), r: 0 },
  { t: 50, x: O + 4900, y: O + 4500, z: octaves(2.2), r: 0.05 },
  { t: 50, cut: true, x: O + 700, y: O - 300, z: octaves(3), r: 0 },
  { t: 60, x: O, y: O, z: octaves(1), r: 0 },
], ['x', 'y', 'z', 'r']);

write('tour.jsonl', frame => {
  const { x, y, z, r, cut } = tour(frame / RATE);
  return {
    type: 'camera', camera: 'tour', time: micros(frame), ...(cut ? { cut } : {}),
    view: {
      kind: '2d', center: [round(x, 3), round(y, 3)], zoom: round(2 ** z, 5), rotation: round(r, 5), size: [1920, 1080],
    },
  };
});

// ---- stage: a camera move through a room of 10 x 4 x 10 m about the origin, floor at y = 0
// a: azimuth in degrees, seen from above, 0 on the +Z side; d: distance from the middle; h: eye height;
// tx, ty, tz: what it looks at and is focused on; f: focal length in mm, runs in octaves; roll in degrees

const SENSOR = [36, 20.25];
const stage = path([
  { t: 0, a: 0, d: 4.4, h: 1.7, tx: 0, ty: 1, tz: 0, f: octaves(24), roll: 0 },
  { t: 8, a: 40, d: 3.9, h: 1.6, tx: 0.3, ty: 1, tz: 0, f: octaves(28), roll: 0 },
  { t: 16, a: 85, d: 3.2, h: 0.9, tx: 0.4, ty: 0.8, tz: -0.3, f: octaves(35), roll: 1 },
  { t: 24, a: 120, d: 3.6, h: 0.55, tx: 0, ty: 1.1, tz: 0, f: octaves(40), roll: 0 },
  { t: 24, cut: true, a: 200, d: 4.3, h: 1.2, tx: -0.8, ty: 0.9, tz: 0.6, f: octaves(50), roll: 0 },
  { t: 34, a: 222, d: 4.5, h: 1.5, tx: 0, ty: 1, tz: 0, f: octaves(70), roll: 0 },
  { t: 43, a: 240, d: 4.2, h: 1.4, tx: 0.9, ty: 1.1, tz: -0.5, f: octaves(85), roll: 0 },
  { t: 43, cut: true, a: 290, d: 4.6, h: 2.5, tx: 0, ty: 0.7, tz: 0, f: octaves(35), roll: 0 },
  { t: 51, a: 325, d: 4.1, h: 2.2, tx: -0.2, ty: 0.9, tz: 0.2, f: octaves(28), roll: -1 },
  { t: 60, a: 360, d: 4.4, h: 1.7, tx: 0, ty: 1, tz: 0, f: octaves(24), roll: 0 },
], ['a', 'd', 'h', 'tx', 'ty', 'tz', 'f', 'roll']);

const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = v => v.map(one => one / Math.hypot(...v));

/** x, y, z, w of a camera at `eye` that looks at `target`, head up but for the roll (radians about its own Z). */
function lookAt(eye, target, roll) {
  const z = unit(eye.map((one, i) => one - target[i]));
  const x = unit(cross([0, 1, 0], z));
  const y = cross(z, x);
  // of the matrix with the columns x, y, z; the largest member first, for precision
  const squares = [1 + x[0] - y[1] - z[2], 1 - x[0] + y[1] - z[2], 1 - x[0] - y[1] + z[2], 1 + x[0] + y[1] + z[2]];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]);
  const q = [
    [s / 4, (x[1] + y[0]) / s, (x[2] + z[0]) / s, (y[2] - z[1]) / s],
    [(x[1] + y[0]) / s, s / 4, (y[2] + z[1]) / s, (z[0] - x[2]) / s],
    [(x[2] + z[0]) / s, (y[2] + z[1]) / s, s / 4, (x[1] - y[0]) / s],
    [(y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s, s / 4],
  ][largest];
  const [sin, cos] = [Math.sin(roll / 2), Math.cos(roll / 2)];
  return unit([q[0] * cos + q[1] * sin, q[1] * cos - q[0] * sin, q[2] * cos + q[3] * sin, q[3] * cos - q[2] * sin]);
}

const two = n => String(n).padStart(2, '0');
let last = [0, 0, 0, 1];

write('stage.jsonl', frame => {
  const { a, d, h, tx, ty, tz, f, roll, cut } = stage(frame / RATE);
  const eye = [d * Math.sin(a * Math.PI / 180), h, d * Math.cos(a * Math.PI / 180)];
  const target = [tx, ty, tz];
  let q = lookAt(eye, target, roll * Math.PI / 180);
  if (q.reduce((sum, one, i) => sum + one * last[i], 0) < 0) {
    q = q.map(one => -one); // q and -q are the same; numbers without a jump are easier to read
  }
  last = q;
  const focalLength = round(2 ** f, 3);
  return {
    type: 'camera', camera: 'stage', time: micros(frame), ...(cut ? { cut } : {}),
    timecode: `01:00:${two(Math.floor(frame / RATE))}:${two(frame % RATE)}`,
    view: {
      kind: '3d',
      position: eye.map(one => round(one, 4)),
      orientation: q.map(one => round(one, 5)),
      projection: { type: 'perspective', yfov: round(2 * Math.atan(SENSOR[1] / 2 / focalLength), 5), znear: 0.1, zfar: 100 },
      focusDistance: round(Math.hypot(...eye.map((one, i) => one - target[i])), 3),
      lens: { focalLength, sensor: SENSOR },
    },
  };
});
