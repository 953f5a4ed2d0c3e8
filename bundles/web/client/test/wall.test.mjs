import assert from 'node:assert/strict';
import test from 'node:test';
import { ClockFilter, DelayRamp, FrameClock, pingInterval, SteadyClock, WallPresentation } from '../compositor-client.js';
import { apart, LINKS, quantile, random, RATES, Wall, worstPace, worstPaceOfOthers } from './wall-simulation.mjs';

const S = 1_000_000;
const near = (actual, expected, tolerance) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
const flat = (x) => ({ kind: '2d', center: [x, 0], zoom: 1, rotation: 0 });

// ---- the delay

test('a delay goes from one value to the next in the time announced', () => {
  const ramp = new DelayRamp();
  assert.equal(ramp.known, false);
  assert.equal(ramp.at(5), 0);
  assert.ok(ramp.announce({ from: 10 * S, value: 100_000, until: 12 * S, to: 120_000 }));
  assert.equal(ramp.at(0), 100_000);
  assert.equal(ramp.at(11 * S), 110_000);
  assert.equal(ramp.at(99 * S), 120_000);
});

test('who hears of two changes has the delay of who heard of the last one alone, once that holds', () => {
  const early = new DelayRamp();
  const late = new DelayRamp();
  const first = { from: 10 * S, value: 100_000, until: 20 * S, to: 200_000 };
  const second = { from: 15 * S, value: 150_000, until: 16 * S, to: 140_000 };
  early.announce(first);
  early.announce(second);
  late.announce(second);
  assert.equal(early.at(14 * S), 140_000);
  for (let t = 15 * S; t < 30 * S; t += S / 7) assert.equal(early.at(t), late.at(t));
});

test('a change takes the place of those that begin later, and what cannot be is refused', () => {
  const ramp = new DelayRamp();
  ramp.announce({ from: 10 * S, value: 1, until: 10 * S, to: 1 });
  ramp.announce({ from: 30 * S, value: 1, until: 30 * S, to: 900 });
  ramp.announce({ from: 20 * S, value: 1, until: 20 * S, to: 5 });
  assert.equal(ramp.at(40 * S), 5);
  for (const wrong of [{ from: 2, value: 1, until: 1, to: 1 }, { from: NaN, value: 1, until: 2, to: 1 }, { from: 1, value: -1, until: 2, to: 1 }]) {
    assert.equal(ramp.announce(wrong), false);
  }
  for (let i = 0; i < 1_000; i++) ramp.announce({ from: (50 + i) * S, value: i, until: (50 + i) * S, to: i });
  assert.equal(ramp.at(5_000 * S), 999);
});

// ---- the refresh

for (const rate of RATES) {
  test(`finds when frames are seen at ${rate} Hz, also behind missed ones`, () => {
    const rnd = random(rate);
    const clock = new FrameClock();
    const period = 1000 / rate;
    let worst = 0;
    for (let n = 0; n < 2_000; n++) {
      if (rnd() < 0.05) continue;
      const seen = clock.begin(500 + n * period + (rnd() - 0.5) * 0.4);
      if (n > 200) worst = Math.max(worst, Math.abs(seen - (500 + (n + 1) * period)));
    }
    near(clock.period, period, 0.01);
    near(worst, 0, 0.2);
  });
}

test('finds the refresh of another screen', () => {
  const clock = new FrameClock();
  let at = 0;
  for (let n = 0; n < 200; n++) clock.begin(at += 1000 / 60);
  for (let n = 0; n < 200; n++) clock.begin(at += 1000 / 144);
  near(clock.period, 1000 / 144, 0.01);
  for (let n = 0; n < 200; n++) clock.begin(at += 1000 / 50);
  near(clock.period, 20, 0.01);
  for (let n = 0; n < 200; n++) clock.begin(at += 1000 / 120);
  near(clock.period, 1000 / 120, 0.01);
  for (let n = 0; n < 200; n++) clock.begin(at += 1000 / 60);
  near(clock.period, 1000 / 60, 0.01);
});

// ---- the clock

