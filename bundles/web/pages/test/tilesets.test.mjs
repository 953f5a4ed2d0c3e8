import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TileTree } from '../../client/src/tile-tree.js';
import { Tilesets } from '../canvas/tilesets.js';

const TILESET = { id: 'world', origin: [0, 0], size: 256, pixels: 256, minZoom: 0, maxZoom: 3, address: '/w/{z}/{x}/{y}/{v}', order: 0, opacity: 1 };

const layers = (...all) => new Map(all.map(([tileset, tiles]) => [tileset.id ?? 'world', { tileset: { ...TILESET, ...tileset }, tiles: tiles instanceof TileTree ? tiles : TileTree.of(tiles) }]));

const stages = [];
// What is still being loaded has timers.
after(() => stages.forEach((tilesets) => tilesets.close()));

/** Tilesets whose pictures arrive when the test says so. */
function stage(options = {}) {
  const asked = new Map();
  const released = [];
  const tilesets = new Tilesets({
    load: ({ id }, { z, x, y, v }, signal) => new Promise((resolve, reject) => {
      const name = `${id} ${z}/${x}/${y} ${v}`;
      asked.set(name, { resolve: (size = 256) => resolve({ name, width: size, height: size }), reject });
      signal.addEventListener('abort', () => {
        asked.delete(name);
        reject(new Error('aborted'));
      });
    }),
    release: ({ name }) => released.push(name),
    changed: () => {},
    ...options,
  });
  stages.push(tilesets);
  const turn = () => new Promise((resolve) => { setImmediate(resolve); });
  const arrive = async (...names) => {
    for (const name of names) {
      asked.get(name).resolve();
      asked.delete(name);
      await turn();
    }
  };
  const fail = async (name, after) => {
    asked.get(name).reject(Object.assign(new Error('no'), { after }));
    asked.delete(name);
    await turn();
  };
  const all = async () => {
    while (asked.size > 0) await arrive(asked.keys().next().value);
  };
  const drawn = () => tilesets.drawn.map(({ image, at, part }) => `${image.name} at ${at}${part.join() === '0,0,1,1' ? '' : ` part ${part}`}`);
  return { tilesets, asked, released, arrive, fail, all, drawn, turn };
}

test('a set says which tiles cover a part of a level', () => {
  const tree = TileTree.of([[0, 0, 0, 1], [2, 1, 1, 2], [2, 0, 0, 3], [3, 7, 7, 4]]);
  const cover = (z, range, most = 100) => {
    const found = [];
    const all = tree.cover(z, range, most, (place, tile) => found.push(`${place.z}/${place.x}/${place.y} by ${tile.z}/${tile.x}/${tile.y} ${tile.v}`));
    return [all, ...found];
  };
  assert.deepEqual(cover(2, [0, 0, 1, 1]), [true, '2/0/0 by 2/0/0 3', '2/1/0 by 0/0/0 1', '2/0/1 by 0/0/0 1', '2/1/1 by 2/1/1 2']);
  assert.deepEqual(cover(0, [0, 0, 0, 0]), [true, '0/0/0 by 0/0/0 1']);
  assert.deepEqual(cover(1, [1, 0, 1, 0]), [true, '1/1/0 by 0/0/0 1']);
  assert.deepEqual(cover(2, [0, 0, 3, 3], 2).slice(0, 1), [false]);
  assert.deepEqual(cover(2, [0, 0, -1, -1]), [true]);
  assert.equal(TileTree.EMPTY.cover(5, [0, 0, 9, 9], 9, () => assert.fail('a tile of none')), true);
  // Whatever the set is: each place of the level is covered by the nearest tile at or above it, and by one alone.
  let seed = 1;
  const random = (n) => { seed = (seed * 48271) % 2147483647; return seed % n; };
  for (let round = 0; round < 200; round++) {
    const tiles = Array.from({ length: random(9) }, () => { const z = random(5); return [z, random(2 ** z), random(2 ** z), random(3)]; });
    const set = TileTree.of(tiles);
    const z = random(6);
    const seen = new Map();
    set.cover(z, [0, 0, 2 ** z - 1, 2 ** z - 1], 5_000, (place, tile) => {
      const side = 2 ** (z - place.z);
      for (let j = 0; j < side; j++) {
        for (let i = 0; i < side; i++) {
          const name = `${place.x * side + i}/${place.y * side + j}`;
          assert.ok(!seen.has(name), `${name} twice`);
          seen.set(name, tile);
        }
      }
    });
    for (let y = 0; y < 2 ** z; y++) {
      for (let x = 0; x < 2 ** z; x++) {
        let up = 0;
        while (up <= z && set.version(z - up, x >> up, y >> up) === undefined) up++;
        const expected = up > z ? undefined : { z: z - up, x: x >> up, y: y >> up, v: set.version(z - up, x >> up, y >> up) };
        assert.deepEqual(seen.get(`${x}/${y}`), expected, `round ${round}: ${z}/${x}/${y} of ${JSON.stringify(tiles)}`);
      }
    }
  }
});

