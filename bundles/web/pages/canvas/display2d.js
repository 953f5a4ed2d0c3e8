/**
 * The infinite canvas. Everything is placed in screen pixels around the middle of the screen, by arithmetic in doubles: what lies
 * ten million units from the origin is as crisp as what lies on it.
 */

import 'pixi.js/unsafe-eval';
import { BitmapFont, BitmapText, Container, extensions, ExtensionType, Graphics, Sprite, Texture, WebGLRenderer } from 'pixi.js';
import { cameraColour } from '../shared/appearance.js';
import { keyHeaders } from '../shared/connection.js';
import { coordinate, factorOf, labelStep, lineLevels } from './grid.js';
import { HOME_2D } from '../shared/homes.js';
import { MOST_CAMERAS, nameOf } from './minimap.js';
import { TilePyramid } from './tiles.js';
import { TilesetLayer } from './tilesetlayer.js';
import { fittedZoom } from '../shared/views.js';

/** As many pixels as a processor draws often enough without a graphics card. */
const SOFTWARE_PIXELS = 700_000;
const MAX_LINES = 1_600;
const LABEL_COLUMNS = 16;
const LABEL_ROWS = 12;
const LABEL_SIZE = 11;
const MAX_FRAMES = 24;

/**
 * Has each draw call read two textures at most. For more, each pixel goes through a longer chain of comparisons, all of which a processor works
 * out: a frame takes it several times as long. With one texture PixiJS 8.22 would make a draw call of each letter: it forgets the texture that a
 * batch begins with.
 */
class TwoTextures {
  static extension = { type: [ExtensionType.WebGLSystem], name: 'twoTextures' };

  /** @param {WebGLRenderer} renderer whose limits are read when it has its context, before this */
  constructor(renderer) {
    this.renderer = renderer;
  }

  contextChange() {
    this.renderer.limits.maxBatchableTextures = 2;
  }

  destroy() {}
}

