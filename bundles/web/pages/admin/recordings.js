/** The recorder, and what it recorded. */

import { why } from './api.js';
import { ask } from './dialogs.js';
import { about, button, make, setData, setText } from './dom.js';
import { Part } from './part.js';
import { Table } from './table.js';
import { bytes, count, DASH, moment, several, span } from './words.js';

const POLL_MS = 5_000;

/** What a recording is called in requests. @param {any} recording */
export const recordingName = ({ id, epoch }) => String(id ?? epoch ?? '');

/** What the recorder does, and how well that is. */
export function recorderWords(recorder) {
  if (recorder === null) return { level: 'none', text: 'No recorder is here.' };
  const { enabled, recording, behind, written, missed, bytes: size, problem } = recorder;
  const kept = `${several(written, 'entry', 'entries')}, ${bytes(size)}`;
  if (problem) return { level: 'down', text: `Does not record: ${problem}` };
  if (!enabled) return { level: 'none', text: `Off. ${kept}.` };
  if (!recording) return { level: 'warning', text: `On, and not recording yet. ${kept}.` };
  return {
    level: missed > 0 || behind > 1_000 ? 'warning' : 'ok',
    text: `Records. ${kept}${behind > 0 ? `, ${several(behind, 'entry', 'entries')} behind` : ''}${missed > 0 ? `, ${several(missed, 'entry', 'entries')} missed` : ''}.`,
  };
}

/** For how long a recording goes. @param {any} recording */
export const lengthWords = ({ from, to }) => (to === undefined || from === undefined ? DASH : span((to - from) / 1e6));

/** What is played, and how. @param {any} replay */
export function replayWords({ recording, speed, loop }) {
  return `Plays ${recording === 'newest' || recording === undefined ? 'the newest recording' : recording}${speed > 0 && speed !== 1 ? ` at ${speed} times its speed` : ''}${loop === true ? ', again and again' : ''}.`;
}

export class Recordings extends Part {
  /** @type {any[] | null} */
  #recordings = null;
  #error = null;
  /** What is played. @type {any} */
  #played = null;

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    super('recordings', 'Recordings');
    this.operator = operator;
    this.start = button('Start recording', () => this.#record(true), { className: 'main' });
    this.stop = button('Stop recording', () => this.#record(false), { className: 'grave' });
    this.quiet = button('Stop replay', () => this.#stopReplay());
    this.tools.append(this.quiet, this.start, this.stop);
    this.line = make('p', { className: 'state' }, make('i', { className: 'mark' }), make('span'));
    this.listWord = make('p', { className: 'none', hidden: true });
    this.table = new Table({
      compact: true, label: 'Recordings', key: recordingName, none: 'Nothing is recorded yet.', row: (row, recording) => setData(row, 'recording', recordingName(recording)),
      columns: [
        { head: 'Begun', make: () => make('div', {}, make('b'), make('small')), show: (recording, cell) => {
          setText(cell.children[0], moment(recording.from));
          setText(cell.children[1], [recordingName(recording), Array.isArray(recording.cameras) ? recording.cameras.slice(0, 6).join(', ') : ''].filter(Boolean).join(' · '));
        } },
        { head: 'Length', name: 'number', text: lengthWords },
        { head: 'Entries', name: 'number', text: ({ entries }) => count(entries) },
        { head: 'Actions', name: 'acts', make: (current) => make('div', { className: 'buttons' }, button('Replay', () => this.#replay(current()))),
          show: (recording, cell) => about(cell.children[0], `Replay the recording of ${moment(recording.from)}`) },
      ],
    });
    this.playing = make('p', { className: 'state', hidden: true });
    this.body.append(this.line, this.playing, this.table.element, this.listWord);
  }

  /** What is asked, and how often. */
  get poll() {
    return { ms: POLL_MS, ask: async () => {
      try {
        const { recordings } = await this.operator.api.get('recordings');
        this.#recordings = Array.isArray(recordings) ? recordings : [];
        this.#error = null;
        this.#played = await this.operator.api.get('replay').catch(() => null);
      } catch (error) {
        this.#recordings = null;
        this.#error = error;
      }
      this.show();
    } };
  }

  show() {
    const { state, stateError } = this.operator;
    if (state === null) {
      this.away(stateError === null ? 'Recordings: not known yet.' : why(stateError, 'Recordings'));
      return;
    }
    if (state.recorder === null || state.recorder === undefined) {
      this.away('Recordings: no recorder is here, or it is away for a moment.');
      return;
    }
    this.away(null);
    const words = recorderWords(state.recorder);
    setData(this.line, 'level', words.level);
    setText(this.line.lastElementChild, words.text);
    this.start.hidden = state.recorder.enabled === true;
    this.stop.hidden = !this.start.hidden;
    this.quiet.hidden = this.#played?.playing !== true;
    this.playing.hidden = this.quiet.hidden;
    if (!this.playing.hidden) setText(this.playing, replayWords(this.#played));
    this.listWord.hidden = this.#error === null;
    this.table.element.hidden = this.#recordings === null;
    if (this.#error !== null) setText(this.listWord, why(this.#error, 'The list of recordings'));
    if (this.#recordings === null) return;
    this.number(count(this.#recordings.length));
    this.table.show([...this.#recordings].sort((a, b) => (b.from ?? 0) - (a.from ?? 0)));
  }

  async #record(enabled) {
    await this.#change('recorder', { enabled }, enabled ? 'It is recorded' : 'Nothing is recorded');
  }

  async #replay(recording) {
    const said = await ask({
      title: 'Replay this recording?', text: `It moves its cameras as on ${moment(recording.from)}, where nobody of a higher priority holds them.`, yes: 'Replay',
      fields: [
        { name: 'speed', label: 'Speed', value: '1', options: [['0.25', 'a quarter'], ['0.5', 'half'], ['1', 'as recorded'], ['2', 'twice'], ['4', 'four times']] },
        { name: 'loop', label: 'At its end', value: '', options: [['', 'stop'], ['yes', 'begin again']] },
      ],
    });
    if (said === null) return;
    await this.#change('replay', { action: 'start', recording: recordingName(recording), speed: Number(said.speed), loop: said.loop === 'yes' }, 'The recording is played');
  }

  #stopReplay() {
    return this.#change('replay', { action: 'stop' }, 'The recording is played no more');
  }

  async #change(part, body, done) {
    const { operator } = this;
    await operator.run(async () => {
      const { problem, lasts } = await operator.api.post(part, body);
      if (problem) operator.tell(String(problem), 'error');
      else operator.tell(`${done}${lasts === false ? ', until the host starts again' : ''}.`);
    });
    await this.poll.ask();
  }
}
