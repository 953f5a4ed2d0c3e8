/** What every page needs to get in: addresses, the key of this tab, and why it was turned away. */

import { limit, media, storage } from './browser.js';

const KEY_STORE = 'compositor.key';
const STATUS_MS = 5_000;

/**
 * Addresses of the server that a page came from.
 * @param {URL} base address below which everything lies, with a slash at its end
 */
export function endpointOf(base) {
  const endpoint = new URL('compositor', base);
  endpoint.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return endpoint.href;
}

/** The key lives as long as the tab and is sent in headers and as a subprotocol, never in an address. */
const keys = storage('sessionStorage', 'Enter the key again after a reload: this browser stores nothing for this page.');
export const keptKey = () => keys.get(KEY_STORE) ?? undefined;
export const keepKey = (key) => keys.set(KEY_STORE, key);

/** Headers that carry the key; the bytes of its UTF-8, as a header carries them. */
export function keyHeaders(key) {
  return key ? { Authorization: `Bearer ${String.fromCharCode(...new TextEncoder().encode(key))}` } : {};
}

/**
 * Asks `/compositor/status` why a connection is refused, since scripts cannot see that; every few seconds at most. The question names the
 * page's origin: to a server of its own a browser does not say it with a `GET`, but with a handshake it does.
 */
export class Doorman {
  /**
   * @param {{base: URL, client: import('../../client/compositor-client.js').CompositorClient,
   *   refused: (reason: string, status: number) => void}} options `status` is 0 where nobody answers, and 200 where a connection would be
   *   taken and yet does not come about
   */
  constructor({ base, client, refused }) {
    this.base = base;
    this.client = client;
    this.refused = refused;
    this.askedAt = -Infinity;
    /** How often in a row the server would have taken a connection. */
    this.welcomed = 0;
    client.on('welcome', () => { this.welcomed = 0; });
  }

  /** The next question is not too early. */
  forget() {
    this.askedAt = -Infinity;
  }

  /** @returns {Promise<boolean>} whether a connection would be taken now */
  async ask() {
    const { client } = this;
    if (performance.now() - this.askedAt < STATUS_MS) return false;
    this.askedAt = performance.now();
    const { key } = client.options;
    let reason;
    let status = 0;
    try {
      const answer = await fetch(new URL('compositor/status', this.base), {
        cache: 'no-store', signal: limit(3_000), headers: { ...keyHeaders(key), 'X-Page-Origin': location.origin },
      });
      ({ status } = answer);
      const { reason: text, retryAfter } = await answer.json().catch(() => ({}));
      reason = typeof text === 'string' && text !== '' ? text : `the server answers ${status}`;
      if (status === 503 && Number.isInteger(retryAfter)) reason += `, try again in ${retryAfter} s`;
    } catch {
      reason = 'the server does not answer';
    }
    if (status === 200) {
      // Once may be by chance: it came up just now.
      if (++this.welcomed < 2) return true;
      reason = 'the server would take the connection, but no WebSocket comes through: a proxy in between has to pass Upgrade and Connection on';
    } else {
      this.welcomed = 0;
    }
    if (client.state !== 'connected' && key === client.options.key) this.refused(reason, status);
    return status === 200;
  }
}

/**
 * What this screen is, as the protocol's settings.
 * @param {string} title
 * @param {any} fit
 */
export function screenSettings(title, fit) {
  const ratio = devicePixelRatio || 1;
  return {
    width: Math.round(innerWidth * ratio),
    height: Math.round(innerHeight * ratio),
    pixelRatio: ratio,
    colorSpace: /** @type {'display-p3' | 'srgb'} */ (media('(color-gamut: p3)').matches ? 'display-p3' : 'srgb'),
    fit,
    title,
  };
}

/**
 * What makes a page connect again: its form for a key, its button, the network, and a way back to it in the browser's history.
 * @param {{client: import('../../client/compositor-client.js').CompositorClient, doorman: Doorman, form: HTMLElement, field: HTMLInputElement,
 *   retry: HTMLElement}} options
 */
export function comeBack({ client, doorman, form, field, retry }) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = field.value.trim();
    field.value = '';
    keepKey(key);
    client.options.key = key;
    doorman.forget();
    client.connect();
  });
  retry.addEventListener('click', () => {
    if (client.state === 'closed') client.connect();
    else client.retry();
  });
  addEventListener('online', () => client.retry());
  addEventListener('pagehide', () => client.close());
  addEventListener('pageshow', (event) => { if (event.persisted) client.connect(); });
}