test('the clock follows one that drifts, over ways that scatter', () => {
  for (const [i, [median, p99]] of LINKS.entries()) {
    const rnd = random(7 + i);
    const way = () => 1_000 * median * Math.exp((Math.log(p99 / median) / 2.326) * Math.sqrt(-2 * Math.log(1 - rnd())) * Math.cos(2 * Math.PI * rnd()));
    const local = (t) => t * (1 + 50e-6) - 8 * S;
    const clock = new ClockFilter();
    let worst = 0;
    for (let t = 100 * S; t < 220 * S; t += pingInterval(clock) * 1_000) {
      const there = t + way();
      const back = there + way();
      assert.ok(clock.add(Math.round(local(t)), Math.round(there), Math.round(there), Math.round(local(back))));
      if (t > 140 * S) worst = Math.max(worst, Math.abs(clock.offsetAt(local(back)) - (back - local(back))));
    }
    assert.ok(worst < 1_500, `link ${median}/${p99} ms: ${worst} us`);
    assert.ok(clock.samples.length <= 1_600);
  }
});

test('a step of the filter reaches the steady clock slowly, a leap at once', () => {
  const filter = { offset: 0, drift: 0, samples: { length: 10 }, offsetAt() { return this.offset; } };
  const clock = new SteadyClock(filter);
  assert.equal(clock.at(10 * S), 10 * S);
  filter.offset = 5_000;
  let last = 10 * S;
  for (let t = 10 * S + 16_667; t < 40 * S; t += 16_667) {
    const now = clock.at(t);
    near((now - last) / 16_667, 1, 0.002_1);
    last = now;
  }
  near(clock.offset, 5_000, 10);
  filter.offset = 3 * S;
  assert.equal(clock.at(41 * S), 44 * S);
  // measured anew: it goes on by itself until enough is known
  filter.offset = undefined;
  assert.equal(clock.at(42 * S), 45 * S);
  filter.offset = 2 * S;
  filter.samples.length = 9;
  assert.equal(clock.at(43 * S), 46 * S);
  filter.samples.length = 10;
  assert.equal(clock.at(44 * S), 46 * S);
  filter.offset = undefined;
  clock.reset();
  assert.equal(clock.at(45 * S), undefined);
});

// ---- presentation

function presented(options) {
  const wall = new WallPresentation(options);
  wall.delay.announce({ from: 0, value: 100_000, until: 0, to: 100_000 });
  return wall;
}

test('shows the state of the wall\'s delay ago, whatever the way here takes', () => {
  const fast = presented();
  const slow = presented();
  for (let t = S; t < 2 * S; t += 16_000) {
    fast.push({ time: t, source: 'a', view: flat(t) }, t + 2_000);
    slow.push({ time: t, source: 'a', view: flat(t) }, t + 70_000);
  }
  near(fast.sample(1.9 * S).center[0], 1.8 * S, 0.01);
  assert.equal(slow.sample(1.9 * S).center[0], fast.sample(1.9 * S).center[0]);
});

test('a screen that takes time is given what will be due then', () => {
  const wall = presented({ screenDelay: 40 });
  for (let t = S; t < 2 * S; t += 16_000) wall.push({ time: t, source: 'a', view: flat(t) }, t);
  near(wall.sample(1.9 * S).center[0], 1.84 * S, 0.01);
});

test('a cut is shown at its moment, and nothing in between', () => {
  const wall = presented();
  for (let t = S; t < 2 * S; t += 20_000) wall.push({ time: t, source: 'a', view: flat(t < 1.5 * S ? 0 : 1_000), cut: t === 1.5 * S }, t);
  for (let seen = 1.5 * S; seen < 1.7 * S; seen += 1_000) assert.equal(wall.sample(seen).center[0], seen - 100_000 < 1.5 * S ? 0 : 1_000);
});

test('another source goes on from what was shown', () => {
  const wall = presented();
  for (let t = S; t < 1.5 * S; t += 20_000) wall.push({ time: t, source: 'a', view: flat(0) }, t);
  for (let t = 1.5 * S; t < 2 * S; t += 20_000) wall.push({ time: t, source: 'b', view: flat(100) }, t);
  near(wall.sample(1.59 * S).center[0], 50, 0.01);
  assert.equal(wall.sample(1.65 * S).center[0], 100);
});

test('a source whose time begins anew is followed', () => {
  const wall = presented();
  for (let t = S; t < 2 * S; t += 20_000) wall.push({ time: t, source: 'a', view: flat(1) }, t);
  wall.push({ time: 1.2 * S, source: 'b', view: flat(2) }, 2 * S);
  assert.equal(wall.sample(2 * S).center[0], 2);
});

