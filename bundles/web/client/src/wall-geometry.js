/** @typedef {import('./views.js').View2d} View2d */
/** @typedef {import('./views.js').View3d} View3d */
/** @typedef {import('./views.js').Projection} Projection */
/** @typedef {readonly number[]} Numbers */
/** A size in the wall's units (millimetres or pixels). @typedef {{width: number, height: number}} WallSize */
/**
 * The rectangle that a screen covers on a flat wall, from the wall's upper left corner, y down. `turn`: by how many degrees the screen
 * stands turned, clockwise as its viewer sees it: 0, 90, 180 or 270.
 * @typedef {{x: number, y: number, width: number, height: number, turn?: number}} WallPart
 */
/**
 * A screen in space, in the wall's coordinates: the origin is the middle of the wall, +x right, +y up, +z towards the viewer. `orientation`
 * takes +x to the right of its picture, +y to the top, +z to its viewer; `width` and `height` are the picture's own.
 * @typedef {{middle: Numbers, orientation: Numbers, width: number, height: number}} WallScreen
 */

/** A projection without a far plane gets one that is so many times as far away as the near plane. */
const FAR = 1e6;

const upright = (/** @type {WallPart} */ { turn = 0 }) => turn % 180 === 0;
const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
const aboutX = (/** @type {number} */ angle) => [Math.sin(angle / 2), 0, 0, Math.cos(angle / 2)];
const aboutY = (/** @type {number} */ angle) => [0, Math.sin(angle / 2), 0, Math.cos(angle / 2)];
const aboutZ = (/** @type {number} */ angle) => [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)];

