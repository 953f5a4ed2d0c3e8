import { interpolateViews, SceneTimeline, ViewSmoother } from '../client/compositor-client.js';

/** How often a camera that was taken over is taken again, so that its lease does not end. */
const KEEP_MS = 1_000;
/** How long it takes to come back from a view of one's own to the camera. */
const GLIDE_MS = 320;
/** For how long movements are not sent after one was refused. */
const REFUSED_MS = 600;

/**
 * Follows one camera, shows it smoothed, and drives it by hand, which the client predicts. A follower that is *free* has a view of its
 * own, which nobody else sees.
 */
export class Follower {
  /**
   * @param {object} options
   * @param {import('../client/compositor-client.js').CompositorClient} options.client
   * @param {(view: object) => object} options.own copies a view as this screen's own, ready to be changed
   * @param {(error: {code: string, message: string}) => void} options.refused the server did not take a movement
   * @param {boolean} [options.scene] whether the scene is shown together with the camera
   */
  constructor({ client, own, refused, scene = false }) {
    this.client = client;
    this.copy = own;
    this.refused = refused;
    /** Name of the camera followed, or null while none is known. @type {string | null} */
    this.camera = null;
    /** The view to show, or null. Its object is reused. */
    this.view = null;
    this.smoother = new ViewSmoother();
    /** Brings the scene out in the frames of the camera. @type {SceneTimeline | null} */
    this.timeline = scene ? new SceneTimeline(client) : null;
    /** Something that takes a movement along in its own message, such as a drag of models; gives whether it did. */
    this.carrier = null;
    /** Whether the view is this page's own business. */
    this.free = false;
    /** Whether the camera is to stay in control until it is given back. */
    this.keeping = false;
    this.keptAt = -Infinity;
    /** Epoch of the sequence that the smoothed samples belong to, and the last of them. */
    this.epoch = null;
    this.seq = -1;
    this.gesture = 'none';
    this.glide = null;
    this.refusedUntil = -Infinity;
    this.#reset();
  }

  #reset() {
    /** The view as changed by hand: while free, else since the last frame; or null. */
    this.changed = null;
    this.cut = false;
    if (this.gesture === 'open') this.gesture = 'spoiled';
  }

  /** The view as driven by hand, or null while the server's counts. */
  get own() {
    if (this.changed !== null || this.free || this.camera === null) return this.changed;
    return this.client.predictedView(this.camera, this.smoother);
  }

  // ---- following

  /** @param {string | null} camera */
  follow(camera) {
    if (camera === this.camera) return;
    if (this.keeping) this.giveBack();
    this.camera = camera;
    this.timeline?.follow(camera, camera === null ? null : this.smoother);
    this.smoother.reset();
    this.view = null;
    this.free = false;
    this.glide = null;
    this.epoch = null;
    this.seq = -1;
    this.#reset();
    this.restore();
  }

  /** Takes a camera message of the camera followed. */
  receive(message) {
    this.seq = message.seq;
    this.smoother.push(message, this.client.now());
  }

  /**
   * Takes what a snapshot says of the camera followed.
   * @returns {object | null} the message, if it was news
   */
  restore() {
    const known = this.camera === null ? undefined : this.client.cameras.get(this.camera);
    if (known === undefined || (this.epoch === this.client.epoch && this.seq === known.seq)) return null;
    if (this.epoch !== this.client.epoch) this.smoother.reset();
    this.epoch = this.client.epoch;
    this.seq = known.seq;
    this.smoother.push(known, this.client.now());
    return known;
  }

  // ---- free

  /** @param {boolean} glide whether to come back over a moment, and not at once */
  setFree(free, glide = false) {
    if (free === this.free || (free && this.view === null)) return;
    if (free) {
      if (this.keeping) this.giveBack();
      const own = this.own ?? this.copy(this.view);
      this.#reset();
      this.changed = own;
      this.free = true;
      return;
    }
    if (glide) this.glide = { from: this.changed, since: performance.now() };
    this.free = false;
    this.#reset();
  }

  // ---- control

  /** Who drives: the message that said so, and whether that is this page. */
  control() {
    const { client } = this;
    const held = this.camera === null ? undefined : client.control.get(this.camera);
    return { held, own: held?.session !== undefined && held.session === client.welcome?.session };
  }

  /** Takes the camera, and goes on doing so until it is given back or somebody of higher priority has it. */
  take() {
    this.setFree(false);
    this.keeping = true;
    this.keptAt = performance.now();
    const { camera } = this;
    this.client.setControl(camera, 'take').catch((error) => {
      if (camera !== this.camera || ['disconnected', 'timeout', 'closed'].includes(error.code)) return;
      this.keeping = false;
      this.refuse(error);
    });
  }

  giveBack() {
    this.keeping = false;
    // what is wrong with that is seen at who drives
    this.client.setControl(this.camera, 'release').catch(() => {});
  }

  /** Renews what was taken over; a few times a second. */
  keep() {
    if (this.keeping && this.client.state === 'connected' && performance.now() - this.keptAt >= KEEP_MS) this.take();
  }

  // ---- driving

  begin() {
    this.gesture = 'open';
  }

  end() {
    this.gesture = 'none';
  }

  /**
   * Changes the view by hand; who may only look gets a view of his own by that.
   * @param {(view: object) => object | null} change
   * @returns {boolean} whether it meant something
   */
  change(change, cut = false) {
    if (this.view === null || this.camera === null) return false;
    if (!this.free && this.client.welcome?.role === 'view') this.setFree(true);
    if (!this.free && (this.gesture === 'spoiled' || performance.now() < this.refusedUntil)) return false;
    const next = change(this.own ?? this.copy(this.view));
    if (next === null) return false;
    this.changed = next;
    this.glide = null;
    this.cut ||= cut;
    return true;
  }

  /** Sends what changed since the last frame, as one message. */
  #send() {
    const { client, camera, changed, cut } = this;
    this.changed = null;
    this.cut = false;
    if (this.carrier?.(camera, changed, cut) === true) return;
    client.drive(camera, changed, { time: client.clock.offset === undefined ? undefined : client.now(), cut });
  }

  /** The server did not take a movement. */
  refuse(error) {
    if (this.free) return;
    this.#reset();
    if (performance.now() < this.refusedUntil) return;
    this.refusedUntil = performance.now() + REFUSED_MS;
    this.refused(error);
  }

  // ---- frames

  /** The view of this frame. */
  frame() {
    const now = this.client.now();
    const smooth = this.smoother.sample(now);
    this.timeline?.advance(now);
    if (this.changed !== null && !this.free) this.#send();
    this.view = this.own ?? (this.glide === null ? smooth : this.#gliding(smooth)) ?? this.view;
    return this.view;
  }

  #gliding(smooth) {
    const { from, since } = this.glide;
    const part = (performance.now() - since) / GLIDE_MS;
    if (part >= 1 || smooth === null || smooth.kind !== from.kind) {
      this.glide = null;
      return smooth;
    }
    return interpolateViews(from, smooth, 1 - (1 - part) ** 3);
  }
}
