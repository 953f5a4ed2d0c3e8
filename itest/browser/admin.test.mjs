/** The operator's page in Chromium. Where: see displays.test.mjs; the host with a key: see keys.test.mjs. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { cannot, openBrowser, openPage, screenshot } from './chromium.mjs';

const options = { skip: cannot, timeout: 120_000 };
const guarded = process.env.COMPOSITOR_KEY_HTTP;
const key = process.env.COMPOSITOR_KEY;
const withKey = { ...options, skip: cannot || (guarded ? false : 'COMPOSITOR_KEY_HTTP does not name a distribution with a key') };
const LIMIT = { timeout: 30_000 };

let browser;
let opened = [];

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });
afterEach(async () => {
  for (const { page } of opened) await page.close();
  opened = [];
}, { timeout: 30_000 });

const open = async (path = '/admin') => {
  const result = await openPage(browser.context, path);
  opened.push(result);
  return result;
};
/** Opens the operator's page, and waits for its lists. */
const operate = async () => {
  const { page, problems } = await open();
  await page.locator('[data-camera="tour"]').waitFor(LIMIT);
  return { page, problems };
};
const row = (page, display) => page.locator(`[data-display="${display}"]`);
const camera = (page, name) => page.locator(`[data-camera="${name}"]`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click(LIMIT);
const toast = (page, text) => page.locator('.toast', { hasText: text }).first().waitFor(LIMIT);
const text = (page, selector, pattern) => page.waitForFunction(([what, source]) => new RegExp(source).test(document.querySelector(what)?.textContent ?? ''),
  [selector, pattern.source], LIMIT);
/** A part of the host that is not there, or away for a moment, is told on the page, and is no fault of it. */
const faults = (problems) => problems.filter((problem) => !/compositor\/(admin|health)/.test(problem) && !/status of (404|503)/.test(problem));

test('the page shows the host, its displays and its cameras, and goes on', options, async () => {
  const { page, problems } = await operate();
  await open('/2d?camera2d=tour&display=desk');
  await row(page, 'desk').waitFor(LIMIT);
  await text(page, '#health-word', /All is well|Somebody should look/);
  await text(page, '.graph:nth-child(1) b', /^\d/);
  await text(page, '.graph:nth-child(2) b', /^\d.* (ms|s)/);
  await text(page, '.graph:nth-child(3) b', /^[2-9]/);
  await page.waitForFunction(() => document.querySelector('.graph path.line').getAttribute('d').split('L').length > 2, null, LIMIT);
  await text(page, '#facts', /Version.*Time\d\d:\d\d:\d\d/);
  assert.match(await camera(page, 'tour').textContent(), /2D/);
  assert.match(await camera(page, 'stage').textContent(), /3D/);
  await screenshot(page, 'admin');
  assert.deepEqual(faults(problems), []);
});

test('a display shows its name and a notice, and is kicked', options, async () => {
  const { page, problems } = await operate();
  const { page: display } = await open('/2d?camera2d=tour&display=to-kick');
  await row(page, 'to-kick').waitFor(LIMIT);
  await press(page, 'Identify to-kick');
  await toast(display, 'This display is to-kick');
  await press(page, 'Notice to to-kick');
  await page.locator('dialog').getByLabel('Level').selectOption('warning');
  await page.locator('dialog').getByLabel('Text').fill('<b>Lunch</b>');
  await page.keyboard.press('Enter');
  await toast(display, '<b>Lunch</b>');
  await press(page, 'Notice to all');
  await page.locator('dialog').getByLabel('Text').fill('Everybody');
  await press(page, 'Send');
  await toast(display, 'Everybody');

  await press(page, 'Kick to-kick');
  await press(page, 'Cancel');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Kick to-kick', 'the focus is where it was');
  assert.equal(await display.evaluate(() => window.compositor.client.state), 'connected');
  await press(page, 'Kick to-kick');
  await press(page, 'Kick');
  await display.waitForFunction(() => window.compositor.client.state === 'closed', null, LIMIT);
  await row(page, 'to-kick').waitFor({ ...LIMIT, state: 'detached' });
  await page.getByLabel('Also remembered ones').check();
  await text(page, '[data-display="to-kick"]', /last seen/);
  assert.deepEqual(faults(problems), []);
});

test('a wall shows its name and a notice over its picture, for a moment', options, async () => {
  const { page } = await operate();
  const { page: wall } = await open('/wall/named-wall');
  await row(page, 'named-wall').waitFor(LIMIT);
  await press(page, 'Identify named-wall');
  await text(wall, '#notice', /This display is named-wall/);
  assert.equal(await wall.locator('#notice').isVisible(), true);
  await screenshot(wall, 'wall-notice');
  await wall.locator('#notice').waitFor({ ...LIMIT, state: 'hidden' });
});

test('a camera is taken by force, kept beyond its lease, and released', options, async () => {
  const { page } = await operate();
  await press(page, 'Take by force tour');
  await press(page, 'Take');
  await text(page, '[data-camera="tour"] .holds', /this page/);
  const taken = Date.now();
  await page.waitForFunction((since) => Date.now() - since > 6_500, taken, LIMIT);
  assert.match(await page.locator('[data-camera="tour"] .holds').textContent(), /this page/);
  await press(page, 'Release tour');
  await text(page, '[data-camera="tour"] .holds', /^tour$/);
});

test('a camera that nobody moves is removed', options, async () => {
  const { page } = await operate();
  const view = { kind: '2d', center: [1, 2], zoom: 1, rotation: 0 };
  const { page: other } = await open('/2d?camera2d=tour');
  await other.evaluate((one) => window.compositor.client.drive('extra', one, { confirm: true }), view);
  await camera(page, 'extra').waitFor(LIMIT);
  await press(page, 'Remove extra');
  await press(page, 'Remove');
  await camera(page, 'extra').waitFor({ ...LIMIT, state: 'detached' });
});

test('the host is drained and taken back, also by a page that came in between', options, async () => {
  const { page } = await operate();
  const { page: display } = await open('/2d?camera2d=tour&display=drained');
  await row(page, 'drained').waitFor(LIMIT);
  const { page: colleague } = await operate();
  try {
    await press(page, 'Drain');
    await page.locator('dialog').getByLabel('Spread over').selectOption('0');
    await page.locator('dialog').getByRole('button', { name: 'Drain' }).click();
    await display.waitForFunction(() => window.compositor.client.state !== 'connected', null, LIMIT);
    assert.equal(await page.evaluate(() => window.compositor.client.state), 'connected', 'who drains stays');
    await page.reload();
    for (const one of [page, colleague]) {
      await one.waitForFunction(() => window.compositor?.client.state === 'connected' && window.compositor.operator.requestsOnly, null, LIMIT);
      await text(one, '#host-word', /draining or full/);
    }
  } finally {
    await press(page, 'Undrain');
  }
  await camera(page, 'tour').waitFor(LIMIT);
  for (const one of [page, colleague]) await one.waitForFunction(() => window.compositor.operator.live, null, LIMIT);
  await row(page, 'drained').waitFor({ timeout: 60_000 });
});

test('the page goes on when its socket is lost', options, async () => {
  const { page } = await operate();
  const before = await page.evaluate(() => window.compositor.client.stats.connects);
  await page.evaluate(() => window.compositor.client.socket.close(4000));
  await page.waitForFunction((connects) => window.compositor.client.stats.connects > connects && window.compositor.client.state === 'connected', before, LIMIT);
  await open('/2d?camera2d=tour&display=after-the-loss');
  await row(page, 'after-the-loss').waitFor(LIMIT);
});

test('what displays say of themselves is text', options, async () => {
  const { page } = await operate();
  const { page: display } = await open('/2d?camera2d=tour&display=markup');
  await display.evaluate(() => window.compositor.client.setSettings({ title: '<img src=x onerror="window.hit=1">' }));
  await page.waitForFunction(() => document.querySelector('[data-display="markup"]')?.textContent.includes('<img src=x'), null, LIMIT);
  assert.equal(await page.evaluate(() => document.querySelectorAll('main img').length + (window.hit ?? 0)), 0);
});

test('the list of displays leads here', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await page.locator('#displays-button').click();
  await page.getByRole('link', { name: "Operator's page" }).click();
  await camera(page, 'tour').waitFor(LIMIT);
  assert.equal(new URL(page.url()).pathname, '/admin');
});

