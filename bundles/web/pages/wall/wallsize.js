/**
 * The size of a wall's picture and how it lies in the window. A wall that declares its width and height is drawn with exactly that many
 * pixels; in a window of another size the picture is shown smaller or larger as a whole (`cover`: so that it fills the window,
 * `same-scale`: pixel for pixel). One that declares nothing, or a ratio only, fills the window.
 *
 * @param {{width?: number, height?: number, pixelRatio?: number}} declared by the operator for this display
 * @param {{window: {pixelRatio: number}}} settings for all displays
 * @param {number} innerWidth of the window, in pixels of the layout
 * @param {number} ratio the screen's pixels per pixel of the layout
 * @returns {{width: number, height: number, shownWidth: number, shownHeight: number}} pixels drawn; pixels of the layout shown
 */
export function pictureSize(declared, settings, innerWidth, innerHeight, ratio, fit) {
  if (declared.width > 0 && declared.height > 0) {
    const [x, y] = [innerWidth / declared.width, innerHeight / declared.height];
    const scale = fit === 'same-scale' ? 1 / ratio : fit === 'cover' ? Math.max(x, y) : Math.min(x, y);
    return { width: declared.width, height: declared.height, shownWidth: declared.width * scale, shownHeight: declared.height * scale };
  }
  const own = declared.pixelRatio > 0 ? declared.pixelRatio : settings.window.pixelRatio > 0 ? settings.window.pixelRatio : ratio;
  return { width: Math.max(1, Math.round(innerWidth * own)), height: Math.max(1, Math.round(innerHeight * own)), shownWidth: innerWidth, shownHeight: innerHeight };
}
