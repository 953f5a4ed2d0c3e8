import { CompositorError } from './error.js';
import { checkOps, FIELDS } from './scene.js';
import { checkView } from './views.js';

/** @typedef {import('./scene.js').PatchOp} PatchOp */
/** @typedef {import('./shared-scene.js').CameraMove} CameraMove */
/** @typedef {import('./shared-scene.js').SharedScene} SharedScene */
/** @typedef {import('./shared-scene.js').TransactionResult} TransactionResult */
/**
 * @typedef {object} DragOptions
 * @property {number} [rate] transactions per second at most (60); never more than half of what the server takes
 * @property {number} [maxOutstanding] transactions on their way at once (4)
 */
/**
 * What a drag needs of its client.
 * @typedef {object} DragHost
 * @property {() => boolean} writable whether the socket takes something now
 * @property {() => number} requestsPerSecond
 * @property {() => number} order the place of something done now among all that the client did
 * @property {(type: string, value: any) => void} emit
 * @property {{driveHold: number}} options
 * @property {import('./timers.js').Timers} timers
 */

/** How long to wait for a socket that is busy, or a server that says that it will take it later, in ms. */
const RETRY = 50;
const SLOWEST = 1_000;
const OP_FIELD = /^ops\[(\d+)\]/;

/**
 * Somebody handles models: what changes shows at once, and goes to the server as often as it takes it, the newest of each field
 * only. What the server has confirmed is its word again, so that another's change to it shows.
 *
 * Without a connection the newest waits for `driveHold`; what is refused, or waited too long, ends the drag, and the
 * client's event `drag-refused` says so.
 */
export class Drag {
  /** @type {SharedScene} */
  #scene;
  /** @type {DragHost} */
  #host;
  #interval;
  #maxOutstanding;
  /** The newest value of each field of each model. @type {Map<string, Record<string, any>>} */
  #held = new Map();
  /** Fields whose newest value is not on its way. @type {Map<string, Set<string>>} */
  #dirty = new Map();
  /** Fields as they were by the server's word when they were first changed. @type {Map<string, Record<string, any>>} */
  #start = new Map();
  /** @type {CameraMove | undefined} */
  #camera;
  /** Of the camera among all that the client did. */
  #order = 0;
  /** @type {readonly PatchOp[] | null} */
  #unsent = null;
  #outstanding = 0;
  #sent = false;
  #lastSent = -Infinity;
  /** Since when nothing gets through, in ms; -1 while it does. */
  #stuckSince = -1;
  /** @type {any} */
  #timer = null;
  /** @type {TransactionResult | null} */
  #result = null;
  /** @type {{promise: Promise<TransactionResult | null>, resolve: Function, reject: Function} | null} */
  #ending = null;
  /** @type {'active' | 'ending' | 'ended'} */
  #state = 'active';
  /** @type {CompositorError | null} */
  #error = null;

  /**
   * @internal
   * @param {SharedScene} scene
   * @param {DragHost} host
   * @param {DragOptions} [options]
   */
  constructor(scene, host, { rate = 60, maxOutstanding = 4 } = {}) {
    if (!(rate > 0)) throw new CompositorError('invalid', `rate must be positive, not ${rate}`, 'rate');
    if (!(maxOutstanding >= 1)) throw new CompositorError('invalid', `maxOutstanding must be 1 or more, not ${maxOutstanding}`, 'maxOutstanding');
    this.#scene = scene;
    this.#host = host;
    this.#interval = 1_000 / rate;
    this.#maxOutstanding = maxOutstanding;
    scene.addDrag(this);
  }

