/** The configurations of the host: each one a form after its description. */

import { why } from './api.js';
import { ask } from './dialogs.js';
import { button, make, newId, setData, setText } from './dom.js';
import { changesOf, choicesOf, defaultWords, fieldOf, ruleWords, textOf } from './fields.js';
import { Part } from './part.js';
import { count } from './words.js';

const POLL_MS = 10_000;
const PREFIX = 'org.geometryos.compositor.';

/** What a configuration is called in the list. @param {any} configuration */
export function configurationName({ pid, name }) {
  const short = String(pid).startsWith(PREFIX) ? String(pid).slice(PREFIX.length) : String(pid);
  const words = typeof name === 'string' ? name.replace(/^Compositor Bridge: /, '') : '';
  return words === '' || words === short ? short : `${short} (${words})`;
}

export class Configuration extends Part {
  /** @type {any[] | null} */
  #all = null;
  /** Of which there may be several. @type {any[]} */
  #factories = [];
  #error = null;
  /** The configuration in the form. @type {any} */
  #shown = null;
  /** @type {Map<string, {control: any, error: HTMLElement, row: HTMLElement}>} by id of the attribute */
  #fields = new Map();

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('configuration', 'Configuration');
    this.operator = operator;
    const id = newId('configuration');
    this.choice = make('select', { id, className: 'configurations' });
    this.choice.addEventListener('change', () => this.#choose());
    this.add = button('New', () => this.#add(), { title: 'A further configuration of a kind that there may be several of' });
    this.tools.append(make('label', { className: 'unseen', htmlFor: id, textContent: 'Configuration' }), this.choice, this.add);
    this.about = make('p', { className: 'state' });
    this.problem = make('p', { className: 'state wrong' });
    this.rows = make('div', { className: 'fields' });
    this.said = make('p', { className: 'said' });
    this.said.setAttribute('role', 'status');
    this.buttons = make('div', { className: 'buttons' }, button('Check', () => this.#send(true)), button('Save', () => this.#send(false), { className: 'main' }), button('Discard', () => this.#build()));
    this.form = make('form', { noValidate: true }, this.rows, make('div', { className: 'end' }, this.buttons, this.said));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(true);
    });
    this.form.addEventListener('input', () => this.#say(''));
    this.body.append(this.about, this.problem, this.form);
  }

  get poll() {
    return { ms: POLL_MS, ask: () => this.#ask() };
  }

  async #ask() {
    try {
      const { configurations, factories } = await this.operator.api.get('configuration');
      this.#all = (Array.isArray(configurations) ? configurations : []).filter(({ pid }) => typeof pid === 'string').sort((a, b) => a.pid.localeCompare(b.pid));
      this.#factories = Array.isArray(factories) ? factories : [];
      // One that is being written for the first time is not there yet.
      if (this.#shown?.fresh && !this.#all.some(({ pid }) => pid === this.#shown.pid)) this.#all.push(this.#shown);
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
    this.#list();
    this.show();
  }

  show() {
    if (this.#all === null) {
      this.away(this.#error === null ? 'Configuration: not known yet.' : why(this.#error, 'Configuration'));
      return;
    }
    this.away(null);
    this.number(count(this.#all.length));
    this.add.hidden = this.#factories.length === 0;
  }

  #list() {
    const all = this.#all ?? [];
    const names = all.map(({ pid }) => pid).join('\n');
    if (this.choice.dataset.names !== names) {
      const { value } = this.choice;
      this.choice.dataset.names = names;
      this.choice.replaceChildren(...all.map((one) => make('option', { value: one.pid, textContent: `${one.problem ? '⚠ ' : ''}${configurationName(one)}` })));
      if (all.some(({ pid }) => pid === value)) this.choice.value = value;
    }
    const now = all.find(({ pid }) => pid === this.choice.value) ?? null;
    // What somebody is writing is not taken away; what the host has changed meanwhile shows when it is discarded or saved.
    if (this.#shown?.pid === now?.pid && (this.#touched || JSON.stringify(this.#shown) === JSON.stringify(now))) return;
    this.#shown = now;
    this.#build();
  }

  get #touched() {
    return this.#shown !== null && [...this.#fields].some(([id, { control }]) => control.value !== textOf(this.#shown.properties?.[id]));
  }

  async #choose() {
    const next = this.choice.value;
    if (this.#touched) {
      this.choice.value = this.#shown.pid;
      const said = await ask({ title: 'Discard the changes?', text: `What was written for ${configurationName(this.#shown)} is not saved.`, yes: 'Discard', grave: true });
      if (said === null) return;
      this.choice.value = next;
    }
    this.#shown = this.#all?.find(({ pid }) => pid === next) ?? null;
    this.#build();
  }

  async #add() {
    const said = await ask({
      title: 'A new configuration', yes: 'Write it', text: 'It is there when it is saved.',
      fields: [
        { name: 'factory', label: 'Of the kind', options: this.#factories.map(({ factoryPid, name }) => [factoryPid, configurationName({ pid: factoryPid, name })]) },
        { name: 'name', label: 'Name', required: true, most: 64, placeholder: 'A-Z a-z 0-9 . _ -' },
      ],
    });
    if (said === null) return;
    const factory = this.#factories.find(({ factoryPid }) => factoryPid === said.factory);
    const pid = `${said.factory}~${said.name}`;
    if (factory === undefined || this.#all === null) return;
    if (!this.#all.some((one) => one.pid === pid)) this.#all.push({ ...factory, pid, properties: {}, revision: 0, fresh: true });
    this.#list();
    this.choice.value = pid;
    this.#shown = this.#all.find((one) => one.pid === pid);
    this.#build();
  }

  /** The form, with the values of the host. */
  #build() {
    const now = this.#all?.find(({ pid }) => pid === this.#shown?.pid) ?? this.#shown;
    this.#shown = now;
    this.#fields.clear();
    this.#say('');
    this.form.hidden = now === null;
    if (now === null) {
      setText(this.about, 'There is no configuration.');
      this.rows.replaceChildren();
      return;
    }
    const { pid, description, file, problem, attributes = [], properties = {} } = now;
    setText(this.about, [description, pid, file ? `from the file ${file}` : ''].filter(Boolean).join(' · '));
    this.problem.hidden = !problem;
    setText(this.problem, String(problem ?? ''));
    const known = new Set(attributes.map(({ id }) => id));
    const others = Object.entries(properties).filter(([name]) => !known.has(name));
    this.rows.replaceChildren(...attributes.map((attribute) => this.#row(attribute, textOf(properties[attribute.id]))),
      ...others.map(([name, value]) => make('div', { className: 'field' }, make('span', { className: 'name', textContent: name }), make('span', { className: 'fixed', textContent: textOf(value) }), make('small', { textContent: 'Nothing describes it.' }))));
    if (attributes.length === 0 && others.length === 0) this.rows.append(make('p', { className: 'none', textContent: 'It has no keys.' }));
    this.buttons.hidden = attributes.length === 0;
  }

  #row(attribute, text) {
    const id = newId('key');
    const kind = fieldOf(attribute);
    const normal = defaultWords(attribute);
    /** @type {any} */
    let control;
    if (kind === 'choice') {
      const choices = choicesOf(attribute);
      if (text !== '' && !choices.some(([value]) => value === text)) choices.push([text, text]);
      control = make('select', { id }, make('option', { value: '', textContent: normal === '' ? 'not set' : `default: ${normal}` }), ...choices.map(([value, word]) => make('option', { value, textContent: word })));
    } else if (kind === 'lines') {
      control = make('textarea', { id, rows: Math.min(6, Math.max(2, text.split('\n').length + 1)), spellcheck: false });
    } else {
      control = make('input', { id, type: kind === 'secret' ? 'password' : 'text', autocomplete: 'off', spellcheck: false, placeholder: normal });
    }
    control.value = text;
    if (kind === 'secret') control.addEventListener('focus', () => control.select());
    const [hint, error] = [make('small', { id: `${id}-hint`, textContent: [attribute.description, ruleWords(attribute)].filter(Boolean).join(' ') }), make('strong', { id: `${id}-error`, className: 'error' })];
    control.setAttribute('aria-describedby', `${hint.id} ${error.id}`);
    const row = make('div', { className: 'field' }, make('label', { htmlFor: id }, String(attribute.name ?? attribute.id), ' ', make('code', { textContent: attribute.id })), control, error, hint);
    setData(row, 'key', attribute.id);
    this.#fields.set(attribute.id, { control, error, row });
    return row;
  }

  /** @param {boolean} check whether nothing is to be changed */
  async #send(check) {
    const shown = this.#shown;
    const texts = new Map([...this.#fields].map(([id, { control }]) => [id, control.value]));
    this.#clear();
    let answer;
    try {
      answer = await this.operator.api.post('configuration', { pid: shown.pid, properties: changesOf(shown, texts), check, revision: shown.revision });
    } catch (error) {
      if (this.#shown !== shown) return;
      this.#refuse(error);
      return;
    }
    if (check) {
      this.#say('The values are good. Nothing is saved yet.');
      return;
    }
    if (answer.problem) this.operator.tell(`It is saved, but not in force: ${answer.problem}`, 'error');
    else this.operator.tell(`${configurationName(shown)} is saved${answer.lasts === false ? ' until the host starts again' : ''}.`);
    // From now on what the host has is what stands here.
    if (this.#shown === shown) {
      this.#shown = null;
      this.#fields.clear();
    }
    await this.#ask();
  }

  #refuse(error) {
    const field = this.#fields.get(error.field);
    const text = error.absent ? 'This host has no bundle "operate", which would do that.' : error.message;
    if (field === undefined) {
      this.#say(text, true);
      return;
    }
    setText(field.error, text);
    field.control.setAttribute('aria-invalid', 'true');
    field.control.focus();
    this.#say('');
  }

  #clear() {
    for (const { control, error } of this.#fields.values()) {
      control.removeAttribute('aria-invalid');
      setText(error, '');
    }
  }

  #say(text, wrong = false) {
    setText(this.said, text);
    setData(this.said, 'wrong', String(wrong));
  }
}
