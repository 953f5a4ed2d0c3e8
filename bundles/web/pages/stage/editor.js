const MOST_UNDO = 50;
/** How far from one another new models stand, in metres, and how often a place is tried. */
const STEP = 0.25;
const MOST_STEPS = 400;

/**
 * What a person does to the scene: each deed one transaction, told if it was refused, taken back by undo and done again
 * by redo.
 */
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
    /** Operations that do again what was taken back, newest last. @type {object[][]} */
    this.future = [];
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
    this.future.length = 0;
  }

  /** @returns {boolean} whether there was something to take back */
  undo() {
    return this.#again(this.past, this.future);
  }

  /** @returns {boolean} whether something had been taken back, and nothing was done since */
  redo() {
    return this.#again(this.future, this.past);
  }

  /** Does the newest of one list; the other one gets what takes that back. */
  #again(from, to) {
    const ops = from.pop();
    if (ops === undefined) return false;
    to.push(inverse(this.client.scene.shown, ops));
    this.#do(ops, null);
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

  /**
   * Adds a model under a name that is free, beside what stands there, and selects it.
   *
   * @param {string} uri
   * @param {number[]} position where it goes if nothing stands there
   * @param {{min: number[], max: number[]}} [bounds] of the model
   * @param {(model: object) => {min: number[], max: number[]} | undefined} [boundsOf] of a model of the scene
   */
  add(uri, position, bounds, boundsOf = () => undefined) {
    const stem = plain(uri.split('/').pop()).replace(/\.[a-z]+$/i, '').replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, '').slice(0, 48) || 'model';
    const { models } = this.client.scene.shown;
    let number = 1;
    while (models.has(`${stem}-${number}`)) number++;
    const id = `${stem}-${number}`;
    const there = [...models.values()].map((model) => footprint(model.position, boundsOf(model), model.scale));
    const free = freePlace(position, bounds, there);
    return this.#do([{ op: 'put', model: { id, uri, position: free } }, { op: 'select', ids: [id] }], [{ op: 'remove', id }]);
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

/**
 * What a model takes on the ground: its middle and its radius, seen from above.
 *
 * @param {readonly number[]} position
 * @param {{min: number[], max: number[]} | undefined} bounds
 * @param {readonly number[]} scale
 */
function footprint(position, bounds, scale = [1, 1, 1]) {
  const [x, , z] = position;
  if (bounds === undefined) return { x, z, radius: STEP };
  const wide = Math.max(...[0, 2].map((i) => Math.max(Math.abs(bounds.min[i]), Math.abs(bounds.max[i])) * Math.abs(scale[i])));
  return { x, z, radius: Math.max(wide, STEP / 2) };
}

/**
 * The nearest place to the right of one, where a model touches no other.
 *
 * @param {number[]} position
 * @param {{min: number[], max: number[]} | undefined} bounds
 * @param {{x: number, z: number, radius: number}[]} there
 */
function freePlace(position, bounds, there) {
  const [x, y, z] = position;
  const own = footprint(position, bounds);
  for (let i = 0; i < MOST_STEPS; i++) {
    const at = x + i * STEP;
    if (there.every((other) => Math.hypot(at - other.x, z - other.z) >= own.radius + other.radius)) return [at, y, z];
  }
  return position;
}

/** A name as it stood before it was put into an address. */
function plain(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What takes operations back that are done to a scene now. */
function inverse({ models, selected }, ops) {
  const back = [];
  // A model that is removed is no longer selected.
  const unselects = ops.some((op) => op.op === 'select' || (op.op === 'remove' && selected.has(op.id)));
  for (const op of ops) {
    const before = models.get(op.id ?? op.model?.id);
    if (op.op === 'put' || op.op === 'remove') {
      if (before !== undefined) back.unshift({ op: 'put', model: before });
      else if (op.op === 'put') back.unshift({ op: 'remove', id: op.model.id });
    } else if (op.op === 'patch' && before !== undefined) {
      const fields = { op: 'patch', id: op.id };
      for (const name of Object.keys(op)) if (name !== 'op' && name !== 'id') fields[name] = before[name];
      back.unshift(fields);
    }
  }
  if (unselects) back.push({ op: 'select', ids: [...selected] });
  return back;
}
