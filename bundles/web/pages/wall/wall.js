/**
 * A display on a wall, `/wall/NAME`: its picture and, for a moment, what an operator says to it; nothing else. It applies what the operator
 * declared for the display NAME, follows one camera, and comes back by itself whatever happens. As a member of a wall of several displays it
 * shows its part of the common picture, at the moment that all of them show.
 */

import { CompositorClient, ViewSmoother } from '../../client/compositor-client.js';
import { nearOf, sameNear } from '../shared/near.js';
import { onChange } from '../shared/appearance.js';
import { lastSegment } from '../shared/browser.js';
import { Doorman, endpointOf, keepKey, keptKey } from '../shared/connection.js';
import { driver2d, driver3d } from '../shared/drivers.js';
import { Follower } from '../shared/follower.js';
import { watchContext } from '../shared/graphics.js';
import { Page } from '../shared/page.js';
import { DEFAULTS, watchSettings } from '../shared/settings.js';
import { FrameStats } from '../shared/stats.js';
import { setText } from '../shared/text.js';
import { staleLimit, trouble, TroubleSign, way } from '../shared/trouble.js';
import { ViewChange } from '../shared/viewchange.js';
import { Overlay } from './calibration.js';
import { Membership, partSize, PIXEL_MM } from './member.js';
import { pictureSize } from './wallsize.js';

/** How often a wall that was turned away for good asks whether it would be taken now. */
const AGAIN_MS = 15_000;
const TICK_MS = 250;
/** How long a graphics context may stay lost. */
const RELOAD_MS = 30_000;
/** Transactions of the scene that wait for their moment at most; a wall's delay may be long. */
const WAITING = 2_048;
/** Changes of the settings that wait for theirs at most. */
const MOST_LATER = 16;
/** How long an operator's word is on the wall. */
const NOTICE_MS = 10_000;

const $ = (id) => /** @type {any} */ (document.getElementById(id));
const params = new URLSearchParams(location.search);
const name = lastSegment();
const base = new URL('../', location.href);
const client = new CompositorClient({
  url: endpointOf(base), key: keptKey(), display: name,
  // It says nothing of itself: what the operator declared, or what is remembered of the display, counts.
  subscription: { cameras: ['*'], scene: true, presence: true, tiles: true },
});
const stats = new FrameStats();
const follower = new Follower({ client, own: (view) => view, refused: () => {}, scene: true, capacity: WAITING });
const page = new Page({ client, base });

/** What the operator declared for this display. */
let declared = {};
let fit = params.get('fit') ?? 'contain';
let stale = true;
let frames = 0;
/** Kind of the camera whose picture is seen. */
let shownKind = '';
const change = new ViewChange();
/** The operator's settings for all displays. */
let common = DEFAULTS;
const sign = new TroubleSign($('trouble'));
const membership = new Membership(client, name);
/** Smooths where no wall says which moment is to be seen. */
const smoother = new ViewSmoother();
const overlay = new Overlay();
$('wall').append(overlay.canvas);
/** Settings that the members of a wall do not show yet, oldest first. @type {{settings: import('../shared/settings.js').Settings, time: number}[]} */
const later = [];
/** @type {Map<string, {canvas: HTMLCanvasElement, display: import('../shared/page.js').Display | null, lost: boolean, failed: boolean, reason: string}>} by kind of camera */
const screens = new Map();
let size = { width: 1, height: 1, shownWidth: 1, shownHeight: 1 };
/** @type {any} */
let noticeTimer = null;

/** @type {any} */ (window).compositor = {
  client,
  follower,
  screens,
  /** A copy of the view on the wall now. */
  get views() {
    return { wall: { camera: follower.camera, view: structuredClone(follower.view), frames, fit, ...size } };
  },
  get stats() {
    return stats.now;
  },
  /** What this display is as a member of a wall; null: of none. */
  get wall() {
    const { wall, part, seen, moment, presentation } = membership;
    return part === null ? null : { name: wall.wall, part, picture: wall.picture, seen, moment, delay: seen === undefined ? undefined : presentation.delay.at(seen) };
  },
  /** What is wrong, and how that is shown. */
  get trouble() {
    return { kind: sign.kind, shown: way(params.get('trouble'), common.wall.trouble) };
  },
};

