/** One wall on the page: its screens to scale, how they do, and what can be done about it. */

import { ask } from '../admin/dialogs.js';
import { about, button, make, newId, setData, setText, svg } from '../admin/dom.js';
import { Graph } from '../admin/graph.js';
import { Part } from '../admin/part.js';
import { Table } from '../admin/table.js';
import { DASH, figure, millis, percent, several } from '../admin/words.js';
import { moved, placeFor, snapped } from './edits.js';

/** An edge is drawn to another within so many pixels of the page. */
const SNAP = 8;
/** How long after the last key a movement by keys is sent, ms. */
const KEYS_MS = 500;
/** What is not told is asked for each second; older than this, a report says nothing. */
const OLD_MS = 5_000;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {[string, string, boolean?][]} */
const NUMBERS = [['x', 'Left edge'], ['y', 'Upper edge'], ['width', 'Width'], ['height', 'Height'], ['delay', 'Delay of the screen, ms']];
const degrees = (radians) => Math.round(((radians ?? 0) * 180) / Math.PI * 100) / 100;
const number = (value) => String(Math.round(value * 100) / 100);

/** How a member does: a level and a word. */
export function stateOf(member) {
  if (member === undefined || !member.connected) return { level: 'away', word: 'not here' };
  if (member.reported == null || member.reported > OLD_MS) return { level: 'warning', word: 'reports nothing' };
  if (member.counted === false) return { level: 'warning', word: member.reason ?? 'left out' };
  if (member.late > 0.005) return { level: 'warning', word: `${percent(member.late)} late` };
  return { level: 'ok', word: 'in step' };
}

