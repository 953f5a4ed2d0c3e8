/**
 * The server's messages, as the events of a client give them (protocol, "Messages"). Times are microseconds since the Unix epoch.
 *
 * @module
 */

/** @typedef {import('./drag.js').Drag} Drag */
/** @typedef {import('./error.js').CompositorError} CompositorError */
/** @typedef {import('./scene.js').ModelInit} ModelInit */
/** @typedef {import('./scene.js').SceneOp} SceneOp */
/** @typedef {import('./shared-scene.js').SharedScene} SharedScene */
/** @typedef {import('./views.js').View} View */
/**
 * What a display says of itself; sizes in physical pixels, `refreshRate` in Hz.
 * @typedef {{width?: number, height?: number, pixelRatio?: number, refreshRate?: number, colorSpace?: 'srgb' | 'display-p3' | 'rec2020',
 *   fit?: 'contain' | 'cover' | 'same-scale', title?: string}} DisplaySettings
 */
/**
 * @typedef {{type: 'welcome', session: string, display: string, token: string, resumed: boolean, epoch: string, seq: number, time: number,
 *   role: 'view' | 'control' | 'admin', heartbeat: {interval: number, timeout: number},
 *   limits: {messageBytes: number, requestsPerSecond: number, resumeWindow: number, cameras: number, models: number},
 *   server: {name: string, version: string}, settings?: DisplaySettings}} WelcomeMessage
 */
/**
 * The newest state of a camera as the server sent it.
 * @typedef {{type: 'camera', seq: number, camera: string, time: number, received: number, sample?: number,
 *   timecode?: string, source: string, origin?: string, cut?: boolean, view: View}} CameraMessage
 */
/** @typedef {{type: 'control', seq: number, camera: string, holder: string | null, session?: string}} ControlMessage */
/**
 * @typedef {{type: 'display', seq: number, action: 'joined' | 'changed' | 'left', display: string, session: string, user: string,
 *   connected: boolean, settings?: DisplaySettings, reason?: string}} DisplayMessage
 */
/**
 * @typedef {{type: 'snapshot', epoch: string, seq: number, all: boolean, cameras: CameraMessage[], control: ControlMessage[],
 *   scene?: {revision: number, models: ModelInit[], selected: string[]}, displays?: DisplayMessage[]}} SnapshotMessage
 */
/**
 * @typedef {{type: 'scene', seq: number, ops: SceneOp[], origin?: string, camera?: Omit<CameraMessage, 'seq'>}} SceneMessage
 */
/**
 * What each event of a client gives to its listeners.
 * @typedef {object} ClientEvents
 * @property {'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'} state
 * @property {WelcomeMessage} welcome
 * @property {SnapshotMessage} snapshot cameras, control and scene of it are in place already
 * @property {CameraMessage} camera
 * @property {{type: 'camera-removed', seq: number, camera: string}} camera-removed
 * @property {ControlMessage} control
 * @property {SceneMessage} scene a transaction; scene and camera of it are in place already
 * @property {SharedScene} scene-shown what is to be shown has changed
 * @property {{drag: Drag, error: CompositorError}} drag-refused a drag ended before its time
 * @property {{camera: string, error: CompositorError}} drive-refused the server did not take a predicted movement of a camera
 * @property {DisplayMessage} display
 * @property {{type: 'asked', camera: string, display: string, session: string}} asked somebody asks this client for a camera that it holds
 * @property {{type: 'notice', level: 'info' | 'warning' | 'error', text: string}} notice
 * @property {{type: 'heartbeat', time: number, seq: number, delivered: number, superseded: number, refused: number}} heartbeat
 * @property {{type: 'pong', id?: number | string, t0: number, t1: number, t2: number}} pong
 * @property {{type: 'gap', from: number, to: number}} gap
 * @property {{type: 'goodbye', code: number, reason: string, reconnectAfter: number | null}} goodbye
 * @property {CompositorError} error an `error` of the server that answers no request
 * @property {string} ignored something that the server sent made no sense
 * @property {{code: number, reason: string, delay: number}} reconnect the connection is lost; tried again after `delay` ms
 */

export {};
