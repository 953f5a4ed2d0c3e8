import { CompositorError } from './error.js';
import { applyChecked, checkOps, EMPTY_SCENE, sameOps, sceneOf } from './scene.js';
import { checkView } from './views.js';

/** @typedef {import('./scene.js').SceneOp} SceneOp */
/** @typedef {import('./scene.js').SceneState} SceneState */
/** @typedef {import('./views.js').View} View */
/**
 * A camera that moves with a transaction.
 * @typedef {{camera: string, view: View, cut?: boolean}} CameraMove
 */
/**
 * What became of a transaction: its number in the sequence (null: nothing had to be done), and the revision of the scene
 * behind it (null where this client does not follow the scene).
 * @typedef {{seq: number | null, revision: number | null}} TransactionResult
 */
/**
 * What the scene needs of its client.
 * @typedef {object} SceneHost
 * @property {(message: any, resolve: (ack: any) => void, reject: (error: CompositorError) => void) => void} ask may answer at once
 * @property {(type: string, value: any) => void} emit
 * @property {() => boolean} subscribed whether the scene is subscribed to
 * @property {() => string | undefined} session
 * @property {() => number} order the place of something done now among all that the client did
 * @property {(view: View, order: number, message: any) => void} carried a predicted view that went along with a transaction came round
 * @property {{readonly maxOutstanding: number, readonly requestTimeout: number}} options
 * @property {import('./timers.js').Timers} timers
 */
/**
 * @typedef {object} Transaction
 * @property {readonly SceneOp[]} ops checked
 * @property {CameraMove | undefined} camera
 * @property {number} order of the view of the camera
 * @property {boolean} predict
 * @property {boolean} resent whoever sent it sends it again when the connection was lost
 * @property {(error: CompositorError | null, result: TransactionResult | null) => void} done called once, before the scene shown changes
 * @property {'asking' | 'sent' | 'uncertain' | 'accepted' | 'done'} state `uncertain`: the connection was lost before the answer
 * @property {number} seq what it became; -1 before that is known
 * @property {boolean} ofThisEpoch
 * @property {any} timer
 */

/**
 * The scene that all displays share, as this client knows it: the server's word, and on top of it what this client did and the
 * server has not confirmed yet. A new object stands for each change, so that what was read stays as it was.
 */
export class SharedScene {
  /** @type {SceneHost} */
  #host;
  #word = EMPTY_SCENE;
  #known = false;
  #seq = -1;
  /** @type {SceneState | null} */
  #shown = EMPTY_SCENE;
  /** In the order in which they were sent. @type {Transaction[]} */
  #transactions = [];
  /**
   * Own changes not sent yet.
   * @type {Set<{unsent: () => readonly SceneOp[], unsentMove: () => {camera: CameraMove | undefined, order: number}, resume: () => void,
   *   abandon: (error: CompositorError) => void}>}
   */
  #drags = new Set();
  /** @type {Set<{reset: () => void, push: (message: any, ops: readonly SceneOp[], own: boolean) => void, changed: () => void}>} */
  #timelines = new Set();
  /** What the server had in the sequence when this session was resumed; Infinity where it was not. */
  #resumedAt = Infinity;

  /**
   * @internal
   * @param {SceneHost} host
   */
  constructor(host) {
    this.#host = host;
  }

  // ---- what stands

