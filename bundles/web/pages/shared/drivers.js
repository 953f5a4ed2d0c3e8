/** What gestures do to a view, for each kind of camera. Every function gives the changed view, or null. */

import { HOME_2D, HOME_3D } from './homes.js';
import {
  dolly3d, fittedZoom, fly3d, look3d, lookDistance, orbit3d, ownView2d, pan2d, pan3d, placePicture, projectionAspect, zoom2d,
} from './views.js';

/** Which way two opposite keys lead together. */
const axis = (held, back, forth) => (held.has(forth) ? 1 : 0) - (held.has(back) ? 1 : 0);

export const driver2d = {
  title: 'Canvas',
  help: [
    ['Drag', 'move'], ['Wheel, pinch', 'zoom to the pointer'], ['Shift drag, two fingers', 'turn'], ['Arrows', 'move'],
    ['+ −', 'zoom'], ['Q E', 'turn'], ['N', 'north up'], ['M', 'overview'], ['Home', 'jump home'],
  ],
  /** The same where there is no keyboard. */
  fingers: [['One finger', 'move'], ['Two fingers', 'zoom and turn'], ['− +', 'zoom'], ['The map', 'overview; a press goes there'], ['The house', 'jump home']],

  /** The view as this screen's own, ready to be changed. */
  own: (view, screen) => ownView2d(view, screen.width, screen.height, screen.fit),

  home: (screen) => ({ ...HOME_2D, center: [...HOME_2D.center], size: [screen.width, screen.height] }),

  move(view, dx, dy, x, y, event, screen) {
    if (!event.shiftKey) return pan2d(view, dx, dy);
    const [cx, cy] = [screen.width / 2, screen.height / 2];
    const angle = Math.atan2(y - cy, x - cx) - Math.atan2(y - dy - cy, x - dx - cx);
    return zoom2d(view, 1, cx, cy, angle);
  },

  pinch: (view, factor, angle, x, y) => zoom2d(view, factor, x, y, angle),

  wheel: (view, factor, x, y) => zoom2d(view, factor, x, y),

  /** Moves on while keys are held. */
  steer(view, held, seconds, screen) {
    const [x, y] = [screen.width / 2, screen.height / 2];
    const pace = held.has('Shift') ? 2.5 : 1;
    const way = 0.7 * Math.min(screen.width, screen.height) * seconds * pace;
    let next = view;
    const [right, down] = [axis(held, 'ArrowLeft', 'ArrowRight'), axis(held, 'ArrowUp', 'ArrowDown')];
    if (right !== 0 || down !== 0) next = pan2d(next, -right * way, -down * way);
    const closer = axis(held, '-', '+');
    const turn = axis(held, 'q', 'e');
    if (closer !== 0 || turn !== 0) next = zoom2d(next, Math.exp(closer * 1.5 * seconds * pace), x, y, turn * seconds * pace);
    return next === view ? null : next;
  },
  steers: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '-', 'q', 'e'],

  key: (view, key) => (key === 'n' ? { ...view, rotation: 0 } : null),

  zoomOf: (view, { width, height, fit }) => fittedZoom(view, width, height, fit),

  readout: (view, { width, height, fit }, units) =>
    `x ${view.center[0].toFixed(1)}  y ${view.center[1].toFixed(1)} ${units}\n`
    + `zoom ${fittedZoom(view, width, height, fit).toPrecision(4)}  turn ${(view.rotation * 180 / Math.PI).toFixed(1)}°`,
};

const box = [0, 0, 0, 0];

/** Position on the screen as a point of the picture in [-1, 1], y up. */
function inPicture(view, x, y, screen) {
  placePicture(projectionAspect(view.projection), screen.width, screen.height, screen.fit, box);
  return [((x - box[0]) / box[2]) * 2 - 1, 1 - ((y - box[1]) / box[3]) * 2, box[2] / box[3]];
}

export const driver3d = {
  title: 'Stage',
  help: [
    ['Drag', 'go around'], ['Shift or right drag', 'move sideways'], ['Wheel, pinch', 'go closer'], ['V', 'go around or look about'],
    ['W A S D', 'fly'], ['Q E', 'down, up'], ['Shift', 'faster'], ['Arrows', 'look'], ['Home', 'jump home'],
    ['Click, Shift click', 'select, select more'], ['1 2 3 4', 'select, move, rotate, scale'], ['Ctrl', 'in steps, while dragging a handle'],
    ['Z', 'frame the selection, or all'], ['L', 'labels'], ['Delete', 'remove'], ['Ctrl Z', 'undo'], ['Ctrl Shift Z', 'redo'], ['Esc', 'let go, select nothing'],
  ],
  fingers: [
    ['One finger', 'go around'], ['Two fingers', 'go closer'], ['A tap', 'select; beside the models nothing'], ['Arrow, cross, circle, square', 'select, move, rotate, scale'],
    ['The eye', 'go around or look about'], ['The frame', 'show the selection, or all'], ['The bent arrows', 'undo, redo'], ['The house', 'jump home'],
  ],

  own: (view) => {
    const own = {
      kind: '3d', position: [...view.position], orientation: [...view.orientation], projection: { ...view.projection },
    };
    if (view.focusDistance) own.focusDistance = view.focusDistance;
    if (view.lens) own.lens = view.lens;
    return own;
  },

  home: (screen, view) => ({ ...structuredClone(HOME_3D), projection: { ...(view?.projection ?? HOME_3D.projection) } }),

  move(view, dx, dy, x, y, event, screen) {
    const sideways = event.shiftKey || (event.buttons & 6) !== 0;
    const [yaw, pitch] = [-dx / screen.height * 3, -dy / screen.height * 3];
    if (!sideways) return screen.look ? look3d(view, yaw / 2, pitch / 2) : orbit3d(view, yaw, pitch);
    inPicture(view, x, y, screen);
    return pan3d(view, dx / box[2], dy / box[3], box[2] / box[3]);
  },

  pinch(view, factor, angle, x, y, screen) {
    return dolly3d(view, factor, ...inPicture(view, x, y, screen));
  },

  wheel(view, factor, x, y, screen) {
    return dolly3d(view, factor, ...inPicture(view, x, y, screen));
  },

  /** Flies on while keys are held. */
  steer(view, held, seconds) {
    const pace = held.has('Shift') ? 4 : 1;
    const way = Math.max(0.5, Math.min(50, lookDistance(view))) * 0.6 * seconds * pace;
    const [x, y, z] = [axis(held, 'a', 'd') * way, axis(held, 'q', 'e') * way, axis(held, 's', 'w') * way];
    const [yaw, pitch] = [axis(held, 'ArrowRight', 'ArrowLeft') * seconds, axis(held, 'ArrowDown', 'ArrowUp') * seconds];
    let next = view;
    if (x !== 0 || y !== 0 || z !== 0) next = fly3d(next, x, y, z);
    if (yaw !== 0 || pitch !== 0) next = look3d(next, yaw, pitch);
    return next === view ? null : next;
  },
  steers: ['w', 'a', 's', 'd', 'q', 'e', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],

  key: () => null,

  readout(view) {
    const [x, y, z] = view.position;
    const p = view.projection;
    const lens = p.type === 'perspective' ? `yfov ${(p.yfov * 180 / Math.PI).toFixed(1)}°` : p.type;
    const focus = view.focusDistance ? `  focus ${view.focusDistance.toFixed(2)} m` : '';
    return `x ${x.toFixed(2)}  y ${y.toFixed(2)}  z ${z.toFixed(2)} m\n${lens}${focus}`;
  },
};
