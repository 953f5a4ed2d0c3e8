/** Close codes after which the same client must not come back by itself (protocol, "Close codes"). */
export const FINAL_CODES = Object.freeze([1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409]);

const MAX_TIMER = 0x7fffffff;

/** Where to try: the address that was configured, and those that the server has named. */
export class HostRing {
  /** @param {string} url */
  constructor(url) {
    this.first = url;
    this.current = url;
    /** @type {string[]} */
    this.others = [];
    /** Attempts since a connection stood. */
    this.tried = 0;
  }

  /** The server has named its hosts. @param {unknown} hosts */
  named(hosts) {
    const all = Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string' && /^wss?:\/\//.test(host)) : [];
    this.others = all.slice(0, 64);
    this.tried = 0;
  }

  /**
   * A connection, or a try, is lost.
   * @param {number} code close code
   * @returns {boolean} whether the next try is one of the first round
   */
  lost(code) {
    const ring = [...new Set([...this.others, this.first])];
    if (code === 1012) return false;
    this.current = ring[(ring.indexOf(this.current) + 1) % ring.length] ?? this.first;
    return ring.length > 1 && this.tried++ < ring.length;
  }
}

/** When to try again, by the protocol, "Writing a client". */
export class ReconnectSchedule {
  /** @param {() => number} [random] */
  constructor(random = Math.random) {
    this.random = random;
    this.attempt = 0;
    this.fastUntil = -Infinity;
  }

  /** A connection stands: the next loss starts anew. */
  connected() {
    this.attempt = 0;
    this.fastUntil = -Infinity;
  }

  /**
   * A connection, or a try, is lost.
   * @param {number} code close code
   * @param {number | null | undefined} reconnectAfter what `goodbye` said, in ms
   * @param {number} now ms
   * @returns {number} ms to wait before the next try, or -1: never
   */
  lost(code, reconnectAfter, now) {
    if (FINAL_CODES.includes(code)) return -1;
    if (code === 1012 || reconnectAfter != null) {
      const wait = Math.min(Math.max(0, reconnectAfter ?? 0), MAX_TIMER / 2);
      this.attempt = 0;
      this.fastUntil = now + wait + 3_000;
      return wait + this.random() * 100;
    }
    if (now < this.fastUntil) return 150 * (0.5 + this.random());
    return Math.min(30_000, 500 * 2 ** Math.min(this.attempt++, 16)) * (0.5 + this.random());
  }
}
