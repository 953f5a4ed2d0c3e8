import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AdminApi, Poll, Refused, why } from '../admin/api.js';
import { agoWords, cameraRows, gatherWays } from '../admin/cameras.js';
import { shortName, sortBundles, swapWords } from '../admin/bundles.js';
import { MessageBook, wanted as wantedMessage } from '../admin/messages.js';
import { accountWords, displayRows, followWords, stateWords } from '../admin/displays.js';
import { configurationName } from '../admin/configuration.js';
import { changesOf, choicesOf, defaultWords, fieldOf, ruleWords, textOf, valueOf } from '../admin/fields.js';
import { ceiling, pathOf, Series } from '../admin/graph.js';
import { LogBook, wanted } from '../admin/log.js';
import { recorderWords, replayWords } from '../admin/recordings.js';
import { faultWords, Rates, sourceWords } from '../admin/sources.js';
import { counters, problemsOf, SequenceRate } from '../admin/host.js';
import { bytes, count, figure, roughly, span, viewWords } from '../admin/words.js';

const S = 1_000_000;

afterEach(() => {
  delete globalThis.fetch;
  delete globalThis.location;
  delete globalThis.document;
});

// ---- figures

test('figures as a person reads them', () => {
  assert.deepEqual([0, 999, 1_000, 1_234_567, -4_321, NaN, undefined].map(count), ['0', '999', '1\u202f000', '1\u202f234\u202f567', '-4\u202f321', '–', '–']);
  assert.deepEqual([0.25, 3, 99.94, 118.4, null].map(figure), ['0.3', '3', '99.9', '118', '–']);
  assert.deepEqual([0, 1_023, 1_536, 48e6, 5e12, undefined].map(bytes), ['0 B', '1023 B', '1.5 KiB', '45.8 MiB', '4.5 TiB', '–']);
  assert.deepEqual([-1, 0, 59.9, 60, 61, 3_600, 7_290, 93_784, NaN].map(span), ['0 s', '0 s', '59 s', '1 min', '1 min 1 s', '1 h', '2 h 1 min', '1 d 2 h', '–']);
  assert.deepEqual([5, 65, 93_784, NaN].map(roughly), ['5 s', '1 min', '1 d', '–']);
});

test('where a camera looks, and nothing where that is not known', () => {
  assert.equal(viewWords({ kind: '2d', center: [819200.4, -0.126], zoom: 1.23456 }), '819200, -0.13 × 1.23');
  assert.equal(viewWords({ kind: '3d', position: [0, 1.7, 4] }), '0, 1.7, 4');
  for (const view of [null, undefined, {}, { kind: '2d' }, { kind: '4d', position: [1] }]) assert.equal(viewWords(view), '–');
});

// ---- graphs

test('a series keeps the newest points, in the order of time', () => {
  const series = new Series(3);
  for (let i = 1; i <= 5; i++) series.add(i * 1_000, i);
  const seen = [];
  series.each((at, value) => seen.push([at, value]));
  assert.deepEqual(seen, [[3_000, 3], [4_000, 4], [5_000, 5]]);
  assert.equal(series.largest, 5);
  assert.equal(series.last, 5);
  assert.ok(Number.isNaN(new Series().largest));
});

test('a line has a gap where nothing was known, and stays within its picture', () => {
  const series = new Series();
  for (const [at, value] of [[0, 1], [1_000, 2], [2_000, NaN], [9_000, 99], [10_000, -5]]) series.add(at, value);
  assert.equal(pathOf(series, { now: 10_000, window: 10_000, top: 2, width: 100, height: 50 }), 'M0.0 25.0L10.0 0.0M90.0 0.0L100.0 50.0');
  assert.equal(pathOf(series, { now: 100_000, window: 10_000, top: 2 }), '', 'all of it is over');
});

test('the upper edge of a graph is a round number', () => {
  assert.deepEqual([0, NaN, 0.3, 1, 1.1, 4, 120, 200, 5_001].map(ceiling), [1, 1, 0.5, 1, 2, 5, 200, 200, 10_000]);
});

