import { finite, isObject, isSeq, isTime, positive } from './checks.js';
import { ClockFilter } from './clock.js';
import { Drag } from './drag.js';
import { CompositorError } from './error.js';
import { OwnViews } from './own-views.js';
import { ReconnectSchedule } from './reconnect.js';
import { SharedScene } from './shared-scene.js';
import { Timers } from './timers.js';
import { checkView } from './views.js';

/** @typedef {import('./drag.js').DragOptions} DragOptions */
/** @typedef {import('./messages.js').CameraMessage} CameraMessage */
/** @typedef {import('./messages.js').ClientEvents} ClientEvents */
/** @typedef {import('./messages.js').ControlMessage} ControlMessage */
/** @typedef {import('./messages.js').DisplaySettings} DisplaySettings */
/** @typedef {import('./messages.js').SnapshotMessage} SnapshotMessage */
/** @typedef {import('./messages.js').WelcomeMessage} WelcomeMessage */
/** @typedef {import('./scene.js').SceneOp} SceneOp */
/** @typedef {import('./shared-scene.js').CameraMove} CameraMove */
/** @typedef {import('./shared-scene.js').TransactionResult} TransactionResult */
/** @typedef {import('./smoother.js').ViewSmoother} ViewSmoother */
/** @typedef {import('./views.js').View} View */
/**
 * What a session wants to receive; the names and defaults are the protocol's.
 * @typedef {{cameras?: string[], scene?: boolean, presence?: boolean, delivery?: 'latest' | 'every', rate?: number,
 *   echo?: boolean}} Subscription
 */
/**
 * @typedef {object} ClientOptions
 * @property {string} url `ws://` or `wss://` address of the endpoint
 * @property {string} [key] API key; offered as a subprotocol, never in the address
 * @property {string} [display] name of this display; without it the server gives one
 * @property {string} [user] name of the user
 * @property {DisplaySettings} [settings] settings of this display, sent with each `hello`
 * @property {'keep-open' | 'once'} [connection] `once`: never reconnect, the session ends with its socket
 * @property {Subscription} [subscription] what to subscribe to from the start
 * @property {any} [WebSocket] class to open sockets with; needed where there is no global one
 * @property {number} [requestTimeout] ms until an unanswered request fails (10,000)
 * @property {number} [connectTimeout] ms from opening a socket to `welcome` (10,000)
 * @property {number} [maxOutstanding] requests that may wait for their answer at once (256)
 * @property {number} [driveHold] ms for which a view that could not be sent stays worth sending (2,000)
 * @property {number} [repairInterval] ms at least from one time to the next that the scene is asked for because a message did not fit (5,000)
 * @property {() => number} [random] source of jitter, in [0, 1)
 * @property {string | URL | false} [timerWorker] address of `compositor-timers.js`, of the page's own origin, by which a hidden page keeps its
 *   time (beside this module); false: none
 */

export const SUBPROTOCOL = 'compositor.v1.json';

/** Close code of this client for a server that went silent or does not answer; 1000 would end the session. */
const CLOSE_SILENT = 4000;

const MAX_BUFFERED = 64 * 1024;
const MAX_PENDING_CAMERAS = 64;
const DEFAULT_HEARTBEAT = Object.freeze({ interval: 10_000, timeout: 30_000 });
const DEFAULT_LIMITS = Object.freeze({ messageBytes: 65_536, requestsPerSecond: 100, cameras: 4_096 });

/** Local clock: microseconds since the Unix epoch, never running backwards. On some systems it stands still while the machine sleeps. */
const localNow = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
/** By how many ms the wall clock, which goes on then, is ahead of it. */
const wallAhead = () => Date.now() - performance.timeOrigin - performance.now();
/** More than this in ms is a sleep, or somebody who set the wall clock, and not its steering. */
const JUMP = 250;
/** How long a server may take, in ms, to say that the connection outlived a sleep. */
const AFTER_SLEEP = 5_000;

const isName = (/** @type {unknown} */ value) => typeof value === 'string' && value.length >= 1 && value.length <= 64;

/**
 * A session with a Compositor server. It stays: lost sockets are replaced, the session is resumed or, if it is gone,
 * built up again, until {@link CompositorClient#close} or a close code that forbids it.
 *
 * {@link ClientEvents} lists what it tells: see {@link CompositorClient#on}.
 */
export class CompositorClient {
  /** What this client drives, before the server has told it. */
  #own = new OwnViews();