test('a sample of the same time as the last one, or of one a little before it, does not take away what is still to be shown', () => {
  const wall = presented();
  for (let t = S; t <= 2 * S; t += 20_000) wall.push({ time: t, source: 'a', view: flat(t) }, t);
  wall.push({ time: 2 * S, source: 'a', view: flat(2 * S) }, 2 * S);
  wall.push({ time: 2 * S - 1_000, source: 'a', view: flat(2 * S - 1_000) }, 2 * S);
  for (let seen = 2 * S; seen < 2.09 * S; seen += 5_000) near(wall.sample(seen).center[0], seen - 100_000, 0.01);
});

test('reports ages, frames and late ones, and counts anew', () => {
  const wall = presented();
  wall.push({ time: S - 10_000, source: 'a', view: flat(0) }, 900 * S, false);
  for (let i = 0; i < 100; i++) wall.push({ time: S + i * 10_000, source: 'a', view: flat(i) }, S + i * 10_000 + (i === 50 ? 60_000 : 5_000));
  wall.sample(2 * S);
  wall.sample(2.1 * S);
  const report = wall.report();
  assert.deepEqual(report, { age: { p50: 5_000, p99: 60_000 }, interval: 10_000, frames: 2, late: 1, at: 2.1 * S, shown: 2 * S });
  assert.equal(wall.report().frames, 0);
});

test('frames behind a link that stood still were late, and those of a camera at rest were not', () => {
  const wall = presented();
  const push = (ms) => wall.push({ time: S + ms * 1_000, source: 'a', view: flat(ms) }, S + ms * 1_000 + 5_000);
  push(0);
  push(20);
  // 150 ms behind the newest sample
  wall.sample(S + 270_000);
  assert.equal(wall.report().late, 0);
  push(110);
  assert.equal(wall.report().late, 1);
  wall.sample(S + 500_000);
  push(1_000);
  assert.equal(wall.report().late, 0);
});

test('keeps a bounded number of samples', () => {
  const wall = new WallPresentation({ capacity: 16 });
  for (let i = 0; i < 1_000; i++) wall.push({ time: i * 1_000, source: 'a', view: flat(i) }, i * 1_000);
  assert.equal(wall.samples.length, 16);
});

// ---- walls

const SEEDS = (process.env.WALL_SEEDS ?? '1').split(',').map(Number);
const SECONDS = Number(process.env.WALL_SECONDS ?? 60);
const WARM = 40;

for (const seed of SEEDS) {
  test(`sixteen members of a wall show the same moment, seed ${seed}, ${SECONDS} s`, (t) => {
    const wall = new Wall(seed);
    for (let i = 0; i < 16; i++) {
      wall.join({
        link: LINKS[i % 4], rate: RATES[(i >> 2) % 4], offset: (wall.rnd() * 20 - 10) * S, drift: (wall.rnd() * 2 - 1) * 50e-6, screenDelay: i % 3 === 0 ? 25 : 0,
      });
    }
    wall.run(WARM + SECONDS);
    const from = (10 + WARM) * S;
    const table = apart(wall, wall.members, from, wall.schedule.now);
    t.diagnostic(`delay ${(wall.delayAt(wall.schedule.now) / 1000).toFixed(1)} ms; movement apart, ms:`);
    for (const [key, values] of [...table].sort()) {
      const names = key.split('-').map((n) => LINKS[n].join('/')).join(' beside ');
      t.diagnostic(`${names.padEnd(20)} p50 ${quantile(values, 0.5).toFixed(2)}  p99 ${quantile(values, 0.99).toFixed(2)}`);
    }
    for (const [n, link] of LINKS.entries()) {
      const members = wall.members.filter((member) => member.link === link);
      const late = members.reduce((sum, member) => sum + member.late, 0) / members.reduce((sum, member) => sum + member.shown, 0);
      t.diagnostic(`late frames at ${link.join('/')}: ${(late * 100).toFixed(2)} %`);
      assert.ok(late <= 0.005, `link ${n}: ${late}`);
    }
    const p99 = quantile([...table.values()].flat(), 0.99);
    t.diagnostic(`all pairs: p99 ${p99.toFixed(2)} ms`);
    assert.ok(p99 <= 1, `${p99} ms apart`);
  });
}

