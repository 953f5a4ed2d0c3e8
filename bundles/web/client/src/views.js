import { finite, positive, vector } from './checks.js';

/**
 * A viewport of the infinite canvas; y points down, zoom is screen pixels per world unit.
 * @typedef {{kind: '2d', center: number[], zoom: number, rotation: number, size?: number[]}} View2d
 */
/**
 * A 3D camera in glTF conventions: right-handed, +Y up, looking along its own -Z, metres.
 * @typedef {{kind: '3d', position: number[], orientation: number[], projection: Projection, focusDistance?: number,
 *   lens?: {focalLength?: number, sensor?: number[], distortion?: number[]}}} View3d
 */
/**
 * @typedef {{type: 'perspective', yfov: number, znear: number, zfar?: number, aspectRatio?: number}
 *   | {type: 'orthographic', xmag: number, ymag: number, znear: number, zfar: number}
 *   | {type: 'frustum', left: number, right: number, bottom: number, top: number, znear: number, zfar: number}} Projection
 */
/** @typedef {View2d | View3d} View */

/**
 * Checks a view against the rules of the protocol, "Views".
 * @param {any} view
 * @returns {string | null} what is wrong, or null
 */
export function checkView(view) {
  if (view === null || typeof view !== 'object') return 'view must be an object';
  if (view.kind === '2d') {
    if (!vector(view.center, 2)) return 'center must be two finite numbers';
    if (!finite(view.zoom) || view.zoom < 1e-9 || view.zoom > 1e9) return 'zoom must lie in [1e-9, 1e9]';
    if (!finite(view.rotation)) return 'rotation must be a finite number';
    if (view.size != null && !(vector(view.size, 2) && view.size[0] > 0 && view.size[1] > 0)) return 'size must be two positive numbers';
    return null;
  }
  if (view.kind === '3d') {
    if (!vector(view.position, 3)) return 'position must be three finite numbers';
    if (!vector(view.orientation, 4) || Math.abs(norm(view.orientation) - 1) > 1e-3) {
      return 'orientation must be a unit quaternion';
    }
    if (view.focusDistance != null && !positive(view.focusDistance)) return 'focusDistance must be positive';
    return checkProjection(view.projection);
  }
  return 'kind must be 2d or 3d';
}

const norm = (/** @type {readonly number[]} */ q) => Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);

/**
 * @param {any} p
 * @returns {string | null}
 */
function checkProjection(p) {
  if (p === null || typeof p !== 'object') return 'projection must be an object';
  if (!finite(p.znear) || (p.type === 'orthographic' ? p.znear < 0 : p.znear <= 0)) return 'znear must be positive';
  const open = p.type === 'perspective' && p.zfar == null;
  if (!open && !(finite(p.zfar) && p.zfar > p.znear)) return 'zfar must be greater than znear';
  switch (p.type) {
    case 'perspective':
      if (!(positive(p.yfov) && p.yfov < Math.PI)) return 'yfov must lie between 0 and pi';
      return p.aspectRatio == null || positive(p.aspectRatio) ? null : 'aspectRatio must be positive';
    case 'orthographic':
      return positive(p.xmag) && positive(p.ymag) ? null : 'xmag and ymag must be positive';
    case 'frustum':
      if (![p.left, p.right, p.bottom, p.top].every(finite)) return 'frustum edges must be finite';
      return p.left < p.right && p.bottom < p.top ? null : 'frustum needs left < right and bottom < top';
    default:
      return 'projection type must be perspective, orthographic or frustum';
  }
}

const PROJECTION_NUMBERS = ['yfov', 'aspectRatio', 'xmag', 'ymag', 'left', 'right', 'bottom', 'top', 'znear', 'zfar'];

/** Room for one view of either kind, so that showing views allocates nothing. */
export class ViewBuffer {
  constructor() {
    /** @type {any} */
    this.flat = { kind: '2d', center: [0, 0], zoom: 1, rotation: 0, size: undefined };
    /** @type {any} */
    this.solid = {
      kind: '3d', position: [0, 0, 0], orientation: [0, 0, 0, 1], projection: {}, focusDistance: undefined, lens: undefined,
    };
    this.size = [1, 1];
    /** The view that it holds exactly, or null: at rest nothing has to be worked out again. @type {View | null} */
    this.exact = null;
  }

