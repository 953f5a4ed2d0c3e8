/** The page of recordings, `/recordings`: what plays, with a hand on it, and what the recorder has. */

import { CompositorClient } from '../../client/compositor-client.js';
import { AdminApi, patience, Poll, Refused } from '../admin/api.js';
import { button, make, setData, setText } from '../admin/dom.js';
import { Part } from '../admin/part.js';
import { lengthWords, recordingName } from '../admin/recordings.js';
import { Table } from '../admin/table.js';
import { count, moment, several } from '../admin/words.js';
import { appearanceButton } from '../shared/appearance.js';
import { connectionBar } from '../shared/bar.js';
import { endpointOf, keptKey, screenSettings } from '../shared/connection.js';
import { Toasts } from '../shared/toasts.js';
import { PlaybackPart } from './playback.js';

const POLL_MS = 500;
const LIST_MS = 15_000;
const MOVE_MS = 100;
const PATH = 'compositor/recordings';
/** A file of more than that is none that a replay plays. */
const MOST_BYTES = 64 << 20;

const $ = (id) => /** @type {any} */ (document.getElementById(id));
const base = new URL('./', location.href);
const client = new CompositorClient({ url: endpointOf(base), key: keptKey(), settings: screenSettings('Page of recordings', undefined), subscription: {} });
const toasts = new Toasts($('toasts'));
const api = new AdminApi(base, () => client.options.key);
let role = '';

/** What the recorder has. */
class RecorderPart extends Part {
  /** @param {RecordingsPage} page */
  constructor(page) {
    super('recorder', 'Recorder');
    this.start = button('Start recording', () => page.record(true), { className: 'main', hidden: true });
    this.stop = button('Stop recording', () => page.record(false), { className: 'grave', hidden: true });
    this.close = button('Close the opened one', () => page.open({ action: 'close' }), { hidden: true });
    this.tools.append(this.close, this.start, this.stop);
    this.line = make('p', { className: 'state' }, make('i', { className: 'mark' }), make('span'));
    this.table = new Table({
      compact: true, label: 'Recordings', key: recordingName, none: 'Nothing is recorded yet.', row: (row, recording) => setData(row, 'recording', recordingName(recording)),
      columns: [
        { head: 'Begun', make: () => make('div', {}, make('b'), make('small')), show: (recording, cell) => {
          setText(cell.children[0], moment(recording.from));
          setText(cell.children[1], [recordingName(recording), recording.cameras.slice(0, 6).join(', ')].filter(Boolean).join(' · '));
        } },
        { head: 'Length', name: 'number', text: lengthWords },
        { head: 'Entries', name: 'number', text: ({ entries }) => count(entries) },
        { head: 'Actions', name: 'acts', make: (current) => make('div', { className: 'buttons' },
          button('Open', () => page.open({ action: 'open', recording: recordingName(current()) })),
          button('Export', () => page.exportLines(recordingName(current()), '', ''))),
        show: (recording, cell) => {
          cell.children[0].disabled = !page.mayPlay;
          cell.children[0].setAttribute('aria-label', `Open the recording of ${moment(recording.from)}`);
          cell.children[1].setAttribute('aria-label', `Export the recording of ${moment(recording.from)}`);
        } },
      ],
    });
    this.body.append(this.line, this.table.element);
    this.page = page;
  }

  /** @param {any} recorder */
  take(recorder) {
    if (recorder === null || recorder === undefined) {
      this.away('No recorder is here, or it is away for a moment.');
      return;
    }
    this.away(null);
    const { enabled, problem } = recorder;
    setData(this.line, 'level', problem ? 'down' : enabled ? 'ok' : 'none');
    setText(this.line.lastElementChild, problem ? `Does not record: ${problem}` : enabled ? 'Records.' : `Off.${this.page.mayRecord ? '' : ' A key of role admin can start it.'}`);
    this.start.hidden = !this.page.mayRecord || enabled;
    this.stop.hidden = !this.page.mayRecord || !enabled;
    this.close.hidden = !this.page.mayPlay || !this.page.parts.has('operator');
  }
}

export class RecordingsPage {
  constructor() {
    /** @type {Map<string, PlaybackPart>} */
    this.parts = new Map();
    /** The one that keys are for. */
    this.current = '';
    this.mayRecord = false;
    this.recorder = new RecorderPart(this);
    $('recordings').append(this.recorder.element);
  }

  /** Whether the key may put a hand on what plays. */
  get mayPlay() {
    return role === 'control' || role === 'admin';
  }

  tell(text) {
    toasts.show('info', text);
  }

  /**
   * @param {any[]} playbacks
   * @param {number} asked when the host was asked
   */
  take(playbacks, asked) {
    const names = new Set(playbacks.map(({ playback }) => playback));
    for (const [name, part] of this.parts) {
      if (names.has(name)) continue;
      part.element.remove();
      this.parts.delete(name);
    }
    for (const state of playbacks) {
      let part = this.parts.get(state.playback);
      if (part === undefined) {
        part = new PlaybackPart(state.playback, this);
        this.parts.set(state.playback, part);
        $('playbacks').append(part.element);
      }
      // what a hand was answered meanwhile is newer
      if (!part.acting && asked >= part.actedAt) part.take(state);
    }
    setText($('recordings-word'), playbacks.length === 0 ? 'Nothing plays. Open a recording, or configure a replay.' : `${several(playbacks.length, 'playback')}.${this.mayPlay ? '' : ' A key of role control can put a hand on them.'}`);
  }

