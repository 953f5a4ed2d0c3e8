/** The stage: a room with things in it, seen through whatever projection the camera has. Metres, +Y up. */

import {
  ACESFilmicToneMapping, BackSide, BoxGeometry, Camera, CanvasTexture, Color, CylinderGeometry, DirectionalLight, Fog,
  HemisphereLight, IcosahedronGeometry, Mesh, MeshBasicMaterial, MeshLambertMaterial, MeshPhongMaterial, PlaneGeometry,
  PointLight, RepeatWrapping, Scene, SphereGeometry, SRGBColorSpace, TorusGeometry, TorusKnotGeometry, WebGLCoordinateSystem,
  WebGLRenderer,
} from 'three';
import { placePicture, projectionAspect, projectionMatrix } from './views.js';

const GROUND = 0x0c1016;
/** As many pixels as a processor draws often enough without a graphics card. */
const SOFTWARE_PIXELS = 200_000;
const ROOM = { width: 18, depth: 18, height: 6.5 };

export class Display3d {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{software: boolean}} graphics
   */
  static async create(canvas, graphics) {
    return new Display3d(canvas, graphics);
  }

  constructor(canvas, { software }) {
    this.renderer = new WebGLRenderer({ canvas, antialias: !software, powerPreference: 'high-performance' });
    this.software = software;
    if (!software) {
      this.renderer.toneMapping = ACESFilmicToneMapping;
      this.renderer.toneMappingExposure = 1.15;
    }
    this.renderer.setClearColor(GROUND);
    this.renderer.setPixelRatio(1);
    this.renderer.setScissorTest(true);
    this.scene = buildRoom(software);
    this.camera = new Camera();
    this.camera.coordinateSystem = WebGLCoordinateSystem;
    this.picture = [0, 0, 16, 16];
    this.width = 16;
    this.height = 16;
  }

  resize(width, height) {
    const scale = this.software ? Math.min(1, Math.sqrt(SOFTWARE_PIXELS / (width * height))) : 1;
    this.width = Math.max(1, Math.round(width * scale));
    this.height = Math.max(1, Math.round(height * scale));
    this.renderer.setSize(this.width, this.height, false);
  }

  render(view, fit) {
    const { renderer, camera, width, height } = this;
    const aspect = projectionAspect(view.projection);
    const [x, y, w, h] = placePicture(aspect, width, height, fit, this.picture);
    camera.position.fromArray(view.position);
    camera.quaternion.fromArray(view.orientation);
    projectionMatrix(view.projection, w / h, camera.projectionMatrix.elements);
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
    renderer.setViewport(0, 0, width, height);
    renderer.setScissor(0, 0, width, height);
    if (aspect > 0) renderer.clear();
    renderer.setViewport(x, y, w, h);
    renderer.setScissor(Math.max(0, x), Math.max(0, y), Math.min(w, width), Math.min(h, height));
    renderer.render(this.scene, camera);
  }
}

/** A texture drawn by a function; nothing is loaded from anywhere. */
function drawn(width, height, draw) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  draw(canvas.getContext('2d'), width, height);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