test('on a phone nothing is wider than the screen', options, async () => {
  const { page } = await operate();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => document.documentElement.scrollWidth <= 390, null, LIMIT);
  await screenshot(page, 'admin-phone');
});

test('a key of another role is not enough, and the page says so', withKey, async () => {
  const page = await browser.context.newPage();
  opened.push({ page });
  await page.goto(`${guarded}/admin`);
  await page.locator('#key-form').waitFor({ ...LIMIT, state: 'visible' });
  await text(page, '#key-label', /needs a key of role admin/);
  await page.locator('#key').fill(key);
  await page.keyboard.press('Enter');
  await text(page, '#key-label', /this key has the role control/);
  assert.equal(await page.locator('#operator').isVisible(), false);
  assert.equal(await page.locator('#key-form').isVisible(), true);
});

// ---- what only the host's own services know and do; the host of these tests has them

test('a display is renamed, and its title is shown', options, async () => {
  const { page } = await operate();
  await open('/2d?camera2d=tour&display=to-rename');
  await row(page, 'to-rename').waitFor(LIMIT);
  for (const title of ['Stage <left>', '']) {
    await press(page, 'Rename to-rename');
    await page.locator('dialog').getByLabel('Title').fill(title);
    await press(page, 'Rename');
    await page.waitForFunction(([display, words]) => {
      const shown = document.querySelector(`[data-display="${display}"] small`).textContent;
      return words === '' ? !shown.includes('Stage <left>') : shown.includes(words);
    }, ['to-rename', title], LIMIT);
  }
});

