/**
 * Client of the Compositor protocol, version 1 (subprotocol `compositor.v1.json`), for browsers and Node.
 *
 * Without dependencies. Times are microseconds since the Unix epoch, lengths world units, angles radians,
 * screen sizes physical pixels. Nothing in here queues without bound: what cannot be sent is refused or superseded.
 *
 * @module
 */

export { ClockFilter, pingInterval, SteadyClock } from './src/clock.js';
export { CompositorClient } from './src/client.js';
export { SUBPROTOCOL } from './src/connection.js';
export { DelayRamp } from './src/delay-ramp.js';
export { Drag } from './src/drag.js';
export { CLIENT_CODES, CompositorError, ERROR_CODES } from './src/error.js';
export { FrameClock } from './src/frame-clock.js';
export { WallPresentation } from './src/presentation.js';
export { FINAL_CODES, ReconnectSchedule } from './src/reconnect.js';
export { applyOps, checkOps, EMPTY_SCENE } from './src/scene.js';
export { SharedScene } from './src/shared-scene.js';
export { sampleTime, ViewSmoother } from './src/smoother.js';
export { SceneTimeline } from './src/timeline.js';
export { TileTree } from './src/tile-tree.js';
export { ViewTrack } from './src/view-track.js';
export { checkView, interpolateViews, shortestAngle, slerp } from './src/views.js';
export { angledScreen, cutView, wallEye, wallPartScreen, wallPartView, windowView } from './src/wall-geometry.js';

/** @typedef {import('./src/client.js').ClientOptions} ClientOptions */
/** @typedef {import('./src/client.js').Subscription} Subscription */
/** @typedef {import('./src/delay-ramp.js').DelayChange} DelayChange */
/** @typedef {import('./src/drag.js').DragOptions} DragOptions */
/** @typedef {import('./src/messages.js').CameraMessage} CameraMessage */
/** @typedef {import('./src/messages.js').ClientEvents} ClientEvents */
/** @typedef {import('./src/messages.js').ControlMessage} ControlMessage */
/** @typedef {import('./src/messages.js').DisplayMessage} DisplayMessage */
/** @typedef {import('./src/messages.js').DisplaySettings} DisplaySettings */
/** @typedef {import('./src/messages.js').MemberReport} MemberReport */
/** @typedef {import('./src/messages.js').PlaybackState} PlaybackState */
/** @typedef {import('./src/messages.js').SceneMessage} SceneMessage */
/** @typedef {import('./src/messages.js').SnapshotMessage} SnapshotMessage */
/** @typedef {import('./src/messages.js').TileOp} TileOp */
/** @typedef {import('./src/messages.js').TilesMessage} TilesMessage */
/** @typedef {import('./src/messages.js').Tileset} Tileset */
/** @typedef {import('./src/messages.js').WallMember} WallMember */
/** @typedef {import('./src/messages.js').WallMessage} WallMessage */
/** @typedef {import('./src/messages.js').WelcomeMessage} WelcomeMessage */
/** @typedef {import('./src/presentation.js').PresentationReport} PresentationReport */
/** @typedef {import('./src/scene.js').Model} Model */
/** @typedef {import('./src/scene.js').ModelChange} ModelChange */
/** @typedef {import('./src/scene.js').ModelInit} ModelInit */
/** @typedef {import('./src/scene.js').PatchOp} PatchOp */
/** @typedef {import('./src/scene.js').SceneOp} SceneOp */
/** @typedef {import('./src/scene.js').SceneState} SceneState */
/** @typedef {import('./src/shared-scene.js').CameraMove} CameraMove */
/** @typedef {import('./src/shared-scene.js').TransactionResult} TransactionResult */
/** @typedef {import('./src/tile-table.js').TileLayer} TileLayer */
/** @typedef {import('./src/timeline.js').Pose} Pose */
/** @typedef {import('./src/views.js').Projection} Projection */
/** @typedef {import('./src/views.js').View} View */
/** @typedef {import('./src/views.js').View2d} View2d */
/** @typedef {import('./src/views.js').View3d} View3d */
/** @typedef {import('./src/wall-geometry.js').WallPart} WallPart */
/** @typedef {import('./src/wall-geometry.js').WallScreen} WallScreen */
/** @typedef {import('./src/wall-geometry.js').WallSize} WallSize */
