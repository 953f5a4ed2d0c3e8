/**
 * What the parts of the operator's page have in common: the session, the polled state, and how the operator is told what became of something.
 */

/**
 * The polled state of the host (`GET /compositor/admin/state`). A part that is away is null. Times are microseconds since the Unix epoch.
 * @typedef {object} HostState
 * @property {number} [time]
 * @property {any} [host]
 * @property {any} [connections]
 * @property {any[] | null} [sessions]
 * @property {any[] | null} [displays]
 * @property {any[] | null} [cameras]
 * @property {any[] | null} [sources]
 * @property {any} [recorder]
 * @property {any} [metrics]
 */

export class Operator {
  /**
   * @param {object} options
   * @param {import('../../client/compositor-client.js').CompositorClient} options.client
   * @param {import('./api.js').AdminApi} options.api
   * @param {import('../shared/toasts.js').Toasts} options.toasts
   * @param {import('../shared/presence.js').Presence} options.presence
   */
  constructor({ client, api, toasts, presence }) {
    this.client = client;
    this.api = api;
    this.toasts = toasts;
    this.presence = presence;
    /** The last state, if the host tells it. @type {HostState | null} */
    this.state = null;
    /** Why there is no state; null: there is, or it was not asked for yet. @type {Error | null} */
    this.stateError = null;
    /** Whether the host takes nothing but the operator's requests from this page. */
    this.requestsOnly = false;
  }

  /** Whether displays and cameras come live over the socket. */
  get live() {
    return this.client.state === 'connected' && !this.requestsOnly;
  }

  get ownSession() {
    return this.client.welcome?.session;
  }

  /** A part of the state; null where it is away or nothing tells. */
  part(name) {
    return this.state?.[name] ?? null;
  }

  /** The host's clock, in microseconds. */
  now() {
    return this.client.now();
  }

  /** @param {string} text @param {string} [level] */
  tell(text, level = 'info') {
    // What went wrong stays until somebody has read it.
    if (level === 'error') this.toasts.show(level, text, undefined, [{ label: 'Close', run: () => {} }], true);
    else this.toasts.show(level, text);
  }

  /** Does something, and says what became of it. @returns {Promise<boolean>} whether it was done */
  async run(what, done = '') {
    try {
      await what();
      if (done !== '') this.tell(done);
      return true;
    } catch (error) {
      this.tell(error.absent ? 'This host has no bundle "operate", which would do that.' : error.message, 'error');
      return false;
    }
  }

  /** A request of role admin over the socket. */
  admin(request) {
    return this.client.request({ type: 'admin', ...request });
  }
}
