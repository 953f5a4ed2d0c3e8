/**
 * What is wrong with the picture of a display, for who stands before it: why it does not come from the server now. Drawn as a mark in a
 * corner and a frame, without any text in the page.
 */

/** How trouble may be shown. */
export const WAYS = Object.freeze(['none', 'mark', 'frame', 'both']);

/** In words. `grave`: it does not end by itself within moments, or at all. */
export const KINDS = Object.freeze({
  stale: { words: 'Old picture', grave: false },
  reconnecting: { words: 'Reconnecting', grave: false },
  drained: { words: 'Sent away: the server is drained', grave: false },
  key: { words: 'No valid key', grave: true },
  kicked: { words: 'Sent away by an operator', grave: true },
  taken: { words: 'Shown elsewhere', grave: true },
  refused: { words: 'Refused by the server', grave: true },
});

/** For how long a connection may be lost, in ms, before it is said: a part that is replaced takes less. */
const GRACE_MS = 1_500;
/** How much later than due a heartbeat may come, in ms. */
const LATE_MS = 2_000;

/**
 * @typedef {object} Facts
 * @property {boolean} connected
 * @property {number} lostMs for how long it has not been connected
 * @property {number} silentMs for how long nothing at all has come
 * @property {number} stillMs for how long no update of the camera has come
 * @property {number} heartbeatMs how often a heartbeat comes
 * @property {number} staleMs how long a camera may stand still; 0: for ever
 * @property {string} closed code of the failure that ended the client for good, or ''
 * @property {number} goodbye code of the server's last goodbye, or 0
 * @property {number} status HTTP status that the server last turned this page away with, or 0
 * @property {string} reason what it said to that
 */

/**
 * @param {Facts} facts
 * @returns {keyof typeof KINDS | ''}
 */
export function trouble({ connected, lostMs, silentMs, stillMs, heartbeatMs, staleMs, closed, goodbye, status, reason }) {
  if (connected) return silentMs > heartbeatMs + LATE_MS || (staleMs > 0 && stillMs > staleMs) ? 'stale' : '';
  if (closed === '4409') return 'taken';
  if (['4401', '4403'].includes(closed) || status === 401) return 'key';
  if (closed === '1000') return 'kicked';
  if (goodbye === 4503 || (status === 503 && /drain/i.test(reason))) return 'drained';
  if (status === 403 || closed !== '') return 'refused';
  return lostMs > GRACE_MS ? 'reconnecting' : '';
}

/** How trouble is to be shown: as the address says, else as the settings do. */
export function way(/** @type {string | null} */ asked, /** @type {string} */ set) {
  return asked !== null && WAYS.includes(asked) ? asked : set;
}

/** Seconds of `?stale=`, as ms; 0 where there are none or they make no sense. */
export function staleLimit(/** @type {string | null} */ asked) {
  const seconds = Number(asked ?? 0);
  return seconds >= 1 && seconds <= 86_400 ? seconds * 1_000 : 0;
}

/** A time span in ms in whole units, the largest that says something. */
function span(/** @type {number} */ ms) {
  if (ms < 60_000) return `${Math.max(1, Math.floor(ms / 1_000))} s`;
  return ms < 7_200_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}

/** The mark and the frame. Their words are for who listens, and the style sheet draws them. */
export class TroubleSign {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.kind = '';
    this.since = 0;
  }

  /**
   * @param {keyof typeof KINDS | ''} kind
   * @param {string} shown one of {@link WAYS}
   * @param {number} now ms
   * @param {number} since when the trouble began, in the same ms
   */
  show(kind, shown, now, since) {
    const { element } = this;
    if (kind !== this.kind) this.since = since;
    this.kind = kind;
    const hidden = kind === '' || shown === 'none';
    if (element.hidden !== hidden) element.hidden = hidden;
    if (hidden) return;
    const { words, grave } = KINDS[kind];
    const label = `${words}, ${span(now - this.since)}`;
    const name = [shown === 'both' ? 'mark frame' : shown, grave ? 'grave' : ''].filter(Boolean).join(' ');
    if (element.className !== name) element.className = name;
    if (element.getAttribute('aria-label') !== label) element.setAttribute('aria-label', label);
  }
}
