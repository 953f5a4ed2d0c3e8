/** Where Home leads. */

export const HOME_2D = Object.freeze({ kind: '2d', center: [819200, 819200], zoom: 1, rotation: 0 });

export const HOME_3D = Object.freeze({
  kind: '3d',
  position: [0, 2.2, 6.5],
  orientation: [-0.0998334, 0, 0, 0.9950042],
  projection: { type: 'perspective', yfov: 0.785, znear: 0.1, zfar: 1000 },
  focusDistance: 6.5,
});
