/**
 * The page where a key is asked for, in Chromium.
 *
 *   COMPOSITOR_KEY_HTTP   where a distribution with a key configured listens; without it everything here is skipped
 *   COMPOSITOR_KEY        that key
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cannot, openBrowser, screenshot } from './chromium.mjs';

const guarded = process.env.COMPOSITOR_KEY_HTTP;
const key = process.env.COMPOSITOR_KEY;
const options = { skip: cannot || (guarded ? false : 'COMPOSITOR_KEY_HTTP does not name a distribution with a key'), timeout: 180_000 };

let browser;

before(async () => { if (!options.skip) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });

/** A page of its own tab, and everything that its console said and its requests named. */
const open = async (prepare = async () => {}) => {
  const page = await browser.context.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => said.push(request.url()));
  page.on('websocket', (socket) => said.push(socket.url()));
  page.on('framenavigated', (frame) => said.push(frame.url()));
  await prepare(page);
  await page.goto(`${guarded}/2d`);
  return { page, said };
};
const detail = (page, pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#connection-detail').textContent),
  pattern.source, { timeout: 60_000 });
const offer = async (page, text) => {
  await page.getByLabel('This server asks for an API key').fill(text);
  await page.locator('#key-form button').click();
};

test('the page asks for a key, refuses a wrong one and keeps the right one in this tab only', options, async () => {
  const { page, said } = await open();
  await page.locator('#key-form').waitFor({ state: 'visible', timeout: 60_000 });
  await detail(page, /a key is needed/);
  assert.equal(await page.locator('#key').getAttribute('type'), 'password');
  await screenshot(page, 'key');

  await offer(page, 'cb_wrong_key_of_nobody');
  await detail(page, /the key is not known/);
  await page.locator('#key-form').waitFor({ state: 'visible', timeout: 60_000 });

  await offer(page, key);
  await page.waitForFunction(() => window.compositor.client.state === 'connected', null, { timeout: 60_000 });
  assert.equal(await page.locator('#key-form').isVisible(), false);
  assert.equal(await page.evaluate(() => window.compositor.client.welcome.role), 'control');

  await page.reload();
  await page.waitForFunction(() => window.compositor?.client.state === 'connected', null, { timeout: 60_000 });
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.equal(await page.evaluate(() => document.cookie), '');
  const other = await open();
  await other.page.locator('#key-form').waitFor({ state: 'visible', timeout: 60_000 });

  for (const text of [...said, ...other.said]) {
    for (const secret of [key, encodeURIComponent(key), 'cb_wrong_key_of_nobody']) assert.ok(!text.includes(secret), 'the key is seen in an address or on the console');
  }
  await page.close();
  await other.page.close();
});

test('a wall asks for the key once, and shows nothing but its picture with it', options, async () => {
  const page = await browser.context.newPage();
  await page.goto(`${guarded}/wall/guarded?camera=tour`);
  await page.locator('#key-form').waitFor({ state: 'visible', timeout: 60_000 });
  await page.waitForFunction(() => window.compositor.trouble.kind === 'key', null, { timeout: 60_000 });
  const refused = page.waitForResponse((answer) => answer.url().endsWith('/compositor/status') && answer.status() === 401, { timeout: 60_000 });
  await offer(page, 'cb_wrong_key_of_nobody');
  await refused;
  await page.locator('#key-form').waitFor({ state: 'visible', timeout: 60_000 });
  await offer(page, key);
  await page.waitForFunction(() => window.compositor.views.wall.frames > 1, null, { timeout: 30_000 });
  assert.equal(await page.evaluate(() => document.body.innerText.trim()), '');
  await page.reload();
  await page.waitForFunction(() => window.compositor?.views.wall.frames > 1, null, { timeout: 30_000 });
  assert.equal(await page.locator('#key-form').isVisible(), false);
  await page.close();
});

for (const [status, answer, shown] of [
  [403, { status: 'forbidden', reason: 'not from there' }, /not from there/],
  [503, { status: 'unavailable', reason: 'draining', retryAfter: 7 }, /draining, try again in 7 s/],
]) {
  test(`a refusal with ${status} is told in words`, options, async () => {
    const { page } = await open((fresh) => fresh.route('**/compositor/status', (route) => route.fulfill({ status, json: answer })));
    await detail(page, shown);
    assert.equal(await page.locator('#key-form').isVisible(), false);
    await screenshot(page, `refused-${status}`);
    await page.close();
  });
}
