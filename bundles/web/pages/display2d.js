/** The infinite canvas: a grid and cards that repeat nowhere, drawn around whatever point the camera looks at. */

import 'pixi.js/unsafe-eval';
import { BitmapFont, BitmapText, Container, Graphics, Rectangle, Sprite, Texture, WebGLRenderer } from 'pixi.js';
import { HOME_2D } from './homes.js';
import { fittedZoom } from './views.js';

const HOME = HOME_2D.center;

const GROUND = 0x0f141b;
/** As many pixels as a processor draws often enough without a graphics card. */
const SOFTWARE_PIXELS = 400_000;
const CELL = 512;
const STEP = 2;
const CELL_PIXELS = 190;
const LINE_STEP = 4;
const CARD_ROWS = 5;
const CARD_KINDS = 4;
const CARD_WIDTH = 384;
const CARD_HEIGHT = 288;
const MAX_CARDS = 400;
const MAX_LINES = 160;
const COLOURS = ['#7cc4ff', '#f2b872', '#9d8cf0', '#62d29b', '#f08fa8'];

export class Display2d {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{software: boolean}} graphics
   */
  static async create(canvas, { software }) {
    const renderer = new WebGLRenderer();
    await renderer.init({
      canvas, width: 16, height: 16, resolution: 1, antialias: !software, background: GROUND, eventMode: 'none',
    });
    return new Display2d(renderer, software);
  }

  constructor(renderer, software) {
    this.software = software;
    this.renderer = renderer;
    this.width = 16;
    this.height = 16;
    this.stage = new Container();
    this.world = new Container();
    this.stage.addChild(this.world);
    this.lines = new Container();
    this.world.addChild(this.lines);
    BitmapFont.install({
      name: 'label',
      style: { fontFamily: 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif', fontSize: 44, fontWeight: '600', fill: 0xffffff },
      chars: '0123456789-,·MkGT.',
    });
    this.cards = cardTextures(software);
    this.near = new CardLayer(this.world, this.cards);
    this.far = new CardLayer(this.world, this.cards);
    this.home = new Graphics()
      .circle(0, 0, 9).stroke({ width: 2, color: 0xf2b872 })
      .moveTo(-18, 0).lineTo(-5, 0).moveTo(5, 0).lineTo(18, 0)
      .moveTo(0, -18).lineTo(0, -5).moveTo(0, 5).lineTo(0, 18).stroke({ width: 2, color: 0xf2b872 });
    this.world.addChild(this.home);
    this.edges = [0, 1, 2, 3].map((i) => {
      const edge = new Sprite(Texture.WHITE);
      edge.tint = i < 2 ? 0x000000 : 0x7cc4ff;
      edge.alpha = i < 2 ? 0.22 : 0.28;
      this.stage.addChild(edge);
      return edge;
    });
    this.origin = [0, 0];
    this.bounds = [0, 0, 0, 0];
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    const scale = this.software ? Math.min(1, Math.sqrt(SOFTWARE_PIXELS / (width * height))) : 1;
    this.renderer.resize(width, height, scale);
  }

  /** Draws the view, which may come from a screen of another size. */
  render(view, fit) {
    const { width, height, world, origin } = this;
    const zoom = fittedZoom(view, width, height, fit);
    const cos = Math.cos(view.rotation);
    const sin = Math.sin(view.rotation);
    const [x, y] = view.center;

    // World points are far from zero; what goes to the graphics card is relative to a point nearby.
    const halfWidth = (Math.abs(cos) * width + Math.abs(sin) * height) / 2 / zoom;
    const halfHeight = (Math.abs(sin) * width + Math.abs(cos) * height) / 2 / zoom;
    this.bounds[0] = x - halfWidth;
    this.bounds[1] = y - halfHeight;
    this.bounds[2] = x + halfWidth;
    this.bounds[3] = y + halfHeight;
    const level = Math.log(CELL_PIXELS / (CELL * zoom)) / Math.log(STEP);
    const whole = Math.ceil(level);
    const cell = CELL * STEP ** whole;
    origin[0] = Math.floor(x / cell) * cell;
    origin[1] = Math.floor(y / cell) * cell;
    const dx = origin[0] - x;
    const dy = origin[1] - y;
    world.position.set(width / 2 + zoom * (cos * dx - sin * dy), height / 2 + zoom * (sin * dx + cos * dy));
    world.rotation = view.rotation;
    world.scale.set(zoom);

    // Each level fades in while the finer one before it fades out.
    const fade = Math.min(1, Math.max(0, (level - (whole - 1)) * 4));
    this.near.show(this.bounds, origin, cell, fade);
    this.far.show(this.bounds, origin, cell / STEP, 1 - fade);
    this.#drawLines(zoom);
    this.home.position.set(HOME[0] - origin[0], HOME[1] - origin[1]);
    this.home.scale.set(1 / zoom);
    this.#drawEdges(view, zoom);
    this.renderer.render(this.stage);
  }

  #drawLines(zoom) {
    let step = 64;
    while (step * zoom < 36) step *= LINE_STEP;
    while (step * zoom >= 36 * LINE_STEP) step /= LINE_STEP;
    const [left, top, right, bottom] = this.bounds;
    const thickness = Math.max(1, 1 / this.renderer.resolution) / zoom;
    let used = 0;
    for (let axis = 0; axis < 2; axis++) {
      const from = Math.floor((axis === 0 ? left : top) / step);
      const to = Math.ceil((axis === 0 ? right : bottom) / step);
      for (let i = from; i <= to && used < MAX_LINES; i++) {
        const line = this.#line(used++);
        line.alpha = i % LINE_STEP === 0 ? 0.15 : 0.055;
        if (axis === 0) {
          line.position.set(i * step - this.origin[0] - thickness / 2, top - this.origin[1]);
          line.scale.set(thickness, bottom - top);
        } else {
          line.position.set(left - this.origin[0], i * step - this.origin[1] - thickness / 2);
          line.scale.set(right - left, thickness);
        }
      }
    }
    for (let i = used; i < this.lines.children.length; i++) this.lines.children[i].visible = false;
  }

  #line(index) {
    let line = this.lines.children[index];
    if (line === undefined) {
      line = new Sprite(Texture.WHITE);
      line.tint = 0xbfd4ee;
      this.lines.addChild(line);
    }
    line.visible = true;
    return line;
  }

  /** Dims what the sender of the view does not see on its own screen. */
  #drawEdges(view, zoom) {
    const [first, second, lineA, lineB] = this.edges;
    const w = view.size ? (view.size[0] * zoom) / view.zoom : this.width;
    const h = view.size ? (view.size[1] * zoom) / view.zoom : this.height;
    const gapX = (this.width - w) / 2;
    const gapY = (this.height - h) / 2;
    const sides = gapX > gapY;
    const gap = Math.max(gapX, gapY);
    const visible = gap >= 2;
    for (const edge of this.edges) edge.visible = visible;
    if (!visible) return;
    const across = sides ? this.height : this.width;
    const along = sides ? this.width : this.height;
    const place = (sprite, start, length) => {
      sprite.position.set(sides ? start : 0, sides ? 0 : start);
      sprite.scale.set(sides ? length : across, sides ? across : length);
    };
    place(first, 0, gap);
    place(second, along - gap, gap);
    place(lineA, gap - 1, 1);
    place(lineB, along - gap, 1);
  }
}

