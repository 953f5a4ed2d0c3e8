/** The host: how it is, what it does, and draining. */

import { why } from './api.js';
import { ask } from './dialogs.js';
import { make, setData, setText } from './dom.js';
import { Graph } from './graph.js';
import { bytes, clock, count, DASH, figure, millis, percent, span } from './words.js';

const $ = (id) => /** @type {any} */ (document.getElementById(id));

const LEVEL_WORDS = { ok: 'All is well', warning: 'Somebody should look', down: 'A part is down', away: 'No answer', unknown: 'Not known yet' };
/** So many problems are listed. */
const MOST_PROBLEMS = 50;
/** Without a further entry for so long the sequence stands still, in ms. */
const STILL_MS = 2_500;

/**
 * What is not well, the worst first.
 * @param {any} health as `GET /compositor/health` tells it
 * @returns {{level: string, part: string, text: string}[]}
 */
export function problemsOf(health) {
  const parts = Array.isArray(health?.parts) ? health.parts : [];
  return parts.flatMap(({ part, problems }) => (Array.isArray(problems) ? problems : []).map(({ level, text }) => ({ level: String(level), part: String(part), text: String(text) })))
    .sort((a, b) => Number(b.level === 'down') - Number(a.level === 'down'));
}

/** What the host's counters of refusals and closes say, the largest first. */
export function counters(said, most = 4) {
  const entries = Object.entries(said ?? {}).filter(([, number]) => number > 0).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? '0' : entries.slice(0, most).map(([name, number]) => `${name}: ${count(number)}`).join(', ') + (entries.length > most ? ', …' : '');
}

/** How fast the sequence grows, as far as a session sees it. */
export class SequenceRate {
  constructor() {
    this.seq = NaN;
    this.at = NaN;
    this.rate = NaN;
  }

  /** @param {number} seq the highest number seen @param {number} at ms */
  sample(seq, at) {
    if (!(seq >= this.seq)) this.rate = NaN;
    else if (seq > this.seq) this.rate = ((seq - this.seq) * 1000) / (at - this.at);
    else if (at - this.at > STILL_MS) this.rate = 0;
    if (seq !== this.seq) [this.seq, this.at] = [seq, at];
    return this.rate;
  }
}

export class Host {
  #health = null;
  #healthError = null;
  #sequence = new SequenceRate();
  #age = NaN;

