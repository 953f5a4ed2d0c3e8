/**
 * What members show in place of their picture: the calibration picture, for photographs, and who they are. Both are drawn in the wall's
 * coordinates, so that what crosses a bezel goes on behind it.
 */

import { memberColour } from './member.js';

/** The bar crosses the wall in this time, microseconds. */
const ROUND = 1_000_000;
/** The counter counts such steps of presentation time, microseconds, up to a thousand. */
const STEP = 1_000_000 / 60;
const INK = '#f2f5f9';
const FONT = 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif';

/** The number on the counter at a moment. */
export const counterAt = (moment) => Math.floor(moment / STEP) % 1000;
/** Where the bar is at a moment, as a part of the wall's width. */
export const barAt = (moment) => (moment % ROUND) / ROUND;

/** Wall units from one line to the next: 1, 2 or 5 times a power of ten, some thirty along the longer side. */
export function gridStep(wall) {
  const rough = Math.max(wall.width, wall.height) / 32;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

const number = (value) => String(Math.round(value * 100) / 100);

/** The picture on a canvas over the camera's. */
export class Overlay {
  constructor() {
    this.canvas = document.createElement('canvas');
    this.canvas.id = 'overlay';
    this.canvas.hidden = true;
    this.g = this.canvas.getContext('2d');
    this.still = document.createElement('canvas');
    this.key = '';
    /** @type {number[] | null} */
    this.bar = null;
  }

  hide() {
    this.canvas.hidden = true;
    this.key = '';
  }

  /**
   * @param {import('./member.js').Membership} member
   * @param {{width: number, height: number}} size in pixels
   * @param {number | undefined} moment of presentation; undefined: not known
   */
  draw(member, { width, height }, moment) {
    const { wall, part } = member;
    const key = JSON.stringify([wall.picture, wall.wall, wall.width, wall.height, wall.unit, wall.members, width, height]);
    this.canvas.hidden = false;
    if (key !== this.key) {
      this.key = key;
      this.bar = null;
      this.canvas.width = this.still.width = width;
      this.canvas.height = this.still.height = height;
      const g = this.still.getContext('2d');
      if (wall.picture === 'identify') drawIdentity(g, wall, part, width, height);
      else drawGrid(g, wall, part, width, height);
      this.g.drawImage(this.still, 0, 0);
    }
    if (wall.picture === 'calibration') this.#move(wall, part, width, height, moment);
  }

  /** The bar and the counter; only where they were and are. */
  #move(wall, part, width, height, moment) {
    const { g } = this;
    const scale = width / part.width;
    if (this.bar !== null) this.#restore(...this.bar);
    const size = Math.round(Math.min(height * 0.3, width * 0.22));
    const box = [Math.round(width / 2 - size * 1.05), Math.round(height * 0.5 - size * 0.55), Math.round(size * 2.1), Math.round(size * 1.1)];
    this.#restore(box[0], box[1], box[2], box[3]);
    this.bar = null;
    if (moment !== undefined) {
      const x = (barAt(moment) * wall.width - part.x) * scale;
      const wide = Math.max(2, wall.width * scale * 0.004);
      this.bar = [Math.floor(x - wide) - 1, 0, Math.ceil(2 * wide) + 3, height];
      g.fillStyle = '#ffd23f';
      g.fillRect(x - wide / 2, 0, wide, height);
    }
    g.fillStyle = '#000000';
    g.fillRect(box[0], box[1], box[2], box[3]);
    g.fillStyle = INK;
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    g.font = `700 ${moment === undefined ? size * 0.36 : size}px ${FONT}`;
    g.fillText(moment === undefined ? 'no clock yet' : String(counterAt(moment)).padStart(3, '0'), box[0] + box[2] / 2, box[1] + box[3] / 2);
  }

  #restore(x, y, width, height) {
    this.g.drawImage(this.still, x, y, width, height, x, y, width, height);
  }
}

