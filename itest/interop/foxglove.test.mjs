/**
 * Foxglove's own client at the distribution, and its messages against Foxglove's own schemas.
 *
 *   COMPOSITOR_HTTP           where it listens, such as http://localhost:8081
 *   COMPOSITOR_VIEW_KEY       a key of role view
 *   COMPOSITOR_CONTROL_KEY    a key of role control
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, before, test } from 'node:test';
import Ajv from 'ajv';
import { WebSocket } from 'ws';

const require = createRequire(import.meta.url);
const { FoxgloveClient } = require('@foxglove/ws-protocol');
const schemas = require('@foxglove/schemas/jsonschema');

const { COMPOSITOR_HTTP: base, COMPOSITOR_VIEW_KEY: viewKey, COMPOSITOR_CONTROL_KEY: controlKey } = process.env;
const options = { timeout: 60_000 };
const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map(Object.entries(schemas).map(([name, schema]) => [`foxglove.${name}`, ajv.compile(schema)]));
const keyed = (key) => ({ headers: { 'X-API-Key': key } });
const text = new TextEncoder();
const pose = (x, more = {}) => ({
  timestamp: { sec: 0, nsec: 0 }, frame_id: 'stage',
  pose: { position: { x, y: 1, z: 2 }, orientation: { x: 0, y: 0, z: 0, w: 1 } }, ...more,
});

let viewers = [];

before(() => assert.ok(base && viewKey && controlKey, 'COMPOSITOR_HTTP and the keys must name a running distribution'));
afterEach(() => {
  for (const { ws } of viewers) ws.terminate();
  viewers = [];
});

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

/** A viewer that keeps what it gets, and subscribes to what is wanted of what is offered. */
async function connect({ key = controlKey, wants = () => true, offers = ['foxglove.sdk.v1', 'foxglove.websocket.v1'], query = '' } = {}) {
  const ws = new WebSocket(`${base.replace(/^http/, 'ws')}/compositor${query}`, offers, keyed(key));
  const client = new FoxgloveClient({ ws });
  const viewer = { ws, client, channels: new Map(), subscriptions: new Map(), messages: [], statuses: [], errors: [], closed: null };
  viewers.push(viewer);
  client.on('error', (error) => viewer.errors.push(error));
  client.on('close', ({ code }) => { viewer.closed = code; });
  client.on('serverInfo', (info) => { viewer.info = info; });
  client.on('status', (status) => viewer.statuses.push(status));
  client.on('advertise', (channels) => {
    for (const channel of channels) {
      viewer.channels.set(channel.topic, channel);
      if (wants(channel.topic)) viewer.subscriptions.set(client.subscribe(channel.id), channel);
    }
  });
  client.on('unadvertise', (ids) => {
    for (const [topic, { id }] of viewer.channels) if (ids.includes(id)) viewer.channels.delete(topic);
  });
  client.on('message', ({ subscriptionId, timestamp, data }) => {
    const channel = viewer.subscriptions.get(subscriptionId);
    const message = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    viewer.messages.push({ topic: channel.topic, schemaName: channel.schemaName, timestamp, message });
  });
  viewer.of = (topic) => viewer.messages.filter((each) => each.topic === topic).map(({ message }) => message);
  viewer.publish = (topic, message) => {
    const id = client.advertise({ topic, encoding: 'json', schemaName: 'foxglove.PoseInFrame' });
    client.sendMessage(id, text.encode(JSON.stringify(message)));
    return id;
  };
  await until(() => viewer.info !== undefined || viewer.errors.length > 0, 'serverInfo');
  return viewer;
}

test('a viewer gets messages of all topics, and each keeps its published schema', options, async () => {
  const viewer = await connect();
  assert.equal(viewer.ws.protocol, 'foxglove.sdk.v1');
  assert.match(viewer.info.name, /^Compositor Bridge/);
  assert.deepEqual(viewer.info.capabilities, ['clientPublish']);
  assert.ok(viewer.info.sessionId.length > 0);
  const wanted = ['/tf_static', '/scene', '/displays', '/camera/stage/transform', '/camera/stage/calibration', '/camera/tour/viewport'];
  await until(() => wanted.every((topic) => viewer.of(topic).length > 0) && viewer.of('/camera/stage/transform').length > 60, 'messages of all topics');
  for (const { topic, schemaName, message } of viewer.messages) {
    const validate = validators.get(schemaName);
    assert.equal(validate !== undefined, schemaName.startsWith('foxglove.'), schemaName);
    assert.ok(!validate || validate(message), `${topic}: ${JSON.stringify(validate?.errors)}\n${JSON.stringify(message)}`);
    // and ours: what viewers are told of a message
    const told = JSON.parse(viewer.channels.get(topic).schema);
    assert.ok(ajv.validate(told, message), `${topic}: ${JSON.stringify(ajv.errors)}`);
    assert.deepEqual(Object.keys(message).filter((name) => !(name in told.properties)), [], topic);
  }
  assert.deepEqual(viewer.errors, []);
  assert.deepEqual(viewer.statuses, []);
});

