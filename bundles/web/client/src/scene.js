import { finite, isObject, isSeq, vector } from './checks.js';
import { CompositorError } from './error.js';

/**
 * A model with all its defaults filled in. Frozen; a model that did not change is the same object in the next state.
 * @typedef {object} Model
 * @property {string} id
 * @property {string} uri glTF asset that the server offers, such as `models/gear.glb`
 * @property {readonly number[]} position x, y, z
 * @property {readonly number[]} orientation unit quaternion x, y, z, w
 * @property {readonly number[]} scale along the model's own axes
 * @property {boolean} visible
 * @property {string | null} label
 * @property {string | null} layer
 */
/**
 * A scene as it stands. Never changed: what follows is another object.
 * @typedef {{readonly revision: number, readonly models: ReadonlyMap<string, Model>, readonly selected: ReadonlySet<string>}} SceneState
 */
/**
 * A model as an operation puts it: what is missing or null is the default.
 * @typedef {{id: string, uri: string, position?: readonly number[] | null, orientation?: readonly number[] | null,
 *   scale?: readonly number[] | null, visible?: boolean | null, label?: string | null, layer?: string | null}} ModelInit
 */
/**
 * Fields of a model to change; null restores the default.
 * @typedef {{uri?: string, position?: readonly number[] | null, orientation?: readonly number[] | null,
 *   scale?: readonly number[] | null, visible?: boolean | null, label?: string | null, layer?: string | null}} ModelChange
 */
/** @typedef {{op: 'patch', id: string} & ModelChange} PatchOp */
/**
 * One step of a transaction (protocol, "The scene").
 * @typedef {{op: 'put', model: ModelInit} | PatchOp | {op: 'remove', id: string} | {op: 'select', ids: readonly string[]}
 *   | {op: 'clear'}} SceneOp
 */

const MAX_TEXT = 256;
const NAME = /^(?!.*(^|\/)\.{0,2}(\/|$))[A-Za-z0-9._/-]{1,64}$/;
const ABSOLUTE = /^(\/|[A-Za-z][A-Za-z0-9+.-]*:)/;
const ORIGIN = Object.freeze([0, 0, 0]);
const UPRIGHT = Object.freeze([0, 0, 0, 1]);
const UNSCALED = Object.freeze([1, 1, 1]);
const NONE_SELECTED = new Set();

/** No model, and none was ever there. @type {SceneState} */
export const EMPTY_SCENE = Object.freeze({ revision: 0, models: new Map(), selected: NONE_SELECTED });

/** What each field of a model goes back to. @type {Readonly<Record<string, any>>} */
const DEFAULTS = Object.freeze({ position: ORIGIN, orientation: UPRIGHT, scale: UNSCALED, visible: true, label: null, layer: null });

/** Names of the fields that a patch can change. */
export const FIELDS = Object.freeze(['uri', ...Object.keys(DEFAULTS)]);

/** @returns {never} */
function invalid(/** @type {string} */ field, /** @type {string} */ rule) {
  throw new CompositorError('invalid', `${field} ${rule}`, field);
}