// ---- what is shown

/** The camera of the wall; else the one asked for, else the one named like the wall or the display, else that of the settings, else the first. */
function chooseCamera() {
  const { wall, part } = membership;
  if (part !== null && wall.camera != null) return wall.camera;
  const asked = params.get('camera');
  if (asked !== null) return asked;
  const like = part === null ? name : wall.wall;
  if (client.cameras.has(like)) return like;
  const { cameras } = common;
  const set = cameras['2d'] ?? cameras['3d'];
  if (set !== null) return set;
  return follower.camera ?? [...client.cameras.keys()].sort()[0] ?? null;
}

function choose() {
  const camera = chooseCamera();
  if (camera === null) return;
  follower.follow(camera);
  const cameras = [camera];
  const near = nearby(camera);
  const before = client.subscription.cameras;
  if (before.length === 1 && before[0] === camera && sameNear(client.subscription.near, near)) return;
  client.subscribe({ ...client.subscription, cameras, near }).catch(() => {});
}

/** The camera spans the whole wall, whatever part of it is this screen's. */
function nearby(camera) {
  const { wall, part } = membership;
  if (part === null) return nearOf(camera, size.width, size.height);
  const pixel = wall.unit === 'mm' ? PIXEL_MM : 1;
  return nearOf(camera, wall.width / pixel, wall.height / pixel);
}

/** The display has become a member of a wall, or is no longer, or the wall is another. */
function wallChanged() {
  if (!membership.take()) return;
  if (membership.part === null) overlay.hide();
  choose();
  applySize();
}
client.on('wall', wallChanged);
client.on('wall-removed', wallChanged);
client.on('assigned', ({ wall }) => {
  membership.assign(wall);
  choose();
  applySize();
});
client.on('snapshot', () => {
  wallChanged();
  choose();
  follower.restore();
  stale = true;
});
client.on('camera', (message) => {
  if (message.camera !== follower.camera) return;
  follower.receive(message);
  updatedAt = performance.now();
});
client.on('welcome', (welcome) => {
  refusal = '';
  turnedAway = 0;
  goodbye = 0;
  membership.assign(welcome.wall);
  declare(welcome.settings);
});
client.on('display', ({ session, settings }) => { if (session === client.welcome.session) declare(settings); });
client.on('notice', ({ text }) => {
  setText($('notice'), String(text));
  $('notice').hidden = false;
  client.timers.clear(noticeTimer);
  noticeTimer = client.timers.set(() => { $('notice').hidden = true; }, NOTICE_MS);
});
watchSettings(base, () => client.options.key, (settings, time) => {
  if (time === undefined || membership.moment === undefined) applySettings(settings);
  else later.push({ settings, time });
  if (later.length > MOST_LATER) applySettings(later.shift().settings);
});

function applySettings(settings) {
  common = settings;
  if (client.cameras.size > 0) choose();
  applySize();
}

/** Applies the settings whose moment has come; at once where no moment is known. */
function applyDue() {
  const { moment } = membership;
  while (later.length > 0 && (moment === undefined || later[0].time <= moment)) applySettings(later.shift().settings);
}

onChange((colours) => {
  page.palette = colours;
  restyle();
});

function declare(settings) {
  declared = settings ?? {};
  fit = params.get('fit') ?? declared.fit ?? 'contain';
  applySize();
}

