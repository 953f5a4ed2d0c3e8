/** From the values of a configuration to what stands in its fields, and back. What is not set has the default. */

const WHOLE = new Set(['integer', 'long', 'short', 'byte']);
const BROKEN = new Set(['double', 'float', 'bigdecimal']);

const kindOf = ({ type }) => String(type ?? 'string').toLowerCase();

/** Whether there may be several values. */
export const isMany = ({ cardinality }) => Number.isInteger(cardinality) && cardinality !== 0 && cardinality !== 1 && cardinality !== -1;

/** What kind of field an attribute has. @returns {'choice' | 'secret' | 'lines' | 'text'} */
export function fieldOf(attribute) {
  if (isMany(attribute)) return 'lines';
  if (kindOf(attribute) === 'password') return 'secret';
  if (kindOf(attribute) === 'boolean' || (Array.isArray(attribute.options) && attribute.options.length > 0)) return 'choice';
  return 'text';
}

/** The values that can be chosen, with their words. @returns {[string, string][]} */
export function choicesOf(attribute) {
  if (Array.isArray(attribute.options) && attribute.options.length > 0) {
    return attribute.options.map((option) => (option !== null && typeof option === 'object' ? [String(option.value), String(option.label ?? option.value)] : [String(option), String(option)]));
  }
  return [['true', 'yes'], ['false', 'no']];
}

/** A value as it stands in a field. '' where it is not set. */
export function textOf(value) {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(String).join('\n') : String(value);
}

/** What the default is, in words; '' where there is none. */
export function defaultWords(attribute) {
  const text = textOf(attribute.default).split('\n').join(', ');
  if (text === '') return '';
  const [, word] = choicesOf(attribute).find(([value]) => value === text) ?? [];
  return fieldOf(attribute) === 'choice' ? word ?? text : text;
}

function one(attribute, text) {
  const kind = kindOf(attribute);
  const plain = text.trim();
  if (kind === 'boolean') return plain === 'true';
  const number = Number(plain);
  if (WHOLE.has(kind) && /^[+-]?\d+$/.test(plain) && Number.isSafeInteger(number)) return number;
  if (BROKEN.has(kind) && plain !== '' && Number.isFinite(number)) return number;
  // What is no number is told by the host, which knows the rule.
  return text;
}

/** The value that a text in a field stands for; undefined: it is not set. */
export function valueOf(attribute, text) {
  if (isMany(attribute)) {
    const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    return lines.length === 0 ? undefined : lines.map((line) => one(attribute, line));
  }
  return text.trim() === '' ? undefined : one(attribute, text);
}

/**
 * What is to be changed of a configuration: the keys whose fields say something else than before; null takes a key away, and it has its
 * default again.
 * @param {{properties?: Record<string, any>, attributes?: any[]}} configuration
 * @param {Map<string, string>} texts of the fields, by id
 */
export function changesOf({ properties = {}, attributes = [] }, texts) {
  const changes = {};
  for (const attribute of attributes) {
    const text = texts.get(attribute.id);
    if (text === undefined || text === textOf(properties[attribute.id])) continue;
    changes[attribute.id] = valueOf(attribute, text) ?? null;
  }
  return changes;
}

/** What holds for a value, in words. */
export function ruleWords(attribute) {
  const { min, max } = attribute;
  const known = (value) => value !== undefined && value !== null && value !== '';
  const range = known(min) && known(max) ? `${min} to ${max}` : known(min) ? `at least ${min}` : known(max) ? `at most ${max}` : '';
  const text = defaultWords(attribute);
  const words = [isMany(attribute) ? 'one a line' : '', range, text === '' ? '' : `default ${text}`].filter(Boolean).join('; ');
  return words === '' ? '' : `${words[0].toUpperCase()}${words.slice(1)}.`;
}
