/**
 * The models of the scene: one draw call for each part of each asset, whatever the number of models that show it. What lies outside the
 * view is left out. Nothing is allocated for a frame.
 */

import {
  BoxGeometry, BufferAttribute, BufferGeometry, DynamicDrawUsage, Frustum, InstancedMesh, LineBasicMaterial, LineSegments, Matrix4, MeshBasicMaterial,
  Quaternion, Raycaster, Sphere, Vector3,
} from 'three';
import { Assets } from './assets3d.js';

const FIRST_CAPACITY = 16;
const MOST_MARKED = 64;

const position = new Vector3();
const orientation = new Quaternion();
const scale = new Vector3();
const matrix = new Matrix4();
const projection = new Matrix4();
const frustum = new Frustum();
const raycaster = new Raycaster();

/** One model as it is drawn. */
class Entry {
  constructor(model, asset) {
    this.model = model;
    this.asset = asset;
    this.matrix = new Matrix4();
    this.sphere = new Sphere();
    /** Highest point of its box, in the world. */
    this.top = new Vector3();
    /** Whether it was drawn elsewhere than the model says, because it is between two transactions. */
    this.moving = false;
    this.drawn = false;
    /** How far away, as {@link LabelLayer} last saw it; -1: marked. */
    this.far = 0;
  }

  /** Puts it where a pose or the model itself says. */
  place(pose) {
    position.fromArray(pose.position);
    orientation.fromArray(pose.orientation);
    scale.fromArray(pose.scale);
    this.matrix.compose(position, orientation, scale);
    this.bound();
  }

  bound() {
    const { asset, sphere, top } = this;
    const m = this.matrix.elements;
    sphere.copy(asset.sphere).applyMatrix4(this.matrix);
    const { min, max } = asset.box;
    top.addVectors(min, max).multiplyScalar(0.5).applyMatrix4(this.matrix);
    top.y += (Math.abs(m[1]) * (max.x - min.x) + Math.abs(m[5]) * (max.y - min.y) + Math.abs(m[9]) * (max.z - min.z)) / 2;
  }
}

/** All models that show one asset. */
class Flock {
  constructor(asset) {
    this.asset = asset;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {InstancedMesh[]} */
    this.meshes = [];
    this.capacity = 0;
    this.dirty = true;
  }
}

export class ModelLayer {
  /**
   * @param {import('three').Scene} scene
   * @param {import('../shared/page.js').Page} page
   * @param {import('../shared/page.js').Owner} owner
   */
  constructor(scene, page, owner) {
    this.scene = scene;
    this.page = page;
    this.owner = owner;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** @type {Map<import('./assets3d.js').Asset, Flock>} */
    this.flocks = new Map();
    /** The same, in an order that costs nothing to go through. @type {Flock[]} */
    this.row = [];
    this.assets = new Assets(page, (asset) => this.#arrived(asset));
    /** @type {ReadonlySet<string>} */
    this.selected = new Set();
    this.movingBefore = [];
    this.visible = 0;
    this.waitingGeometry = new BoxGeometry(0.5, 0.5, 0.5).translate(0, 0.25, 0);
    this.waitingMaterial = new MeshBasicMaterial({ wireframe: true, transparent: true, opacity: 0.7 });
    this.failedMaterial = new MeshBasicMaterial({ wireframe: true });
    this.marks = brackets();
    this.marks.visible = false;
    this.scene.add(this.marks);
    this.markGeometry = this.marks.geometry;
    /** @type {LineSegments[]} */
    this.markSlots = [this.marks];
    this.restyle();
  }

  restyle() {
    const { palette } = this.page;
    this.waitingMaterial.color.set(palette.placeholder);
    this.failedMaterial.color.set(palette.bad);
    this.marks.material.color.set(palette.accent);
  }

  // ---- the scene

  /** @param {import('../../client/compositor-client.js').SceneState} state */
  show(state) {
    for (const [id, entry] of this.entries) if (!state.models.has(id)) this.#remove(id, entry);
    for (const [id, model] of state.models) {
      let entry = this.entries.get(id);
      if (entry?.model === model) continue;
      if (entry !== undefined && entry.model.uri !== model.uri) {
        this.#remove(id, entry);
        entry = undefined;
      }
      if (entry === undefined) entry = this.#add(id, model);
      entry.model = model;
      entry.place(model);
      this.flocks.get(entry.asset).dirty = true;
    }
    // On a wall nothing can be selected, and what others selected is not seen there.
    if (this.page.editor !== undefined) this.selected = state.selected;
  }

  #add(id, model) {
    const asset = this.assets.acquire(model.uri);
    const entry = new Entry(model, asset);
    this.entries.set(id, entry);
    let flock = this.flocks.get(asset);
    if (flock === undefined) {
      flock = new Flock(asset);
      this.flocks.set(asset, flock);
      this.row.push(flock);
    }
    flock.entries.push(entry);
    return entry;
  }

