import assert from 'node:assert/strict';
import { test } from 'node:test';
import { before, grid, History, moved, placeFor, snapped } from '../walls/edits.js';

const member = (display, x, y, width = 100, height = 50) => ({ display, x, y, width, height });

test('screens in rows and columns with what lies between them', () => {
  const { width, height, members } = grid({ columns: 3, rows: 2, width: 100, height: 50, bezel: 10, names: (i) => `s-${i}` });
  assert.deepEqual([width, height, members.length], [320, 110, 6]);
  assert.deepEqual(members[5], member('s-5', 220, 60));
});

test('edges are drawn to those of others and of the wall', () => {
  const wall = { width: 400, height: 200 };
  const others = [member('a', 0, 0)];
  assert.deepEqual(snapped(member('b', 104, 3), others, wall, 8, false), member('b', 100, 0));
  assert.deepEqual(snapped(member('b', 120, 80), others, wall, 8, false), member('b', 120, 80));
  assert.deepEqual(snapped(member('b', 150, 60, 247, 136), others, wall, 8, true), member('b', 150, 60, 250, 140));
  assert.deepEqual(moved(member('b', 1, 1), { dw: -500 }), member('b', 1, 1, 1, 50));
});

test('one more screen gets a place where it covers no other', () => {
  const wall = { width: 200, height: 100, members: [member('a', 0, 0), member('b', 100, 0), member('c', 0, 50)] };
  assert.deepEqual(placeFor('d', wall), member('d', 100, 50));
  assert.deepEqual(placeFor('d', { ...wall, members: [] }), member('d', 0, 0, 50, 25));
  assert.deepEqual(placeFor('e', { ...wall, members: [...wall.members, member('d', 100, 50)] }), member('e', 0, 0), 'there is none left');
});

test('edits are taken back in their order, and not without bound', () => {
  const history = new History();
  for (let i = 0; i < 60; i++) history.add('main', `edit ${i}`, { title: `${i}` });
  for (let i = 59; i >= 10; i--) {
    assert.deepEqual(history.last('main'), { what: `edit ${i}`, before: { title: `${i}` } });
    history.drop('main');
  }
  assert.equal(history.last('main'), undefined);
  assert.equal(history.last('other'), undefined);
});

test('what was before an edit has all that it changes', () => {
  const wall = { members: [], width: 5, delay: [{ from: 1 }], configured: { delay: 40 } };
  assert.deepEqual(before(wall, { width: 6, title: 'x', delay: 50, minDelay: 3 }), { width: 5, title: null, delay: 40, minDelay: null });
});
