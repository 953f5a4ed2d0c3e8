import { Page } from '../shared/page.js';

/** The page of a person: what its panels and its side panel share. */
export class ShellPage extends Page {
  /**
   * @param {object} options
   * @param {import('../../client/compositor-client.js').CompositorClient} options.client
   * @param {URL} options.base address below which everything of the server lies, with a slash at its end
   * @param {import('../stage/editor.js').Editor} options.editor
   * @param {HTMLElement} options.host where the panels go
   * @param {import('../shared/toasts.js').Toasts} options.toasts
   * @param {() => void} options.choose a person chose a camera
   * @param {() => void} options.subscribe other cameras may be needed now
   */
  constructor({ client, base, editor, host, toasts, choose, subscribe }) {
    super({ client, base, editor });
    this.host = host;
    this.toasts = toasts;
    this.choose = choose;
    this.subscribe = subscribe;
  }

  /**
   * Tells the person something.
   * @param {string} level `info`, `warning` or `error`
   * @param {string} text
   * @param {string} [code] the protocol's code of a refusal
   * @param {{label: string, run: () => void}[]} [actions] what the buttons in it do
   */
  toast(level, text, code, actions) {
    this.toasts.show(level, text, code, actions);
  }
}