  #remove(id, entry) {
    const flock = this.flocks.get(entry.asset);
    this.entries.delete(id);
    flock.entries.splice(flock.entries.indexOf(entry), 1);
    flock.dirty = true;
    if (flock.entries.length === 0) {
      this.#drop(flock);
      this.flocks.delete(entry.asset);
      this.row.splice(this.row.indexOf(flock), 1);
    }
    this.assets.release(entry.asset);
  }

  #arrived(asset) {
    const flock = this.flocks.get(asset);
    if (flock === undefined) return;
    this.#drop(flock);
    for (const entry of flock.entries) entry.bound();
    this.owner.changed();
  }

  /**
   * Models between two transactions.
   * @param {readonly {id: string, position: number[], orientation: number[], scale: number[]}[]} poses
   * @param {number} count how many of them count
   */
  pose(poses, count) {
    for (let i = 0; i < this.movingBefore.length; i++) {
      const entry = this.movingBefore[i];
      entry.moving = false;
      entry.place(entry.model);
      const flock = this.flocks.get(entry.asset);
      if (flock !== undefined) flock.dirty = true;
    }
    this.movingBefore.length = 0;
    for (let i = 0; i < count; i++) {
      const entry = this.entries.get(poses[i].id);
      if (entry === undefined) continue;
      entry.place(poses[i]);
      entry.moving = true;
      this.flocks.get(entry.asset).dirty = true;
      this.movingBefore.push(entry);
    }
  }

  // ---- frames

  /** Lays out what the camera sees; its matrices have to be up to date. */
  prepare(camera) {
    projection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    frustum.setFromProjectionMatrix(projection, camera.coordinateSystem);
    this.visible = 0;
    for (let i = 0; i < this.row.length; i++) this.#fill(this.row[i]);
    this.#mark();
  }

  #fill(flock) {
    const { entries } = flock;
    let { dirty } = flock;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i];
      const drawn = entry.model.visible && frustum.intersectsSphere(entry.sphere);
      if (drawn) this.visible++;
      if (drawn !== entry.drawn) {
        entry.drawn = drawn;
        dirty = true;
      }
    }
    if (!dirty) return;
    flock.dirty = false;
    if (flock.meshes.length === 0 || flock.capacity < flock.entries.length) this.#build(flock);
    const { parts, state } = flock.asset;
    for (let i = 0; i < flock.meshes.length; i++) {
      const mesh = flock.meshes[i];
      const array = mesh.instanceMatrix.array;
      let count = 0;
      for (let k = 0; k < entries.length; k++) {
        const entry = entries[k];
        if (!entry.drawn) continue;
        if (state === 'ready') matrix.multiplyMatrices(entry.matrix, parts[i].matrix).toArray(array, count * 16);
        else entry.matrix.toArray(array, count * 16);
        count++;
      }
      mesh.count = count;
      mesh.visible = count > 0;
      mesh.instanceMatrix.needsUpdate = true;
    }
  }

  #build(flock) {
    this.#drop(flock);
    flock.capacity = FIRST_CAPACITY;
    while (flock.capacity < flock.entries.length) flock.capacity *= 2;
    const { parts, state } = flock.asset;
    const drawn = state === 'ready' ? parts : [{ geometry: this.waitingGeometry, material: state === 'failed' ? this.failedMaterial : this.waitingMaterial }];
    flock.meshes = drawn.map(({ geometry, material }) => {
      const mesh = new InstancedMesh(geometry, material, flock.capacity);
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      // That is decided for each model here.
      mesh.frustumCulled = false;
      mesh.matrixAutoUpdate = false;
      this.scene.add(mesh);
      return mesh;
    });
  }

  #drop(flock) {
    for (const mesh of flock.meshes) {
      this.scene.remove(mesh);
      mesh.dispose();
    }
    flock.meshes = [];
    flock.capacity = 0;
    flock.dirty = true;
  }

  /** Brackets round what is selected. */
  #mark() {
    let used = 0;
    for (const id of this.selected) {
      const entry = this.entries.get(id);
      if (entry === undefined || !entry.drawn || used === MOST_MARKED) continue;
      let mark = this.markSlots[used];
      if (mark === undefined) {
        mark = new LineSegments(this.markGeometry, this.marks.material);
        mark.matrixAutoUpdate = false;
        mark.frustumCulled = false;
        mark.renderOrder = 2;
        this.markSlots[used] = mark;
        this.scene.add(mark);
      }
      used++;
      const { min, max } = entry.asset.box;
      position.addVectors(min, max).multiplyScalar(0.5);
      scale.subVectors(max, min).multiplyScalar(1.04).clampScalar(0.01, 1e9);
      matrix.makeScale(scale.x, scale.y, scale.z).setPosition(position);
      mark.matrix.multiplyMatrices(entry.matrix, matrix);
      mark.matrixWorldNeedsUpdate = true;
      mark.visible = true;
    }
    for (let i = used; i < this.markSlots.length; i++) this.markSlots[i].visible = false;
  }

  // ---- picking

  /**
   * The first model that a ray meets.
   * @param {import('three').Ray} ray
   * @returns {{entry: Entry, point: Vector3, distance: number} | null}
   */
  pick(ray) {
    raycaster.ray.copy(ray);
    let best = null;
    for (const entry of this.entries.values()) {
      if (!entry.model.visible || !ray.intersectsSphere(entry.sphere)) continue;
      let hit;
      if (entry.asset.state === 'ready') {
        const { group } = entry.asset;
        group.matrix.copy(entry.matrix);
        group.updateMatrixWorld(true);
        [hit] = raycaster.intersectObject(group, true);
      } else {
        const point = ray.intersectSphere(entry.sphere, new Vector3());
        hit = point === null ? undefined : { point, distance: point.distanceTo(ray.origin) };
      }
      if (hit !== undefined && (best === null || hit.distance < best.distance)) best = { entry, point: hit.point, distance: hit.distance };
    }
    return best;
  }

  /** What is wrong with a model's asset, and whether it is there. */
  stateOf(id) {
    const asset = this.entries.get(id)?.asset;
    return asset === undefined ? { state: 'waiting', reason: '' } : asset;
  }
}

/** The corners of a unit cube. */
function brackets() {
  const points = [];
  const reach = 0.22;
  for (const x of [-0.5, 0.5]) {
    for (const y of [-0.5, 0.5]) {
      for (const z of [-0.5, 0.5]) {
        points.push(x, y, z, x - Math.sign(x) * reach, y, z, x, y, z, x, y - Math.sign(y) * reach, z, x, y, z, x, y, z - Math.sign(z) * reach);
      }
    }
  }
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
  const lines = new LineSegments(geometry, new LineBasicMaterial({ depthTest: false, transparent: true }));
  lines.matrixAutoUpdate = false;
  lines.frustumCulled = false;
  lines.renderOrder = 2;
  return lines;
}
