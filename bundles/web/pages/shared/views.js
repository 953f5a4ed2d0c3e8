/**
 * Arithmetic on views: fitting, moving, projecting. Pure functions; a changed view is a new object. Screen positions and
 * sizes are physical pixels, y down.
 */

import { shortestAngle } from '../../client/compositor-client.js';

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// ------------------------------------------------------------------------------------------------------------- 2D

/** Screen pixels per world unit when a screen of this size shows the view. */
export function fittedZoom(view, width, height, fit = 'contain') {
  if (!view.size || fit === 'same-scale') return view.zoom;
  const [x, y] = [width / view.size[0], height / view.size[1]];
  return view.zoom * (fit === 'cover' ? Math.max(x, y) : Math.min(x, y));
}

/** The same picture as a view of this screen's own. */
export function ownView2d(view, width, height, fit) {
  return {
    kind: '2d',
    center: [...view.center],
    zoom: fittedZoom(view, width, height, fit),
    rotation: view.rotation,
    size: [width, height],
  };
}

/** World point under a screen point: center + R(-rotation) * (screen - size/2) / zoom. */
export function screenToWorld(view, x, y) {
  const dx = (x - view.size[0] / 2) / view.zoom;
  const dy = (y - view.size[1] / 2) / view.zoom;
  const cos = Math.cos(view.rotation);
  const sin = Math.sin(view.rotation);
  return [view.center[0] + cos * dx + sin * dy, view.center[1] - sin * dx + cos * dy];
}

/** The view in which a world point lies under a screen point. */
function pinned(view, world, x, y) {
  const there = screenToWorld({ ...view, center: [0, 0] }, x, y);
  return { ...view, center: [world[0] - there[0], world[1] - there[1]] };
}

/** Moves the content by screen pixels. */
export function pan2d(view, dx, dy) {
  const [width, height] = view.size;
  return pinned(view, view.center, width / 2 + dx, height / 2 + dy);
}

/** Zooms and turns around a screen point, which keeps its place. */
export function zoom2d(view, factor, x, y, angle = 0) {
  const world = screenToWorld(view, x, y);
  const zoom = clamp(view.zoom * factor, 1e-6, 1e6);
  return pinned({ ...view, zoom, rotation: shortestAngle(view.rotation + angle) }, world, x, y);
}

/** Differences below this are what arithmetic leaves behind, not what a hand did. */
const ROUNDING = 1e-9;
/** The same of a place on a canvas, in pixels of the screen. */
const PIXEL_ROUNDING = 0.01;

/** Whether two views of one kind show the same, but for what rounding leaves behind. */
export function sameView(a, b) {
  if (a.kind !== b.kind) return false;
  if (a.kind === '2d') {
    const apart = Math.hypot(a.center[0] - b.center[0], a.center[1] - b.center[1]) * Math.max(a.zoom, b.zoom);
    return apart < PIXEL_ROUNDING && near(a.zoom, b.zoom) && near(shortestAngle(a.rotation - b.rotation), 0)
      && a.size?.[0] === b.size?.[0] && a.size?.[1] === b.size?.[1];
  }
  const [p, q] = [a.projection, b.projection];
  const names = [...new Set([...Object.keys(p), ...Object.keys(q)])];
  const [turn, back] = [1, -1].map((sign) => a.orientation.every((value, i) => near(value, sign * b.orientation[i])));
  return a.position.every((value, i) => near(value, b.position[i])) && (turn || back)
    && near(a.focusDistance ?? 0, b.focusDistance ?? 0) && p.type === q.type && names.every((name) => name === 'type' || near(p[name], q[name]));
}

/** Numbers, or nothing. */
const near = (a, b) => a === b || Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a), Math.abs(b));

// ------------------------------------------------------------------------------------------------------------- 3D

const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const add = (a, b, scale = 1) => [a[0] + b[0] * scale, a[1] + b[1] * scale, a[2] + b[2] * scale];

/** The vector turned by the quaternion. */
export function rotate(q, v) {
  const t = cross(q, v).map((value) => value * 2);
  return add(add(v, t, q[3]), cross(q, t));
}