  /** @param {ClientOptions} options */
  constructor(options) {
    const { WebSocket = /** @type {any} */ (globalThis).WebSocket } = options;
    if (typeof WebSocket !== 'function') throw new TypeError('no WebSocket here: pass a class as option "WebSocket"');
    if (typeof options.url !== 'string') throw new TypeError('option "url" must be the address of the endpoint');
    /** @type {ClientOptions & Required<Pick<ClientOptions, 'connection' | 'requestTimeout' | 'connectTimeout' | 'maxOutstanding' | 'driveHold' | 'repairInterval' | 'random'>>} */
    this.options = {
      connection: 'keep-open',
      requestTimeout: 10_000,
      connectTimeout: 10_000,
      maxOutstanding: 256,
      driveHold: 2_000,
      repairInterval: 5_000,
      random: Math.random,
      ...options,
      WebSocket,
    };
    /** @type {'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'} */
    this.state = 'idle';
    /** Last welcome of the server. @type {WelcomeMessage | null} */
    this.welcome = null;
    /** @type {string | null} */
    this.epoch = null;
    /** Highest sequence number applied. */
    this.seq = 0;
    /** Newest state of each subscribed camera. @type {Map<string, CameraMessage>} */
    this.cameras = new Map();
    /** Who holds which camera. @type {Map<string, ControlMessage>} */
    this.control = new Map();
    /** Timers that run on time in a page that nobody sees, too. */
    this.timers = new Timers(options.timerWorker);
    /** The scene of all displays, if subscribed to: the server's word, and what is to be shown. */
    this.scene = new SharedScene({
      ask: (message, resolve, reject) => this.#ask(message, resolve, reject),
      emit: (type, value) => this.#emit(type, value),
      subscribed: () => this.subscription?.scene === true,
      session: () => this.welcome?.session,
      order: () => this.#own.next(),
      carried: (view, order, message) => this.#own.carried(view, order, message),
      options: this.options,
      timers: this.timers,
    });
    this.clock = new ClockFilter();
    this.stats = { received: 0, stale: 0, ignored: 0, gaps: 0, connects: 0, resumes: 0, superseded: 0, repairs: 0, clockJumps: 0 };
    /** Why the client closed for good. @type {CompositorError | null} */
    this.failure = null;

    /** @type {Subscription | null} */
    this.subscription = options.subscription ?? null;
    if (this.subscription !== null) checkSubscription(this.subscription);
    this.listeners = new Map();
    this.schedule = new ReconnectSchedule(this.options.random);
    /** @type {any} */
    this.socket = null;
    this.subscriptionStands = false;
    this.settings = options.settings;
    this.nextId = 1;
    /** Requests waiting for an answer. @type {Map<number, {resolve: Function, reject: Function, timer: any, type: string}>} */
    this.outstanding = new Map();
    /** Views that wait for the socket, the newest of each camera. @type {Map<string, {message: object, at: number}>} */
    this.pendingViews = new Map();
    /** @type {any} subscribe request whose ack came and whose snapshot did not yet */
    this.awaitingSnapshot = null;
    /** @type {any} */
    this.goodbye = null;
    this.roughOffset = 0;
    /** Of the wall clock, when it was looked at last. */
    this.ahead = wallAhead();
    /** Of the local clock: a measurement that began before says nothing any more. */
    this.measuredSince = 0;
    this.lastReceived = 0;
    /** Whether a message about the scene did not fit, and no snapshot of it came since. */
    this.sceneTorn = false;
    this.repairedAt = -Infinity;
    /** @type {Record<'connect' | 'reconnect' | 'watchdog' | 'ping' | 'flush' | 'repair' | 'goodbye', any>} */
    this.due = { connect: null, reconnect: null, watchdog: null, ping: null, flush: null, repair: null, goodbye: null };
  }

  // ---- events

  /**
   * Listens to an event.
   * @template {keyof ClientEvents} T
   * @param {T} type
   * @param {(value: ClientEvents[T]) => void} listener
   * @returns {() => void} stops listening
   */
  on(type, listener) {
    let set = this.listeners.get(type);
    if (set === undefined) this.listeners.set(type, (set = new Set()));
    set.add(listener);
    return () => set.delete(listener);
  }

