import { CameraTable } from './camera-table.js';
import { isName, isObject, isSeq, positive } from './checks.js';
import { ClockFilter, pingInterval } from './clock.js';
import { CLOSE_SILENT, Connection } from './connection.js';
import { Drag } from './drag.js';
import { Driving } from './driving.js';
import { CompositorError } from './error.js';
import { PendingRequests } from './requests.js';
import { SceneRepair } from './scene-repair.js';
import { localNow, ServerClock } from './server-clock.js';
import { SharedScene } from './shared-scene.js';
import { TileTable } from './tile-table.js';
import { Timers } from './timers.js';
import { WallTable } from './wall-table.js';

/** @typedef {import('./drag.js').DragOptions} DragOptions */
/** @typedef {import('./messages.js').CameraMessage} CameraMessage */
/** @typedef {import('./messages.js').ClientEvents} ClientEvents */
/** @typedef {import('./messages.js').ControlMessage} ControlMessage */
/** @typedef {import('./messages.js').DisplaySettings} DisplaySettings */
/** @typedef {import('./messages.js').MemberReport} MemberReport */
/** @typedef {import('./messages.js').PlaybackState} PlaybackState */
/** @typedef {import('./messages.js').SnapshotMessage} SnapshotMessage */
/** @typedef {import('./messages.js').TileOp} TileOp */
/** @typedef {import('./tile-table.js').TileLayer} TileLayer */
/** @typedef {import('./messages.js').WallMessage} WallMessage */
/** @typedef {import('./messages.js').WelcomeMessage} WelcomeMessage */
/** @typedef {import('./scene.js').SceneOp} SceneOp */
/** @typedef {import('./shared-scene.js').CameraMove} CameraMove */
/** @typedef {import('./shared-scene.js').TransactionResult} TransactionResult */
/** @typedef {import('./smoother.js').ViewSmoother | import('./presentation.js').WallPresentation} Smoother */
/** @typedef {import('./views.js').View} View */
/**
 * What a session wants to receive; the names and defaults are the protocol's.
 * @typedef {{cameras?: string[], scene?: boolean, presence?: boolean, tiles?: boolean, walls?: string[],
 *   delivery?: 'latest' | 'every', rate?: number, echo?: boolean}} Subscription
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
 * @property {number} [repairInterval] ms at least from one time to the next that scene or tiles are asked for because a message did not fit (5,000)
 * @property {() => number} [random] source of jitter, in [0, 1)
 * @property {string | URL | false} [timerWorker] address of `compositor-timers.js`, of the page's own origin, by which a hidden page keeps its
 *   time (beside this module); false: none
 */

/** How often a member of a wall reports, in ms. */
const REPORT_MS = 1_000;
/** A server cannot ask for fewer reports than this, in ms. */
const RAREST_REPORT_MS = 60_000;
/** A timer may be so early, ms. */
const EARLY_MS = 50;
const DEFAULT_HEARTBEAT = Object.freeze({ interval: 10_000, timeout: 30_000 });
const DEFAULT_LIMITS = Object.freeze({ messageBytes: 65_536, requestsPerSecond: 100, cameras: 4_096 });

/**
 * A session with a Compositor server. It stays: lost sockets are replaced, the session is resumed or, if it is gone,
 * built up again, until {@link CompositorClient#close} or a close code that forbids it.
 *
 * {@link ClientEvents} lists what it tells: see {@link CompositorClient#on}.
 *
 * It is one thing, the order of events: what is done and said at a welcome, a loss and an end, and in which order the parts hear of a
 * message. What is kept between events has rooms of its own (connection, requests, driving, cameras, clock, scene); a good half of the
 * lines are the methods for users, and what they mean.
 */
