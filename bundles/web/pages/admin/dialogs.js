/** Questions before something is done that others notice. */

import { make, newId } from './dom.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [value]
 * @property {boolean} [required]
 * @property {number} [most] characters
 * @property {[string, string][]} [options] value and word, for a choice
 * @property {string} [placeholder]
 */

/**
 * Asks a person.
 * @param {object} question
 * @param {string} question.title
 * @param {string} [question.text]
 * @param {string} question.yes what the button says that does it
 * @param {boolean} [question.grave] whether it takes something away
 * @param {Field[]} [question.fields]
 * @returns {Promise<Record<string, string> | null>} what was written into the fields; null: it is not to be done
 */
export function ask({ title, text = '', yes, grave = false, fields = [] }) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const heading = make('h2', { id: newId('dialog'), textContent: title });
  const controls = fields.map(({ name, label, value = '', required = false, most = 0, options, placeholder = '' }) => {
    const id = newId('field');
    const control = options === undefined ? make('input', { id, name, value, required, placeholder, autocomplete: 'off' })
      : make('select', { id, name }, ...options.map(([option, word]) => make('option', { value: option, textContent: word, selected: option === value })));
    if (most > 0 && control instanceof HTMLInputElement) control.maxLength = most;
    return { name, control, row: make('p', { className: 'field' }, make('label', { htmlFor: id, textContent: label }), control) };
  });
  const no = make('button', { type: 'button', textContent: 'Cancel' });
  const go = make('button', { type: 'submit', className: grave ? 'grave' : 'main', textContent: yes });
  const form = make('form', { method: 'dialog' }, heading, ...(text === '' ? [] : [make('p', { textContent: text })]), ...controls.map(({ row }) => row),
    make('div', { className: 'buttons' }, no, go));
  const dialog = make('dialog', { className: 'ask' }, form);
  dialog.setAttribute('aria-labelledby', heading.id);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      answer = Object.fromEntries(controls.map(({ name, control }) => [name, control.value.trim()]));
      dialog.close();
    });
    no.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(answer);
    });
    dialog.showModal();
    (controls[0]?.control ?? (grave ? no : go)).focus();
  });
}
