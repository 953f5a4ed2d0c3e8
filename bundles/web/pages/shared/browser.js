/**
 * What a browser may refuse a page, or may not have at all: storage, media queries, time limits of requests. Each is optional, and the page
 * goes on without it.
 */

/** What does not work here and how that shows, one sentence each. @type {Set<string>} */
export const missing = new Set();

/**
 * Storage of the browser, or of this page alone where the browser blocks it or it is full.
 * @param {'sessionStorage' | 'localStorage'} kind
 * @param {string} lost what to tell a person where nothing is kept
 */
export function storage(kind, lost) {
  /** @type {Map<string, string | null>} */
  const own = new Map();
  return {
    /** @returns {string | null} */
    get(key) {
      if (own.has(key)) return own.get(key);
      try {
        return globalThis[kind].getItem(key);
      } catch {
        missing.add(lost);
        return null;
      }
    },
    /** @param {string | null} value null: nothing is to be kept */
    set(key, value) {
      own.delete(key);
      try {
        if (value === null) globalThis[kind].removeItem(key);
        else globalThis[kind].setItem(key, value);
      } catch {
        missing.add(lost);
        own.set(key, value);
      }
    },
  };
}

const NO_MATCH = Object.freeze({ matches: false, addEventListener() {} });

/**
 * A media query; where there is none, one that never matches.
 * @returns {{readonly matches: boolean, addEventListener: (type: 'change', listener: () => void) => void}}
 */
export function media(query) {
  try {
    const found = matchMedia(query);
    return typeof found?.addEventListener === 'function' ? found : { get matches() { return found.matches; }, addEventListener: (type, listener) => found.addListener?.(listener) };
  } catch {
    return NO_MATCH;
  }
}

/**
 * A signal that aborts after a time.
 * @param {number} ms
 * @param {AbortSignal} [other] that aborts it before
 */
export function limit(ms, other) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`not within ${ms} ms`, 'TimeoutError')), ms);
  // Node and browsers differ in what a timer is.
  /** @type {any} */ (timer)?.unref?.();
  if (other?.aborted) controller.abort(other.reason);
  else other?.addEventListener('abort', () => controller.abort(other.reason), { once: true });
  return controller.signal;
}

/** Sets what the address of this page says, where the browser lets a page do so. */
export function rewriteAddress(url) {
  try {
    history.replaceState(null, '', url);
  } catch {
    missing.add('The address does not show your choices: this browser does not let the page change it.');
  }
}

/** The last part of this page's path, decoded; '' for a path that ends with a slash, or cannot be decoded. */
export function lastSegment() {
  const [last] = location.pathname.split('/').slice(-1);
  try {
    return decodeURIComponent(last);
  } catch {
    return '';
  }
}
