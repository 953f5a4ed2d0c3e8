import { CompositorClient } from '../client/compositor-client.js';
import { duration } from './hud.js';
import { Panel, setText } from './panel.js';

const TICK_MS = 250;
const STATUS_MS = 5_000;
const MAX_NOTICES = 4;
const KEY_STORE = 'compositor.key';

const $ = (id) => document.getElementById(id);
const params = new URLSearchParams(location.search);
const page = location.pathname.split('/').pop();
const shown = page === '2d' || page === '3d' ? page : 'both';
const kinds = shown === 'both' ? ['2d', '3d'] : [shown];
const base = new URL('./', location.href);
const endpoint = new URL('compositor', base);
endpoint.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';

const client = new CompositorClient({
  url: endpoint.href,
  key: sessionStorage.getItem(KEY_STORE) ?? undefined,
  display: params.get('display') ?? undefined,
  settings: settings(),
  subscription: { cameras: ['*'] },
});
const graphics = probeGraphics();
const panels = kinds.map((kind) => new Panel(kind, {
  client, graphics, host: $('displays'), camera: params.get(`camera${kind}`), follow: choose, pick: (open) => pick(kind, open),
}));
const picking = new Set();
/** Kind of each camera last seen, so that the lists stay while only the cameras followed are subscribed. */
const kindOf = new Map();
let nextRetry = 0;
let reason = '';

window.compositor = {
  client,
  panels: Object.fromEntries(panels.map((panel) => [panel.kind, panel])),
  /** Copies of the views on the screen now. */
  get views() {
    return Object.fromEntries(panels.map(({ kind, camera, view, frames }) => [kind, { camera, view: structuredClone(view), frames }]));
  },
};

// ---- subscription: the cameras followed, and all of them only while somebody chooses

function subscribe() {
  const open = picking.size > 0 || panels.some(({ camera }) => camera === null);
  const cameras = open ? ['*'] : [...new Set(panels.map(({ camera }) => camera))].sort();
  const before = client.subscription?.cameras;
  if (before !== undefined && before.length === cameras.length && before.every((name, i) => name === cameras[i])) return;
  client.subscribe({ cameras }).catch((error) => {
    if (!['disconnected', 'closed'].includes(error.code)) notice('error', error.message);
  });
}

function pick(kind, open) {
  if (open) picking.add(kind);
  else picking.delete(kind);
  subscribe();
}

/** A person chose a camera: the address remembers it. */
function choose() {
  const url = new URL(location.href);
  for (const { kind, camera } of panels) if (camera !== null) url.searchParams.set(`camera${kind}`, camera);
  history.replaceState(null, '', url);
  links();
  subscribe();
}

/** The lists of cameras, and a camera for each display that has none. */
function listCameras() {
  if (client.subscription?.cameras?.includes('*')) {
    for (const name of kindOf.keys()) if (!client.cameras.has(name)) kindOf.delete(name);
  }
  for (const [name, { view }] of client.cameras) kindOf.set(name, view.kind);
  const names = [...kindOf.keys()].sort();
  for (const panel of panels) {
    const mine = names.filter((name) => kindOf.get(name) === panel.kind);
    if (panel.camera === null && mine.length > 0) panel.follow(mine[0]);
    panel.offer(mine);
  }
}

client.on('snapshot', () => {
  listCameras();
  for (const panel of panels) panel.restore();
  subscribe();
});
client.on('camera', (message) => {
  for (const panel of panels) if (panel.camera === message.camera) panel.receive(message);
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
  const driving = error.code === 'held' ? panels.filter(({ own }) => own !== null) : [];
  for (const panel of driving) panel.refuse(error);
  if (driving.length === 0 && error.code !== 'held') notice('error', error.message);
});
client.on('notice', ({ level, text }) => notice(String(level), String(text)));
client.on('welcome', (welcome) => {
  reason = '';
  const fit = params.get('fit') ?? welcome.settings?.fit ?? 'contain';
  for (const panel of panels) panel.fit = fit;
});

// ---- connection

client.on('reconnect', ({ code, reason: why, delay }) => {
  nextRetry = performance.now() + delay;
  reason = why;
  if (code !== 1012) askStatus();
});
client.on('state', (state) => {
  if (state !== 'closed') $('key-form').hidden = true;
  else reason = client.failure?.message ?? '';
  if (state === 'closed' && ['4401', '4403'].includes(client.failure?.code)) askStatus(true);
  tick(0);
});

let statusAsked = -Infinity;

