// Makes the models that come with it: gear.glb, display-wall.glb and studio-camera.glb.
//   node make-models.mjs FOLDER
// Deterministic: the build makes them anew each time, and they are the same. Metres, +Y up, fronts towards +Z. Node 20, no packages.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node make-models.mjs FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

// the last digits of a sine differ between machines; these do not
const round = value => Math.fround(Math.round(value * 1e5) / 1e5) || 0;

const subtract = (a, b) => a.map((value, i) => value - b[i]);
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = a => { const length = Math.hypot(...a); return a.map(value => value / length); };

// ---- shapes

/** Triangles of one material: positions, normals, and indices into them. */
class Shape {
  positions = [];
  normals = [];
  indices = [];

  vertex(position, normal) {
    this.positions.push(...position);
    this.normals.push(...normal);
    return this.positions.length / 3 - 1;
  }

  /** A flat polygon, its corners counter-clockwise as seen from outside. */
  polygon(...corners) {
    const normal = unit(cross(subtract(corners[1], corners[0]), subtract(corners[2], corners[0])));
    const all = corners.map(corner => this.vertex(corner, normal));
    for (let i = 2; i < all.length; i++) {
      this.indices.push(all[0], all[i - 1], all[i]);
    }
    return this;
  }

  /** A rectangle that faces +Z. */
  tile(x, y, width, height, z) {
    const [w, h] = [width / 2, height / 2];
    return this.polygon([x - w, y - h, z], [x + w, y - h, z], [x + w, y + h, z], [x - w, y + h, z]);
  }

  /** A box whose edges are cut off, so that they catch the light. */
  box(center, size, bevel) {
    const at = (signs, inset) => signs.map((sign, i) => center[i] + sign * (size[i] / 2 - inset[i]));
    // the corner of a face that points along one axis
    const corner = (signs, axis) => at(signs, [0, 1, 2].map(i => i === axis ? 0 : bevel));
    const facing = (corners, outwards) => {
      const normal = cross(subtract(corners[1], corners[0]), subtract(corners[2], corners[0]));
      this.polygon(...(normal.reduce((sum, value, i) => sum + value * outwards[i], 0) > 0 ? corners : corners.reverse()));
    };
    for (let a = 0; a < 3; a++) {
      const [b, c] = [(a + 1) % 3, (a + 2) % 3];
      const signs = (sa, sb, sc) => { const all = []; all[a] = sa; all[b] = sb; all[c] = sc; return all; };
      for (const s of [-1, 1]) {
        facing([[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([sb, sc]) => corner(signs(s, sb, sc), a)), signs(s, 0, 0));
        for (const t of [-1, 1]) {
          facing([corner(signs(-1, s, t), b), corner(signs(1, s, t), b), corner(signs(1, s, t), c), corner(signs(-1, s, t), c)], signs(0, s, t));
        }
      }
    }
    for (let i = 0; i < 8; i++) {
      const signs = [i & 1 ? 1 : -1, i & 2 ? 1 : -1, i & 4 ? 1 : -1];
      facing([0, 1, 2].map(axis => corner(signs, axis)), signs);
    }
    return this;
  }

  /**
   * What a profile of [radius, height] sweeps round the axis; outside lies to its right as it goes upwards. Each stretch is smooth
   * around and sharp at its ends. The axis is Y, or Z.
   */
  lathe(profile, around, axis = 'y', center = [0, 0, 0]) {
    const turn = (r, h, angle) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return axis === 'y' ? [r * s, h, r * c] : [r * c, r * s, h];
    };
    for (let k = 0; k + 1 < profile.length; k++) {
      const [[r0, h0], [r1, h1]] = [profile[k], profile[k + 1]];
      const length = Math.hypot(r1 - r0, h1 - h0);
      const first = this.positions.length / 3;
      for (let i = 0; i <= around; i++) {
        const angle = 2 * Math.PI * i / around;
        const normal = turn((h1 - h0) / length, (r0 - r1) / length, angle);
        for (const [r, h] of [profile[k], profile[k + 1]]) {
          this.vertex(turn(r, h, angle).map((value, j) => value + center[j]), normal);
        }
      }
      for (let i = 0; i < around; i++) {
        const [a, b, c, d] = [0, 1, 2, 3].map(j => first + 2 * i + j);
        if (r0 > 0) this.indices.push(a, c, b);
        if (r1 > 0) this.indices.push(b, c, d);
      }
    }
    return this;
  }

  /** A rod with cut edges, from bottom to top. */
  rod(radius, bottom, top, bevel, around, axis = 'y', center = [0, 0, 0]) {
    return this.lathe([[0, bottom], [radius - bevel, bottom], [radius, bottom + bevel], [radius, top - bevel], [radius - bevel, top], [0, top]],
      around, axis, center);
  }
}