test('only tiles that there are are asked for, with their version', async () => {
  const { tilesets, asked, all, drawn } = stage();
  tilesets.update(layers([{}, [[3, 0, 0, 7], [3, 1, 0, 8]]]), true);
  tilesets.look([0, 0, 767, 767], 1);
  assert.deepEqual([...asked.keys()].sort(), ['world 3/0/0 7', 'world 3/1/0 8']);
  await all();
  assert.deepEqual(drawn().sort(), ['world 3/0/0 7 at 0,0,256,256', 'world 3/1/0 8 at 256,0,512,256']);
});

test('where there are no finer tiles the part of a coarser one is drawn', async () => {
  const { tilesets, asked, all, drawn } = stage();
  tilesets.update(layers([{}, [[2, 0, 0, 1], [3, 0, 0, 2]]]), true);
  tilesets.look([0, 0, 511, 255], 1);
  assert.deepEqual([...asked.keys()].sort(), ['world 2/0/0 1', 'world 3/0/0 2']);
  await all();
  assert.deepEqual(drawn().sort(), ['world 2/0/0 1 at 256,0,512,256 part 0.5,0,1,0.5', 'world 3/0/0 2 at 0,0,256,256']);
});

test('all tiles of a change show at once, and the old ones stay until then', async () => {
  const { tilesets, asked, arrive, all, drawn, released } = stage();
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 1, 0, 1]]], [{ id: 'names', address: '/n/{z}/{x}/{y}/{v}', order: 1 }, [[3, 0, 0, 1]]]), true);
  tilesets.look([0, 0, 511, 255], 1);
  await all();
  const before = drawn();
  assert.equal(before.length, 3);
  const next = layers([{}, [[3, 0, 0, 2], [3, 1, 0, 1]]], [{ id: 'names', address: '/n/{z}/{x}/{y}/{v}', order: 1 }, [[3, 0, 0, 2], [3, 1, 0, 2]]]);
  tilesets.update(next, false);
  tilesets.look([0, 0, 511, 255], 1);
  assert.deepEqual([...asked.keys()].sort(), ['names 3/0/0 2', 'names 3/1/0 2', 'world 3/0/0 2']);
  await arrive('world 3/0/0 2', 'names 3/1/0 2');
  assert.deepEqual(drawn(), before);
  await arrive('names 3/0/0 2');
  assert.deepEqual(drawn(), [
    'world 3/0/0 2 at 0,0,256,256', 'world 3/1/0 1 at 256,0,512,256', 'names 3/0/0 2 at 0,0,256,256', 'names 3/1/0 2 at 256,0,512,256',
  ]);
  assert.deepEqual(released, []);
});

test('a part of the sets that comes near is shown at once, also while a change is loaded', async () => {
  const { tilesets, asked, arrive, all, drawn } = stage();
  tilesets.update(layers([{}, [[3, 0, 0, 1]]]), true);
  tilesets.look([0, 0, 255, 255], 1);
  await all();
  tilesets.update(layers([{}, [[3, 0, 0, 2]]]), false);
  tilesets.look([0, 0, 255, 255], 1);
  tilesets.move([
    { tileset: 'world', put: true, tiles: TileTree.of([[3, 1, 0, 7], [3, 2, 0, 8]]) },
    { tileset: 'world', put: false, tiles: TileTree.of([[3, 2, 0]]) },
    { tileset: 'unknown', put: true, tiles: TileTree.of([[3, 1, 0, 7]]) },
  ]);
  tilesets.look([0, 0, 511, 255], 1);
  assert.deepEqual([...asked.keys()].sort(), ['world 3/0/0 2', 'world 3/1/0 7']);
  await arrive('world 3/1/0 7');
  assert.deepEqual(drawn(), ['world 3/0/0 1 at 0,0,256,256', 'world 3/1/0 7 at 256,0,512,256'], 'the change is not complete');
  await arrive('world 3/0/0 2');
  assert.deepEqual(drawn(), ['world 3/0/0 2 at 0,0,256,256', 'world 3/1/0 7 at 256,0,512,256']);
});