test('the older subprotocol is spoken alike', options, async () => {
  const viewer = await connect({ offers: ['foxglove.websocket.v1'] });
  assert.equal(viewer.ws.protocol, 'foxglove.websocket.v1');
  await until(() => viewer.of('/camera/stage/transform').length > 3, 'messages');
});

test('models are where the scene says, for those with a key', options, async () => {
  const viewer = await connect({ wants: (topic) => topic === '/scene' });
  await until(() => viewer.of('/scene').length > 0, 'the scene');
  const urls = viewer.of('/scene')[0].entities.flatMap(({ models }) => models.map(({ url }) => url));
  assert.ok(urls.length > 0);
  for (const url of urls) assert.equal((await fetch(url, keyed(viewKey))).status, 200, url);
});

test('without a key nobody looks, and a viewer without role control drives nothing', options, async () => {
  const refused = await connect({ key: 'wrong' });
  assert.match(refused.errors[0].message, /401/);
  const viewer = await connect({ key: viewKey, wants: () => false });
  assert.deepEqual(viewer.info.capabilities, []);
  viewer.publish('/camera/of-viewer/pose', pose(1));
  await until(() => viewer.statuses.some(({ message, level }) => level === 2 && /forbidden: role control is needed/.test(message)), 'a refusal');
  assert.ok(!viewer.channels.has('/camera/of-viewer/transform'));
});

test('a viewer drives a camera that others see, under the leases of all', options, async () => {
  const watcher = await connect({ wants: (topic) => topic === '/camera/driven/transform' });
  const viewer = await connect({ wants: () => false });
  const id = viewer.publish('/camera/driven/pose', pose(7));
  await until(() => watcher.of('/camera/driven/transform').length > 0, 'the driven camera');
  const [first] = watcher.of('/camera/driven/transform');
  assert.deepEqual(first.translation, { x: 7, y: 1, z: 2 });
  assert.equal(first.parent_frame_id, 'stage');
  viewer.client.sendMessage(id, text.encode(JSON.stringify(pose(8))));
  await until(() => watcher.of('/camera/driven/transform').at(-1).translation.x === 8, 'the second pose');

  const other = await connect({ wants: () => false });
  other.publish('/camera/driven/pose', pose(9));
  await until(() => other.statuses.some(({ message }) => message.startsWith('held: ')), 'the other viewer is refused');
  assert.equal(watcher.of('/camera/driven/transform').some(({ translation }) => translation.x === 9), false);
});

test('what is wrong is told, and ends nothing', options, async () => {
  const viewer = await connect({ wants: (topic) => topic === '/camera/stage/transform' });
  viewer.client.subscribe(4_000_000);
  viewer.client.getParameters(['a'], 'x');
  viewer.client.fetchAsset('package://x', 1);
  viewer.client.subscribeConnectionGraph();
  viewer.client.advertise({ topic: '/cmd_vel', encoding: 'json', schemaName: 'geometry_msgs/Twist' });
  viewer.client.sendMessage(77, text.encode('{}'));
  viewer.publish('/camera/tour/pose', pose(1));
  viewer.publish('/camera/broken/pose', pose(1, { frame_id: 'map' }));
  viewer.ws.send('{');
  viewer.ws.send(new Uint8Array([9, 9]));
  const told = [/no channel 4000000/, /getParameters is not offered/, /fetchAsset is not offered/, /subscribeConnectionGraph is not offered/, /nothing listens to topic "\/cmd_vel"/,
    /channel 77 was not advertised/, /"tour" is one of two dimensions/, /frame_id must be stage or world/, /malformed: /, /opcode 9/];
  await until(() => told.every((pattern) => viewer.statuses.some(({ message }) => pattern.test(message))),
    'a status for each').catch((error) => { throw new Error(`${error.message}: ${JSON.stringify(viewer.statuses)}`); });
  const seen = viewer.of('/camera/stage/transform').length;
  await until(() => viewer.of('/camera/stage/transform').length > seen + 10, 'messages go on');
  assert.equal(viewer.closed, null);
});

