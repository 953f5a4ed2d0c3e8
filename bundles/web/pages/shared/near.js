/** Sizes are said in steps, so that a window that is drawn larger does not ask again with each pixel. */
const STEP = 512;
const MOST = 1_000_000;

/** @typedef {{camera: string, margin?: number, size?: number[]}} Near */

/**
 * Where a screen that follows a camera needs tiles.
 * @param {string | null} camera null: none is followed, so tiles are needed everywhere
 * @param {number} width of the screen, physical pixels
 * @param {number} height
 * @returns {Near | undefined}
 */
export function nearOf(camera, width, height) {
  if (camera === null) return undefined;
  return { camera, size: [width, height].map((side) => Math.min(MOST, Math.max(1, Math.ceil(side / STEP)) * STEP)) };
}

/**
 * @param {Near | undefined} a
 * @param {Near | undefined} b
 */
export function sameNear(a, b) {
  if (a === undefined || b === undefined) return a === b;
  return a.camera === b.camera && a.margin === b.margin && String(a.size) === String(b.size);
}