function multiply(/** @type {Numbers} */ [ax, ay, az, aw], /** @type {Numbers} */ [bx, by, bz, bw]) {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function rotate(/** @type {Numbers} */ [x, y, z, w], /** @type {Numbers} */ [vx, vy, vz]) {
  const tx = 2 * (y * vz - z * vy);
  const ty = 2 * (z * vx - x * vz);
  const tz = 2 * (x * vy - y * vx);
  return [vx + w * tx + y * tz - z * ty, vy + w * ty + z * tx - x * tz, vz + w * tz + x * ty - y * tx];
}

/**
 * The 2D view that a screen shows, so that all screens together show the view of the wall.
 * @param {View2d} whole the view of the whole wall, with its zoom in units of the wall per world unit
 * @param {WallSize} wall
 * @param {WallPart} part
 * @param {Numbers} pixels width and height of the screen's picture in physical pixels, which are square
 * @returns {View2d}
 */
export function wallPartView(whole, wall, part, pixels) {
  const right = part.x + part.width / 2 - wall.width / 2;
  const down = part.y + part.height / 2 - wall.height / 2;
  const cos = Math.cos(whole.rotation);
  const sin = Math.sin(whole.rotation);
  return {
    kind: '2d',
    center: [
      whole.center[0] + (cos * right + sin * down) / whole.zoom,
      whole.center[1] + (cos * down - sin * right) / whole.zoom,
    ],
    zoom: (whole.zoom * pixels[0]) / (upright(part) ? part.width : part.height),
    rotation: whole.rotation - radians(part.turn ?? 0),
    size: [pixels[0], pixels[1]],
  };
}

/**
 * Where a part of a flat wall stands in space.
 * @param {WallSize} wall
 * @param {WallPart} part
 * @returns {WallScreen}
 */
export function wallPartScreen(wall, part) {
  return {
    middle: [part.x + part.width / 2 - wall.width / 2, wall.height / 2 - part.y - part.height / 2, 0],
    orientation: aboutZ(-radians(part.turn ?? 0)),
    width: upright(part) ? part.width : part.height,
    height: upright(part) ? part.height : part.width,
  };
}

/**
 * A screen that stands at an angle.
 * @param {{middle: Numbers, yaw?: number, pitch?: number, turn?: number, width: number, height: number}} screen `yaw`: radians about the
 *   vertical, positive turns its left edge towards the viewer; `pitch`: radians, positive turns its upper edge towards the viewer; `turn`:
 *   radians by which its picture stands turned in its plane, clockwise as its viewer sees it
 * @returns {WallScreen}
 */
export function angledScreen({ middle, yaw = 0, pitch = 0, turn = 0, width, height }) {
  return { middle, orientation: multiply(multiply(aboutY(yaw), aboutX(pitch)), aboutZ(-turn)), width, height };
}

/**
 * What a screen shows as a window: a viewer whose eye is there sees the scene behind the wall as the camera sees it, at the camera's place
 * and with the wall's axes along the camera's.
 * @param {View3d} camera its projection gives the near and the far plane alone
 * @param {WallScreen} screen
 * @param {Numbers} eye in the wall's coordinates
 * @returns {View3d | null} null if the eye is not before the screen
 */
export function windowView(camera, screen, eye) {
  const [x, y, z, w] = screen.orientation;
  const [mx, my, mz] = rotate([-x, -y, -z, w], [0, 1, 2].map((i) => screen.middle[i] - eye[i]));
  if (!(mz < 0)) return null;
  const { projection } = camera;
  const znear = projection.znear > 0 ? projection.znear : /** @type {number} */ (projection.zfar) / FAR;
  const scale = znear / -mz;
  return {
    ...withoutLens(camera),
    orientation: multiply(camera.orientation, screen.orientation),
    projection: {
      type: 'frustum',
      left: (mx - screen.width / 2) * scale,
      right: (mx + screen.width / 2) * scale,
      bottom: (my - screen.height / 2) * scale,
      top: (my + screen.height / 2) * scale,
      znear,
      zfar: projection.zfar ?? znear * FAR,
    },
  };
}

/** The lens is the whole picture's. */
function withoutLens(/** @type {View3d} */ view) {
  const { lens: _, ...rest } = view;
  return rest;
}

/**
 * From where the wall is seen as a camera's picture is: its frustum through the wall.
 * @param {Exclude<Projection, {type: 'orthographic'}>} projection
 * @param {WallSize} wall
 * @param {'contain' | 'cover'} fit `contain`: all of the camera's picture is on the wall; `cover`: it fills the wall
 * @returns {number[]}
 */
export function wallEye(projection, wall, fit) {
  if (projection.type === 'perspective') {
    const high = 2 * Math.tan(projection.yfov / 2);
    const wide = high * (projection.aspectRatio ?? wall.width / wall.height);
    return [0, 0, 1 / fitted(wide / wall.width, high / wall.height, fit)];
  }
  const { left, right, bottom, top, znear } = projection;
  const distance = 1 / fitted((right - left) / znear / wall.width, (top - bottom) / znear / wall.height, fit);
  return [(-(right + left) / 2 / znear) * distance, (-(top + bottom) / 2 / znear) * distance, distance];
}

const fitted = (/** @type {number} */ across, /** @type {number} */ along, /** @type {string} */ fit) =>
  (fit === 'cover' ? Math.min(across, along) : Math.max(across, along));

/**
 * A screen's part of the camera's own picture, which lies on the whole wall. Of an orthographic projection it is the part of the screen's
 * place on the flat wall, whatever angle it stands at.
 * @param {View3d} camera
 * @param {WallSize} wall
 * @param {WallScreen} screen
 * @param {'contain' | 'cover'} [fit]
 * @returns {View3d | null} null if the camera's picture is seen from behind the screen
 */
export function cutView(camera, wall, screen, fit = 'contain') {
  const { projection } = camera;
  if (projection.type !== 'orthographic') return windowView(camera, screen, wallEye(projection, wall, fit));
  const scale = fitted((2 * projection.xmag) / wall.width, (2 * projection.ymag) / wall.height, fit);
  const moved = rotate(camera.orientation, [screen.middle[0] * scale, screen.middle[1] * scale, 0]);
  return {
    ...withoutLens(camera),
    position: camera.position.map((value, i) => value + moved[i]),
    orientation: multiply(camera.orientation, screen.orientation),
    projection: { ...projection, xmag: (screen.width * scale) / 2, ymag: (screen.height * scale) / 2 },
  };
}
