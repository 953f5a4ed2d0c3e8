/** The ground with lines every metre, and the sky: where one is and how high, at a glance. */

import { BackSide, Color, Mesh, PlaneGeometry, ShaderMaterial, SphereGeometry } from 'three';

const REACH = 400;

export function makeGround() {
  const material = new ShaderMaterial({
    uniforms: { colour: { value: new Color() }, axisX: { value: new Color(0xd9534f) }, axisZ: { value: new Color(0x4f8fe0) }, reach: { value: 60 } },
    vertexShader: `
      varying vec3 place;
      void main() {
        vec4 world = modelMatrix * vec4(position, 1.0);
        place = world.xyz;
        gl_Position = projectionMatrix * viewMatrix * world;
      }`,
    fragmentShader: `
      uniform vec3 colour;
      uniform vec3 axisX;
      uniform vec3 axisZ;
      uniform float reach;
      varying vec3 place;
      float lines(vec2 at, vec2 width) {
        vec2 distance = abs(fract(at - 0.5) - 0.5) / width;
        // Where lines come closer than pixels there are none.
        return (1.0 - min(min(distance.x, distance.y), 1.0)) * (1.0 - smoothstep(0.15, 0.5, max(width.x, width.y)));
      }
      void main() {
        vec2 width = fwidth(place.xz);
        float strength = 0.22 * lines(place.xz, width) + 0.30 * lines(place.xz / 10.0, width / 10.0);
        vec2 axes = 1.0 - min(abs(place.zx) / (width.yx * 1.2), 1.0);
        vec3 tint = mix(mix(colour, axisX, axes.x), axisZ, axes.y);
        strength = max(strength, 0.8 * max(axes.x, axes.y));
        strength *= 1.0 - smoothstep(reach * 0.25, reach, distance(place.xz, cameraPosition.xz));
        if (strength < 0.003) discard;
        gl_FragColor = vec4(tint, strength);
        #include <colorspace_fragment>
      }`,
    transparent: true,
    depthWrite: false,
    side: 2,
  });
  const ground = new Mesh(new PlaneGeometry(2 * REACH, 2 * REACH).rotateX(-Math.PI / 2), material);
  ground.frustumCulled = false;
  ground.renderOrder = 1;
  return ground;
}

/** The ground goes with the camera, and its lines reach the farther the higher that is. */
export function followGround(ground, camera) {
  ground.position.set(camera.position.x, 0, camera.position.z);
  ground.material.uniforms.reach.value = Math.min(REACH, 30 + Math.abs(camera.position.y) * 12);
}

export function makeSky() {
  const sky = new Mesh(new SphereGeometry(1, 24, 16), new ShaderMaterial({
    uniforms: { high: { value: new Color() }, low: { value: new Color() }, ground: { value: new Color() } },
    vertexShader: `
      varying float height;
      void main() {
        height = position.y;
        vec4 place = projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0);
        gl_Position = place.xyww;
      }`,
    fragmentShader: `
      uniform vec3 high;
      uniform vec3 low;
      uniform vec3 ground;
      varying float height;
      void main() {
        vec3 above = mix(low, high, smoothstep(0.0, 0.6, height));
        gl_FragColor = vec4(mix(ground, above, smoothstep(-0.14, 0.02, height)), 1.0);
        #include <colorspace_fragment>
      }`,
    side: BackSide,
    depthWrite: false,
    depthTest: false,
  }));
  sky.frustumCulled = false;
  sky.renderOrder = -1;
  return sky;
}
