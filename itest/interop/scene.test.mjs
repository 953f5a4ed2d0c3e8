/**
 * The JavaScript client, as the distribution serves it, with the scene of that distribution.
 *
 *   COMPOSITOR_HTTP           where it listens, such as http://localhost:8081
 *   COMPOSITOR_VIEW_KEY       a key of role view
 *   COMPOSITOR_CONTROL_KEY    a key of role control
 */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';

const { COMPOSITOR_HTTP: base, COMPOSITOR_VIEW_KEY: viewKey, COMPOSITOR_CONTROL_KEY: controlKey } = process.env;
const options = { timeout: 60_000 };
const gear = { id: 'gear', uri: 'models/gear.glb' };
const patch = (id, fields) => ({ op: 'patch', id, ...fields });
const at = (x) => ({ position: [x, 0, 0] });
const flat = (x) => ({ kind: '2d', center: [x, 0], zoom: 1, rotation: 0 });

let folder;
let compositor;
let clients = [];
let number = 0;

before(async () => {
  assert.ok(base && viewKey && controlKey, 'COMPOSITOR_HTTP and the keys must name a running distribution');
  folder = mkdtempSync(join(tmpdir(), 'compositor-served-'));
  const file = join(folder, 'compositor-client.mjs');
  const answer = await fetch(`${base}/compositor-client.js`);
  assert.equal(answer.status, 200);
  writeFileSync(file, await answer.text());
  compositor = await import(pathToFileURL(file));
}, options);
after(() => rmSync(folder, { recursive: true, force: true }));

