/** What the demo of the host shows beside its recordings; most hosts have none. */

import { limit } from './browser.js';

const LIMIT_MS = 5_000;

/**
 * The demo: the picture on its canvas.
 * @param {URL} base
 * @returns {Promise<object | null>} null without a demo, or where nothing can be learned of it
 */
export async function loadDemo(base) {
  try {
    const answer = await fetch(new URL('assets/demo.json', base), { cache: 'no-cache', signal: limit(LIMIT_MS) });
    return answer.status === 200 ? await answer.json() : null;
  } catch {
    return null;
  }
}
