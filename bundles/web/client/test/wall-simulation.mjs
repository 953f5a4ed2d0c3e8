/**
 * A wall in virtual time: members with links, clocks and refreshes of their own, which run the client's real parts, and a server that
 * sends samples and chooses the delay. What was on each screen when is read off the pictures: the camera's x is the sample time.
 */

import { ClockFilter, pingInterval, SteadyClock } from '../src/clock.js';
import { FrameClock } from '../src/frame-clock.js';
import { WallPresentation } from '../src/presentation.js';

const S = 1_000_000;
/** Median and p99 of a link's age, ms. */
export const LINKS = [[2, 4], [3.6, 6.4], [5, 25], [8, 60]];
export const RATES = [50, 59.94, 60, 120];
/** A change of the delay is known to all that much ahead. */
const AHEAD = 500_000;
/** Real time that the delay may take of it. */
const SLEW = 0.007;
/** Or more, so that a change is over after that time; never more than 5 %. */
const LONGEST_CHANGE = 9 * S;
/** Seconds that a member's need is remembered for. */
const REMEMBERED = 30;

export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Events in order of their time, microseconds. */
class Schedule {
  #heap = [];
  now = 0;

  at(time, task) {
    const heap = this.#heap;
    let i = heap.push({ time, task }) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (heap[up].time <= heap[i].time) break;
      [heap[up], heap[i]] = [heap[i], heap[up]];
      i = up;
    }
  }

  run(until) {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0].time <= until) {
      const { time, task } = heap[0];
      const last = heap.pop();
      if (heap.length > 0) {
        heap[0] = last;
        for (let i = 0; ;) {
          let next = 2 * i + 1;
          if (next + 1 < heap.length && heap[next + 1].time < heap[next].time) next++;
          if (next >= heap.length || heap[next].time >= heap[i].time) break;
          [heap[next], heap[i]] = [heap[i], heap[next]];
          i = next;
        }
      }
      this.now = time;
      task();
    }
    this.now = until;
  }
}

/** One way of a link: in order, each message as late as a log-normal distribution says. */
class Way {
  constructor(schedule, [median, p99], rnd) {
    this.schedule = schedule;
    this.mu = Math.log(median);
    this.sigma = Math.log(p99 / median) / 2.326;
    this.rnd = rnd;
    this.last = 0;
  }

  send(task) {
    const normal = Math.sqrt(-2 * Math.log(1 - this.rnd())) * Math.cos(2 * Math.PI * this.rnd());
    const arrives = Math.max(this.last + 1, this.schedule.now + Math.exp(this.mu + this.sigma * normal) * 1000);
    this.last = arrives;
    this.schedule.at(arrives, task);
  }
}

/** A display: its clock is off and drifts; the server sees it by its link alone. */
export class Member {
  constructor(wall, index, { link, rate, offset, drift, screenDelay = 0 }) {
    Object.assign(this, { wall, index, link, rate, offset, drift });
    this.down = new Way(wall.schedule, link, wall.rnd);
    this.up = new Way(wall.schedule, link, wall.rnd);
    this.clock = new ClockFilter();
    this.steady = new SteadyClock(this.clock);
    this.frameClock = new FrameClock();
    this.presentation = new WallPresentation({ screenDelay });
    this.alive = true;
    this.phase = wall.rnd() * (S / rate);
    /** Until when the page stands still; what comes meanwhile it takes up afterwards. */
    this.stalledUntil = 0;
    /** Counts up with each beginning of measurements. */
    this.pinging = 0;
    /** When something was wrong with this member itself, microseconds. @type {[number, number][]} */
    this.troubles = [];
    /** What was on the screen: when it was seen, truly, and which sample time; whether a sample was missing for it. */
    this.frames = [];
    this.late = 0;
    this.shown = 0;
    if (wall.change) this.down.send(() => this.presentation.delay.announce(wall.change));
    this.#ping(0, this.pinging);
    this.#frame(Math.ceil(wall.schedule.now / (S / rate)));
    wall.schedule.at(wall.schedule.now + S, () => this.#report());
  }

  local(time) {
    return time * (1 + this.drift) + this.offset;
  }

  #ping(round, generation) {
    if (!this.alive || generation !== this.pinging) return;
    const { schedule } = this.wall;
    const t0 = Math.round(this.local(schedule.now));
    this.up.send(() => {
      const t1 = schedule.now;
      if (!this.wall.away) this.down.send(() => generation === this.pinging && this.clock.add(t0, t1, t1, Math.round(this.local(schedule.now))));
    });
    schedule.at(schedule.now + (round < 10 ? 100_000 : pingInterval(this.clock) * 1000), () => this.#ping(round + 1, generation));
  }

  /** A server says welcome: the clock is measured anew, as the client does it. */
  welcomed() {
    this.clock.reset();
    this.#ping(0, ++this.pinging);
  }

  /** The page stands still for a while, as a tab that is busy or asleep. */
  stall(time) {
    const { now } = this.wall.schedule;
    this.stalledUntil = now + time;
    this.troubles.push([now, now + time + S]);
  }

  /** Somebody sets the clock of this machine. */
  jump(by) {
    const { now } = this.wall.schedule;
    this.offset += by;
    this.steady.reset();
    this.frameClock.reset();
    this.welcomed();
    this.troubles.push([now, now + 12 * S]);
  }

  receive(message) {
    if (this.stalledUntil > this.wall.schedule.now) {
      this.wall.schedule.at(this.stalledUntil, () => this.alive && this.receive(message));
      return;
    }
    const local = this.local(this.wall.schedule.now);
    this.presentation.push(message, local + (this.clock.offsetAt(local) ?? -this.offset));
  }

  /** At a refresh the page is told its time, and what it draws then is seen at the next one. */
  #frame(n) {
    if (!this.alive) return;
    const period = S / this.rate;
    const refresh = this.phase + n * period;
    this.wall.schedule.at(refresh, () => {
      this.#draw(refresh, period);
      this.#frame(n + 1);
    });
  }