  /**
   * The view `f` of the way from `a` to `b`: 0 is `a`, 1 is `b`, beyond them it goes on in the same direction. Positions
   * go straight, zoom and sizes by their logarithm, rotations the short way. Both views must be of the same kind.
   * @param {any} a
   * @param {any} b
   * @param {number} f
   * @returns {View}
   */
  mix(a, b, f) {
    if (f === 1 && this.exact === b) return b.kind === '2d' ? this.flat : this.solid;
    this.exact = f === 1 ? b : null;
    return b.kind === '2d' ? this.mix2d(a, b, f) : this.mix3d(a, b, f);
  }

  mix2d(/** @type {any} */ a, /** @type {any} */ b, /** @type {number} */ f) {
    const out = this.flat;
    out.center[0] = lerp(a.center[0], b.center[0], f);
    out.center[1] = lerp(a.center[1], b.center[1], f);
    out.zoom = Math.min(1e9, Math.max(1e-9, logLerp(a.zoom, b.zoom, f)));
    out.rotation = f === 1 ? b.rotation : a.rotation + shortestAngle(b.rotation - a.rotation) * f;
    if (b.size == null) {
      out.size = undefined;
    } else {
      out.size = this.size;
      const from = a.size ?? b.size;
      out.size[0] = logLerp(from[0], b.size[0], f);
      out.size[1] = logLerp(from[1], b.size[1], f);
    }
    return out;
  }

  mix3d(/** @type {any} */ a, /** @type {any} */ b, /** @type {number} */ f) {
    const out = this.solid;
    for (let i = 0; i < 3; i++) out.position[i] = lerp(a.position[i], b.position[i], f);
    slerp(a.orientation, b.orientation, f, out.orientation);
    const p = a.projection.type === b.projection.type ? a.projection : b.projection;
    const q = b.projection;
    // A field of view or a near plane must not be carried beyond its range.
    const g = Math.min(1, Math.max(0, f));
    out.projection.type = q.type;
    for (let i = 0; i < PROJECTION_NUMBERS.length; i++) {
      const name = PROJECTION_NUMBERS[i];
      out.projection[name] = p[name] == null || q[name] == null ? q[name] ?? undefined : lerp(p[name], q[name], g);
    }
    out.focusDistance = a.focusDistance == null || b.focusDistance == null
      ? b.focusDistance ?? undefined : lerp(a.focusDistance, b.focusDistance, g);
    out.lens = b.lens ?? undefined;
    return out;
  }
}

export const lerp = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ f) => (f === 1 ? b : a + (b - a) * f);
const logLerp = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ f) =>
  (a === b || f === 1 ? b : a * (b / a) ** f);

/**
 * The same angle within (-pi, pi].
 * @param {number} angle
 */
export function shortestAngle(angle) {
  const turn = 2 * Math.PI;
  const rest = angle - turn * Math.floor(angle / turn);
  return rest > Math.PI ? rest - turn : rest;
}

/**
 * Spherical interpolation of unit quaternions x, y, z, w, the short way.
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 * @param {number} f
 * @param {number[]} out
 * @returns {number[]}
 */
export function slerp(a, b, f, out) {
  let dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const sign = dot < 0 ? -1 : 1;
  dot = Math.min(1, dot * sign);
  let wa = 1 - f;
  let wb = f * sign;
  if (dot < 0.9995) {
    const angle = Math.acos(dot);
    const scale = 1 / Math.sin(angle);
    wa = Math.sin((1 - f) * angle) * scale;
    wb = Math.sin(f * angle) * scale * sign;
  }
  let norm = 0;
  for (let i = 0; i < 4; i++) {
    out[i] = a[i] * wa + b[i] * wb;
    norm += out[i] * out[i];
  }
  norm = 1 / Math.sqrt(norm);
  for (let i = 0; i < 4; i++) out[i] *= norm;
  return out;
}

/**
 * Interpolates two views of the same kind into a new one.
 * @param {View} a
 * @param {View} b
 * @param {number} f
 * @returns {View}
 */
export function interpolateViews(a, b, f) {
  return structuredClone(new ViewBuffer().mix(a, b, f));
}
