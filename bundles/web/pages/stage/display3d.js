/** The stage: the models of the scene, seen through whatever projection the camera has. Metres, +Y up. */

import {
  Box3, Color, ColorManagement, DirectionalLight, HemisphereLight, NeutralToneMapping, OrthographicCamera, PerspectiveCamera, PMREMGenerator, Ray, Scene,
  SRGBColorSpace, Vector3, WebGLCoordinateSystem, WebGLRenderer,
} from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { DisplayP3ColorSpace, DisplayP3ColorSpaceImpl, LinearDisplayP3ColorSpace, LinearDisplayP3ColorSpaceImpl } from 'three/addons/math/ColorSpaces.js';
import { media } from '../shared/browser.js';
import { followGround, makeGround, makeSky } from './ground3d.js';
import { Handles } from './handles3d.js';
import { LabelLayer } from './labels3d.js';
import { ModelLayer } from './models3d.js';
import { frame3d, lookPoint, placePicture, projectionAspect, projectionMatrix } from '../shared/views.js';

/** As many pixels as a processor draws often enough without a graphics card. */
const SOFTWARE_PIXELS = 320_000;
/** @type {('select' | 'translate' | 'rotate' | 'scale')[]} */
const TOOLS = ['select', 'translate', 'rotate', 'scale'];

ColorManagement.define({ [DisplayP3ColorSpace]: DisplayP3ColorSpaceImpl, [LinearDisplayP3ColorSpace]: LinearDisplayP3ColorSpaceImpl });

