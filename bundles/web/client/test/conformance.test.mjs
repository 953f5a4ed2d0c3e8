/** The recorded sessions of `clients/conformance`, which the clients for Java, JavaScript and Python all pass. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import WebSocket, { WebSocketServer } from 'ws';
import { ClockFilter, CompositorClient } from '../compositor-client.js';
import { until } from './fake-server.mjs';

const FOLDER = fileURLToPath(new URL('../../../../clients/conformance/', import.meta.url));
const ABILITIES = ['prediction'];
/** Keys of these maps are all there are; of other objects the others do not matter. */
const WHOLE = ['cameras', 'control', 'walls', 'models', 'tilesets'];
const ORDERED = ['camera', 'camera-removed', 'control', 'scene', 'display', 'wall', 'wall-removed'];
const LIMIT = 20_000;

const isName = (value) => typeof value === 'string' && value.startsWith('$') && value !== '$absent';
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const areNames = (value) => Array.isArray(value) && value.every((each) => typeof each === 'string');

function matches(expected, actual, whole = false) {
  if (expected === null || expected === '$absent') return actual == null;
  if (isName(expected)) return actual != null;
  if (areNames(expected) && areNames(actual)) return isDeepStrictEqual([...expected].sort(), [...actual].sort());
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((each, i) => matches(each, actual[i]));
  }
  if (!isObject(expected)) return expected === actual;
  if (!isObject(actual) || (whole && Object.keys(actual).length !== Object.keys(expected).length)) return false;
  return Object.entries(expected).every(([name, value]) => matches(value, actual[name], WHOLE.includes(name)));
}

/** Takes the values of the names that the expectation has. */
function capture(expected, actual, into) {
  if (isName(expected)) into[expected] = actual;
  else if (isObject(expected)) for (const [name, value] of Object.entries(expected)) capture(value, actual?.[name], into);
}

function filled(value, values) {
  if (Array.isArray(value)) return value.map((each) => filled(each, values));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, values)]));
  return isName(value) && value in values ? values[value] : value;
}

function listed(tiles) {
  const list = [];
  if (tiles.size <= 100) tiles.forEach((z, x, y, v) => list.push([z, x, y, v]));
  return list;
}

/** A server that does what the script says. */
class ScriptedServer {
  constructor(script) {
    this.script = script;
    this.decisions = script.steps.filter((step) => step.accept || step.refuse).map((step) => step.refuse ?? 0);
    this.peers = [];
  }

  async start() {
    this.server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'compositor.v1.json',
      verifyClient: (_, done) => {
        const refuse = this.decisions.shift() ?? 0;
        if (refuse) done(false, refuse);
        else done(true);
      },
    });
    this.server.on('connection', (socket, request) => this.#connected(socket, request));
    await once(this.server, 'listening');
    this.url = `ws://127.0.0.1:${this.server.address().port}/compositor`;
  }

  #connected(socket, request) {
    const peer = { socket, request, messages: [], ended: false };
    this.peers.push(peer);
    socket.on('close', () => { peer.ended = true; });
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      if (message.type !== 'ping') peer.messages.push(message);
      else if (this.script.pings !== false) {
        const time = message.t0 + (this.script.ahead ?? 0);
        socket.send(JSON.stringify({ type: 'pong', t0: message.t0, t1: time, t2: time }));
      }
    });
  }

  async stop() {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What the client tells the program, in the words of the recordings. */
class Reporter {
  constructor(client, script) {
    this.client = client;
    this.script = script;
    this.results = {};
    Object.assign(this, { told: [], losses: [], errors: [], asked: [], notices: [] });
    for (const type of ORDERED) client.on(type, ({ seq }) => this.told.push([type, seq]));
    client.on('gap', ({ from, to }) => this.told.push(['gap', from, to]));
    client.on('reconnect', ({ code, delay }) => this.losses.push({ code, delay }));
    client.on('error', ({ code }) => this.errors.push(code));
    client.on('asked', ({ display }) => this.asked.push(display));
    client.on('notice', ({ text }) => this.notices.push(text));
  }

  report() {
    const { client } = this;
    const { ahead, within } = this.script.reported.clock ?? {};
    const offset = client.clock.offset;
    const near = offset !== undefined && Math.abs(offset - ahead) <= within;
    const { failure, scene } = client;
    return {
      state: client.state,
      epoch: client.epoch,
      seq: client.seq,
      cameras: Object.fromEntries(client.cameras),
      control: Object.fromEntries([...client.control].map(([name, { holder }]) => [name, holder])),
      scene: scene.known ? { revision: scene.revision, models: Object.fromEntries(scene.models), selected: [...scene.selected] } : null,
      walls: Object.fromEntries([...client.walls].map(([name, wall]) => [name, {
        seq: wall.seq, width: wall.width, members: wall.members.length, delay: (wall.delay ?? []).flatMap(({ from, value, until: end, to }) => [from, value, end, to]),
      }])),
      tiles: client.tiles === null ? null : {
        revision: client.tiles.revision,
        tilesets: Object.fromEntries([...client.tiles.layers].map(([id, { tileset, tiles }]) => [id, { ...tileset, size: tiles.size, tiles: listed(tiles) }])),
      },
      wall: client.welcome?.wall ?? null,
      connects: client.stats.connects,
      resumes: client.stats.resumes,
      gaps: client.stats.gaps,
      losses: this.losses,
      ended: failure === null ? null : { code: Number(failure.code) },
      told: this.told,
      errors: this.errors,
      asked: this.asked,
      notices: this.notices,
      results: this.results,
      predicted: Object.fromEntries(['a', 'b'].map((camera) => [camera, client.predictedView(camera)])),
      clock: near ? { ahead, within } : { ahead: offset },
    };
  }

  async reports(expected) {
    try {
      await until(() => matches(expected, this.report()), 'the report', LIMIT);
    } catch {
      const actual = this.report();
      assert.fail(`expected ${JSON.stringify(expected)}, not ${JSON.stringify(Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]])))}`);
    }
  }

  call(name, given, as) {
    const answer = this.#call(name, given);
    if (answer === undefined) return;
    const done = (result) => { if (as !== undefined) this.results[as] = result; };
    Promise.resolve(answer).then(
      (ack) => done({ seq: ack?.seq ?? null, playbacks: ack?.playbacks ?? null }),
      (error) => done({ error: error.code, message: error.message, field: error.field }),
    );
  }

  #call(name, given) {
    const { client } = this;
    const { camera, view, ...options } = given;
    switch (name) {
      case 'drive': return void client.drive(camera, view, options);
      case 'update': return client.drive(camera, view, { ...options, confirm: true });
      case 'take': return client.take(camera, options);
      case 'release': return client.release(camera);
      case 'ask': return client.ask(camera);
      case 'replay': {
        const { playback, action, ...fields } = given;
        return client.replay(playback, action, fields).then((state) => ({ playbacks: [state] }));
      }
      case 'playbacks': return client.playbacks().then((playbacks) => ({ playbacks }));
      case 'subscribe': return client.subscribe(given).then(() => null);
      case 'unsubscribe': return client.unsubscribe();
      case 'settings': return client.setSettings(given);
      case 'transact': return client.transact(given.ops, { camera: given.camera });
      case 'changeTiles': return client.changeTiles(given.ops, { scene: given.scene, camera: given.camera });
      case 'close': return void client.close();
      default: throw new Error(`unknown call ${name}`);
    }
  }
}