  #emit(/** @type {string} */ type, /** @type {any} */ value) {
    const set = this.listeners.get(type);
    if (set === undefined) return;
    for (const listener of set) {
      try {
        listener(value);
      } catch (error) {
        // A bad listener must not cost the others their event.
        console.error(`listener for "${type}" failed`, error);
      }
    }
  }

  #setState(/** @type {CompositorClient['state']} */ state) {
    if (this.state === state) return;
    this.state = state;
    this.#emit('state', state);
  }

  // ---- life

  /** Opens the session; does nothing if that is under way. A closed client starts a new session. */
  connect() {
    if (this.state !== 'idle' && this.state !== 'closed') return;
    if (this.state === 'closed') this.welcome = null;
    this.failure = null;
    this.schedule.connected();
    this.#open();
  }

  /** Tries at once where the client waits for its next try. */
  retry() {
    if (this.state === 'waiting') this.#open();
  }

  /**
   * Waits for the connection.
   * @param {number} [timeout] ms
   * @returns {Promise<WelcomeMessage>}
   */
  ready(timeout = 10_000) {
    if (this.state === 'connected') return Promise.resolve(/** @type {WelcomeMessage} */ (this.welcome));
    return new Promise((resolve, reject) => {
      const done = (/** @type {Function} */ settle, /** @type {any} */ value) => {
        this.timers.clear(timer);
        off();
        settle(value);
      };
      const off = this.on('state', (state) => {
        if (state === 'connected') done(resolve, this.welcome);
        else if (state === 'closed') done(reject, this.failure ?? new CompositorError('closed', 'the client was closed'));
      });
      const timer = this.timers.set(() => done(reject, new CompositorError('timeout', `not connected after ${timeout} ms`)), timeout);
    });
  }

  /** Ends the session for good. */
  close() {
    if (this.state === 'closed') return;
    if (this.state === 'connected') this.#send({ type: 'bye' });
    this.#end(null, 1000);
  }

  #end(/** @type {CompositorError | null} */ failure, code = CLOSE_SILENT) {
    this.failure = failure;
    this.#drop(code, failure ?? new CompositorError('closed', 'the client was closed'));
    this.timers.clear(this.due.reconnect);
    this.pendingViews.clear();
    this.#own.keep([]);
    this.subscriptionStands = false;
    this.scene.closed(failure ?? new CompositorError('closed', 'the client was closed'));
    this.#setState('closed');
    this.timers.rest();
  }

  #open() {
    this.timers.clear(this.due.reconnect);
    const { url, key, WebSocket, connectTimeout } = this.options;
    const protocols = [SUBPROTOCOL];
    if (key) protocols.push(`compositor.key.${base64Url(key)}`);
    this.goodbye = null;
    this.#setState('connecting');
    let socket;
    try {
      socket = new WebSocket(url, protocols);
    } catch (error) {
      this.#end(new CompositorError('invalid', `cannot open ${url}: ${/** @type {Error} */ (error).message}`));
      return;
    }
    this.socket = socket;
    // Each handler asks whether its socket is still the one: a socket given up may speak for minutes.
    socket.onopen = () => { if (socket === this.socket) this.#hello(); };
    socket.onmessage = (/** @type {any} */ event) => {
      if (socket !== this.socket) return;
      this.#received(event.data);
      this.timers.sweep();
    };
    socket.onerror = () => {};
    socket.onclose = (/** @type {any} */ event) => { if (socket === this.socket) this.#lost(event.code, event.reason); };
    this.due.connect = this.timers.set(() => this.#lost(1006, 'no welcome in time'), connectTimeout);
  }

  #hello() {
    const { display, user, connection } = this.options;
    const resumable = this.welcome !== null && this.epoch !== null && connection === 'keep-open';
    this.#send({
      type: 'hello',
      id: 'hello',
      display: this.welcome?.display ?? display,
      user,
      connection,
      settings: this.settings,
      resume: resumable ? { token: this.welcome?.token, epoch: this.epoch, seq: this.seq } : undefined,
    });
  }

  /** Lets go of the socket without waiting for the other side, and fails what waited for an answer. */
  #drop(/** @type {number} */ code, /** @type {CompositorError} */ reason) {
    const { socket, due, timers } = this;
    this.socket = null;
    for (const name of /** @type {const} */ (['connect', 'watchdog', 'ping', 'flush', 'repair', 'goodbye'])) timers.clear(due[name]);
    if (socket !== null) {
      try {
        socket.close(code);
      } catch {
        // It was never open.
      }
    }
    this.awaitingSnapshot = null;
    const waiting = [...this.outstanding.values()];
    this.outstanding.clear();
    for (const request of waiting) {
      this.timers.clear(request.timer);
      request.reject(reason);
    }
  }

  #lost(/** @type {number} */ closeCode, /** @type {string} */ closeReason) {
    // The close frame may be lost on the way; then the goodbye tells.
    const code = closeCode === 1006 && this.goodbye ? this.goodbye.code : closeCode;
    const reason = closeReason || this.goodbye?.reason || '';
    const delay = this.schedule.lost(code, this.goodbye?.reconnectAfter, performance.now());
    const lost = new CompositorError('disconnected', `connection lost (${code}${reason ? `, ${reason}` : ''})`);
    if (delay < 0 || this.options.connection === 'once') {
      this.#end(new CompositorError(String(code), reason || `closed with ${code}`));
      return;
    }
    this.#drop(CLOSE_SILENT, lost);
    this.#setState('waiting');
    this.due.reconnect = this.timers.set(() => this.#open(), delay);
    this.#emit('reconnect', { code, reason, delay });
  }

  // ---- sending

  /** @returns {boolean} whether the socket took it */
  #send(/** @type {object} */ message) {
    const { socket } = this;
    if (socket === null || socket.readyState !== 1) return false;
    const text = JSON.stringify(message);
    if (text.length * 3 > this.#limits().messageBytes && new TextEncoder().encode(text).length > this.#limits().messageBytes) {
      throw new CompositorError('limit', `a message may be at most ${this.#limits().messageBytes} bytes long`, 'messageBytes');
    }
    socket.send(text);
    return true;
  }

  #isConnected() {
    return this.state === 'connected';
  }

  #limits() {
    return this.welcome?.limits ?? DEFAULT_LIMITS;
  }

  /**
   * Sends a request and waits for its answer.
   * @param {{type: string, [field: string]: any}} message without `id`
   * @returns {Promise<any>} the `ack` (for `subscribe` the snapshot); rejects with a {@link CompositorError}
   */
  request(message) {
    return this.#request(message);
  }

  #request(/** @type {{type: string, [field: string]: any}} */ message) {
    return new Promise((resolve, reject) => this.#ask(message, resolve, reject));
  }

  /** Sends a request; one of the two functions is called once, at once if it cannot be sent. */
  #ask(/** @type {{type: string, [field: string]: any}} */ message, /** @type {(answer: any) => void} */ resolve,
    /** @type {(error: CompositorError) => void} */ reject) {
    const { maxOutstanding, requestTimeout } = this.options;
    if (this.state !== 'connected') {
      reject(new CompositorError('disconnected', `not connected: ${this.state}`));
      return;
    }
    if (this.outstanding.size >= maxOutstanding) {
      reject(new CompositorError('limit', `${maxOutstanding} requests wait for their answer`));
      return;
    }
    const id = this.nextId++;
    const timer = this.timers.set(() => {
      this.outstanding.delete(id);
      if (this.awaitingSnapshot?.id === id) this.awaitingSnapshot = null;
      reject(new CompositorError('timeout', `no answer to ${message.type} within ${requestTimeout} ms`));
    }, requestTimeout);
    this.outstanding.set(id, { resolve, reject, timer, type: message.type });
    try {
      if (this.#send({ ...message, id })) return;
      throw new CompositorError('disconnected', 'the connection is closing');
    } catch (error) {
      this.timers.clear(timer);
      this.outstanding.delete(id);
      reject(/** @type {CompositorError} */ (error));
    }
  }

  /**
   * Says what to receive from now on, also after a reconnect.
   * @param {Subscription} subscription
   * @returns {Promise<SnapshotMessage | null>} the snapshot; while not connected resolves at once with null, and the subscription follows
   */
  subscribe(subscription) {
    checkSubscription(subscription);
    this.subscription = { ...subscription };
    this.subscriptionStands = false;
    return this.state === 'connected' ? this.#subscribe() : Promise.resolve(null);
  }

  async #subscribe() {
    const subscription = this.subscription;
    const snapshot = await this.#request({ type: 'subscribe', ...subscription });
    if (this.subscription === subscription) this.subscriptionStands = true;
    return snapshot;
  }

  /** Receives nothing but heartbeats from now on. */
  unsubscribe() {
    this.subscription = null;
    this.subscriptionStands = false;
    this.cameras.clear();
    this.control.clear();
    this.#own.keep([]);
    this.#forgetScene();
    return this.state === 'connected' ? this.request({ type: 'unsubscribe' }) : Promise.resolve(null);
  }

  /**
   * Drives a camera. Without a connection, or while the socket is busy, only the newest view of each camera is kept, and
   * only for a short while. With a subscription to the camera, and not `echo: false`, {@link CompositorClient#predictedView} gives the
   * view at once; the event `drive-refused` tells if the server does not take it.
   * @param {string} camera
   * @param {View} view
   * @param {{time?: number, sample?: number, cut?: boolean, timecode?: string, confirm?: boolean, predict?: boolean}} [options]
   *   `sample`: a rising number (with prediction: the client's own count); `confirm`: ask for the server's answer; `predict` (true)
   * @returns {Promise<any> | undefined} with `confirm`: the `ack`
   */
  drive(camera, view, { time, sample, cut, timecode, confirm, predict = true } = {}) {
    const wrong = checkView(view);
    if (wrong !== null) throw new CompositorError('invalid', wrong, 'view');
    const predicted = predict && this.#hearsOf(camera);
    if (!predicted) this.#own.delete(camera);
    const number = predicted ? this.#own.drive(camera, view, sample) : sample;
    const message = { type: 'camera', camera, view, time, sample: number, cut: cut || undefined, timecode };
    if (confirm) {
      this.pendingViews.delete(camera);
      const answer = this.request(message);
      if (predicted) answer.catch((error) => this.#driveFailed(camera, error, true));
      return answer;
    }
    const waiting = /** @type {any} */ (this.pendingViews.get(camera)?.message);
    if (waiting?.cut) message.cut = true;
    if (this.#writable() && this.#sendView(message, predicted)) {
      if (this.pendingViews.delete(camera)) this.stats.superseded++;
      return undefined;
    }
    if (waiting !== undefined) this.stats.superseded++;
    else if (this.pendingViews.size >= MAX_PENDING_CAMERAS) return undefined;
    this.pendingViews.set(camera, { message, at: performance.now() });
    if (this.state === 'connected') this.#flushLater();
    return undefined;
  }

  /** Whether something can be sent now without piling up. */
  #writable() {
    return this.state === 'connected' && this.socket.readyState === 1 && this.socket.bufferedAmount < MAX_BUFFERED;
  }

  /** Sends a view; now and then so that the server answers whether it takes it. @returns {boolean} whether the socket took it */
  #sendView(/** @type {any} */ message, /** @type {boolean} */ predicted) {
    if (!predicted || this.outstanding.size >= this.options.maxOutstanding || !this.#own.asks(message.camera)) return this.#send(message);
    this.#ask(message, () => {}, (error) => this.#driveFailed(message.camera, error, false));
    return true;
  }

  /** A view was not taken, or nobody knows whether it was; `unsent` where it will not be sent again. */
  #driveFailed(/** @type {string} */ camera, /** @type {CompositorError} */ error, /** @type {boolean} */ unsent) {
    const unknown = ['disconnected', 'timeout', 'closed'].includes(error.code);
    if (unsent || !unknown) this.#own.delete(camera);
    if (!unknown) this.#emit('drive-refused', { camera, error });
  }

  /** Whether the server tells this client what becomes of a camera that it drives. */
  #hearsOf(/** @type {string} */ camera) {
    const { cameras, echo } = this.subscription ?? {};
    return cameras !== undefined && echo !== false && (cameras.includes('*') || cameras.includes(camera));
  }

  /**
   * The view of a camera that this client has set, by `drive`, a transaction or a drag, as long as the server's word does not have it
   * and does not say anything else; for about a second at most where nothing is heard of it.
   * @param {string} camera
   * @param {ViewSmoother} [smoother] that shows the camera: then the view counts until that has reached it, so that nothing jumps.
   *   Sample it before.
   * @returns {View | null} null: the server's word counts
   */
  predictedView(camera, smoother) {
    const own = this.#own.get(camera, this.pendingViews.has(camera) ? this.options.driveHold : 0, smoother);
    const move = this.scene.predictedMove(camera);
    return (move !== null && (own === null || move.order > own.order) ? move : own)?.view ?? null;
  }

  #flushLater() {
    this.timers.clear(this.due.flush);
    this.due.flush = this.timers.set(() => this.#flushViews(), 20);
  }

  #flushViews() {
    const oldest = performance.now() - this.options.driveHold;
    for (const [camera, { message, at }] of this.pendingViews) {
      if (at < oldest) {
        this.pendingViews.delete(camera);
        this.#own.delete(camera);
        this.stats.superseded++;
      } else if (this.#writable() && this.#send(message)) {
        this.pendingViews.delete(camera);
        this.#own.sent(camera);
      }
    }
    if (this.pendingViews.size > 0 && this.state === 'connected') this.#flushLater();
  }

  /**
   * Changes the scene, and if wanted a camera, as one transaction: all or nothing, in one frame. With a subscription to the scene the
   * change is in `scene.shown` at once, until the server has confirmed or refused it.
   * @param {readonly SceneOp[]} ops applied in order
   * @param {{camera?: CameraMove, predict?: boolean}} [options] `predict` (true): show it before the server has confirmed it
   * @returns {Promise<TransactionResult>} once the server's word has it; rejects with a {@link CompositorError}: `disconnected` if the
   *   connection was lost and it is not known what became of it
   */
  transact(ops, { camera, predict = true } = {}) {
    return new Promise((resolve, reject) => {
      this.scene.submit(ops, { camera, predict, resent: false }, (error, result) => {
        if (error === null) resolve(/** @type {TransactionResult} */ (result));
        else reject(error);
      });
    });
  }

  /**
   * Begins to handle models, as with a pointer: see {@link Drag}. Needs a subscription to the scene.
   * @param {DragOptions} [options]
   * @returns {Drag}
   */
  drag(options) {
    if (!this.scene.known) throw new CompositorError('unavailable', 'the scene is not known: subscribe to it first');
    return new Drag(this.scene, {
      writable: () => this.#writable(),
      requestsPerSecond: () => this.#limits().requestsPerSecond ?? DEFAULT_LIMITS.requestsPerSecond,
      order: () => this.#own.next(),
      emit: (type, value) => this.#emit(type, value),
      options: this.options,
      timers: this.timers,
    }, options);
  }

  /**
   * Takes the control of a camera, or renews it.
   * @param {string} camera
   * @param {{force?: boolean}} [options] `force`: whoever holds it, for role `admin`
   * @returns {Promise<any>} rejects with `held` if somebody else has it, with `limit` if it was kept for too long without being moved
   */
  take(camera, { force = false } = {}) {
    return this.request({ type: 'control', camera, action: 'take', force: force || undefined });
  }

  /**
   * Gives back the control of a camera.
   * @param {string} camera
   * @returns {Promise<any>}
   */
  release(camera) {
    return this.request({ type: 'control', camera, action: 'release' });
  }

  /**
   * Asks whoever holds a camera to give it back: if a session does, it gets the event `asked`. At most once a second. What comes of it is
   * seen at `control`.
   * @param {string} camera
   * @returns {Promise<any>} rejects with `limit` if asked too often
   */
  ask(camera) {
    return this.request({ type: 'control', camera, action: 'ask' });
  }

  /**
   * Takes or gives back the control of a camera, or asks for it.
   * @param {string} camera
   * @param {'take' | 'release' | 'ask'} action
   */
  setControl(camera, action) {
    return this.request({ type: 'control', camera, action });
  }

  /**
   * Replaces the settings of this display, now and at each reconnect.
   * @param {DisplaySettings} settings
   */
  setSettings(settings) {
    this.settings = settings;
    return this.state === 'connected' ? this.request({ type: 'settings', settings }) : Promise.resolve(null);
  }

  /** Measures the clock once; the answer comes as event `pong`. */
  ping() {
    return this.#send({ type: 'ping', t0: localNow() });
  }

  // ---- clock

  /** The server's clock, in microseconds; before any measurement what the server said with `welcome`, or else the local clock. */
  now() {
    this.#watchClock();
    return localNow() + (this.clock.offset ?? this.roughOffset);
  }

  /**
   * Looks whether the local clock stood still for a while: what was measured of the server's is wrong by that, and is measured anew at once.
   * Until then `clock.offset` is undefined.
   * @returns {boolean} whether it did
   */
  #watchClock() {
    const ahead = wallAhead();
    const jump = ahead - this.ahead;
    this.ahead = ahead;
    if (Math.abs(jump) < JUMP || this.state !== 'connected') return false;
    this.stats.clockJumps++;
    this.roughOffset = this.clock.offset ?? this.roughOffset;
    this.clock.reset();
    this.measuredSince = localNow();
    const { timeout } = this.#heartbeat();
    // Of what happened while the machine slept nobody knows: the server may have closed meanwhile.
    this.lastReceived = Math.min(this.lastReceived, performance.now() - Math.max(0, timeout - AFTER_SLEEP));
    this.timers.clear(this.due.watchdog);
    this.#watch();
    if (!this.#isConnected()) return true;
    this.timers.clear(this.due.ping);
    this.#measure(0);
    return true;
  }

  /** Pings often at first, while much else goes on, and later as often as the server's heartbeat. */
  #measure(/** @type {number} */ round) {
    if (round > 0 && this.#watchClock()) return;
    this.ping();
    const interval = Math.min(round < 5 ? 100 : round < 20 ? 1_000 : Infinity, this.#heartbeat().interval);
    this.due.ping = this.timers.set(() => this.#measure(round + 1), interval);
  }

  #heartbeat() {
    const { interval, timeout } = this.welcome?.heartbeat ?? DEFAULT_HEARTBEAT;
    return positive(interval) && positive(timeout) ? { interval, timeout } : DEFAULT_HEARTBEAT;
  }

  #watch() {
    const { timeout } = this.#heartbeat();
    const left = this.lastReceived + timeout - performance.now();
    if (left <= 0) this.#lost(1006, `nothing received for ${timeout} ms`);
    else this.due.watchdog = this.timers.set(() => this.#watch(), left);
  }

  // ---- receiving

  #ignore(/** @type {string} */ why) {
    this.stats.ignored++;
    this.#emit('ignored', why);
  }

  #received(/** @type {unknown} */ data) {
    this.#watchClock();
    this.lastReceived = performance.now();
    this.stats.received++;
    if (typeof data !== 'string') return this.#ignore('binary message');
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return this.#ignore('no JSON');
    }
    if (!isObject(message) || typeof message.type !== 'string') return this.#ignore('no message');
    if (this.state !== 'connected' && !['welcome', 'error', 'goodbye'].includes(message.type)) {
      return this.#ignore(`${message.type} before welcome`);
    }
    switch (message.type) {
      case 'welcome': return this.#onWelcome(message);
      case 'ack': return this.#onAck(message);
      case 'error': return this.#onError(message);
      case 'snapshot': return this.#onSnapshot(message);
      case 'camera': return this.#onCamera(message);
      case 'camera-removed': return this.#onRemoved(message);
      case 'control': return this.#onControl(message);
      case 'scene': return this.#onScene(message);
      case 'display': return this.#onOrdered(message);
      case 'heartbeat': return this.#onHeartbeat(message);
      case 'pong': return this.#onPong(message);
      case 'asked':
        if (!isName(message.camera) || !isName(message.display)) return this.#ignore('asked without camera or display');
        return this.#emit('asked', message);
      case 'notice': return this.#emit('notice', message);
      case 'gap':
        this.stats.gaps++;
        return this.#emit('gap', message);
      case 'goodbye': return this.#onGoodbye(message);
      default: return this.#ignore(`unknown type ${message.type.slice(0, 64)}`);
    }
  }

  #onWelcome(/** @type {any} */ message) {
    const { session, token, epoch, seq } = message;
    if (this.state === 'connected' || ![session, token, epoch].every((text) => typeof text === 'string') || !isSeq(seq)) {
      return this.#ignore('welcome out of place or incomplete');
    }
    this.timers.clear(this.due.connect);
    const resumed = message.resumed === true && this.welcome !== null;
    this.welcome = message;
    this.schedule.connected();
    this.stats.connects++;
    if (resumed) this.stats.resumes++;
    else {
      this.epoch = epoch;
      this.seq = seq;
      this.subscriptionStands = false;
    }
    this.clock.reset();
    if (isTime(message.time)) this.roughOffset = message.time - localNow();
    this.#watch();
    this.#measure(0);
    this.#setState('connected');
    this.scene.connected(resumed, seq);
    this.#emit('welcome', message);
    // A listener may have closed the client.
    if (this.subscription !== null && !this.subscriptionStands && this.#isConnected()) {
      this.#subscribe().catch((error) => {
        if (error.code !== 'disconnected' && error.code !== 'closed') this.#emit('error', error);
      });
    }
    if (resumed && this.sceneTorn) this.#repairLater();
    this.#flushViews();
    return undefined;
  }

  #onAck(/** @type {any} */ message) {
    const request = this.outstanding.get(message.id);
    if (request === undefined) return;
    if (request.type === 'subscribe') {
      this.awaitingSnapshot = { id: message.id };
      this.#forgetUnsubscribed();
      return;
    }
    this.#settle(message.id, request.resolve, message);
  }

  #settle(/** @type {number} */ id, /** @type {Function} */ settle, /** @type {any} */ value) {
    const request = this.outstanding.get(id);
    if (request === undefined) return;
    this.timers.clear(request.timer);
    this.outstanding.delete(id);
    settle(value);
  }

  #onError(/** @type {any} */ message) {
    const error = new CompositorError(String(message.code), String(message.message ?? message.code), message.field);
    const request = this.outstanding.get(message.id);
    if (request !== undefined) return this.#settle(message.id, request.reject, error);
    this.#emit('error', error);
    if (message.id === 'hello' && this.state === 'connecting') {
      // What is wrong with this hello stays wrong; only a server that is not ready is worth another try.
      if (error.code === 'unavailable' || error.code === 'limit') this.#lost(1006, error.message);
      else this.#end(error);
    }
    return undefined;
  }

  #onSnapshot(/** @type {any} */ message) {
    if (!isSeq(message.seq) || typeof message.epoch !== 'string') return this.#ignore('snapshot without epoch or seq');
    const newEpoch = message.epoch !== this.epoch;
    if (message.all === true) {
      this.cameras.clear();
      this.control.clear();
      this.epoch = message.epoch;
      this.seq = message.seq;
    } else {
      this.seq = Math.max(this.seq, message.seq);
    }
    for (const camera of Array.isArray(message.cameras) ? message.cameras : []) {
      if (this.#validCamera(camera, camera?.seq)) this.#takeCamera(camera);
    }
    for (const control of Array.isArray(message.control) ? message.control : []) {
      if (isObject(control) && isName(control.camera)) this.#takeControl(control);
    }
    try {
      this.scene.snapshot(message, newEpoch);
      if (message.all === true || message.scene != null) this.sceneTorn = false;
    } catch (error) {
      this.#sceneDoesNotFit(`scene of the snapshot: ${/** @type {Error} */ (error).message}`);
    }
    const awaited = this.awaitingSnapshot;
    this.awaitingSnapshot = null;
    this.#emit('snapshot', message);
    if (awaited !== null) {
      const request = this.outstanding.get(awaited.id);
      if (request !== undefined) this.#settle(awaited.id, request.resolve, message);
    }
    return undefined;
  }

  /** What the new subscription leaves out is not kept up to date any more. */
  #forgetUnsubscribed() {
    if (this.subscription?.scene !== true && this.scene.known) this.#forgetScene();
    const names = this.subscription?.cameras ?? [];
    if (names.includes('*')) return;
    this.#own.keep(names);
    for (const name of this.cameras.keys()) if (!names.includes(name)) this.cameras.delete(name);
    for (const name of this.control.keys()) if (!names.includes(name)) this.control.delete(name);
  }

  #forgetScene() {
    this.scene.forget();
    this.sceneTorn = false;
    this.timers.clear(this.due.repair);
  }

  #validCamera(/** @type {any} */ message, /** @type {any} */ seq) {
    if (!isObject(message) || !isName(message.camera) || !isSeq(seq) || !isTime(message.time)) {
      this.#ignore('camera message incomplete');
      return false;
    }
    const wrong = checkView(message.view);
    if (wrong !== null) {
      this.#ignore(`camera ${message.camera}: ${wrong}`);
      return false;
    }
    return true;
  }

  /** @returns {boolean} false if the state known is at least as new */
  #takeCamera(/** @type {CameraMessage} */ message) {
    const known = this.cameras.get(message.camera);
    if (known !== undefined && message.seq <= known.seq) {
      this.stats.stale++;
      return false;
    }
    if (known === undefined && this.cameras.size >= (this.#limits().cameras ?? DEFAULT_LIMITS.cameras)) {
      this.#ignore('more cameras than the server allows');
      return false;
    }
    this.cameras.set(message.camera, message);
    this.#own.told(message, message.origin !== undefined && message.origin === this.welcome?.session);
    return true;
  }

  #onCamera(/** @type {CameraMessage} */ message) {
    if (!this.#validCamera(message, message.seq)) return;
    this.seq = Math.max(this.seq, message.seq);
    if (this.#takeCamera(message)) this.#emit('camera', message);
  }

  #onOrdered(/** @type {any} */ message) {
    if (!isSeq(message.seq)) return this.#ignore(`${message.type} without seq`);
    this.seq = Math.max(this.seq, message.seq);
    return this.#emit(message.type, message);
  }

  #onRemoved(/** @type {any} */ message) {
    this.cameras.delete(message.camera);
    this.control.delete(message.camera);
    this.#own.delete(message.camera);
    this.#onOrdered(message);
  }

  #onControl(/** @type {any} */ message) {
    if (!isName(message.camera)) return this.#ignore('control without camera');
    this.#takeControl(message);
    return this.#onOrdered(message);
  }

  #takeControl(/** @type {any} */ message) {
    const session = this.welcome?.session;
    if (this.control.get(message.camera)?.session === session && message.session !== session) this.#own.delete(message.camera);
    if (message.holder == null) this.control.delete(message.camera);
    else if (this.control.has(message.camera) || this.control.size < (this.#limits().cameras ?? DEFAULT_LIMITS.cameras)) {
      this.control.set(message.camera, message);
    }
  }

  #onScene(/** @type {any} */ message) {
    if (!isSeq(message.seq)) return this.#sceneDoesNotFit('scene without seq');
    this.seq = Math.max(this.seq, message.seq);
    // Listeners of `scene` find the scene and the camera of the same transaction already in place.
    /** @type {CameraMessage | null} */
    let camera = null;
    if (isObject(message.camera) && this.#validCamera(message.camera, message.seq)) camera = { ...message.camera, type: 'camera', seq: message.seq };
    const taken = camera !== null && this.#takeCamera(camera);
    try {
      if (this.scene.transaction({ ...message, camera })) this.#emit('scene', message);
      else this.stats.stale++;
    } catch (error) {
      this.#sceneDoesNotFit(`scene: ${/** @type {Error} */ (error).message}`);
    }
    if (taken) this.#emit('camera', camera);
    return undefined;
  }

  /** What this client knows of the scene is not what the server has: it asks for all of it. */
  #sceneDoesNotFit(/** @type {string} */ why) {
    this.#ignore(why);
    if (this.subscription?.scene !== true) return;
    this.sceneTorn = true;
    this.#repairLater();
  }

  #repairLater() {
    this.timers.clear(this.due.repair);
    const wait = this.repairedAt + this.options.repairInterval - performance.now();
    this.due.repair = this.timers.set(() => this.#repair(), Math.max(0, wait));
  }

  /** A snapshot holds what is newly subscribed: so the scene is left out of the subscription, and at once taken in again. */
  #repair() {
    if (!this.sceneTorn || this.state !== 'connected') return;
    this.repairedAt = performance.now();
    this.stats.repairs++;
    // Should the connection be lost in between, the whole subscription is sent again.
    this.subscriptionStands = false;
    this.#request({ type: 'subscribe', ...this.subscription, scene: false }).catch(() => {});
    this.#subscribe().catch(() => {}).finally(() => { if (this.sceneTorn && this.state === 'connected') this.#repairLater(); });
  }

  #onHeartbeat(/** @type {any} */ message) {
    // Served up to here: what came before is applied, or was nothing for this session.
    if (isSeq(message.seq)) {
      this.seq = Math.max(this.seq, message.seq);
      this.scene.servedUpTo(message.seq);
    }
    this.#emit('heartbeat', message);
  }

  #onPong(/** @type {any} */ message) {
    if (message.t0 < this.measuredSince) return undefined;
    if (!this.clock.add(message.t0, message.t1, message.t2, localNow())) return this.#ignore('pong with impossible times');
    return this.#emit('pong', message);
  }

  #onGoodbye(/** @type {any} */ message) {
    const { code, reason, reconnectAfter } = message;
    this.goodbye = {
      code: Number.isInteger(code) ? code : 1006,
      reason: typeof reason === 'string' ? reason : '',
      reconnectAfter: finite(reconnectAfter) ? reconnectAfter : null,
    };
    this.timers.clear(this.due.goodbye);
    this.due.goodbye = this.timers.set(() => this.#lost(1006, ''), 5_000);
    this.#emit('goodbye', message);
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

/** @param {Subscription} subscription */
function checkSubscription({ scene, echo }) {
  if (scene === true && echo === false) {
    throw new CompositorError('invalid', 'echo must not be false with scene: a client knows the scene by all its transactions', 'echo');
  }
}
