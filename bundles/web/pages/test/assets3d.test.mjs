import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { shownAlone } from '../stage/assets3d.js';

// browsers have it, Node does not, and the loader tells with it how far it is
globalThis.ProgressEvent ??= class extends Event {};

const PLACES = Buffer.from(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]).buffer).toString('base64');

/** A triangle, and whatever else. */
const triangle = (more) => ({
  asset: { version: '2.0' },
  scenes: [{ nodes: [0] }],
  nodes: [{ mesh: 0 }],
  meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
  accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] }],
  bufferViews: [{ buffer: 0, byteLength: 36 }],
  buffers: [{ byteLength: 36, uri: `data:application/octet-stream;base64,${PLACES}` }],
  ...more,
});

async function meshes(model) {
  const { scene } = await new GLTFLoader().register(shownAlone).parseAsync(JSON.stringify(model), '');
  let count = 0;
  scene.traverse((node) => { count += node.isMesh ? 1 : 0; });
  return count;
}

test('a model is shown whatever its cameras and animations are', async () => {
  assert.equal(await meshes(triangle({})), 1);
  assert.equal(await meshes(triangle({ cameras: [{ type: 'fisheye' }, {}], nodes: [{ mesh: 0, children: [1, 2] }, { camera: 0 }, { camera: 1 }] })), 1);
  assert.equal(await meshes(triangle({ animations: [{ channels: [{ sampler: 7, target: { path: 'pointer' } }], samplers: [] }] })), 1);
});

test('a model without a scene shows nothing and does not fail', async () => {
  assert.equal(await meshes(triangle({ scenes: undefined })), 0);
  assert.equal(await meshes(triangle({ scenes: [], scene: 0 })), 0);
});
