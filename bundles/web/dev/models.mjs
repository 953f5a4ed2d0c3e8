/** Small models for the stand-in: flat-shaded solids as GLB, made on the spot. */

/** Triangles with normals out of convex outlines, pushed along z. */
function prism(outline, depth) {
  const positions = [];
  const normals = [];
  const quad = (a, b, c, d) => {
    const u = b.map((value, i) => value - a[i]);
    const v = c.map((value, i) => value - a[i]);
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const length = Math.hypot(...n) || 1;
    for (const corner of d === undefined ? [a, b, c] : [a, b, c, a, c, d]) {
      positions.push(...corner);
      normals.push(...n.map((value) => value / length));
    }
  };
  const h = depth / 2;
  for (let i = 0; i < outline.length; i++) {
    const [x1, y1] = outline[i];
    const [x2, y2] = outline[(i + 1) % outline.length];
    quad([x1, y1, h], [x1, y1, -h], [x2, y2, -h], [x2, y2, h]);
    quad([0, 0, h], [x1, y1, h], [x2, y2, h]);
    quad([0, 0, -h], [x2, y2, -h], [x1, y1, -h]);
  }
  return { positions, normals };
}

const circle = (n, radius) => Array.from({ length: n }, (_, i) => [radius(i) * Math.cos((i / n) * 2 * Math.PI), radius(i) * Math.sin((i / n) * 2 * Math.PI)]);

function glb(name, parts) {
  const chunks = [];
  let length = 0;
  const json = {
    asset: { version: '2.0' }, scene: 0, scenes: [{ nodes: [0] }], nodes: [{ mesh: 0, name }], meshes: [{ primitives: [] }],
    materials: [], accessors: [], bufferViews: [], buffers: [],
  };
  const accessor = (values, bounds) => {
    const bytes = Buffer.from(new Float32Array(values).buffer);
    json.bufferViews.push({ buffer: 0, byteOffset: length, byteLength: bytes.length });
    json.accessors.push({ bufferView: json.bufferViews.length - 1, componentType: 5126, count: values.length / 3, type: 'VEC3', ...bounds });
    chunks.push(bytes);
    length += bytes.length;
    return json.accessors.length - 1;
  };
  for (const { solid, colour, metal = 0.1, rough = 0.6 } of parts) {
    const column = (axis) => solid.positions.filter((_, i) => i % 3 === axis);
    const bounds = { min: [0, 1, 2].map((axis) => Math.min(...column(axis))), max: [0, 1, 2].map((axis) => Math.max(...column(axis))) };
    const attributes = { POSITION: accessor(solid.positions, bounds), NORMAL: accessor(solid.normals) };
    json.materials.push({ pbrMetallicRoughness: { baseColorFactor: [...colour, 1], metallicFactor: metal, roughnessFactor: rough } });
    json.meshes[0].primitives.push({ attributes, material: json.materials.length - 1 });
  }
  json.buffers.push({ byteLength: length });
  const text = Buffer.from(JSON.stringify(json));
  const head = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
  const out = Buffer.alloc(28 + head.length + length);
  out.write('glTF', 0);
  out.writeUInt32LE(2, 4);
  out.writeUInt32LE(out.length, 8);
  out.writeUInt32LE(head.length, 12);
  out.write('JSON', 16);
  head.copy(out, 20);
  out.writeUInt32LE(length, 20 + head.length);
  out.write('BIN\0', 24 + head.length, 'latin1');
  Buffer.concat(chunks).copy(out, 28 + head.length);
  return out;
}

/** @returns {Map<string, Buffer>} by name */
export function standInModels() {
  const gear = prism(circle(96, (i) => (i % 8 < 4 ? 0.5 : 0.41)), 0.18);
  return new Map([
    ['gear.glb', glb('gear', [{ solid: gear, colour: [0.8, 0.5, 0.16], metal: 0.6, rough: 0.4 }, { solid: prism(circle(48, () => 0.16), 0.3), colour: [0.2, 0.24, 0.3] }])],
    ['crate.glb', glb('crate', [{ solid: prism([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], 1), colour: [0.22, 0.45, 0.68] }])],
    ['column.glb', glb('column', [{ solid: turn(prism(circle(40, () => 0.3), 1.6)), colour: [0.75, 0.78, 0.82] }])],
  ]);
}

/** Along y instead of z. */
function turn({ positions, normals }) {
  const turned = (values) => values.map((_, i) => [values[i], values[i + 1], -values[i - 1]][i % 3]);
  return { positions: turned(positions), normals: turned(normals) };
}