/** The value of a field, copied and frozen; throws if it breaks a rule. `null` gives the default. */
function fieldValue(/** @type {string} */ name, /** @type {any} */ value, /** @type {string} */ at) {
  const field = `${at}.${name}`;
  if (name === 'uri') {
    if (typeof value !== 'string' || value === '' || [...value].length > MAX_TEXT || ABSOLUTE.test(value) || value.includes('\\')
      || value.split(/[?#]/)[0].split('/').includes('..')) {
      invalid(field, `must be a relative URI of 1 to ${MAX_TEXT} characters without .. segments`);
    }
    return value;
  }
  if (value === null) return DEFAULTS[name];
  switch (name) {
    case 'position':
    case 'scale':
      if (!vector(value, 3)) invalid(field, 'must be three finite numbers');
      return Object.freeze([...value]);
    case 'orientation': {
      const norm = vector(value, 4) ? Math.hypot(...value) : NaN;
      if (!(Math.abs(norm - 1) <= 1e-3)) invalid(field, 'must be a unit quaternion x, y, z, w');
      return Object.freeze(value.map((/** @type {number} */ part) => part / norm));
    }
    case 'visible':
      if (typeof value !== 'boolean') invalid(field, 'must be true or false');
      return value;
    default:
      if (typeof value !== 'string' || [...value].length > MAX_TEXT) invalid(field, `must be a text of at most ${MAX_TEXT} characters`);
      return value;
  }
}

function modelId(/** @type {any} */ id, /** @type {string} */ field) {
  if (typeof id !== 'string' || !NAME.test(id)) {
    invalid(field, 'must have 1 to 64 characters of A-Z a-z 0-9 . _ - / without empty, . or .. segments');
  }
  return id;
}

/**
 * A model with its defaults.
 * @param {any} init
 * @param {string} at
 * @returns {Model}
 */
function completeModel(init, at) {
  if (!isObject(init)) invalid(at, 'must be an object');
  /** @type {any} */
  const model = { id: modelId(init.id, `${at}.id`) };
  for (const name of FIELDS) model[name] = fieldValue(name, init[name] ?? null, at);
  return Object.freeze(model);
}

/** A patch as it came, with its values checked and copied; `null` stays. */
function checkedPatch(/** @type {any} */ op, /** @type {string} */ at) {
  /** @type {any} */
  const patch = { op: 'patch', id: modelId(op.id, `${at}.id`) };
  for (const name of FIELDS) {
    if (op[name] === undefined) continue;
    const value = fieldValue(name, op[name], at);
    patch[name] = op[name] === null ? null : value;
  }
  return Object.freeze(patch);
}

/**
 * Checks operations and makes them plain: the models of `put` complete, quaternions of length 1, everything copied.
 * @param {readonly SceneOp[]} ops
 * @returns {readonly SceneOp[]}
 * @throws {CompositorError} `invalid`, with the field and the rule
 */
export function checkOps(ops) {
  if (!Array.isArray(ops)) invalid('ops', 'must be a list');
  return Object.freeze(ops.map((op, i) => {
    const at = `ops[${i}]`;
    switch (isObject(op) ? op.op : undefined) {
      case 'put': return Object.freeze({ op: 'put', model: completeModel(op.model, `${at}.model`) });
      case 'patch': return checkedPatch(op, at);
      case 'remove': return Object.freeze({ op: 'remove', id: modelId(op.id, `${at}.id`) });
      case 'select':
        if (!Array.isArray(op.ids)) invalid(`${at}.ids`, 'must be a list');
        return Object.freeze({ op: 'select', ids: Object.freeze(op.ids.map((/** @type {any} */ id, /** @type {number} */ n) => modelId(id, `${at}.ids[${n}]`))) });
      case 'clear': return Object.freeze({ op: 'clear' });
      default: return invalid(`${at}.op`, 'must be one of put, patch, remove, select, clear');
    }
  }));
}

/** What a `put` makes of a model; the same object if nothing changes. */
function replaced(/** @type {Model | undefined} */ model, /** @type {Model} */ next) {
  return model !== undefined && FIELDS.every((name) => sameValue(/** @type {any} */ (model)[name], /** @type {any} */ (next)[name])) ? model : next;
}

/**
 * A checked patch with the defaults in place of null.
 * @param {any} patch
 * @returns {any}
 */
export function withDefaults(patch) {
  const full = { ...patch };
  for (const name of FIELDS) if (full[name] === null) full[name] = DEFAULTS[name];
  return full;
}

/** What a `patch` makes of a model; the same object if nothing changes. */
function patched(/** @type {Model} */ model, /** @type {any} */ patch) {
  /** @type {any} */
  const next = { ...model };
  let changed = false;
  for (const name of FIELDS) {
    if (patch[name] === undefined) continue;
    const value = patch[name] === null ? DEFAULTS[name] : patch[name];
    if (sameValue(value, next[name])) continue;
    next[name] = value;
    changed = true;
  }
  return changed ? Object.freeze(next) : model;
}

/**
 * The scene after a transaction: operations in order, all or none. The state given stays as it is.
 * @param {SceneState} state
 * @param {readonly SceneOp[]} ops
 * @returns {SceneState} its revision is one higher
 * @throws {CompositorError} `invalid`, or `not-found` where an operation names a model that is not there when its turn comes
 */
export function applyOps(state, ops) {
  return applyChecked(state, checkOps(ops));
}

/**
 * As {@link applyOps}, with what {@link checkOps} gave.
 * @param {SceneState} state
 * @param {readonly SceneOp[]} ops
 * @returns {SceneState}
 */
export function applyChecked(state, ops) {
  const models = new Map(state.models);
  let selected = state.selected;
  const there = (/** @type {string} */ id, /** @type {string} */ field) => {
    const model = models.get(id);
    if (model === undefined) throw new CompositorError('not-found', `${field}: there is no model "${id}"`, field);
    return model;
  };
  ops.forEach((op, i) => {
    switch (op.op) {
      case 'put':
        models.set(op.model.id, replaced(models.get(op.model.id), /** @type {Model} */ (op.model)));
        break;
      case 'patch':
        models.set(op.id, patched(there(op.id, `ops[${i}].id`), op));
        break;
      case 'remove':
        there(op.id, `ops[${i}].id`);
        models.delete(op.id);
        if (selected.has(op.id)) {
          const left = new Set(selected);
          left.delete(op.id);
          selected = left;
        }
        break;
      case 'select':
        op.ids.forEach((id, n) => there(id, `ops[${i}].ids[${n}]`));
        selected = new Set(op.ids);
        break;
      default:
        models.clear();
        selected = NONE_SELECTED;
    }
  });
  return Object.freeze({ revision: state.revision + 1, models, selected });
}

/**
 * The scene of a snapshot.
 * @param {any} scene
 * @returns {SceneState}
 * @throws {CompositorError} `invalid`
 */
export function sceneOf(scene) {
  if (!isSeq(scene.revision)) invalid('scene.revision', 'must be 0 or more');
  if (!Array.isArray(scene.models)) invalid('scene.models', 'must be a list');
  if (!Array.isArray(scene.selected)) invalid('scene.selected', 'must be a list');
  const models = new Map();
  scene.models.forEach((/** @type {any} */ init, /** @type {number} */ i) => {
    const model = completeModel(init, `scene.models[${i}]`);
    models.set(model.id, model);
  });
  return Object.freeze({ revision: scene.revision, models, selected: new Set(scene.selected.filter((/** @type {any} */ id) => models.has(id))) });
}

/** Whether two values of a field are the same. */
function sameValue(/** @type {any} */ a, /** @type {any} */ b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/**
 * Whether two checked lists of operations, or parts of them, say the same; numbers may differ by their last bits, as those of
 * a quaternion do that was made one of length 1 twice.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function sameOps(a, b) {
  if (finite(a) && finite(b)) return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a), Math.abs(b));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((/** @type {string} */ name) => sameOps(a[name], b[name]));
}