  #draw(refresh, period) {
    const { rnd } = this.wall;
    // now and then a page is busy
    if (!this.alive || rnd() < 0.002 || refresh < this.stalledUntil) return;
    const seenLocal = this.frameClock.begin((this.local(refresh) + (rnd() - 0.5) * 200) / 1000) * 1000;
    const seen = this.steady.at(seenLocal);
    if (this.frameClock.period === 0 || seen === undefined || !this.presentation.delay.known) return;
    const { newest } = this.presentation.track;
    const view = this.presentation.sample(seen);
    if (view === null) return;
    const late = newest.time < this.presentation.lastShown;
    this.frames.push({ seen: refresh + period, shown: view.center[0], late });
    this.shown++;
    if (late) this.late++;
  }

  #report() {
    if (!this.alive) return;
    if (this.stalledUntil <= this.wall.schedule.now) {
      const report = this.presentation.report();
      this.up.send(() => this.wall.reported(this, report));
    }
    this.wall.schedule.at(this.wall.schedule.now + S, () => this.#report());
  }
}

export class Wall {
  constructor(seed, { rate = 60, maxDelay = 400_000 } = {}) {
    this.rnd = random(seed);
    this.schedule = new Schedule();
    this.schedule.now = 10 * S;
    this.members = [];
    this.reports = new Map();
    this.maxDelay = maxDelay;
    this.change = null;
    this.changes = [];
    this.cuts = [];
    /** Whether the server is being replaced, and when it was away. */
    this.away = false;
    /** @type {[number, number][]} */
    this.swaps = [];
    const sample = (n) => {
      const time = Math.round(this.schedule.now);
      const cut = this.cuts.length > 0 && this.cuts[0] <= time;
      if (cut) this.cuts.shift();
      for (const member of this.members) {
        if (!member.alive || this.away) continue;
        member.down.send(() => member.alive && member.receive({
          time, received: time, source: 'camera', cut, view: { kind: '2d', center: [time, 0], zoom: 1, rotation: 0 },
        }));
      }
      this.schedule.at(10 * S + (n + 1) * (S / rate), () => sample(n + 1));
    };
    sample(0);
    this.schedule.at(this.schedule.now + S, () => this.#choose());
  }

  join(options) {
    const member = new Member(this, this.members.length, options);
    this.members.push(member);
    return member;
  }

  kill(member) {
    member.alive = false;
    this.reports.delete(member);
  }

  /** The server is replaced: for a while nothing comes, and then all members are welcomed by the new one. */
  swap(time) {
    this.away = true;
    const { now } = this.schedule;
    this.swaps.push([now, now + time]);
    this.schedule.at(now + time, () => {
      this.away = false;
      for (const member of this.members) if (member.alive) member.welcomed();
    });
  }

  reported(member, report) {
    if (member.alive) this.reports.set(member, [...(this.reports.get(member) ?? []), report].slice(-REMEMBERED));
  }

  /** The delay as of its last announced change. */
  delayAt(time) {
    const { changes } = this;
    let i = changes.length - 1;
    while (i > 0 && changes[i].from > time) i--;
    const { from, value, until, to } = changes[i];
    if (time <= from) return value;
    return time >= until ? to : value + ((to - value) * (time - from)) / (until - from);
  }

  /** Once a second: as long as the slowest member that is not far off needs, and a reserve. */
  #choose() {
    this.schedule.at(this.schedule.now + S, () => this.#choose());
    let needed = 0;
    for (const its of this.reports.values()) {
      const needs = quantile(its.map(({ age, interval }) => age.p99 + interval), 0.9) + 5_000;
      if (its[its.length - 1].frames > 0 && needs <= this.maxDelay) needed = Math.max(needed, needs);
    }
    const from = Math.round(this.schedule.now + AHEAD);
    if (this.change === null) {
      needed = 100_000;
      this.#announce({ from, value: needed, until: from, to: needed });
      return;
    }
    const value = Math.round(this.delayAt(from));
    // down only if it is worth it, and with everybody heard
    if (needed === 0 || (needed < value && value - needed < Math.max(10_000, value * 0.15)) || needed === value) return;
    const to = Math.round(needed);
    this.#announce({ from, value, until: Math.round(from + Math.min(LONGEST_CHANGE, Math.abs(to - value) / SLEW)), to });
  }

  #announce(change) {
    this.change = change;
    this.changes.push(change);
    for (const member of this.members) if (member.alive) member.down.send(() => member.presentation.delay.announce(change));
  }