// ---- files

const MATERIALS = {
  steel: { baseColorFactor: [0.50, 0.56, 0.63, 1], metallicFactor: 0.55, roughnessFactor: 0.38 },
  brass: { baseColorFactor: [0.86, 0.62, 0.26, 1], metallicFactor: 0.6, roughnessFactor: 0.34 },
  paint: { baseColorFactor: [0.09, 0.27, 0.62, 1], metallicFactor: 0.1, roughnessFactor: 0.5 },
  graphite: { baseColorFactor: [0.055, 0.06, 0.07, 1], metallicFactor: 0.3, roughnessFactor: 0.55 },
  rubber: { baseColorFactor: [0.02, 0.02, 0.022, 1], metallicFactor: 0, roughnessFactor: 0.9 },
  glass: { baseColorFactor: [0.05, 0.09, 0.16, 1], metallicFactor: 0.2, roughnessFactor: 0.06 },
  screen: { baseColorFactor: [0.01, 0.02, 0.05, 1], metallicFactor: 0, roughnessFactor: 0.25, emissive: [0.008, 0.03, 0.075] },
  light: { baseColorFactor: [0.02, 0.05, 0.08, 1], metallicFactor: 0, roughnessFactor: 0.4, emissive: [0.05, 0.34, 0.6] },
  accent: { baseColorFactor: [0.1, 0.05, 0.01, 1], metallicFactor: 0, roughnessFactor: 0.4, emissive: [0.85, 0.32, 0.05] },
  lamp: { baseColorFactor: [0.8, 0.1, 0.08, 1], metallicFactor: 0, roughnessFactor: 0.4, emissive: [0.9, 0.08, 0.05] },
};

/** Writes a GLB file. `meshes`: by name, a list of [material, shape]; `nodes` and `cameras` as glTF has them, with meshes by name. */
function write(file, meshes, nodes, roots, cameras) {
  const names = Object.keys(meshes);
  const materials = [...new Set(names.flatMap(name => meshes[name].map(([material]) => material)))];
  const chunks = [];
  const bufferViews = [];
  const accessors = [];
  let length = 0;
  const add = (array, target, accessor) => {
    const bytes = Buffer.from(array.buffer);
    const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
    bytes.copy(padded);
    bufferViews.push({ buffer: 0, byteOffset: length, byteLength: bytes.length, target });
    accessors.push({ bufferView: bufferViews.length - 1, ...accessor });
    chunks.push(padded);
    length += padded.length;
    return accessors.length - 1;
  };
  const floats = (numbers, extremes) => {
    const values = numbers.map(round);
    const axis = i => values.filter((_, j) => j % 3 === i);
    const range = extremes && {
      min: [0, 1, 2].map(i => axis(i).reduce((a, b) => Math.min(a, b))), max: [0, 1, 2].map(i => axis(i).reduce((a, b) => Math.max(a, b))),
    };
    return add(new Float32Array(values), 34962, { componentType: 5126, count: values.length / 3, type: 'VEC3', ...range });
  };
  const gltf = {
    asset: { version: '2.0', generator: 'make-models.mjs', copyright: 'Geometry OS, Apache License 2.0' },
    scene: 0,
    scenes: [{ nodes: roots }],
    nodes: nodes.map(node => node.mesh === undefined ? node : { ...node, mesh: names.indexOf(node.mesh) }),
    cameras,
    materials: materials.map(name => {
      const { emissive, ...pbr } = MATERIALS[name];
      return { name, pbrMetallicRoughness: pbr, emissiveFactor: emissive };
    }),
    meshes: names.map(name => ({
      name,
      primitives: meshes[name].map(([material, shape]) => ({
        attributes: { POSITION: floats(shape.positions, true), NORMAL: floats(shape.normals, false) },
        indices: add(new Uint16Array(shape.indices), 34963, { componentType: 5123, count: shape.indices.length, type: 'SCALAR' }),
        material: materials.indexOf(material),
      })),
    })),
    accessors,
    bufferViews,
    buffers: [{ byteLength: length }],
  };
  const json = Buffer.from(JSON.stringify(gltf));
  const text = Buffer.concat([json, Buffer.alloc((4 - json.length % 4) % 4, ' ')]);
  const words = (...values) => { const bytes = Buffer.alloc(4 * values.length); values.forEach((v, i) => bytes.writeUInt32LE(v, 4 * i)); return bytes; };
  writeFileSync(join(folder, file), Buffer.concat([words(0x46546c67, 2, 28 + text.length + length), words(text.length, 0x4e4f534a), text,
    words(length, 0x004e4942), ...chunks]));
}