test('a change that the gate holds is loaded for the view that will be, and shown when the gate opens', async () => {
  const gate = { held: Infinity };
  const { tilesets, asked, arrive, all, drawn } = stage({ gate });
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 5, 0, 1]]]), true);
  tilesets.look([0, 0, 255, 255], 1);
  await all();
  gate.held = 7;
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 5, 0, 2]]]), false, { seq: 7, alone: true });
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 5, 0, 3]]]), false, { seq: 8, alone: true });
  tilesets.look([0, 0, 255, 255], 1);
  assert.equal(tilesets.prepared(7, [1280, 0, 1535, 255], 1), false);
  assert.equal(tilesets.prepared(8, [1280, 0, 1535, 255], 1), false, 'one before it waits');
  assert.deepEqual([...asked.keys()], ['world 3/5/0 2']);
  await arrive('world 3/5/0 2');
  assert.equal(tilesets.prepared(7, [1280, 0, 1535, 255], 1), true);
  tilesets.look([0, 0, 255, 255], 1);
  assert.deepEqual(drawn(), ['world 3/0/0 1 at 0,0,256,256']);
  gate.held = 8;
  tilesets.look([1280, 0, 1535, 255], 1);
  assert.deepEqual(drawn(), ['world 3/5/0 2 at 1280,0,1536,256']);
  assert.equal(tilesets.prepared(7, [1280, 0, 1535, 255], 1), true);
  assert.equal(tilesets.prepared(8, [1280, 0, 1535, 255], 1), false);
  await arrive('world 3/5/0 3');
  assert.equal(tilesets.prepared(8, [1280, 0, 1535, 255], 1), true);
  gate.held = Infinity;
  tilesets.look([1280, 0, 1535, 255], 1);
  assert.deepEqual(drawn(), ['world 3/5/0 3 at 1280,0,1536,256']);
});

test('what will be in view is loaded when all that is in view is there, the soonest first', async () => {
  const { tilesets, asked, arrive } = stage();
  tilesets.update(layers([{ maxZoom: 4 }, Array.from({ length: 16 }, (_, i) => [4, i, 0, 1])]), true);
  const ahead = [{ bounds: [512, 0, 767, 255], zoom: 1 }, { bounds: [768, 0, 1791, 255], zoom: 1 }];
  tilesets.look([0, 0, 511, 255], 1, ahead);
  assert.deepEqual([...asked.keys()], ['world 4/0/0 1', 'world 4/1/0 1', 'world 4/2/0 1']);
  await arrive('world 4/0/0 1', 'world 4/1/0 1');
  assert.deepEqual([...asked.keys()].slice(0, 1), ['world 4/2/0 1']);
  assert.equal(asked.size, 3, 'room is left for what is in view');
  tilesets.look([512, 0, 1023, 255], 1);
  assert.deepEqual([...asked.keys()].sort(), ['world 4/2/0 1', 'world 4/3/0 1']);
});

test('changes that come while one is loaded come together after it', async () => {
  const { tilesets, asked, arrive, all, drawn } = stage();
  const show = (v) => {
    tilesets.update(layers([{}, [[3, 0, 0, v]]]), v === 1);
    tilesets.look([0, 0, 255, 255], 1);
  };
  show(1);
  await all();
  for (let v = 2; v < 6; v++) show(v);
  assert.deepEqual([...asked.keys()], ['world 3/0/0 2']);
  await arrive('world 3/0/0 2');
  assert.deepEqual(drawn(), ['world 3/0/0 2 at 0,0,256,256']);
  assert.deepEqual([...asked.keys()], ['world 3/0/0 5']);
  await all();
  assert.deepEqual(drawn(), ['world 3/0/0 5 at 0,0,256,256']);
});

test('what fails keeps no change waiting, and leaves what was there', async () => {
  let now = 0;
  const { tilesets, asked, arrive, fail, all, drawn } = stage({ clock: () => now });
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 1, 0, 1]]]), true);
  tilesets.look([0, 0, 511, 255], 1);
  await all();
  tilesets.update(layers([{}, [[3, 0, 0, 2], [3, 1, 0, 2]]]), false);
  tilesets.look([0, 0, 511, 255], 1);
  await fail('world 3/0/0 2', 1_000);
  await arrive('world 3/1/0 2');
  assert.deepEqual(drawn(), ['world 3/0/0 1 at 0,0,256,256', 'world 3/1/0 2 at 256,0,512,256']);
  tilesets.retry();
  assert.equal(asked.size, 0);
  now = 1_001;
  tilesets.retry();
  await arrive('world 3/0/0 2');
  assert.deepEqual(drawn(), ['world 3/0/0 2 at 0,0,256,256', 'world 3/1/0 2 at 256,0,512,256']);
});