/** What was declared for this display goes before what is set for all; how many pixels that makes is decided here. */
function restyle() {
  page.settings = {
    ...common, window: { ...common.window, pixelRatio: 0 }, color: { ...common.color, space: declared.colorSpace ?? common.color.space },
  };
  page.ratio = declared.pixelRatio ?? devicePixelRatio ?? 1;
  for (const { display } of screens.values()) display?.restyle();
  stale = true;
}

/** Fits the picture that was declared into the window. */
function applySize() {
  const { part } = membership;
  size = pictureSize(declared, common, innerWidth, innerHeight, devicePixelRatio || 1, part === null ? fit : 'contain');
  if (part !== null) size = partSize(size, part);
  stale = true;
  for (const { canvas, display } of screens.values()) {
    place(canvas);
    display?.resize(size.width, size.height);
  }
  place(overlay.canvas);
  restyle();
}

/** A screen that stands turned shows its picture turned the other way, to the pixel. */
function place({ style }) {
  const turn = membership.part?.turn ?? 0;
  style.width = `${size.shownWidth}px`;
  style.height = `${size.shownHeight}px`;
  style.transform = turn === 0 ? '' : `rotate(${-turn}deg)`;
}
addEventListener('resize', () => {
  applySize();
  choose();
});

/** What draws this kind of camera; loaded when there is one. */
function screenFor(kind) {
  let screen = screens.get(kind);
  if (screen === undefined) {
    screen = { canvas: document.createElement('canvas'), display: null, lost: false, failed: !page.graphics.webgl, reason: '' };
    screens.set(kind, screen);
    $('wall').append(screen.canvas);
    if (!screen.failed) start(kind, screen);
  }
  return screen;
}

async function start(kind, screen) {
  try {
    screen.display = await page.display(kind, screen.canvas, { changed: () => { stale = true; } });
    let reload = 0;
    watchContext(screen.canvas, screen.display, (lost) => {
      screen.lost = lost;
      stale = true;
      clearTimeout(reload);
      // Nobody stands at a wall who would do that.
      if (lost) reload = setTimeout(() => location.reload(), RELOAD_MS);
    });
    applySize();
  } catch (error) {
    screen.failed = true;
    screen.reason = error.message;
  }
}

function frame(at) {
  requestAnimationFrame(frame);
  stats.begin(at);
  stats.end(draw(at));
}

function show(wanted) {
  shownKind = wanted;
  for (const [kind, { canvas }] of screens) canvas.hidden = kind !== wanted;
}

/** A member waits for no picture: it shows what the others show at that moment. @type {import('../shared/together.js').Screen[]} */
const waiters = [{
  due: (change, now) => follower.due(change, now),
  ready(change, now) {
    const view = membership.part === null ? follower.viewWith(change, now) : null;
    return view === null || screens.get(view.kind)?.display?.prepared?.(change.seq, view, fit) !== false;
  },
}];
/** The last transaction that waited for others to be shown. */
let out = -1;

function draw(at) {
  const seen = membership.begin(at);
  follower.showBy(seen === undefined ? smoother : membership.presentation);
  applyDue();
  const now = seen ?? client.now();
  page.together.decide(waiters, now);
  const whole = follower.frame(now, page.together);
  membership.drawn();
  if (membership.part !== null && membership.wall.picture != null) {
    overlay.draw(membership, size, membership.moment);
    stale = true;
    return true;
  }
  overlay.hide();
  if (whole === null) return false;
  const view = membership.part === null ? whole : membership.partOf(whole, [size.width, size.height]);
  if (view === null) return false;
  const screen = screenFor(view.kind);
  if (view.kind !== shownKind) show(view.kind);
  if (screen.display === null || screen.lost) return false;
  if (screen.display.showScene?.(follower.timeline) === true) stale = true;
  const moved = change.differs(view);
  if (!moved && !stale && out === page.together.out) return false;
  stale = false;
  out = page.together.out;
  screen.display.render(view, membership.part === null ? fit : 'same-scale', null, membership.part === null ? null : membership.origin);
  frames++;
  return true;
}

