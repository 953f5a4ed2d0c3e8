import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { limit, media, missing, rewriteAddress, storage } from '../shared/browser.js';

afterEach(() => {
  missing.clear();
  for (const name of ['sessionStorage', 'matchMedia', 'history']) delete globalThis[name];
});

const blocked = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
const define = (name, get) => Object.defineProperty(globalThis, name, { configurable: true, get });

test('what is kept is kept by the browser, and where that blocks it, by the page for as long as it is there', () => {
  const kept = new Map();
  const works = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  define('sessionStorage', () => works);
  const store = storage('sessionStorage', 'it is lost');
  store.set('a', '1');
  assert.equal(kept.get('a'), '1');
  assert.equal(missing.size, 0);
  for (const get of [blocked, () => null, () => undefined, () => ({ getItem: blocked, setItem: blocked, removeItem: blocked })]) {
    missing.clear();
    define('sessionStorage', get);
    const own = storage('sessionStorage', 'it is lost');
    assert.equal(own.get('a'), null);
    own.set('a', '2');
    assert.equal(own.get('a'), '2');
    own.set('a', null);
    assert.equal(own.get('a'), null);
    assert.deepEqual([...missing], ['it is lost']);
  }
  // Full: what is there can be read, and what is new stays with the page.
  define('sessionStorage', () => ({ ...works, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } }));
  store.set('a', '3');
  assert.equal(store.get('a'), '3');
});

test('media queries that there are none of, or old ones, do no harm', () => {
  assert.equal(media('(x)').matches, false);
  media('(x)').addEventListener('change', () => {});
  globalThis.matchMedia = blocked;
  assert.equal(media('(x)').matches, false);
  let told = 0;
  globalThis.matchMedia = () => ({ matches: true, addListener: (listener) => listener() });
  assert.equal(media('(x)').matches, true);
  media('(x)').addEventListener('change', () => { told++; });
  assert.equal(told, 1);
});

test('a signal aborts at its limit, or before', async () => {
  const late = limit(5);
  // Node does not wait for the timer of a signal
  const awake = setInterval(() => {}, 1_000);
  if (!late.aborted) await new Promise((resolve) => { late.addEventListener('abort', resolve); });
  clearInterval(awake);
  assert.equal(late.reason.name, 'TimeoutError');
  const other = new AbortController();
  const both = limit(60_000, other.signal);
  assert.equal(both.aborted, false);
  other.abort();
  assert.equal(both.aborted, true);
  assert.equal(limit(60_000, other.signal).aborted, true);
});

test('an address that may not be changed stays', () => {
  globalThis.history = { replaceState: blocked };
  rewriteAddress('x');
  assert.equal(missing.size, 1);
});