async function play(script) {
  const server = new ScriptedServer(script);
  await server.start();
  const client = new CompositorClient({ url: server.url, WebSocket, random: () => 0, ...script.client });
  const reporter = new Reporter(client, script);
  const values = {};
  let connections = 0;
  let peer;
  try {
    client.connect();
    for (const step of script.steps) {
      if (step.accept) {
        peer = await until(() => server.peers[connections], 'a connection', LIMIT);
        connections++;
        if (step.accept.key !== undefined) checkKey(peer.request, step.accept.key);
      } else if (step.receive) {
        const message = await until(() => peer.messages[0], JSON.stringify(step.receive), LIMIT);
        if (!matches(step.receive, message)) {
          assert.ok(step.optional, `${JSON.stringify(step.receive)} expected, not ${JSON.stringify(message)}`);
          continue;
        }
        peer.messages.shift();
        capture(step.receive, message, values);
      } else if (step.send !== undefined) {
        peer.socket.send(typeof step.send === 'string' ? step.send : JSON.stringify(filled(step.send, values)));
      } else if (step.close) {
        peer.socket.close(step.close, step.reason);
        await until(() => peer.ended, 'the close', LIMIT);
      } else if (step.cut) {
        peer.socket.terminate();
      } else if (step.gone) {
        await until(() => peer.ended, 'the end of the connection', LIMIT);
      } else if (step.call) {
        reporter.call(step.call, step.with ?? {}, step.as);
      } else if (step.expect) {
        await reporter.reports(step.expect);
      } else {
        assert.ok(step.refuse, `unknown step ${JSON.stringify(step)}`);
      }
    }
    await reporter.reports(script.reported);
  } finally {
    client.close();
    await server.stop();
  }
}

function checkKey({ url, headers }, key) {
  const offered = `compositor.key.${Buffer.from(key).toString('base64url')}`;
  assert.ok(headers['sec-websocket-protocol'].split(/, */).includes(offered), headers['sec-websocket-protocol']);
  assert.ok(!url.includes(key) && !url.includes(offered), url);
}

const read = (folder) => readdirSync(FOLDER + folder).filter((file) => file.endsWith('.json')).sort()
  .map((file) => [file.slice(0, -5), JSON.parse(readFileSync(`${FOLDER}${folder}/${file}`, 'utf8'))]);

const able = ([, { needs = [] }]) => needs.every((ability) => ABILITIES.includes(ability));

for (const [name, script] of read('sessions').filter(able)) {
  const each = Object.entries(script.each ?? {});
  for (let row = 0; row < (each[0]?.[1].length ?? 1); row++) {
    const values = Object.fromEntries(each.map(([key, list]) => [`$${key}`, list[row]]));
    test(`session ${[name, ...Object.values(values)].join('-')}: ${script.title}`, () => play(filled(script, values)));
  }
}

for (const [name, { title, pongs, reported }] of read('clocks')) {
  test(`clock ${name}: ${title}`, () => {
    const clock = new ClockFilter();
    const taken = pongs.filter((pong) => clock.add(...pong)).length;
    assert.equal(taken, reported.taken);
    if (reported.offset === null) return assert.equal(clock.offset, undefined);
    assert.ok(Math.abs(clock.offset - reported.offset) <= 1, `offset ${clock.offset}`);
    assert.ok(Math.abs(clock.rtt - reported.roundTrip) <= 1, `round trip ${clock.rtt}`);
    assert.ok(Math.abs(clock.drift - reported.drift) <= 1e-8, `drift ${clock.drift}`);
    return undefined;
  });
}

