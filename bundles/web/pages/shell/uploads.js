import { limit } from '../shared/browser.js';
import { keyHeaders } from '../shared/connection.js';

/** A large model over a slow network takes its time. */
const LIMIT_MS = 600_000;
/** What no name of a model may have. */
const FORBIDDEN = /[\\/:*?"<>|%\p{Cc}\p{Cf}]/gu;

/** The name that a file gets on the server. */
export const nameFor = (file) => file.replaceAll(FORBIDDEN, '-').replace(/^[. ]+/, '').replace(/[. ]+(?=\.glb$)/i, '');

/** Brings .glb files to the server: those that are dropped on the page, and those that are chosen. */
export class Uploads {
  /**
   * @param {object} options
   * @param {URL} options.base
   * @param {() => string | undefined} options.key
   * @param {() => boolean} options.allowed whether this display may change the scene
   * @param {(level: string, text: string, code?: string, actions?: {label: string, run: () => void}[]) => void} options.toast
   * @param {(model: {name: string, uri: string, bounds?: object}) => void} options.done a model is there
   */
  constructor({ base, key, allowed, toast, done }) {
    this.base = base;
    this.key = key;
    this.allowed = allowed;
    this.toast = toast;
    this.done = done;
    /** How many are on their way. */
    this.running = 0;
    /** How many arrived. */
    this.arrived = 0;
  }

  /**
   * Takes files that are dropped on a page.
   * @param {HTMLElement} sign is shown while files are held over the page
   */
  listen(sign) {
    const files = (event) => [...event.dataTransfer?.types ?? []].includes('Files');
    let depth = 0;
    const show = (over) => {
      depth = over;
      sign.hidden = depth <= 0;
    };
    addEventListener('dragenter', (event) => { if (files(event)) show(depth + 1); });
    addEventListener('dragleave', (event) => { if (files(event)) show(depth - 1); });
    addEventListener('dragover', (event) => {
      if (!files(event)) return;
      // Without this the browser would leave the page for the file.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = this.allowed() ? 'copy' : 'none';
    });
    addEventListener('drop', (event) => {
      if (!files(event)) return;
      event.preventDefault();
      show(0);
      this.take([...event.dataTransfer?.files ?? []]);
    });
  }

  /** One after the other. @param {File[]} files */
  async take(files) {
    if (!this.allowed()) {
      this.toast('warning', 'This display may not add models: it needs a connection with the role control.', 'forbidden');
      return;
    }
    for (const file of files) await this.send(file);
  }

  /**
   * @param {File} file
   * @param {boolean} [replace] whether it takes the place of a model of its name
   */
  async send(file, replace = false) {
    const name = nameFor(file.name);
    if (!/\.glb$/i.test(name)) {
      this.toast('warning', `${file.name} is no .glb file. A .gltf and its files go into the host's models folder.`, 'invalid');
      return;
    }
    this.running++;
    this.toast('info', `Uploading ${name}`);
    try {
      const answer = await fetch(new URL(`models/${encodeURIComponent(name)}`, this.base), {
        method: 'PUT',
        body: file,
        signal: limit(LIMIT_MS),
        headers: { ...keyHeaders(this.key()), 'Content-Type': 'model/gltf-binary', ...(replace ? { 'If-Match': '*' } : {}) },
      });
      if (answer.ok) {
        this.arrived++;
        this.done(await answer.json());
        return;
      }
      const reason = (await answer.text()).trim() || `the server answers ${answer.status}`;
      const again = answer.status === 409 ? [{ label: 'Replace it', run: () => { this.send(file, true); } }] : [];
      this.toast(answer.status === 409 ? 'warning' : 'error', `${name} is not taken: ${reason}`, String(answer.status), again);
    } catch (error) {
      this.toast('error', `${name} did not arrive: ${error.name === 'TimeoutError' ? 'it took too long' : 'the connection was lost'}`);
    } finally {
      this.running--;
    }
  }
}
