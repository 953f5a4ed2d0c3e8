/** Keys that are held down: what they do goes on for as long. */
export class HeldKeys {
  /** @param {HTMLElement} element that lets go of all when it loses the focus */
  constructor(element) {
    this.held = new Set();
    addEventListener('keyup', (event) => this.held.delete(keyName(event)));
    element.addEventListener('blur', () => this.held.clear());
    addEventListener('blur', () => this.held.clear());
  }

  /** Whether anything is held that moves. */
  get active() {
    return this.held.size > (this.held.has('Shift') ? 1 : 0);
  }
}

/** The key as the help names it: letters small, `=` is the `+` on the same key. */
export function keyName(event) {
  if (event.key.length > 1) return event.key;
  return event.key === '=' ? '+' : event.key.toLowerCase();
}