  run(seconds) {
    this.schedule.run(this.schedule.now + seconds * S);
  }
}

export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** By how many ms each frame of a member differs from what it should have been. */
export function errors(wall, member, from) {
  return member.frames.filter(({ seen }) => seen >= from).map(({ seen, shown }) => {
    const eye = seen + member.presentation.screenDelay * 1000;
    return { seen, error: (shown - (eye - wall.delayAt(eye))) / 1000 };
  });
}

/** By how many ms members are apart, by class of their links: every tenth of a second the errors of the frames that were seen then. */
export function apart(wall, members, from, until) {
  const all = members.map((member) => ({ link: LINKS.indexOf(member.link), frames: errors(wall, member, from), at: 0 }));
  const table = new Map();
  for (let t = from + S; t < until; t += S / 10) {
    for (const each of all) while (each.at + 1 < each.frames.length && each.frames[each.at + 1].seen <= t) each.at++;
    for (let a = 0; a < all.length; a++) {
      for (let b = 0; b < a; b++) {
        const key = [all[a].link, all[b].link].sort().join('-');
        if (!table.has(key)) table.set(key, []);
        table.get(key).push(Math.abs(all[a].frames[all[a].at].error - all[b].frames[all[b].at].error));
      }
    }
  }
  return table;
}

/**
 * By how much the pace of what a member shows differs from that of the wall, from frame to frame, at most: of frames for which samples were
 * there, while nothing was wrong with the member itself and the server was there, and not in its first seconds.
 */
export function worstPaceOfOthers(wall, member, from) {
  const first = Math.max(from, (member.frames[0]?.seen ?? 0) + 10 * S);
  const quiet = [...wall.swaps.map(([a, b]) => [a, b + 1.5 * S]), ...member.troubles];
  const counts = ({ seen, late }) => !late && seen >= first && !quiet.some(([a, b]) => seen >= a && seen <= b);
  let worst = 0;
  let frames = 0;
  for (let i = 1; i < member.frames.length; i++) {
    const [a, b] = [member.frames[i - 1], member.frames[i]];
    if (!counts(a) || !counts(b)) continue;
    frames++;
    const wanted = ({ seen }) => seen - wall.delayAt(seen);
    worst = Math.max(worst, Math.abs((b.shown - a.shown - (wanted(b) - wanted(a))) / (b.seen - a.seen)));
  }
  return { worst, frames };
}

/** By how much the pace of what a member shows differs from that of time, at most. */
export function worstPace(member, from) {
  let worst = 0;
  const frames = member.frames.filter(({ seen }) => seen >= from);
  for (let i = 1; i < frames.length; i++) {
    worst = Math.max(worst, Math.abs((frames[i].shown - frames[i - 1].shown) / (frames[i].seen - frames[i - 1].seen) - 1));
  }
  return worst;
}