// ---- staying there

/** Why the server turns this wall away, as long as it does. */
let refusal = '';
/** The HTTP status that it said so with. */
let turnedAway = 0;
/** The code of the server's last goodbye. */
let goodbye = 0;
/** When the connection was there last, and when the last update of the camera came. */
let connectedAt = performance.now();
let updatedAt = performance.now();
client.on('goodbye', ({ code }) => { goodbye = code; });
const doorman = new Doorman({
  base,
  client,
  refused(reason, status) {
    refusal = reason;
    turnedAway = status;
    // Only a wall that never had a picture asks; one that had keeps it, and waits for its key to count again.
    if (status !== 401 || frames > 0) return;
    client.close();
    $('key-form').hidden = false;
    $('key').focus();
  },
});
client.on('reconnect', ({ code }) => { if (code !== 1012) doorman.ask(); });
$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const key = $('key').value.trim();
  $('key').value = '';
  $('key-form').hidden = true;
  keepKey(key);
  client.options.key = key;
  doorman.forget();
  client.connect();
});
addEventListener('online', () => client.retry());
addEventListener('pagehide', () => client.close());
addEventListener('pageshow', (event) => { if (event.persisted) client.connect(); });

/** The protocol forbids a client to come back by itself after some closes; so the wall asks first, and only where the door is open again. */
async function again() {
  client.timers.set(again, AGAIN_MS);
  if (client.state !== 'closed' || !$('key-form').hidden || client.failure?.code === '4409') return;
  doorman.forget();
  if (await doorman.ask()) client.connect();
}
client.timers.set(again, AGAIN_MS);

/** Keeps the screen awake, where the browser lets a page do so. */
async function keepAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request('screen');
  } catch {
    // Not here, or not now.
  }
}
document.addEventListener('visibilitychange', keepAwake);

/** Said only while there is no picture to show. */
function word() {
  if (!page.graphics.webgl) return 'This browser has no WebGL here, so nothing can be drawn.';
  const broken = [...screens.values()].find(({ failed }) => failed);
  if (broken !== undefined) return `The picture cannot be drawn here: ${broken.reason}`;
  if (client.failure?.code === '4409') return `The display ${name} is shown elsewhere.`;
  if (membership.part !== null && membership.wall.picture != null) return '';
  if (membership.blind) return `The eye of wall ${membership.wall.wall} is not before this screen`;
  if (follower.view !== null || !$('key-form').hidden) return '';
  if (client.state !== 'connected') return refusal === '' ? 'Waiting for the server' : `Waiting for the server: ${refusal}`;
  return follower.camera === null ? 'No camera yet' : `Waiting for camera ${follower.camera}`;
}

/** Shows, where that is wanted, why the picture is not the newest. */
function tellTrouble() {
  const now = performance.now();
  const connected = client.state === 'connected';
  if (connected) connectedAt = now;
  const { lastReceived } = client.connection;
  const kind = trouble({
    connected,
    lostMs: now - connectedAt,
    silentMs: now - lastReceived,
    stillMs: now - updatedAt,
    heartbeatMs: client.welcome?.heartbeat.interval ?? 10_000,
    staleMs: staleLimit(params.get('stale')),
    closed: client.failure?.code ?? '',
    goodbye,
    status: turnedAway,
    reason: refusal,
  });
  sign.show(kind, way(params.get('trouble'), common.wall.trouble), now, kind === 'stale' ? Math.min(lastReceived, updatedAt) : connectedAt);
}

document.title = `Compositor wall ${name}`;
setInterval(() => {
  setText($('word'), word());
  tellTrouble();
  for (const { display } of screens.values()) display?.tick?.(wallPanel);
}, TICK_MS);
const wallPanel = { get view() { return follower.view; }, showProgress() {} };
applySize();
keepAwake();
document.documentElement.dataset.started = '';
client.connect();
requestAnimationFrame(frame);