/** A page cannot see why it was turned away; this tells. Asks at most every few seconds, unless it has to be now. */
async function askStatus(now = false) {
  if (!now && performance.now() - statusAsked < STATUS_MS) return;
  statusAsked = performance.now();
  const { key } = client.options;
  try {
    const answer = await fetch(new URL('compositor/status', base), {
      cache: 'no-store', signal: AbortSignal.timeout(3_000), headers: key ? { Authorization: `Bearer ${headerValue(key)}` } : {},
    });
    if (answer.ok || client.state === 'connected' || key !== client.options.key) return;
    const { reason: text, retryAfter } = await answer.json().catch(() => ({}));
    if (answer.status === 401) {
      client.close();
      $('key-form').hidden = false;
      $('key').focus();
    }
    reason = typeof text === 'string' && text !== '' ? text : `the server answers ${answer.status}`;
    if (answer.status === 503 && Number.isInteger(retryAfter)) reason += `, try again in ${retryAfter} s`;
  } catch {
    reason = 'the server does not answer';
  }
  tick(0);
}

/** The bytes of its UTF-8, as a header carries them. */
function headerValue(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const key = $('key').value.trim();
  $('key').value = '';
  sessionStorage.setItem(KEY_STORE, key);
  client.options.key = key;
  statusAsked = -Infinity;
  client.connect();
});
$('retry').addEventListener('click', () => {
  if (client.state === 'closed') client.connect();
  else client.retry();
});
addEventListener('online', () => client.retry());
addEventListener('pagehide', () => client.close());
addEventListener('pageshow', (event) => { if (event.persisted) client.connect(); });

// ---- settings of this display

function settings() {
  const ratio = devicePixelRatio || 1;
  return {
    width: Math.round(innerWidth * ratio),
    height: Math.round(innerHeight * ratio),
    pixelRatio: ratio,
    colorSpace: matchMedia('(color-gamut: p3)').matches ? 'display-p3' : 'srgb',
    fit: params.get('fit') ?? undefined,
    title: `Web page, ${shown === 'both' ? '2D and 3D' : shown.toUpperCase()}`,
  };
}

let resizeTimer = 0;
addEventListener('resize', () => {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(() => client.setSettings(settings()).catch(() => {}), 500);
});

/** Whether WebGL can be had, and whether it is drawn by the processor. */
function probeGraphics() {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return { webgl: false, software: true };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { webgl: true, software: /swiftshader|llvmpipe|software|basic render/i.test(name) };
}

// ---- words and figures

const STATE_WORDS = { idle: 'starting', connecting: 'connecting', connected: 'connected', waiting: 'reconnecting', closed: 'disconnected' };

function tick(elapsed) {
  const { state, clock, stats, welcome } = client;
  const connected = state === 'connected';
  $('connection').dataset.state = state;
  setText($('connection-state'), STATE_WORDS[state]);
  let detail = reason;
  if (state === 'waiting') {
    const left = Math.max(0, nextRetry - performance.now());
    detail = `${left > 950 ? `in ${Math.ceil(left / 1000)} s` : ''}${reason ? ` · ${reason}` : ''}`.replace(/^ · /, '');
  }
  setText($('connection-detail'), detail);
  $('connection-detail').title = detail;
  $('retry').hidden = !$('key-form').hidden || state !== 'closed' && !(state === 'waiting' && nextRetry - performance.now() > 2_000);
  setText($('fact-display'), welcome?.display ?? '–');
  setText($('fact-seq'), welcome ? String(client.seq) : '–');
  setText($('fact-rtt'), connected && clock.rtt !== undefined ? duration(clock.rtt / 1000) : '–');
  setText($('fact-clock'), connected && clock.offset !== undefined ? `${clock.offset < 0 ? '' : '+'}${duration(clock.offset / 1000)}` : '–');
  setText($('fact-connects'), stats.resumes > 0 ? `${stats.connects} · ${stats.resumes} resumed` : String(stats.connects));
  for (const panel of panels) panel.tick(elapsed);
}

function notice(level, text) {
  const list = $('notices');
  const line = document.createElement('p');
  line.dataset.level = level;
  line.textContent = text;
  list.append(line);
  while (list.children.length > MAX_NOTICES) list.firstChild.remove();
  setTimeout(() => line.remove(), 8_000);
}

function links() {
  for (const link of document.querySelectorAll('.views a')) {
    const target = link.dataset.view;
    link.toggleAttribute('aria-current', target === shown);
    const url = new URL(target === 'both' ? './' : target, base);
    url.search = location.search;
    link.href = url.href;
  }
}

function frame(at) {
  requestAnimationFrame(frame);
  for (const panel of panels) panel.frame(at);
}

document.title = shown === 'both' ? 'Compositor' : `Compositor ${shown.toUpperCase()}`;
document.body.dataset.shown = shown;
links();
let lastTick = performance.now();
setInterval(() => {
  const now = performance.now();
  tick(now - lastTick);
  lastTick = now;
}, TICK_MS);
client.connect();
await Promise.all(panels.map((panel) => panel.start()));
requestAnimationFrame(frame);
