import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Together } from '../shared/together.js';

function stage() {
  const listeners = {};
  let now = 0;
  const together = new Together({ on: (type, listener) => { listeners[type] = listener; } }, () => now);
  const screen = { loaded: new Set(), past: 0, due: ({ time }) => time <= screen.past, ready: ({ seq }) => screen.loaded.has(seq) };
  return { together, screen, tell: (type, message) => listeners[type](message), wait: (ms) => { now += ms; }, decide: () => together.decide([screen], 0) };
}
const change = (seq, more = { camera: { camera: 'a', time: seq * 10, view: { kind: '2d' } } }) => ({ seq, time: seq * 10, ops: [], ...more });

test('a transaction comes out when its pictures are there and its camera has come so far, and nothing before those before it', () => {
  const { together, screen, tell, decide } = stage();
  tell('tiles', change(5));
  tell('tiles', change(6, { scene: [] }));
  assert.deepEqual([together.held, together.out, together.holds('a').seq, together.holds('b')], [5, -1, 5, undefined]);
  screen.loaded.add(6);
  screen.past = 1_000;
  decide();
  assert.equal(together.held, 5);
  screen.past = 49;
  screen.loaded.add(5);
  decide();
  assert.equal(together.held, 5);
  screen.past = 50;
  decide();
  assert.deepEqual([together.held, together.out], [6, 5]);
  screen.past = 60;
  decide();
  assert.deepEqual([together.held, together.out, together.waiting.length], [Infinity, 6, 0]);
});

test('tiles alone, and what belongs to a snapshot, wait for nothing', () => {
  const { together, tell } = stage();
  tell('tiles', change(5, {}));
  tell('tiles', { ...change(6), time: undefined });
  assert.equal(together.waiting.length, 0);
});

test('pictures are waited for only so long, and so many transactions wait', () => {
  const { together, screen, tell, wait, decide } = stage();
  screen.past = Infinity;
  for (let seq = 1; seq <= 70; seq++) tell('tiles', change(seq));
  assert.deepEqual([together.waiting.length, together.held, together.out], [64, 7, 6]);
  wait(5_001);
  decide();
  assert.deepEqual([together.waiting.length, together.out], [0, 70]);
});

test('a snapshot of everything begins anew', () => {
  const { together, tell } = stage();
  tell('tiles', change(900));
  tell('snapshot', { all: false });
  assert.equal(together.held, 900);
  tell('snapshot', { all: true });
  assert.deepEqual([together.held, together.out], [Infinity, -1]);
});
