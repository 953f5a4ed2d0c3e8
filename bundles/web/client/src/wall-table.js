import { finite, isName, isObject, isSeq, isTime, positive, vector } from './checks.js';

/** @typedef {import('./messages.js').WallMember} WallMember */
/** @typedef {import('./messages.js').WallMessage} WallMessage */

const MOST_WALLS = 1_024;
const MOST_MEMBERS = 256;
const TURNS = [0, 90, 180, 270];

/**
 * Checks the state of a wall.
 * @param {any} message
 * @returns {string | null} what is wrong, or null
 */
export function checkWall(message) {
  if (!isObject(message) || !isName(message.wall)) return 'wall without name';
  if (!isSeq(message.seq)) return `wall ${message.wall}: seq is missing`;
  const wrong = wrongIn(message);
  return wrong === null ? null : `wall ${message.wall}: ${wrong}`;
}

function wrongIn(/** @type {any} */ { width, height, unit, fit, view, eye, members, delay, camera }) {
  if (!positive(width) || !positive(height)) return 'width and height must be positive';
  if (unit !== 'mm' && unit !== 'px') return 'unit must be mm or px';
  if (!['contain', 'cover', 'same-scale'].includes(fit)) return 'fit must be contain, cover or same-scale';
  if (view !== 'camera' && view !== 'window') return 'view must be camera or window';
  if (view === 'window' ? !vector(eye, 3) : eye != null && !vector(eye, 3)) return 'eye must be three finite numbers';
  if (camera != null && !isName(camera)) return 'camera must be a name';
  if (!Array.isArray(members) || members.length > MOST_MEMBERS) return `members must be a list of at most ${MOST_MEMBERS}`;
  if (delay != null && !(Array.isArray(delay) && delay.every(isChange))) return 'delay must be a list of changes';
  return members.every(isMember) ? null : 'a member has no display, no rectangle, or wrong numbers';
}

const isChange = (/** @type {any} */ change) => isObject(change)
  && [change.from, change.value, change.until, change.to].every(isTime) && change.until >= change.from;

const isMember = (/** @type {any} */ member) => isObject(member) && isName(member.display) && finite(member.x) && finite(member.y)
  && positive(member.width) && positive(member.height) && (member.turn == null || TURNS.includes(member.turn))
  && [member.delay, member.yaw, member.pitch].every((value) => value == null || finite(value))
  && (member.position == null || vector(member.position, 3));

/** The newest state of each subscribed wall. */
export class WallTable {
  /** @type {Map<string, WallMessage>} */
  walls = new Map();
  #ignore;

  /** @param {(why: string) => void} ignore */
  constructor(ignore) {
    this.#ignore = ignore;
  }

  /** @returns {boolean} false if there is anything wrong with it, or the state known is at least as new */
  take(/** @type {any} */ message) {
    const wrong = checkWall(message);
    if (wrong !== null) {
      this.#ignore(wrong);
      return false;
    }
    const known = this.walls.get(message.wall);
    if (known !== undefined && message.seq <= known.seq) return false;
    if (known === undefined && this.walls.size >= MOST_WALLS) {
      this.#ignore('more walls than a server has');
      return false;
    }
    this.walls.set(message.wall, message);
    return true;
  }

  snapshot(/** @type {any} */ { all, walls }) {
    if (all === true) this.walls.clear();
    for (const wall of Array.isArray(walls) ? walls : []) this.take(wall);
  }

  /** Forgets all but these. */
  keep(/** @type {readonly string[]} */ names) {
    if (names.includes('*')) return;
    for (const name of this.walls.keys()) if (!names.includes(name)) this.walls.delete(name);
  }
}