/** Waits until the condition holds and returns its value. */
async function until(condition, what, timeout = 20_000) {
  const end = performance.now() + timeout;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const connect = async ({ key = controlKey, ...subscription } = {}) => {
  const client = new compositor.CompositorClient({
    url: `${base.replace(/^http/, 'ws')}/compositor`, key, display: `client-${++number}`, WebSocket,
    subscription: { cameras: ['*'], scene: true, ...subscription },
  });
  clients.push(client);
  client.problems = [];
  client.on('ignored', (why) => client.problems.push(why));
  client.on('error', (error) => client.problems.push(error));
  client.connect();
  await until(() => client.scene.known, 'the scene');
  return client;
};
const x = (state, id = 'gear') => state.models.get(id)?.position[0];
const same = (a, b) => assert.deepEqual([[...a.models].sort(), [...a.selected], a.revision], [[...b.models].sort(), [...b.selected], b.revision]);

beforeEach(async () => {
  const client = await connect();
  await client.transact([{ op: 'clear' }, { op: 'put', model: gear }, { op: 'put', model: { ...gear, id: 'lamp', label: 'Lamp' } }]);
}, options);
afterEach(() => {
  for (const { problems } of clients) assert.deepEqual(problems, []);
  for (const client of clients) client.close();
  clients = [];
});

test('a transaction with a camera comes to another display as one', options, async () => {
  const [one, two] = [await connect(), await connect()];
  const camera = `together/${number}`;
  const seen = new Promise((resolve) => {
    two.on('scene', (message) => resolve({ seq: message.seq, camera: two.cameras.get(camera)?.seq, x: x(two.scene), shown: x(two.scene.shown) }));
  });
  const { seq, revision } = await one.transact([patch('gear', at(3)), { op: 'select', ids: ['gear'] }], { camera: { camera, view: flat(3) } });
  assert.deepEqual(await seen, { seq, camera: seq, x: 3, shown: 3 });
  assert.equal(revision, two.scene.revision);
  same(one.scene, two.scene);
  const late = await connect();
  same(late.scene, one.scene);
});

test('all who change the same model end in the same scene', options, async () => {
  const many = [await connect(), await connect({ delivery: 'every' }), await connect()];
  await Promise.all(many.flatMap((client, n) => Array.from({ length: 40 }, (_, i) => client.transact([patch('gear', at(100 * n + i))]))));
  const revision = Math.max(...many.map(({ scene }) => scene.revision));
  await until(() => many.every(({ scene }) => scene.revision === revision && scene.unconfirmed === 0), 'the last transaction');
  for (const { scene } of many) {
    same(scene, many[0].scene);
    assert.equal(scene.shown, scene.confirmed);
  }
});

test('role, unknown id and a held camera refuse the whole, with the reason', options, async () => {
  const [viewer, one, two] = [await connect({ key: viewKey }), await connect(), await connect()];
  const refused = viewer.transact([patch('gear', at(9))]);
  assert.equal(x(viewer.scene.shown), 9);
  await assert.rejects(refused, { code: 'forbidden' });
  assert.equal(x(viewer.scene.shown), 0);
  await assert.rejects(one.transact([patch('gear', at(9)), patch('nobody', at(9))]), { code: 'not-found', field: 'ops[1].id' });
  const camera = `held/${number}`;
  await one.setControl(camera, 'take');
  await assert.rejects(two.transact([patch('gear', at(9))], { camera: { camera, view: flat(1) } }), { code: 'held' });
  for (const { scene } of [one, two]) assert.equal(x(scene.shown), 0);
  const drag = viewer.drag();
  drag.update([patch('gear', at(9))]);
  await assert.rejects(drag.end(), { code: 'forbidden' });
  assert.equal(x(viewer.scene.shown), 0);
});

test('beyond the limits nothing happens', options, async () => {
  const client = await connect();
  const { welcome: { limits }, scene: { revision } } = client;
  const many = Array.from({ length: limits.models }, (_, i) => ({ op: 'put', model: { ...gear, id: `more/${i}` } }));
  await assert.rejects(client.transact(many), { code: 'limit', field: 'ops' });
  assert.equal(client.scene.shown.models.size, 2);
  const long = Array.from({ length: 600 }, () => patch('gear', { label: 'x'.repeat(250) }));
  await assert.rejects(client.transact(long), { code: 'limit', field: 'messageBytes' });
  assert.equal(client.scene.revision, revision);
});

test('a drag of 60 updates per second never steps back, and others follow it', options, async () => {
  const [one, two] = [await connect(), await connect()];
  const followed = [];
  two.on('scene', () => followed.push(x(two.scene)));
  const shown = [];
  one.on('scene-shown', (scene) => shown.push(x(scene.shown)));
  const drag = one.drag();
  for (let i = 1; i <= 120; i++) {
    drag.update([patch('gear', at(i))]);
    assert.equal(x(one.scene.shown), i);
    await new Promise((resolve) => setTimeout(resolve, 1_000 / 60));
  }
  const { revision } = await drag.end();
  await until(() => two.scene.revision === revision, 'the end of the drag');
  assert.equal(x(two.scene), 120);
  assert.ok(shown.every((value, i) => i === 0 || value >= shown[i - 1]), `the one who drags saw ${shown}`);
  assert.ok(followed.every((value, i) => i === 0 || value > followed[i - 1]), `the other saw ${followed}`);
  assert.ok(followed.length > 10, `the other saw ${followed.length} steps`);
  const back = one.drag();
  back.update([patch('gear', at(200))]);
  await until(() => x(two.scene) === 200, 'the second drag');
  assert.equal((await back.cancel()).revision, one.scene.revision);
  assert.equal(x(one.scene.shown), 120);
});

test('a killed socket costs neither the drag nor what others did meanwhile', options, async () => {
  const [one, two] = [await connect(), await connect()];
  const drag = one.drag();
  const shown = [];
  drag.update([patch('gear', at(1))]);
  await until(() => x(one.scene) === 1, 'the first step');
  one.on('scene-shown', (scene) => shown.push(x(scene.shown)));
  one.socket.terminate();
  drag.update([patch('gear', at(2))]);
  await Promise.all(Array.from({ length: 20 }, (_, i) => two.transact([patch('lamp', at(i + 1))])));
  drag.update([patch('gear', at(3))]);
  const { revision } = await drag.end();
  assert.equal(one.stats.resumes, 1);
  await until(() => one.scene.revision === two.scene.revision && two.scene.revision >= revision, 'the same revision');
  same(one.scene, two.scene);
  assert.equal(x(two.scene), 3);
  assert.equal(x(one.scene, 'lamp'), 20);
  assert.ok(shown.every((value, i) => i === 0 || value >= shown[i - 1]), `the one who drags saw ${shown}`);

  const answer = one.transact([patch('gear', at(4))]);
  one.socket.terminate();
  const outcome = await answer.catch(({ code }) => code);
  await until(() => one.state === 'connected' && one.scene.unconfirmed === 0, 'the outcome');
  assert.equal(x(one.scene.shown), outcome === 'disconnected' ? 3 : 4);
});

for (const delivery of ['latest', 'every']) {
  test(`with ${delivery} each transaction comes, in order`, options, async () => {
    const [one, two] = [await connect(), await connect({ delivery })];
    const seen = [];
    two.on('scene', ({ seq, ops }) => seen.push([seq, ops[0].position[0]]));
    const camera = `stream/${number}`;
    const results = await Promise.all(Array.from({ length: 100 }, (_, i) =>
      one.transact([patch('gear', at(i))], { camera: { camera, view: flat(i) } })));
    await until(() => seen.length === 100, 'all transactions');
    assert.deepEqual(seen, results.map(({ seq }, i) => [seq, i]));
    assert.equal(two.cameras.get(camera).view.center[0], 99);
  });
}
