/** The operator's page, `/admin`: how the host and its displays are, and what an operator does about it. For keys of role `admin`. */

import { CompositorClient } from '../../client/compositor-client.js';
import { appearanceButton } from '../shared/appearance.js';
import { connectionBar } from '../shared/bar.js';
import { endpointOf, keptKey, screenSettings } from '../shared/connection.js';
import { Presence } from '../shared/presence.js';
import { Toasts } from '../shared/toasts.js';
import { AdminApi, patience, Poll } from './api.js';
import { Bundles } from './bundles.js';
import { Cameras } from './cameras.js';
import { Configuration } from './configuration.js';
import { Displays } from './displays.js';
import { make } from './dom.js';
import { Host } from './host.js';
import { Log } from './log.js';
import { Messages } from './messages.js';
import { Operator } from './operator.js';
import { Recordings } from './recordings.js';
import { Sources } from './sources.js';

const TICK_MS = 500;
const SAMPLE_MS = 1_000;
const STATE_MS = 1_000;
const HEALTH_MS = 2_000;
/** How often a page that may send requests only asks whether it would be taken as a display now. */
const AGAIN_MS = 5_000;
/** One update of each camera a second is enough for a list. */
const SUBSCRIPTION = { cameras: ['*'], presence: true, rate: 1 };

/** While the host drains, only who comes to operate gets in; that is what this protocol says, and the server never chooses it. */
class OperatorSocket extends WebSocket {
  constructor(url, protocols) {
    super(url, [...protocols, 'compositor.admin']);
  }
}

const $ = (id) => /** @type {any} */ (document.getElementById(id));
const base = new URL('./', location.href);
const client = new CompositorClient({
  url: endpointOf(base), key: keptKey(), settings: screenSettings("Operator's page", undefined), subscription: SUBSCRIPTION, WebSocket: OperatorSocket,
});
const toasts = new Toasts($('toasts'));
const api = new AdminApi(base, () => client.options.key);
const operator = new Operator({ client, api, toasts, presence: new Presence(client) });
const host = new Host(operator);
const parts = [new Displays(operator), new Cameras(operator), new Messages(operator), new Sources(operator), new Recordings(operator), new Bundles(operator), new Configuration(operator), new Log(operator)];
/** The role of the key; '' while it is not known. */
let role = '';

for (const { element, id, title } of parts) {
  $('operator').append(element);
  $('sections').append(make('a', { href: `#${id}`, textContent: title }));
}

/** @type {any} */ (window).compositor = { client, operator, host, parts };

// ---- what is asked again and again

const state = new Poll(async () => {
  try {
    operator.state = await api.get('state');
    operator.stateError = null;
  } catch (error) {
    operator.state = null;
    operator.stateError = error;
  }
  show();
  return operator.stateError === null ? STATE_MS : patience(operator.stateError, STATE_MS);
}, STATE_MS);
const polls = [state, new Poll(() => host.ask(), HEALTH_MS)];
for (const { poll } of parts) if (poll !== undefined) polls.push(new Poll(poll.ask, poll.ms));

/** Whoever may, sees the page; nobody else. */
function admit() {
  const allowed = role === 'admin';
  for (const id of ['operator', 'sections']) $(id).hidden = !allowed;
  for (const poll of polls) if (allowed) poll.start();
  else poll.stop();
}

// ---- connection

const bar = connectionBar({ client, base, needs: 'a key of role admin' });
client.on('welcome', (welcome) => {
  role = welcome.role;
  operator.requestsOnly = false;
  admit();
  if (role === 'admin') return;
  client.close();
  bar.needsKey(`This page needs a key of role admin; this key has the role ${role}.`);
});
client.on('error', (error) => {
  if (error.code === 'forbidden' && role === 'admin' && !client.subscriptionStands) operator.requestsOnly = true;
  else toasts.show('error', error.message, error.code);
});
client.on('notice', ({ level, text }) => toasts.show(String(level), String(text)));
client.on('state', (now) => {
  // Somebody else drained the host: this page gets in to send requests, and its session is not for that.
  if (now === 'closed' && client.welcome !== null && client.failure?.code === 'forbidden') queueMicrotask(() => client.connect());
  show();
});

/** A page that may send requests only comes as a display again when the host takes some. */
setInterval(async () => {
  if (!operator.requestsOnly || client.state !== 'connected') return;
  const status = await api.status();
  if (status !== 200 || !operator.requestsOnly) return;
  client.close();
  client.connect();
}, AGAIN_MS);

// ---- dark or light

appearanceButton($('appearance'));

// ---- what is shown

function show() {
  if (role !== 'admin' || document.hidden) return;
  host.show();
  for (const part of parts) part.show();
}

setInterval(show, TICK_MS);
setInterval(() => { if (role === 'admin') host.sample(); }, SAMPLE_MS);
document.documentElement.dataset.started = '';
client.connect();
