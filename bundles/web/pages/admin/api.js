/** The operator's services of the host, below `compositor/admin/`, and its health. */

import { limit } from '../shared/browser.js';
import { keyHeaders } from '../shared/connection.js';

const READ_MS = 5_000;
const ABSENT_MS = 5_000;
/** A bundle that is swapped may take so long. */
const WRITE_MS = 60_000;

/** That the host did not do or tell something. */
export class Refused extends Error {
  /**
   * @param {number} status of HTTP; 0: nobody answers
   * @param {string} message
   * @param {{code?: string, field?: string}} [more]
   */
  constructor(status, message, { code, field } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    /** Whether the host has no such service at all, not now at least. */
    this.absent = status === 404 && code === undefined;
  }
}

/**
 * When to ask again for what the host did not tell. One without the part may get it; that is not worth a question a second.
 * @param {any} error
 * @param {number} ms where it may be there again at any moment
 */
export const patience = (error, ms) => (error instanceof Refused && error.status >= 400 ? Math.max(ms, ABSENT_MS) : ms);

/** Why a part of the page has nothing to show, in one line. */
export function why(error, what) {
  if (!(error instanceof Refused)) return `${what}: ${error.message}`;
  if (error.absent) return `${what} cannot be shown: this host has no bundle "operate".`;
  if (error.status === 0) return `${what}: the host does not answer.`;
  return `${what}: ${error.message}.`;
}

/** @type {(status: number, body: any) => boolean} */
const done = (status) => status >= 200 && status < 300;

export class AdminApi {
  /**
   * @param {URL} base
   * @param {() => string | undefined} key
   */
  constructor(base, key) {
    this.base = base;
    this.key = key;
  }

  /** @returns {Promise<any>} rejects with a {@link Refused} */
  get(part) {
    return this.#ask(`compositor/admin/${part}`, { method: 'GET' }, READ_MS);
  }

  /** @returns {Promise<any>} rejects with a {@link Refused} */
  post(part, body) {
    return this.#ask(`compositor/admin/${part}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    }, WRITE_MS);
  }

  /**
   * Asks another service of the host.
   * @param {string} path below the host's address
   * @param {string} [method]
   * @param {object} [body]
   * @returns {Promise<any>} rejects with a {@link Refused}
   */
  ask(path, method = 'GET', body = undefined) {
    return this.#ask(path, body === undefined ? { method } : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }, READ_MS);
  }

  /** The health, also where it is bad. */
  health() {
    return this.#ask('compositor/health', { method: 'GET' }, READ_MS, (status, body) => [200, 503].includes(status) && typeof body?.status === 'string' && body.status !== 'refused');
  }

  /** @returns {Promise<number>} with which status a display would be taken now; 0: nobody answers */
  async status() {
    try {
      const answer = await fetch(new URL('compositor/status', this.base), { cache: 'no-store', signal: limit(READ_MS), headers: { ...keyHeaders(this.key()), 'X-Page-Origin': location.origin } });
      return answer.status;
    } catch {
      return 0;
    }
  }

  async #ask(path, request, ms, good = done) {
    let answer;
    let body;
    try {
      answer = await fetch(new URL(path, this.base), {
        ...request, cache: 'no-store', redirect: 'error', signal: limit(ms), headers: { ...request.headers, ...keyHeaders(this.key()) },
      });
      body = await answer.json().catch(() => undefined);
    } catch (error) {
      throw new Refused(0, error?.name === 'TimeoutError' ? `no answer within ${ms / 1000} s` : 'the host does not answer');
    }
    if (good(answer.status, body)) return body ?? {};
    const text = [body?.message, body?.error, body?.reason].find((one) => typeof one === 'string' && one !== '');
    throw new Refused(answer.status, text ?? (answer.status === 503 ? 'away for a moment' : `the host answers ${answer.status}`), {
      code: typeof body?.code === 'string' ? body.code : undefined,
      field: typeof body?.field === 'string' ? body.field : undefined,
    });
  }
}

/** Asks again and again, one question at a time, while somebody looks. */
export class Poll {
  #timer = 0;
  #running = false;
  #wanted = false;

  /**
   * @param {() => Promise<number | void>} ask never rejects; may give another time to the next question
   * @param {number} ms from an answer to the next question
   */
  constructor(ask, ms) {
    this.ask = ask;
    this.ms = ms;
    document.addEventListener('visibilitychange', () => { if (this.#wanted && !document.hidden) this.now(); });
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.now();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
  }

  /** Asks at once, unless a question is under way. */
  async now() {
    clearTimeout(this.#timer);
    if (this.#running || !this.#wanted || document.hidden) return;
    this.#running = true;
    let wait;
    try {
      wait = await this.ask();
    } finally {
      this.#running = false;
      clearTimeout(this.#timer);
      if (this.#wanted && !document.hidden) this.#timer = setTimeout(() => this.now(), typeof wait === 'number' ? wait : this.ms);
    }
  }
}
