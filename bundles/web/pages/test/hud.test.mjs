import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { duration } from '../shared/text.js';
import { Hud } from '../shell/hud.js';

const S = 1_000_000;
const NO_CANVAS = new Proxy({}, { get: () => () => {}, set: () => true });
let shown;
let hud;

/** A panel that keeps what is written into it. */
beforeEach(() => {
  shown = {};
  hud = new Hud({ querySelector: (name) => (shown[name] = { textContent: '', width: 1, height: 1, getContext: () => NO_CANVAS }) });
});

const text = (name) => shown[`.hud-${name}`].textContent;
const rate = () => Number.parseFloat(text('rate'));
let seq = 0;
const update = (received, now, time = received) => hud.count({ seq: ++seq, received, time }, now);

test('the rate is that of the updates, on time, in a heap, or late', () => {
  for (let t = 10 * S; t < 12 * S; t += S / 60) update(t, t + 5_000);
  hud.tick(12 * S);
  assert.ok(Math.abs(rate() - 60) <= 1, text('rate'));
  assert.equal(text('age'), '5.0 ms');
  // A hidden page, or one behind a slow line, gets a minute of them at once.
  for (let t = 12 * S; t < 72 * S; t += S / 60) update(t, 72 * S);
  hud.tick(72 * S);
  assert.ok(Math.abs(rate() - 60) <= 1, text('rate'));
  hud.tick(72 * S + 100);
  assert.ok(Math.abs(rate() - 60) <= 1, 'two ticks right behind one another');
});

test('one that comes every five seconds has a rate, too', () => {
  for (let t = 10; t <= 40; t += 5) update(t * S, t * S + 3_000);
  hud.tick(41 * S);
  assert.equal(text('rate'), '0.2 /s');
});

test('a camera that stands still has no rate and no age: it says since when', () => {
  for (let t = 10 * S; t < 12 * S; t += S / 60) update(t, t + 5_000);
  hud.tick(12 * S);
  hud.tick(12 * S + 840 * S);
  assert.equal(text('rate'), '0 /s');
  assert.equal(text('age-word'), 'no updates for');
  assert.equal(text('age'), '14 min');
  assert.equal(hud.quiet, true);
  update(852 * S, 852 * S + 4_000);
  hud.tick(852 * S + 10_000);
  assert.equal(text('age-word'), 'age');
  assert.equal(text('age'), '4.0 ms');
  assert.equal(text('rate'), '–', 'of one update there is none');
});

test('a state of a snapshot is no update', () => {
  for (let i = 0; i < 100; i++) hud.known({ seq: i, received: i, time: i });
  hud.tick(900 * S);
  assert.equal(text('rate'), '0 /s');
  assert.equal(text('age-word'), 'no updates for');
  update(900 * S, 900 * S + 2_000);
  hud.tick(900 * S + 3_000);
  assert.equal(text('rate'), '–');
});

test('without a known clock neither rate nor age is shown, and an age is never below zero', () => {
  update(10 * S, undefined);
  update(10 * S + 20_000, undefined);
  hud.tick(undefined);
  for (const name of ['rate', 'age']) assert.equal(text(name), '–', name);
  assert.equal(hud.quiet, false);
  update(11 * S, 11 * S - 300);
  hud.tick(11 * S);
  assert.equal(text('age'), '0.0 ms');
  update(12 * S, 12 * S + 1_000, 500 * S);
  hud.tick(12 * S + 1_000);
  assert.equal(text('age'), '1.0 ms', 'a source whose clock is far ahead');
});

test('time spans as a person reads them', () => {
  assert.deepEqual([0.4, 120, 1_500, 840_000, 1e7, NaN, Infinity].map(duration), ['0.4 ms', '120 ms', '1.5 s', '14 min', '3 h', '–', '–']);
});