test('how fast the sequence grows is known from its second number on, until it stands still or begins anew', () => {
  const rate = new SequenceRate();
  assert.ok(Number.isNaN(rate.sample(100, 0)));
  assert.equal(rate.sample(220, 1_000), 120);
  assert.equal(rate.sample(220, 2_000), 120, 'for a moment nothing came');
  assert.equal(rate.sample(220, 4_000), 0);
  assert.ok(Number.isNaN(rate.sample(5, 5_000)), 'another epoch');
  assert.equal(rate.sample(15, 6_000), 10);
});

// ---- displays, cameras

const present = (session, display, more = {}) => ({ session, display, user: 'local', connected: true, ...more });

test('a display is one row, of what the socket, the sessions and the declarations say', () => {
  const rows = displayRows({
    own: 's2',
    present: [present('s2', 'desk', { settings: { title: 'Web page', width: 800, height: 600, pixelRatio: 2 } }), present('s1', 'left', { connected: false })],
    sessions: [{ session: 's1', display: 'left', since: 5, delivered: 7 }],
    displays: [{ display: 'left', title: 'Stage left', declared: true }, { display: 'lobby', declared: true, connected: false }, { display: 'old', declared: false, lastSeen: 9 }],
  });
  assert.deepEqual(rows.map(({ display, title, session, connected, own, declared }) => [display, title, session, connected, own, declared]), [
    ['desk', 'Web page', true, true, true, false], ['left', 'Stage left', true, false, false, true], ['lobby', '', false, false, false, true], ['old', '', false, false, false, false],
  ]);
  assert.equal(rows[0].screen, '800 × 600 at 2');
  assert.equal(rows[1].figures.delivered, 7);
  assert.equal(new Set(rows.map(({ key }) => key)).size, 4);
});

test('without the socket the sessions that the host tells are the rows', () => {
  const rows = displayRows({ present: null, sessions: [{ session: 's1', display: 'left', title: 'L', connected: true }], displays: null });
  assert.deepEqual(rows.map(({ display, title, connected }) => [display, title, connected]), [['left', 'L', true]]);
});

test('the state of a display says since when, and how well that is', () => {
  const [row] = displayRows({ present: null, sessions: [{ session: 's', display: 'a', connected: true, since: 10 * S }], displays: null });
  assert.deepEqual(stateWords(row, 75 * S), { level: 'ok', text: 'connected for 1 min' });
  assert.deepEqual(stateWords({ ...row, since: undefined }, 0), { level: 'ok', text: 'connected' });
  assert.deepEqual(stateWords({ ...row, connected: false }, 0), { level: 'warning', text: 'connection lost' });
  assert.deepEqual(stateWords({ connected: false, session: false, declared: true }, 0), { level: 'warning', text: 'declared, not seen yet' });
  assert.equal(stateWords({ connected: false, session: false, declared: false, lastSeen: S }, 0).level, 'none');
  // what the host judges goes before, but not before the socket, which is newer
  const lost = { kind: 'lost', text: 'connection lost', since: 10 * S };
  assert.deepEqual(stateWords({ ...row, connected: false, trouble: lost }, 75 * S), { level: 'down', text: 'connection lost, for 1 min' });
  assert.equal(stateWords({ ...row, trouble: lost }, 75 * S).level, 'ok');
  assert.deepEqual(stateWords({ ...row, trouble: { kind: 'stuck', text: 'takes nothing' } }, 75 * S), { level: 'down', text: 'takes nothing' });
  const [away] = displayRows({ present: [], sessions: [], displays: [{ display: 'w', declared: true, trouble: { kind: 'away', text: 'was never here' } }] });
  assert.deepEqual(stateWords(away, 0), { level: 'down', text: 'was never here' });
});

test('what a session follows, and its account', () => {
  assert.equal(followWords(null), '–');
  assert.equal(followWords({}), 'nothing');
  assert.equal(followWords({ cameras: ['*'], delivery: 'every' }), 'all cameras, every update');
  assert.equal(followWords({ cameras: ['a', 'b'], rate: 5 }), 'a, b, at most 5 /s');
  assert.equal(followWords({ cameras: ['a', 'b', 'c', 'd'] }), '4 cameras');
  assert.equal(accountWords(null), '–');
  assert.equal(accountWords({ delivered: 1_200, superseded: 0, refused: 0 }), '1\u202f200');
  assert.equal(accountWords({ delivered: 1, superseded: 2, refused: 3 }), '1, 2 superseded, 3 refused');
});

