import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, staleLimit, trouble, TroubleSign, way } from '../shared/trouble.js';

const well = {
  connected: true, lostMs: 0, silentMs: 100, stillMs: 100, heartbeatMs: 10_000, staleMs: 0, closed: '', goodbye: 0, status: 0, reason: '',
};
const lost = { ...well, connected: false, lostMs: 5_000, silentMs: 5_000 };

test('a picture is stale without a heartbeat, and without an update where that was asked for', () => {
  assert.equal(trouble(well), '');
  assert.equal(trouble({ ...well, silentMs: 11_000 }), '');
  assert.equal(trouble({ ...well, silentMs: 12_500 }), 'stale');
  assert.equal(trouble({ ...well, stillMs: 60_000 }), '');
  assert.equal(trouble({ ...well, stillMs: 6_000, staleMs: 5_000 }), 'stale');
});

test('a lost connection has its reason', () => {
  assert.equal(trouble({ ...lost, lostMs: 1_000 }), '');
  assert.equal(trouble(lost), 'reconnecting');
  assert.equal(trouble({ ...lost, goodbye: 4503 }), 'drained');
  assert.equal(trouble({ ...lost, status: 503, reason: 'draining: no connection is taken' }), 'drained');
  assert.equal(trouble({ ...lost, status: 503, reason: 'not ready' }), 'reconnecting');
  assert.equal(trouble({ ...lost, closed: '1000' }), 'kicked');
  assert.equal(trouble({ ...lost, closed: '4409' }), 'taken');
  for (const closed of ['4401', '4403']) assert.equal(trouble({ ...lost, closed }), 'key');
  assert.equal(trouble({ ...lost, status: 401 }), 'key');
  assert.equal(trouble({ ...lost, closed: '1000', status: 401 }), 'key');
  assert.equal(trouble({ ...lost, status: 403 }), 'refused');
  assert.equal(trouble({ ...lost, closed: '1009' }), 'refused');
});

test('the address goes before the settings, and what makes no sense does not count', () => {
  assert.equal(way(null, 'mark'), 'mark');
  assert.equal(way('none', 'mark'), 'none');
  assert.equal(way('loud', 'frame'), 'frame');
  assert.deepEqual([null, '', '0.5', '5', '86401', 'x', '-1'].map(staleLimit), [0, 0, 0, 5_000, 0, 0, 0]);
});

test('the sign says what and for how long, and nothing in the text of the page', () => {
  const attributes = new Map();
  const element = {
    hidden: true, className: '', getAttribute: (name) => attributes.get(name) ?? null, setAttribute: (name, value) => attributes.set(name, value),
  };
  const sign = new TroubleSign(/** @type {any} */ (element));
  sign.show('', 'both', 1_000, 1_000);
  assert.equal(element.hidden, true);
  sign.show('reconnecting', 'both', 5_400, 1_000);
  assert.deepEqual([element.hidden, element.className, attributes.get('aria-label')], [false, 'mark frame', 'Reconnecting, 4 s']);
  sign.show('kicked', 'frame', 70_000, 9_000);
  assert.deepEqual([element.className, attributes.get('aria-label')], ['frame grave', 'Sent away by an operator, 1 min']);
  sign.show('kicked', 'none', 71_000, 9_000);
  assert.equal(element.hidden, true);
  for (const { words } of Object.values(KINDS)) assert.ok(words.length > 0 && words.length < 40);
});