const about = (axis, angle) => [0, 1, 2].map(i => i === axis ? round(Math.sin(angle / 2)) : 0).concat(round(Math.cos(angle / 2)));

// ---- a gear: 18 teeth, a web between rim and hub, a bore. A metre across, its axis along Z

function gear() {
  const TEETH = 18;
  const [root, tip, depth, bevel] = [0.42, 0.5, 0.09, 0.008];
  // one tooth: at which part of its angle the outline has which radius
  const outline = [[0, root], [0.14, root], [0.2, root + 0.012], [0.34, tip - 0.006], [0.36, tip], [0.64, tip], [0.66, tip - 0.006],
    [0.8, root + 0.012], [0.86, root]];
  const points = [];
  for (let tooth = 0; tooth < TEETH; tooth++) {
    for (const [part, radius] of outline) {
      points.push([2 * Math.PI * (tooth + part) / TEETH, radius]);
    }
  }
  const at = ([angle, radius], inset, z) => [(radius - inset) * Math.cos(angle), (radius - inset) * Math.sin(angle), z];
  const rim = new Shape();
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length];
    const inner = [[point[0], 0.37], [next[0], 0.37]];
    for (const side of [1, -1]) {
      const order = corners => side > 0 ? corners : corners.reverse();
      rim.polygon(...order([at(inner[0], 0, side * depth), at(point, bevel, side * depth), at(next, bevel, side * depth), at(inner[1], 0, side * depth)]));
      rim.polygon(...order([at(point, bevel, side * depth), at(point, 0, side * (depth - bevel)), at(next, 0, side * (depth - bevel)), at(next, bevel, side * depth)]));
    }
    rim.polygon(at(point, 0, depth - bevel), at(point, 0, bevel - depth), at(next, 0, bevel - depth), at(next, 0, depth - bevel));
  });
  rim.lathe([[0.36, -0.08], [0.37, -depth]], 72, 'z').lathe([[0.355, -0.035], [0.36, -0.08]], 72, 'z')
    .lathe([[0.37, depth], [0.36, 0.08], [0.355, 0.035]], 72, 'z');
  const web = new Shape().lathe([[0.2, -0.035], [0.355, -0.035]], 72, 'z').lathe([[0.355, 0.035], [0.2, 0.035]], 72, 'z');
  const hub = new Shape().lathe([[0.09, 0.11], [0.09, -0.11]], 48, 'z').lathe([[0.09, -0.11], [0.17, -0.11], [0.18, -0.1], [0.2, -0.035]], 48, 'z')
    .lathe([[0.2, 0.035], [0.18, 0.1], [0.17, 0.11], [0.09, 0.11]], 48, 'z');
  for (let i = 0; i < 6; i++) {
    const angle = Math.PI * i / 3;
    for (const side of [1, -1]) {
      const [x, y] = [0.275 * Math.cos(angle), 0.275 * Math.sin(angle)];
      hub.rod(0.022, side > 0 ? 0.035 : -0.05, side > 0 ? 0.05 : -0.035, 0.005, 6, 'z', [x, y, 0]);
    }
  }
  write('gear.glb', { gear: [['steel', rim], ['paint', web], ['brass', hub]] }, [{ name: 'gear', mesh: 'gear' }], [0]);
}

// ---- a wall of displays: four by two, along an arc, on two feet

function displayWall() {
  const [columns, rows] = [4, 2];
  const [width, height, depth] = [1.2, 0.675, 0.05];
  const [radius, gap] = [6, 0.012];
  // what a screen shows: a canvas of tiles, and a minimap
  const tiles = new Shape();
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 5; column++) {
      if ((row * 7 + column * 3) % 4 !== 0 && row + column < 6) {
        tiles.tile(-0.4 + 0.2 * column, 0.16 - 0.16 * row, 0.17, 0.13, 0.0055);
      }
    }
  }
  const panel = [
    ['light', tiles],
    ['accent', new Shape().tile(0.48, -0.26, 0.12, 0.006, 0.006).tile(0.48, -0.2, 0.12, 0.006, 0.006).tile(0.42, -0.23, 0.006, 0.066, 0.006)
      .tile(0.54, -0.23, 0.006, 0.066, 0.006)],
    ['graphite', new Shape().box([0, 0, -depth / 2], [width - gap, height - gap, depth], 0.006)],
    ['screen', new Shape().box([0, 0, 0.002], [width - gap - 0.024, height - gap - 0.024, 0.005], 0.002)],
    ['rubber', new Shape().box([0, 0, -depth - 0.02], [0.5, 0.3, 0.04], 0.01)],
  ];
  const foot = [
    ['steel', new Shape().box([0, 0.78, -0.16], [0.09, 1.5, 0.09], 0.012).box([0, 0.03, -0.1], [0.11, 0.06, 0.9], 0.015)
      .box([0, 1.15, -0.1], [0.5, 0.06, 0.06], 0.01).box([0, 0.5, -0.1], [0.5, 0.06, 0.06], 0.01)],
    ['rubber', new Shape().rod(0.05, 0, 0.012, 0.003, 20, 'y', [0, -0.006, 0.3]).rod(0.05, 0, 0.012, 0.003, 20, 'y', [0, -0.006, -0.5])],
  ];
  const nodes = [{ name: 'display-wall', children: [] }];
  const stand = (name, mesh, angle, y) => {
    nodes[0].children.push(nodes.length);
    nodes.push({
      name, mesh, translation: [round(radius * Math.sin(angle)), y, round(radius * (1 - Math.cos(angle)))], rotation: about(1, -angle),
    });
  };
  const step = width / radius;
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      stand(`display-${row}-${column}`, 'display', step * (column - (columns + 1) / 2), round(1.2 + height * ((rows + 1) / 2 - row)));
    }
  }
  stand('foot-left', 'foot', -step, 0);
  stand('foot-right', 'foot', step, 0);
  write('display-wall.glb', { display: panel, foot }, nodes, [0]);
}

