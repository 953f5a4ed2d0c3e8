import { isTime } from './checks.js';
import { EMPTY_SCENE, withDefaults } from './scene.js';
import { over } from './shared-scene.js';
import { sampleTime } from './smoother.js';
import { lerp, slerp } from './views.js';

/** @typedef {import('./client.js').CompositorClient} CompositorClient */
/** @typedef {import('./presentation.js').WallPresentation} WallPresentation */
/** @typedef {import('./scene.js').Model} Model */
/** @typedef {import('./scene.js').SceneOp} SceneOp */
/** @typedef {import('./scene.js').SceneState} SceneState */
/** @typedef {import('./smoother.js').ViewSmoother} ViewSmoother */
/**
 * Where a model is on its way from one transaction to the next. The object is reused.
 * @typedef {{id: string, position: number[], orientation: number[], scale: number[]}} Pose
 */
/**
 * @typedef {{id: string, interval: number, position: readonly number[] | undefined, orientation: readonly number[] | undefined,
 *   scale: readonly number[] | undefined}} Move where a transaction takes a model, and over how many microseconds
 */
/**
 * Which transactions come out, by their numbers: those up to `out` at once, and none from `held` on.
 * @typedef {{held: number, out: number}} Gate
 */
/**
 * @typedef {object} Entry
 * @property {number} seq
 * @property {number} arrived server clock, microseconds
 * @property {number} at when it happened, by the server's word: what counts where presentation time does
 * @property {string | null} camera
 * @property {number} time of the sample of its camera
 * @property {boolean} barrier nothing moves across it
 * @property {readonly Move[]} moves
 * @property {readonly SceneOp[]} ops
 * @property {boolean} own shown at once by who predicted it
 * @property {number} wait microseconds from the first frame with it until it is due; -1 before that frame
 */

/** @type {Gate} */
const OPEN = { held: Infinity, out: -1 };

/**
 * The scene in time: brings transactions out at the moment at which a smoothed camera shows them, so that models and camera change
 * in the same frame. A transaction with the camera that is followed comes out with that sample; others as long after their arrival as
 * the camera's samples do; all in their order. Under a {@link WallPresentation} each one comes out at its own time, as the samples do:
 * in the same frame on all members of the wall. Own unconfirmed changes are on top of it at once.
 */
export class SceneTimeline {
  /** @type {CompositorClient} */
  #client;
  #capacity;
  #span;
  #interpolate;
  /** @type {string | null} */
  #camera = null;
  /** @type {ViewSmoother | WallPresentation | null} */
  #smoother = null;
  /** The same, if it is one. @type {WallPresentation | null} */
  #presentation = null;
  /** Not come out yet, oldest first. @type {Entry[]} */
  #waiting = [];
  /** The transaction that moved a model last. @type {Map<string, Entry>} */
  #movedBy = new Map();
  #state = EMPTY_SCENE;
  /** @type {SceneState | null} */
  #shown = null;
  /** @type {SceneState} */
  #given = EMPTY_SCENE;
  /** Ids that own changes are on top of. @type {Set<string>} */
  #covered = new Set();
  /** @type {Pose[]} */
  #poses = [];
  #moving = 0;

  /**
   * @param {CompositorClient} client
   * @param {{camera?: string, smoother?: ViewSmoother | WallPresentation, capacity?: number, span?: number, interpolate?: boolean}} [options] `camera` and
   *   `smoother`: as of {@link SceneTimeline#follow}; `capacity`: transactions that wait at most (256), the oldest come out before their
   *   time; `span`: the longest time in ms that a movement between two transactions is stretched over (100); `interpolate`: whether to
   *   give {@link SceneTimeline#poses} (true)
   */
  constructor(client, { camera, smoother, capacity = 256, span = 100, interpolate = true } = {}) {
    this.#client = client;
    this.#capacity = Math.max(1, capacity);
    this.#span = span * 1_000;
    this.#interpolate = interpolate;
    if (camera !== undefined && smoother !== undefined) this.follow(camera, smoother);
    this.#state = client.scene.confirmed;
    client.scene.addTimeline(this);
  }

