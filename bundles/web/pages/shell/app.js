/** The displays of a person: one page for the canvas, one for the stage, one for both. */

import { CompositorClient } from '../../client/compositor-client.js';
import { appearanceButton, onChange } from '../shared/appearance.js';
import { lastSegment, media, missing, rewriteAddress } from '../shared/browser.js';
import { comeBack, Doorman, endpointOf, keptKey, screenSettings } from '../shared/connection.js';
import { hasDemo } from '../shared/demo.js';
import { Drawer } from './drawer.js';
import { driver2d, driver3d } from '../shared/drivers.js';
import { Editor } from '../stage/editor.js';
import { FirstSteps } from './firststeps.js';
import { isPlain, keyName } from './keys.js';
import { MOST_CAMERAS } from '../canvas/minimap.js';
import { nearOf, sameNear } from '../shared/near.js';
import { Panel } from './panel.js';
import { Presence } from '../shared/presence.js';
import { ShellPage } from './shellpage.js';
import { watchSettings } from '../shared/settings.js';
import { FrameStats } from '../shared/stats.js';
import { duration, setText } from '../shared/text.js';
import { Toasts } from '../shared/toasts.js';
import { Uploads } from './uploads.js';

const TICK_MS = 250;
const $ = (id) => /** @type {any} */ (document.getElementById(id));
const params = new URLSearchParams(location.search);
const path = lastSegment().toLowerCase();
const shown = path === '2d' || path === '3d' ? path : 'both';
/** @type {('2d' | '3d')[]} */
const kinds = shown === 'both' ? ['2d', '3d'] : [shown];
const base = new URL('./', location.href);
const title = `Web page, ${shown === 'both' ? '2D and 3D' : shown.toUpperCase()}`;
const mine = () => screenSettings(title, params.get('fit') ?? undefined);

const client = new CompositorClient({
  url: endpointOf(base),
  key: keptKey(),
  display: params.get('display') ?? undefined,
  settings: mine(),
  subscription: { cameras: ['*'], presence: true, scene: kinds.includes('3d'), tiles: kinds.includes('2d') },
});
const toasts = new Toasts($('toasts'));
const presence = new Presence(client);
const editor = new Editor(client, (level, text, code, actions) => toasts.show(level, text, code, actions));
const stats = new FrameStats();

const page = new ShellPage({ client, base, editor, host: $('displays'), toasts, choose, subscribe });
const panels = kinds.map((kind) => new Panel(kind, page, params.get(`camera${kind}`)));
const drawer = new Drawer({ presence, page, stage: panels.find(({ kind }) => kind === '3d') });
const uploads = new Uploads({
  base,
  key: () => client.options.key,
  allowed: () => kinds.includes('3d') && client.state === 'connected' && editor.allowed,
  toast: (level, text, code, actions) => toasts.show(level, text, code, actions),
  done: (model) => drawer.place(model),
});
const steps = new FirstSteps($('steps'), kinds.includes('3d'));
/** Kind of each camera last seen, so that the lists stay while only the cameras followed are subscribed. */
const kindOf = new Map();
/** The panel that keys go to which are pressed beside them. */
let active = panels[0];
let nextRetry = 0;
/** Whether a person has moved a view here. */
let moved = false;
/** Why there is no connection, and with which status the server said so; 0: it did not. */
let reason = '';
let refusedWith = 0;

/** @type {any} */ (window).compositor = {
  client,
  panels: Object.fromEntries(panels.map((panel) => [panel.kind, panel])),
  /** Copies of the views on the screen now. */
  get views() {
    return Object.fromEntries(panels.map(({ kind, camera, view, frames }) => [kind, { camera, view: structuredClone(view), frames }]));
  },
  /** Figures of the frames drawn lately. */
  get stats() {
    return stats.now;
  },
};

// ---- subscription: the cameras followed, and all of them while somebody chooses or looks at the overview

