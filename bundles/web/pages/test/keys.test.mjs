import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

/** As much of a page as keys need. */
class Page extends EventTarget {
  send(type, fields = {}) {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }
}

const key = (name, code, more = {}) => ({ key: name, code, shiftKey: false, metaKey: false, ctrlKey: false, altKey: false, getModifierState: () => false, ...more });

let page;
let canvas;
let held;
let HeldKeys;
let isPlain;
let keyName;

/** A key as the page sees it: first whoever holds keys, then the canvas. */
const down = (event) => {
  page.send('keydown', event);
  const name = keyName(event);
  if (isPlain(event) && (name.length === 1 || name === 'Shift' || name.startsWith('Arrow'))) held.hold(event, name);
};
const up = (event) => page.send('keyup', event);

beforeEach(async () => {
  page = new Page();
  page.body = {};
  page.hidden = false;
  page.focused = true;
  page.hasFocus = () => page.focused;
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.document = page;
  canvas = Object.assign(new Page(), { isConnected: true });
  ({ HeldKeys, isPlain, keyName } = await import('../shell/keys.js'));
  held = new HeldKeys(canvas);
});

test('a key is let go by its place, whatever it writes by then', () => {
  down(key('-', 'Minus'));
  down(key('Shift', 'ShiftLeft', { shiftKey: true }));
  assert.ok(held.has('-') && held.has('Shift'));
  up(key('_', 'Minus', { shiftKey: true }));
  assert.equal(held.has('-'), false);
  assert.equal(held.active, false);
  up(key('Shift', 'ShiftLeft'));
  down(key('+', 'Equal', { shiftKey: true }));
  up(key('=', 'Equal'));
  down(key('w', 'KeyW'));
  up(key('ц', 'KeyW'));
  assert.equal(held.active, false, 'another layout by then');
});

test('Cmd lets go of all, before and after it, since macOS does not tell then', () => {
  down(key('ArrowLeft', 'ArrowLeft'));
  assert.ok(held.active);
  down(key('Meta', 'MetaLeft', { metaKey: true }));
  assert.equal(held.active, false);
  down(key('ArrowLeft', 'ArrowLeft', { metaKey: true }));
  assert.equal(held.active, false, 'a command');
  up(key('Meta', 'MetaLeft'));
  assert.equal(held.active, false);
  for (const [name, code] of [['Control', 'ControlLeft'], ['Alt', 'AltLeft'], ['AltGraph', 'AltRight'], ['OS', 'OSLeft']]) {
    down(key('e', 'KeyE'));
    down(key(name, code));
    assert.equal(held.active, false, name);
  }
});

test('whatever takes the keyboard away lets go of all', () => {
  for (const [target, type] of [
    [page, 'blur'], [page, 'pagehide'], [page, 'visibilitychange'], [page, 'freeze'], [page, 'fullscreenchange'], [page, 'pointerlockchange'], [page, 'compositionstart'],
    [page, 'beforeprint'], [page, 'dragstart'], [page, 'contextmenu'],
  ]) {
    down(key('ArrowUp', 'ArrowUp'));
    assert.ok(held.active);
    target.send(type);
    assert.equal(held.active, false, type);
  }
  down(key('ArrowUp', 'ArrowUp'));
  page.focused = false;
  assert.equal(held.active, false, 'a page without the focus');
  page.focused = true;
  down(key('ArrowUp', 'ArrowUp'));
  page.hidden = true;
  assert.equal(held.active, false, 'a hidden page');
});

test('of two Shift keys it is enough that one is told', () => {
  down(key('Shift', 'ShiftLeft', { shiftKey: true }));
  down(key('Shift', 'ShiftRight', { shiftKey: true }));
  up(key('Shift', 'ShiftRight', { shiftKey: false }));
  assert.equal(held.has('Shift'), false);
  down(key('Shift', 'ShiftLeft', { shiftKey: true }));
  down(key('w', 'KeyW'));
  assert.equal(held.has('Shift'), false, 'a key without Shift says so');
  assert.ok(held.active);
});

test('a key without a place, or that an input method has, is not held', () => {
  assert.equal(held.hold(key('w', ''), 'w'), false);
  assert.equal(held.hold(key('w', 'KeyW', { isComposing: true }), 'w'), false);
  assert.equal(held.active, false);
});

test('a key means what is written on it, and where that is not Latin, what its place means', () => {
  for (const [name, code, means, more] of [
    ['w', 'KeyW', 'w'], ['W', 'KeyW', 'w', { shiftKey: true }], ['z', 'KeyW', 'z'], ['a', 'KeyQ', 'a'], [',', 'KeyW', ','], ['Home', 'Home', 'Home'],
    ['ц', 'KeyW', 'w'], ['Ф', 'KeyA', 'a', { shiftKey: true }], ['θ', 'KeyU', 'u'], ['ש', 'KeyA', 'a'], ['ط', 'KeyT', 't'], ['ล', 'KeyA', 'a'],
    ['Process', 'KeyF', 'f'], ['Unidentified', 'KeyT', 't'], ['Dead', 'BracketLeft', ''],
    ['=', 'Equal', '+'], ['+', 'BracketRight', '+'], ['+', 'NumpadAdd', '+'], ['-', 'NumpadSubtract', '-'], ['_', 'Minus', '-', { shiftKey: true }], ['-', 'Digit6', '-'],
    ['&', 'Digit1', '1'], ['é', 'Digit2', '2'], ['"', 'Digit3', '3'], ['ě', 'Digit2', '2'], ['١', 'Digit1', '1'], ['!', 'Digit1', '!', { shiftKey: true }],
    ['2', 'Numpad2', '2'], ['?', 'Slash', '?', { shiftKey: true }], ['؟', 'Slash', '?', { shiftKey: true }], ['ß', 'Minus', 'ß'], ['é', 'KeyW', 'é'],
    ['€', 'KeyE', '€', { getModifierState: (name) => name === 'AltGraph' }], ['²', 'Digit2', '²', { getModifierState: (name) => name === 'AltGraph' }],
  ]) assert.equal(keyName(key(name, code, more)), means, `${name} at ${code}`);
});

test('a sign that is written with AltGr is no command', () => {
  const altGr = { ctrlKey: true, altKey: true, getModifierState: (name) => name === 'AltGraph' };
  assert.equal(isPlain(key('+', 'KeyE', altGr)), true);
  assert.equal(isPlain(key('e', 'KeyE', { ctrlKey: true })), false);
  assert.equal(isPlain(key('e', 'KeyE', { altKey: true })), false);
  assert.equal(isPlain(key('e', 'KeyE', { metaKey: true })), false);
  assert.equal(isPlain(key('+', 'KeyE', { ...altGr, metaKey: true })), false);
});
