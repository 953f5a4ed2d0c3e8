/**
 * A small stand-in for the bridge, to work on the pages without a server: serves the built pages and speaks as much of the
 * protocol as they need, with two recordings (`tour`, `stage`), leases, priorities and a scene that begins empty. State lives in this process alone.
 *
 *   node dev/bridge.mjs [port]
 */

import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { TileTable } from '../client/src/tile-table.js';
import { checkWall } from '../client/src/wall-table.js';
import { applyOps, checkOps, checkView, CompositorError, EMPTY_SCENE, SUBPROTOCOL } from '../client/compositor-client.js';
import { startAssets } from './assets.mjs';
import { startWalls } from './walls.mjs';

const SITE = join(dirname(fileURLToPath(import.meta.url)), '../target/classes/org/geometryos/compositor/web/site');
const HEADERS = {
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    + "connect-src 'self' https: ws: wss: data: blob:; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'",
};
const LEASE_MS = 5_000;
const SOURCE_PRIORITY = 10;
const DISPLAY_PRIORITY = 20;
/** As many transactions are there for who resumes. */
const MAX_TRANSACTIONS = 10_000;

const micros = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

/** The recordings: a view for each moment. */
const RECORDINGS = {
  tour(t) {
    return {
      kind: '2d',
      center: [819200 + 1500 * Math.sin(t * 0.21), 819200 + 900 * Math.sin(t * 0.33)],
      zoom: 0.75 * 1.7 ** Math.sin(t * 0.17),
      rotation: 0.08 * Math.sin(t * 0.13),
      size: [1920, 1080],
    };
  },
  stage(t) {
    const angle = 0.75 * Math.sin(t * 0.24);
    const radius = 7.2 + 1.2 * Math.sin(t * 0.31);
    const height = 2.3 + 0.7 * Math.sin(t * 0.41);
    const pitch = -Math.atan2(height - 1.4, radius);
    const [sy, cy, sp, cp] = [Math.sin(angle / 2), Math.cos(angle / 2), Math.sin(pitch / 2), Math.cos(pitch / 2)];
    return {
      kind: '3d',
      position: [radius * Math.sin(angle), height, radius * Math.cos(angle)],
      orientation: [cy * sp, sy * cp, -sy * sp, cy * cp],
      projection: { type: 'perspective', yfov: 0.785, znear: 0.1, zfar: 1000 },
      focusDistance: Math.hypot(radius, height - 1.4),
    };
  },
};

/**
 * @param {{port?: number, rate?: number, more?: number, demo?: boolean, examples?: string, log?: (text: string) => void}} [options] `more`: cameras beside the two recordings;
 *   `demo`: with first steps, as a host with the demo;
 *   `examples`: folder of further pages, served below /examples/
 * @returns {Promise<{url: string, stop: () => Promise<void>, sessions: Map<string, object>, hold: Function, dropAll: Function}>}
 */