export class CompositorClient {
  #requests;
  #serverClock;
  #table;
  #repair;
  #wallTable;
  #tileTable = new TileTable();
  #tileRepair;
  /** @type {(() => MemberReport | null) | null} */
  #reporter = null;
  #reportedAt = -Infinity;
  /** How often the server wants reports, ms. */
  #reportEvery = REPORT_MS;

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
    this.stats = { received: 0, stale: 0, ignored: 0, gaps: 0, connects: 0, resumes: 0, superseded: 0, repairs: 0, clockJumps: 0 };
    /** Timers that run on time in a page that nobody sees, too. */
    this.timers = new Timers(options.timerWorker);
    this.#requests = new PendingRequests(this.timers, this.options);
    const host = {
      options: this.options,
      timers: this.timers,
      stats: this.stats,
      connected: () => this.#isConnected(),
      session: () => this.welcome?.session,
      emit: (/** @type {string} */ type, /** @type {any} */ value) => this.#emit(type, value),
      ask: (/** @type {any} */ message, /** @type {(answer: any) => void} */ resolve, /** @type {(error: CompositorError) => void} */ reject) =>
        this.#ask(message, resolve, reject),
    };
    this.connection = new Connection({
      ...host,
      messageBytes: () => this.#limits().messageBytes,
      timeout: () => this.#heartbeat().timeout,
      opening: () => this.#setState('connecting'),
      opened: () => this.#hello(),
      received: (data) => this.#received(data),
      dropped: (reason) => this.#dropped(reason),
      ended: (failure) => this.#end(failure),
      waiting: (loss) => {
        this.#setState('waiting');
        this.#emit('reconnect', loss);
      },
    });
    this.driving = new Driving({
      ...host,
      writable: () => this.#writable(),
      send: (message) => this.connection.send(message),
      full: () => this.#requests.full,
      hears: (camera) => this.#hearsOf(camera),
    });
    this.#table = new CameraTable({
      ...host,
      most: () => this.#limits().cameras ?? DEFAULT_LIMITS.cameras,
      ignore: (why) => this.#ignore(why),
      own: this.driving.own,
    });
    /** Newest state of each subscribed camera. @type {Map<string, CameraMessage>} */
    this.cameras = this.#table.cameras;
    /** Who holds which camera. @type {Map<string, ControlMessage>} */
    this.control = this.#table.control;
    this.#wallTable = new WallTable((why) => this.#ignore(why));
    /** Newest state of each subscribed wall. @type {Map<string, WallMessage>} */
    this.walls = this.#wallTable.walls;
    /** The scene of all displays, if subscribed to: the server's word, and what is to be shown. */
    this.scene = new SharedScene({
      ...host,
      subscribed: () => this.#followsScene(),
      order: () => this.driving.own.next(),
      carried: (view, order, message) => this.driving.own.carried(view, order, message),
    });
    this.#repair = new SceneRepair({ ...host, subscribed: () => this.#followsScene(), ask: () => this.#askAgain({ scene: false }) });
    this.#tileRepair = new SceneRepair({
      ...host,
      subscribed: () => this.subscription?.tiles === true,
      ask: () => this.#askAgain({ tiles: false }),
    });
    this.clock = new ClockFilter();
    this.#serverClock = new ServerClock(this.clock, {
      ...host,
      interval: () => Math.min(this.#heartbeat().interval, this.#reporter === null ? Infinity : pingInterval(this.clock, this.#reportEvery)),
      ping: () => this.ping(),
      jumped: () => this.#slept(),
    });
    /** Why the client closed for good. @type {CompositorError | null} */
    this.failure = null;

    /** @type {Subscription | null} */
    this.subscription = options.subscription ?? null;
    if (this.subscription !== null) checkSubscription(this.subscription);
    this.listeners = new Map();
    this.subscriptionStands = false;
    this.settings = options.settings;
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
    this.connection.begin();
  }

  /** Tries at once where the client waits for its next try. */
  retry() {
    if (this.state === 'waiting') this.connection.open();
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
    if (this.state === 'connected') this.connection.send({ type: 'bye' });
    this.#end(null, 1000);
  }

  #end(/** @type {CompositorError | null} */ failure, code = CLOSE_SILENT) {
    this.failure = failure;
    this.connection.close(code, failure ?? new CompositorError('closed', 'the client was closed'));
    this.driving.forget();
    this.subscriptionStands = false;
    this.scene.closed(failure ?? new CompositorError('closed', 'the client was closed'));
    this.#setState('closed');
    this.timers.rest();
  }

  #hello() {
    const { display, user, connection } = this.options;
    const resumable = this.welcome !== null && this.epoch !== null && connection === 'keep-open';
    this.connection.send({
      type: 'hello',
      id: 'hello',
      display: this.welcome?.display ?? display,
      user,
      connection,
      settings: this.settings,
      resume: resumable ? { token: this.welcome?.token, epoch: this.epoch, seq: this.seq } : undefined,
    });
  }

  /** The socket, while there is one. */
  get socket() {
    return this.connection.socket;
  }

  /** The socket is given up. */
  #dropped(/** @type {CompositorError} */ reason) {
    for (const part of [this.#serverClock, this.driving, this.#repair, this.#tileRepair]) part.rest();
    this.#requests.fail(reason);
  }

  // ---- sending

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
    if (this.state === 'connected') this.#requests.ask(message, (asked) => this.connection.send(asked), resolve, reject);
    else reject(new CompositorError('disconnected', `not connected: ${this.state}`));
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
    this.#table.keep([]);
    this.#wallTable.keep([]);
    this.#forgetTiles();
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
  drive(camera, view, options = {}) {
    return this.driving.drive(camera, view, options);
  }

  /** Whether something can be sent now without piling up. */
  #writable() {
    return this.state === 'connected' && this.connection.writable;
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
   * @param {Smoother} [smoother] that shows the camera: then the view counts until that has reached it, so that nothing jumps.
   *   Sample it before.
   * @returns {View | null} null: the server's word counts
   */
  predictedView(camera, smoother) {
    const own = this.driving.predicted(camera, smoother);
    const move = this.scene.predictedMove(camera);
    return (move !== null && (own === null || move.order > own.order) ? move : own)?.view ?? null;
  }

  /**
   * All tilesets by id, and which tiles of them there are; null as long as they are not subscribed to, or did not all come.
   * @returns {{revision: number, layers: ReadonlyMap<string, TileLayer>} | null}
   */
  get tiles() {
    const { complete, revision, layers } = this.#tileTable;
    return complete ? { revision, layers } : null;
  }

  /**
   * Changes tiles, and if wanted the scene and a camera, as one transaction.
   * @param {TileOp[]} ops
   * @param {{scene?: SceneOp[], camera?: CameraMove}} [options]
   * @returns {Promise<any>} the `ack`, with the number of the change
   */
  changeTiles(ops, { scene, camera } = {}) {
    return this.request({ type: 'tiles', ops, scene, camera });
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
      order: () => this.driving.own.next(),
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
   * Puts a hand on what plays, for role `control`; see the protocol, "Replays".
   * @param {string} playback the name of the camera source that it plays as
   * @param {'play' | 'pause' | 'seek' | 'step' | 'loop' | 'speed'} action
   * @param {{position?: number, entries?: number, camera?: string, from?: number, to?: number, on?: boolean, speed?: number}} [fields]
   *   of the action; positions are microseconds since the beginning of the recording
   * @returns {Promise<PlaybackState>} where it is then; rejects with `unknown-type` of a server that knows no replay
   */
  replay(playback, action, fields = {}) {
    return this.request({ ...fields, type: 'replay', playback, action }).then(({ playbacks }) => playbacks?.[0]);
  }

  /**
   * What plays, and where it is: asks the server once.
   * @returns {Promise<PlaybackState[]>} all playbacks, by name
   */
  playbacks() {
    return this.request({ type: 'replay', action: 'list' }).then(({ playbacks }) => playbacks ?? []);
  }

  /**
   * Replaces the settings of this display, now and at each reconnect.
   * @param {DisplaySettings} settings
   */
  setSettings(settings) {
    this.settings = settings;
    return this.state === 'connected' ? this.request({ type: 'settings', settings }) : Promise.resolve(null);
  }

  /**
   * Measures the clock once; the answer comes as event `pong`. Once a second, or as often as the server asks, a ping takes along what
   * {@link reporter} gives.
   */
  ping() {
    return this.#ping(this.#reportEvery);
  }

  /** Something happened that the server should know of: reports at once, but not twice within a second. */
  reportSoon() {
    if (this.#reporter !== null && performance.now() - this.#reportedAt >= REPORT_MS) this.#ping(REPORT_MS);
  }

  #ping(/** @type {number} */ every) {
    const now = performance.now();
    let report;
    if (this.#reporter !== null && now - this.#reportedAt >= every - EARLY_MS) {
      report = this.#reporter() ?? undefined;
      if (report !== undefined) this.#reportedAt = now;
    }
    return this.connection.send({ type: 'ping', t0: localNow(), report });
  }

  /**
   * What a member of a wall reports: asked once a second, or as often as the server wants it; null says nothing this time. While there is one, the clock is measured as often as
   * pictures that are shown together need it.
   */
  get reporter() {
    return this.#reporter;
  }

  set reporter(/** @type {(() => MemberReport | null) | null} */ reporter) {
    const began = reporter !== null && this.#reporter === null;
    this.#reporter = reporter;
    // the next ping may be a heartbeat away
    if (began && this.state === 'connected') this.#serverClock.begin();
  }

  // ---- clock

  /** The server's clock, in microseconds; before any measurement what the server said with `welcome`, or else the local clock. */
  now() {
    return this.#serverClock.now();
  }

  /** The machine slept, or somebody set its clock. */
  #slept() {
    this.stats.clockJumps++;
    this.connection.slept();
  }

  #heartbeat() {
    const { interval, timeout } = this.welcome?.heartbeat ?? DEFAULT_HEARTBEAT;
    return positive(interval) && positive(timeout) ? { interval, timeout } : DEFAULT_HEARTBEAT;
  }

  // ---- receiving

  #ignore(/** @type {string} */ why) {
    this.stats.ignored++;
    this.#emit('ignored', why);
  }

  #received(/** @type {unknown} */ data) {
    this.#serverClock.watch();
    this.connection.heard();
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
      case 'tiles': return this.#onTiles(message);
      case 'display': return this.#onOrdered(message);
      case 'heartbeat': return this.#onHeartbeat(message);
      case 'pong': return this.#onPong(message);
      case 'asked':
        if (!isName(message.camera) || !isName(message.display)) return this.#ignore('asked without camera or display');
        return this.#emit('asked', message);
      case 'wall':
        if (!this.#wallTable.take(message)) return undefined;
        return this.#onOrdered(message);
      case 'wall-removed':
        this.walls.delete(message.wall);
        return this.#onOrdered(message);
      case 'assigned':
        if (message.wall != null && !isName(message.wall)) return this.#ignore('assigned to no name');
        if (this.welcome !== null) this.welcome.wall = message.wall ?? undefined;
        return this.#emit('assigned', { type: 'assigned', wall: message.wall ?? null });
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
    const resumed = message.resumed === true && this.welcome !== null;
    this.welcome = message;
    this.stats.connects++;
    if (resumed) this.stats.resumes++;
    else {
      this.epoch = epoch;
      this.seq = seq;
      this.subscriptionStands = false;
    }
    this.#serverClock.welcomed(message.time);
    this.#reportEvery = REPORT_MS;
    this.connection.welcomed(message.hosts);
    this.#serverClock.begin();
    this.#setState('connected');
    this.scene.connected(resumed, seq);
    this.#emit('welcome', message);
    // A listener may have closed the client.
    if (this.subscription !== null && !this.subscriptionStands && this.#isConnected()) {
      this.#subscribe().catch((error) => {
        if (error.code !== 'disconnected' && error.code !== 'closed') this.#emit('error', error);
      });
    }
    if (resumed) {
      // What belonged to a snapshot and did not come does not come any more.
      if (this.#tileTable.known && !this.#tileTable.complete) this.#tileRepair.torn();
      this.#repair.resumed();
      this.#tileRepair.resumed();
    }
    this.driving.flush();
    return undefined;
  }

  #onAck(/** @type {any} */ message) {
    if (this.#requests.ack(message)) this.#forgetUnsubscribed();
  }

  #onError(/** @type {any} */ message) {
    const error = new CompositorError(String(message.code), String(message.message ?? message.code), message.field);
    if (this.#requests.refuse(message.id, error)) return undefined;
    this.#emit('error', error);
    if (message.id === 'hello' && this.state === 'connecting') {
      // What is wrong with this hello stays wrong; only a server that is not ready is worth another try.
      if (error.code === 'unavailable' || error.code === 'limit') this.connection.lost(1006, error.message);
      else this.#end(error);
    }
    return undefined;
  }

  #onSnapshot(/** @type {any} */ message) {
    if (!isSeq(message.seq) || typeof message.epoch !== 'string') return this.#ignore('snapshot without epoch or seq');
    const newEpoch = message.epoch !== this.epoch;
    if (message.all === true) {
      this.epoch = message.epoch;
      this.seq = message.seq;
    } else {
      this.seq = Math.max(this.seq, message.seq);
    }
    this.#table.snapshot(message);
    this.#wallTable.snapshot(message);
    try {
      this.scene.snapshot(message, newEpoch);
      if (message.all === true || message.scene != null) this.#repair.whole();
    } catch (error) {
      this.#sceneDoesNotFit(`scene of the snapshot: ${/** @type {Error} */ (error).message}`);
    }
    try {
      this.#tileTable.snapshot(message);
      if (message.all === true || message.tiles != null) this.#tileRepair.whole();
    } catch (error) {
      this.#tilesDoNotFit(`tiles of the snapshot: ${/** @type {Error} */ (error).message}`);
    }
    const answer = this.#requests.snapshot();
    this.#emit('snapshot', message);
    answer(message);
    return undefined;
  }

  /** What the new subscription leaves out is not kept up to date any more. */
  #forgetUnsubscribed() {
    if (!this.#followsScene() && this.scene.known) this.#forgetScene();
    const names = this.subscription?.cameras ?? [];
    if (!names.includes('*')) this.#table.keep(names);
    this.#wallTable.keep(this.subscription?.walls ?? []);
    if (this.subscription?.tiles !== true) this.#forgetTiles();
  }

  #forgetTiles() {
    this.#tileTable.forget();
    this.#tileRepair.whole();
    this.#tileRepair.rest();
  }

  #followsScene() {
    return this.subscription?.scene === true;
  }

  #forgetScene() {
    this.scene.forget();
    this.#repair.whole();
    this.#repair.rest();
  }

  #onCamera(/** @type {CameraMessage} */ message) {
    if (!this.#table.valid(message, message.seq)) return;
    this.seq = Math.max(this.seq, message.seq);
    if (this.#table.take(message)) this.#emit('camera', message);
  }

  #onOrdered(/** @type {any} */ message) {
    if (!isSeq(message.seq)) return this.#ignore(`${message.type} without seq`);
    this.seq = Math.max(this.seq, message.seq);
    return this.#emit(message.type, message);
  }

  #onRemoved(/** @type {any} */ message) {
    this.#table.delete(message.camera);
    this.#onOrdered(message);
  }

  #onControl(/** @type {any} */ message) {
    if (!isName(message.camera)) return this.#ignore('control without camera');
    this.#table.takeControl(message);
    return this.#onOrdered(message);
  }

  #onScene(/** @type {any} */ message) {
    if (!isSeq(message.seq)) return this.#sceneDoesNotFit('scene without seq');
    this.seq = Math.max(this.seq, message.seq);
    // Listeners of `scene` find the scene and the camera of the same transaction already in place.
    /** @type {CameraMessage | null} */
    let camera = null;
    if (isObject(message.camera) && this.#table.valid(message.camera, message.seq)) camera = { ...message.camera, type: 'camera', seq: message.seq };
    const taken = camera !== null && this.#table.take(camera);
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
    this.#repair.torn();
  }

  /** Listeners of `tiles` find tiles, scene and camera of the same transaction already in place. */
  #onTiles(/** @type {any} */ message) {
    if (!isSeq(message.seq)) return this.#ignore('tiles without seq');
    const { seq, time, origin, camera } = message;
    try {
      this.#tileTable.change(message);
    } catch (error) {
      this.#tilesDoNotFit(`tiles: ${/** @type {Error} */ (error).message}`);
    }
    if (Array.isArray(message.scene)) this.#onScene({ type: 'scene', seq, time, origin, camera, ops: message.scene });
    else if (isObject(camera)) this.#onCamera({ ...camera, type: 'camera', seq });
    return this.#onOrdered(message);
  }

  /** What this client knows of tiles is not what the server has: it asks for all of them. */
  #tilesDoNotFit(/** @type {string} */ why) {
    this.#ignore(why);
    this.#tileRepair.torn();
  }

  /** A snapshot holds what is newly subscribed: so a part is left out of the subscription, and at once taken in again. */
  #askAgain(/** @type {Subscription} */ without) {
    this.stats.repairs++;
    // Should the connection be lost in between, the whole subscription is sent again.
    this.subscriptionStands = false;
    this.#request({ type: 'subscribe', ...this.subscription, ...without }).catch(() => {});
    return this.#subscribe();
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
    if (this.#serverClock.outdated(message)) return undefined;
    if (!this.#serverClock.add(message)) return this.#ignore('pong with impossible times');
    const { reportAfter } = message;
    if (Number.isFinite(reportAfter)) this.#reportEvery = Math.max(REPORT_MS, Math.min(RAREST_REPORT_MS, reportAfter));
    return this.#emit('pong', message);
  }

  #onGoodbye(/** @type {any} */ message) {
    this.connection.said(message);
    this.#emit('goodbye', message);
  }
}

/** @param {Subscription} subscription */
function checkSubscription({ scene, tiles, echo }) {
  if (tiles === true && echo === false) {
    throw new CompositorError('invalid', 'echo must not be false with tiles: a client knows tiles by all their transactions', 'echo');
  }
  if (scene === true && echo === false) {
    throw new CompositorError('invalid', 'echo must not be false with scene: a client knows the scene by all its transactions', 'echo');
  }
}
