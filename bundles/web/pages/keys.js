/** Keys that are held down over an element: what they do goes on for as long. */
export class HeldKeys {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.held = new Set();
    element.addEventListener('keyup', (event) => {
      this.held.delete(keyName(event));
      // What was pressed together with Shift may be let go without it.
      if (event.key === 'Shift') this.held.delete('Shift');
    });
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
