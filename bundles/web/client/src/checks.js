/** Small checks that the modules share. */

export const finite = (/** @type {unknown} */ value) => typeof value === 'number' && Number.isFinite(value);
export const positive = (/** @type {unknown} */ value) => finite(value) && /** @type {number} */ (value) > 0;
export function vector(/** @type {any} */ value, /** @type {number} */ length) {
  if (!Array.isArray(value) || value.length !== length) return false;
  for (let i = 0; i < length; i++) if (!finite(value[i])) return false;
  return true;
}
export const isObject = (/** @type {unknown} */ value) => value !== null && typeof value === 'object' && !Array.isArray(value);
export const isSeq = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
export const isTime = isSeq;
export const isName = (/** @type {unknown} */ value) => typeof value === 'string' && value.length >= 1 && value.length <= 64;
