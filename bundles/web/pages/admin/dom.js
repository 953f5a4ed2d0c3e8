/** Elements. What comes from outside goes in as text alone. */

import { setText } from '../shared/text.js';

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [fields]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** @param {Record<string, string | number>} [attributes] */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * A button. While what it does is under way it does nothing else.
 * @param {string} text
 * @param {() => any} run
 * @param {Record<string, any>} [fields]
 */
export function button(text, run, fields = {}) {
  const made = make('button', { type: 'button', ...fields }, text);
  made.addEventListener('click', async () => {
    if (made.getAttribute('aria-busy') === 'true') return;
    made.setAttribute('aria-busy', 'true');
    try {
      await run();
    } finally {
      made.removeAttribute('aria-busy');
    }
  });
  return made;
}

/** Who listens hears what a button is about; who looks sees that. */
export function about(element, text) {
  if (element.getAttribute('aria-label') !== text) element.setAttribute('aria-label', text);
}

/** Sets a value of `dataset` where it is another. */
export function setData(element, name, value) {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

let numbers = 0;
/** An id that nothing else on the page has. */
export const newId = (word) => `${word}-${++numbers}`;

export { setText };
