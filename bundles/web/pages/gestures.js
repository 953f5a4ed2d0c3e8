/**
 * Turns pointers, wheel and keys on a canvas into a few movements. Positions and distances are physical pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number}} screen the canvas in physical pixels
 * @param {object} handler `begin()`, `move(dx, dy, x, y, event)`, `pinch(factor, angle, x, y)`, `wheel(factor, x, y)`,
 *   `end()`, `key(name, event)` (whether it meant something)
 */
export function listen(canvas, screen, handler) {
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  const ratio = () => screen.width / Math.max(1, canvas.clientWidth);
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) * ratio(), y: (event.clientY - box.top) * ratio() };
  };
  const other = (id) => {
    for (const [key, pointer] of pointers) if (key !== id) return pointer;
    return undefined;
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (pointers.size >= 2) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) handler.begin();
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = place(event);
    pointers.set(event.pointerId, now);
    const fixed = other(event.pointerId);
    if (fixed === undefined) {
      handler.move(now.x - before.x, now.y - before.y, now.x, now.y, event);
      return;
    }
    handler.move((now.x - before.x) / 2, (now.y - before.y) / 2, (now.x + fixed.x) / 2, (now.y + fixed.y) / 2, event);
    const [ax, ay, bx, by] = [before.x - fixed.x, before.y - fixed.y, now.x - fixed.x, now.y - fixed.y];
    const length = Math.hypot(ax, ay);
    if (length > 4) {
      handler.pinch(
        Math.max(0.2, Math.hypot(bx, by) / length), Math.atan2(ax * by - ay * bx, ax * bx + ay * by),
        (now.x + fixed.x) / 2, (now.y + fixed.y) / 2,
      );
    }
  });
  const release = (event) => {
    if (pointers.delete(event.pointerId) && pointers.size === 0) handler.end();
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1);
    const { x, y } = place(event);
    handler.wheel(Math.exp(-Math.max(-300, Math.min(300, pixels)) * (event.ctrlKey ? 0.008 : 0.0018)), x, y);
  }, { passive: false });
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (handler.key(event.key.length === 1 ? event.key.toLowerCase() : event.key, event)) event.preventDefault();
  });
}