test('a source is stopped and started', options, async () => {
  const { page } = await operate();
  const source = page.locator('[data-source="tour"]');
  try {
    await press(page, 'Stop tour');
    await press(page, 'Stop');
    await text(page, '[data-source="tour"]', /stopped/);
  } finally {
    await press(page, 'Start tour');
  }
  await text(page, '[data-source="tour"]', /well/);
  await source.getByText('now').waitFor(LIMIT);
});

test('a recording is made and played', options, async () => {
  const { page } = await operate();
  await press(page, 'Start recording');
  await text(page, '#recordings .state', /^Records\. [1-9]/);
  await page.locator('[data-recording]').first().waitFor(LIMIT);
  await press(page, 'Stop recording');
  await text(page, '#recordings .state', /^Off/);
  await page.locator('[data-recording]').first().getByRole('button').click();
  await press(page, 'Replay');
  await text(page, '#recordings', /Plays /);
  await press(page, 'Stop replay');
  await page.getByRole('button', { name: 'Stop replay' }).waitFor({ ...LIMIT, state: 'hidden' });
});

test('a bundle is swapped, and the page says how long that took', options, async () => {
  const { page } = await operate();
  await press(page, 'Swap settings');
  await press(page, 'Swap');
  await toast(page, /settings was swapped.* All its services were back after [\d.]+ (ms|s)\./);
  await text(page, '[data-bundle$=".settings"]', /(ms|s), \d+ s ago/);
  const refused = page.getByRole('button', { name: 'Swap operate' });
  assert.equal(await refused.isDisabled(), true);
  assert.match(await refused.getAttribute('title'), /this interface itself runs on/);
});