function subscribe() {
  const open = panels.some(({ camera, choosing }) => choosing || camera === null)
    || (panels.some(({ minimap }) => minimap?.open) && kindOf.size <= MOST_CAMERAS);
  const cameras = open ? ['*'] : [...new Set(panels.map(({ camera }) => camera))].sort();
  const flat = panels.find(({ kind }) => kind === '2d');
  // A view of one's own is known here alone: tiles come from everywhere then.
  const near = flat === undefined || flat.follower.free ? undefined : nearOf(flat.camera, flat.screen.width, flat.screen.height);
  const before = client.subscription?.cameras;
  const same = before !== undefined && before.length === cameras.length && before.every((name, i) => name === cameras[i]);
  if (same && sameNear(client.subscription?.near, near)) return;
  client.subscribe({ ...client.subscription, cameras, near }).catch((error) => {
    if (!['disconnected', 'closed'].includes(error.code)) toasts.show('error', error.message, error.code);
  });
}

/** A person chose a camera: the address remembers it. */
function choose() {
  const url = new URL(location.href);
  for (const { kind, camera } of panels) if (camera !== null) url.searchParams.set(`camera${kind}`, camera);
  rewriteAddress(url);
  links();
  subscribe();
}

/** The lists of cameras, and a camera for each display that has none: the one of the settings, else the first. */
function listCameras() {
  if (client.subscription?.cameras?.includes('*')) {
    for (const name of kindOf.keys()) if (!client.cameras.has(name)) kindOf.delete(name);
  }
  for (const [name, { view }] of client.cameras) kindOf.set(name, view.kind);
  const names = [...kindOf.keys()].sort();
  for (const panel of panels) {
    const fitting = names.filter((name) => kindOf.get(name) === panel.kind);
    const wanted = page.settings.cameras[panel.kind];
    if (panel.camera === null && fitting.length > 0) panel.follow(fitting.includes(wanted) ? wanted : fitting[0]);
    panel.offer(fitting);
  }
}

client.on('snapshot', () => {
  listCameras();
  for (const panel of panels) panel.restore();
  subscribe();
});
client.on('camera', (message) => {
  for (let i = 0; i < panels.length; i++) panels[i].receive(message);
  if (kindOf.get(message.camera) !== message.view.kind) {
    listCameras();
    subscribe();
  }
});
client.on('camera-removed', ({ camera }) => {
  kindOf.delete(camera);
  listCameras();
});
client.on('error', (error) => {
  // That a camera is held is told by the answer to a movement.
  if (error.code !== 'held') toasts.show('error', error.message, error.code);
});
client.on('drive-refused', ({ camera, error }) => {
  for (const panel of panels) if (panel.camera === camera) panel.follower.refuse(error);
});
client.on('control', ({ camera }) => {
  for (const panel of panels) panel.follower.controlChanged(camera);
  if (client.control.get(camera)?.session === client.welcome?.session) return;
  // Who does not have it any more is asked for it no more.
  for (const [question, away] of questions) {
    if (question !== camera) continue;
    away();
    questions.delete(question);
  }
});
/** By camera what takes away the question for it. @type {Map<string, () => void>} */
const questions = new Map();
client.on('asked', ({ camera, display }) => {
  const release = () => {
    const panel = panels.find((one) => one.camera === camera);
    if (panel !== undefined) panel.follower.giveBack();
    else client.release(camera).catch((error) => toasts.show('warning', error.message, error.code));
  };
  questions.get(camera)?.();
  questions.set(camera, toasts.show('info', `${display} asks for ${camera}`, 'question', [{ label: 'Give it', run: release }, { label: 'Keep', run: () => {} }], true));
});
client.on('drag-refused', ({ error }) => toasts.show('warning', error.message, error.code));
client.on('notice', ({ level, text }) => toasts.show(String(level), String(text)));
client.on('welcome', (welcome) => {
  reason = '';
  refusedWith = 0;
  const fit = params.get('fit') ?? welcome.settings?.fit ?? 'contain';
  for (const panel of panels) panel.fit = fit;
});

// ---- connection

const doorman = new Doorman({
  base,
  client,
  refused(text, status) {
    if (status === 401) {
      client.close();
      $('key-form').hidden = false;
      $('key').focus();
    }
    reason = text;
    refusedWith = status;
    tick();
  },
});
client.on('reconnect', ({ code, reason: why, delay }) => {
  nextRetry = performance.now() + delay;
  // What the server says of itself stands until it says something else.
  if (refusedWith === 0) reason = why;
  if (code !== 1012) doorman.ask();
});
client.on('state', (state) => {
  if (state !== 'closed') $('key-form').hidden = true;
  else reason = client.failure?.message ?? '';
  if (state === 'closed' && ['4401', '4403'].includes(client.failure?.code)) {
    doorman.forget();
    doorman.ask();
  }
  tick();
});
comeBack({ client, doorman, form: $('key-form'), field: $('key'), retry: $('retry') });

