import { sampleTime } from '../../client/compositor-client.js';

/** Longer than this nothing waits for pictures of tiles, ms. */
const LONGEST_MS = 5_000;
/** Transactions that wait at most. */
const MOST = 64;

/**
 * A transaction on tiles that changes the scene or moves a camera as well.
 * @typedef {object} Change
 * @property {number} seq
 * @property {string | null} camera
 * @property {any} view of that camera
 * @property {number} time of the sample, or of the transaction
 * @property {number} since when it waits, ms
 */

/**
 * A display, as far as transactions wait for it.
 * @typedef {object} Screen
 * @property {(change: Change, now: number) => boolean} due whether its camera has come so far
 * @property {(change: Change, now: number) => boolean} ready whether it has the pictures
 */

/**
 * Has all of a transaction come out in one frame: tiles, scene and camera, on all displays of a page. It does when each display has the
 * pictures for what it will show then, and its camera has come so far. Until then nothing comes out that is behind it.
 */
export class Together {
  /**
   * @param {import('../../client/compositor-client.js').CompositorClient} client
   * @param {() => number} [clock] ms
   */
  constructor(client, clock = () => performance.now()) {
    this.clock = clock;
    this.longest = LONGEST_MS;
    /** Oldest first. @type {Change[]} */
    this.waiting = [];
    /** Transactions from this number on do not come out. */
    this.held = Infinity;
    /** Those up to this number come out now. */
    this.out = -1;
    client.on('snapshot', ({ all }) => {
      if (all !== true) return;
      this.waiting.length = 0;
      this.held = Infinity;
      this.out = -1;
    });
    client.on('tiles', (message) => this.#take(message));
  }

  #take(/** @type {any} */ { seq, time, scene, camera }) {
    if (time == null || (scene == null && camera == null)) return;
    if (this.waiting.length === MOST) this.#letOut();
    this.waiting.push({
      seq, camera: camera?.camera ?? null, view: camera?.view ?? null, time: camera == null ? time : sampleTime(camera), since: this.clock(),
    });
    this.held = this.waiting[0].seq;
  }

  #letOut() {
    this.out = this.waiting.shift().seq;
    this.held = this.waiting[0]?.seq ?? Infinity;
  }

  /**
   * Once a frame, before anything is drawn.
   * @param {readonly Screen[]} screens
   * @param {number} now the server's time of the frame
   */
  decide(screens, now) {
    while (this.waiting.length > 0) {
      const [first] = this.waiting;
      let out = true;
      // each one is asked: asking it has its pictures loaded
      for (const screen of screens) out = screen.ready(first, now) && out;
      out ||= this.clock() - first.since > this.longest;
      if (!out || screens.some((screen) => !screen.due(first, now))) return;
      this.#letOut();
    }
  }

  /** The transaction that holds a camera where it is, or undefined. */
  holds(camera) {
    return this.waiting.find((change) => change.camera === camera);
  }
}
