/**
 * Walls that show why their picture is not the newest, in Chromium, against a running distribution.
 *
 *   COMPOSITOR_HTTP   where it listens; without it everything here is skipped
 *   SCREENSHOTS       folder for pictures (optional)
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cannot, openBrowser, openPage, screenshot } from './chromium.mjs';

const options = { skip: cannot, timeout: 180_000 };

let browser;

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });

const open = async (path) => {
  const { page } = await openPage(browser.context, path);
  await page.waitForFunction(() => window.compositor.views.wall.frames > 0, null, { timeout: 60_000 });
  return page;
};
const untilTrouble = (page, kind) => page.waitForFunction((wanted) => window.compositor.trouble.kind === wanted, kind, { timeout: 40_000 });

/** What is seen: whether there is a sign, its words, the text that the style draws, and the colour of the frame. */
const seen = (page) => page.evaluate(() => {
  const element = document.querySelector('#trouble');
  const mark = getComputedStyle(element, '::after');
  const style = getComputedStyle(element);
  return {
    hidden: element.hidden, label: element.getAttribute('aria-label'), drawn: mark.content, width: parseFloat(style.borderTopWidth), colour: style.borderTopColor,
    text: document.body.innerText.trim(),
  };
});

/** Does something with a client of its own, in a page. */
const asOperator = (page, request) => page.evaluate(async (message) => {
  const { CompositorClient } = await import(new URL('/compositor-client.js', location.href).href);
  const client = new CompositorClient({ url: new URL('/compositor', location.href).href.replace('http', 'ws'), display: 'wall-operator' });
  client.connect();
  await client.ready(20_000);
  if (message.camera === undefined) await client.request({ type: 'admin', ...message });
  else client.drive(message.camera, message.view);
  if (message.camera !== undefined) await client.release(message.camera);
  client.close();
}, request);

test('a wall shows that it reconnects and that it was sent away, and nothing when all is well', options, async () => {
  const wall = await open('/wall/trouble-test?camera=tour&trouble=both');
  assert.equal((await seen(wall)).hidden, true);
  // away: nobody answers at this address
  await wall.evaluate(() => {
    const { client } = window.compositor;
    window.rightAddress = client.options.url;
    client.options.url = 'ws://127.0.0.1:9/compositor';
    client.socket.close(4000, 'test');
  });
  await untilTrouble(wall, 'reconnecting');
  const lost = await seen(wall);
  assert.equal(lost.hidden, false);
  assert.match(lost.label, /^Reconnecting, \d+ s$/);
  assert.match(lost.drawn, /Reconnecting, /);
  assert.ok(lost.width >= 5, JSON.stringify(lost));
  assert.equal(lost.text, '', 'a wall has no text');
  await screenshot(wall, 'wall-reconnecting');
  await wall.evaluate(() => {
    const { client } = window.compositor;
    client.options.url = window.rightAddress;
    client.retry();
  });
  await untilTrouble(wall, '');
  assert.equal((await seen(wall)).hidden, true);

  const other = await open('/wall/trouble-other?camera=tour');
  await asOperator(other, { action: 'close', display: 'trouble-test', reason: 'out of service' });
  await untilTrouble(wall, 'kicked');
  const kicked = await seen(wall);
  assert.match(kicked.label, /^Sent away by an operator, \d+ s$/);
  assert.notEqual(kicked.colour, lost.colour, 'what does not end by itself has another colour');
  assert.equal(kicked.text, '');
  await screenshot(wall, 'wall-kicked');
  // it asks again, and is taken
  await untilTrouble(wall, '');
  assert.equal((await seen(wall)).hidden, true);
  await wall.close();

  // nobody asked this one to show anything
  await asOperator(other, { action: 'close', display: 'trouble-other' }).catch(() => {});
  await untilTrouble(other, 'kicked');
  assert.equal((await seen(other)).hidden, true);
  await other.close();
});

test('a wall shows that its camera stands still where it is told to', options, async () => {
  const helper = await open('/wall/trouble-helper?camera=tour');
  await asOperator(helper, { camera: 'trouble/still', view: { kind: '2d', center: [0, 0], zoom: 1, rotation: 0 } });
  const wall = await open('/wall/trouble-still?camera=trouble/still&trouble=mark&stale=1');
  await untilTrouble(wall, 'stale');
  const stale = await seen(wall);
  assert.match(stale.label, /^Old picture, \d+ s$/);
  assert.equal(stale.width, 0, 'a mark alone has no frame');
  assert.equal(stale.text, '');
  await screenshot(wall, 'wall-stale');
  await helper.close();
  await wall.close();
});