export class Display2d {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('../shared/page.js').Page} page
   * @param {import('../shared/page.js').Owner} owner
   */
  static async create(canvas, page, owner) {
    const renderer = new WebGLRenderer();
    if (page.graphics.software) extensions.add(TwoTextures);
    await renderer.init({
      canvas, width: 16, height: 16, resolution: 1, antialias: !page.graphics.software, background: page.palette.ground, eventMode: 'none',
    });
    return new Display2d(renderer, page, owner);
  }

  constructor(renderer, page, owner) {
    this.page = page;
    this.owner = owner;
    this.software = page.graphics.software;
    this.renderer = renderer;
    this.width = 16;
    this.height = 16;
    this.ratio = 1;
    /** How often the letters were drawn into a picture. */
    this.lettered = 0;
    this.stage = new Container();
    /** Turned and centred as the view is; not scaled. */
    this.world = new Container();
    this.stage.addChild(this.world);
    this.tileLayer = new TileLayer(this.world);
    this.tilesetLayer = new TilesetLayer(this.world, page, owner);
    this.squares = layer(this.world);
    this.lines = layer(this.world);
    this.labels = layer(this.world);
    this.labelSlots = [];
    this.turn = 0;
    this.home = new Graphics();
    this.world.addChild(this.home);
    this.framesLayer = layer(this.world);
    /** Above all frames: letters and white corners by turns would each be a draw call of their own. */
    this.namesLayer = layer(this.world);
    this.frameSlots = [];
    this.edges = [0, 1, 2, 3].map(() => {
      const edge = new Sprite(Texture.WHITE);
      this.stage.addChild(edge);
      return edge;
    });
    this.levels = [0, 1, 2].map(() => ({ step: 1, alpha: 1 }));
    this.bounds = [0, 0, 0, 0];
    this.coming = [0, 0, 0, 0];
    this.view = { x: 0, y: 0, zoom: 1, straight: true };
    this.overview = null;
    this.framesUsed = 0;
    /** One function for all frames: `forEach` makes no objects, unlike an iterator. */
    this.drawFrame = ({ camera, view }) => {
      if (this.framesUsed === MAX_FRAMES || camera === this.overview || view.kind !== '2d' || !view.size) return;
      this.#frame(this.framesUsed++, camera, view);
    };
    this.restyle();
  }

  resize(width, height) {
    const scale = this.software ? Math.min(1, Math.sqrt(SOFTWARE_PIXELS / (width * height))) : 1;
    const wanted = this.page.settings.window.pixelRatio;
    const own = this.page.ratio ?? (globalThis.devicePixelRatio || 1);
    this.width = width;
    this.height = height;
    this.renderer.resize(width, height, Math.min(scale, wanted > 0 ? wanted / own : 1));
    if (this.ratio !== own) {
      this.ratio = own;
      this.restyle();
    }
  }

  /** The graphics context came back, empty; with it the pictures may be gone that letters were drawn into. */
  renew() {
    this.lettered++;
    this.restyle();
  }

  /** Takes over the operator's settings and the colours of the page. */
  restyle() {
    const { page } = this;
    const { palette, settings } = page;
    const ground = settings.background === null ? palette.ground : Number.parseInt(settings.background.slice(1), 16);
    this.renderer.background.color = ground;
    this.lineColour = settings.grid.color === null ? contrast(ground, palette) : Number.parseInt(settings.grid.color.slice(1), 16);
    // A font of its own for each pixel ratio, so that letters are drawn pixel by pixel and not scaled.
    const font = `coordinates-${this.ratio}-${this.lettered}`;
    if (this.font !== font) {
      this.font = font;
      this.fontSize = Math.round(LABEL_SIZE * this.ratio);
      // On tiles letters have a dark rim, whatever is under them.
      for (const [name, stroke] of /** @type {[string, import('pixi.js').StrokeInput | undefined][]} */ ([[font, undefined], [`${font}-rim`, { color: 0x000000, width: 3 * this.ratio, join: 'round' }]])) {
        BitmapFont.install({
          name,
          style: { fontFamily: 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif', fontSize: this.fontSize, fontWeight: '500', fill: 0xffffff, stroke },
          chars: [['a', 'z'], ['A', 'Z'], ['0', '9'], ' ,.−-·e+/_\u2009'],
          resolution: 1,
          padding: 4,
        });
      }
      for (const { name } of this.frameSlots) name.style = { fontFamily: font, fontSize: this.fontSize, fill: 0xffffff };
    }
    for (const slot of this.labelSlots) if (slot) slot.units = undefined;
    this.home.clear().circle(0, 0, 8).moveTo(-15, 0).lineTo(-4, 0).moveTo(4, 0).lineTo(15, 0).moveTo(0, -15).lineTo(0, -4).moveTo(0, 4).lineTo(0, 15)
      .stroke({ width: 1.5, color: palette.warm });
    this.home.scale.set(this.ratio);
    for (let i = 0; i < 4; i++) {
      this.edges[i].tint = i < 2 ? palette.ground : palette.accent;
      this.edges[i].alpha = i < 2 ? 0.6 : 0.35;
    }
    this.tileLayer.configure(settings.canvas, page, this.owner);
    if (this.width > 16) this.resize(this.width, this.height);
  }

  /**
   * Draws the view, which may come from a screen of another size.
   * @param {string | null} overview the camera followed, where those of the others are to be seen too
   * @param {number[] | null} [origin] where the middle of the view lies, whole pixels from the upper left corner; null: in the middle. A
   *   screen of a wall draws with the wall's middle, so that all of them round to the same pixels.
   */
  render(view, fit, overview, origin = null) {
    const { width, height, world, bounds } = this;
    const zoom = fittedZoom(view, width, height, fit);
    this.view.x = view.center[0];
    this.view.y = view.center[1];
    this.view.zoom = zoom;
    this.view.straight = Math.abs(Math.sin(view.rotation)) < 1e-9;
    this.#boundsOf(view, zoom, origin, bounds);
    world.position.set(origin === null ? Math.floor(width / 2) : origin[0], origin === null ? Math.floor(height / 2) : origin[1]);
    world.rotation = view.rotation;

    let tiled = this.tileLayer.draw(bounds, this.view);
    tiled = this.tilesetLayer.draw(bounds, this.view, coverSquare) || tiled;
    const { grid } = this.page.settings;
    this.lines.visible = grid.visible;
    this.labels.visible = grid.visible;
    this.squares.visible = grid.visible && !tiled;
    if (grid.visible) {
      this.#drawLines(grid, zoom, tiled);
      this.#drawLabels(grid, zoom, tiled);
    }
    this.#place(this.home, HOME_2D.center[0], HOME_2D.center[1]);
    this.#drawFrames(overview);
    this.#drawEdges(view, zoom);
    this.renderer.render(this.stage);
  }

  /**
   * Whether all tiles are there for a change that will be shown with this view.
   * @param {number} seq of the change
   */
  prepared(seq, view, fit) {
    const zoom = fittedZoom(view, this.width, this.height, fit);
    return this.tilesetLayer.prepared(seq, this.#boundsOf(view, zoom, null, this.coming), zoom);
  }

  /** Left, upper, right and lower edge of a view in the world. */
  #boundsOf(view, zoom, origin, out) {
    const { width, height } = this;
    const cos = Math.cos(view.rotation);
    const sin = Math.sin(view.rotation);
    const halfWidth = (Math.abs(cos) * width + Math.abs(sin) * height) / 2 / zoom;
    const halfHeight = (Math.abs(sin) * width + Math.abs(cos) * height) / 2 / zoom;
    // from the middle of the view to that of the screen, in the world
    const right = origin === null ? 0 : (cos * (width / 2 - origin[0]) + sin * (height / 2 - origin[1])) / zoom;
    const down = origin === null ? 0 : (cos * (height / 2 - origin[1]) - sin * (width / 2 - origin[0])) / zoom;
    out[0] = view.center[0] + right - halfWidth;
    out[1] = view.center[1] + down - halfHeight;
    out[2] = view.center[0] + right + halfWidth;
    out[3] = view.center[1] + down + halfHeight;
    return out;
  }

  /** Puts something at a world point; on whole pixels while nothing is turned. */
  #place(thing, x, y) {
    const { view } = this;
    const px = (x - view.x) * view.zoom;
    const py = (y - view.y) * view.zoom;
    // What is far outside is not drawn, and floats could not tell where it is.
    thing.visible = Math.abs(px) < 1e5 && Math.abs(py) < 1e5;
    thing.position.set(view.straight ? Math.round(px) : px, view.straight ? Math.round(py) : py);
  }

  #drawLines(grid, zoom, tiled) {
    const { bounds, levels, view } = this;
    const factor = factorOf(grid);
    const count = lineLevels(grid, zoom / this.ratio, levels);
    const thickness = Math.max(1, Math.round(this.ratio)) / Math.min(1, this.renderer.resolution);
    let used = 0;
    // The coarse ones first: should there be too many, fine ones are missing.
    for (let level = count - 1; level >= 0; level--) {
      const { step, alpha } = levels[level];
      const above = level + 1 < count ? levels[level + 1].step : Infinity;
      const strength = alpha * (level === 0 ? 0.1 : level === 1 ? 0.17 : 0.26) * (tiled ? 0.8 : 1);
      for (let axis = 0; axis < 2; axis++) {
        const middle = axis === 0 ? view.x : view.y;
        const from = Math.ceil(bounds[axis] / step);
        const to = Math.floor(bounds[axis + 2] / step);
        for (let i = from; i <= to && used < MAX_LINES; i++) {
          // The line of a coarser level is drawn there.
          if (above !== Infinity && i % factor === 0) continue;
          const line = this.#sprite(this.lines, used++);
          const at = (i * step - middle) * zoom;
          const place = (view.straight ? Math.round(at) : at) - thickness / 2;
          const start = (axis === 0 ? bounds[1] - view.y : bounds[0] - view.x) * zoom;
          const length = (axis === 0 ? bounds[3] - bounds[1] : bounds[2] - bounds[0]) * zoom;
          paint(line, i === 0 ? this.page.palette.accent : this.lineColour);
          line.alpha = i === 0 ? 0.6 : strength;
          line.position.set(axis === 0 ? place : start, axis === 0 ? start : place);
          line.scale.set(axis === 0 ? thickness : length, axis === 0 ? length : thickness);
        }
      }
    }
    hideFrom(this.lines, used);
  }

  /** Every second square between the coordinates is a little darker, which tells places and movement apart. */
  #drawLabels(grid, zoom, tiled) {
    const { bounds, view, ratio } = this;
    const step = labelStep(grid, zoom, ratio);
    const left = Math.floor(bounds[0] / step);
    const top = Math.floor(bounds[1] / step);
    const right = Math.min(Math.floor(bounds[2] / step), left + LABEL_COLUMNS - 1);
    const bottom = Math.min(Math.floor(bounds[3] / step), top + LABEL_ROWS - 1);
    let used = 0;
    this.turn++;
    for (let j = top; j <= bottom; j++) {
      for (let i = left; i <= right; i++) {
        if (!tiled && (i + j) % 2 === 0) {
          const square = this.#sprite(this.squares, used++);
          paint(square, this.lineColour);
          square.alpha = 0.035;
          cover(square, i * step, j * step, step, this.view, 1);
        }
        const label = this.#label(i, j, step, tiled);
        this.#place(label, i * step, j * step);
        label.position.set(label.position.x + Math.round(6 * ratio), label.position.y + Math.round(5 * ratio));
        label.turn = this.turn;
      }
    }
    for (let i = 0; i < this.labels.children.length; i++) if (this.labels.children[i].turn !== this.turn) this.labels.children[i].visible = false;
    hideFrom(this.squares, used);
  }

  /** A label keeps its slot while it is in view, so its letters are laid out once. */
  #label(i, j, step, tiled) {
    const index = (((j % LABEL_ROWS) + LABEL_ROWS) % LABEL_ROWS) * LABEL_COLUMNS + ((i % LABEL_COLUMNS) + LABEL_COLUMNS) % LABEL_COLUMNS;
    let label = this.labelSlots[index];
    if (label === undefined) {
      label = this.labels.addChild(new BitmapText());
      this.labelSlots[index] = label;
    }
    const { units } = this.page.settings;
    if (label.i !== i || label.j !== j || label.step !== step || label.units !== units || label.tiled !== tiled) {
      label.i = i;
      label.j = j;
      label.step = step;
      label.units = units;
      label.tiled = tiled;
      label.style = { fontFamily: tiled ? `${this.font}-rim` : this.font, fontSize: this.fontSize, fill: 0xffffff };
      label.text = `${coordinate(i * step, step)}, ${coordinate(j * step, step)} ${units}`;
      label.tint = tiled ? 0xffffff : this.lineColour;
      label.alpha = tiled ? 0.9 : 0.75;
    }
    return label;
  }

  /** Where the other cameras look: a frame each, with its name and who drives it. */
  #drawFrames(overview) {
    const { client } = this.page;
    this.framesUsed = 0;
    this.overview = overview ?? null;
    if (this.overview !== null && client.cameras.size <= MOST_CAMERAS) client.cameras.forEach(this.drawFrame);
    for (let i = this.framesUsed; i < this.frameSlots.length; i++) {
      this.frameSlots[i].box.visible = false;
      this.frameSlots[i].name.visible = false;
    }
  }

  #frame(index, camera, view) {
    let frame = this.frameSlots[index];
    if (frame === undefined) {
      frame = { box: new Container(), sides: [], name: new BitmapText({ text: '', style: { fontFamily: this.font, fontSize: this.fontSize, fill: 0xffffff } }), camera: '', control: undefined };
      for (let i = 0; i < 4; i++) frame.sides.push(frame.box.addChild(new Sprite(Texture.WHITE)));
      this.framesLayer.addChild(frame.box);
      this.namesLayer.addChild(frame.name);
      this.frameSlots[index] = frame;
    }
    const control = this.page.client.control.get(camera);
    if (frame.camera !== camera || frame.control !== control) {
      frame.camera = camera;
      frame.control = control;
      frame.name.text = nameOf(camera, this.page.client);
      for (const part of [...frame.sides, frame.name]) part.tint = cameraColour(camera);
    }
    const scale = this.view.zoom / view.zoom;
    const w = view.size[0] * scale;
    const h = view.size[1] * scale;
    const thin = Math.max(1.5, 1.5 * this.ratio);
    this.#place(frame.box, view.center[0], view.center[1]);
    frame.box.visible &&= w < 1e5 && h < 1e5;
    frame.box.rotation = -view.rotation;
    for (let i = 0; i < 4; i++) {
      const flat = i < 2;
      frame.sides[i].position.set(flat || i === 2 ? -w / 2 : w / 2 - thin, flat && i === 1 ? h / 2 - thin : -h / 2);
      frame.sides[i].scale.set(flat ? w : thin, flat ? thin : h);
    }
    const { box, name } = frame;
    const cos = Math.cos(box.rotation);
    const sin = Math.sin(box.rotation);
    const above = h / 2 + this.fontSize * 1.6;
    name.visible = box.visible;
    name.rotation = box.rotation;
    name.position.set(box.position.x - (cos * w) / 2 + sin * above, box.position.y - (sin * w) / 2 - cos * above);
  }

  #sprite(container, index) {
    let sprite = container.children[index];
    if (sprite === undefined) sprite = container.addChild(new Sprite(Texture.WHITE));
    sprite.visible = true;
    return sprite;
  }

  /** Dims what the sender of the view does not see on its own screen. */
  #drawEdges(view, zoom) {
    const { 0: first, 1: second, 2: lineA, 3: lineB } = this.edges;
    const w = view.size ? (view.size[0] * zoom) / view.zoom : this.width;
    const h = view.size ? (view.size[1] * zoom) / view.zoom : this.height;
    const gapX = (this.width - w) / 2;
    const gapY = (this.height - h) / 2;
    const sides = gapX > gapY;
    const gap = Math.max(gapX, gapY);
    const visible = gap >= 2;
    for (let i = 0; i < this.edges.length; i++) this.edges[i].visible = visible;
    if (!visible) return;
    const along = sides ? this.width : this.height;
    this.#edge(first, sides, 0, gap);
    this.#edge(second, sides, along - gap, gap);
    this.#edge(lineA, sides, gap - 1, 1);
    this.#edge(lineB, sides, along - gap, 1);
  }

  #edge(sprite, sides, start, length) {
    const across = sides ? this.height : this.width;
    sprite.position.set(sides ? start : 0, sides ? 0 : start);
    sprite.scale.set(sides ? length : across, sides ? across : length);
  }

  /** A few times a second. */
  tick() {
    this.tileLayer.tick();
    this.tilesetLayer.tick();
  }
}