/** The turn `b`, then `a`, normalised. */
export function multiply(a, b) {
  const product = [
    a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
    a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
    a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
    a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
  ];
  const norm = Math.hypot(...product);
  return product.map((value) => value / norm);
}

export function axisTurn(axis, angle) {
  const sin = Math.sin(angle / 2);
  return [axis[0] * sin, axis[1] * sin, axis[2] * sin, Math.cos(angle / 2)];
}

const UP = [0, 1, 0];
const forward = (view) => rotate(view.orientation, [0, 0, -1]);
const right = (view) => rotate(view.orientation, [1, 0, 0]);

/** Distance to what the camera looks at: its focus, else the point of its axis closest to the middle of the room. */
export function lookDistance(view, middle = [0, 1, 0]) {
  if (view.focusDistance) return view.focusDistance;
  return clamp(dot(add(middle, view.position, -1), forward(view)), 1, 20);
}

/** Turn about the vertical and the camera's own horizontal axis, stopping short of straight up and down. */
function turned(view, yaw, pitch) {
  const elevation = Math.asin(clamp(forward(view)[1], -1, 1));
  const limit = Math.PI / 2 - 0.02;
  const room = clamp(elevation + pitch, Math.min(-limit, elevation), Math.max(limit, elevation)) - elevation;
  return multiply(multiply(axisTurn(UP, yaw), view.orientation), axisTurn([1, 0, 0], room));
}

/** Looks around from where the camera stands. */
export function look3d(view, yaw, pitch) {
  return { ...view, orientation: turned(view, yaw, pitch) };
}

/** Goes around what the camera looks at. */
export function orbit3d(view, yaw, pitch) {
  const distance = lookDistance(view);
  const pivot = add(view.position, forward(view), distance);
  const orientation = turned(view, yaw, pitch);
  return { ...view, orientation, position: add(pivot, rotate(orientation, [0, 0, -1]), -distance) };
}

/** Moves by metres along the camera's right, the vertical and the camera's direction. */
export function fly3d(view, x, y, z) {
  return { ...view, position: add(add(add(view.position, right(view), x), UP, y), forward(view), z) };
}

/** The point that the camera looks at. */
export function lookPoint(view) {
  return add(view.position, forward(view), lookDistance(view));
}

/** Moves along its direction until a sphere fills the picture. */
export function frame3d(view, middle, radius, aspect) {
  if (view.projection.type === 'orthographic') {
    const { xmag, ymag } = view.projection;
    const grown = (radius * 1.15) / Math.min(xmag, ymag);
    const distance = Math.max(lookDistance(view), view.projection.znear + radius * 1.2);
    return { ...view, position: add(middle, forward(view), -distance), projection: { ...view.projection, xmag: xmag * grown, ymag: ymag * grown } };
  }
  const [x, y] = extent(view.projection, aspect);
  const distance = Math.max((radius * 1.15) / Math.sin(Math.atan(Math.min(x, y))), view.projection.znear * 2);
  return { ...view, position: add(middle, forward(view), -distance), focusDistance: distance };
}

/** Turns about x, y and z, in this order, in degrees, that make a quaternion. */
export function anglesOf([x, y, z, w]) {
  const degrees = (angle) => (angle * 180) / Math.PI;
  const sine = clamp(2 * (x * z + w * y), -1, 1);
  if (Math.abs(sine) > 0.9999999) return [degrees(2 * Math.atan2(x, w)), degrees(Math.asin(sine)), 0];
  return [
    degrees(Math.atan2(2 * (w * x - y * z), 1 - 2 * (x * x + y * y))), degrees(Math.asin(sine)),
    degrees(Math.atan2(2 * (w * z - x * y), 1 - 2 * (y * y + z * z))),
  ];
}

/** The quaternion of turns about x, y and z, in this order, in degrees. */
export function quaternionOf([x, y, z]) {
  const radians = Math.PI / 180;
  return multiply(multiply(axisTurn([1, 0, 0], x * radians), axisTurn([0, 1, 0], y * radians)), axisTurn([0, 0, 1], z * radians));
}

