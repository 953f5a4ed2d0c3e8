/** The page of recordings against a host with two replays, `tour` and `stage`. Where: see displays.test.mjs. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, cannot, openBrowser, openPage } from './chromium.mjs';

const options = { skip: cannot, timeout: 120_000 };
const WAIT = { timeout: 30_000 };

let browser;

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => {
  if (cannot) return;
  await post({ action: 'loop', on: true });
  await post({ action: 'speed', speed: 1 });
  await post({ action: 'play' });
  await browser.close();
}, { timeout: 30_000 });

const url = `${base}/compositor/recordings/tour`;
const state = async () => (await fetch(url)).json();
const post = async (body) => fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Waits until the host tells it so. */
async function until(what, condition) {
  const end = Date.now() + 30_000;
  for (;;) {
    const now = await state();
    if (condition(now)) return now;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(now)}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

test('a hand on what plays: pause, scrub, step, marks, speed, keys', options, async () => {
  const { page, problems } = await openPage(browser.context, '/recordings');
  const part = page.locator('#playback-tour');
  await part.getByRole('button', { name: 'Pause' }).click(WAIT);
  await until('it is paused', ({ status }) => status === 'paused');
  const slider = part.getByRole('slider', { name: 'Position in tour' });
  await slider.fill('12500000');
  const sought = await until('it is where the slider is', ({ position }) => position === 12_500_000);
  await part.locator(`.lane[data-camera="tour"][data-entry="${sought.lanes[0].entry}"]`).waitFor({ state: 'attached', ...WAIT });
  assert.ok(sought.lanes[0].entry <= 12_500_000 && sought.lanes[0].entry > 12_480_000, 'the newest entry at or before it');
  await part.getByRole('button', { name: 'Step on' }).click();
  const on = await until('a step on', ({ position }) => position > 12_500_000);
  assert.equal(on.lanes[0].entry, on.position);
  await part.getByRole('button', { name: 'Step back' }).click();
  await until('a step back', ({ position }) => position === sought.lanes[0].entry);

  await slider.fill('10000000');
  await until('at the first mark', ({ position }) => position === 10_000_000);
  await part.getByText('0:10.000', { exact: true }).waitFor(WAIT);
  await page.keyboard.press('[');
  await slider.fill('11000000');
  await until('at the second mark', ({ position }) => position === 11_000_000);
  await part.getByText('0:11.000', { exact: true }).waitFor(WAIT);
  await page.keyboard.press(']');
  await until('it loops between them', ({ marks }) => marks?.from === 10_000_000 && marks?.to === 11_000_000);
  await part.getByRole('combobox', { name: 'Speed of tour' }).selectOption('2');
  await until('twice as fast', ({ speed }) => speed === 2);
  await part.locator('h2').click();
  await page.keyboard.press(' ');
  await until('it plays', ({ status }) => status === 'playing');
  for (let i = 0; i < 5; i++) {
    const { position } = await state();
    assert.ok(position >= 10_000_000 && position <= 11_000_000, `between the marks, not ${position}`);
  }
  await page.keyboard.press('l');
  await until('it loops between them no more', ({ marks }) => marks === undefined);
  assert.deepEqual(problems, []);
  await page.close();
});

test('it fits on a phone', options, async () => {
  const { page } = await openPage(browser.context, '/recordings');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator('#playback-tour .lane').first().waitFor(WAIT);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over');
  await page.close();
});
