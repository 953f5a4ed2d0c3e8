import { limit } from './browser.js';

const LIMIT_MS = 5_000;

/**
 * Whether the host shows a demo; most hosts do not.
 * @param {URL} base
 */
export async function hasDemo(base) {
  try {
    const { status } = await fetch(new URL('assets/demo.json', base), { cache: 'no-cache', signal: limit(LIMIT_MS) });
    return status === 200;
  } catch {
    return false;
  }
}