test('a camera is there with its view, or because somebody holds it', () => {
  const cameras = new Map([['tour', { camera: 'tour', source: 'replay', received: 4, view: { kind: '2d' } }]]);
  const control = new Map([['tour', { camera: 'tour', holder: 'me', session: 's1' }], ['new', { camera: 'new', holder: 'left', session: 's2' }], ['gone', { camera: 'gone', holder: null }]]);
  const rows = cameraRows({ cameras, control, told: null, own: 's1' });
  assert.deepEqual(rows.map(({ camera, kind, holder, own }) => [camera, kind, holder, own]), [['new', '', 'left', false], ['tour', '2d', 'me', true]]);
  const told = cameraRows({ cameras, control, told: [{ camera: 'x', kind: '3d', source: 'dome', received: 1, view: { kind: '3d' } }], own: 's1' });
  assert.deepEqual(told.map(({ camera, kind, source, holder, own }) => [camera, kind, source, holder, own]), [['x', '3d', 'dome', null, false]]);
  assert.equal(agoWords(10 * S, 11 * S), 'now');
  assert.equal(agoWords(10 * S, 70 * S), '1 min ago');
});

// ---- sources, recordings, bundles

test('how a source is, and what was not taken of it', () => {
  assert.deepEqual(sourceWords({ level: 'ok', stopped: false }), { level: 'ok', text: 'well' });
  assert.deepEqual(sourceWords({ level: 'warning', text: 'no packets', stopped: false }), { level: 'warning', text: 'stale: no packets' });
  assert.deepEqual(sourceWords({ level: 'ok', stopped: true }), { level: 'none', text: 'stopped' });
  assert.deepEqual(faultWords({ refused: 0, limited: 0, ahead: 0, counters: {} }), { faults: 'none', counters: '' });
  assert.deepEqual(faultWords({ refused: 1_200, limited: 0, ahead: 2, counters: { malformed: 3, packets: 0 } }), { faults: '1\u202f200 refused, 2 ahead of time', counters: 'malformed 3' });
});

test('the rate of a source comes from what it has sent some seconds apart', () => {
  const rates = new Rates();
  assert.ok(Number.isNaN(rates.of('a', 100, 0)));
  assert.ok(Number.isNaN(rates.of('a', 160, 1 * S)), 'too soon');
  assert.equal(rates.of('a', 340, 4 * S), 60);
  assert.equal(rates.of('a', 400, 5 * S), 60);
  assert.ok(Number.isNaN(rates.of('a', 5, 6 * S)), 'it counts anew');
  rates.keep(new Set());
  assert.ok(Number.isNaN(rates.of('a', 500, 60 * S)));
});

test('what the recorder does, and what is played', () => {
  const counts = { behind: 0, written: 1_200, missed: 0, bytes: 2_048 };
  assert.deepEqual(recorderWords({ ...counts, enabled: false, recording: false }), { level: 'none', text: 'Off. 1\u202f200 entries, 2.0 KiB.' });
  assert.equal(recorderWords({ ...counts, enabled: true, recording: true }).level, 'ok');
  assert.deepEqual(recorderWords({ ...counts, enabled: true, recording: true, behind: 5_000, missed: 1 }),
    { level: 'warning', text: 'Records. 1\u202f200 entries, 2.0 KiB, 5\u202f000 entries behind, 1 entry missed.' });
  assert.equal(recorderWords({ ...counts, enabled: true, recording: false, problem: 'the disk is full' }).text, 'Does not record: the disk is full');
  assert.equal(replayWords({ recording: 'abc', speed: 2, loop: true }), 'Plays abc at 2 times its speed, again and again.');
  assert.equal(replayWords({ recording: 'newest', speed: 1 }), 'Plays the newest recording.');
});

