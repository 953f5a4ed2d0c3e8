/** What gestures do to a view, for each kind of camera. Every function gives the changed view, or null. */

import { HOME_2D, HOME_3D } from './homes.js';
import {
  dolly3d, fittedZoom, fly3d, look3d, orbit3d, ownView2d, pan2d, pan3d, placePicture, projectionAspect, zoom2d,
} from './views.js';

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const driver2d = {
  title: 'Canvas',
  help: [
    ['Drag', 'move'], ['Wheel, pinch', 'zoom to the pointer'], ['Shift drag', 'turn'], ['Arrows', 'move'],
    ['+ −', 'zoom'], ['Q E', 'turn'], ['N', 'north up'], ['Home', 'jump home'],
  ],

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

  key(view, key, screen) {
    const [x, y] = [screen.width / 2, screen.height / 2];
    const arrow = ARROWS[key];
    if (arrow) return pan2d(view, -arrow[0] * 0.08 * screen.width, -arrow[1] * 0.08 * screen.width);
    switch (key) {
      case '+': case '=': return zoom2d(view, 1.2, x, y);
      case '-': return zoom2d(view, 1 / 1.2, x, y);
      case 'q': return zoom2d(view, 1, x, y, -Math.PI / 36);
      case 'e': return zoom2d(view, 1, x, y, Math.PI / 36);
      case 'n': return { ...view, rotation: 0 };
      default: return null;
    }
  },

  readout: (view, { width, height, fit }) =>
    `x ${view.center[0].toFixed(1)}  y ${view.center[1].toFixed(1)}\n`
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
    ['Drag', 'go around'], ['Shift or right drag', 'move sideways'], ['Wheel, pinch', 'go closer'], ['W A S D', 'walk'],
    ['Q E', 'down, up'], ['Arrows', 'look'], ['Home', 'jump home'],
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
    if (!sideways) return orbit3d(view, -dx / screen.height * 3, -dy / screen.height * 3);
    inPicture(view, x, y, screen);
    return pan3d(view, dx / box[2], dy / box[3], box[2] / box[3]);
  },

  pinch(view, factor, angle, x, y, screen) {
    return dolly3d(view, factor, ...inPicture(view, x, y, screen));
  },

  wheel(view, factor, x, y, screen) {
    return dolly3d(view, factor, ...inPicture(view, x, y, screen));
  },

  key(view, key) {
    const arrow = ARROWS[key];
    if (arrow) return look3d(view, -arrow[0] * 0.05, -arrow[1] * 0.05);
    switch (key) {
      case 'w': return fly3d(view, 0, 0, 0.2);
      case 's': return fly3d(view, 0, 0, -0.2);
      case 'a': return fly3d(view, -0.2, 0, 0);
      case 'd': return fly3d(view, 0.2, 0, 0);
      case 'q': return fly3d(view, 0, -0.2, 0);
      case 'e': return fly3d(view, 0, 0.2, 0);
      default: return null;
    }
  },

  readout(view) {
    const [x, y, z] = view.position;
    const p = view.projection;
    const lens = p.type === 'perspective' ? `yfov ${(p.yfov * 180 / Math.PI).toFixed(1)}°` : p.type;
    const focus = view.focusDistance ? `  focus ${view.focusDistance.toFixed(2)} m` : '';
    return `x ${x.toFixed(2)}  y ${y.toFixed(2)}  z ${z.toFixed(2)} m\n${lens}${focus}`;
  },
};
