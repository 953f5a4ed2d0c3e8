/** What the head of a page for operators says of its connection, the form for the key, and the way back. */

import { comeBack, Doorman } from './connection.js';
import { setText } from './text.js';

const TICK_MS = 500;
/** A wait for the next try that is worth a button. */
const LONG_MS = 2_000;
/** A wait that is worth a word. */
const SHORT_MS = 950;

const WORDS = { idle: 'Starting', connecting: 'Connecting', connected: 'Connected', waiting: 'Reconnecting', closed: 'Disconnected' };
const DOTS = { connected: 'live' };
/** Close codes that say that the key is not known, or not known any more. */
const KEY_CODES = ['4401', '4403'];

const $ = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * Keeps `#connection`, `#key-form`, `#refusal` and `#retry` up to date from now on. A page that may close the connection when it is welcome
 * listens to that after this.
 *
 * @param {{client: any, base: URL, needs?: string}} page `needs`: what key
 * @returns {{needsKey: (text: string) => void}} `needsKey` asks for a key, and says why
 */
export function connectionBar({ client, base, needs = 'an API key' }) {
  let reason = '';
  let refusedWith = 0;
  let nextRetry = 0;

  function tick() {
    const refused = client.state !== 'connected' && client.state !== 'connecting' && refusedWith !== 0 && refusedWith !== 503;
    $('connection').dataset.state = refused ? 'refused' : DOTS[client.state] ?? client.state;
    setText($('connection-state'), refused ? 'Refused' : WORDS[client.state]);
    const left = Math.max(0, nextRetry - performance.now());
    const detail = client.state === 'connected' ? `as ${client.welcome.display}`
      : [client.state === 'waiting' && left > SHORT_MS ? `in ${Math.ceil(left / 1000)} s` : '', reason].filter(Boolean).join(' · ');
    setText($('connection-detail'), detail);
    $('connection-detail').title = detail;
    const told = refused && $('key-form').hidden ? `The server refuses this page: ${reason}.` : '';
    setText($('refusal'), told);
    $('refusal').hidden = told === '';
    $('retry').hidden = !$('key-form').hidden || client.state !== 'closed' && !(client.state === 'waiting' && left > LONG_MS);
  }

  function needsKey(text) {
    reason = text;
    setText($('key-label'), text);
    $('key-form').hidden = false;
    $('key').focus();
    tick();
  }

  const doorman = new Doorman({
    base,
    client,
    refused(text, status) {
      if (status === 401) {
        client.close();
        needsKey(`This page needs ${needs}.`);
      }
      reason = text;
      refusedWith = status;
      tick();
    },
  });
  client.on('welcome', () => {
    reason = '';
    refusedWith = 0;
  });
  client.on('reconnect', ({ code, reason: said, delay }) => {
    nextRetry = performance.now() + delay;
    // What the server says of itself stands until it says something else.
    if (refusedWith === 0) reason = said;
    if (code !== 1012) doorman.ask();
  });
  client.on('state', (now) => {
    if (now !== 'closed') $('key-form').hidden = true;
    else reason = client.failure?.message ?? '';
    if (now === 'closed' && KEY_CODES.includes(client.failure?.code)) {
      doorman.forget();
      doorman.ask();
    }
    tick();
  });
  comeBack({ client, doorman, form: $('key-form'), field: $('key'), retry: $('retry') });
  setInterval(tick, TICK_MS);
  return { needsKey };
}
