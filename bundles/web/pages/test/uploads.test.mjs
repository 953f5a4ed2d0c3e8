import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { nameFor, Uploads } from '../shell/uploads.js';

const fetched = globalThis.fetch;
let asked;
let told;
let placed;
let answer;
let allowed;

beforeEach(() => {
  asked = [];
  told = [];
  placed = [];
  allowed = true;
  answer = () => new Response('{"name":"gear.glb","uri":"models/gear.glb"}', { status: 201 });
  globalThis.fetch = async (url, options) => {
    asked.push({ url: String(url), ...options });
    return answer();
  };
});
afterEach(() => { globalThis.fetch = fetched; });

const uploads = () => new Uploads({
  base: new URL('http://host:81/bridge/'),
  key: () => 'secret',
  allowed: () => allowed,
  toast: (level, text, code, actions = []) => told.push({ level, text, code, actions }),
  done: (model) => placed.push(model),
});
const file = (name) => /** @type {any} */ (Object.assign(new Blob(['glTF']), { name }));

test('a file is sent under its name with the key in a header, and placed', async () => {
  const sender = uploads();
  await sender.take([file('My gear.glb')]);
  assert.equal(asked[0].url, 'http://host:81/bridge/models/My%20gear.glb');
  assert.equal(asked[0].method, 'PUT');
  assert.equal(asked[0].headers['X-API-Key'] ?? asked[0].headers.Authorization, asked[0].headers.Authorization ? 'Bearer secret' : 'secret');
  assert.equal(asked[0].headers['If-Match'], undefined);
  assert.deepEqual(placed, [{ name: 'gear.glb', uri: 'models/gear.glb' }]);
  assert.equal(sender.arrived, 1);
});

test('what is refused is told in the words of the server, and another one of that name may be replaced', async () => {
  answer = () => new Response('there is another model gear.glb already\n', { status: 409 });
  await uploads().take([file('gear.glb')]);
  const { text, code, actions } = told.at(-1);
  assert.equal(text, 'gear.glb is not taken: there is another model gear.glb already');
  assert.equal(code, '409');
  assert.deepEqual(placed, []);
  actions[0].run();
  await new Promise((resolve) => { setTimeout(resolve); });
  assert.equal(asked[1].headers['If-Match'], '*');
});

test('other files and a display that may not change the scene send nothing', async () => {
  await uploads().take([file('gear.gltf'), file('x.png')]);
  allowed = false;
  await uploads().take([file('gear.glb')]);
  assert.deepEqual(asked, []);
  assert.equal(told.length, 3);
  assert.match(told[2].text, /role control/);
});

test('one that fails does not keep the others from coming', async () => {
  let first = true;
  answer = () => {
    if (!first) return new Response('{}', { status: 200 });
    first = false;
    throw new TypeError('Failed to fetch');
  };
  const sender = uploads();
  await sender.take([file('a.glb'), file('b.glb')]);
  assert.equal(told[1].text, 'a.glb did not arrive: the connection was lost');
  assert.equal(sender.arrived, 1);
  assert.equal(sender.running, 0);
});

test('a name has nothing that no model may have', () => {
  assert.equal(nameFor('Gear: v2?.glb'), 'Gear- v2-.glb');
  assert.equal(nameFor('..hidden .glb'), 'hidden.glb');
  assert.equal(nameFor('../../etc/passwd.glb'), '-..-etc-passwd.glb');
});
