/** A press that lasts longer is no tap. */
const TAP_MS = 600;

/**
 * Turns pointers, wheel and keys on a canvas into a few movements. Positions and distances are physical pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number}} screen the canvas in physical pixels
 * @param {object} handler `grab(x, y, event)` (whether the pointer is taken by what lies there; it gets `pull(x, y, event)` and
 *   `drop(cancelled)` then), `begin()`, `move(dx, dy, x, y, event)`, `pinch(factor, angle, x, y)`, `wheel(factor, x, y)`, `end()`,
 *   `tap(x, y, event)` (down and up again in one place), `hover(x, y)`
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

  /** The pointer that holds something, and where the first one went down, as long as that may still be a tap. */
  let holding = null;
  let start = null;

  canvas.addEventListener('pointerdown', (event) => {
    if (pointers.size >= 2 || holding !== null) return;
    capture(canvas, event);
    const at = place(event);
    if (pointers.size === 0 && event.button === 0 && handler.grab(at.x, at.y, event)) {
      holding = event.pointerId;
      return;
    }
    pointers.set(event.pointerId, at);
    start = pointers.size === 1 && event.button === 0 ? { ...at, since: event.timeStamp } : null;
    if (pointers.size === 1) handler.begin();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (isUp(event)) release(event, false);
    if (event.pointerId === holding) {
      const at = place(event);
      handler.pull(at.x, at.y, event);
      return;
    }
    const before = pointers.get(event.pointerId);
    const now = place(event);
    if (before === undefined) {
      handler.hover(now.x, now.y);
      return;
    }
    if (start !== null) {
      // A hand is never quite still.
      const reach = (event.pointerType === 'touch' ? 10 : 4) * ratio();
      if (Math.hypot(now.x - start.x, now.y - start.y) < reach) return;
      start = null;
    }
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
  const release = (event, cancelled) => {
    if (event.pointerId === holding) {
      holding = null;
      handler.drop(cancelled);
      return;
    }
    if (!pointers.delete(event.pointerId)) return;
    if (start !== null && !cancelled && event.timeStamp - start.since < TAP_MS) handler.tap(start.x, start.y, event);
    start = null;
    if (pointers.size === 0) handler.end();
  };
  canvas.addEventListener('pointerup', (event) => release(event, false));
  canvas.addEventListener('pointercancel', (event) => release(event, true));
  // Comes behind pointerup, too; then the pointer is gone already.
  canvas.addEventListener('lostpointercapture', (event) => release(event, true));
  const letGo = () => {
    if (holding !== null) release({ pointerId: holding }, true);
    for (const pointerId of [...pointers.keys()]) release({ pointerId }, true);
  };
  document.addEventListener('visibilitychange', () => { if (document.hidden) letGo(); });
  addEventListener('pagehide', letGo);
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    // A sideways swipe of a touch pad moves nothing, and no page of the history either.
    if (event.deltaY === 0) return;
    const pixels = event.deltaY * (event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1);
    const { x, y } = place(event);
    handler.wheel(Math.exp(-Math.max(-300, Math.min(300, pixels)) * (event.ctrlKey ? 0.008 : 0.0018)), x, y);
  }, { passive: false });
}

/** Gives all that a pointer does to an element until it is let go; one that is gone already does no more. */
export function capture(element, event) {
  try {
    element.setPointerCapture(event.pointerId);
  } catch {
    // Its move without a button says that it is gone.
  }
}

/** Whether a pointer that moves was let go where the browser did not see it: outside the window, in a menu, in a dialog. */
export const isUp = (event) => event.buttons === 0 && event.pointerType !== 'touch';