export class WallPart extends Part {
  /**
   * @param {string} name of the wall
   * @param {import('./walls.js').WallsPage} page
   */
  constructor(name, page) {
    super(`wall-${name}`, name);
    this.name = name;
    this.page = page;
    /** As the host told it last. @type {any} */
    this.wall = null;
    /** Members as they are being moved, before the host has them. @type {any[] | null} */
    this.draft = null;
    this.chosen = '';
    this.screens = new Map();
    this.keysTimer = 0;
    this.element.className = 'wall';
    this.plan = make('div', { className: 'plan', role: 'group' });
    this.above = make('div', { className: 'above', hidden: true });
    this.facts = make('dl', { className: 'facts' });
    this.graph = new Graph('Moments apart', {
      lines: ['apart'], word: ([value]) => millis(value), scale: (value) => millis(value), seconds: 120,
    });
    this.table = new Table({
      label: `Screens of ${name}`, none: 'No screen yet: add a display.', key: ({ display }) => display, words: ({ display }) => display,
      columns: [
        { head: 'Display', make: () => make('span', {}, make('i', { className: 'mark' }), make('b')), show: ({ display, state }, content, cell) => {
          setText(content.lastChild, display);
          setData(cell, 'level', state.level);
        } },
        { head: 'State', text: ({ state }) => state.word },
        { head: 'Rectangle', name: 'number', text: ({ member, unit }) => `${number(member.width)} × ${number(member.height)} at ${number(member.x)}, ${number(member.y)} ${unit}` },
        { head: 'Age', name: 'number', text: ({ told }) => (told?.age50 == null ? DASH : `${millis(told.age50)}, p99 ${millis(told.age99)}`) },
        { head: 'Late', name: 'number', text: ({ told }) => (told?.reported == null ? DASH : `${figure(told.late * 100)} %`) },
        { head: 'Apart', name: 'number', text: ({ told }) => (told?.apart == null ? DASH : millis(told.apart)) },
        { head: 'Clock', name: 'number', text: ({ told }) => (told?.clock == null ? DASH : `± ${millis(told.clock)}`) },
        { head: 'Needs', name: 'number', text: ({ told }) => (told?.needs == null ? DASH : millis(told.needs)) },
      ],
    });
    this.editor = make('form', { className: 'editor', hidden: true, noValidate: true });
    this.editor.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#apply();
    });
    this.identify = button('Identify', () => this.#picture('identify'));
    this.calibrate = button('Calibration picture', () => this.#picture('calibration'));
    this.add = button('Add display', () => this.#add());
    this.change = button('Change', () => this.#change());
    this.undo = button('Undo', () => page.undo(this.name));
    this.remove = button('Remove', () => this.#remove(), { className: 'grave' });
    this.open = make('a', { className: 'link', href: `walls/${encodeURIComponent(name)}`, textContent: 'All screens in one window' });
    this.tools.append(this.open, this.identify, this.calibrate, this.add, this.change, this.undo, this.remove);
    for (const tool of [this.identify, this.calibrate, this.add, this.change, this.undo, this.remove]) about(tool, `${tool.textContent}: wall ${name}`);
    about(this.open, `${this.open.textContent}: wall ${name}`);
    this.body.append(make('div', { className: 'pictures' }, make('div', {}, this.plan, this.above), this.graph.element), this.facts, this.editor, this.table.element);
    this.#gestures();
  }

  /** @param {any} wall as the host tells it */
  take(wall) {
    this.wall = wall;
    const skew = wall.figures?.skew;
    this.graph.add(performance.now(), [typeof skew === 'number' ? skew : NaN]);
    this.#draw();
  }

  get members() {
    return this.draft ?? this.wall?.members ?? [];
  }

  #draw() {
    const { wall, page } = this;
    if (wall === null) return;
    const may = page.mayChange;
    for (const tool of [this.identify, this.calibrate, this.add, this.change, this.undo, this.remove]) tool.hidden = !may;
    const undo = page.history.last(this.name);
    this.undo.disabled = undo === undefined;
    this.undo.title = undo === undefined ? 'There is nothing to take back' : `Takes back: ${undo.what}`;
    this.identify.setAttribute('aria-pressed', String(wall.picture === 'identify'));
    this.calibrate.setAttribute('aria-pressed', String(wall.picture === 'calibration'));
    setText(this.element.querySelector('h2'), wall.title ? `${wall.title} (${wall.wall})` : wall.wall);
    const { figures = {} } = wall;
    const level = figures.alarm ? 'warning' : 'ok';
    setData(this.element, 'level', level);
    this.number(this.members.length);
    this.#facts([
      ['Size', `${number(wall.width)} × ${number(wall.height)} ${wall.unit}`],
      ['Camera', wall.camera ?? 'not set'],
      ['Shown as', wall.view === 'window' ? `a window, eye at ${(wall.eye ?? []).map(number).join(', ')}` : `the camera’s picture, ${wall.fit}`],
      ['Delay', `${millis(figures.delay)}${figures.fixed ? ', fixed' : ', chosen by the host'}`],
      ['Moments apart', `${millis(figures.skew)}${figures.alarm ? ', more than the alarm allows' : ''}`],
      ['Late frames', typeof figures.late === 'number' ? `${figure(figures.late * 100)} %` : DASH],
      ['Slowest', figures.slowest ?? DASH],
      ['Lasts', wall.lasts === false ? 'until the host restarts' : 'yes'],
    ]);
    this.#drawPlan(may);
    this.#drawAbove();
    this.table.show(this.members.map((member) => {
      const told = figures.members?.[member.display];
      return { display: member.display, member, told, state: stateOf(told), unit: wall.unit };
    }));
    if (this.chosen !== '' && !this.members.some(({ display }) => display === this.chosen)) this.#choose('');
  }

  #facts(facts) {
    if (this.facts.childElementCount !== facts.length) {
      this.facts.replaceChildren(...facts.map(([word]) => make('div', {}, make('dt', { textContent: word }), make('dd'))));
    }
    facts.forEach(([, value], i) => setText(this.facts.children[i].lastChild, value));
  }

  #drawPlan(may) {
    const { wall, plan } = this;
    plan.style.aspectRatio = `${wall.width} / ${wall.height}`;
    // as high as there is room, and as wide as that makes it
    plan.style.maxWidth = `calc(62vh * ${wall.width / wall.height})`;
    plan.classList.toggle('movable', may);
    plan.setAttribute('aria-label', `Screens of wall ${this.name}, to scale`);
    const there = new Set(this.members.map(({ display }) => display));
    for (const [display, { element }] of this.screens) {
      if (there.has(display)) continue;
      element.remove();
      this.screens.delete(display);
    }
    for (const member of this.members) {
      const { display } = member;
      let screen = this.screens.get(display);
      if (screen === undefined) {
        const word = make('small');
        const place = make('small');
        const up = make('i', { className: 'up', hidden: true });
        const grip = make('i', { className: 'grip' });
        const element = make('button', { type: 'button', className: 'screen' }, make('b', {}, make('i', { className: 'mark' }), display), word, place, up, grip);
        element.dataset.display = display;
        plan.append(element);
        screen = { element, word, place, up, grip };
        this.screens.set(display, screen);
      }
      const { element, word, place, up, grip } = screen;
      const told = wall.figures?.members?.[display];
      const state = stateOf(told);
      const style = {
        left: `${(100 * member.x) / wall.width}%`, top: `${(100 * member.y) / wall.height}%`, width: `${(100 * member.width) / wall.width}%`, height: `${(100 * member.height) / wall.height}%`,
      };
      Object.assign(element.style, style);
      setData(element, 'level', state.level);
      setText(word, told?.age50 == null ? state.word : `${state.word}, age ${millis(told.age50)}`);
      setText(place, [`${number(member.width)} × ${number(member.height)}`, member.turn ? `turned ${member.turn}°` : '', member.position ? `yaw ${degrees(member.yaw)}°, pitch ${degrees(member.pitch)}°` : ''].filter(Boolean).join(', '));
      grip.hidden = !may;
      // where the upper edge of the screen itself is
      up.hidden = !member.turn;
      const side = { 90: ['auto', '3px', '50%', 'rotate(90deg)'], 180: ['50%', '50%', '3px', 'rotate(180deg)'], 270: ['3px', 'auto', '50%', 'rotate(-90deg)'] }[member.turn ?? 0];
      if (side) Object.assign(up.style, { left: side[0], right: member.turn === 90 ? side[1] : 'auto', bottom: side[2], transform: side[3] });
      element.setAttribute('aria-pressed', String(display === this.chosen));
      const where = `at ${number(member.x)}, ${number(member.y)} ${wall.unit}`;
      if (element.title !== where) element.title = where;
    }
  }

  /** The wall from above, where not all of it is flat. */
  #drawAbove() {
    const { wall } = this;
    const angled = this.members.some(({ position }) => position != null);
    this.above.hidden = !angled && !(wall.view === 'window' && wall.eye);
    if (this.above.hidden) return;
    const lines = this.members.map((member) => {
      const yaw = member.position ? member.yaw ?? 0 : 0;
      const [x, , z] = member.position ?? [member.x + member.width / 2 - wall.width / 2, 0, 0];
      const half = member.width / 2;
      return [x - Math.cos(yaw) * half, z + Math.sin(yaw) * half, x + Math.cos(yaw) * half, z - Math.sin(yaw) * half];
    });
    const eye = wall.view === 'window' ? wall.eye : null;
    const xs = [-wall.width / 2, wall.width / 2, ...lines.flatMap(([a, , b]) => [a, b]), ...(eye ? [eye[0]] : [])];
    const zs = [0, ...lines.flatMap(([, a, , b]) => [a, b]), ...(eye ? [eye[2]] : [])];
    const [left, right, near, far] = [Math.min(...xs), Math.max(...xs), Math.max(...zs), Math.min(...zs)];
    const margin = (right - left) * 0.05;
    const picture = svg('svg', { viewBox: `${left - margin} ${far - margin} ${right - left + 2 * margin} ${near - far + 2 * margin}`, role: 'img', 'aria-label': `Wall ${this.name} from above` },
      svg('line', { class: 'flat', x1: -wall.width / 2, y1: 0, x2: wall.width / 2, y2: 0 }),
      ...lines.map(([x1, y1, x2, y2]) => svg('line', { x1, y1, x2, y2 })), ...(eye ? [svg('circle', { cx: eye[0], cy: eye[2], r: margin / 3 })] : []));
    this.above.replaceChildren(make('span', { textContent: eye ? 'From above; the point is the eye' : 'From above' }), picture);
  }

  // ---- moving screens

  #gestures() {
    let held = null;
    const unit = () => this.wall.width / this.plan.clientWidth;
    this.plan.addEventListener('pointerdown', (event) => {
      const element = /** @type {HTMLElement} */ (event.target).closest('.screen');
      if (element === null || event.button !== 0) return;
      this.#choose(/** @type {HTMLElement} */ (element).dataset.display);
      if (!this.page.mayChange) return;
      const member = this.members.find(({ display }) => display === this.chosen);
      held = { x: event.clientX, y: event.clientY, member, resize: /** @type {HTMLElement} */ (event.target).classList.contains('grip'), moved: false };
      this.plan.setPointerCapture(event.pointerId);
    });
    this.plan.addEventListener('pointermove', (event) => {
      if (held === null) return;
      const [dx, dy] = [(event.clientX - held.x) * unit(), (event.clientY - held.y) * unit()];
      if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 3) return;
      held.moved = true;
      const others = this.wall.members.filter(({ display }) => display !== held.member.display);
      const whole = (value) => Math.round(value);
      const next = moved(held.member, held.resize ? { dw: whole(dx), dh: whole(dy) } : { dx: whole(dx), dy: whole(dy) });
      this.#show(event.altKey ? next : snapped(next, others, this.wall, SNAP * unit(), held.resize));
    });
    const end = (event, keep) => {
      if (held === null) return;
      const was = held;
      held = null;
      if (!was.moved) return;
      if (keep) this.#send(`${was.member.display} ${was.resize ? 'resized' : 'moved'}`);
      else this.#cancel();
    };
    this.plan.addEventListener('pointerup', (event) => end(event, true));
    this.plan.addEventListener('pointercancel', (event) => end(event, false));
    this.plan.addEventListener('click', (event) => {
      const element = /** @type {HTMLElement} */ (event.target).closest('.screen');
      // by a key: the pointer has chosen already
      if (element !== null && event.detail === 0) this.#choose(/** @type {HTMLElement} */ (element).dataset.display);
    });
    this.plan.addEventListener('keydown', (event) => {
      const display = /** @type {HTMLElement} */ (event.target).dataset.display;
      if (display === undefined || !this.page.mayChange || event.ctrlKey || event.metaKey) return;
      const step = STEPS[event.key];
      if (event.key === 'Delete') {
        event.preventDefault();
        this.#removeScreen(display);
      } else if (event.key === 'Escape' && this.draft !== null) this.#cancel();
      else if (step !== undefined) {
        event.preventDefault();
        this.#choose(display);
        const member = this.members.find((one) => one.display === display);
        const far = event.shiftKey ? 10 : 1;
        this.#show(moved(member, event.altKey ? { dw: step[0] * far, dh: step[1] * far } : { dx: step[0] * far, dy: step[1] * far }));
        clearTimeout(this.keysTimer);
        this.keysTimer = setTimeout(() => this.#send(`${display} ${event.altKey ? 'resized' : 'moved'}`), KEYS_MS);
      }
    });
  }

  /** Shows a member as it would be. */
  #show(member) {
    this.draft = this.members.map((one) => (one.display === member.display ? member : one));
    this.#draw();
    this.#fill();
  }

  #cancel() {
    clearTimeout(this.keysTimer);
    this.draft = null;
    this.#draw();
    this.#fill();
  }

  /** Sends the members as they are shown. */
  async #send(what) {
    const members = this.draft;
    if (members === null) return;
    await this.page.edit(this.name, what, { members });
    if (this.draft === members) this.draft = null;
    this.#draw();
    this.#fill();
  }

  // ---- one screen, by numbers

  #choose(display) {
    if (this.chosen === display) return;
    this.chosen = display;
    this.#build();
    this.#draw();
  }

  #build() {
    const member = this.members.find(({ display }) => display === this.chosen);
    this.editor.hidden = member === undefined || !this.page.mayChange;
    if (this.editor.hidden) {
      this.editor.replaceChildren();
      return;
    }
    this.fields = new Map();
    const field = (name, label, control, wide = false) => {
      control.id = newId('field');
      this.fields.set(name, control);
      return make('p', { className: wide ? 'field wide' : 'field' }, make('label', { htmlFor: control.id, textContent: label }), control);
    };
    const numeric = () => make('input', { type: 'text', inputMode: 'decimal', autocomplete: 'off' });
    const choice = (options) => make('select', {}, ...options.map(([value, text]) => make('option', { value, textContent: text })));
    const names = [...new Set([this.chosen, ...this.page.connected()])];
    this.wrong = make('p', { className: 'error', role: 'alert' });
    this.editor.replaceChildren(
      make('h3', { textContent: `Screen of ${this.chosen}` }),
      make('div', { className: 'fields' },
        field('display', 'Display', choice(names.map((name) => [name, name])), true),
        ...NUMBERS.slice(0, 4).map(([name, label]) => field(name, `${label}, ${this.wall.unit}`, numeric())),
        field('turn', 'Turned', choice([['0', 'not'], ['90', '90° clockwise'], ['180', '180°'], ['270', '90° counterclockwise']])),
        field('delay', NUMBERS[4][1], numeric()),
        field('angle', 'Stands', choice([['', 'flat on the wall'], ['angle', 'at an angle']])),
        field('position', `Middle x, y, z, ${this.wall.unit}`, make('input', { type: 'text', autocomplete: 'off' }), true),
        field('yaw', 'Yaw, degrees', numeric()), field('pitch', 'Pitch, degrees', numeric())),
      make('div', { className: 'end' }, make('button', { type: 'submit', className: 'main', textContent: 'Apply' }),
        button('Close', () => {
          const element = this.screens.get(this.chosen)?.element;
          this.#choose('');
          element?.focus();
        }),
        button('Remove from the wall', () => this.#removeScreen(this.chosen), { className: 'grave' }), this.wrong));
    this.fields.get('angle').addEventListener('change', () => this.#angled());
    this.#fill();
  }

  #angled() {
    const angled = this.fields.get('angle').value !== '';
    for (const name of ['position', 'yaw', 'pitch']) this.fields.get(name).disabled = !angled;
  }

  /** Writes the screen's numbers into the fields. */
  #fill() {
    const member = this.members.find(({ display }) => display === this.chosen);
    if (member === undefined || this.editor.hidden) return;
    const middle = [member.x + member.width / 2 - this.wall.width / 2, this.wall.height / 2 - member.y - member.height / 2, 0];
    const values = {
      display: member.display, x: number(member.x), y: number(member.y), width: number(member.width), height: number(member.height), turn: String(member.turn ?? 0),
      delay: number(member.delay ?? 0), angle: member.position ? 'angle' : '', position: (member.position ?? middle).map(number).join(', '),
      yaw: number(degrees(member.yaw)), pitch: number(degrees(member.pitch)),
    };
    for (const [name, value] of Object.entries(values)) this.fields.get(name).value = value;
    this.#angled();
  }

  async #apply() {
    const value = (name) => this.fields.get(name).value.trim();
    const real = (name) => (value(name) === '' ? NaN : Number(value(name)));
    const angled = value('angle') !== '';
    const position = value('position').split(/[\s,;]+/).filter(Boolean).map(Number);
    const wanted = { x: real('x'), y: real('y'), width: real('width'), height: real('height'), delay: real('delay') };
    const broken = NUMBERS.find(([name]) => !Number.isFinite(wanted[name]) || (['width', 'height'].includes(name) && wanted[name] <= 0));
    const wrong = broken !== undefined ? `${broken[1]} must be a number${['width', 'height'].includes(broken[0]) ? ' above 0' : ''}.`
      : angled && (position.length !== 3 || !position.every(Number.isFinite)) ? 'The middle must be three numbers.'
        : angled && !(Number.isFinite(real('yaw')) && Number.isFinite(real('pitch'))) ? 'Yaw and pitch must be numbers.' : '';
    setText(this.wrong, wrong);
    if (wrong !== '') return;
    const { chosen } = this;
    const next = {
      display: value('display'), ...wanted, turn: Number(value('turn')),
      ...(angled ? { position, yaw: (real('yaw') * Math.PI) / 180, pitch: (real('pitch') * Math.PI) / 180 } : {}),
    };
    // a display that is a screen of this wall already changes places with this one
    const members = this.members.map((one) => (one.display === chosen ? next : one.display === next.display ? { ...one, display: chosen } : one));
    if (await this.page.edit(this.name, `${chosen} changed`, { members })) this.#choose(next.display);
    else setText(this.wrong, this.page.lastError);
  }

  async #removeScreen(display) {
    const members = this.members.filter((one) => one.display !== display);
    if (await this.page.edit(this.name, `${display} removed`, { members })) this.plan.querySelector('button')?.focus();
  }

  // ---- the wall

  #picture(picture) {
    return this.page.edit(this.name, '', { picture: this.wall.picture === picture ? null : picture });
  }

  async #add() {
    const free = this.page.connected().filter((name) => !this.members.some(({ display }) => display === name));
    const said = await ask({
      title: `Add a display to wall ${this.name}`, yes: 'Add',
      text: free.length === 0 ? 'No further display is connected. Give the name of one that comes later: it opens /wall/NAME.' : 'It gets a free place, which can be changed.',
      fields: [
        ...(free.length === 0 ? [] : [{ name: 'display', label: 'Connected displays', options: /** @type {[string, string][]} */ (free.map((name) => [name, name])) }]),
        { name: 'other', label: free.length === 0 ? 'Name of the display' : 'Or another name', most: 64, required: free.length === 0 },
      ],
    });
    if (said === null) return;
    const display = said.other || said.display;
    if (await this.page.edit(this.name, `${display} added`, { members: [...this.members, placeFor(display, this.wall)] })) this.#choose(display);
  }

  async #change() {
    const { wall } = this;
    const words = (values) => /** @type {[string, string][]} */ (values.map((value) => (Array.isArray(value) ? value : [value, value])));
    const first = (value, options) => [...options].sort((a, b) => Number(b[0] === value) - Number(a[0] === value));
    const said = await ask({
      title: `Wall ${this.name}`, yes: 'Change',
      fields: [
        { name: 'title', label: 'Title', value: wall.title ?? '', most: 256 },
        { name: 'camera', label: 'Camera', value: wall.camera ?? '', most: 64 },
        { name: 'width', label: `Width, ${wall.unit}`, value: number(wall.width), required: true },
        { name: 'height', label: `Height, ${wall.unit}`, value: number(wall.height), required: true },
        { name: 'fit', label: 'How a camera of another shape is fitted', options: first(wall.fit, words(['contain', 'cover', 'same-scale'])) },
        { name: 'view', label: '3D', options: first(wall.view, words([['camera', 'the camera’s picture'], ['window', 'a window before an eye']])) },
        { name: 'eye', label: `Eye x, y, z, ${wall.unit}`, value: (wall.eye ?? [0, 0, Math.round(wall.width)]).map(number).join(', ') },
        { name: 'delay', label: 'Delay, ms; 0: the host chooses', value: number(wall.configured?.delay ?? 0) },
      ],
    });
    if (said === null) return;
    const eye = said.eye.split(/[\s,;]+/).filter(Boolean).map(Number);
    await this.page.edit(this.name, 'the wall changed', {
      title: said.title || null, camera: said.camera || null, width: Number(said.width), height: Number(said.height), fit: said.fit, view: said.view,
      eye: said.view === 'window' ? eye : wall.eye ?? null, delay: Number(said.delay),
    });
  }

  async #remove() {
    const said = await ask({
      title: `Remove wall ${this.name}?`, yes: 'Remove', grave: true,
      text: `${several(this.members.length, 'display')} will show what displays of no wall show. The wall’s configuration is deleted.`,
    });
    if (said !== null) await this.page.removeWall(this.name);
  }
}