/** Half the height and width of the picture at distance 1; for orthographic at any distance. */
function extent(projection, aspect) {
  switch (projection.type) {
    case 'perspective': {
      const y = Math.tan(projection.yfov / 2);
      return [y * (projection.aspectRatio ?? aspect), y, 0, 0];
    }
    case 'orthographic': return [projection.xmag, projection.ymag, 0, 0];
    default: {
      const { left, right: r, bottom, top, znear } = projection;
      return [(r - left) / 2 / znear, (top - bottom) / 2 / znear, (r + left) / 2 / znear, (top + bottom) / 2 / znear];
    }
  }
}

/** Moves the content at the look distance by a part of the picture (1 is the whole width or height). */
export function pan3d(view, dx, dy, aspect) {
  const [x, y] = extent(view.projection, aspect);
  const distance = view.projection.type === 'orthographic' ? 1 : lookDistance(view);
  const up = rotate(view.orientation, UP);
  return { ...view, position: add(add(view.position, right(view), -2 * dx * x * distance), up, 2 * dy * y * distance) };
}

/** Goes closer (factor above 1) along the ray through a point of the picture; x and y in [-1, 1], y up. */
export function dolly3d(view, factor, x, y, aspect) {
  const [w, h, cx, cy] = extent(view.projection, aspect);
  const rest = 1 - 1 / factor;
  if (view.projection.type === 'orthographic') {
    const { xmag, ymag } = view.projection;
    const up = rotate(view.orientation, UP);
    return {
      ...view,
      position: add(add(view.position, right(view), x * w * rest), up, y * h * rest),
      projection: { ...view.projection, xmag: xmag / factor, ymag: ymag / factor },
    };
  }
  const distance = lookDistance(view);
  const ray = rotate(view.orientation, [cx + x * w, cy + y * h, -1]);
  const moved = { ...view, position: add(view.position, ray, distance * rest) };
  if (view.focusDistance) moved.focusDistance = Math.max(0.05, distance / factor);
  return moved;
}

/** Width to height that the projection asks for, or 0 where it takes the screen's. */
export function projectionAspect(projection) {
  switch (projection.type) {
    case 'perspective': return projection.aspectRatio ?? 0;
    case 'orthographic': return projection.xmag / projection.ymag;
    default: return (projection.right - projection.left) / (projection.top - projection.bottom);
  }
}

/**
 * Column-major projection matrix in OpenGL's clip space, as glTF 2.0 defines it.
 * @param {object} projection
 * @param {number} aspect of the picture, for a projection without its own
 * @param {number[] | Float32Array} out 16 numbers
 */
export function projectionMatrix(projection, aspect, out) {
  out.fill(0);
  const { znear: n, zfar: f } = projection;
  if (projection.type === 'orthographic') {
    out[0] = 1 / projection.xmag;
    out[5] = 1 / projection.ymag;
    out[10] = 2 / (n - f);
    out[14] = (f + n) / (n - f);
    out[15] = 1;
    return out;
  }
  const { 0: w, 1: h, 2: cx, 3: cy } = extent(projection, aspect);
  out[0] = 1 / w;
  out[5] = 1 / h;
  out[8] = cx / w;
  out[9] = cy / h;
  out[10] = f == null ? -1 : (f + n) / (n - f);
  out[11] = -1;
  out[14] = f == null ? -2 * n : (2 * f * n) / (n - f);
  return out;
}

/** Where a picture of this aspect lies on the screen; `aspect` 0 is the whole of it. Writes x, y, width, height. */
export function placePicture(aspect, width, height, fit, out) {
  const wide = width / height > aspect;
  let w = width;
  let h = height;
  if (aspect > 0) {
    if (wide === (fit === 'cover')) h = width / aspect;
    else w = height * aspect;
  }
  out[0] = (width - w) / 2;
  out[1] = (height - h) / 2;
  out[2] = w;
  out[3] = h;
  return out;
}
