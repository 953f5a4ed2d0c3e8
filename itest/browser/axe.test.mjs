/** What axe finds on the pages: nothing. Where: see displays.test.mjs. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { base, cannot, openBrowser, openPage } from './chromium.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const options = { skip: cannot, timeout: 120_000 };

let browser;

before(async () => { if (!cannot) browser = await openBrowser({ bypassCSP: true }); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });

async function embedding(path) {
  const page = await browser.context.newPage();
  await page.goto(`${base}${path}`);
  await page.locator('iframe').first().waitFor({ timeout: 30_000 });
  return page;
}

/** Opens a page, does something on it, and has axe look at it. */
async function examine(path, { width = 1280, height = 800, scheme = 'dark', act = async () => {} } = {}) {
  // a page that shows others has no connection of its own
  const page = path.startsWith('/walls/') ? await embedding(path) : (await openPage(browser.context, path)).page;
  try {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await act(page);
    await page.evaluate(AXE);
    const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    assert.ok(passes.length > 5, 'axe looked at something');
    assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`)), []);
  } finally {
    await page.close();
  }
}

/** The operator's page with its tables filled, and with a question open. */
const operating = (page) => page.locator('[data-camera="tour"]').waitFor({ timeout: 30_000 });
const asking = async (page) => {
  await operating(page);
  await page.getByRole('button', { name: 'Notice to all' }).click();
};

/** The page of walls with a wall on it, of which one screen is being changed. */
const walled = async (page) => {
  await page.evaluate(async () => {
    const there = await fetch('/compositor/walls/axe');
    if (there.ok) return;
    const members = ['axe-1', 'axe-2'].map((display, i) => ({ display, x: i * 1960, y: 0, width: 1920, height: 1080, turn: i * 180 }));
    await fetch('/compositor/walls/axe', {
      method: 'PUT', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ width: 3880, height: 1080, unit: 'px', fit: 'contain', view: 'window', eye: [0, 0, 3000], members }),
    });
  });
  await page.locator('.screen').first().click({ timeout: 30_000 });
  await page.locator('.editor').first().waitFor();
};

/** The page of recordings with what plays on it. */
const playing = (page) => page.locator('#playback-tour .lane').first().waitFor({ timeout: 30_000 });

for (const scheme of ['dark', 'light']) {
  test(`both displays, ${scheme}`, options, () => examine('/', { scheme }));
  test(`models, ${scheme}`, options, () => examine('/', { scheme, act: (page) => page.locator('#models-button').click() }));
  test(`the operator's page, ${scheme}`, options, () => examine('/admin', { scheme, act: operating }));
  test(`displays, ${scheme}`, options, () => examine('/', { scheme, act: (page) => page.locator('#displays-button').click() }));
}

test('on a phone', options, () => examine('/', { width: 390, height: 844 }));
test('on a phone, with the drawer', options, () => examine('/', { width: 390, height: 844, act: (page) => page.locator('#displays-button').click() }));
test('the keys', options, () => examine('/', { act: (page) => page.locator('#help-button').click() }));
test("the operator's page on a phone", options, () => examine('/admin', { width: 390, height: 844, act: operating }));
test("a question on the operator's page", options, () => examine('/admin', { act: asking }));
for (const scheme of ['dark', 'light']) test(`the page of walls, ${scheme}`, options, () => examine('/walls', { scheme, act: walled }));
test('the page of walls on a phone', options, () => examine('/walls', { width: 390, height: 844, act: walled }));
for (const scheme of ['dark', 'light']) test(`the page of recordings, ${scheme}`, options, () => examine('/recordings', { scheme, act: playing }));
test('the page of recordings on a phone', options, () => examine('/recordings', { width: 390, height: 844, act: playing }));
test('all screens of a wall', options, () => examine('/walls/axe'));
test('a wall', options, () => examine('/wall/left'));

test('the drawer covers no display where there is room', options, async () => {
  const { page } = await openPage(browser.context, '/');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('#models-button').click();
  const [drawer, stage] = await Promise.all(['#drawer', '.panel[data-kind="3d"]'].map((part) => page.locator(part).boundingBox()));
  assert.ok(stage.x + stage.width <= drawer.x, `the stage ends at ${stage.x + stage.width}, the drawer begins at ${drawer.x}`);
  await page.close();
});
