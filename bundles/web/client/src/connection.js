import { finite } from './checks.js';
import { CompositorError } from './error.js';
import { HostRing, ReconnectSchedule } from './reconnect.js';

/**
 * What the connection needs of its client.
 * @typedef {object} ConnectionHost
 * @property {{readonly url: string, readonly key?: string, readonly WebSocket?: any, readonly connection: 'keep-open' | 'once',
 *   readonly connectTimeout: number, readonly random: () => number}} options
 * @property {import('./timers.js').Timers} timers
 * @property {() => number} messageBytes how long a message may be
 * @property {() => number} timeout after how many ms of silence the server is given up
 * @property {() => void} opening an attempt begins
 * @property {() => void} opened the socket stands: time for `hello`
 * @property {(data: unknown) => void} received
 * @property {(reason: CompositorError) => void} dropped the socket is given up; nothing that was asked will be answered
 * @property {(failure: CompositorError) => void} ended the client is to close for good
 * @property {(loss: {code: number, reason: string, delay: number}) => void} waiting the next attempt comes after `delay` ms
 */

export const SUBPROTOCOL = 'compositor.v1.json';

/** Close code of this client for a server that went silent or does not answer; 1000 would end the session. */
export const CLOSE_SILENT = 4000;

const MAX_BUFFERED = 64 * 1024;
/** How long after its goodbye a server may take to close, in ms. */
const GOODBYE_LIMIT = 5_000;
/** How long a server may take, in ms, to say that the connection outlived a sleep. */
const AFTER_SLEEP = 5_000;

/** The socket: attempts, what is sent, silence, loss, and when to come back. One socket at a time. */
export class Connection {
  /** @type {any} */
  socket = null;
  /** What the server said before it closes. @type {{code: number, reason: string, reconnectAfter: number | null} | null} */
  goodbye = null;
  /** When something came last, in ms of `performance.now()`. */
  lastReceived = 0;
  #host;
  #schedule;
  #hosts;
  /** @type {Record<'connect' | 'reconnect' | 'watchdog' | 'goodbye', any>} */
  #due = { connect: null, reconnect: null, watchdog: null, goodbye: null };

  /** @param {ConnectionHost} host */
  constructor(host) {
    this.#host = host;
    this.#schedule = new ReconnectSchedule(host.options.random);
    this.#hosts = new HostRing(host.options.url);
  }

  /** The first attempt of a client that was not connected before, or was closed. */
  begin() {
    this.#schedule.connected();
    this.open();
  }