// ---- settings of this display, of all displays, and of this browser

let resizeTimer = 0;
addEventListener('resize', () => {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(() => client.setSettings(mine()).catch(() => {}), 500);
});

watchSettings(base, () => client.options.key, (settings) => {
  page.settings = settings;
  for (const panel of panels) {
    const wanted = settings.cameras[panel.kind];
    const chosen = new URL(location.href).searchParams.has(`camera${panel.kind}`);
    if (wanted !== null && !chosen && !panel.follower.free) panel.follow(wanted);
    panel.restyle();
  }
  if (client.cameras.size > 0) listCameras();
  subscribe();
});

// ---- the demo, and models of one's own

hasDemo(base).then((demo) => {
  if (demo) steps.offer();
});
if (kinds.includes('3d')) uploads.listen($('dropping'));
$('upload').addEventListener('click', () => $('upload-file').click());
$('upload-file').addEventListener('change', () => {
  uploads.take([...$('upload-file').files]);
  $('upload-file').value = '';
});

appearanceButton($('appearance'));
onChange((colours) => {
  page.palette = colours;
  for (const panel of panels) panel.restyle();
});

// ---- keys, help

$('displays').addEventListener('focusin', (event) => {
  active = panels.find(({ element }) => element.contains(event.target)) ?? active;
});
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || $('help').open || /^(INPUT|SELECT|TEXTAREA)$/.test(/** @type {Element} */ (event.target).tagName)) return;
  // Keys that nothing else has are meant for the display that was used last.
  if (event.target === document.body && active.key(event)) {
    event.preventDefault();
    return;
  }
  if (!isPlain(event) || event.repeat || event.isComposing) return;
  switch (keyName(event)) {
    case '?': help(); break;
    case 'f': active.toggleFree(); break;
    case 't': active.toggleControl(); break;
    case 'o': if (kinds.includes('3d')) drawer.toggle('models'); break;
    case 'p': drawer.toggle('displays'); break;
    case 'Escape': drawer.close(); break;
    default: return;
  }
  event.preventDefault();
});

const touch = media('(pointer: coarse)').matches;
if (touch) {
  $('help-title').textContent = 'Gestures';
  $('help-button').title = 'Gestures';
  $('help-button').setAttribute('aria-label', 'Gestures');
}
function help() {
  const sheets = $('help-sheets');
  if (sheets.childElementCount === 0) {
    const both = ['Everywhere', touch
      ? [['Following, Free', 'follow the camera, or look freely'], ['Take over', 'keep the camera; Ask where another display has it'], ['Models, Displays', 'what is in the scene, and who is there']]
      : [['F', 'follow the camera, or look freely'], ['T', 'take the camera, ask for it, give it back'], ['O', 'models'], ['P', 'displays'], ['?', 'this sheet']]];
    const own = kinds.map((kind) => (kind === '2d' ? driver2d : driver3d)).map((driver) => [driver.title, touch ? driver.fingers : driver.help]);
    for (const [name, keys] of [...own, both]) {
      const sheet = document.createElement('section');
      const list = document.createElement('dl');
      sheet.append(Object.assign(document.createElement('h3'), { textContent: name }), list);
      for (const [what, does] of keys) {
        const row = document.createElement('div');
        row.append(Object.assign(document.createElement('dt'), { textContent: what }), Object.assign(document.createElement('dd'), { textContent: does }));
        list.append(row);
      }
      sheets.append(sheet);
    }
  }
  $('help').showModal();
}
$('help-button').addEventListener('click', help);
$('help-close').addEventListener('click', () => $('help').close());
$('help').addEventListener('click', (event) => { if (event.target === $('help')) $('help').close(); });

// ---- words and figures

const STATE_WORDS = {
  idle: 'Starting', connecting: 'Connecting', live: 'Live', quiet: 'Connected', behind: 'Behind', waiting: 'Reconnecting', refused: 'Refused', closed: 'Disconnected',
};

/** Whether the server turns this page away, and a person has to do something about it. */
const isRefused = () => client.state !== 'connected' && (client.state === 'closed' ? reason !== '' : refusedWith !== 0 && refusedWith !== 503);