test('frames and displays tell who is there', options, async () => {
  const viewer = await connect({ wants: () => true });
  const source = await connect({ wants: () => false });
  source.publish('/camera/passing/pose', pose(1));
  await until(() => viewer.channels.has('/camera/passing/transform'), 'the topic');
  await until(() => viewer.of('/tf_static').at(-1)?.transforms.some(({ child_frame_id: child }) => child === 'camera/passing/optical'), 'its optical frame');
  await until(() => viewer.of('/displays').length > 0, 'the displays');
  await until(() => viewer.of('/displays').at(-1).displays.filter(({ protocol }) => protocol === 'foxglove.sdk.v1').length >= 2, 'both among the displays');
});

/** What the server tells of a playback (opcode 5), which Foxglove's client does not know yet; times in nanoseconds. */
function playbacks(viewer) {
  const states = [];
  viewer.ws.on('message', (data, binary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data);
    if (!binary || bytes[0] !== 5) return;
    const length = bytes.readUInt32LE(15);
    assert.equal(bytes.length, 19 + length);
    states.push({
      status: bytes[1], time: bytes.readBigUInt64LE(2), speed: bytes.readFloatLE(10), sought: bytes[14] !== 0,
      request: bytes.toString('utf8', 19),
    });
  });
  return states;
}

function control({ ws }, command, { speed = 1, seek, request = '' } = {}) {
  const id = Buffer.from(request);
  const bytes = Buffer.alloc(19 + id.length);
  bytes[0] = 3;
  bytes[1] = command;
  bytes.writeFloatLE(speed, 2);
  bytes[6] = seek === undefined ? 0 : 1;
  bytes.writeBigUInt64LE(seek ?? 0n, 7);
  bytes.writeUInt32LE(id.length, 15);
  id.copy(bytes, 19);
  ws.send(bytes);
}

test('a viewer that names a playback is at its time, and controls it', options, async () => {
  const name = 'stage';
  const topic = '/camera/stage/transform';
  const viewer = await connect({ wants: (each) => each === topic, query: `?playback=${encodeURIComponent(name)}` });
  const states = playbacks(viewer);
  const times = [];
  viewer.client.on('time', ({ timestamp }) => times.push(timestamp));
  assert.deepEqual(viewer.info.capabilities, ['clientPublish', 'time', 'playbackControl']);
  const nanos = ({ sec, nsec }) => BigInt(sec) * 1_000_000_000n + BigInt(nsec);
  const from = nanos(viewer.info.dataStartTime);
  const to = nanos(viewer.info.dataEndTime);
  assert.ok(to > from);

  await until(() => times.length > 10 && viewer.messages.length > 10, 'it plays');
  assert.ok(times.every((time) => time >= from && time <= to));
  assert.ok(viewer.messages.every(({ timestamp }) => timestamp >= from && timestamp <= to));

  const middle = from + (to - from) / 2n;
  control(viewer, 1, { seek: middle, request: 'sought' });
  const sought = await until(() => states.find(({ request }) => request === 'sought'), 'the answer to a seek');
  assert.deepEqual(sought, { status: 1, time: middle / 1_000n * 1_000n, speed: 1, sought: true, request: 'sought' });
  await until(() => viewer.messages.at(-1).timestamp === sought.time, 'the pose of that time');
  const { message: { timestamp } } = viewer.messages.at(-1);
  assert.equal(nanos(timestamp), sought.time);

  control(viewer, 0, { speed: 2, request: 'on' });
  const on = await until(() => states.find(({ request }) => request === 'on'), 'the answer to play');
  assert.deepEqual([on.status, on.speed, on.sought], [0, 2, false]);
  await until(() => times.at(-1) > sought.time + 100_000_000n, 'time goes on');

  control(viewer, 0, { seek: to + 1_000_000n, request: 'behind' });
  await until(() => viewer.statuses.some(({ message }) => /seek time must lie in/.test(message)), 'a refusal');
  control(viewer, 0, { request: 'as before' });
  await until(() => states.some(({ request, speed }) => request === 'as before' && speed === 1), 'its own speed');

  const watcher = await connect({ key: viewKey, wants: () => false, query: `?playback=${encodeURIComponent(name)}` });
  assert.deepEqual(watcher.info.capabilities, ['time']);
  control(watcher, 1);
  await until(() => watcher.statuses.some(({ message }) => /role control is needed/.test(message)), 'role view does not pause');
});

test('a playback that is not there is named', options, async () => {
  const viewer = await connect({ wants: () => false, query: '?playback=nobody' });
  await until(() => viewer.statuses.some(({ message }) => /there is no playback "nobody"/.test(message)), 'a status');
});
