const MOST_UNDO = 50;

/** What a person does to the scene: each deed one transaction, told if it was refused, and taken back by undo. */
export class Editor {
  /**
   * @param {import('../../client/compositor-client.js').CompositorClient} client
   * @param {(level: string, text: string, code?: string, actions?: {label: string, run: () => void}[]) => void} toast
   */
  constructor(client, toast) {
    this.client = client;
    this.toast = toast;
    /** Operations that take back what was done, newest last. @type {object[][]} */
    this.past = [];
  }

  /** Whether this display may change the scene. */
  get allowed() {
    return this.client.scene.known && this.client.welcome?.role !== 'view';
  }

  /** The selected models, as they are shown. */
  get selected() {
    const { models, selected } = this.client.scene.shown;
    return [...selected].map((id) => models.get(id)).filter((model) => model !== undefined);
  }

  async #do(ops, back) {
    try {
      await this.client.transact(ops);
      if (back !== null) this.remember(back);
      return true;
    } catch (error) {
      if (error.code !== 'closed') this.toast('warning', error.message, error.code);
      return false;
    }
  }

  /** @param {object[]} back operations that take back what was just done */
  remember(back) {
    this.past.push(back);
    if (this.past.length > MOST_UNDO) this.past.shift();
  }

  /** @returns {boolean} whether there was something to take back */
  undo() {
    const back = this.past.pop();
    if (back === undefined) return false;
    this.#do(back, null);
    return true;
  }

  select(ids) {
    const { selected } = this.client.scene.shown;
    if (!this.allowed || (ids.length === selected.size && ids.every((id) => selected.has(id)))) return;
    this.#do([{ op: 'select', ids }], null);
  }

  /** Selects one more, or one less. */
  toggle(id) {
    const ids = new Set(this.client.scene.shown.selected);
    if (!ids.delete(id)) ids.add(id);
    this.select([...ids]);
  }

  /** Changes fields of a model. */
  patch(id, fields) {
    const model = this.client.scene.shown.models.get(id);
    if (model === undefined) return;
    const back = { op: 'patch', id };
    for (const name of Object.keys(fields)) back[name] = model[name];
    this.#do([{ op: 'patch', id, ...fields }], [back]);
  }

  /** Adds a model under a name that is free, and selects it. */
  add(uri, position) {
    const stem = uri.split('/').pop().replace(/\.[a-z]+$/i, '').replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, '').slice(0, 48) || 'model';
    const { models } = this.client.scene.shown;
    let number = 1;
    while (models.has(`${stem}-${number}`)) number++;
    const id = `${stem}-${number}`;
    return this.#do([{ op: 'put', model: { id, uri, position } }, { op: 'select', ids: [id] }], [{ op: 'remove', id }]);
  }

  async removeSelected() {
    const models = this.selected;
    if (!this.allowed || models.length === 0) return;
    const ids = models.map(({ id }) => id);
    const back = [...models.map((model) => ({ op: 'put', model })), { op: 'select', ids }];
    if (!await this.#do(ids.map((id) => ({ op: 'remove', id })), back)) return;
    this.toast('info', models.length === 1 ? `Removed ${models[0].label ?? models[0].id}` : `Removed ${models.length} models`, undefined, [{ label: 'Undo', run: () => this.undo() }]);
  }
}
