/** Keys by what is written on them, where the layout has Latin letters; by their place on the keyboard where it has not. @type {Map<string, string>} */
const BY_CODE = new Map(/** @type {[string, string][]} */ ([
  ['Minus', '-'], ['Equal', '+'], ['NumpadSubtract', '-'], ['NumpadAdd', '+'],
  ...[...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [`Key${letter.toUpperCase()}`, letter]),
]));
/** Values of `key` that say nothing of the key: it is half a letter, or an input method has it. */
const NAMELESS = ['Dead', 'Process', 'Unidentified', ''];
const MODIFIERS = ['Control', 'Alt', 'AltGraph', 'Meta', 'OS', 'Hyper', 'Super', 'Fn'];

/** Whether a key comes without anything that makes a command of the browser or the system out of it. */
export function isPlain(event) {
  if (event.metaKey) return false;
  // On some systems AltGr is Ctrl and Alt together, and only writes another sign.
  return event.getModifierState?.('AltGraph') === true || (!event.ctrlKey && !event.altKey);
}

/**
 * The key as the help names it: letters small, `=` is the `+` on the same key, and `_` the `-`.
 * @param {{key: string, code?: string, shiftKey?: boolean, getModifierState?: (name: string) => boolean}} event
 */
export function keyName(event) {
  const { key, code = '', shiftKey = false } = event;
  const nameless = NAMELESS.includes(key);
  if (key.length > 1 && !nameless) return key;
  const sign = nameless ? '' : key.toLowerCase();
  if (sign === '=') return '+';
  if (sign === '_' && shiftKey) return '-';
  // What AltGr writes stands beside what the key means.
  if (/^[a-z0-9+?-]$/.test(sign) || event.getModifierState?.('AltGraph') === true) return sign;
  // Some layouts have letters and signs on the row of digits, and the digits only with Shift.
  if (!shiftKey && /^Digit[1-9]$/.test(code)) return code.slice(-1);
  if (/^[ -~]$|\p{Script=Latin}/u.test(sign)) return sign;
  return code === 'Slash' && shiftKey ? '?' : BY_CODE.get(code) ?? sign;
}

/**
 * Keys that are held down: what they do goes on for as long. A key is known by its place (`code`), since what it writes changes with Shift
 * and with the layout. Whatever may keep the browser from saying that a key was let go lets go of all.
 */
export class HeldKeys {
  /** By the code of the key what it means. @type {Map<string, string>} */
  #held = new Map();
  #element;

  /** @param {HTMLElement} element that the keys are meant for */
  constructor(element) {
    this.#element = element;
    const letGo = () => this.clear();
    // Before anybody else: what is let go counts, whoever takes the event.
    addEventListener('keyup', (event) => this.#up(event), true);
    addEventListener('keydown', (event) => this.#down(event), true);
    for (const type of ['blur', 'pagehide', 'beforeprint', 'dragstart', 'compositionstart']) addEventListener(type, letGo, true);
    // A menu that opens takes the keyboard.
    addEventListener('contextmenu', (event) => { if (!event.defaultPrevented) letGo(); });
    for (const type of ['visibilitychange', 'freeze', 'fullscreenchange', 'pointerlockchange', 'pointerlockerror']) document.addEventListener(type, letGo, true);
    document.addEventListener('focusin', ({ target }) => { if (target !== element && target !== document.body) letGo(); }, true);
  }

  #up(event) {
    if (MODIFIERS.includes(event.key)) this.clear();
    // While Cmd is down macOS does not say that another key was let go.
    else if (event.metaKey) this.clear();
    else this.#held.delete(event.code);
    if (!event.shiftKey) this.#forgetShift();
  }

  #down(event) {
    if (MODIFIERS.includes(event.key) || event.metaKey || event.isComposing) this.clear();
    if (!event.shiftKey) this.#forgetShift();
  }

  /** Of two Shift keys some systems tell only of one that it was let go. */
  #forgetShift() {
    this.#held.delete('ShiftLeft');
    this.#held.delete('ShiftRight');
  }

  /**
   * A key went down.
   * @param {string} name what it means
   * @returns {boolean} false where it cannot be told when it is let go, as on a keyboard on the screen: then each press counts by itself
   */
  hold(event, name) {
    if (!event.code || event.isComposing) return false;
    this.#held.set(event.code, name);
    return true;
  }

  /** What the key of this event means that is held already, or undefined. */
  meaning(event) {
    return this.#held.get(event.code);
  }

  /** @param {string} name what a key means */
  has(name) {
    for (const held of this.#held.values()) if (held === name) return true;
    return false;
  }

  clear() {
    this.#held.clear();
  }

  /** Whether anything is held that moves. */
  get active() {
    if (this.#held.size === 0) return false;
    // Whatever takes the keyboard away without a word, such as a dialog of the browser.
    if (document.hidden || document.hasFocus?.() === false || !this.#element.isConnected) this.clear();
    for (const held of this.#held.values()) if (held !== 'Shift') return true;
    return false;
  }
}
