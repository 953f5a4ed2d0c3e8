/** Whether WebGL can be had, and whether it is drawn by the processor. */
export function probeGraphics() {
  let gl = null;
  try {
    gl = document.createElement('canvas').getContext('webgl2');
  } catch {
    // As good as none.
  }
  if (!gl) return { webgl: false, software: true };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { webgl: true, software: /swiftshader|llvmpipe|software|basic render/i.test(name) };
}

/**
 * Watches the graphics context of a display, which the system may take away at any time and give back empty: then the display makes anew what
 * it made once. To be called when the display is there, whose renderer listens, too, and has to be the first.
 * @param {HTMLCanvasElement} canvas
 * @param {{renew: () => void}} display
 * @param {(lost: boolean) => void} changed
 */
export function watchContext(canvas, display, changed) {
  canvas.addEventListener('webglcontextlost', () => changed(true));
  canvas.addEventListener('webglcontextrestored', () => {
    display.renew();
    changed(false);
  });
}