test('the messages of a display are shown while somebody looks, without its token, and exported', options, async () => {
  const { page } = await operate();
  const { page: display } = await open('/2d?camera2d=tour&display=chatty');
  await row(page, 'chatty').waitFor(LIMIT);
  const token = await display.evaluate(() => window.compositor.client.welcome.token);
  await page.waitForFunction(() => [...document.querySelectorAll('#messages option')].some(({ textContent }) => textContent === 'chatty'), null, LIMIT);
  await page.locator('#messages select').selectOption({ label: 'chatty' });
  await text(page, '#messages .lines', /sentcamera/);
  const says = async (title) => {
    await page.getByLabel('Filter messages').fill(`received settings ${title}`);
    const end = Date.now() + 30_000;
    while (await page.locator('#messages .lines li').count() === 0) {
      assert.ok(Date.now() < end, `${title} is not shown`);
      await display.evaluate((word) => window.compositor.client.setSettings({ title: word }).catch(() => {}), title);
      await page.waitForTimeout(300);
    }
  };
  await says('before');
  await display.evaluate(() => window.compositor.client.socket.close(4000));
  await says('after');
  await page.getByLabel('Filter messages').fill('');
  await page.locator('#messages').getByRole('button', { name: 'Pause' }).click();
  const [download] = await Promise.all([page.waitForEvent('download', LIMIT), page.locator('#messages').getByRole('button', { name: 'Export' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.some(({ direction, message }) => direction === 'sent' && message.type === 'camera'));
  assert.ok(lines.some(({ direction, message }) => direction === 'received' && message.type === 'settings'));
  assert.equal(JSON.stringify(lines).includes(token), false, 'the token is nowhere');
});

test('everybody looks where a camera looks', options, async () => {
  const { page } = await operate();
  const { page: other } = await open('/2d?camera2d=plan-of-test');
  const view = { kind: '2d', center: [1, 2], zoom: 1, rotation: 0 };
  await other.evaluate((one) => window.compositor.client.drive('plan-of-test', one, { confirm: true }), view);
  // its lease is told before its first view
  await text(page, '[data-camera="plan-of-test"]', /2D/);
  await press(page, 'Everybody here: tour');
  await page.locator('dialog').getByLabel('How').selectOption('one plan-of-test');
  await press(page, 'Do it');
  await toast(page, 'plan-of-test shows what tour shows');
  await other.waitForFunction(() => window.compositor.client.cameras.get('plan-of-test')?.view.center[0] !== 1, null, LIMIT);
  await press(page, 'Release plan-of-test');
  await press(page, 'Remove plan-of-test');
  await press(page, 'Remove');
});

test('a filter finds a bundle among many', options, async () => {
  const { page } = await operate();
  const filter = page.getByLabel('Filter bundles');
  await filter.fill('camera tracking');
  await page.locator('[data-bundle$=".broadcast"]').waitFor({ ...LIMIT, state: 'detached' });
  assert.equal(await page.locator('[data-bundle]').count(), 1);
  await filter.fill('nothing like this');
  await page.locator('#bundles').getByText('None has these words.').waitFor(LIMIT);
});

test('a configuration is checked, refused with the rule at its field, and saved', options, async () => {
  const { page } = await operate();
  await page.locator('.configurations').selectOption('org.geometryos.compositor.connections', LIMIT);
  const field = page.locator('[data-key="heartbeatInterval"]');
  const input = field.locator('input');
  await input.fill('never');
  await press(page, 'Check');
  await field.locator('.error').filter({ hasText: 'heartbeatInterval' }).waitFor(LIMIT);
  assert.equal(await input.getAttribute('aria-invalid'), 'true');
  await input.fill('9000');
  await press(page, 'Check');
  await text(page, '.said', /values are good/);
  for (const value of ['9000', '']) {
    await input.fill(value);
    await press(page, 'Save');
    await toast(page, 'is saved');
    await page.waitForFunction((wanted) => document.querySelector('[data-key="heartbeatInterval"] input')?.value === wanted, value, LIMIT);
  }
});