  /** @param {import('./operator.js').Operator} operator */
  constructor(operator) {
    this.operator = operator;
    this.updates = new Graph('Updates per second', { lines: ['updates'], word: ([value]) => figure(value), scale: figure });
    this.ages = new Graph('Age of updates', { lines: ['median', '99 %'], word: ([p50, p99]) => (Number.isFinite(p99) ? `${millis(p50)}, 99 % ${millis(p99)}` : millis(p50)), scale: (value) => (value < 1_000 ? `${value} ms` : `${value / 1_000} s`) });
    this.connections = new Graph('Connections', { lines: ['connections'], word: ([value]) => count(value), scale: figure });
    $('graphs').append(this.updates.element, this.ages.element, this.connections.element);
    $('drain').addEventListener('click', () => this.#drain());
    $('undrain').addEventListener('click', () => this.#undrain());
    operator.client.on('camera', ({ received }) => {
      if (operator.client.clock.offset !== undefined) this.#age = Math.max(0, (operator.now() - received) / 1000);
    });
    operator.client.on('state', () => { this.#age = NaN; });
  }

  /** Asks for the health. */
  async ask() {
    try {
      this.#health = await this.operator.api.health();
      this.#healthError = null;
    } catch (error) {
      this.#health = null;
      this.#healthError = error;
    }
    this.show();
  }

  /** The next point of each graph. */
  sample() {
    const { operator } = this;
    const now = performance.now();
    const [metrics, connections] = [operator.part('metrics'), operator.part('connections')];
    const { client } = operator;
    const grows = operator.live ? this.#sequence.sample(client.seq, now) : NaN;
    const number = (value) => (typeof value === 'number' ? value : NaN);
    this.updates.add(now, [metrics === null ? grows : number(metrics.updatesPerSecond ?? grows)]);
    // Where the host does not tell, the age at which updates come here is the nearest thing.
    const told = metrics !== null && (metrics.ageP50 != null || metrics.ageP99 != null);
    this.ages.add(now, told ? [number(metrics.ageP50), number(metrics.ageP99)] : [operator.live ? this.#age : NaN, NaN]);
    const present = operator.live ? operator.presence.sorted().filter(({ connected }) => connected).length : NaN;
    this.connections.add(now, [connections === null ? present : number(connections.connections)]);
  }

  show() {
    const { operator } = this;
    this.#showHealth();
    const [host, connections, metrics] = [operator.part('host'), operator.part('connections'), operator.part('metrics')];
    const draining = connections?.draining === true || operator.requestsOnly;
    $('drain').hidden = draining;
    // Whether it drains nobody tells without the bundle: then both are there.
    $('undrain').hidden = connections !== null && !draining;
    $('drain').disabled = $('undrain').disabled = operator.client.state !== 'connected';
    const words = [
      operator.requestsOnly ? 'The host is draining or full: this page may send requests, and sees no cameras. It connects again when the host takes displays.' : '',
      draining && !operator.requestsOnly ? 'The host is draining: displays are sent away, and none is taken.' : '',
      operator.stateError !== null ? why(operator.stateError, 'The figures of sessions, sources and recordings') : '',
    ].filter(Boolean);
    $('host-word').hidden = words.length === 0;
    setText($('host-word'), words.join(' '));
    this.#facts([
      ['Version', host?.version ?? this.#health?.version ?? operator.client.welcome?.server?.version ?? DASH],
      ['Time', operator.client.state === 'connected' ? clock(operator.now()) : clock(operator.state?.time)],
      ['Up for', host === null ? null : span(host.uptime)],
      ['Java', host?.java ?? null],
      ['Memory', host?.heap == null ? null : `${bytes(host.heap.used)} of ${bytes(host.heap.max)}`],
      ['CPU', host === null ? null : percent(host.cpu)],
      ['Sessions', connections === null ? null : `${count(connections.connected)} connected, ${count(connections.waiting)} waiting`],
      ['Refused', connections === null ? null : counters(connections.refused)],
      ['Closed', connections === null ? null : counters(connections.closed)],
      ['Sent per second', metrics?.deliveredPerSecond == null ? null : figure(metrics.deliveredPerSecond)],
    ]);
  }

  #showHealth() {
    const level = this.#health?.status ?? (this.#healthError === null ? 'unknown' : 'away');
    setData($('health'), 'level', level);
    setText($('health-word'), LEVEL_WORDS[level] ?? level);
    const problems = this.#healthError !== null ? [{ level: 'warning', part: 'health', text: this.#healthError.absent ? 'this host has no bundle "observe", which would tell' : this.#healthError.message }]
      : problemsOf(this.#health);
    const list = $('problems');
    const text = JSON.stringify(problems);
    if (list.dataset.text === text) return;
    list.dataset.text = text;
    list.hidden = problems.length === 0;
    list.replaceChildren(...problems.slice(0, MOST_PROBLEMS).map(({ level: one, part, text: what }) => {
      const line = make('li', {}, make('i', { className: 'mark' }), make('b', { textContent: `${one}, ${part}: ` }), make('span', { textContent: what }));
      line.dataset.level = one;
      return line;
    }));
  }

  /** @param {[string, string | null][]} facts null: not known, and left out */
  #facts(facts) {
    const list = $('facts');
    for (const [name, text] of facts) {
      let line = [...list.children].find((one) => one.dataset.fact === name);
      if (text === null) {
        line?.remove();
        continue;
      }
      if (line === undefined) {
        line = make('div', {}, make('dt', { textContent: name }), make('dd'));
        line.dataset.fact = name;
        list.append(line);
      }
      setText(line.lastElementChild, String(text));
    }
  }

  async #drain() {
    const { operator } = this;
    const said = await ask({
      title: 'Drain this host?', text: 'All displays are sent away, spread over the time given. None is taken until you undrain.', yes: 'Drain', grave: true,
      fields: [
        { name: 'over', label: 'Spread over', value: '5000', options: [['0', 'at once'], ['5000', '5 seconds'], ['30000', '30 seconds'], ['120000', '2 minutes']] },
        { name: 'after', label: 'They try again after', value: '', options: [['', 'their own schedule'], ['5000', '5 seconds'], ['30000', '30 seconds'], ['300000', '5 minutes']] },
      ],
    });
    if (said === null) return;
    await operator.run(() => operator.admin({ action: 'drain', over: Number(said.over), reconnectAfter: said.after === '' ? undefined : Number(said.after) }), 'The host drains.');
  }

  async #undrain() {
    const { operator } = this;
    const done = await operator.run(() => operator.admin({ action: 'undrain' }), 'The host takes displays again.');
    if (!done || !operator.requestsOnly) return;
    operator.client.close();
    operator.client.connect();
  }
}
