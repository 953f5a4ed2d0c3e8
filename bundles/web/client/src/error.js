/** The codes with which a server refuses a message (protocol, "Errors"). */
export const ERROR_CODES = Object.freeze([
  'malformed', 'unknown-type', 'invalid', 'forbidden', 'held', 'taken', 'not-found', 'limit', 'unavailable',
]);

/** What this client itself says of a request that has no answer of the server. */
export const CLIENT_CODES = Object.freeze(['timeout', 'disconnected', 'closed']);

/**
 * A request that failed, or the end of a session; `code` is one of {@link ERROR_CODES}, which this client also says of what it does not
 * send, or of {@link CLIENT_CODES}, or the number of the close code that ended the session.
 */
export class CompositorError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} [field]
   */
  constructor(code, message, field) {
    super(message);
    this.name = 'CompositorError';
    this.code = code;
    this.field = field;
  }
}
