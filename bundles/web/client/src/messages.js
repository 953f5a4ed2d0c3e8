/**
 * The server's messages, as the events of a client give them (protocol, "Messages"). Times are microseconds since the Unix epoch.
 *
 * @module
 */

/** @typedef {import('./delay-ramp.js').DelayChange} DelayChange */
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
 *   server: {name: string, version: string}, settings?: DisplaySettings, wall?: string, hosts?: string[]}} WelcomeMessage `wall`: that this
 *   display is a member of; `hosts`: addresses at which the session can go on
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
 *   scene?: {revision: number, models: ModelInit[], selected: string[]}, displays?: DisplayMessage[], walls?: WallMessage[],
 *   tiles?: {revision: number, tilesets: (Tileset & {tree?: string})[], following?: number}}} SnapshotMessage
 */
/**
 * @typedef {{type: 'scene', seq: number, time?: number, ops: SceneOp[], origin?: string, camera?: Omit<CameraMessage, 'seq'>}} SceneMessage
 *   `time`: of the sample of its camera, or else when the server took it; older servers leave it out
 */
/**
 * Pictures on the canvas in squares. `origin`: where tile z/0/0 of each level has its upper left corner; `size`: side of a tile of level
 * `maxZoom` in units of the canvas, of each level above twice that; `pixels`: side of its picture; `bounds`: left, upper, right and lower
 * edge of what is shown; `address`: of a picture, with `{z}`, `{x}`, `{y}` and `{v}`; layers with a higher `order` lie above.
 * @typedef {{id: string, origin?: number[], size: number, pixels: number, minZoom?: number, maxZoom: number, bounds?: number[],
 *   address: string, order?: number, opacity?: number}} Tileset
 */
/**
 * `tiles`: `[z, x, y, v]`, to remove them `[z, x, y]`; or `tree`, a whole set in base64.
 * @typedef {{op: 'declare', tileset: Tileset} | {op: 'drop', tileset: string}
 *   | {op: 'put' | 'remove', tileset: string, tiles?: number[][], tree?: string}} TileOp
 */
/**
 * @typedef {{type: 'tiles', seq: number, time?: number, ops: TileOp[], origin?: string, scene?: SceneOp[],
 *   camera?: Omit<CameraMessage, 'seq'>}} TilesMessage without `time` it is a part of the snapshot before it
 */
/**
 * A screen of a wall: the rectangle that it covers, from the wall's upper left corner, y down, in the wall's unit; `turn`: by how many
 * degrees the screen stands turned, clockwise as its viewer sees it; `delay`: how long in ms the screen itself takes; `position`: the
 * middle of a screen that stands at an angle, in the wall's coordinates; `yaw`, `pitch`: radians, see `angledScreen`.
 * @typedef {{display: string, x: number, y: number, width: number, height: number, turn?: number, delay?: number, position?: number[],
 *   yaw?: number, pitch?: number}} WallMember
 */
/**
 * The state of a wall, as a whole. `eye`: of the viewer, in the wall's coordinates; `delay`: changes of the wall's delay, the oldest first,
 * none as long as there is no delay; `picture`: what members show in place of their picture.
 * @typedef {{type: 'wall', seq: number, wall: string, title?: string, camera?: string, width: number, height: number, unit: 'mm' | 'px',
 *   fit: 'contain' | 'cover' | 'same-scale', view: 'camera' | 'window', eye?: number[], members: WallMember[], delay?: DelayChange[],
 *   picture?: 'calibration' | 'identify'}} WallMessage
 */
/**
 * What a member tells the server of the time since its last report; microseconds. `clock`: what its clock may be wrong by.
 * @typedef {{wall: string, clock: number} & import('./presentation.js').PresentationReport} MemberReport
 */
/**
 * What plays, and where it is. Positions are microseconds since the beginning of the recording; `marks`: between which it loops; `began`:
 * when the server got the first entry, of a recording of its recorder.
 * @typedef {{playback: string, status: 'stopped' | 'playing' | 'paused', position: number, length: number, speed: number, loop: boolean,
 *   marks?: {from: number, to: number}, began?: number}} PlaybackState
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
 * @property {TilesMessage} tiles a transaction on tiles, or a part of a snapshot; tiles, scene and camera of it are in place already
 * @property {SharedScene} scene-shown what is to be shown has changed
 * @property {{drag: Drag, error: CompositorError}} drag-refused a drag ended before its time
 * @property {{camera: string, error: CompositorError}} drive-refused the server did not take a predicted movement of a camera
 * @property {DisplayMessage} display
 * @property {{type: 'asked', camera: string, display: string, session: string}} asked somebody asks this client for a camera that it holds
 * @property {WallMessage} wall the state of a wall that the client subscribed to
 * @property {{type: 'wall-removed', seq: number, wall: string}} wall-removed
 * @property {{type: 'assigned', wall: string | null}} assigned this display is a member of that wall from now on, or of none
 * @property {{type: 'notice', level: 'info' | 'warning' | 'error', text: string}} notice
 * @property {{type: 'heartbeat', time: number, seq: number, delivered: number, superseded: number, refused: number}} heartbeat
 * @property {{type: 'pong', id?: number | string, t0: number, t1: number, t2: number, reportAfter?: number}} pong
 * @property {{type: 'gap', from: number, to: number}} gap
 * @property {{type: 'goodbye', code: number, reason: string, reconnectAfter: number | null}} goodbye
 * @property {CompositorError} error an `error` of the server that answers no request
 * @property {string} ignored something that the server sent made no sense
 * @property {{code: number, reason: string, delay: number}} reconnect the connection is lost; tried again after `delay` ms
 */

export {};
