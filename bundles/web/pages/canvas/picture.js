import { BitmapText, Container, Graphics } from 'pixi.js';

/** Closer than this, and farther away, it is not drawn: floats could not tell where its lines are, or it is a dot. */
const MOST_ZOOM = 400;
const LEAST_ZOOM = 0.004;
/** From which zoom on its names are written, in pixels of the layout per world unit. */
const NAMED_ZOOM = 0.06;

/** The picture of the demo: shapes in world units, in the colours of the page. It stands still, so that moving it costs nothing. */
export class Picture {
  /** @param {Container} parent */
  constructor(parent) {
    this.container = parent.addChild(new Container());
    this.names = parent.addChild(new Container());
    this.shapes = new Graphics();
    this.container.addChild(this.shapes);
    /** @type {any} */
    this.drawn = null;
    this.key = '';
  }

  /**
   * @param {any} picture as `shared/demo.js` gives it; null: none
   * @param {any} palette
   * @param {string} font for its names
   * @param {number} fontSize in pixels of the screen
   */
  configure(picture, palette, font, fontSize) {
    const key = picture === null ? '' : `${palette.ground} ${font}`;
    if (picture === this.drawn && key === this.key) return;
    this.drawn = picture;
    this.key = key;
    this.shapes.clear();
    for (const name of this.names.removeChildren()) name.destroy();
    if (picture === null) return;
    for (const { colour, alpha, points } of picture.fills) this.shapes.poly(points).fill({ color: palette[colour], alpha });
    for (const { colour, alpha, width, closed, points } of picture.strokes) {
      this.shapes.poly(points, closed).stroke({ width, color: palette[colour], alpha, join: 'bevel', cap: 'round' });
    }
    for (const { text } of picture.names) {
      const name = this.names.addChild(new BitmapText({ text, style: { fontFamily: font, fontSize: Math.round(fontSize * 1.3), fill: 0xffffff } }));
      name.tint = palette.text;
      name.anchor.set(0.5);
    }
  }

  /**
   * @param {number[]} bounds of the view, in world units
   * @param {{x: number, y: number, zoom: number}} view
   * @param {number} ratio pixels of the screen per pixel of the layout
   * @param {number} rotation of the view: names stand upright
   * @returns {boolean} whether it is seen
   */
  draw(bounds, { x, y, zoom }, ratio, rotation) {
    const { container, names, drawn } = this;
    const seen = drawn !== null && zoom < MOST_ZOOM && zoom > LEAST_ZOOM
      && bounds[0] < drawn.origin[0] + drawn.reach && bounds[2] > drawn.origin[0] - drawn.reach
      && bounds[1] < drawn.origin[1] + drawn.reach && bounds[3] > drawn.origin[1] - drawn.reach;
    container.visible = seen;
    names.visible = seen && zoom > NAMED_ZOOM * ratio;
    if (!seen) return false;
    const left = (drawn.origin[0] - x) * zoom;
    const top = (drawn.origin[1] - y) * zoom;
    container.position.set(left, top);
    container.scale.set(zoom);
    if (!names.visible) return true;
    for (let i = 0; i < drawn.names.length; i++) {
      const name = names.children[i];
      name.position.set(left + drawn.names[i].x * zoom, top + drawn.names[i].y * zoom);
      name.rotation = -rotation;
    }
    return true;
  }
}
