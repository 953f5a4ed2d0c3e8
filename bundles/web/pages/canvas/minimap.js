import { cameraColour, css } from '../shared/appearance.js';
import { capture, isUp } from '../shared/gestures.js';
import { fittedZoom } from '../shared/views.js';

const PADDING = 0.12;
/** More cameras than this are no overview any more; only the one followed is shown then. */
export const MOST_CAMERAS = 64;

/**
 * The overview of the canvas: where each 2D camera looks that says how large its sender's view is, where this display looks, and
 * who drives. A press leads there.
 */
export class Minimap {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('../../client/compositor-client.js').CompositorClient} client
   * @param {(x: number, y: number) => void} go in world units
   */
  constructor(canvas, client, go) {
    this.canvas = canvas;
    this.client = client;
    /** World rectangle that is shown: middle and width; it changes in steps, so that it does not swim. */
    this.center = [0, 0];
    this.span = 0;
    /** Where names stand already: left, right, base line. @type {number[][]} */
    this.named = [];
    const lead = (event) => {
      const box = canvas.getBoundingClientRect();
      const scale = this.span / box.width;
      go(this.center[0] + (event.clientX - box.left - box.width / 2) * scale, this.center[1] + (event.clientY - box.top - box.height / 2) * scale);
    };
    canvas.addEventListener('pointerdown', (event) => {
      capture(canvas, event);
      lead(event);
    });
    canvas.addEventListener('pointermove', (event) => { if (!isUp(event) && canvas.hasPointerCapture(event.pointerId)) lead(event); });
  }

  get open() {
    return !this.canvas.hidden;
  }

  set open(open) {
    this.canvas.hidden = !open;
    this.span = 0;
  }

  /** The cameras to show: 2D, with a size. */
  /** @returns {Generator<any>} */
  * #cameras(followed) {
    const { cameras } = this.client;
    for (const message of cameras.values()) {
      if (message.view.kind !== '2d' || !message.view.size) continue;
      if (cameras.size <= MOST_CAMERAS || message.camera === followed) yield message;
    }
  }

  /** Draws anew; a few times a second. */
  draw(view, screen, followed, palette) {
    if (!this.open || view?.kind !== '2d') return;
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (width === 0) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const own = { center: view.center, zoom: fittedZoom(view, screen.width, screen.height, screen.fit), rotation: view.rotation, size: [screen.width, screen.height] };
    this.#frame(own, followed, width / height);
    const g = canvas.getContext('2d');
    const scale = width / this.span;
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, width, height);
    this.#grid(g, width, height, scale, palette, ratio);
    this.named.length = 0;
    for (const { camera, view: other } of this.#cameras(followed)) {
      this.#box(g, other, width, height, scale, css(cameraColour(camera)), 1.5 * ratio, camera === followed);
      this.#name(g, camera, other, width, height, scale, ratio);
    }
    this.#box(g, own, width, height, scale, css(palette.accent), 2.5 * ratio, true);
  }

  /** What is shown: everything that looks, at a width of a power of two, and moved only when it has to be. */
  #frame(own, followed, aspect) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const add = ({ center, zoom, rotation, size }) => {
      const [cos, sin] = [Math.abs(Math.cos(rotation)), Math.abs(Math.sin(rotation))];
      const w = (cos * size[0] + sin * size[1]) / zoom / 2;
      const h = (sin * size[0] + cos * size[1]) / zoom / 2;
      left = Math.min(left, center[0] - w);
      right = Math.max(right, center[0] + w);
      top = Math.min(top, center[1] - h);
      bottom = Math.max(bottom, center[1] + h);
    };
    add(own);
    for (const { view } of this.#cameras(followed)) add(view);
    const wanted = Math.max(right - left, (bottom - top) * aspect) * (1 + 2 * PADDING);
    const [shownX, shownY] = [this.span / 2, this.span / 2 / aspect];
    const inside = left >= this.center[0] - shownX && right <= this.center[0] + shownX && top >= this.center[1] - shownY && bottom <= this.center[1] + shownY;
    if (inside && wanted > this.span / 4) return;
    this.span = 2 ** Math.ceil(Math.log2(wanted * 1.3));
    const step = this.span / 8;
    this.center[0] = Math.round((left + right) / 2 / step) * step;
    this.center[1] = Math.round((top + bottom) / 2 / step) * step;
  }

  #grid(g, width, height, scale, palette, ratio) {
    const step = this.span / 8;
    g.strokeStyle = css(palette.line);
    g.globalAlpha = 0.14;
    g.lineWidth = ratio;
    g.beginPath();
    for (let i = -8; i <= 8; i++) {
      const at = Math.round(width / 2 + i * step * scale) + 0.5;
      const down = Math.round(height / 2 + i * step * scale) + 0.5;
      g.moveTo(at, 0);
      g.lineTo(at, height);
      g.moveTo(0, down);
      g.lineTo(width, down);
    }
    g.stroke();
    g.globalAlpha = 1;
  }

  #box(g, { center, zoom, rotation, size }, width, height, scale, colour, line, filled) {
    // With positive rotation the content turns clockwise, so the view of it turns the other way.
    g.setTransform(1, 0, 0, 1, width / 2 + (center[0] - this.center[0]) * scale, height / 2 + (center[1] - this.center[1]) * scale);
    g.rotate(-rotation);
    const w = Math.max(3, (size[0] / zoom) * scale);
    const h = Math.max(3, (size[1] / zoom) * scale);
    g.fillStyle = colour;
    g.globalAlpha = filled ? 0.16 : 0.07;
    g.fillRect(-w / 2, -h / 2, w, h);
    g.globalAlpha = 1;
    g.strokeStyle = colour;
    g.lineWidth = line;
    g.strokeRect(-w / 2, -h / 2, w, h);
    g.setTransform(1, 0, 0, 1, 0, 0);
  }

  #name(g, camera, view, width, height, scale, ratio) {
    const text = nameOf(camera, this.client);
    g.font = `600 ${10 * ratio}px system-ui, "Noto Sans", "DejaVu Sans", sans-serif`;
    const wide = g.measureText(text).width;
    const middle = width / 2 + (view.center[0] - this.center[0]) * scale;
    const x = Math.max(4, Math.min(width - wide - 4, middle - wide / 2));
    const y = Math.max(12 * ratio, height / 2 + (view.center[1] - this.center[1]) * scale - (view.size[1] / view.zoom / 2) * scale - 4 * ratio);
    // One name over another is no name.
    if (this.named.some(([left, right, base]) => x < right && x + wide > left && Math.abs(y - base) < 11 * ratio)) return;
    this.named.push([x, x + wide, y]);
    g.fillStyle = css(cameraColour(camera));
    g.fillText(text, x, y);
  }
}

/** A camera, and the display that drives it. */
export function nameOf(camera, client) {
  const control = client.control.get(camera);
  return control?.session === undefined ? camera : `${camera} · ${control.holder}`;
}