test('our bundles come first, and a swap says its gap and what went with it', () => {
  const ours = 'org.geometryos.compositor.camera';
  assert.deepEqual(sortBundles([{ name: 'a', id: 1 }, { name: ours, id: 2, own: true }]).map(({ id }) => id), [2, 1]);
  assert.equal(shortName(ours), 'camera');
  assert.equal(swapWords(ours, { millis: 84.4, restarted: [], before: '1', version: '1' }), 'camera was swapped. All its services were back after 84.4 ms.');
  assert.equal(swapWords(ours, { millis: 1_500, restarted: ['org.geometryos.compositor.scene', ours], before: '1', version: '2', missing: ['CameraBridge'] }),
    'camera was swapped, 1 for 2. After 1.5 s these services are not back: CameraBridge. Refreshed with it: scene.');
});

// ---- configuration

const attribute = (type, more = {}) => ({ id: 'key', name: 'Key', type, cardinality: 0, ...more });

test('each kind of value has its field', () => {
  assert.equal(fieldOf(attribute('Integer')), 'text');
  assert.equal(fieldOf(attribute('Boolean')), 'choice');
  assert.equal(fieldOf(attribute('String', { options: [{ value: 'a', label: 'A' }] })), 'choice');
  assert.equal(fieldOf(attribute('Password')), 'secret');
  assert.equal(fieldOf(attribute('String', { cardinality: 2147483647 })), 'lines');
  assert.equal(fieldOf(attribute('String', { cardinality: -10 })), 'lines');
  assert.deepEqual(choicesOf(attribute('String', { options: [{ value: 'a', label: 'A' }, 'b'] })), [['a', 'A'], ['b', 'b']]);
  assert.deepEqual(choicesOf(attribute('Boolean')), [['true', 'yes'], ['false', 'no']]);
});

test('a text is the value that it stands for, and what is none goes to the host, which says the rule', () => {
  assert.equal(valueOf(attribute('Integer'), ' 12 '), 12);
  assert.equal(valueOf(attribute('Long'), '9007199254740993'), '9007199254740993', 'too large to be a number here');
  assert.equal(valueOf(attribute('Double'), '1e3'), 1_000);
  assert.equal(valueOf(attribute('Integer'), '12 apples'), '12 apples');
  assert.equal(valueOf(attribute('Boolean'), 'true'), true);
  assert.equal(valueOf(attribute('String'), ' with space '), ' with space ');
  assert.equal(valueOf(attribute('String'), '  '), undefined);
  assert.deepEqual(valueOf(attribute('Integer', { cardinality: 5 }), '1\n\n 2 \n'), [1, 2]);
  assert.equal(valueOf(attribute('String', { cardinality: 5 }), '\n'), undefined);
  assert.deepEqual([undefined, null, 0, false, ['a', 'b']].map(textOf), ['', '', '0', 'false', 'a\nb']);
});

test('only what somebody changed is sent: a secret that nobody touched is not, and an empty field takes a key away', () => {
  const configuration = {
    properties: { rate: 5, secret: '•••', names: ['a', 'b'], other: '•••' },
    attributes: [{ id: 'rate', type: 'Integer' }, { id: 'secret', type: 'Password' }, { id: 'names', type: 'String', cardinality: 9 }, { id: 'more', type: 'String' }],
  };
  const same = new Map([['rate', '5'], ['secret', '•••'], ['names', 'a\nb'], ['more', '']]);
  assert.deepEqual(changesOf(configuration, same), {});
  assert.deepEqual(changesOf(configuration, new Map([...same, ['rate', ''], ['names', 'b'], ['more', 'x']])), { rate: null, names: ['b'], more: 'x' });
});

test('a field says its rule and its default', () => {
  assert.equal(ruleWords(attribute('Integer', { min: '1', max: '10', default: '5' })), '1 to 10; default 5.');
  assert.equal(ruleWords(attribute('Integer', { min: '0' })), 'At least 0.');
  assert.equal(ruleWords(attribute('String', { cardinality: 3, default: 'a,b' })), 'One a line; default a,b.');
  assert.equal(ruleWords(attribute('String')), '');
  assert.equal(defaultWords(attribute('Boolean', { default: 'false' })), 'no');
  assert.equal(configurationName({ pid: 'org.geometryos.compositor.camera', name: 'Compositor Bridge: cameras' }), 'camera (cameras)');
  assert.equal(configurationName({ pid: 'other' }), 'other');
});