test('members come, go, and get worse links: the others do not stutter, and the delay follows', () => {
  const wall = new Wall(3);
  const join = (link) => wall.join({ link, rate: 60, offset: wall.rnd() * S, drift: (wall.rnd() * 2 - 1) * 50e-6 });
  const steady = [join(LINKS[0]), join(LINKS[0]), join(LINKS[1])];
  wall.run(30);
  const before = wall.delayAt(wall.schedule.now);
  const from = wall.schedule.now;
  const worse = join(LINKS[3]);
  wall.run(15);
  const with3 = wall.delayAt(wall.schedule.now);
  assert.ok(with3 > before + 20_000, `${before} to ${with3}`);
  wall.kill(steady[1]);
  wall.run(5);
  wall.kill(worse);
  wall.run(45);
  assert.ok(wall.delayAt(wall.schedule.now) < with3 - 20_000, `${with3} to ${wall.delayAt(wall.schedule.now)}`);
  const slews = wall.changes.filter((change) => change.from > from).map(({ from: a, value, until, to }) => Math.abs(to - value) / (until - a));
  const most = Math.max(...slews);
  assert.ok(most < 0.02, `the delay moved by ${most}`);
  for (const member of [steady[0], steady[2]]) {
    const pace = worstPace(member, from);
    assert.ok(pace <= most + 0.003, `${pace} beside ${most}`);
  }
});

test('a cut comes at the same presentation time on all members', () => {
  const wall = new Wall(5);
  for (let i = 0; i < 8; i++) wall.join({ link: LINKS[i % 4], rate: RATES[i % 4], offset: wall.rnd() * S, drift: 30e-6 });
  wall.cuts.push(50 * S);
  wall.run(60);
  for (const member of wall.members) {
    // the picture is the sample's time: none may lie strictly between the last sample before the cut and the cut
    const between = member.frames.filter(({ shown }) => shown > 50 * S - 16_000 && shown < 50 * S - 100);
    assert.deepEqual(between, []);
  }
});

test('fifty members that come, go, stall, and whose clocks are set, and servers that are replaced: the others keep their pace', (t) => {
  const seconds = Number(process.env.WALL_CHAOS_SECONDS ?? 60);
  for (const seed of SEEDS) {
    const wall = new Wall(seed);
    const { rnd, schedule } = wall;
    const join = () => wall.join({
      link: LINKS[Math.floor(rnd() * 4)], rate: RATES[Math.floor(rnd() * 4)], offset: (rnd() * 20 - 10) * S, drift: (rnd() * 2 - 1) * 50e-6,
    });
    for (let i = 0; i < 50; i++) join();
    const from = schedule.now + 20 * S;
    const happened = { join: 0, kill: 0, stall: 0, clock: 0, server: 0 };
    const happen = () => {
      const living = wall.members.filter(({ alive }) => alive);
      const one = living[Math.floor(rnd() * living.length)];
      const what = rnd();
      if (what < 0.3 && living.length > 30) {
        wall.kill(one);
        happened.kill++;
      } else if (what < 0.6 && living.length < 50) {
        join();
        happened.join++;
      } else if (what < 0.85) {
        one.stall((0.2 + rnd() * 10) * S);
        happened.stall++;
      } else if (what < 0.96) {
        one.jump((rnd() * 2 - 1) * 5 * S);
        happened.clock++;
      } else {
        wall.swap((0.2 + rnd()) * S);
        happened.server++;
      }
      schedule.at(schedule.now + (0.2 + rnd()) * S, happen);
    };
    schedule.at(from, happen);
    wall.run(20 + seconds);
    t.diagnostic(`seed ${seed}, ${seconds} s: ${Object.entries(happened).map(([what, count]) => `${count} x ${what}`).join(', ')}`);
    for (const link of LINKS) {
      const members = wall.members.filter((member) => member.link === link);
      const paces = members.map((member) => worstPaceOfOthers(wall, member, from)).filter(({ frames }) => frames > 0);
      const late = members.reduce((sum, member) => sum + member.late, 0) / members.reduce((sum, member) => sum + member.shown, 0);
      const worst = Math.max(...paces.map((pace) => pace.worst));
      const frames = paces.reduce((sum, pace) => sum + pace.frames, 0);
      t.diagnostic(`${link.join('/').padEnd(8)} ${members.length} members, ${frames} frames, pace off by at most ${(worst * 100).toFixed(2)} %, late ${(late * 100).toFixed(2)} %`);
      assert.ok(frames > 1_000);
      assert.ok(worst <= 0.01, `link ${link.join('/')}: pace off by ${(worst * 100).toFixed(2)} %`);
    }
  }
});
