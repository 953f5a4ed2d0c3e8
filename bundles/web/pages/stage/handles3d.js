/** The handles by which selected models are moved, turned and scaled. What they do goes out as one drag, and shows at once. */

import { MathUtils, Object3D, Plane, Quaternion, Vector2, Vector3 } from 'three';
import { TransformControls } from 'three/addons/controls/TransformControls.js';
import { media } from '../shared/browser.js';

const STEP = { move: 0.25, turn: MathUtils.degToRad(15), scale: 0.1 };
const SMALLEST = 1e-3;
const UP = new Vector3(0, 1, 0);

const offset = new Vector3();
const turn = new Quaternion();

export class Handles {
  /**
   * @param {import('three').Scene} scene
   * @param {import('three').Camera} camera
   * @param {import('../shared/page.js').Page} page
   * @param {import('./models3d.js').ModelLayer} models
   */
  constructor(scene, camera, page, models) {
    this.page = page;
    this.models = models;
    this.pivot = new Object3D();
    scene.add(this.pivot);
    this.controls = new TransformControls(camera);
    this.controls.setSize(media('(pointer: coarse)').matches ? 1.5 : 0.95);
    scene.add(this.controls.getHelper());
    this.controls.detach();
    /** @type {'select' | 'translate' | 'rotate' | 'scale'} */
    this.tool = 'translate';
    this.pointer = Object.assign(new Vector2(), { button: 0 });
    /** What is being dragged, or null. */
    this.drag = null;
    /** Poses of the selected models when the drag began. */
    this.start = [];
    /** What was sent last. */
    this.ops = null;
    this.plane = null;
    this.controls.addEventListener('objectChange', () => this.#moved());
  }

  set camera(camera) {
    this.controls.camera = camera;
  }

  restyle() {
    this.controls.setColors(0xe0524d, 0x3fae6a, 0x4f8fe8, this.page.palette.warm);
  }

  use(tool) {
    this.tool = tool;
    if (tool !== 'select') this.controls.setMode(tool);
  }

  /** Puts the handles where the selection is; each frame. */
  follow() {
    if (this.drag !== null) return;
    let count = 0;
    let last = null;
    this.pivot.position.set(0, 0, 0);
    for (const id of this.models.selected) {
      const entry = this.models.entries.get(id);
      if (entry === undefined) continue;
      const e = entry.matrix.elements;
      this.pivot.position.set(this.pivot.position.x + e[12], this.pivot.position.y + e[13], this.pivot.position.z + e[14]);
      last = entry;
      count++;
    }
    if (count === 0 || this.tool === 'select' || this.page.editor?.allowed !== true) {
      if (this.controls.object !== undefined) this.controls.detach();
      return;
    }
    this.pivot.position.divideScalar(count);
    // Several are turned and scaled together, about the middle between them.
    if (count === 1) this.pivot.quaternion.fromArray(last.model.orientation);
    else this.pivot.quaternion.identity();
    this.pivot.scale.set(1, 1, 1);
    this.controls.setSpace(this.tool === 'translate' || count > 1 ? 'world' : 'local');
    if (this.controls.object === undefined) this.controls.attach(this.pivot);
  }

  #point(x, y, button) {
    this.pointer.set(x, y);
    this.pointer.button = button;
    return this.pointer;
  }

  /** @returns {boolean} whether a handle lies under the point of the picture, x and y in [-1, 1], y up */
  hover(x, y) {
    if (this.controls.object === undefined) return false;
    this.controls.pointerHover(this.#point(x, y, 0));
    return this.controls.axis !== null;
  }

  /** Takes the handle under a point of the picture, or the selected model that is under it. */
  grab(x, y, picked) {
    if (this.controls.object === undefined || !this.page.editor.allowed) return false;
    if (this.hover(x, y)) {
      this.controls.pointerDown(this.#point(x, y, 0));
    } else if (this.tool === 'translate' && picked !== null && this.models.selected.has(picked.entry.model.id)) {
      // A model itself is pushed over the ground.
      this.plane = { ground: new Plane().setFromNormalAndCoplanarPoint(UP, picked.point), from: picked.point.clone(), origin: this.pivot.position.clone() };
    } else {
      return false;
    }
    this.start = this.page.editor.selected.map((model) => ({ model, position: new Vector3(...model.position), orientation: new Quaternion(...model.orientation), scale: new Vector3(...model.scale) }));
    this.origin = { position: this.pivot.position.clone(), orientation: this.pivot.quaternion.clone() };
    this.ops = null;
    this.drag = this.page.client.drag();
    return true;
  }

  /** @param {import('three').Ray} ray through the point */
  pull(x, y, ray, inSteps) {
    if (this.plane !== null) {
      const at = ray.intersectPlane(this.plane.ground, new Vector3());
      if (at === null) return;
      at.sub(this.plane.from);
      if (inSteps) at.divideScalar(STEP.move).round().multiplyScalar(STEP.move);
      this.pivot.position.addVectors(this.plane.origin, at);
      this.#moved();
      return;
    }
    this.controls.setTranslationSnap(inSteps ? STEP.move : null);
    this.controls.setRotationSnap(inSteps ? STEP.turn : null);
    this.controls.setScaleSnap(inSteps ? STEP.scale : null);
    this.controls.pointerMove(this.#point(x, y, -1));
  }

  #moved() {
    if (this.drag === null) return;
    const { pivot, origin } = this;
    turn.copy(origin.orientation).invert().premultiply(pivot.quaternion);
    const ops = this.start.map(({ model, position, orientation, scale }) => {
      offset.subVectors(position, origin.position).multiply(pivot.scale).applyQuaternion(turn).add(pivot.position);
      /** @type {any} */
      const patch = { op: 'patch', id: model.id };
      if (this.tool === 'translate' || this.start.length > 1) patch.position = offset.toArray();
      if (this.tool === 'rotate') patch.orientation = turn.clone().multiply(orientation).normalize().toArray();
      if (this.tool === 'scale') patch.scale = scale.clone().multiply(pivot.scale).toArray().map((value) => (Math.abs(value) < SMALLEST ? SMALLEST : value));
      return patch;
    });
    this.ops = ops;
    this.drag.update(ops);
  }

  /** Takes a movement of the camera along with the models, so that both come out in the same frame everywhere. */
  carry(camera, view, cut) {
    return this.drag !== null && this.ops !== null && this.drag.update(this.ops, { camera, view, cut: cut || undefined });
  }

  /** @returns {boolean} whether a model was only pressed, and not moved */
  drop(cancelled) {
    const { drag } = this;
    if (drag === null) return false;
    const pressed = this.plane !== null && this.ops === null && !cancelled;
    if (this.plane === null) this.controls.pointerUp(this.#point(0, 0, 0));
    this.plane = null;
    this.drag = null;
    const back = this.start.map(({ model: { id, position, orientation, scale } }) => ({ op: 'patch', id, position, orientation, scale }));
    this.start = [];
    if (cancelled) {
      drag.cancel().catch(() => {});
      return false;
    }
    // What is wrong with it is told by the event of the client.
    drag.end().then((result) => { if (result !== null) this.page.editor.remember(back); }, () => {});
    return pressed;
  }
}
