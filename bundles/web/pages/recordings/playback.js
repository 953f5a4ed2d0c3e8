/** One playback on the page: its cameras as lanes, where it is, and what a hand can do to it. */

import { about, button, make, setData, setText } from '../admin/dom.js';
import { Part } from '../admin/part.js';

const SPEEDS = ['0.1', '0.25', '0.5', '1', '2', '4', '10'];
const WORDS = { playing: 'plays', paused: 'paused', stopped: 'stopped' };

const two = (value) => String(value).padStart(2, '0');

/** A position as a person reads it. @param {number} micros */
export function timeWords(micros) {
  const millis = Math.floor(micros / 1000);
  const seconds = Math.floor(millis / 1000);
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}.${String(millis % 1000).padStart(3, '0')}`;
}

/**
 * Where it is by now.
 * @param {any} state as the host told it
 * @param {number} ms since then
 */
export function positionNow({ status, position, length, speed, loop, marks }, ms) {
  if (status !== 'playing') return position;
  const at = position + ms * 1000 * speed;
  if (marks !== undefined && at >= marks.to) return marks.from + (at - marks.from) % (marks.to - marks.from);
  return at <= length || !loop || length === 0 ? Math.min(at, length) : at % length;
}

/** A part of all as it is placed. @param {number} part @param {number} all */
const share = (part, all) => `${all > 0 ? Math.min(100, Math.max(0, part / all * 100)) : 0}%`;

export class PlaybackPart extends Part {
  /**
   * @param {string} name
   * @param {import('./recordings.js').RecordingsPage} page
   */
  constructor(name, page) {
    super(`playback-${name}`, name);
    this.name = name;
    this.page = page;
    /** As the host told it last. @type {any} */
    this.state = null;
    this.toldAt = 0;
    /** When a hand was answered last. */
    this.actedAt = 0;
    /** How much a hand waits for. */
    this.waits = 0;
    /** The mark that waits for the other one. @type {{from?: number, to?: number}} */
    this.pending = {};
    /** Where a scrub is to go next, and whether it played before. @type {number | null} */
    this.wanted = null;
    this.scrubbing = false;
    this.plays = false;
    this.lanes = new Map();
    this.rows = make('div', { className: 'rows' });
    this.head = make('i', { className: 'head' });
    this.part = make('i', { className: 'part', hidden: true });
    this.scrub = make('input', { type: 'range', className: 'scrub', min: '0', step: '1', value: '0' });
    about(this.scrub, `Position in ${name}`);
    this.scrub.addEventListener('input', () => this.#scrubbed());
    this.scrub.addEventListener('change', () => this.#let());
    this.time = make('output', { className: 'time' }, make('b'), make('small'));
    this.back = button('Step back', () => this.act({ action: 'step', entries: -1 }));
    this.play = button('Play', () => this.toggle(), { className: 'main play' });
    this.on = button('Step on', () => this.act({ action: 'step', entries: 1 }));
    this.from = button('Mark A', () => this.mark('from'));
    this.to = button('Mark B', () => this.mark('to'));
    this.again = button('Loop', () => this.loop());
    this.speed = make('select', {}, ...SPEEDS.map((value) => make('option', { value }, `${value}×`)));
    this.speed.value = '1';
    about(this.speed, `Speed of ${name}`);
    this.speed.addEventListener('change', () => this.act({ action: 'speed', speed: Number(this.speed.value) }));
    this.range = button('Export the marked range', () => page.exportRange(this.state), { hidden: true });
    this.hands = make('div', { className: 'buttons' }, this.back, this.play, this.on, this.from, this.to, this.again, make('label', {}, 'Speed', this.speed), this.range);
    this.body.append(make('div', { className: 'timeline' }, this.rows, make('div', { className: 'over' }, this.part, this.head)), this.scrub, make('div', { className: 'transport' }, this.time, this.hands));
    this.element.addEventListener('pointerdown', () => { page.current = name; });
    this.element.addEventListener('focusin', () => { page.current = name; });
  }

  take(state) {
    this.state = state;
    this.toldAt = performance.now();
    if (state.problem !== undefined) {
      this.away(`It does not answer: ${state.problem}.`);
      return;
    }
    this.away(null);
    const { status, length, speed, loop, marks, lanes, recordings } = state;
    setText(this.count, WORDS[status] ?? status);
    setText(this.time.lastElementChild, ` of ${timeWords(length)} · ${recordings.join(', ')}`);
    setText(this.play, status === 'playing' ? 'Pause' : 'Play');
    this.again.setAttribute('aria-pressed', String(loop));
    this.from.setAttribute('aria-pressed', String(marks !== undefined || this.pending.from !== undefined));
    this.to.setAttribute('aria-pressed', String(marks !== undefined || this.pending.to !== undefined));
    if (document.activeElement !== this.speed) {
      const value = String(speed);
      if (![...this.speed.options].some((option) => option.value === value)) this.speed.append(make('option', { value }, `${value}×`));
      this.speed.value = value;
    }
    if (this.scrub.max !== String(length)) this.scrub.max = String(length);
    this.part.hidden = marks === undefined;
    if (marks !== undefined) Object.assign(this.part.style, { left: share(marks.from, length), right: share(length - marks.to, length) });
    this.range.hidden = marks === undefined || state.began === undefined;
    for (const control of [this.scrub, this.back, this.play, this.on, this.from, this.to, this.again, this.speed]) control.disabled = !this.page.mayPlay;
    this.#showLanes(lanes, length);
    this.tick();
  }

  #showLanes(lanes, length) {
    const names = lanes.map(({ camera }) => camera).join('\n');
    if (this.rows.dataset.names !== names) {
      this.rows.dataset.names = names;
      this.lanes = new Map(lanes.map(({ camera }) => {
        const row = make('div', { className: 'lane' }, make('b', { title: camera }, make('span', {}, camera), make('small')), make('div', { className: 'strip' }, make('i', { className: 'entry' })));
        row.dataset.camera = camera;
        return [camera, row];
      }));
      this.rows.replaceChildren(...this.lanes.values());
    }
    for (const { camera, entry, held } of lanes) {
      const row = this.lanes.get(camera);
      const strip = row.lastElementChild;
      setData(strip, 'held', String(held));
      setText(row.querySelector('small'), held ? ' held by another' : '');
      setData(row, 'entry', entry === undefined ? '' : String(entry));
      strip.firstElementChild.hidden = entry === undefined;
      if (entry !== undefined) strip.firstElementChild.style.left = share(entry, length);
    }
  }

  /** Moves on what moves by itself. */
  tick() {
    if (this.state === null || this.state.problem !== undefined) return;
    const now = this.scrubbing ? Number(this.scrub.value) : positionNow(this.state, performance.now() - this.toldAt);
    this.head.style.left = share(now, this.state.length);
    setText(this.time.firstElementChild, timeWords(now));
    const words = `${timeWords(now)} of ${timeWords(this.state.length)}`;
    if (this.scrub.getAttribute('aria-valuetext') !== words) this.scrub.setAttribute('aria-valuetext', words);
    if (!this.scrubbing && document.activeElement !== this.scrub || this.state.status === 'playing' && !this.scrubbing) this.scrub.value = String(Math.round(now));
  }

  /** Whether a hand is on it right now. */
  get acting() {
    return this.scrubbing || this.waits > 0;
  }

  /** @param {any} body */
  async act(body) {
    this.waits++;
    const state = await this.page.act(this.name, body);
    this.waits--;
    this.actedAt = performance.now();
    if (state !== undefined) this.take(state);
    return state;
  }

  toggle() {
    return this.act({ action: this.state?.status === 'playing' ? 'pause' : 'play' });
  }

  loop() {
    this.pending = {};
    return this.act({ action: 'loop', on: this.state?.marks === undefined && this.state?.loop !== true });
  }

  /** Sets a mark where it is; both of them loop. @param {'from' | 'to'} which */
  async mark(which) {
    if (this.state === null) return;
    const now = Math.round(positionNow(this.state, performance.now() - this.toldAt));
    const { from, to } = { ...this.state.marks, ...this.pending, [which]: now };
    if (from !== undefined && to !== undefined && from < to) {
      this.pending = {};
      await this.act({ action: 'loop', from, to });
      return;
    }
    // the other mark would lie on the wrong side
    this.pending = { [which]: now };
    this.page.tell(`Mark ${which === 'from' ? 'A' : 'B'} is at ${timeWords(now)}; the loop begins with the other mark ${which === 'from' ? 'behind' : 'before'} it.`);
    this.take(this.state);
  }

  async #scrubbed() {
    if (!this.scrubbing) {
      this.scrubbing = true;
      this.plays = this.state?.status === 'playing';
    }
    this.tick();
    const under = this.wanted !== null;
    this.wanted = Number(this.scrub.value);
    if (under) return;
    // one request at a time, to where it is by then
    if (this.plays && this.state?.status === 'playing') await this.act({ action: 'pause' });
    for (let to = null; this.wanted !== to && this.wanted !== null;) {
      to = this.wanted;
      await this.act({ action: 'seek', position: to });
    }
    this.wanted = null;
    if (!this.scrubbing) await this.#goOn();
  }

  #let() {
    this.scrubbing = false;
    if (this.wanted === null) this.#goOn();
  }

  async #goOn() {
    if (!this.plays) return;
    this.plays = false;
    await this.act({ action: 'play' });
  }
}