export async function startBridge({ port = 0, rate = 60, more = 0, demo = false, examples, log = () => {} } = {}) {
  const epoch = `dev-${Date.now().toString(36)}`;
  const cameras = new Map();
  const holders = new Map();
  const sessions = new Map();
  const assets = startAssets();
  const walls = startWalls(micros);
  const transactions = [];
  const tiles = new TileTable();
  tiles.snapshot({ all: true, tiles: { revision: 0, tilesets: [] } });
  let scene = EMPTY_SCENE;
  let seq = 0;
  let number = 0;

  const http = createServer((request, response) => serve(request, response));
  const sockets = new WebSocketServer({ server: http, path: '/compositor', handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false) });

  const send = (session, message) => {
    if (session.socket?.readyState === 1) session.socket.send(JSON.stringify(message));
  };
  const wants = (session, camera) => session.cameras.has('*') || session.cameras.has(camera);
  const publish = (message) => {
    for (const session of sessions.values()) if (wants(session, message.camera)) send(session, message);
  };

  const there = ({ session, display, settings, socket }) => ({ display, session, user: 'local', connected: socket !== null, settings });
  const announce = (session, action) => {
    const message = { type: 'display', seq: ++seq, action, ...there(session) };
    for (const other of sessions.values()) if (other.presence) send(other, message);
  };

  const wantsWall = (session, wall) => session.walls?.includes('*') || session.walls?.includes(wall);
  /** Members whose wall is another one now get to know. */
  const assign = () => {
    for (const session of sessions.values()) {
      const wall = walls.wallOf(session.display);
      if (wall === session.wall) continue;
      session.wall = wall;
      send(session, { type: 'assigned', wall: wall ?? null });
    }
  };

  /** Changes a wall, or makes one. */
  function setWall(name, given) {
    const wall = Object.assign(walls.set(name, given), { seq: ++seq });
    for (const session of sessions.values()) if (wantsWall(session, name)) send(session, wall);
    assign();
    return wall;
  }

  function removeWall(name) {
    if (!walls.walls.delete(name)) return false;
    const message = { type: 'wall-removed', seq: ++seq, wall: name };
    for (const session of sessions.values()) if (wantsWall(session, name)) send(session, message);
    assign();
    return true;
  }

  /** Takes the control if it is free or held with less priority; gives the holder that is in the way. */
  function take(camera, name, priority, session) {
    const held = holders.get(camera);
    const now = performance.now();
    if (held !== undefined && held.name !== name && held.until > now && held.priority >= priority) return held;
    if (held === undefined || held.name !== name) {
      publish({ type: 'control', seq: ++seq, camera, holder: name, session });
    }
    holders.set(camera, { name, priority, session, until: now + LEASE_MS });
    return null;
  }

  function update(camera, view, { time, sample, cut, source, origin }) {
    const received = micros();
    const message = { type: 'camera', seq: ++seq, camera, time: time ?? received, received, sample, source, origin, cut, view };
    cameras.set(camera, message);
    publish(message);
  }

  /** Changes the scene, and a camera with it; throws what is wrong, and then nothing happens. */
  function transact({ ops, camera: move }, session) {
    const checked = checkOps(ops);
    const next = applyOps(scene, checked);
    const wrong = move && checkView(move.view);
    if (wrong) throw new CompositorError('invalid', wrong, 'camera.view');
    const held = move && take(move.camera, session.display, DISPLAY_PRIORITY, session.session);
    if (held) throw new CompositorError('held', `camera ${move.camera} is held by ${held.name}`, 'camera');
    scene = next;
    const message = { type: 'scene', seq: ++seq, time: micros(), ops: checked, origin: session.session };
    let camera;
    if (move) {
      const received = micros();
      message.time = received;
      camera = { type: 'camera', camera: move.camera, time: received, received, source: session.display, origin: session.session, cut: move.cut, view: move.view };
      cameras.set(move.camera, { ...camera, seq });
    }
    transactions.push({ message, camera });
    if (transactions.length > MAX_TRANSACTIONS) transactions.shift();
    for (const other of sessions.values()) tell(other, message, camera);
    return seq;
  }

  /** A transaction as its subscription shows it to a session. */
  function tell(session, message, camera) {
    const sees = camera !== undefined && wants(session, camera.camera);
    if (session.scene) send(session, sees ? { ...message, camera } : message);
    else if (sees) send(session, { ...camera, seq: message.seq });
  }

  /** Changes tilesets and tiles from inside, and scene and a camera with them. */
  function changeTiles(ops, { scene: sceneOps, camera: move } = {}) {
    const message = { type: 'tiles', seq: ++seq, time: micros(), ops };
    tiles.change(message);
    if (sceneOps !== undefined) scene = applyOps(scene, checkOps(sceneOps));
    const camera = move && { type: 'camera', time: message.time, received: message.time, source: 'inside', ...move };
    if (move) {
      take(move.camera, 'inside', SOURCE_PRIORITY);
      cameras.set(move.camera, { ...camera, seq: message.seq });
    }
    for (const session of sessions.values()) {
      const parts = { scene: session.scene ? sceneOps : undefined, camera: camera && wants(session, camera.camera) ? camera : undefined };
      if (session.tiles) send(session, { ...message, ...parts });
      else if (parts.scene !== undefined) send(session, { type: 'scene', seq: message.seq, time: message.time, ops: sceneOps, camera: parts.camera });
      else if (parts.camera !== undefined) send(session, { ...camera, seq: message.seq });
    }
  }

  /** All tilesets, without their tiles, which follow. */
  const tilesets = () => ({ revision: tiles.revision, tilesets: [...tiles.layers.values()].map(({ tileset }) => tileset), following: tiles.layers.size });

  function sendTiles(session) {
    for (const [id, layer] of tiles.layers) {
      const list = [];
      layer.tiles.forEach((...tile) => list.push(tile));
      send(session, { type: 'tiles', seq, ops: [{ op: 'put', tileset: id, tiles: list }] });
    }
  }

  const started = performance.now();
  const recordings = Object.entries(RECORDINGS);
  // The others go the same ways, some time apart.
  for (let i = 1; i <= more; i++) recordings.push([`camera-${i}`, (t) => RECORDINGS[i % 2 === 0 ? 'stage' : 'tour'](t + i * 7)]);
  const timer = setInterval(() => {
    for (const [camera, recording] of recordings) {
      if (take(camera, 'recording', SOURCE_PRIORITY) === null) {
        update(camera, recording((performance.now() - started) / 1000), { source: 'recording' });
      }
    }
  }, 1000 / rate);
  const heartbeats = setInterval(() => {
    for (const session of sessions.values()) send(session, { type: 'heartbeat', time: micros(), seq, delivered: 0, superseded: 0, refused: 0 });
  }, 2_000);

  sockets.on('connection', (socket) => {
    let session = null;
    socket.on('message', (data) => {
      const received = micros();
      const message = JSON.parse(data.toString());
      const { id } = message;
      const answer = (more) => send(session, { ...more, id });
      if (session === null) {
        if (message.type === 'hello') session = hello(socket, message);
        return;
      }
      switch (message.type) {
        case 'ping':
          if (message.report) walls.report(session.display, message.report);
          return answer({ type: 'pong', t0: message.t0, t1: received, t2: micros() });
        case 'subscribe': {
          const before = session.cameras;
          session.cameras = new Set(message.cameras ?? []);
          session.presence = message.presence === true;
          const all = !session.subscribed;
          const newScene = message.scene === true && (all || !session.scene);
          session.subscribed = true;
          session.scene = message.scene === true;
          const newTiles = message.tiles === true && (all || !session.tiles);
          session.tiles = message.tiles === true;
          const hadWalls = all ? [] : session.walls ?? [];
          session.walls = message.walls ?? [];
          const fresh = ({ camera }) => wants(session, camera) && (all || !(before.has('*') || before.has(camera)));
          answer({ type: 'ack' });
          send(session, {
            type: 'snapshot', epoch, seq, all,
            cameras: [...cameras.values()].filter(fresh),
            displays: session.presence ? [...sessions.values()].map(there) : undefined,
            control: [...holders].map(([camera, { name, session: by }]) => ({ type: 'control', seq, camera, holder: name, session: by })).filter(fresh),
            walls: session.walls.length === 0 ? undefined
              : [...walls.walls.values()].filter(({ wall }) => wantsWall(session, wall) && !hadWalls.includes('*') && !hadWalls.includes(wall)),
            scene: newScene ? { revision: scene.revision, models: [...scene.models.values()], selected: [...scene.selected] } : undefined,
            tiles: newTiles ? tilesets() : undefined,
          });
          return newTiles ? sendTiles(session) : undefined;
        }
        case 'camera': {
          const wrong = checkView(message.view);
          if (wrong) return answer({ type: 'error', code: 'invalid', message: wrong, field: 'view' });
          const held = take(message.camera, session.display, DISPLAY_PRIORITY, session.session);
          if (held) return answer({ type: 'error', code: 'held', message: `camera ${message.camera} is held by ${held.name}` });
          update(message.camera, message.view, { ...message, source: session.display, origin: session.session });
          return id === undefined ? undefined : answer({ type: 'ack', seq });
        }
        case 'settings':
          session.settings = message.settings;
          announce(session, 'changed');
          return answer({ type: 'ack', seq });
        case 'control': {
          if (message.action === 'take') {
            const held = take(message.camera, session.display, DISPLAY_PRIORITY, session.session);
            if (held) return answer({ type: 'error', code: 'held', message: `camera ${message.camera} is held by ${held.name}` });
          } else if (holders.get(message.camera)?.session === session.session) {
            holders.delete(message.camera);
            publish({ type: 'control', seq: ++seq, camera: message.camera, holder: null });
          }
          return answer({ type: 'ack', seq });
        }
        case 'scene': {
          try {
            const became = transact(message, session);
            return id === undefined ? undefined : answer({ type: 'ack', seq: became });
          } catch ({ code, message: text, field }) {
            return answer({ type: 'error', code, message: text, field });
          }
        }
        case 'bye': {
          sessions.delete(session.session);
          announce(session, 'left');
          return socket.close(1000);
        }
        default: return id === undefined ? undefined : answer({ type: 'ack' });
      }
    });
    socket.on('close', () => {
      if (session?.socket !== socket) return;
      session.socket = null;
      announce(session, 'changed');
      log(`${session.display} went`);
    });
  });

  function hello(socket, message) {
    const old = [...sessions.values()].find(({ token }) => token === message.resume?.token);
    const session = old ?? {
      session: `s${++number}`, token: `t${number}-${Math.random().toString(36).slice(2)}`, display: message.display ?? `display-${number}`,
      cameras: new Set(), subscribed: false, scene: false,
    };
    session.socket = socket;
    session.settings = message.settings ?? session.settings;
    sessions.set(session.session, session);
    announce(session, old ? 'changed' : 'joined');
    session.wall = walls.wallOf(session.display);
    send(session, {
      type: 'welcome', session: session.session, display: session.display, token: session.token, resumed: old !== undefined, epoch, seq,
      time: micros(), role: 'admin', heartbeat: { interval: 2_000, timeout: 6_000 },
      limits: { messageBytes: 65_536, requestsPerSecond: 20_000, resumeWindow: 60_000, cameras: 1_000, models: 1_000 },
      server: { name: 'Compositor stand-in', version: '0' }, wall: session.wall,
    });
    if (old) {
      for (const { message: missed, camera } of transactions) if (missed.seq > message.resume.seq) tell(session, missed, camera);
      for (const camera of cameras.values()) if (wants(session, camera.camera)) send(session, camera);
    }
    log(`${session.display} ${old ? 'is back' : 'came'}`);
    return session;
  }

  async function serveWalls(path, request, response) {
    const json = (status, body) => response.writeHead(status, { ...HEADERS, 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const name = decodeURIComponent(path.slice('/compositor/walls'.length).replace(/^\//, ''));
    if (request.method === 'GET') {
      const told = walls.told((display) => [...sessions.values()].some((each) => each.display === display && each.socket !== null));
      if (name === '') return json(200, { walls: told });
      const one = told.find(({ wall }) => wall === name);
      return one === undefined ? json(404, { code: 'not-found', message: `there is no wall "${name}"` }) : json(200, one);
    }
    if (request.method === 'DELETE') return removeWall(name) ? json(200, {}) : json(404, { code: 'not-found', message: `there is no wall "${name}"` });
    if (request.method === 'POST' && !walls.walls.has(name)) return json(404, { code: 'not-found', message: `there is no wall "${name}"` });
    let text = '';
    for await (const chunk of request) text += chunk;
    const wall = setWall(name, JSON.parse(text || '{}'));
    const wrong = checkWall(wall);
    return wrong === null ? json(200, {}) : json(400, { code: 'invalid', message: wrong });
  }

  function serve(request, response) {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (path === '/compositor/status') return response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}');
    if (path.startsWith('/compositor/walls')) return serveWalls(path, request, response);
    if (path === '/assets/demo.json' && !demo) return response.writeHead(204, HEADERS).end();
    if (assets.serve(path, request, response)) return undefined;
    const [, example] = /^\/examples\/([\w-]+\.\w+)$/.exec(path) ?? [];
    if (examples !== undefined && example !== undefined && existsSync(join(examples, example))) {
      return response.writeHead(200, { 'Content-Type': example.endsWith('.html') ? 'text/html' : 'text/javascript' }).end(readFileSync(join(examples, example)));
    }
    const name = ['/', '/2d', '/3d'].includes(path) ? 'index.html' : path.startsWith('/wall/') ? 'wall.html' : path === '/admin' ? 'admin.html' : path === '/walls' ? 'walls.html' : path.startsWith('/walls/') ? 'wallview.html' : path.slice(1);
    const line = readFileSync(join(SITE, 'index'), 'utf8').split('\n').find((entry) => entry.startsWith(`${name}\t`));
    if (line === undefined) return response.writeHead(404, HEADERS).end();
    return response.writeHead(200, { ...HEADERS, 'Content-Type': line.split('\t')[1] }).end(readFileSync(join(SITE, name)));
  }

  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://localhost:${http.address().port}`,
    sessions,
    /** The operator's settings; displays see a change of theirs. */
    settings: assets.settings,
    /** The scene as it stands. */
    get scene() { return scene; },
    /** Moves a camera from inside, as a source does. */
    drive(camera, view, { cut } = {}) {
      take(camera, 'inside', SOURCE_PRIORITY);
      update(camera, view, { source: 'inside', cut });
    },
    setWall,
    removeWall,
    /** What members reported last. */
    told: () => walls.told(() => true),
    /** Changes the scene from inside, as a bundle of the host does. */
    change: (ops) => transact({ ops }, { session: 'host', display: 'host' }),
    changeTiles,
    /** How long pictures of tilesets take, in ms: may be replaced. @type {{delay: (tile: {z: number, x: number, y: number, v: number}) => number}} */
    pictures: assets.pictures,
    /** Somebody of high priority holds a camera for a while, or lets go of it. */
    hold(camera, name, ms) {
      if (ms > 0) publish({ type: 'control', seq: ++seq, camera, holder: name });
      holders.set(camera, { name, priority: 99, until: performance.now() + ms });
    },
    /** Cuts all sockets as a restart of their owner does. */
    dropAll(code = 1012) {
      for (const { socket } of sessions.values()) socket?.close(code);
    },
    async stop() {
      clearInterval(timer);
      clearInterval(heartbeats);
      for (const { socket } of sessions.values()) socket?.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bridge = await startBridge({ port: Number(process.argv[2] ?? 8081), log: console.log });
  console.log(`${bridge.url}/?camera2d=tour&camera3d=stage`);
}