/** The tiles of the settings, if they name any. */
class TileLayer {
  constructor(parent) {
    this.container = layer(parent);
    this.pyramid = null;
    this.key = '';
  }

  configure({ tiles, tileSize, maxZoom }, page, owner) {
    const key = JSON.stringify([tiles, tileSize, maxZoom]);
    if (key === this.key) return;
    this.key = key;
    this.pyramid?.close();
    this.pyramid = null;
    this.container.removeChildren();
    if (tiles === null) return;
    this.pyramid = new TilePyramid({
      tileSize,
      maxZoom,
      changed: owner.changed,
      release: (texture) => texture.destroy(true),
      async load(z, x, y, signal) {
        const url = new URL(tiles.replaceAll('{z}', z).replaceAll('{x}', x).replaceAll('{y}', y), page.base);
        // The key is for this server only.
        const headers = url.origin === page.base.origin ? keyHeaders(page.client.options.key) : {};
        const answer = await fetch(url, { signal, headers });
        if (answer.status === 404 || answer.status === 204) return null;
        if (!answer.ok) throw new Error(`tile ${z}/${x}/${y}: the server answers ${answer.status}`);
        return Texture.from(await createImageBitmap(await answer.blob()));
      },
    });
  }

  /** @returns {boolean} whether there are tiles at all */
  draw(bounds, view) {
    const { pyramid, container } = this;
    if (pyramid === null) return false;
    pyramid.look(bounds, view.zoom);
    let used = 0;
    for (let i = 0; i < pyramid.drawn.length; i++) {
      const { z, x, y, image } = pyramid.drawn[i];
      let sprite = container.children[used];
      if (sprite === undefined) sprite = container.addChild(new Sprite());
      used++;
      sprite.visible = true;
      if (sprite.texture !== image) sprite.texture = image;
      const span = pyramid.span(z);
      cover(sprite, x * span, y * span, span, view, image.width);
    }
    for (let i = used; i < container.children.length; i++) {
      container.children[i].visible = false;
      container.children[i].texture = Texture.EMPTY;
    }
    return true;
  }