/** Cards of one size, in a lattice of cells of which some stay empty. Rebuilt only when other cells come into view. */
class CardLayer {
  constructor(parent, textures) {
    this.container = new Container();
    parent.addChild(this.container);
    this.textures = textures;
    this.cards = [];
    this.key = [NaN, NaN, NaN, NaN, NaN, NaN, NaN];
  }

  show(bounds, origin, cell, alpha) {
    this.container.visible = alpha > 0.01;
    this.container.alpha = alpha;
    if (!this.container.visible) return;
    const left = Math.floor(bounds[0] / cell);
    const top = Math.floor(bounds[1] / cell);
    const right = Math.floor(bounds[2] / cell);
    const bottom = Math.floor(bounds[3] / cell);
    const { key } = this;
    if (key[0] === left && key[1] === top && key[2] === right && key[3] === bottom && key[4] === cell
      && key[5] === origin[0] && key[6] === origin[1]) return;
    key[0] = left;
    key[1] = top;
    key[2] = right;
    key[3] = bottom;
    key[4] = cell;
    key[5] = origin[0];
    key[6] = origin[1];
    let used = 0;
    for (let j = top; j <= bottom; j++) {
      for (let i = left; i <= right && used < MAX_CARDS; i++) {
        const h = hash(i, j, cell);
        if (h % 100 >= 78) continue;
        this.#place(this.#card(used++), i, j, h, cell, origin);
      }
    }
    for (let i = used; i < this.cards.length; i++) this.cards[i].box.visible = false;
  }

  #card(index) {
    let card = this.cards[index];
    if (card === undefined) {
      card = { box: new Container(), face: new Sprite(), label: new BitmapText({ text: '', style: { fontFamily: 'label', fontSize: 26 } }) };
      card.label.position.set(26, 17);
      card.label.alpha = 0.9;
      card.box.addChild(card.face, card.label);
      this.container.addChild(card.box);
      this.cards[index] = card;
    }
    card.box.visible = true;
    return card;
  }

  #place(card, i, j, h, cell, origin) {
    const scale = (cell / CELL) * (0.88 + ((h >>> 8) % 100) / 400);
    const free = cell - scale * CARD_WIDTH;
    const freeDown = cell - scale * CARD_HEIGHT;
    card.face.texture = this.textures[(h >>> 16) % this.textures.length];
    card.label.text = `${short(i * cell)} · ${short(j * cell)}`;
    card.box.scale.set(scale);
    card.box.position.set(
      i * cell - origin[0] + free * (0.1 + ((h >>> 4) % 64) / 80),
      j * cell - origin[1] + freeDown * (0.1 + ((h >>> 10) % 64) / 80),
    );
  }
}