  /** @returns {Promise<any>} the new state; undefined if it was refused */
  act(name, body) {
    return this.#run(() => api.ask(`${PATH}/${encodeURIComponent(name)}`, 'POST', body));
  }

  async open(body) {
    const said = await this.#run(() => api.ask(PATH, 'POST', body));
    if (said?.problem) toasts.show('error', String(said.problem));
    await polled.now();
  }

  async record(enabled) {
    const said = await this.#run(() => api.post('recorder', { enabled }));
    if (said !== undefined) this.tell(`${enabled ? 'It is recorded' : 'Nothing is recorded'}${said.lasts === false ? ', until the host starts again' : ''}.`);
    await polled.now();
    await listed.now();
  }

  /** Makes a file of what lies between the marks. @param {any} state of a playback of the recorder */
  exportRange({ recordings, began, marks }) {
    return this.exportLines(recordings[0].replace(/^recording /, ''), began + marks.from, began + marks.to - 1);
  }

  /** Makes a file of a recording of the recorder. */
  async exportLines(epoch, from, to) {
    const lines = [];
    let bytes = 0;
    for (let after = 0; after !== null;) {
      const page = await this.#run(() => api.ask(`${PATH}?export=${encodeURIComponent(epoch)}&from=${from}&to=${to}&after=${after}`));
      if (page === undefined) return;
      for (const line of page.lines) bytes += line.length + 1;
      if (bytes > MOST_BYTES) {
        toasts.show('error', `The file would have more than ${MOST_BYTES >> 20} MiB, which no replay plays. Mark a part of it, or use the command: compositor record export.`);
        return;
      }
      lines.push(...page.lines);
      after = page.next;
    }
    if (lines.length === 0) {
      toasts.show('error', 'There is no view of a camera in this part.');
      return;
    }
    const link = make('a', { href: URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' })), download: `${epoch}.jsonl` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.tell(`${several(lines.length, 'view')} in ${epoch}.jsonl.`);
  }

  async #run(what) {
    try {
      return await what();
    } catch (error) {
      toasts.show('error', error instanceof Refused && error.absent ? 'This host has no bundle "operate".' : error.message);
      return undefined;
    }
  }
}

const page = new RecordingsPage();
/** @type {any} */ (window).compositor = { client, page };

const polled = new Poll(async () => {
  try {
    const asked = performance.now();
    const { playbacks, recorder } = await api.ask(PATH);
    page.take(Array.isArray(playbacks) ? playbacks : [], asked);
    page.recorder.take(recorder);
    return POLL_MS;
  } catch (error) {
    setText($('recordings-word'), error instanceof Refused && error.absent ? 'Recordings cannot be shown: this host has no bundle "operate".' : `Recordings cannot be shown: ${error.message}.`);
    return patience(error, POLL_MS);
  }
}, POLL_MS);
// all recordings are counted for that, which may take a second
const listed = new Poll(async () => {
  try {
    const { recordings } = await api.ask(`${PATH}?recordings=all`);
    page.recorder.table.show(Array.isArray(recordings) ? recordings : []);
    return LIST_MS;
  } catch (error) {
    return patience(error, LIST_MS);
  }
}, LIST_MS);
setInterval(() => page.parts.forEach((part) => part.tick()), MOVE_MS);

const KEYS = {
  ' ': (part) => part.toggle(),
  ',': (part) => part.act({ action: 'step', entries: -1 }),
  '.': (part) => part.act({ action: 'step', entries: 1 }),
  '[': (part) => part.mark('from'),
  ']': (part) => part.mark('to'),
  l: (part) => part.loop(),
};
document.addEventListener('keydown', (event) => {
  const target = /** @type {any} */ (event.target);
  const takes = target.closest?.('input:not([type="range"]), select, textarea, dialog') || event.key === ' ' && target.closest?.('button, a');
  const part = page.parts.get(page.current) ?? [...page.parts.values()][0];
  const run = KEYS[event.key.toLowerCase()];
  if (takes || event.ctrlKey || event.metaKey || event.altKey || part === undefined || run === undefined || !page.mayPlay) return;
  event.preventDefault();
  run(part);
});

// ---- connection

client.on('welcome', (welcome) => {
  ({ role } = welcome);
  $('recordings').hidden = false;
  $('to-operator').hidden = role !== 'admin';
  page.mayRecord = role === 'admin';
  polled.start();
  listed.start();
});
client.on('notice', ({ level, text }) => toasts.show(String(level), String(text)));
connectionBar({ client, base });

// ---- dark or light

appearanceButton($('appearance'));

document.documentElement.dataset.started = '';
client.connect();