export class Display3d {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('../shared/page.js').Page} page
   * @param {import('../shared/page.js').Owner} owner
   */
  static async create(canvas, page, owner) {
    return new Display3d(canvas, page, owner);
  }

  constructor(canvas, page, owner) {
    this.page = page;
    this.owner = owner;
    this.software = page.graphics.software;
    this.renderer = new WebGLRenderer({ canvas, antialias: !this.software, powerPreference: 'high-performance' });
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.setPixelRatio(1);
    this.renderer.setScissorTest(true);
    this.scene = new Scene();
    this.#reflect();
    // Reflections cost a processor half of its frames; a brighter sky stands in for them.
    this.scene.add(new HemisphereLight(0xdfe8f5, 0x6a645c, this.software ? 2.2 : 0.25));
    const key = new DirectionalLight(0xfff4e6, 1.5);
    key.position.set(4, 8, 5);
    this.scene.add(key);
    this.sky = makeSky();
    this.ground = makeGround();
    this.scene.add(this.sky, this.ground);
    this.models = new ModelLayer(this.scene, page, owner);
    this.labels = new LabelLayer(this.scene, page);
    this.perspective = byHand(new PerspectiveCamera());
    this.orthographic = byHand(new OrthographicCamera());
    this.camera = this.perspective;
    this.handles = new Handles(this.scene, this.camera, page, this.models);
    /** The scene as it was shown last. */
    this.state = null;
    this.moving = false;
    this.picture = [0, 0, 16, 16];
    this.width = 16;
    this.height = 16;
    this.unit = 1;
    this.ray = new Ray();
    /** Where the pointer went down that holds something. */
    this.pressed = null;
    this.owner.panel?.adoptTools(this);
    this.restyle();
  }

  /** Draws what is reflected; that lies in the graphics context. */
  #reflect() {
    if (this.software) return;
    const environment = new PMREMGenerator(this.renderer);
    this.scene.environment = environment.fromScene(new RoomEnvironment(), 0.04).texture;
    this.scene.environmentIntensity = 0.62;
    environment.dispose();
  }

  /** The graphics context came back, empty: what was made once with it is made again. What is kept beside it goes there by itself. */
  renew() {
    this.#reflect();
    this.restyle();
    this.labels.choose(this.models, this.camera.position.toArray());
  }

  resize(width, height) {
    this.full = [width, height];
    const wanted = this.page.settings.window.pixelRatio;
    const own = this.page.ratio ?? (globalThis.devicePixelRatio || 1);
    const scale = Math.min(this.software ? Math.sqrt(SOFTWARE_PIXELS / (width * height)) : 1, 1, wanted > 0 ? wanted / own : 1);
    this.width = Math.max(1, Math.round(width * scale));
    this.height = Math.max(1, Math.round(height * scale));
    this.unit = own * scale;
    this.renderer.setSize(this.width, this.height, false);
  }

  /** Takes over the operator's settings and the colours of the page. */
  restyle() {
    const { palette, settings } = this.page;
    this.background = new Color(settings.background ?? palette.ground);
    this.renderer.setClearColor(this.background);
    this.sky.visible = settings.background === null;
    this.sky.material.uniforms.high.value.set(palette.sky);
    this.sky.material.uniforms.low.value.set(palette.horizon);
    this.sky.material.uniforms.ground.value.set(palette.ground);
    this.ground.visible = settings.grid.visible;
    this.ground.material.uniforms.colour.value.set(settings.grid.color ?? palette.line);
    const wide = settings.color.space !== 'srgb' && media('(color-gamut: p3)').matches;
    this.renderer.outputColorSpace = wide ? DisplayP3ColorSpace : SRGBColorSpace;
    this.models.restyle();
    this.labels.restyle();
    this.handles.restyle();
    if (this.full) this.resize(...this.full);
  }

  /**
   * Takes what the sequence brought out for this frame.
   * @returns {boolean} whether there is anything to draw anew
   */
  showScene(timeline) {
    const { shown, moving } = timeline;
    if (shown === this.state && moving === 0 && !this.moving) return false;
    if (shown !== this.state) this.models.show(shown);
    this.models.pose(timeline.poses, moving);
    this.state = shown;
    this.moving = moving > 0;
    return true;
  }

  render(view, fit) {
    const { renderer, width, height, sky } = this;
    const aspect = projectionAspect(view.projection);
    const { 0: x, 1: y, 2: w, 3: h } = placePicture(aspect, width, height, fit, this.picture);
    this.#aim(view, w / h);
    const { camera } = this;
    sky.visible = this.page.settings.background === null && camera.isPerspectiveCamera;
    followGround(this.ground, camera);
    this.models.prepare(camera);
    this.labels.prepare(w, h, this.unit);
    this.handles.follow();
    renderer.setViewport(0, 0, width, height);
    renderer.setScissor(0, 0, width, height);
    if (aspect > 0) renderer.clear();
    renderer.setViewport(x, y, w, h);
    renderer.setScissor(Math.max(0, x), Math.max(0, y), Math.min(w, width), Math.min(h, height));
    renderer.render(this.scene, camera);
  }

  /** Sets the camera to a view; the handles need to know its field of view, too. */
  #aim(view, aspect) {
    const { projection } = view;
    const camera = projection.type === 'orthographic' ? this.orthographic : this.perspective;
    if (camera !== this.camera) this.handles.camera = camera;
    this.camera = camera;
    camera.position.fromArray(view.position);
    camera.quaternion.fromArray(view.orientation);
    projectionMatrix(projection, aspect, camera.projectionMatrix.elements);
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
    camera.near = projection.znear;
    camera.far = projection.zfar ?? 1e6;
    const reach = 1 / camera.projectionMatrix.elements[5];
    if (camera === this.orthographic) {
      camera.top = reach;
      camera.bottom = -reach;
    } else {
      camera.fov = (Math.atan(reach) * 360) / Math.PI;
    }
    camera.updateMatrixWorld(true);
  }

  // ---- pointers; positions are physical pixels of the screen

  /** Aims the ray through a point of the screen; gives that point of the picture, x and y in [-1, 1], y up. */
  #at(x, y) {
    const scale = this.width / this.full[0];
    const [left, top, w, h] = this.picture;
    // The picture's origin is at the bottom, the pointer's at the top.
    const px = ((x * scale - left) / w) * 2 - 1;
    const py = 1 - ((y * scale - (this.height - top - h)) / h) * 2;
    this.ray.origin.set(px, py, -1).unproject(this.camera);
    this.ray.direction.set(px, py, 0).unproject(this.camera).sub(this.ray.origin).normalize();
    return [px, py];
  }

  hover(x, y) {
    if (this.page.editor === undefined) return false;
    const before = this.handles.controls.axis;
    const grip = this.handles.hover(...this.#at(x, y));
    if (this.handles.controls.axis !== before) this.owner.changed();
    return grip || (this.handles.controls.object === undefined && this.models.pick(this.ray) !== null);
  }

  grab(x, y, event) {
    if (this.page.editor === undefined) return false;
    const [px, py] = this.#at(x, y);
    this.pressed = { x, y, event };
    return this.handles.grab(px, py, this.models.pick(this.ray));
  }

  pull(x, y, event) {
    const [px, py] = this.#at(x, y);
    this.handles.pull(px, py, this.ray, event.ctrlKey || event.metaKey);
    this.owner.changed();
  }

  drop(cancelled) {
    if (this.handles.drop(cancelled)) this.tap(this.pressed.x, this.pressed.y, this.pressed.event);
    this.owner.changed();
  }

  tap(x, y, event) {
    const { editor } = this.page;
    if (!editor?.allowed) return;
    this.#at(x, y);
    const id = this.models.pick(this.ray)?.entry.model.id;
    if (id !== undefined && (event.shiftKey || event.ctrlKey || event.metaKey)) editor.toggle(id);
    else editor.select(id === undefined ? [] : [id]);
  }

  /** @returns {boolean} whether the key meant something */
  key(key) {
    const { editor } = this.page;
    switch (key) {
      case '1': case '2': case '3': case '4': this.use(TOOLS[Number(key) - 1]); return true;
      case 'l':
        this.labels.shown = !this.labels.shown;
        this.tick(this.owner.panel);
        this.owner.changed();
        return true;
      case 'z': this.frameSelection(); return true;
      case 'Delete': case 'Backspace': editor.removeSelected(); return true;
      case 'Escape':
        if (this.handles.drag !== null) this.handles.drop(true);
        else if (editor.selected.length > 0) editor.select([]);
        else return false;
        return true;
      default: return false;
    }
  }

  /** @param {'select' | 'translate' | 'rotate' | 'scale'} tool */
  use(tool) {
    this.handles.use(tool);
    this.owner.panel.showTool(tool);
    this.owner.changed();
  }

  /** Moves the view so that the selection, or else everything, is in it. */
  frameSelection() {
    const box = new Box3();
    const { selected, entries } = this.models;
    for (const entry of entries.values()) {
      if (selected.size === 0 ? entry.model.visible : selected.has(entry.model.id)) box.union(entry.asset.box.clone().applyMatrix4(entry.matrix));
    }
    if (box.isEmpty()) return;
    const middle = box.getCenter(new Vector3()).toArray();
    const radius = Math.max(0.2, box.getSize(new Vector3()).length() / 2);
    const aspect = this.picture[2] / this.picture[3];
    this.owner.panel.drive((view) => frame3d(view, middle, radius, aspect));
  }

  /** Where a new model goes: on the ground, in front of the camera. */
  placeForNew() {
    const { view } = this.owner.panel;
    return view === null ? [0, 0, 0] : lookPoint(view).map((value, i) => (i === 1 ? 0 : Math.round(value * 4) / 4));
  }

  /** A few times a second. */
  tick(panel) {
    if (panel.view?.kind !== '3d') return;
    this.labels.choose(this.models, panel.view.position);
    panel.showProgress(this.models.assets.progress);
  }
}

/** A camera whose matrices are set by hand. */
function byHand(camera) {
  camera.coordinateSystem = WebGLCoordinateSystem;
  camera.updateProjectionMatrix = () => {};
  return camera;
}
