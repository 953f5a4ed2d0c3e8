import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TilePyramid } from '../canvas/tiles.js';

/** A pyramid whose tiles arrive when the test says so. */
function pyramid(options = {}) {
  const asked = new Map();
  const released = [];
  let changes = 0;
  const tiles = new TilePyramid({
    tileSize: 256, maxZoom: 4,
    load: (z, x, y, signal) => new Promise((resolve, reject) => {
      const key = `${z}/${x}/${y}`;
      asked.set(key, { resolve: () => resolve(key), none: () => resolve(null), reject });
      signal.addEventListener('abort', () => {
        asked.delete(key);
        reject(new Error('aborted'));
      });
    }),
    release: (image) => released.push(image),
    changed: () => { changes++; },
    ...options,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const arrive = async (...keys) => {
    for (const key of keys) {
      asked.get(key).resolve();
      asked.delete(key);
      await turn();
    }
  };
  const drawn = () => tiles.drawn.map(({ z, x, y }) => `${z}/${x}/${y}`);
  return { tiles, asked, released, arrive, drawn, turn, changes: () => changes };
}

test('a pixel of a tile comes close to one of the screen', () => {
  const { tiles } = pyramid();
  assert.equal(tiles.levelFor(1), 4);
  assert.equal(tiles.levelFor(0.5), 3);
  assert.equal(tiles.levelFor(0.51), 3);
  assert.equal(tiles.levelFor(0.9), 4);
  assert.equal(tiles.levelFor(64), 4);
  assert.equal(tiles.levelFor(1e-9), 0);
  assert.equal(tiles.span(4), 256);
  assert.equal(tiles.span(0), 4096);
});

test('what is in view is loaded, the middle first, six at a time', async () => {
  const { tiles, asked, arrive, drawn } = pyramid();
  tiles.look([0, 0, 767, 767], 1);
  assert.equal(tiles.wanted.length, 9);
  assert.equal(asked.size, 6);
  assert.equal([...asked.keys()][0], '4/1/1');
  await arrive('4/1/1');
  assert.deepEqual(drawn(), ['4/1/1']);
  assert.equal(asked.size, 6);
});

test('what left the view is called off', () => {
  const { tiles, asked } = pyramid();
  tiles.look([0, 0, 255, 255], 1);
  assert.deepEqual([...asked.keys()], ['4/0/0']);
  tiles.look([1024, 0, 1279, 255], 1);
  assert.deepEqual([...asked.keys()], ['4/4/0']);
});

test('until a tile comes the one above it stands in, and going back the ones below', async () => {
  const { tiles, arrive, drawn } = pyramid();
  tiles.look([0, 0, 511, 511], 0.5);
  await arrive('3/0/0');
  tiles.look([0, 0, 255, 255], 1);
  assert.deepEqual(drawn(), ['3/0/0']);
  await arrive('4/0/0');
  assert.deepEqual(drawn(), ['4/0/0']);

  const other = pyramid();
  other.tiles.look([0, 0, 511, 511], 1);
  await other.arrive('4/0/0', '4/1/0');
  other.tiles.look([0, 0, 511, 511], 0.5);
  assert.deepEqual(other.drawn().sort(), ['4/0/0', '4/1/0']);
});

test('a tile that is not there is not asked for again, and one that failed only later', async () => {
  let now = 0;
  const { tiles, asked, turn } = pyramid({ clock: () => now });
  tiles.look([0, 0, 255, 255], 1);
  asked.get('4/0/0').reject(new Error('500'));
  asked.delete('4/0/0');
  await turn();
  tiles.retry();
  assert.equal(asked.size, 0);
  now = 31_000;
  tiles.retry();
  assert.equal(asked.size, 1);
  asked.get('4/0/0').none();
  asked.delete('4/0/0');
  await turn();
  now = 99_000;
  tiles.retry();
  assert.equal(asked.size, 0);
});

test('memory is bounded: the longest unused tile goes, never one in view', async () => {
  const { tiles, arrive, released, drawn } = pyramid({ maxZoom: 20, bytes: 1 });
  assert.equal(tiles.capacity, 64);
  for (let i = 0; i < 100; i++) {
    tiles.look([i * 256, 0, i * 256 + 255, 255], 1);
    await arrive(`20/${i}/0`);
  }
  assert.equal(tiles.ready.size, 64);
  assert.equal(released.length, 36);
  assert.equal(released[0], '20/0/0');
  assert.deepEqual(drawn(), ['20/99/0']);
});

test('nothing is asked for beside the world, and nothing after the end', async () => {
  const { tiles, asked, released, arrive } = pyramid();
  tiles.look([-900, -900, -300, -300], 1);
  assert.equal(asked.size, 0);
  tiles.look([0, 0, 255, 255], 1);
  await arrive('4/0/0');
  tiles.close();
  assert.deepEqual(released, ['4/0/0']);
  assert.equal(tiles.drawn.length, 0);
});

test('a huge screen is shown at a coarser level instead of by thousands of tiles', () => {
  const { tiles } = pyramid({ maxZoom: 12 });
  tiles.look([0, 0, 20_000, 20_000], 1);
  assert.ok(tiles.wanted.length <= 400, `${tiles.wanted.length}`);
});