test('removed tiles go, and what is loaded for nothing is called off', async () => {
  const { tilesets, asked, all, drawn } = stage();
  tilesets.update(layers([{}, [[3, 0, 0, 1], [3, 1, 0, 1]]]), true);
  tilesets.look([0, 0, 511, 255], 1);
  await all();
  tilesets.update(layers([{}, [[3, 1, 0, 1]]]), false);
  tilesets.look([0, 0, 511, 255], 1);
  assert.deepEqual(drawn(), ['world 3/1/0 1 at 256,0,512,256']);
  tilesets.update(layers([{}, [[3, 1, 0, 2]]]), false);
  tilesets.look([0, 0, 511, 255], 1);
  assert.equal(asked.size, 1);
  tilesets.look([5_000, 0, 5_511, 255], 1);
  assert.equal(asked.size, 0);
  tilesets.update(new Map(), false);
  tilesets.look([0, 0, 511, 255], 1);
  assert.deepEqual(drawn(), []);
});

test('while finer tiles come the coarser one stands in, and going back the finer ones do', async () => {
  const { tilesets, arrive, all, drawn } = stage();
  const tiles = [[2, 0, 0, 1], [3, 0, 0, 1], [3, 1, 0, 1], [3, 0, 1, 1], [3, 1, 1, 1]];
  tilesets.update(layers([{}, tiles]), true);
  tilesets.look([0, 0, 511, 511], 0.5);
  await all();
  assert.deepEqual(drawn(), ['world 2/0/0 1 at 0,0,512,512']);
  tilesets.look([0, 0, 255, 255], 1);
  assert.deepEqual(drawn(), ['world 2/0/0 1 at 0,0,256,256 part 0,0,0.5,0.5']);
  await arrive('world 3/0/0 1');
  assert.deepEqual(drawn(), ['world 3/0/0 1 at 0,0,256,256']);

  const other = stage();
  other.tilesets.update(layers([{}, tiles]), true);
  other.tilesets.look([0, 0, 511, 511], 1);
  await other.all();
  other.tilesets.look([0, 0, 511, 511], 0.5);
  assert.equal(other.drawn().length, 4);
  await other.arrive('world 2/0/0 1');
  assert.deepEqual(other.drawn(), ['world 2/0/0 1 at 0,0,512,512']);
});

test('bounds cut, an origin moves, and layers lie in their order', async () => {
  const { tilesets, all, drawn } = stage();
  tilesets.update(layers(
    [{ id: 'b', order: 1, address: '/b/{z}/{x}/{y}/{v}', origin: [-128, -128], maxZoom: 0, opacity: 0.5 }, [[0, 0, 0, 1]]],
    [{ id: 'a', order: 1, address: '/a/{z}/{x}/{y}/{v}', bounds: [64, 0, 192, 256], maxZoom: 0 }, [[0, 0, 0, 1]]],
    [{ id: 'c', order: -1, address: '/c/{z}/{x}/{y}/{v}', maxZoom: 0 }, [[0, 0, 0, 1]]],
    [{ id: 'unseen', opacity: 0, address: '/u/{z}/{x}/{y}/{v}' }, [[0, 0, 0, 1]]],
  ), true);
  tilesets.look([-500, -500, 500, 500], 1);
  await all();
  assert.deepEqual(drawn(), ['c 0/0/0 1 at 0,0,256,256', 'a 0/0/0 1 at 64,0,192,256 part 0.25,0,0.75,1', 'b 0/0/0 1 at -128,-128,128,128']);
  assert.equal(tilesets.drawn[2].opacity, 0.5);
});

test('memory is bounded: the longest unused picture goes, never one in view', async () => {
  const bytes = 16 * 256 * 256 * 4;
  const { tilesets, all, released, drawn } = stage({ bytes });
  const row = Array.from({ length: 100 }, (_, x) => [8, x, 0, 1]);
  tilesets.update(layers([{ maxZoom: 8 }, row]), true);
  for (let i = 0; i < 100; i++) {
    tilesets.look([i * 256, 0, i * 256 + 255, 255], 1);
    await all();
    assert.ok(tilesets.used <= bytes);
  }
  assert.equal(tilesets.images.size, 16);
  assert.equal(released[0], 'world 8/0/0 1');
  assert.deepEqual(drawn(), ['world 8/99/0 1 at 25344,0,25600,256']);
  tilesets.close();
  assert.equal(released.length, 100);
});

test('a huge screen is shown coarser, and a picture that is larger than it should be is not shown', async () => {
  const pyramid = TileTree.of([0, 1, 2, 3, 4, 5, 6].flatMap((z) => Array.from({ length: 4 ** z }, (_, i) => [z, i % 2 ** z, Math.floor(i / 2 ** z), 1])));
  const { tilesets, asked, turn, drawn } = stage();
  tilesets.update(layers([{ maxZoom: 6 }, pyramid]), true);
  tilesets.look([0, 0, 16_384, 16_384], 1);
  assert.equal(tilesets.pieces.size, 256);
  for (const { resolve } of asked.values()) resolve(300);
  await turn();
  assert.deepEqual(drawn(), []);
  assert.equal(tilesets.used, 0);
});
