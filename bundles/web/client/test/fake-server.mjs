import { once } from 'node:events';
import { WebSocketServer } from 'ws';

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
      peer.send(this.welcome(message, this.peers.length));
    } else if (message.type === 'ping') {
      const time = serverTime(this.skew);
      if (this.pings) peer.send({ type: 'pong', t0: message.t0, t1: time, t2: time });
    } else if (message.type === 'bye') {
      peer.socket.close(1000);
    } else if (id !== undefined) {
      peer.send({ type: 'ack', id });
      if (message.type === 'subscribe') peer.send(this.snapshot());
    }
  }

  welcome(hello, number) {
    const resumed = this.resume && hello.resume !== undefined;
    return {
      type: 'welcome', session: resumed ? 's1' : `s${number}`, display: hello.display ?? `display-${number}`, token: `t${number}`,
      resumed, epoch: this.epoch, seq: this.seq, time: serverTime(this.skew), role: 'admin', heartbeat: this.heartbeat,
      limits: { messageBytes: 65_536, requestsPerSecond: 20_000, resumeWindow: 60_000, cameras: 1_000, models: 1_000 },
      server: { name: 'fake', version: '1' },
    };
  }

  snapshot(all = true) {
    return { type: 'snapshot', epoch: this.epoch, seq: this.seq, all, cameras: this.cameras, control: [] };
  }
}

/** Waits until the condition holds and returns its value. */
export async function until(condition, what = 'condition', timeout = 5_000) {
  const end = performance.now() + timeout;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