// ---- a camera on a tripod: what it sees is the camera "lens" of the model

function studioCamera() {
  const head = [
    ['graphite', new Shape().box([0, 0, 0.05], [0.17, 0.19, 0.36], 0.018).box([0, 0.14, 0.02], [0.05, 0.03, 0.2], 0.01)
      .box([0, 0.112, 0.1], [0.03, 0.05, 0.03], 0.006).box([0, 0.112, -0.06], [0.03, 0.05, 0.03], 0.006)],
    ['rubber', new Shape().rod(0.068, -0.24, -0.12, 0.006, 40, 'z').rod(0.028, 0.22, 0.29, 0.006, 24, 'z', [0.045, 0.06, 0])],
    ['steel', new Shape().lathe([[0.066, -0.29], [0.07, -0.311], [0.082, -0.311], [0.088, -0.305], [0.088, -0.249], [0.082, -0.243], [0.06, -0.243]],
      40, 'z').box([0, -0.115, 0.05], [0.1, 0.04, 0.16], 0.008)],
    ['glass', new Shape().lathe([[0, -0.3], [0.03, -0.297], [0.055, -0.289], [0.068, -0.278]], 40, 'z')],
    ['lamp', new Shape().rod(0.009, 0.095, 0.106, 0.003, 16, 'y', [0.05, 0, -0.09])],
    ['light', new Shape().box([-0.089, 0.01, 0.06], [0.006, 0.1, 0.15], 0.002)],
  ];
  const tripod = [
    ['graphite', new Shape().rod(0.055, 1.32, 1.42, 0.012, 32).rod(0.03, 1.15, 1.33, 0.006, 24)],
    ['steel', new Shape().rod(0.04, 1.42, 1.47, 0.008, 24)],
  ];
  const leg = [
    ['graphite', new Shape().rod(0.022, 0.66, 1.42, 0.005, 20)],
    ['steel', new Shape().rod(0.015, 0.03, 0.67, 0.003, 16).rod(0.026, 0.63, 0.69, 0.006, 20)],
    ['rubber', new Shape().rod(0.02, 0, 0.04, 0.006, 16)],
  ];
  const nodes = [
    { name: 'studio-camera', children: [1, 2] },
    { name: 'tripod', mesh: 'tripod', children: [4, 5, 6] },
    { name: 'head', mesh: 'head', translation: [0, round(1.6), 0], rotation: about(0, -0.08), children: [3] },
    { name: 'lens', camera: 0, translation: [0, 0, -0.32] },
  ];
  for (let i = 0; i < 3; i++) {
    // tilted outwards below the top, then turned about it
    const [tilt, turn] = [0.4, 2 * Math.PI * i / 3];
    const q = [Math.cos(turn / 2) * Math.sin(-tilt / 2), Math.sin(turn / 2) * Math.cos(-tilt / 2), -Math.sin(turn / 2) * Math.sin(-tilt / 2),
      Math.cos(turn / 2) * Math.cos(-tilt / 2)];
    const [down, out] = [1.42 * Math.cos(tilt), 1.42 * Math.sin(tilt)];
    nodes.push({
      name: `leg-${i + 1}`, mesh: 'leg', rotation: q.map(round),
      translation: [round(out * Math.sin(turn)), round(1.36 - down), round(out * Math.cos(turn))],
    });
  }
  write('studio-camera.glb', { head, tripod, leg }, nodes, [0],
    [{ name: 'lens', type: 'perspective', perspective: { yfov: 0.6, znear: 0.1, zfar: 100 } }]);
}

gear();
displayWall();
studioCamera();
