/** What a person does to a wall's screens, worked out: places, snapping, and the way back. Pure. */

/** @typedef {import('../../client/compositor-client.js').WallMember} WallMember */

/** Edits that can be taken back at most. */
const MOST = 50;

const rounded = (value) => Math.round(value * 100) / 100;

/** The member with another place or size; whole units, and at least one. @returns {WallMember} */
export function moved(member, { dx = 0, dy = 0, dw = 0, dh = 0 }) {
  return {
    ...member, x: rounded(member.x + dx), y: rounded(member.y + dy),
    width: Math.max(1, rounded(member.width + dw)), height: Math.max(1, rounded(member.height + dh)),
  };
}

/**
 * Draws edges that come close to those of others, or of the wall, to them.
 * @param {WallMember} member that is being moved, or whose lower right corner is
 * @param {WallMember[]} others
 * @param {{width: number, height: number}} wall
 * @param {number} reach in units of the wall
 * @param {boolean} resize whether its size changes, and not its place
 */
export function snapped(member, others, wall, reach, resize) {
  const along = (start, length, starts) => {
    let best = 0;
    let least = reach;
    for (const edge of starts) {
      for (const own of resize ? [start + length] : [start, start + length]) {
        if (Math.abs(edge - own) < least) {
          least = Math.abs(edge - own);
          best = edge - own;
        }
      }
    }
    return best;
  };
  const dx = along(member.x, member.width, [0, wall.width, ...others.flatMap(({ x, width }) => [x, x + width])]);
  const dy = along(member.y, member.height, [0, wall.height, ...others.flatMap(({ y, height }) => [y, y + height])]);
  return moved(member, resize ? { dw: dx, dh: dy } : { dx, dy });
}

/** Screens in rows and columns, all of one size. @returns {{width: number, height: number, members: WallMember[]}} */
export function grid({ columns, rows, width, height, bezel, names }) {
  const members = [];
  for (let i = 0; i < columns * rows; i++) {
    members.push({ display: names(i), x: (i % columns) * (width + bezel), y: Math.floor(i / columns) * (height + bezel), width, height });
  }
  return { width: columns * width + (columns - 1) * bezel, height: rows * height + (rows - 1) * bezel, members };
}

/** A place for one more screen: as large as the last one, where it covers no other, if there is such a place. @returns {WallMember} */
export function placeFor(display, wall) {
  const last = wall.members.at(-1) ?? { width: wall.width / 4, height: wall.height / 4 };
  const { width, height } = last;
  const free = (x, y) => x + width <= wall.width + 1e-6 && y + height <= wall.height + 1e-6
    && wall.members.every((other) => x >= other.x + other.width || other.x >= x + width || y >= other.y + other.height || other.y >= y + height);
  const xs = [0, ...wall.members.map((other) => other.x + other.width)];
  const ys = [0, ...wall.members.map((other) => other.y + other.height)];
  for (const y of ys.sort((a, b) => a - b)) for (const x of xs.sort((a, b) => a - b)) if (free(x, y)) return { display, x: rounded(x), y: rounded(y), width, height };
  return { display, x: 0, y: 0, width, height };
}

/** What was before each edit of each wall. */
export class History {
  /** @type {Map<string, {what: string, before: object}[]>} */
  #edits = new Map();

  /** @param {object} before the fields as they were */
  add(wall, what, before) {
    const edits = this.#edits.get(wall) ?? [];
    edits.push({ what, before });
    if (edits.length > MOST) edits.shift();
    this.#edits.set(wall, edits);
  }

  /** The last one, which stays. */
  last(wall) {
    return this.#edits.get(wall)?.at(-1);
  }

  drop(wall) {
    this.#edits.get(wall)?.pop();
  }
}

/** Of the wall as it is told, the fields that an edit changes, as they are now; null where there is none. */
export function before(wall, changes) {
  return Object.fromEntries(Object.keys(changes).map((field) => [
    field, ['delay', 'minDelay', 'maxDelay', 'alarm'].includes(field) ? wall.configured?.[field] ?? null : wall[field] ?? null,
  ]));
}
