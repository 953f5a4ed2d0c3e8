import { interpolateViews, SceneTimeline, ViewSmoother } from '../../client/compositor-client.js';
import { sameView } from './views.js';

/** How often a camera that was taken over is taken again, so that its lease does not end. */
const KEEP_MS = 1_000;
/** How long who asked for a camera waits for it. */
const ANSWER_MS = 30_000;
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
   * @param {import('../../client/compositor-client.js').CompositorClient} options.client
   * @param {(view: object) => object} options.own copies a view as this screen's own, ready to be changed
   * @param {(error: {code: string, message: string}) => void} options.refused the server did not take a movement
   * @param {(camera: string, holder: string | undefined) => void} [options.kept] who was asked for the camera did not give it
   * @param {boolean} [options.scene] whether the scene is shown together with the camera
   * @param {number} [options.capacity] transactions that may wait for their moment
   */
  constructor({ client, own, refused, kept = () => {}, scene = false, capacity }) {
    this.client = client;
    this.copy = own;
    this.refused = refused;
    this.kept = kept;
    /** Name of the camera followed, or null while none is known. @type {string | null} */
    this.camera = null;
    /** The view to show, or null. Its object is reused. */
    this.view = null;
    /** @type {ViewSmoother | import('../../client/compositor-client.js').WallPresentation} */
    this.smoother = new ViewSmoother();
    /** Brings the scene out in the frames of the camera. @type {SceneTimeline | null} */
    this.timeline = scene ? new SceneTimeline(client, { capacity }) : null;
    /** Something that takes a movement along in its own message, such as a drag of models; gives whether it did. */
    this.carrier = null;
    /** Whether the view is this page's own business. */
    this.free = false;
    /** Whether the camera is to stay in control until it is given back. */
    this.keeping = false;
    /** When it is taken again; a page that nobody sees keeps it, too. */
    this.renewal = null;
    /** The camera that was asked for, and who held it then. @type {{camera: string, session: string | undefined} | null} */
    this.waitsFor = null;
    this.waiting = null;
    /** Epoch of the sequence that the smoothed samples belong to, and the last of them. */
    this.epoch = null;
    this.seq = -1;
    this.gesture = 'none';
    this.glide = null;
    this.refusedUntil = -Infinity;
    /** Where the camera stands while its transaction waits. */
    this.still = { seq: -1, view: null };
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

  /**
   * Shows the camera by another smoother, which goes on with the samples that are there.
   * @param {ViewSmoother | import('../../client/compositor-client.js').WallPresentation} smoother
   */
  showBy(smoother) {
    const before = this.smoother;
    if (smoother === before) return;
    smoother.reset();
    smoother.source = before.source;
    for (const sample of before.samples) smoother.track.push(sample);
    this.smoother = smoother;
    this.timeline?.follow(this.camera, this.camera === null ? null : smoother);
  }

  /** @param {string | null} camera */
  follow(camera) {
    if (camera === this.camera) return;
    if (this.keeping) this.giveBack();
    this.waitsFor = null;
    this.camera = camera;
    this.timeline?.follow(camera, camera === null ? null : this.smoother);
    this.smoother.reset();
    this.view = null;
    this.free = false;
    this.glide = null;
    this.epoch = null;
    this.seq = -1;
    this.still.seq = -1;
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
    this.smoother.push(known, this.client.now(), false);
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

  /**
   * Takes the camera, and goes on doing so until it is given back or somebody of higher priority has it.
   * @param {boolean} [force] whoever holds it; for role `admin`
   */
  take(force = false) {
    this.setFree(false);
    this.keeping = true;
    this.waitsFor = null;
    this.#keep(force);
  }

  /** Asks who holds the camera for it, and takes it when it is given within a while. */
  async ask() {
    const { camera, client } = this;
    const { held } = this.control();
    await client.ask(camera);
    client.timers.clear(this.waiting);
    this.waitsFor = { camera, session: held?.session };
    this.waiting = client.timers.set(() => {
      if (this.waitsFor === null) return;
      this.waitsFor = null;
      this.kept(camera, held?.holder);
    }, ANSWER_MS);
  }

  /** The camera has another holder, or none: what was asked for and given is taken. */
  controlChanged(camera) {
    if (this.waitsFor === null || camera !== this.waitsFor.camera) return;
    const { held, own } = this.control();
    const given = camera === this.camera && !this.free && held?.session === undefined;
    this.waitsFor = null;
    if (given && !own) this.take();
  }

  giveBack() {
    this.#letGo();
    // what is wrong with that is seen at who drives
    this.client.release(this.camera).catch(() => {});
  }

  /** Takes it, again and again. */
  #keep(force = false) {
    const { camera, client } = this;
    client.timers.clear(this.renewal);
    this.renewal = client.timers.set(() => this.#keep(), KEEP_MS);
    if (client.state !== 'connected') return;
    client.take(camera, { force }).catch((error) => {
      if (!this.keeping || camera !== this.camera || ['disconnected', 'timeout', 'closed'].includes(error.code)) return;
      this.#letGo();
      this.refuse(error);
    });
  }

  #letGo() {
    this.keeping = false;
    this.client.timers.clear(this.renewal);
  }

  // ---- driving

  begin() {
    this.gesture = 'open';
  }

  end() {
    this.gesture = 'none';
  }

  /**
   * Changes the view by hand; who may only look gets a view of his own by that. What leaves the view as it is does nothing, and takes no
   * control.
   * @param {(view: object) => object | null} change
   * @returns {boolean} whether it changed the view
   */
  change(change, cut = false) {
    if (this.view === null || this.camera === null) return false;
    const before = this.own ?? this.copy(this.view);
    const next = change(before);
    if (next === null || sameView(before, next)) return false;
    if (!this.free && this.client.welcome?.role === 'view') this.setFree(true);
    if (!this.free && (this.gesture === 'spoiled' || performance.now() < this.refusedUntil)) return false;
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

  /** Whether the moment of a transaction has come. @param {import('./together.js').Change} change */
  due({ camera, time }, now) {
    const { smoother } = this;
    const { newest } = smoother.track;
    // without its camera it is due when it is there, but on a wall at its own time
    if (camera !== this.camera ? !('momentOf' in smoother) : newest === undefined || newest.time < time) return true;
    return smoother.momentAt(now) >= time;
  }

  /** The view that will be shown when a transaction comes out. @param {import('./together.js').Change} change */
  viewWith(change, now) {
    if (change.camera !== this.camera || this.own !== null) return this.view;
    return this.due(change, now) ? this.smoother.sample(now) : change.view;
  }

  /**
   * The view of this frame.
   * @param {number} [now] the server's time of the frame; with a wall's presentation when it will be seen
   * @param {import('./together.js').Together} [together] which transactions come out
   */
  frame(now = this.client.now(), together) {
    const smooth = this.#held(this.smoother.sample(now), together);
    this.timeline?.advance(now, together);
    if (this.changed !== null && !this.free) this.#send();
    this.view = this.own ?? (this.glide === null ? smooth : this.#gliding(smooth)) ?? this.view;
    return this.view;
  }

  /** A camera whose transaction waits stands where it was, as soon as it would move to the view of that. */
  #held(smooth, together) {
    const change = this.camera === null ? undefined : together?.holds(this.camera);
    if (change === undefined) return smooth;
    if (this.still.seq !== change.seq) {
      const { track } = this.smoother;
      const before = track.before(change.time);
      if (this.smoother.lastShown <= before) return smooth;
      this.still = { seq: change.seq, view: structuredClone(track.at(before)) };
    }
    return this.still.view;
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
