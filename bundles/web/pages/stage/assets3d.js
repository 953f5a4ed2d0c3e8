/** glTF assets: loaded once each, however many models show them, and let go when none does. */

import { Box3, Group, Matrix4, Sphere, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { limit } from '../shared/browser.js';
import { keyHeaders } from '../shared/connection.js';

const CONCURRENT = 4;
const MAX_BYTES = 256 << 20;
const LIMIT_MS = 120_000;
/** Metalness at most, where the processor draws and leaves out reflections. */
const DULL = 0.3;

export class Asset {
  constructor(uri) {
    this.uri = uri;
    /** @type {'waiting' | 'loading' | 'ready' | 'failed'} */
    this.state = 'waiting';
    this.reason = '';
    this.loaded = 0;
    this.total = 0;
    /** What is drawn: geometry, material, and where it stands within the asset. @type {{geometry: any, material: any, matrix: Matrix4}[]} */
    this.parts = [];
    /** The asset as one object, for finding what lies under a pointer. */
    this.group = new Group();
    this.group.matrixAutoUpdate = false;
    /** Half a metre around its origin until it is known better. */
    this.box = new Box3(new Vector3(-0.25, 0, -0.25), new Vector3(0.25, 0.5, 0.25));
    this.sphere = this.box.getBoundingSphere(new Sphere());
    this.uses = 0;
    this.cancel = new AbortController();
  }
}

export class Assets {
  /**
   * @param {import('../shared/page.js').Page} page
   * @param {(asset: Asset) => void} changed an asset is there, or will not be
   */
  constructor(page, changed) {
    this.page = page;
    this.changed = changed;
    /** @type {Map<string, Asset>} */
    this.all = new Map();
    this.running = 0;
  }

  /** @returns {Asset} to be given back by {@link Assets#release} */
  acquire(uri) {
    let asset = this.all.get(uri);
    if (asset === undefined) {
      asset = new Asset(uri);
      this.all.set(uri, asset);
    }
    asset.uses++;
    this.#next();
    return asset;
  }

  release(asset) {
    if (--asset.uses > 0) return;
    this.all.delete(asset.uri);
    asset.cancel.abort();
    dispose(asset);
  }

  /** Loads again what failed. */
  retry() {
    for (const asset of this.all.values()) if (asset.state === 'failed') asset.state = 'waiting';
    this.#next();
  }

  /** How many assets are on their way, and how far they are, in [0, 1]. */
  get progress() {
    let waiting = 0;
    let part = 0;
    for (const asset of this.all.values()) {
      if (asset.state !== 'waiting' && asset.state !== 'loading') continue;
      waiting++;
      if (asset.total > 0) part += Math.min(1, asset.loaded / asset.total);
    }
    return { waiting, part: waiting === 0 ? 1 : part / waiting };
  }

  #next() {
    for (const asset of this.all.values()) {
      if (this.running >= CONCURRENT) return;
      if (asset.state === 'waiting') this.#load(asset);
    }
  }

  async #load(asset) {
    asset.state = 'loading';
    asset.loaded = 0;
    this.running++;
    try {
      const gltf = await this.#fetch(asset);
      if (asset.uses === 0) {
        disposeTree(gltf.scene);
        return;
      }
      take(asset, gltf.scene, this.page.graphics.software);
      asset.state = 'ready';
    } catch (error) {
      asset.state = 'failed';
      asset.reason = error.message;
    } finally {
      this.running--;
      this.#next();
    }
    if (asset.uses > 0) this.changed(asset);
  }

  async #fetch(asset) {
    const { base, client } = this.page;
    const url = new URL(asset.uri, base);
    // What a model names is data of somebody else's: it must not lead, with the key, anywhere but to the models.
    if (url.origin !== base.origin || !url.pathname.startsWith(new URL('models/', base).pathname)) throw new Error(`${asset.uri} is not below models/`);
    const headers = keyHeaders(client.options.key);
    const signal = limit(LIMIT_MS, asset.cancel.signal);
    const answer = await fetch(url, { headers, signal });
    if (!answer.ok) throw new Error(answer.status === 404 ? 'the server has no such model' : `the server answers ${answer.status}`);
    asset.total = Number(answer.headers.get('Content-Length')) || 0;
    const pieces = [];
    for (const reader = answer.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      asset.loaded += value.length;
      if (asset.loaded > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES >> 20} MiB`);
    }
    const bytes = await new Blob(pieces).arrayBuffer();
    const loader = new GLTFLoader().register(shownAlone);
    loader.setRequestHeader(headers);
    return loader.parseAsync(bytes, new URL('.', url).href);
  }
}

/** Has the loader leave out what displays do not show, so that it cannot fail there: cameras and animations. A file may have no scene. */
export const shownAlone = ({ json }) => ({
  name: 'shown alone',
  beforeRoot() {
    delete json.animations;
    delete json.cameras;
    for (const node of json.nodes ?? []) delete node.camera;
    if (!json.scenes?.length) {
      json.scenes = [{}];
      delete json.scene;
    }
  },
});

/** Takes over what was loaded. */
function take(asset, root, software) {
  root.updateMatrixWorld(true);
  root.traverse((node) => {
    if (!node.isMesh) return;
    // A model stands as its file has it: nothing is bent or animated.
    node.geometry.morphAttributes = {};
    // Metal is dark where nothing is reflected.
    if (software) for (const material of [node.material].flat()) if (material.metalness > DULL) material.metalness = DULL;
    asset.parts.push({ geometry: node.geometry, material: node.material, matrix: node.matrixWorld.clone() });
  });
  asset.group.add(root);
  const box = new Box3().setFromObject(root);
  if (box.isEmpty()) return;
  asset.box.copy(box);
  box.getBoundingSphere(asset.sphere);
}

function dispose(asset) {
  disposeTree(asset.group);
  asset.parts = [];
}

function disposeTree(root) {
  root.traverse((node) => {
    node.geometry?.dispose();
    for (const material of [node.material].flat()) {
      if (!material) continue;
      for (const value of Object.values(material)) if (value?.isTexture) value.dispose();
      material.dispose();
    }
  });
}