  /** Whether the server has told the scene; until then it is empty. */
  get known() { return this.#known; }

  /** Number in the sequence up to which the server's word is known; -1 before any. */
  get seq() { return this.#seq; }

  /** Revision of the server's word. */
  get revision() { return this.#word.revision; }

  /** Models by the server's word. */
  get models() { return this.#word.models; }

  /** Ids of the selected models by the server's word. */
  get selected() { return this.#word.selected; }

  /** The server's word as one immutable value. */
  get confirmed() { return this.#word; }

  /** What is to be shown: the server's word with own unconfirmed changes on top. Its revision is the server's. */
  get shown() {
    if (this.#shown === null) this.#shown = this.predict(this.#word);
    return this.#shown;
  }

  /** How many own transactions are not confirmed yet. */
  get unconfirmed() { return this.#transactions.length; }

  /**
   * Own unconfirmed changes on top of a state; those that cannot be applied to it are left out.
   * @param {SceneState} state
   * @returns {SceneState}
   */
  predict(state) {
    if (!this.#known) return state;
    let next = state;
    for (const { predict, ops } of this.#transactions) if (predict) next = over(next, ops);
    for (const drag of this.#drags) next = over(next, drag.unsent());
    return next === state ? state : Object.freeze({ ...next, revision: state.revision });
  }

  /**
   * The view of a camera that this client has set last as part of a transaction or a drag, and the server has not confirmed.
   * @internal
   * @param {string} camera
   * @returns {{view: View, order: number} | null}
   */
  predictedMove(camera) {
    // Asked for in each frame, and mostly there is none.
    if (this.#transactions.length === 0 && this.#drags.size === 0) return null;
    const moves = [...this.#transactions.filter(({ predict }) => predict), ...[...this.#drags].map((drag) => drag.unsentMove())];
    let newest = null;
    for (const { camera: move, order } of moves) {
      if (move?.camera === camera && (newest === null || order > newest.order)) newest = { view: move.view, order };
    }
    return newest;
  }

  #changed() {
    this.#shown = null;
    for (const timeline of this.#timelines) timeline.changed();
    this.#host.emit('scene-shown', this);
  }

  // ---- own transactions

  /**
   * Sends a transaction.
   * @internal
   * @param {readonly SceneOp[]} ops
   * @param {{camera?: CameraMove, order?: number, predict: boolean, resent: boolean}} options
   * @param {Transaction['done']} done may be called at once
   */
  submit(ops, { camera, order = this.#host.order(), predict, resent }, done) {
    const { maxOutstanding } = this.#host.options;
    const checked = checkOps(ops);
    if (camera !== undefined) {
      const wrong = checkView(camera.view);
      if (wrong !== null) throw new CompositorError('invalid', wrong, 'camera.view');
    }
    if (this.#transactions.length >= maxOutstanding) {
      done(new CompositorError('limit', `${maxOutstanding} transactions wait for their confirmation`), null);
      return;
    }
    /** @type {Transaction} */
    const transaction = { ops: checked, camera: structuredClone(camera), order, predict, resent, done, state: 'asking', seq: -1, ofThisEpoch: true, timer: 0 };
    this.#transactions.push(transaction);
    this.#host.ask({ type: 'scene', ops, camera }, (ack) => this.#accepted(transaction, ack), (error) => this.#failed(transaction, error));
    if (transaction.state === 'asking') transaction.state = 'sent';
    this.#changed();
  }

  #accepted(/** @type {Transaction} */ transaction, /** @type {any} */ ack) {
    if (transaction.state === 'done') return;
    const known = Number.isSafeInteger(ack.seq);
    transaction.seq = known ? ack.seq : -1;
    if (!known || !this.#host.subscribed() || !transaction.ofThisEpoch || transaction.seq <= this.#seq) {
      this.#finish(transaction, null);
      this.#changed();
      return;
    }
    // It comes round soon, and at the latest a heartbeat says that it has.
    transaction.state = 'accepted';
    this.#waitAtMost(transaction);
  }

  #failed(/** @type {Transaction} */ transaction, /** @type {CompositorError} */ error) {
    if (transaction.state === 'done') return;
    if (error.code === 'disconnected' && transaction.state === 'sent' && !transaction.resent && this.#host.subscribed()) {
      // It may have been taken: after a resume the server tells.
      transaction.state = 'uncertain';
      this.#waitAtMost(transaction);
      return;
    }
    this.#finish(transaction, error);
    this.#changed();
  }

  #waitAtMost(/** @type {Transaction} */ transaction) {
    transaction.timer = this.#host.timers.set(() => {
      this.#finish(transaction, transaction.state === 'accepted' ? null : unknownOutcome());
      this.#changed();
    }, this.#host.options.requestTimeout);
  }

  #finish(/** @type {Transaction} */ transaction, /** @type {CompositorError | null} */ error) {
    this.#host.timers.clear(transaction.timer);
    transaction.state = 'done';
    this.#transactions.splice(this.#transactions.indexOf(transaction), 1);
    if (error !== null) transaction.done(error, null);
    else transaction.done(null, { seq: transaction.seq < 0 ? null : transaction.seq, revision: this.#known ? this.#word.revision : null });
  }

  /** Ends the waiting of those whose outcome is known now. */
  #settle(/** @type {boolean} */ everything) {
    for (const transaction of [...this.#transactions]) {
      if (transaction.state === 'accepted' && (everything || transaction.seq <= this.#seq)) this.#finish(transaction, null);
      else if (transaction.state === 'uncertain' && (everything || this.#seq >= this.#resumedAt)) this.#finish(transaction, unknownOutcome());
    }
  }

  // ---- the server's word

  /**
   * @internal
   * @param {any} message `scene`, with a valid seq
   * @returns {boolean} false if it is known already
   * @throws {CompositorError} if it does not fit; the scene stays
   */
  transaction(message) {
    if (message.seq <= this.#seq) return false;
    this.#seq = message.seq;
    const ops = checkOps(message.ops);
    this.#word = applyChecked(this.#word, ops);
    const own = message.origin !== undefined && message.origin === this.#host.session();
    const mine = own ? this.#transactions.find((known) => known.seq === message.seq || (known.seq < 0 && sameOps(known.ops, ops))) : undefined;
    if (mine?.state === 'uncertain') {
      mine.seq = message.seq;
      mine.state = 'accepted';
    }
    if (mine?.predict && mine.camera !== undefined && message.camera) this.#host.carried(mine.camera.view, mine.order, message.camera);
    for (const timeline of this.#timelines) timeline.push(message, ops, mine?.predict === true);
    this.#settle(false);
    this.#changed();
    return true;
  }

  /**
   * @internal
   * @param {any} message `snapshot`, with a valid seq
   * @param {boolean} newEpoch
   * @throws {CompositorError} if its scene makes no sense; then it is as if it had none
   */
  snapshot(message, newEpoch) {
    const replaces = message.all === true;
    if (!replaces && message.scene == null) return;
    this.#seq = message.seq;
    this.#word = EMPTY_SCENE;
    this.#known = message.scene != null;
    if (newEpoch) for (const transaction of this.#transactions) transaction.ofThisEpoch = false;
    try {
      if (message.scene != null) this.#word = sceneOf(message.scene);
    } finally {
      this.#settle(replaces);
      for (const timeline of this.#timelines) timeline.reset();
      this.#changed();
    }
  }

  /**
   * The server has told everything up to here.
   * @internal
   * @param {number} seq
   */
  servedUpTo(seq) {
    if (!this.#known || seq <= this.#seq) return;
    this.#seq = seq;
    const before = this.#transactions.length;
    this.#settle(false);
    if (this.#transactions.length < before) this.#changed();
  }

  /**
   * The connection stands again.
   * @internal
   * @param {boolean} resumed
   * @param {number} seq
   */
  connected(resumed, seq) {
    this.#resumedAt = resumed ? seq : Infinity;
    this.#settle(false);
    this.#changed();
    for (const drag of this.#drags) drag.resume();
  }

  /**
   * The scene is not subscribed to any more.
   * @internal
   */
  forget() {
    this.#word = EMPTY_SCENE;
    this.#known = false;
    this.#seq = -1;
    this.#settle(true);
    for (const timeline of this.#timelines) timeline.reset();
    this.#changed();
  }

  /**
   * The client is closed.
   * @internal
   * @param {CompositorError} error
   */
  closed(error) {
    for (const transaction of [...this.#transactions]) this.#finish(transaction, error);
    for (const drag of [...this.#drags]) drag.abandon(error);
    this.#changed();
  }

  // ---- those who follow

  /** @internal @param {any} drag */
  addDrag(drag) {
    this.#drags.add(drag);
  }

  /** @internal @param {any} drag */
  removeDrag(drag) {
    if (this.#drags.delete(drag)) this.#changed();
  }

  /** What a drag holds has changed. @internal */
  dragged() {
    this.#changed();
  }

  /** @internal @param {any} timeline */
  addTimeline(timeline) {
    this.#timelines.add(timeline);
  }

  /** @internal @param {any} timeline */
  removeTimeline(timeline) {
    this.#timelines.delete(timeline);
  }
}

const unknownOutcome = () => new CompositorError('disconnected', 'the connection was lost before the answer came; the transaction may have been taken');

/** Operations on top of a state, or the state itself where they do not fit: the server will refuse them, too. */
export function over(/** @type {SceneState} */ state, /** @type {readonly SceneOp[]} */ ops) {
  if (ops.length === 0) return state;
  try {
    return applyChecked(state, ops);
  } catch {
    return state;
  }
}
