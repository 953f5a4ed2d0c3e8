/** What the displays of a page have in common, and what a display asks of whoever shows it. */

import { palette } from './appearance.js';
import { probeGraphics } from './graphics.js';
import { DEFAULTS } from './settings.js';
import { Together } from './together.js';

/**
 * Whoever shows a display: a panel of the shell, or a wall.
 * @typedef {object} Owner
 * @property {() => void} changed something else is to be drawn
 * @property {import('../shell/panel.js').Panel} [panel] with the controls that the display adds its own to
 */

/**
 * What draws one kind of camera. It is only told what to draw.
 * @typedef {object} Display
 * @property {(view: any, fit: string, overview: string | null, origin?: number[] | null) => void} render `origin`: where the middle of a flat view
 *   lies, in pixels from the upper left corner; null: in the middle
 * @property {(width: number, height: number) => void} resize in pixels of the screen
 * @property {() => void} restyle takes over the settings and colours of the page
 * @property {() => void} renew the graphics context was lost, and is back empty
 * @property {(shown: {view: any, showProgress: (progress: {waiting: number, part: number}) => void}) => void} [tick] a few times a second
 * @property {(seq: number, view: any, fit: string) => boolean} [prepared] whether it has all pictures for a change, which it will show with this view;
 *   it loads them
 * @property {(timeline: any, other: any) => boolean} [showScene] whether the scene is another
 * @property {(x: number, y: number, event: PointerEvent, view: any, fit: string) => boolean} [grab]
 * @property {(x: number, y: number, event: PointerEvent) => void} [pull]
 * @property {(cancelled: boolean) => void} [drop]
 * @property {(x: number, y: number, view: any, fit: string) => boolean} [hover]
 * @property {(x: number, y: number, event: PointerEvent, view: any, fit: string) => void} [tap]
 * @property {(key: string) => boolean} [key] whether the key meant something
 * @property {import('../stage/models3d.js').ModelLayer} [models] of the stage
 * @property {() => number[]} [placeForNew] where a new model goes, on the stage
 */

/** One per page. Displays read it whenever they draw, so a field that changes needs no more than {@link Display.restyle}. */
export class Page {
  /**
   * @param {object} options
   * @param {import('../../client/compositor-client.js').CompositorClient} options.client
   * @param {URL} options.base address below which everything of the server lies, with a slash at its end
   * @param {import('../stage/editor.js').Editor} [options.editor] none on a wall: nobody selects or changes anything there
   */
  constructor({ client, base, editor }) {
    this.client = client;
    this.base = base;
    this.editor = editor;
    /** What the displays of the page show in one frame. */
    this.together = new Together(client);
    this.graphics = probeGraphics();
    /** The operator's settings for this page. @type {import('./settings.js').Settings} */
    this.settings = DEFAULTS;
    /** The colours of now. */
    this.palette = palette();
    /** Pixels of the screen per pixel of the page that were declared for this display; undefined: those of the window. @type {number | undefined} */
    this.ratio = undefined;
  }

  /**
   * Loads and makes what draws a kind of camera.
   * @param {'2d' | '3d'} kind
   * @param {HTMLCanvasElement} canvas
   * @param {Owner} owner
   * @returns {Promise<Display>}
   */
  async display(kind, canvas, owner) {
    const { Display2d, Display3d } = await import(new URL(`display${kind}.js`, import.meta.url).href);
    return (Display2d ?? Display3d).create(canvas, this, owner);
  }
}