// ---- log

const line = (n, level = 'INFO', text = `line ${n}`) => ({ n, time: n, level, logger: 'o.g.c.Camera', text });

test('the log keeps the newest lines, each once, and begins anew with the host', () => {
  const book = new LogBook();
  assert.equal(book.take({ lines: [line(1), line(2)], next: 2 }), false);
  book.take({ lines: [line(2), line(3)], next: 3 });
  assert.deepEqual(book.lines.map(({ n }) => n), [1, 2, 3]);
  assert.equal(book.take({ lines: [line(1, 'INFO', 'anew')], next: 1 }), true);
  assert.deepEqual(book.lines.map(({ text }) => text), ['anew']);
  for (let n = 2; n < 10_000; n++) book.take({ lines: [line(n)], next: n });
  assert.equal(book.lines.length, 5_000);
  assert.equal(book.lines.at(-1).n, 9_999);
  const long = new LogBook();
  for (let n = 1; n <= 10; n++) long.take({ lines: [line(n, 'INFO', 'x'.repeat(300_000))], next: n });
  assert.equal(long.lines.length, 3);
  for (const nothing of [{}, { lines: null }, { lines: [] }]) assert.equal(book.take(nothing), false);
});

test('a line is looked for by its level and by all words', () => {
  assert.equal(wanted(line(1), { words: '', level: 'info' }), true);
  assert.equal(wanted(line(1, 'DEBUG'), { words: '', level: 'info' }), false);
  assert.equal(wanted(line(1, 'WARNING'), { words: '', level: 'warn' }), true);
  assert.equal(wanted(line(1, 'ERROR'), { words: 'camera LINE', level: 'warn' }), true);
  assert.equal(wanted(line(1, 'ERROR'), { words: 'camera scene', level: 'warn' }), false);
});

// ---- health

test('problems, the worst first; counters, the largest first', () => {
  const health = { status: 'down', parts: [{ part: 'a', problems: [{ level: 'warning', text: 'w' }] }, { part: 'b', problems: [{ level: 'down', text: 'd' }] }, { part: 'c' }] };
  assert.deepEqual(problemsOf(health).map(({ part }) => part), ['b', 'a']);
  for (const nothing of [null, {}, { parts: 'x' }]) assert.deepEqual(problemsOf(nothing), []);
  assert.equal(counters({}), '0');
  assert.equal(counters({ 503: 0, 401: 2, 403: 5 }), '403: 5, 401: 2');
  assert.equal(counters({ a: 1, b: 2, c: 3 }, 2), 'c: 3, b: 2, …');
});

// ---- what the host answers

const answering = (status, body) => {
  const asked = [];
  globalThis.fetch = async (url, request) => {
    asked.push({ url: String(url), ...request });
    return new Response(body === undefined ? '<html>' : JSON.stringify(body), { status });
  };
  return { asked, api: new AdminApi(new URL('http://host/below/'), () => 'a-key') };
};

test('a question carries the key in a header, and a change is JSON', async () => {
  const { asked, api } = answering(200, { ok: true });
  assert.deepEqual(await api.get('state'), { ok: true });
  await api.post('recorder', { enabled: true });
  assert.deepEqual(asked.map(({ url, method }) => [method, url]), [['GET', 'http://host/below/compositor/admin/state'], ['POST', 'http://host/below/compositor/admin/recorder']]);
  assert.equal(asked[0].headers.Authorization, 'Bearer a-key');
  assert.equal(asked[1].headers['Content-Type'], 'application/json');
  assert.equal(asked[1].body, '{"enabled":true}');
});

