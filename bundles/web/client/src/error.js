/** A request that failed; `code` is the protocol's, or `timeout`, `disconnected`, `limit`, `closed`. */
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
