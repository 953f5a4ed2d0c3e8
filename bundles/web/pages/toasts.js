const MOST = 4;
const SHOWN_MS = 5_000;

/** Short messages that go by themselves, told to screen readers too. The same one twice stays one. */
export class Toasts {
  /** @param {HTMLElement} element a live region */
  constructor(element) {
    this.element = element;
  }

  /**
   * @param {string} level `info`, `warning` or `error`
   * @param {string} text
   * @param {string} [code] the protocol's code of a refusal
   * @param {{label: string, run: () => void}} [action] what a button in it does
   */
  show(level, text, code, action) {
    const same = [...this.element.children].find((toast) => toast.dataset.text === text);
    if (same !== undefined) this.#remove(same);
    const toast = document.createElement('div');
    toast.className = 'toast';
    toast.dataset.level = level;
    toast.dataset.text = text;
    if (code !== undefined) toast.dataset.code = code;
    toast.append(Object.assign(document.createElement('span'), { textContent: text }));
    if (action !== undefined) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: action.label });
      button.addEventListener('click', () => {
        this.#remove(toast);
        action.run();
      });
      toast.append(button);
    }
    this.element.append(toast);
    while (this.element.children.length > MOST) this.#remove(this.element.firstElementChild);
    toast.timer = setTimeout(() => this.#remove(toast), SHOWN_MS);
  }

  #remove(toast) {
    clearTimeout(toast.timer);
    toast.remove();
  }
}
