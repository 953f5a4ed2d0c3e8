/** Dark or light: as the system says, unless a person chose. The choice is kept in this browser. */

import { media, storage } from './browser.js';

const STORE = 'compositor.appearance';
const CHOICES = ['auto', 'light', 'dark'];
const system = media('(prefers-color-scheme: dark)');
const kept = storage('localStorage', 'Choose dark or light again after a reload: this browser stores nothing for this page.');
const listeners = new Set();

/** What the canvases are painted with; everything else takes its colours from the style sheet. */
const PALETTES = {
  dark: {
    ground: 0x0c0f14, line: 0xb9cbe4, text: 0xaab6c6, accent: 0x6fb1ff, warm: 0xf0b062, sky: 0x1b222d, horizon: 0x2a3442, placeholder: 0x6b7a90, bad: 0xf0767f,
  },
  light: {
    ground: 0xf3f5f8, line: 0x33465e, text: 0x4c5a6c, accent: 0x1c6ae0, warm: 0xb26a00, sky: 0xe9edf3, horizon: 0xfafbfc, placeholder: 0x8997aa, bad: 0xc42f3f,
  },
};
/** Colours by which cameras are told apart, readable on both grounds. */
const CAMERA_COLOURS = [0x4f97ff, 0xe0913a, 0x9b82f5, 0x33b884, 0xe36b9c, 0x2fb3c7, 0xc4a032, 0xe07456];

/** The same colour for the same name, always. */
export function cameraColour(name) {
  let hash = 7;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return CAMERA_COLOURS[(hash >>> 0) % CAMERA_COLOURS.length];
}

export const css = (colour) => `#${colour.toString(16).padStart(6, '0')}`;

/** @returns {'auto' | 'light' | 'dark'} what the person chose */
export function choice() {
  const chosen = kept.get(STORE);
  return CHOICES.includes(chosen) ? /** @type {'auto' | 'light' | 'dark'} */ (chosen) : 'auto';
}

const isDark = () => (choice() === 'auto' ? system.matches : choice() === 'dark');

export const palette = () => PALETTES[isDark() ? 'dark' : 'light'];

/** Sets the page to what was chosen. */
export function restore() {
  const chosen = choice();
  if (chosen === 'auto') delete document.documentElement.dataset.appearance;
  else document.documentElement.dataset.appearance = chosen;
}

/** Goes on to the next of: as the system says, light, dark. */
function next() {
  const chosen = CHOICES[(CHOICES.indexOf(choice()) + 1) % CHOICES.length];
  kept.set(STORE, chosen === 'auto' ? null : chosen);
  restore();
  for (const listener of listeners) listener(palette());
  return chosen;
}

/** Calls with the palette whenever it changes. */
export function onChange(listener) {
  listeners.add(listener);
}

const WORDS = { auto: 'as the system says', light: 'light', dark: 'dark' };

/** Makes a button go on to the next choice, and show the present one. @param {HTMLElement} button with an icon of its own */
export function appearanceButton(button) {
  const show = () => {
    const chosen = choice();
    button.title = `Dark or light: ${WORDS[chosen]}`;
    button.setAttribute('aria-label', button.title);
    button.querySelector('use')?.setAttribute('href', `#i-${chosen}`);
  };
  button.addEventListener('click', next);
  onChange(show);
  show();
}

system.addEventListener('change', () => {
  if (choice() === 'auto') for (const listener of listeners) listener(palette());
});
