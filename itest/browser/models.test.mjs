/**
 * Odd models that the bridge serves, in the page that shows them. Against a running distribution.
 *
 *   COMPOSITOR_HTTP   where it listens; without it everything here is skipped
 *   COMPOSITOR_DATA   its data folder, for the models; without it everything here is skipped
 */

import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cannot, openBrowser, openPage } from './chromium.mjs';

const data = process.env.COMPOSITOR_DATA;
const options = { skip: cannot || (data ? false : 'COMPOSITOR_DATA is not set'), timeout: 180_000 };
const NAMES = ['odd-end.glb', 'odd-picture.glb', 'odd-cameras.glb'];

let browser;
let page;

before(async () => {
  if (options.skip) return;
  browser = await openBrowser();
  ({ page } = await openPage(browser.context, '/3d?camera3d=stage'));
}, { timeout: 120_000 });
after(async () => {
  if (options.skip) return;
  // what comes behind finds no model whose file is gone
  await page?.evaluate(() => window.compositor.client.transact([{ op: 'clear' }]).then(() => true));
  for (const name of NAMES) await rm(join(data, 'models', name), { force: true });
  await browser?.close();
}, { timeout: 30_000 });

/** A triangle with whatever else the JSON has; its picture, if there is one, is the second view. */
function glb(more, picture = Buffer.alloc(0), behind = 0) {
  const places = Buffer.alloc(60);
  [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1].forEach((value, i) => places.writeFloatLE(value, 4 * i));
  const binary = Buffer.concat([places, picture]);
  const padded = (bytes, by) => Buffer.concat([bytes, Buffer.alloc((4 - bytes.length % 4) % 4, by)]);
  const json = padded(Buffer.from(JSON.stringify({
    asset: { version: '2.0' }, scenes: [{ nodes: [0] }], nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 } }] }],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
      { bufferView: 0, byteOffset: 36, componentType: 5126, count: 3, type: 'VEC2' }],
    bufferViews: [{ buffer: 0, byteLength: 60 }, ...(picture.length > 0 ? [{ buffer: 0, byteOffset: 60, byteLength: picture.length }] : [])],
    buffers: [{ byteLength: binary.length }], ...more,
  })), 0x20);
  const chunk = (type, bytes) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length, 0);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, bytes]);
  };
  const chunks = Buffer.concat([chunk('JSON', json), chunk('BIN\0', padded(binary, 0))]);
  const head = Buffer.from('glTF\x02\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(12 + chunks.length, 8);
  return Buffer.concat([head, chunks, Buffer.alloc(behind)]);
}

/** Puts a model into the folder and on the stage; gives what the page knows of it once it is drawn. */
async function show(name, bytes) {
  const file = join(data, 'models', name);
  await mkdir(join(data, 'models'), { recursive: true });
  await writeFile(`${file}.tmp`, bytes);
  await rename(`${file}.tmp`, file);
  const deadline = Date.now() + 60_000;
  for (let there = false; !there; await new Promise((done) => setTimeout(done, 100))) {
    assert.ok(Date.now() < deadline, `${name} is not served after a minute`);
    const answer = await fetch(new URL('/models/', process.env.COMPOSITOR_HTTP));
    const { models, refused } = answer.ok ? await answer.json() : { models: [], refused: [] };
    assert.equal(refused.find((one) => one.name === name)?.reason, undefined);
    there = models.some((one) => one.name === name);
  }
  await page.evaluate((uri) => window.compositor.client.transact([{ op: 'clear' }, { op: 'put', model: { id: 'odd', uri } }]).then(() => true), `models/${name}`);
  await page.waitForFunction(() => {
    window.odd = (window.compositor.panels?.['3d'].display ?? window.compositor.screens.get('3d').display).models.entries.get('odd')?.asset;
    if (window.odd?.state === 'failed') throw new Error(window.odd.reason);
    return window.odd?.state === 'ready';
  }, null, { timeout: 60_000 });
  return page.evaluate(() => ({ parts: window.odd.parts.length, picture: window.odd.parts[0]?.material.map?.image?.width ?? 0 }));
}

test('zeros behind the end, animations that are not played and parts that nothing uses are no obstacle', options, async () => {
  const found = await show(NAMES[0], glb({
    animations: [{ samplers: [{ input: 0, output: 0, interpolation: 'SMOOTH' }],
      channels: [{ sampler: 0, target: { path: 'pointer', extensions: { KHR_animation_pointer: { pointer: '/nodes/0/scale' } } } },
        { sampler: 0, target: { node: 0, path: 'pointer' } }] }],
    nodes: [{ mesh: 0, extras: 'a text' }, { children: [1], mesh: 99, camera: 99 }],
    images: [{ uri: 'fur.ktx2', mimeType: 'image/ktx2' }, {}], textures: [{}], materials: [{ normalTexture: { index: 99 } }],
    extensionsUsed: ['KHR_texture_basisu', 'VENDOR_x'], extensions: { VENDOR_x: [null] },
  }, undefined, 4));
  assert.equal(found.parts, 1);
});

test('a JPEG that is called PNG, beside a picture for those who know KTX2, is shown', options, async () => {
  const jpeg = Buffer.from(await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 8;
    canvas.height = 8;
    canvas.getContext('2d').fillRect(0, 0, 8, 8);
    return canvas.toDataURL('image/jpeg').split(',')[1];
  }), 'base64');
  assert.equal(jpeg.readUInt16BE(0), 0xffd8);
  const found = await show(NAMES[1], glb({
    images: [{ bufferView: 1, mimeType: 'image/png' }, { uri: 'fur.ktx2', mimeType: 'image/ktx2' }],
    textures: [{ source: 0, extensions: { KHR_texture_basisu: { source: 1 } } }], extensionsUsed: ['KHR_texture_basisu'],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
  }, jpeg));
  assert.deepEqual(found, { parts: 1, picture: 8 });
});

test('a model with 200 cameras, some of which see nothing, is shown', options, async () => {
  const cameras = Array.from({ length: 200 }, (_, i) => ({ type: 'perspective', perspective: { yfov: i % 2, znear: 0.1, aspectRatio: 0 } }));
  const found = await show(NAMES[2], glb({
    cameras, nodes: [{ mesh: 0 }, ...cameras.map((_, camera) => ({ camera }))], scenes: [{ nodes: Array.from({ length: 201 }, (_, i) => i) }],
  }));
  assert.equal(found.parts, 1);
});