  tick() {
    this.pyramid?.retry();
  }
}

/** Lets a sprite cover a square of the world; on whole pixels, so that there is no gap to its neighbours. */
function cover(sprite, x, y, size, view, pixels) {
  coverSquare(sprite, [x, y, x + size, y + size], view, pixels, pixels);
}

/** The same for left, upper, right and lower edge in the world. */
function coverSquare(sprite, square, view, width, height) {
  let left = (square[0] - view.x) * view.zoom;
  let top = (square[1] - view.y) * view.zoom;
  let right = (square[2] - view.x) * view.zoom;
  let bottom = (square[3] - view.y) * view.zoom;
  if (view.straight) {
    left = Math.round(left);
    top = Math.round(top);
    right = Math.round(right);
    bottom = Math.round(bottom);
  }
  sprite.position.set(left, top);
  sprite.scale.set((right - left) / width, (bottom - top) / height);
}

/** Setting a tint that stands already would cost. */
function paint(sprite, colour) {
  if (sprite.painted === colour) return;
  sprite.painted = colour;
  sprite.tint = colour;
}

const layer = (parent) => parent.addChild(new Container());

function hideFrom(container, index) {
  const { children } = container;
  for (let i = index; i < children.length; i++) children[i].visible = false;
}

/** The colour of lines that can be seen on a ground. */
function contrast(ground, palette) {
  const light = 0.299 * (ground >> 16) + 0.587 * ((ground >> 8) & 255) + 0.114 * (ground & 255);
  const line = palette.line;
  const lineLight = 0.299 * (line >> 16) + 0.587 * ((line >> 8) & 255) + 0.114 * (line & 255);
  if (Math.abs(light - lineLight) > 90) return line;
  return light > 127 ? 0x1d2733 : 0xdfe8f4;
}