function buildRoom(software) {
  const scene = new Scene();
  scene.background = new Color(GROUND);
  scene.fog = new Fog(GROUND, 14, 44);
  scene.add(new HemisphereLight(0xc4d8f2, 0x2a2622, 1.5));
  const key = new DirectionalLight(0xfff1de, 2.1);
  key.position.set(4, 8, 5);
  scene.add(key);
  if (!software) {
    const glow = new PointLight(0x7cc4ff, 16, 9);
    glow.position.set(0, 2.2, -4);
    scene.add(glow);
  }

  const add = (geometry, material, x, y, z) => {
    const mesh = new Mesh(geometry, material);
    mesh.position.set(x, y, z);
    scene.add(mesh);
    return mesh;
  };
  const matte = (color) => new MeshLambertMaterial({ color });
  const gloss = (color, shininess = 70) => new MeshPhongMaterial({ color, shininess, specular: 0x555555 });

  // Floor: metre lines, every fifth one stronger.
  const floor = drawn(1024, 1024, (g, w) => {
    g.fillStyle = '#2a323d';
    g.fillRect(0, 0, w, w);
    for (let i = 0; i <= 5; i++) {
      g.fillStyle = i % 5 === 0 ? '#66788f' : '#3b4757';
      const t = i % 5 === 0 ? 5 : 3;
      g.fillRect((i * w) / 5 - t / 2, 0, t, w);
      g.fillRect(0, (i * w) / 5 - t / 2, w, t);
    }
  });
  floor.wrapS = RepeatWrapping;
  floor.wrapT = RepeatWrapping;
  floor.repeat.set(24, 24);
  floor.anisotropy = software ? 1 : 8;
  // What covers most of the picture needs no light where the processor draws.
  const Broad = software ? MeshBasicMaterial : MeshLambertMaterial;
  add(new PlaneGeometry(120, 120), new Broad({ map: floor }), 0, 0, 0).rotation.x = -Math.PI / 2;

  // Walls are seen from inside only, so that no camera is locked out.
  const wall = drawn(8, 256, (g, w, h) => {
    const fade = g.createLinearGradient(0, 0, 0, h);
    fade.addColorStop(0, '#151b24');
    fade.addColorStop(0.75, '#242e3b');
    fade.addColorStop(1, '#2e3948');
    g.fillStyle = fade;
    g.fillRect(0, 0, w, h);
  });
  const plaster = new Broad({ map: wall, side: BackSide });
  const open = new MeshBasicMaterial({ visible: false });
  add(new BoxGeometry(ROOM.width, ROOM.height, ROOM.depth), [plaster, plaster, open, open, plaster, plaster], 0, ROOM.height / 2, 0);

  // Stage, and the screen behind it.
  add(new CylinderGeometry(3.1, 3.1, 0.12, 72), matte(0x39434f), 0, 0.06, 0);
  const rim = add(new TorusGeometry(3.1, 0.025, 8, 96), new MeshBasicMaterial({ color: 0x7cc4ff }), 0, 0.12, 0);
  rim.rotation.x = Math.PI / 2;
  const screen = drawn(1024, 448, (g, w, h) => {
    const fade = g.createLinearGradient(0, 0, w, h);
    fade.addColorStop(0, '#10345a');
    fade.addColorStop(0.55, '#31507c');
    fade.addColorStop(1, '#b9784a');
    g.fillStyle = fade;
    g.fillRect(0, 0, w, h);
    g.strokeStyle = 'rgb(255 255 255 / 16%)';
    g.lineWidth = 2;
    for (let x = 0; x <= w; x += 64) { g.beginPath(); g.moveTo(x, 0); g.lineTo(x, h); g.stroke(); }
    for (let y = 0; y <= h; y += 64) { g.beginPath(); g.moveTo(0, y); g.lineTo(w, y); g.stroke(); }
    g.strokeStyle = 'rgb(255 255 255 / 70%)';
    g.lineWidth = 4;
    g.beginPath();
    g.arc(w / 2, h / 2, 150, 0, 7);
    g.moveTo(w / 2 - 190, h / 2);
    g.lineTo(w / 2 + 190, h / 2);
    g.moveTo(w / 2, h / 2 - 190);
    g.lineTo(w / 2, h / 2 + 190);
    g.stroke();
    g.fillStyle = 'rgb(255 255 255 / 88%)';
    g.font = '600 40px system-ui, "Noto Sans", "DejaVu Sans", sans-serif';
    g.fillText('STAGE', 40, 72);
    g.textAlign = 'right';
    g.fillText('16 : 7', w - 40, h - 40);
  });
  add(new BoxGeometry(8.2, 3.7, 0.16), matte(0x1a2029), 0, 2.35, -5.6);
  add(new PlaneGeometry(8, 3.5), new MeshBasicMaterial({ map: screen, toneMapped: false }), 0, 2.35, -5.51);

  // Things on plinths, each with a soft shadow under it.
  const shade = drawn(128, 128, (g, w) => {
    const fade = g.createRadialGradient(w / 2, w / 2, 0, w / 2, w / 2, w / 2);
    fade.addColorStop(0, 'rgb(0 0 0 / 62%)');
    fade.addColorStop(0.5, 'rgb(0 0 0 / 40%)');
    fade.addColorStop(1, 'rgb(0 0 0 / 0%)');
    g.fillStyle = fade;
    g.fillRect(0, 0, w, w);
  });
  const shadowMaterial = new MeshBasicMaterial({ map: shade, transparent: true, depthWrite: false });
  let layer = 0;
  const shadow = (x, z, size, y) => {
    const mesh = add(new PlaneGeometry(size, size), shadowMaterial, x, y + 0.004 + 0.0006 * layer++, z);
    mesh.rotation.x = -Math.PI / 2;
  };
  const plinth = (x, z, height, ground) => {
    shadow(x, z, 1.9, ground);
    add(new BoxGeometry(0.8, height, 0.8), matte(0xd9dde3), x, ground + height / 2, z);
    return ground + height;
  };
  const top = plinth(0, 0, 0.8, 0.12);
  add(new TorusKnotGeometry(0.34, 0.11, 128, 20), gloss(0xf2a65a), 0, top + 0.55, 0);
  const left = plinth(-1.9, 0.7, 0.55, 0.12);
  add(new IcosahedronGeometry(0.45, 0), new MeshPhongMaterial({ color: 0x8f7cf0, flatShading: true, shininess: 30 }), -1.9, left + 0.42, 0.7);
  const rightTop = plinth(1.9, 0.7, 0.55, 0.12);
  add(new SphereGeometry(0.42, 40, 28), gloss(0x4fc3a0, 120), 1.9, rightTop + 0.42, 0.7);

  // Crates of one metre with letters: which way is which is plain to see.
  const crate = (letter, colour) => drawn(256, 256, (g, w) => {
    g.fillStyle = colour;
    g.fillRect(0, 0, w, w);
    g.strokeStyle = 'rgb(0 0 0 / 28%)';
    g.lineWidth = 16;
    g.strokeRect(8, 8, w - 16, w - 16);
    g.fillStyle = 'rgb(255 255 255 / 90%)';
    g.font = '700 150px system-ui, "Noto Sans", "DejaVu Sans", sans-serif';
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    g.fillText(letter, w / 2, w / 2 + 8);
  });
  for (const [letter, colour, x, z, angle, height = 0] of [
    ['A', '#3d6f9e', -5.2, -3.2, 0.4], ['B', '#9e5f3d', -6.1, -2.2, 0.1], ['C', '#4d8a68', -5.55, -2.75, -0.3, 1],
    ['D', '#7a5a96', 5.4, -2.6, -0.5], ['E', '#8d7a3d', 6.0, 2.4, 0.25], ['F', '#3d7f8a', -5.4, 3.6, -0.2],
  ]) {
    if (height === 0) shadow(x, z, 2.3, 0);
    add(new BoxGeometry(1, 1, 1), new MeshLambertMaterial({ map: crate(letter, colour) }), x, 0.5 + height, z).rotation.y = angle;
  }

  // Towers in the corners carry a truss.
  const steel = matte(0x5c6878);
  for (const x of [-7, 7]) {
    for (const z of [-7, 7]) {
      shadow(x, z, 1.6, 0);
      add(new CylinderGeometry(0.14, 0.14, 5.4, 16), steel, x, 2.7, z);
    }
    add(new BoxGeometry(0.2, 0.2, 14.2), steel, x, 5.4, 0);
    add(new BoxGeometry(14.2, 0.2, 0.2), steel, 0, 5.4, x);
    for (const z of [-4, 0, 4]) {
      const lamp = add(new CylinderGeometry(0.12, 0.22, 0.42, 20), matte(0x222932), x, 5.1, z);
      lamp.rotation.z = x < 0 ? 0.5 : -0.5;
      const light = add(new SphereGeometry(0.12, 16, 12), new MeshBasicMaterial({ color: 0xffe2b8 }), x * 0.985, 4.92, z);
      light.scale.y = 0.6;
    }
  }
  for (const child of scene.children) {
    child.updateMatrix();
    child.matrixAutoUpdate = false;
  }
  return scene;
}