function drawGrid(g, wall, part, width, height) {
  const scale = width / part.width;
  const toX = (x) => (x - part.x) * scale;
  const toY = (y) => (y - part.y) * scale;
  const line = Math.max(1, Math.round(Math.min(width, height) / 500));
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = '#12161c';
  g.fillRect(0, 0, width, height);

  const step = gridStep(wall);
  for (let i = 0; i * step <= wall.width; i++) stroke(g, i % 5 === 0 ? '#5d6b7d' : '#2c3541', line, [[toX(i * step), toY(0)], [toX(i * step), toY(wall.height)]]);
  for (let i = 0; i * step <= wall.height; i++) stroke(g, i % 5 === 0 ? '#5d6b7d' : '#2c3541', line, [[toX(0), toY(i * step)], [toX(wall.width), toY(i * step)]]);

  // lines that cross bezels at all angles: they have to go on straight behind them
  stroke(g, '#4fc3f7', 2 * line, [[toX(0), toY(0)], [toX(wall.width), toY(wall.height)]]);
  stroke(g, '#4fc3f7', 2 * line, [[toX(wall.width), toY(0)], [toX(0), toY(wall.height)]]);
  const [mx, my] = [wall.width / 2, wall.height / 2];
  const short = Math.min(wall.width, wall.height);
  for (const [x, y, r] of [[mx, my, short * 0.45], [mx, my, Math.hypot(mx, my) * 0.75], [short / 6, short / 6, short / 8], [wall.width - short / 6, short / 6, short / 8],
    [short / 6, wall.height - short / 6, short / 8], [wall.width - short / 6, wall.height - short / 6, short / 8]]) {
    g.strokeStyle = '#81c784';
    g.lineWidth = 2 * line;
    g.beginPath();
    g.arc(toX(x), toY(y), r * scale, 0, 2 * Math.PI);
    g.stroke();
  }

  drawScale(g, wall, part, width, height, line, toX);

  // the edges of what this screen covers: all four have to be seen, and equally wide
  const rim = 2 * line;
  g.strokeStyle = memberColour(wall, part.display);
  g.lineWidth = rim * 2;
  g.strokeRect(rim, rim, width - 2 * rim, height - 2 * rim);
  g.strokeStyle = INK;
  g.lineWidth = line;
  g.strokeRect(line / 2, line / 2, width - line, height - line);

  const size = Math.max(11, Math.min(width, height) * 0.05);
  g.textAlign = 'left';
  g.textBaseline = 'top';
  words(g, part.display, size * 1.6, size, size);
  words(g, `${number(part.width)} \u00d7 ${number(part.height)} ${wall.unit} at ${number(part.x)}, ${number(part.y)}`
    + `${part.turn ? `, turned ${part.turn}\u00b0` : ''}${part.position ? ', at an angle' : ''}${part.delay ? `, screen ${number(part.delay)} ms` : ''}`,
  size * 0.75, size, size * 2.9);
}

/** Milliseconds along the bar's way; each screen has its piece of the one scale. */
function drawScale(g, wall, part, width, height, line, toX) {
  const y = Math.round(height * 0.84);
  const size = Math.max(9, Math.min(width, height) * 0.035);
  g.fillStyle = '#000000';
  g.fillRect(0, y - size * 0.4, width, size * 3);
  g.textAlign = 'center';
  g.textBaseline = 'top';
  for (let ms = 0; ms <= 1000; ms += 10) {
    const x = toX((ms / 1000) * wall.width);
    if (x < -width || x > 2 * width) continue;
    const long = ms % 100 === 0 ? 1.2 : ms % 50 === 0 ? 0.9 : 0.5;
    stroke(g, INK, ms % 100 === 0 ? 2 * line : line, [[x, y], [x, y + size * long]]);
    if (ms % 100 !== 0) continue;
    g.fillStyle = INK;
    g.font = `600 ${size}px ${FONT}`;
    g.fillText(`${ms}`, x, y + size * 1.3);
  }
  stroke(g, INK, line, [[toX(0), y], [toX(wall.width), y]]);
}

function drawIdentity(g, wall, part, width, height) {
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = memberColour(wall, part.display);
  g.fillRect(0, 0, width, height);
  g.fillStyle = '#ffffff';
  g.strokeStyle = '#ffffff';
  g.lineWidth = Math.max(4, Math.min(width, height) * 0.02);
  g.strokeRect(g.lineWidth, g.lineWidth, width - 2 * g.lineWidth, height - 2 * g.lineWidth);
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  const place = wall.members.findIndex(({ display }) => display === part.display) + 1;
  let size = Math.min(height * 0.3, width * 0.3);
  g.font = `700 ${size}px ${FONT}`;
  size *= Math.min(1, (width * 0.86) / g.measureText(part.display).width);
  g.font = `700 ${size}px ${FONT}`;
  g.fillText(part.display, width / 2, height * 0.45);
  g.font = `600 ${Math.max(12, Math.min(width, height) * 0.06)}px ${FONT}`;
  g.fillText(`${place} of ${wall.members.length}, ${wall.title ?? wall.wall}`, width / 2, height * 0.45 + size * 0.55 + Math.min(width, height) * 0.08);
  // which way is up
  const up = Math.min(width, height) * 0.05;
  g.beginPath();
  g.moveTo(width / 2, up * 1.2);
  g.lineTo(width / 2 - up, up * 2.6);
  g.lineTo(width / 2 + up, up * 2.6);
  g.fill();
}

function words(g, text, size, x, y) {
  g.font = `600 ${size}px ${FONT}`;
  g.fillStyle = '#12161cd0';
  g.fillRect(x - size * 0.2, y - size * 0.1, g.measureText(text).width + size * 0.4, size * 1.25);
  g.fillStyle = INK;
  g.fillText(text, x, y);
}

function stroke(g, colour, width, points) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.beginPath();
  g.moveTo(points[0][0], points[0][1]);
  for (const [x, y] of points.slice(1)) g.lineTo(x, y);
  g.stroke();
}
