import { media, storage } from '../shared/browser.js';

const STORE = 'compositor.first-steps';
const CLOSED = 'closed';

/** Three first steps for who opens a host with a demo, until they are closed; this browser remembers that. */
export class FirstSteps {
  /**
   * @param {HTMLElement} element with a list and a button to close it
   * @param {boolean} staged whether the page shows the stage
   */
  constructor(element, staged) {
    this.element = element;
    this.list = /** @type {HTMLElement} */ (element.querySelector('ol'));
    this.kept = storage('localStorage', 'The first steps come again after a reload: this browser stores nothing for this page.');
    this.wanted = false;
    const touch = media('(pointer: coarse)').matches;
    const steps = [
      touch ? 'Open this page on a second screen.' : 'Open this page in a second window.',
      touch ? 'Move the picture with a finger: the other screen follows.' : 'Drag here: the other window follows.',
      staged ? (touch ? 'Press Models, then Upload: your .glb file stands on the stage.' : 'Drop a .glb file here: it stands on the stage.')
        : (touch ? 'Press the question mark: it shows all gestures.' : 'Press the question mark: it shows all keys.'),
    ];
    this.list.replaceChildren(...steps.map((text) => {
      const line = document.createElement('li');
      line.append(Object.assign(document.createElement('span'), { textContent: text }));
      return line;
    }));
    element.querySelector('button')?.addEventListener('click', () => this.close());
  }

  /** The host has a demo, and this person may do what the steps say. */
  offer() {
    this.wanted = this.kept.get(STORE) !== CLOSED;
    this.element.hidden = !this.wanted;
  }

  /** Marks what was done; a step stays done. @param {boolean[]} done */
  mark(done) {
    if (!this.wanted) return;
    [...this.list.children].forEach((line, i) => {
      const step = /** @type {HTMLElement} */ (line);
      if (done[i] !== true || step.dataset.done !== undefined) return;
      step.dataset.done = '';
      step.append(Object.assign(document.createElement('span'), { className: 'unseen', textContent: ' Done.' }));
    });
  }

  close() {
    this.wanted = false;
    this.element.hidden = true;
    this.kept.set(STORE, CLOSED);
  }
}