/** A coordinate in few characters. */
function short(value) {
  const size = Math.abs(value);
  if (size >= 1e12) return `${(value / 1e12).toFixed(1)}T`;
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (size >= 1e7) return `${(value / 1e6).toFixed(1)}M`;
  return String(Math.round(value));
}

/** The same 32 bits for the same cell, always. */
function hash(i, j, cell) {
  let h = Math.imul(i | 0, 0x9e3779b1) ^ Math.imul(j | 0, 0x85ebca77) ^ Math.imul(Math.log2(cell) | 0, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Draws the faces of the cards into one sheet, so that all of them go to the screen in one batch. */
function cardTextures(software) {
  const sheet = document.createElement('canvas');
  sheet.width = CARD_WIDTH * CARD_KINDS;
  sheet.height = CARD_HEIGHT * CARD_ROWS;
  const g = sheet.getContext('2d');
  const source = Texture.from(sheet).source;
  source.autoGenerateMipmaps = !software;
  const textures = [];
  for (let row = 0; row < CARD_ROWS; row++) {
    for (let column = 0; column < CARD_KINDS; column++) {
      g.save();
      g.translate(column * CARD_WIDTH, row * CARD_HEIGHT);
      drawCard(g, column, COLOURS[row], row);
      g.restore();
      textures.push(new Texture({
        source, frame: new Rectangle(column * CARD_WIDTH, row * CARD_HEIGHT, CARD_WIDTH, CARD_HEIGHT),
      }));
    }
  }
  source.update();
  return textures;
}

function drawCard(g, kind, colour, row) {
  const box = (x, y, w, h, r, fill) => {
    g.beginPath();
    g.roundRect(x, y, w, h, r);
    g.fillStyle = fill;
    g.fill();
  };
  box(4, 4, CARD_WIDTH - 8, CARD_HEIGHT - 8, 16, '#1b2431');
  g.lineWidth = 2;
  g.strokeStyle = '#364458';
  g.stroke();
  box(26, 58, 44, 5, 2.5, colour);
  const quiet = '#3a485c';
  if (kind === 0) {
    [300, 262, 318, 190, 286, 120].forEach((w, i) => box(26, 92 + i * 28, w, 10, 5, quiet));
  } else if (kind === 1) {
    for (let i = 0; i < 8; i++) {
      const h = 34 + ((i * 53 + row * 37) % 118);
      g.globalAlpha = i === 5 ? 1 : 0.5;
      box(30 + i * 41, 252 - h, 26, h, 5, colour);
      g.globalAlpha = 1;
    }
  } else if (kind === 2) {
    g.save();
    g.beginPath();
    g.roundRect(26, 88, CARD_WIDTH - 52, 168, 10);
    g.clip();
    g.fillStyle = '#263140';
    g.fillRect(0, 0, CARD_WIDTH, CARD_HEIGHT);
    g.fillStyle = colour;
    g.globalAlpha = 0.9;
    g.beginPath();
    g.arc(284 - row * 34, 138, 22, 0, 7);
    g.fill();
    g.globalAlpha = 0.3;
    for (const [x, peak] of [[-40, 130], [70, 158], [190, 120]]) {
      g.beginPath();
      g.moveTo(x, 260);
      g.lineTo(x + 110, peak);
      g.lineTo(x + 240, 260);
      g.fill();
    }
    g.restore();
  } else {
    g.strokeStyle = '#46566b';
    g.lineWidth = 3;
    const nodes = [[34, 96, 92, 46], [34, 194, 92, 46], [166, 144, 84, 46], [286, 96, 72, 46], [286, 194, 72, 46]];
    for (const [a, b] of [[0, 2], [1, 2], [2, 3], [2, 4]]) {
      const from = [nodes[a][0] + nodes[a][2], nodes[a][1] + 23];
      const to = [nodes[b][0], nodes[b][1] + 23];
      g.beginPath();
      g.moveTo(...from);
      g.bezierCurveTo((from[0] + to[0]) / 2, from[1], (from[0] + to[0]) / 2, to[1], ...to);
      g.stroke();
    }
    nodes.forEach(([x, y, w, h], i) => {
      g.globalAlpha = i === 2 ? 1 : 0.38;
      box(x, y, w, h, 9, i === 2 ? colour : '#8d98a8');
      g.globalAlpha = 1;
    });
  }
}