  /** An attempt, now. */
  open() {
    const { timers } = this.#host;
    const { key, WebSocket, connectTimeout } = this.#host.options;
    const url = this.#hosts.current;
    timers.clear(this.#due.reconnect);
    const protocols = [SUBPROTOCOL];
    if (key) protocols.push(`compositor.key.${base64Url(key)}`);
    this.goodbye = null;
    this.#host.opening();
    let socket;
    try {
      socket = new WebSocket(url, protocols);
    } catch (error) {
      this.#host.ended(new CompositorError('invalid', `cannot open ${url}: ${/** @type {Error} */ (error).message}`));
      return;
    }
    this.socket = socket;
    // Each handler asks whether its socket is still the one: a socket given up may speak for minutes.
    socket.onopen = () => { if (socket === this.socket) this.#host.opened(); };
    socket.onmessage = (/** @type {any} */ event) => {
      if (socket !== this.socket) return;
      this.#host.received(event.data);
      timers.sweep();
    };
    socket.onerror = () => {};
    socket.onclose = (/** @type {any} */ event) => { if (socket === this.socket) this.lost(event.code, event.reason); };
    this.#due.connect = timers.set(() => this.lost(1006, 'no welcome in time'), connectTimeout);
  }

  /** The server said welcome: the next loss starts anew. @param {unknown} hosts where the session can go on */
  welcomed(hosts) {
    this.#hosts.named(hosts);
    this.#host.timers.clear(this.#due.connect);
    this.#schedule.connected();
    this.#watch();
  }

  /** Something came. */
  heard() {
    this.lastReceived = performance.now();
  }

  /** The machine slept. Of what happened meanwhile nobody knows: the server may have closed. */
  slept() {
    this.lastReceived = Math.min(this.lastReceived, performance.now() - Math.max(0, this.#host.timeout() - AFTER_SLEEP));
    this.#host.timers.clear(this.#due.watchdog);
    this.#watch();
  }

  #watch() {
    const timeout = this.#host.timeout();
    const left = this.lastReceived + timeout - performance.now();
    if (left <= 0) this.lost(1006, `nothing received for ${timeout} ms`);
    else this.#due.watchdog = this.#host.timers.set(() => this.#watch(), left);
  }

  /** Whether something can be sent now without piling up. */
  get writable() {
    return this.socket !== null && this.socket.readyState === 1 && this.socket.bufferedAmount < MAX_BUFFERED;
  }

  /** @returns {boolean} whether the socket took it */
  send(/** @type {object} */ message) {
    const { socket } = this;
    if (socket === null || socket.readyState !== 1) return false;
    const text = JSON.stringify(message);
    const most = this.#host.messageBytes();
    if (text.length * 3 > most && new TextEncoder().encode(text).length > most) {
      throw new CompositorError('limit', `a message may be at most ${most} bytes long`, 'messageBytes');
    }
    socket.send(text);
    return true;
  }

  /** The server says that it will close, and when to come back. */
  said(/** @type {any} */ { code, reason, reconnectAfter }) {
    this.goodbye = {
      code: Number.isInteger(code) ? code : 1006,
      reason: typeof reason === 'string' ? reason : '',
      reconnectAfter: finite(reconnectAfter) ? reconnectAfter : null,
    };
    this.#host.timers.clear(this.#due.goodbye);
    this.#due.goodbye = this.#host.timers.set(() => this.lost(1006, ''), GOODBYE_LIMIT);
  }

  /** The connection is lost, or given up. */
  lost(/** @type {number} */ closeCode, /** @type {string} */ closeReason) {
    // The close frame may be lost on the way; then the goodbye tells.
    const code = closeCode === 1006 && this.goodbye ? this.goodbye.code : closeCode;
    const reason = closeReason || this.goodbye?.reason || '';
    const first = this.#hosts.lost(code);
    const wait = this.#schedule.lost(code, this.goodbye?.reconnectAfter, performance.now());
    const delay = first && wait >= 0 ? this.#host.options.random() * 100 : wait;
    if (delay < 0 || this.#host.options.connection === 'once') {
      this.#host.ended(new CompositorError(String(code), reason || `closed with ${code}`));
      return;
    }
    this.#drop(CLOSE_SILENT, new CompositorError('disconnected', `connection lost (${code}${reason ? `, ${reason}` : ''})`));
    this.#due.reconnect = this.#host.timers.set(() => this.open(), delay);
    this.#host.waiting({ code, reason, delay });
  }

  /** Closes for good. */
  close(/** @type {number} */ code, /** @type {CompositorError} */ reason) {
    this.#drop(code, reason);
    this.#host.timers.clear(this.#due.reconnect);
  }

  /** Lets go of the socket without waiting for the other side. */
  #drop(/** @type {number} */ code, /** @type {CompositorError} */ reason) {
    const { socket } = this;
    this.socket = null;
    for (const name of /** @type {const} */ (['connect', 'watchdog', 'goodbye'])) this.#host.timers.clear(this.#due[name]);
    if (socket !== null) {
      try {
        socket.close(code);
      } catch {
        // It was never open.
      }
    }
    this.#host.dropped(reason);
  }
}

/**
 * @param {string} text
 * @returns {string} base64url of its UTF-8, without padding
 */
function base64Url(text) {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