  /** `ending`: {@link Drag#end} or {@link Drag#cancel} was called, and not everything is confirmed. */
  get state() { return this.#state; }

  /** Why it ended before its time, or null. */
  get error() { return this.#error; }

  /**
   * Changes models, and if wanted moves a camera with them. Shows at once.
   * @param {readonly PatchOp[]} ops patches only: what comes, goes or is selected is a transaction of its own
   * @param {CameraMove} [camera]
   * @returns {boolean} false if the drag has ended, and nothing was done
   * @throws {CompositorError} `invalid`
   */
  update(ops, camera) {
    const checked = checkOps(ops);
    checked.forEach(({ op }, i) => {
      if (op !== 'patch') throw new CompositorError('invalid', `ops[${i}].op must be patch in a drag, not ${op}`, `ops[${i}].op`);
    });
    if (camera !== undefined) {
      const wrong = checkView(camera.view);
      if (wrong !== null) throw new CompositorError('invalid', wrong, 'camera.view');
    }
    if (this.#state !== 'active') return false;
    this.#hold(/** @type {readonly PatchOp[]} */ (checked));
    if (camera !== undefined) {
      this.#camera = { ...structuredClone(camera), cut: camera.cut || this.#camera?.cut || undefined };
      this.#order = this.#host.order();
    }
    this.#scene.dragged();
    this.#pump();
    return true;
  }

  #hold(/** @type {readonly PatchOp[]} */ ops) {
    for (const { op, id, ...fields } of ops) {
      const before = /** @type {any} */ (this.#scene.models.get(id));
      const start = entry(this.#start, id, () => /** @type {Record<string, any>} */ ({}));
      for (const name of Object.keys(fields)) if (before !== undefined && !(name in start)) start[name] = before[name];
      Object.assign(entry(this.#held, id, () => ({})), fields);
      const dirty = entry(this.#dirty, id, () => new Set());
      for (const name of Object.keys(fields)) dirty.add(name);
    }
    this.#unsent = null;
  }

  /**
   * Lets go: sends what is left.
   * @returns {Promise<TransactionResult | null>} the last transaction, once the server has confirmed it; null if there was nothing to
   *   send. Rejects with a {@link CompositorError} if it was refused.
   */
  end() {
    if (this.#ending === null) {
      /** @type {any} */
      const ending = {};
      ending.promise = new Promise((resolve, reject) => Object.assign(ending, { resolve, reject }));
      this.#ending = ending;
      if (this.#state === 'active') {
        this.#state = 'ending';
        this.#pump();
      } else {
        this.#answer();
      }
    }
    return /** @type {any} */ (this.#ending).promise;
  }

  /**
   * Lets go and undoes: what was not sent is dropped, and what was sent is set back to where it was at the start. Models
   * that are gone stay so, and a camera stays where it is.
   * @returns {Promise<TransactionResult | null>} as {@link Drag#end}
   */
  cancel() {
    if (this.#state === 'active') {
      this.#dirty.clear();
      this.#camera = undefined;
      /** @type {PatchOp[]} */
      const back = [];
      for (const [id, fields] of this.#start) if (this.#scene.models.has(id)) back.push({ op: 'patch', id, ...fields });
      this.#held.clear();
      this.#unsent = null;
      if (this.#sent) this.#hold(back);
      this.#scene.dragged();
    }
    return this.end();
  }

  // ---- what the scene asks

  /** Patches not on their way. @internal */
  unsent() {
    if (this.#unsent === null) {
      const ops = [];
      for (const [id, names] of this.#dirty) {
        /** @type {any} */
        const patch = { op: 'patch', id };
        const held = /** @type {any} */ (this.#held.get(id));
        for (const name of FIELDS) if (names.has(name)) patch[name] = held[name];
        ops.push(patch);
      }
      this.#unsent = ops;
    }
    return this.#unsent;
  }

  /** @internal */
  unsentMove() {
    return { camera: this.#camera, order: this.#order };
  }

  /** The connection stands. @internal */
  resume() {
    this.#pump();
  }

  /**
   * It is over, whatever is left.
   * @internal
   * @param {CompositorError} error
   */
  abandon(error) {
    this.#refuse(error);
  }

  // ---- sending

  #later(/** @type {number} */ ms) {
    this.#host.timers.clear(this.#timer);
    this.#timer = this.#host.timers.set(() => this.#pump(), ms);
  }

  /** Sends what there is, if it is time. */
  #pump() {
    this.#host.timers.clear(this.#timer);
    if (this.#state === 'ended') return;
    if (this.#dirty.size === 0 && this.#camera === undefined) {
      if (this.#state === 'ending' && this.#outstanding === 0) this.#over();
      return;
    }
    const now = performance.now();
    if (!this.#host.writable()) {
      this.#stuck(new CompositorError('disconnected', `nothing could be sent for ${this.#host.options.driveHold} ms`));
      return;
    }
    if (this.#outstanding >= this.#maxOutstanding) return;
    const wait = this.#lastSent + Math.max(this.#interval, 2_000 / this.#host.requestsPerSecond()) - now;
    if (wait > 0) {
      this.#later(wait);
      return;
    }
    this.#lastSent = now;
    this.#send();
  }

  #send() {
    const ops = this.unsent();
    const camera = this.#camera;
    const order = this.#order;
    this.#dirty.clear();
    this.#unsent = null;
    this.#camera = undefined;
    this.#sent = true;
    this.#outstanding++;
    this.#scene.submit(ops, { camera, order, predict: true, resent: true }, (error, result) => {
      this.#outstanding--;
      if (error === null) this.#confirmed(/** @type {TransactionResult} */ (result));
      else if (this.#state !== 'ended') this.#failed(error, ops, camera, order);
    });
  }

  #confirmed(/** @type {TransactionResult} */ result) {
    this.#stuckSince = -1;
    this.#result = result;
    this.#pump();
  }

  #failed(/** @type {CompositorError} */ error, /** @type {readonly PatchOp[]} */ ops, /** @type {CameraMove | undefined} */ camera,
    /** @type {number} */ order) {
    const passing = error.code === 'disconnected' || error.code === 'unavailable' || (error.code === 'limit' && error.field === undefined);
    const gone = error.code === 'not-found' ? OP_FIELD.exec(error.field ?? '') : null;
    if (gone !== null) {
      const id = ops[Number(gone[1])]?.id;
      this.#held.delete(id);
      this.#dirty.delete(id);
    }
    if (!passing && (gone === null || this.#held.size === 0)) {
      this.#refuse(error);
      return;
    }
    for (const { op, id, ...fields } of ops) {
      if (!this.#held.has(id)) continue;
      const dirty = entry(this.#dirty, id, () => new Set());
      for (const name of Object.keys(fields)) dirty.add(name);
    }
    this.#unsent = null;
    if (this.#camera === undefined) {
      this.#camera = camera;
      this.#order = order;
    }
    if (error.code === 'limit') this.#interval = Math.min(SLOWEST, this.#interval * 2);
    if (passing) this.#stuck(error);
    else this.#later(RETRY);
  }

  /** Tries again soon, unless that went on for too long. */
  #stuck(/** @type {CompositorError} */ error) {
    const now = performance.now();
    if (this.#stuckSince < 0) this.#stuckSince = now;
    if (now - this.#stuckSince >= this.#host.options.driveHold) this.#refuse(error);
    else this.#later(RETRY);
  }

  #refuse(/** @type {CompositorError} */ error) {
    if (this.#state === 'ended') return;
    this.#error = error;
    this.#dirty.clear();
    this.#held.clear();
    this.#unsent = null;
    this.#camera = undefined;
    this.#over();
    this.#host.emit('drag-refused', { drag: this, error });
  }

  #over() {
    this.#host.timers.clear(this.#timer);
    this.#state = 'ended';
    this.#scene.removeDrag(this);
    this.#answer();
  }

  /** Tells who waits for the end how it came. */
  #answer() {
    if (this.#error !== null) this.#ending?.reject(this.#error);
    else this.#ending?.resolve(this.#result);
  }
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 * @param {K} key
 * @param {() => V} make
 * @returns {V}
 */
function entry(map, key, make) {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
