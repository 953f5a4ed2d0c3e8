/**
 * Client of the Compositor protocol, version 1 (subprotocol `compositor.v1.json`), for browsers and Node.
 *
 * Without dependencies. Times are microseconds since the Unix epoch, lengths world units, angles radians,
 * screen sizes physical pixels. Nothing in here queues without bound: what cannot be sent is refused or superseded.
 *
 * @module
 */

export { ClockFilter } from './src/clock.js';
export { CompositorClient, SUBPROTOCOL } from './src/client.js';
export { Drag } from './src/drag.js';
export { CompositorError } from './src/error.js';
export { FINAL_CODES, ReconnectSchedule } from './src/reconnect.js';
export { applyOps, checkOps, EMPTY_SCENE } from './src/scene.js';
export { SharedScene } from './src/shared-scene.js';
export { ViewSmoother } from './src/smoother.js';
export { SceneTimeline } from './src/timeline.js';
export { checkView, interpolateViews, shortestAngle, slerp } from './src/views.js';
