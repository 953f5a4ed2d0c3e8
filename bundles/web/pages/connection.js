/** What every page needs to get in: addresses, the key of this tab, and why it was turned away. */

const KEY_STORE = 'compositor.key';
const STATUS_MS = 5_000;

/**
 * Addresses of the server that a page came from.
 * @param {URL} base address below which everything lies, with a slash at its end
 */
export function endpointOf(base) {
  const endpoint = new URL('compositor', base);
  endpoint.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return endpoint.href;
}

/** The key lives as long as the tab and is sent in headers and as a subprotocol, never in an address. */
export const keptKey = () => sessionStorage.getItem(KEY_STORE) ?? undefined;
export const keepKey = (key) => sessionStorage.setItem(KEY_STORE, key);

/** Headers that carry the key; the bytes of its UTF-8, as a header carries them. */
export function keyHeaders(key) {
  return key ? { Authorization: `Bearer ${String.fromCharCode(...new TextEncoder().encode(key))}` } : {};
}

/**
 * Asks `/compositor/status` why a connection is refused, since scripts cannot see that; every few seconds at most.
 */
export class Doorman {
  /**
   * @param {{base: URL, client: import('../client/compositor-client.js').CompositorClient,
   *   refused: (reason: string, status: number) => void}} options `status` is 0 where nobody answers
   */
  constructor({ base, client, refused }) {
    this.base = base;
    this.client = client;
    this.refused = refused;
    this.askedAt = -Infinity;
  }

  /** The next question is not too early. */
  forget() {
    this.askedAt = -Infinity;
  }

  /** @returns {Promise<boolean>} whether a connection would be taken now */
  async ask() {
    const { client } = this;
    if (performance.now() - this.askedAt < STATUS_MS) return false;
    this.askedAt = performance.now();
    const { key } = client.options;
    let reason;
    let status = 0;
    try {
      const answer = await fetch(new URL('compositor/status', this.base), {
        cache: 'no-store', signal: AbortSignal.timeout(3_000), headers: keyHeaders(key),
      });
      if (answer.ok) return true;
      status = answer.status;
      const { reason: text, retryAfter } = await answer.json().catch(() => ({}));
      reason = typeof text === 'string' && text !== '' ? text : `the server answers ${status}`;
      if (status === 503 && Number.isInteger(retryAfter)) reason += `, try again in ${retryAfter} s`;
    } catch {
      reason = 'the server does not answer';
    }
    if (client.state !== 'connected' && key === client.options.key) this.refused(reason, status);
    return false;
  }
}

/** What this screen is, as the protocol's settings. */
export function screenSettings(title, fit) {
  const ratio = devicePixelRatio || 1;
  return {
    width: Math.round(innerWidth * ratio),
    height: Math.round(innerHeight * ratio),
    pixelRatio: ratio,
    colorSpace: matchMedia('(color-gamut: p3)').matches ? 'display-p3' : 'srgb',
    fit,
    title,
  };
}

/** Whether WebGL can be had, and whether it is drawn by the processor. */
export function probeGraphics() {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return { webgl: false, software: true };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { webgl: true, software: /swiftshader|llvmpipe|software|basic render/i.test(name) };
}
