/**
 * Draws the picture that the demo has on its canvas: islands round the places that the recording `tour` visits, with a way between them.
 * World units relative to `origin`. Deterministic: the same lines each time.
 */

const TURN = 2 * Math.PI;
/** The last digits of a sine differ between machines; whole units do not. */
const whole = (points) => points.flat().map((value) => Math.round(value) || 0);
/** Numbers from 0 to 1 that are always the same. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PLACES = [
  { name: 'Gear Works', x: 0, y: 0, radius: 1500, seed: 3 },
  { name: 'Old Town', x: 3950, y: -1680, radius: 1300, seed: 11 },
  { name: 'Compass Rock', x: -5130, y: 3820, radius: 1050, seed: 23 },
  { name: 'North Quay', x: -2700, y: -3300, radius: 1250, seed: 37 },
  { name: 'Lighthouse', x: 4650, y: 4700, radius: 1200, seed: 51 },
];
const LEVELS = [1, 0.83, 0.64, 0.44];

const fills = [];
const strokes = [];

function fill(colour, alpha, points) {
  fills.push({ colour, alpha, points: whole(points) });
}

function stroke(colour, alpha, width, points, closed = false) {
  strokes.push({ colour, alpha, width, closed, points: whole(points) });
}

const round = (x, y, radius, corners, from = 0) => Array.from({ length: corners }, (_, i) => {
  const angle = from + (i / corners) * TURN;
  const far = typeof radius === 'function' ? radius(angle, i) : radius;
  return [x + Math.cos(angle) * far, y + Math.sin(angle) * far];
});

/** An island in steps, each a little higher. */
function island({ x, y, radius, seed }) {
  const random = numbers(seed);
  const waves = [2, 3, 4, 5, 7].map((number) => ({ number, size: (0.5 - random()) * 0.55 / number, phase: random() * TURN }));
  for (const [i, level] of LEVELS.entries()) {
    const shore = round(x, y, (angle) => radius * level * waves.reduce((sum, { number, size, phase }) => sum + size * Math.sin(number * angle + phase + i * 0.25), 1), 96);
    fill('accent', i === 0 ? 0.13 : 0.08, shore);
    stroke('accent', i === 0 ? 0.75 : 0.3, i === 0 ? 9 : 4, shore, true);
  }
}

/** A smooth way through points. */
function way(points) {
  const line = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [points[Math.max(0, i - 1)], points[i], points[i + 1], points[Math.min(points.length - 1, i + 2)]];
    for (let s = 0; s < 48; s++) {
      const t = s / 48;
      line.push([0, 1].map((k) => 0.5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3)));
    }
  }
  return [...line, points.at(-1)];
}

function gear(x, y, radius, teeth) {
  const outline = [];
  for (let i = 0; i < teeth; i++) {
    for (const [part, far] of [[0, 0.84], [0.18, 1], [0.5, 1], [0.68, 0.84]]) outline.push(...round(x, y, radius * far, 1, ((i + part) / teeth) * TURN));
  }
  fill('warm', 0.3, outline);
  stroke('warm', 0.9, radius / 60, outline, true);
  for (const far of [0.66, 0.3]) stroke('warm', 0.8, radius / 80, round(x, y, radius * far, 64), true);
  for (let i = 0; i < 6; i++) stroke('warm', 0.6, radius / 80, round(x, y, radius * 0.48, 1, (i / 6) * TURN).concat(round(x, y, radius * 0.62, 1, (i / 6) * TURN)));
}

function star(x, y, radius, points, thin) {
  const outline = round(x, y, (_, i) => (i % 2 === 0 ? (i % 4 === 0 ? radius : radius * 0.62) : radius * thin), points * 2, -TURN / 4);
  fill('warm', 0.28, outline);
  stroke('warm', 0.9, radius / 60, outline, true);
}

/** Houses in rows, with streets between. */
function town(x, y, columns, rows, size, seed) {
  const random = numbers(seed);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      if (random() < 0.22) continue;
      const [w, h] = [size * (0.45 + random() * 0.4), size * (0.45 + random() * 0.4)];
      const [left, top] = [x + (i - columns / 2) * size, y + (j - rows / 2) * size];
      fill(random() < 0.2 ? 'warm' : 'text', 0.2 + random() * 0.25, [[left, top], [left + w, top], [left + w, top + h], [left, top + h]]);
    }
  }
}

export function makePicture() {
  PLACES.forEach(island);
  const tour = way([[0, 0], [300, -150], [2200, -1100], [3900, -1750], [4700, 300], [5000, 2800], [4650, 4700], [2200, 4900], [-1800, 4700], [-5130, 3820], [-5300, 900], [-4300, -1700], [-2700, -3300], [-900, -2400], [0, 0]]);
  stroke('warm', 0.2, 60, tour);
  stroke('warm', 0.75, 7, tour);
  gear(0, 0, 560, 18);
  gear(640, -560, 240, 10);
  town(3950, -1680, 16, 11, 95, 5);
  star(-5130, 3820, 420, 8, 0.2);
  stroke('warm', 0.6, 5, round(-5130, 3820, 520, 96), true);
  for (let i = 0; i < 72; i++) stroke('text', 0.6, i % 6 === 0 ? 5 : 2, [530, i % 6 === 0 ? 580 : 555].map((far) => round(-5130, 3820, far, 1, (i / 72) * TURN)[0]));
  town(-2700, -3300, 9, 12, 120, 17);
  for (let i = 0; i < 5; i++) stroke('text', 0.5, 14, [[-1950, -3900 + i * 210], [-1280, -3900 + i * 210]]);
  for (let i = 0; i < 4; i++) stroke('warm', 0.55 - i * 0.12, 8, round(4650, 4700, 200 + i * 170, 80), true);
  star(4650, 4700, 130, 8, 0.4);
  for (const turn of [-0.35, 2.4]) fill('warm', 0.12, [[4650, 4700], ...[-0.13, 0.13].map((half) => [4650 + Math.cos(turn + half) * 2600, 4700 + Math.sin(turn + half) * 2600])]);
  const names = PLACES.map(({ name, x, y, radius }) => ({ text: name, x, y: y + Math.round(radius * 0.62) }));
  return { origin: [819_200, 819_200], reach: 9_000, fills, strokes, names };
}
