import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { applyOps, checkOps, EMPTY_SCENE } from '../compositor-client.js';

const wants = (subscription, camera) => subscription?.cameras?.some((name) => name === '*' || name === camera) === true;

/** Microseconds since the Unix epoch on the clock of the fake server, which runs ahead by `skew`. */
export const serverTime = (skew = 0) => Math.round((performance.timeOrigin + performance.now()) * 1000) + skew;

export const flat = (x, more = {}) => ({ kind: '2d', center: [x, 0], zoom: 1, rotation: 0, ...more });

/**
 * A scripted server: answers the requests of the protocol in the plainest way. A test overrides single answers in
 * `on` (message type to function of peer and message; returning false leaves the plain answer out).
 */
export class FakeServer {
  constructor({ heartbeat = { interval: 5_000, timeout: 15_000 }, skew = 0, pings = true } = {}) {
    this.heartbeat = heartbeat;
    this.skew = skew;
    this.pings = pings;
    this.epoch = 'e1';
    this.seq = 100;
    this.resume = true;
    this.cameras = [];
    this.scene = EMPTY_SCENE;
    /** The last transactions, for who resumes. */
    this.transactions = [];
    this.on = {};
    this.peers = [];
    this.offered = [];
    this.messages = [];
  }

  async start(port = 0) {
    this.server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: (protocols) => {
        this.offered.push([...protocols]);
        return 'compositor.v1.json';
      },
    });
    this.server.on('connection', (socket) => this.#connected(socket));
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    this.url = `ws://127.0.0.1:${this.port}/compositor`;
    return this;
  }

  async stop() {
    for (const peer of this.peers) peer.socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get last() {
    return this.peers.at(-1);
  }

  of(type) {
    return this.messages.filter((message) => message.type === type);
  }

  #connected(socket) {
    const peer = {
      socket,
      messages: [],
      session: undefined,
      follows: false,
      wants: null,
      send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      camera: (camera, seq, view, more = {}) => {
        this.seq = Math.max(this.seq, seq);
        const time = serverTime(this.skew);
        peer.send({ type: 'camera', seq, camera, time, received: time, source: 'test', view, ...more });
      },
    };
    this.peers.push(peer);
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      peer.messages.push(message);
      this.messages.push(message);
      if (this.on[message.type]?.(peer, message) === false) return;
      this.#answer(peer, message);
    });
  }

  #answer(peer, message) {
    const { id } = message;
    if (message.type === 'hello') {
      const welcome = this.welcome(message, this.peers.length);
      peer.session = welcome.session;
      peer.send(welcome);
      if (!welcome.resumed) return;
      peer.wants = this.peers.findLast((other) => other !== peer && other.session === peer.session)?.wants ?? null;
      peer.follows = peer.wants?.scene === true;
      if (peer.follows) for (const transaction of this.transactions) if (transaction.seq > message.resume.seq) peer.send(transaction);
    } else if (message.type === 'scene') {
      this.#transact(peer, message);
    } else if (message.type === 'ping') {
      const time = serverTime(this.skew);
      if (this.pings) peer.send({ type: 'pong', t0: message.t0, t1: time, t2: time });
    } else if (message.type === 'bye') {
      peer.socket.close(1000);
    } else if (id !== undefined) {
      peer.send({ type: 'ack', id });
      if (message.type !== 'subscribe') return;
      const had = peer.wants;
      peer.follows = message.scene === true;
      peer.wants = message;
      peer.send(this.snapshot(had === null, peer.follows && had?.scene !== true, ({ camera }) => wants(message, camera) && !wants(had, camera)));
    }
  }

  #transact(peer, { id, ops, camera }) {
    try {
      const { seq } = this.change(ops, peer.session, camera);
      if (id !== undefined) peer.send({ type: 'ack', id, seq });
    } catch ({ code, message, field }) {
      peer.send({ type: 'error', id, code, message, field });
    }
  }

  /** Somebody changes the scene: whoever follows it gets to know, before the `ack`. */
  change(ops, origin, camera) {
    this.scene = applyOps(this.scene, ops);
    const time = serverTime(this.skew);
    const message = {
      type: 'scene', seq: ++this.seq, ops: checkOps(ops), origin,
      camera: camera && { type: 'camera', time, received: time, source: origin, ...camera },
    };
    this.transactions.push(message);
    for (const peer of this.peers) if (peer.follows && peer.socket.readyState === 1) peer.send(message);
    return message;
  }

  welcome(hello, number) {
    const resumed = this.resume && hello.resume !== undefined;
    return {
      type: 'welcome', session: resumed ? this.sessionOf(hello.resume.token) : `s${number}`, display: hello.display ?? `display-${number}`, token: `t${number}`,
      resumed, epoch: this.epoch, seq: this.seq, time: serverTime(this.skew), role: 'admin', heartbeat: this.heartbeat,
      limits: { messageBytes: 65_536, requestsPerSecond: 20_000, resumeWindow: 60_000, cameras: 1_000, models: 1_000 },
      server: { name: 'fake', version: '1' },
    };
  }

  /** @param {(message: object) => boolean} newly which cameras are in it */
  snapshot(all = true, withScene = true, newly = () => true) {
    const { revision, models, selected } = this.scene;
    return {
      type: 'snapshot', epoch: this.epoch, seq: this.seq, all, cameras: this.cameras.filter(newly), control: [],
      scene: withScene ? { revision, models: [...models.values()], selected: [...selected] } : undefined,
    };
  }

  /** Tokens are numbered as their connections. */
  sessionOf(token) {
    return this.peers[Number(token.slice(1)) - 1].session;
  }
}

/** Waits until the condition holds and returns its value. */
export async function until(condition, what = 'condition', timeout = 20_000) {
  const end = performance.now() + timeout;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
