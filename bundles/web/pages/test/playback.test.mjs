/** What the page of recordings reckons of a playback. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionNow, timeWords } from '../recordings/playback.js';

const state = { status: 'playing', position: 1_000_000, length: 3_000_000, speed: 2, loop: true };

test('positions are read as times', () => {
  assert.equal(timeWords(0), '0:00.000');
  assert.equal(timeWords(61_234_567), '1:01.234');
  assert.equal(timeWords(3_600_000_000 + 2_000), '1:00:00.002');
});

test('what plays moves at its speed, and goes round at its end', () => {
  assert.equal(positionNow(state, 500), 2_000_000);
  assert.equal(positionNow(state, 1_500), 1_000_000);
  assert.equal(positionNow({ ...state, loop: false }, 5_000), 3_000_000);
  assert.equal(positionNow({ ...state, status: 'paused' }, 5_000), 1_000_000);
  assert.equal(positionNow({ ...state, length: 0, position: 0 }, 5_000), 0);
});

test('between marks it goes back to the first one', () => {
  assert.equal(positionNow({ ...state, marks: { from: 500_000, to: 1_500_000 } }, 500), 1_000_000);
});
