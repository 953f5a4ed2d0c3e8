const MOST = 4;
const SHOWN_MS = 5_000;
/** Who is to press something has to read it first. */
const ASKED_MS = 15_000;

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
   * @param {{label: string, run: () => void}[]} [actions] what the buttons in it do; each takes the message away
   * @param {boolean} [stays] until it is answered or taken away
   * @returns {() => void} takes it away
   */
  show(level, text, code, actions = [], stays = false) {
    const same = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (this.element.children)].find((toast) => toast.dataset.text === text);
    if (same !== undefined) this.#remove(same);
    const toast = /** @type {HTMLElement & {timer?: ReturnType<typeof setTimeout>}} */ (document.createElement('div'));
    toast.className = 'toast';
    toast.dataset.level = level;
    toast.dataset.text = text;
    if (code !== undefined) toast.dataset.code = code;
    if (stays) toast.dataset.stays = '';
    toast.append(Object.assign(document.createElement('span'), { textContent: text }));
    for (const { label, run } of actions) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
      button.addEventListener('click', () => {
        this.#remove(toast);
        run();
      });
      toast.append(button);
    }
    this.element.append(toast);
    while (this.element.children.length > MOST) this.#remove(this.element.querySelector(':scope > :not([data-stays])') ?? this.element.firstElementChild);
    if (!stays) this.#expire(toast, actions.length > 0 ? ASKED_MS : SHOWN_MS);
    return () => this.#remove(toast);
  }

  /** Lets a message go in time, but not from under a pointer or the focus. */
  #expire(toast, ms) {
    const go = () => {
      clearTimeout(toast.timer);
      toast.timer = setTimeout(() => this.#remove(toast), ms);
    };
    for (const type of ['pointerenter', 'focusin']) toast.addEventListener(type, () => clearTimeout(toast.timer));
    for (const type of ['pointerleave', 'focusout']) toast.addEventListener(type, go);
    go();
  }

  #remove(toast) {
    clearTimeout(toast.timer);
    toast.remove();
  }
}