test('a refusal says what was wrong, and a part that is not there is told from a thing that is not there', async () => {
  const refusal = async (status, body) => answering(status, body).api.get('x').then(() => assert.fail('taken'), (error) => error);
  const invalid = await refusal(400, { code: 'invalid', message: 'rate must be above 0', field: 'rate' });
  assert.deepEqual([invalid.status, invalid.message, invalid.code, invalid.field, invalid.absent], [400, 'rate must be above 0', 'invalid', 'rate', false]);
  assert.equal((await refusal(404)).absent, true);
  assert.equal((await refusal(404, { code: 'not-found', message: 'no such display' })).absent, false);
  assert.equal((await refusal(403, { error: 'role admin is needed', code: 'forbidden' })).message, 'role admin is needed');
  globalThis.fetch = async () => { throw new TypeError('failed'); };
  const away = await new AdminApi(new URL('http://host/'), () => undefined).get('x').catch((error) => error);
  assert.equal(away.status, 0);
  assert.equal(why(away, 'Sources'), 'Sources: the host does not answer.');
  assert.match(why(new Refused(404, ''), 'Sources'), /no bundle "operate"/);
  assert.equal(why(new Refused(503, 'the recorder is away'), 'Recordings'), 'Recordings: the recorder is away.');
  assert.equal(why(await refusal(503), 'Recordings'), 'Recordings: away for a moment.');
});

test('the health is told also where it is bad, but a refusal is none', async () => {
  assert.equal((await answering(503, { status: 'down', parts: [] }).api.health()).status, 'down');
  await assert.rejects(answering(403, { status: 'refused', reason: 'no' }).api.health(), /no/);
  await assert.rejects(answering(503).api.health(), /away for a moment/);
});

test('one question at a time is asked, again and again, until it is stopped, and none while nobody looks', async () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  globalThis.document = page;
  let asked = 0;
  let open = 0;
  let enough;
  const poll = new Poll(async () => {
    assert.equal(++open, 1);
    await Promise.resolve();
    open--;
    if (++asked === 3) enough();
  }, 1);
  const three = new Promise((resolve) => { enough = resolve; });
  poll.start();
  poll.now();
  poll.start();
  await three;
  page.hidden = true;
  const before = asked;
  await poll.now();
  assert.equal(asked, before);
  page.hidden = false;
  const again = new Promise((resolve) => { enough = resolve; });
  asked = 2;
  page.dispatchEvent(new Event('visibilitychange'));
  await again;
  poll.stop();
  const last = asked;
  await poll.now();
  assert.equal(asked, last);
});

test('everybody looks at a camera by the settings, or as other cameras of its kind jump', () => {
  const rows = [{ camera: 'tour', kind: '2d' }, { camera: 'plan', kind: '2d' }, { camera: 'wall', kind: '2d' }, { camera: 'stage', kind: '3d' }];
  const ways = (more) => gatherWays({ camera: 'tour', kind: '2d', rows, live: true, settings: true, ...more }).map(({ value, targets }) => [value, targets]);
  assert.deepEqual(ways({}), [['settings', []], ['all', ['plan', 'wall']], ['one plan', ['plan']], ['one wall', ['wall']]]);
  assert.deepEqual(ways({ live: false }), [['settings', []]]);
  assert.deepEqual(ways({ camera: 'stage', kind: '3d', settings: false }), []);
});

test('messages of a session are kept in bounds, found by words, and exported as lines of JSON', () => {
  const book = new MessageBook();
  book.take({ messages: [{ number: 1, time: 5, sent: false, bytes: 9, message: { type: 'hello' } }, { number: 2, time: 6, sent: true, bytes: 3, problem: 'cannot be read' }], missed: 0, next: 2 });
  assert.equal(book.next, 2);
  assert.equal(wantedMessage(book.messages[0], 'received HELLO'), true);
  assert.equal(wantedMessage(book.messages[1], 'received'), false);
  assert.deepEqual(book.lines('').trim().split('\n').map((line) => JSON.parse(line)), [
    { time: 5, direction: 'received', bytes: 9, message: { type: 'hello' } }, { time: 6, direction: 'sent', bytes: 3, problem: 'cannot be read' }]);
  const message = { text: 'x'.repeat(1_000) };
  for (let i = 0; i < 6; i++) book.take({ messages: Array.from({ length: 1_000 }, (_, k) => ({ number: i * 1_000 + k, time: 1, sent: true, bytes: 1, message })), missed: 7, next: 3 });
  assert.ok(book.messages.length <= 4_000, `${book.messages.length}`);
  assert.equal(book.missed, 42);
});