  /** Stops listening to the client. */
  close() {
    this.#client.scene.removeTimeline(this);
  }

  /**
   * Says which camera is on the screen; null and null: none, and transactions come out as they arrive.
   * @param {string | null} camera
   * @param {ViewSmoother | WallPresentation | null} smoother that gets this camera's samples; sample it before
   *   {@link SceneTimeline#advance}
   */
  follow(camera, smoother) {
    this.#camera = camera;
    this.#smoother = smoother;
    this.#presentation = smoother !== null && 'momentOf' in smoother ? smoother : null;
  }

  /** How many transactions wait for their moment. */
  get waiting() { return this.#waiting.length; }

  /** What has come out, without own changes. */
  get state() { return this.#state; }

  /** What to show: what has come out, and own changes on top. The same object until something changes. */
  get shown() {
    if (this.#shown === null) {
      let state = this.#state;
      for (const { own, ops } of this.#waiting) if (own) state = over(state, ops);
      state = this.#client.scene.predict(state);
      this.#shown = state === this.#state ? state : Object.freeze({ ...state, revision: this.#state.revision });
      this.#covered.clear();
      if (state !== this.#state) {
        for (const [id, model] of state.models) if (this.#state.models.get(id) !== model) this.#covered.add(id);
      }
    }
    return this.#shown;
  }

  /** How many of {@link SceneTimeline#poses} count in this frame. */
  get moving() { return this.#moving; }

  /** Models between two transactions: their poses go before those in {@link SceneTimeline#shown}. Reused; only the first `moving` count. */
  get poses() { return /** @type {readonly Pose[]} */ (this.#poses); }

  // ---- what the scene says

  /** The scene jumped. @internal */
  reset() {
    this.#waiting.length = 0;
    this.#movedBy.clear();
    this.#moving = 0;
    this.#state = this.#client.scene.confirmed;
    this.#shown = null;
  }

  /** Own changes did. @internal */
  changed() {
    this.#shown = null;
  }

  /**
   * @internal
   * @param {any} message `scene`
   * @param {readonly SceneOp[]} ops checked
   * @param {boolean} own
   */
  push({ seq, camera, time }, ops, own) {
    if (this.#waiting.length === this.#capacity) this.#comeOut(1);
    /** @type {Move[]} */
    const moves = [];
    const arrived = this.#client.now();
    /** @type {Entry} */
    const entry = {
      seq, arrived, at: camera == null ? (isTime(time) ? time : arrived) : sampleTime(camera), camera: camera?.camera ?? null, time: camera == null ? 0 : sampleTime(camera),
      barrier: camera?.cut === true || ops.some(({ op }) => op === 'remove' || op === 'clear'), moves, ops, own, wait: -1,
    };
    if (this.#interpolate) {
      for (const op of ops) if (op.op === 'put' || op.op === 'patch') this.#note(entry, moves, op);
      if (this.#movedBy.size > 2 * this.#client.scene.models.size) this.#prune();
    }
    this.#waiting.push(entry);
    this.#shown = null;
  }

  /** Where an operation takes its model. */
  #note(/** @type {Entry} */ entry, /** @type {Move[]} */ moves, /** @type {any} */ op) {
    const { id, position, orientation, scale } = op.op === 'put' ? op.model : withDefaults(op);
    if (position === undefined && orientation === undefined && scale === undefined) return;
    const before = this.#movedBy.get(id);
    this.#movedBy.set(id, entry);
    if (before === undefined || before === entry) {
      moves.push({ id, interval: this.#span, position, orientation, scale });
      return;
    }
    const elapsed = this.#presentation !== null ? entry.at - before.at
      : before.camera !== null && before.camera === entry.camera ? entry.time - before.time : entry.arrived - before.arrived;
    moves.push({ id, interval: Math.min(this.#span, Math.max(1, elapsed)), position, orientation, scale });
  }

  /** Forgets models that are gone. */
  #prune() {
    for (const id of this.#movedBy.keys()) if (!this.#client.scene.models.has(id)) this.#movedBy.delete(id);
  }

  // ---- frames

  /**
   * Brings out what is due. Call it once a frame, behind the smoother's `sample` with the same time.
   * @param {number} now server clock, microseconds; with a {@link WallPresentation} when the frame will be seen
   * @param {Gate} [gate] what others say of it, who show more than the scene
   * @returns {boolean} whether {@link SceneTimeline#shown} is another than at the last call
   */
  advance(now, { held, out } = OPEN) {
    let due = 0;
    for (let i = this.#waiting.length - 1; i >= 0 && due === 0; i--) {
      const { seq } = this.#waiting[i];
      if (seq < held && (seq <= out || this.#left(this.#waiting[i], now) <= 0)) due = i + 1;
    }
    if (due > 0) this.#comeOut(due);
    const { shown } = this;
    this.#moving = 0;
    for (let i = 0; i < this.#waiting.length && !this.#waiting[i].barrier && this.#waiting[i].seq < held; i++) this.#move(this.#waiting[i], now);
    const other = shown !== this.#given;
    this.#given = shown;
    return other;
  }

  /** Microseconds until a transaction is due. */
  #left(/** @type {Entry} */ entry, /** @type {number} */ now) {
    if (this.#presentation !== null) return entry.at - this.#presentation.momentOf(now);
    const smoother = this.#smoother;
    if (smoother === null || smoother.samples.length === 0) return entry.arrived - now;
    const newest = smoother.samples[smoother.samples.length - 1].time;
    // A sample that is not there any more was of another clock.
    if (entry.camera !== null && entry.camera === this.#camera && entry.time <= newest) return entry.time - smoother.lastShown;
    return entry.arrived + smoother.lag - now;
  }

  #comeOut(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) this.#state = over(this.#state, this.#waiting[i].ops);
    this.#waiting.splice(0, count);
    this.#shown = null;
  }

  /** Puts the models that a transaction takes somewhere else on their way. */
  #move(/** @type {Entry} */ entry, /** @type {number} */ now) {
    const left = this.#left(entry, now);
    if (entry.wait < 0) entry.wait = left;
    // With its camera it moves as that does; else it begins where it stands.
    const longest = this.#presentation !== null || (entry.camera !== null && entry.camera === this.#camera) ? this.#span : entry.wait;
    for (let i = 0; i < entry.moves.length; i++) {
      const move = entry.moves[i];
      const model = this.#state.models.get(move.id);
      if (model === undefined || this.#covered.has(move.id) || this.#isMoving(move.id)) continue;
      const f = Math.min(1, Math.max(0, 1 - left / Math.min(move.interval, longest)));
      const pose = this.#poses[this.#moving] ??= { id: '', position: [0, 0, 0], orientation: [0, 0, 0, 1], scale: [1, 1, 1] };
      pose.id = move.id;
      mix(model.position, move.position ?? model.position, f, pose.position);
      slerp(model.orientation, move.orientation ?? model.orientation, f, pose.orientation);
      mix(model.scale, move.scale ?? model.scale, f, pose.scale);
      this.#moving++;
    }
  }

  #isMoving(/** @type {string} */ id) {
    for (let i = 0; i < this.#moving; i++) if (this.#poses[i].id === id) return true;
    return false;
  }
}

function mix(/** @type {readonly number[]} */ a, /** @type {readonly number[]} */ b, /** @type {number} */ f, /** @type {number[]} */ out) {
  for (let i = 0; i < 3; i++) out[i] = lerp(a[i], b[i], f);
}