function stateWord() {
  if (isRefused()) return 'refused';
  if (client.state !== 'connected') return client.state;
  if (panels.some(({ behind }) => behind)) return 'behind';
  return panels.every(({ hud }) => hud.quiet) ? 'quiet' : 'live';
}

function tick() {
  const { state, clock, stats: counts, welcome } = client;
  const connected = state === 'connected';
  for (const panel of panels) panel.tick();
  // A panel may have become larger, or free: then tiles are needed elsewhere.
  subscribe();
  const word = stateWord();
  $('connection').dataset.state = word;
  setText($('connection-state'), STATE_WORDS[word]);
  const rtt = connected && clock.rtt !== undefined ? duration(clock.rtt / 1000) : '–';
  let detail = reason;
  if (state === 'waiting') {
    const left = Math.max(0, nextRetry - performance.now());
    detail = `${left > 950 ? `in ${Math.ceil(left / 1000)} s` : ''}${reason ? ` · ${reason}` : ''}`.replace(/^ · /, '');
  } else if (word === 'behind') {
    detail = `updates arrive ${duration(Math.max(...panels.filter(({ behind }) => behind).map(({ hud }) => hud.ageMs)))} old`;
  } else if (connected) {
    detail = [rtt === '–' ? '' : `${rtt} round trip`, word === 'quiet' ? `no updates for ${duration(Math.min(...panels.map(({ hud }) => hud.quietMs)))}` : ''].filter(Boolean).join(' · ');
  }
  setText($('connection-detail'), detail);
  $('connection-detail').title = detail;
  const told = word === 'refused' && $('key-form').hidden ? `The server refuses this page: ${reason}.` : '';
  setText($('refusal'), told);
  $('refusal').hidden = told === '';
  $('retry').hidden = !$('key-form').hidden || state !== 'closed' && !(state === 'waiting' && nextRetry - performance.now() > 2_000);
  setText($('fact-display'), welcome?.display ?? '–');
  setText($('fact-role'), welcome?.role ?? '–');
  $('operator').hidden = welcome?.role !== 'admin';
  setText($('fact-seq'), welcome ? String(client.seq) : '–');
  setText($('fact-rtt'), rtt);
  setText($('fact-clock'), connected && clock.offset !== undefined ? `${clock.offset < 0 ? '' : '+'}${duration(clock.offset / 1000)}` : '–');
  setText($('fact-connects'), counts.resumes > 0 ? `${counts.connects} · ${counts.resumes} resumed` : String(counts.connects));
  const { framesPerSecond, msPerFrame } = stats.now;
  setText($('fact-frames'), framesPerSecond === 0 ? '–' : `${framesPerSecond.toFixed(0)} frames/s, ${msPerFrame.toFixed(1)} ms`);
  $('fact-missing-row').hidden = missing.size === 0;
  setText($('fact-missing'), [...missing].join(' '));
  $('upload').disabled = !uploads.allowed();
  if (panels.some(({ follower }) => follower.control().own)) moved = true;
  steps.mark([presence.displays.size > 1, moved, kinds.includes('3d') ? uploads.arrived > 0 : $('help-sheets').childElementCount > 0]);
  drawer.tick();
}

function links() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('.views a'))) {
    const target = link.dataset.view;
    if (target === shown) link.setAttribute('aria-current', 'page');
    const url = new URL(target === 'both' ? './' : target, base);
    url.search = location.search;
    link.href = url.href;
  }
}

function frame(at) {
  requestAnimationFrame(frame);
  stats.begin(at);
  let drew = false;
  const now = client.now();
  page.together.decide(panels, now);
  for (const panel of panels) drew = panel.frame(at, now) || drew;
  stats.end(drew);
}

document.title = shown === 'both' ? 'Compositor' : `Compositor ${shown.toUpperCase()}`;
document.body.dataset.shown = shown;
links();
const roomy = media('(min-width: 861px)').matches;
for (const panel of panels) if (panel.minimap !== null && roomy && shown === '2d') panel.showMap(true);
setInterval(tick, TICK_MS);
document.documentElement.dataset.started = '';
for (const what of missing) toasts.show('info', what);
client.connect();
await Promise.all(panels.map((panel) => panel.start()));
requestAnimationFrame(frame);
