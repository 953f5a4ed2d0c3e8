/** The names of models, written once into one picture and drawn in one call, always of the same size on the screen. */

import { CanvasTexture, DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, PlaneGeometry, ShaderMaterial, SRGBColorSpace, Vector2 } from 'three';
import { css } from '../shared/appearance.js';

const COLUMNS = 4;
const ROWS = 32;
const SLOT_WIDTH = 256;
const SLOT_HEIGHT = 32;
const SIZE = 22;
/** As many names are shown at a time: those nearest to the camera. */
const MOST = COLUMNS * ROWS;

export class LabelLayer {
  /**
   * @param {import('three').Scene} scene
   * @param {import('../shared/page.js').Page} page
   */
  constructor(scene, page) {
    this.page = page;
    this.shown = true;
    this.canvas = document.createElement('canvas');
    this.canvas.width = COLUMNS * SLOT_WIDTH;
    this.canvas.height = ROWS * SLOT_HEIGHT;
    this.texture = new CanvasTexture(this.canvas);
    this.texture.colorSpace = SRGBColorSpace;
    /** Which text is in which slot, the one longest unused first. @type {Map<string, {slot: number, width: number, used: number}>} */
    this.texts = new Map();
    this.free = Array.from({ length: MOST }, (_, i) => MOST - 1 - i);
    /** @type {{entry: any, slot: number, width: number}[]} */
    this.chosen = [];
    this.candidates = [];
    this.turn = 0;
    this.written = false;

    const quad = new PlaneGeometry(1, 1);
    const geometry = new InstancedBufferGeometry();
    geometry.index = quad.index;
    geometry.setAttribute('position', quad.attributes.position);
    this.anchors = new InstancedBufferAttribute(new Float32Array(MOST * 3), 3).setUsage(DynamicDrawUsage);
    this.slots = new InstancedBufferAttribute(new Float32Array(MOST * 2), 2).setUsage(DynamicDrawUsage);
    geometry.setAttribute('anchor', this.anchors);
    geometry.setAttribute('slot', this.slots);
    this.material = new ShaderMaterial({
      uniforms: { names: { value: this.texture }, screen: { value: new Vector2(1, 1) }, unit: { value: 1 } },
      vertexShader: `
        attribute vec3 anchor;
        attribute vec2 slot;
        uniform vec2 screen;
        uniform float unit;
        varying vec2 at;
        void main() {
          vec2 size = vec2(slot.y, ${SLOT_HEIGHT.toFixed(1)});
          vec2 cell = vec2(mod(slot.x, ${COLUMNS.toFixed(1)}), floor(slot.x / ${COLUMNS.toFixed(1)}));
          vec2 corner = position.xy + 0.5;
          at = (cell * vec2(${SLOT_WIDTH.toFixed(1)}, ${SLOT_HEIGHT.toFixed(1)}) + vec2(corner.x, 1.0 - corner.y) * size)
            / vec2(${(COLUMNS * SLOT_WIDTH).toFixed(1)}, ${(ROWS * SLOT_HEIGHT).toFixed(1)});
          at.y = 1.0 - at.y;
          vec4 place = projectionMatrix * viewMatrix * vec4(anchor, 1.0);
          place.xy += (position.xy * size * 0.5 * unit + vec2(0.0, 15.0 * unit)) * 2.0 / screen * place.w;
          gl_Position = place;
        }`,
      fragmentShader: `
        uniform sampler2D names;
        varying vec2 at;
        void main() {
          vec4 ink = texture2D(names, at);
          if (ink.a < 0.02) discard;
          gl_FragColor = ink;
          #include <colorspace_fragment>
        }`,
      transparent: true,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, this.material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 3;
    scene.add(this.mesh);
    this.geometry = geometry;
    geometry.instanceCount = 0;
  }

  /** Other colours: everything is written anew. */
  restyle() {
    this.texts.clear();
    this.free = Array.from({ length: MOST }, (_, i) => MOST - 1 - i);
    this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /**
   * Chooses which names are shown; a few times a second.
   * @param {import('./models3d.js').ModelLayer} models
   * @param {number[]} from where the camera stands
   */
  choose(models, from) {
    this.turn++;
    const { candidates } = this;
    candidates.length = 0;
    for (const entry of models.entries.values()) {
      const marked = models.selected.has(entry.model.id);
      if (!entry.drawn || !(marked || (this.shown && entry.model.label))) continue;
      entry.far = marked ? -1 : Math.hypot(entry.top.x - from[0], entry.top.y - from[1], entry.top.z - from[2]);
      candidates.push(entry);
    }
    candidates.sort((a, b) => a.far - b.far);
    candidates.length = Math.min(candidates.length, MOST);
    this.chosen.length = 0;
    // What is there and stays must not be written over by what comes.
    for (const { model } of candidates) {
      const place = this.texts.get(nameOf(model));
      if (place !== undefined) place.used = this.turn;
    }
    for (const entry of candidates) {
      const text = nameOf(entry.model);
      const place = this.texts.get(text) ?? this.#write(text);
      place.used = this.turn;
      this.chosen.push({ entry, slot: place.slot, width: place.width });
    }
    if (this.written) this.texture.needsUpdate = true;
    this.written = false;
  }

  #write(text) {
    if (this.free.length === 0) {
      for (const [old, { slot, used }] of this.texts) {
        if (used === this.turn) continue;
        this.texts.delete(old);
        this.free.push(slot);
        break;
      }
    }
    const slot = this.free.pop();
    const g = this.canvas.getContext('2d');
    const [x, y] = [(slot % COLUMNS) * SLOT_WIDTH, Math.floor(slot / COLUMNS) * SLOT_HEIGHT];
    g.clearRect(x, y, SLOT_WIDTH, SLOT_HEIGHT);
    g.font = `600 ${SIZE}px system-ui, "Noto Sans", "DejaVu Sans", sans-serif`;
    let shown = text;
    while (g.measureText(shown).width > SLOT_WIDTH - 24 && shown.length > 1) shown = `${shown.slice(0, -2)}…`;
    const width = Math.min(SLOT_WIDTH, Math.ceil(g.measureText(shown).width) + 20);
    const { ground, text: ink } = this.page.palette;
    g.fillStyle = `${css(ground)}d0`;
    g.beginPath();
    g.roundRect(x, y + 1, width, SLOT_HEIGHT - 2, 8);
    g.fill();
    g.fillStyle = css(ink);
    g.textBaseline = 'middle';
    g.fillText(shown, x + 10, y + SLOT_HEIGHT / 2 + 1);
    const place = { slot, width, used: this.turn };
    this.texts.set(text, place);
    this.written = true;
    return place;
  }

  /**
   * Puts the names where their models are.
   * @param {number} width of the picture in pixels
   * @param {number} unit pixels of the picture per pixel of the layout
   */
  prepare(width, height, unit) {
    this.material.uniforms.screen.value.set(width, height);
    this.material.uniforms.unit.value = unit;
    const anchors = this.anchors.array;
    const slots = this.slots.array;
    let count = 0;
    for (let i = 0; i < this.chosen.length; i++) {
      const { entry, slot, width: wide } = this.chosen[i];
      if (!entry.drawn) continue;
      anchors[count * 3] = entry.top.x;
      anchors[count * 3 + 1] = entry.top.y;
      anchors[count * 3 + 2] = entry.top.z;
      slots[count * 2] = slot;
      slots[count * 2 + 1] = wide;
      count++;
    }
    this.geometry.instanceCount = count;
    this.mesh.visible = count > 0;
    this.anchors.needsUpdate = true;
    this.slots.needsUpdate = true;
  }
}

const nameOf = (model) => model.label ?? model.id;
