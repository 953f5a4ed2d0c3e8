/** What a display does as a member of a wall: which wall and which part of it, at which moment, and what it reports. */

import {
  angledScreen, cutView, FrameClock, SteadyClock, WallPresentation, wallPartScreen, windowView,
} from '../../client/compositor-client.js';
import { fittedZoom } from '../shared/views.js';

/** Millimetres of a pixel where a view says its scale in pixels and the wall is measured in millimetres: 96 pixels are an inch. */
export const PIXEL_MM = 25.4 / 96;

/** No screen takes longer from one refresh to the next, ms. */
const LONGEST_PERIOD = 60;

/** @typedef {import('../../client/compositor-client.js').WallMessage} WallMessage */
/** @typedef {import('../../client/compositor-client.js').WallMember} WallMember */

/**
 * Where the middle of the wall lies in the picture of a screen: on the pixel on which it lies in a picture of the whole wall.
 * @param {number} length of the wall
 * @param {number} start of the screen
 * @param {number} pixel pixels in one unit
 */
export const middlePixel = (length, start, pixel) => Math.floor((length * pixel) / 2 + 1e-6) - Math.round(start * pixel);

export class Membership {
  /**
   * @param {import('../../client/compositor-client.js').CompositorClient} client
   * @param {string} display its name
   */
  constructor(client, display) {
    this.client = client;
    this.display = display;
    /** The wall that this display is a member of. @type {string | null} */
    this.name = null;
    /** Its state, once that is known. @type {WallMessage | null} */
    this.wall = null;
    /** What of it is this display's. @type {WallMember | null} */
    this.part = null;
    this.presentation = new WallPresentation();
    this.frames = new FrameClock();
    this.clock = new SteadyClock(client.clock);
    this.jumps = 0;
    /** When the frame under way will be seen, by the server's clock; undefined while this display shows no common moment. @type {number | undefined} */
    this.seen = undefined;
    /** The eye of the wall is behind this screen. */
    this.blind = false;
    /** Where the middle of the wall lies, in pixels of this screen's picture, for a flat view. @type {number[] | null} */
    this.origin = null;
  }

  /** What the server says. @param {string | null | undefined} name */
  assign(name) {
    this.name = name ?? null;
    const { client } = this;
    const walls = this.name === null ? [] : [this.name];
    const before = client.subscription.walls ?? [];
    if (before.length !== walls.length || before[0] !== walls[0]) {
      const subscription = { ...client.subscription, walls };
      // At a welcome the client subscribes by itself.
      if (client.subscriptionStands) client.subscribe(subscription).catch(() => {});
      else client.subscription = subscription;
    }
    this.take();
  }

  /** Takes over what the client knows of the wall. @returns {boolean} whether it is another */
  take() {
    const wall = this.name === null ? null : this.client.walls.get(this.name) ?? null;
    if (wall === this.wall) return false;
    this.wall = wall;
    this.part = wall?.members.find(({ display }) => display === this.display) ?? null;
    const { delay } = this.presentation;
    delay.reset();
    if (this.part === null) {
      this.client.reporter = null;
      return true;
    }
    for (const change of wall.delay ?? []) delay.announce(change);
    this.presentation.screenDelay = this.part.delay ?? 0;
    this.client.reporter = () => this.report();
    return true;
  }

  /**
   * A frame begins.
   * @param {number} at as `requestAnimationFrame` says
   * @returns {number | undefined} when it will be seen, by the server's clock; undefined while that is not known, or there is no wall
   */
  begin(at) {
    const { clockJumps } = this.client.stats;
    if (clockJumps !== this.jumps) {
      this.jumps = clockJumps;
      this.clock.reset();
      this.frames.reset();
    }
    const refresh = this.frames.begin(at);
    // a page that nobody sees is given a frame now and then
    const shown = this.frames.period > LONGEST_PERIOD ? at : refresh;
    const seen = this.part === null ? undefined : this.clock.at((performance.timeOrigin + shown) * 1000);
    this.seen = this.frames.period > 0 && this.presentation.delay.known ? seen : undefined;
    return this.seen;
  }

  /** A frame was drawn: a late one is told the server soon, which may have to choose a longer delay. */
  drawn() {
    if (this.presentation.late > 0) this.client.reportSoon();
  }

  /** The sample time that this frame shows; undefined while that is not known. */
  get moment() {
    return this.seen === undefined ? undefined : this.presentation.momentOf(this.seen);
  }

  report() {
    const { rtt } = this.client.clock;
    if (this.wall === null || this.seen === undefined || rtt === undefined) return null;
    return { wall: this.wall.wall, clock: Math.round(rtt / 2), ...this.presentation.report() };
  }

  /**
   * This screen's part of the picture, upright: whoever shows it turns it. A flat view stays that of the whole wall, whose middle lies at
   * `origin`.
   * @param {any} view of the whole wall
   * @param {number[]} pixels of the part
   * @returns {any} null if the eye of the wall is behind the screen
   */
  partOf(view, pixels) {
    const { wall, part } = this;
    const upright = { ...part, turn: 0 };
    this.blind = false;
    this.origin = null;
    if (view.kind === '2d') {
      const scale = wall.unit === 'mm' && (!view.size || wall.fit === 'same-scale') ? PIXEL_MM : 1;
      const pixel = pixels[0] / part.width;
      this.origin = [middlePixel(wall.width, part.x, pixel), middlePixel(wall.height, part.y, pixel)];
      return { ...view, zoom: fittedZoom(view, wall.width, wall.height, wall.fit) * scale * pixel, size: undefined };
    }
    const screen = part.position
      ? angledScreen({ middle: part.position, yaw: part.yaw, pitch: part.pitch, width: part.width, height: part.height }) : wallPartScreen(wall, upright);
    const seen = wall.view === 'window' ? windowView(view, screen, wall.eye) : cutView(view, wall, screen, wall.fit === 'cover' ? 'cover' : 'contain');
    this.blind = seen === null;
    return seen;
  }
}

/**
 * The size of a member's picture, upright, and how it lies in the window: as large as the screen is, in the shape of the rectangle that it
 * covers.
 * @param {{width: number, height: number, shownWidth: number, shownHeight: number}} screen as {@link pictureSize} gives it
 * @param {WallMember} part
 * @returns {{width: number, height: number, shownWidth: number, shownHeight: number}}
 */
export function partSize(screen, part) {
  const turned = (part.turn ?? 0) % 180 !== 0;
  const [across, along] = turned ? [screen.height, screen.width] : [screen.width, screen.height];
  const scale = Math.min(across / part.width, along / part.height);
  const fill = (length, room) => (Math.abs(length - room) < 1 ? room : Math.max(1, Math.round(length)));
  const width = fill(part.width * scale, across);
  const height = fill(part.height * scale, along);
  const shown = screen.shownWidth / screen.width;
  return { width, height, shownWidth: width * shown, shownHeight: height * shown };
}

/** A colour of its own for each member, by its place in the list. */
export function memberColour(/** @type {WallMessage} */ wall, /** @type {string} */ display) {
  const index = wall.members.findIndex((member) => member.display === display);
  return `hsl(${Math.round((index * 137.508 + 205) % 360)} 70% 45%)`;
}
