/**
 * The displays in the hands of people: keys and pointers that are not let go as they should be, hidden tabs, browsers that block what they can,
 * graphics that go and come back, addresses as people write them. In Chromium, against the stand-in of the pages, and where it is the server
 * that answers against a running distribution.
 *
 *   COMPOSITOR_HTTP       where a distribution without keys listens; without it everything here is skipped
 *   COMPOSITOR_KEY_HTTP   where one with a key listens (optional)
 */

import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';
import { after, before, test } from 'node:test';
import { base, cannot, changed, openBrowser, openPage, picture, screenshot, untilViews } from './chromium.mjs';

const options = { skip: cannot, timeout: 120_000 };
const guarded = process.env.COMPOSITOR_KEY_HTTP?.replace(/\/$/, '');

let browser;
let bridge;

before(async () => {
  if (cannot) return;
  const { startBridge } = await import('../../bundles/web/dev/bridge.mjs');
  bridge = await startBridge({ rate: 30 });
  browser = await openBrowser({ flags: ['--host-resolver-rules=MAP wall.example 127.0.0.1'] });
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  await bridge?.stop();
}, { timeout: 30_000 });

const open = async (path, more = {}) => {
  const opened = await openPage(browser.context, path, { host: bridge.url, ...more });
  await untilViews(opened.page, (now) => Object.values(now).every(({ view, frames }) => view && frames > 1), 'first frames', 60_000);
  return opened;
};
const holds = (page, camera) => page.evaluate((name) => {
  const { client } = window.compositor;
  return client.control.get(name)?.session === client.welcome.session;
}, camera);
const until = (page, condition, more) => page.waitForFunction(condition, more, { timeout: 30_000, polling: 50 });

/** Waits until nobody but the recording drives: a lease of an earlier test may still run. */
const untilRecording = (page) => until(page, () => {
  const control = window.compositor.client.control.get('tour');
  return control !== undefined && control.session === undefined;
});

test('keys that are let go move the camera no more, whatever was pressed meanwhile', options, async () => {
  const { page, problems } = await open('/2d?camera2d=tour');
  await untilRecording(page);
  await page.locator('.picture').focus();
  const active = () => page.evaluate(() => window.compositor.panels['2d'].keys.active);
  const { keyboard } = page;

  await keyboard.down('Minus');
  assert.equal(await active(), true);
  await until(page, () => window.compositor.client.control.get('tour')?.session === window.compositor.client.welcome.session);
  await keyboard.down('Shift');
  await keyboard.up('Minus');
  await keyboard.up('Shift');
  assert.equal(await active(), false, 'let go while Shift was down');

  await keyboard.down('ArrowLeft');
  assert.equal(await active(), true);
  // macOS says no more that a key is let go once Cmd is down.
  await keyboard.down('Meta');
  assert.equal(await active(), false, 'Cmd');
  await keyboard.up('Meta');
  await keyboard.up('ArrowLeft');

  for (const [what, happens] of [
    ['a dialog opened', () => page.locator('#help-button').click()],
    ['the window lost the focus', () => page.evaluate(() => window.dispatchEvent(new Event('blur')))],
    ['a field has the focus', () => page.locator('.panel select').focus()],
  ]) {
    await keyboard.down('ArrowRight');
    assert.equal(await active(), true, `before ${what}`);
    await happens();
    assert.equal(await active(), false, what);
    await keyboard.up('ArrowRight');
    await page.keyboard.press('Escape');
    await page.locator('.picture').focus();
  }

  // The same keys on a keyboard that writes Cyrillic.
  const send = (type, key, code) => page.evaluate(([event, fields]) => document.querySelector('.picture')
    .dispatchEvent(new KeyboardEvent(event, { ...fields, bubbles: true, cancelable: true })), [type, { key, code }]);
  await send('keydown', 'у', 'KeyE');
  assert.equal(await page.evaluate(() => window.compositor.panels['2d'].keys.has('e')), true);
  await send('keyup', 'у', 'KeyE');
  assert.equal(await active(), false);
  await send('keydown', 'а', 'KeyF');
  assert.equal(await page.evaluate(() => window.compositor.panels['2d'].follower.free), true);
  await send('keydown', 'а', 'KeyF');
  assert.deepEqual(problems, []);
  await page.close();
});

test('a button that was let go where the browser did not see it drags no more', options, async () => {
  const { page, problems } = await open('/2d?camera2d=tour');
  const box = await page.locator('.picture').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const moves = await page.evaluate(([px, py]) => {
    const canvas = document.querySelector('.picture');
    const { follower } = window.compositor.panels['2d'];
    let moved = 0;
    const change = follower.change.bind(follower);
    follower.change = (...all) => {
      const did = change(...all);
      if (did) moved++;
      return did;
    };
    const send = (type, dx, buttons) => canvas.dispatchEvent(new PointerEvent(type, {
      pointerId: 71, pointerType: 'mouse', clientX: px + dx, clientY: py, button: 0, buttons, bubbles: true, cancelable: true,
    }));
    const counts = [];
    for (const ends of [() => {}, () => send('pointercancel', 40, 0), () => send('lostpointercapture', 40, 0), () => dispatchEvent(new Event('pagehide'))]) {
      send('pointerdown', 0, 1);
      send('pointermove', 20, 1);
      const before = moved;
      ends();
      send('pointermove', 60, ends === send ? 1 : 0);
      send('pointermove', 90, 0);
      counts.push([before, moved]);
      moved = 0;
    }
    return counts;
  }, [x, y]);
  for (const [during, afterwards] of moves) {
    assert.equal(during, 1);
    assert.equal(afterwards, 1, JSON.stringify(moves));
  }
  assert.deepEqual(problems, []);
  await page.close();
});

test('a sideways swipe takes no control, and neither does anything else that moves nothing', options, async () => {
  const { page, problems } = await open('/2d?camera2d=tour');
  const box = await page.locator('.picture').boundingBox();
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.evaluate(() => {
    const { client } = window.compositor;
    window.driven = 0;
    const drive = client.drive.bind(client);
    client.drive = (...all) => {
      window.driven++;
      return drive(...all);
    };
  });
  await untilRecording(page);
  const frames = () => page.evaluate(() => window.compositor.panels['2d'].frames);
  const quiet = async (what) => {
    const since = await frames();
    await until(page, (n) => window.compositor.panels['2d'].frames > n + 3, since);
    assert.equal(await page.evaluate(() => window.driven), 0, what);
    assert.equal(await holds(page, 'tour'), false, what);
  };
  await page.mouse.wheel(120, 0);
  await quiet('a sideways swipe');
  await page.mouse.down();
  await page.mouse.up();
  await quiet('a press');
  await page.mouse.wheel(0, -60);
  await until(page, () => window.driven > 0);
  await until(page, () => window.compositor.client.control.get('tour')?.session === window.compositor.client.welcome.session);
  assert.deepEqual(problems, []);
  await page.close();
});

/** Makes a page that can be hidden as a tab is: its own timers stand still then. */
const hideable = (page) => page.addInitScript(() => {
  const { setTimeout: later, setInterval: every } = window;
  window.hide = (hidden) => {
    window.isHidden = hidden;
    document.dispatchEvent(new Event('visibilitychange'));
  };
  Object.defineProperty(Document.prototype, 'hidden', { get: () => window.isHidden === true });
  window.setTimeout = (run, ms, ...more) => later(function wait() {
    if (window.isHidden) later(wait, 50);
    else run();
  }, ms, ...more);
  window.setInterval = (run, ms) => every(() => { if (!window.isHidden) run(); }, ms);
});

test('what was taken over is kept while the tab is hidden', options, async () => {
  const { page, problems } = await open('/2d?camera2d=tour', { prepare: hideable });
  await untilRecording(page);
  await page.locator('.control').click();
  await until(page, () => document.querySelector('.holder .name').textContent === 'you');
  await page.evaluate(() => {
    const { client } = window.compositor;
    window.taken = 0;
    window.lost = 0;
    const take = client.take.bind(client);
    client.take = (...all) => {
      window.taken++;
      return take(...all);
    };
    client.on('control', () => { window.lost++; });
    window.hide(true);
  });
  // Longer than a lease of five seconds.
  // The page's own timers stand still, so it is looked at from here.
  for (const end = Date.now() + 30_000; await page.evaluate(() => window.taken) < 7;) {
    assert.ok(Date.now() < end, 'it is not taken again');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.equal(await page.evaluate(() => window.lost), 0, 'it changed hands');
  assert.equal(await holds(page, 'tour'), true);
  await page.evaluate(() => window.hide(false));
  assert.deepEqual(problems, []);
  await page.close();
});

for (const [what, prepare] of [
  ['storage is blocked', () => {
    for (const name of ['sessionStorage', 'localStorage']) {
      Object.defineProperty(window, name, { get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } });
    }
  }],
  ['there is neither storage, nor workers, nor media queries, nor observers of sizes', () => {
    for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { value: null });
    for (const name of ['Worker', 'SharedWorker', 'BroadcastChannel', 'matchMedia', 'ResizeObserver']) delete window[name];
    AbortSignal.timeout = undefined;
    AbortSignal.any = undefined;
    history.replaceState = () => { throw new DOMException('no', 'SecurityError'); };
    Object.defineProperty(navigator, 'wakeLock', { get() { throw new Error('no'); } });
  }],
]) {
  test(`every page starts where ${what}`, options, async () => {
    for (const path of ['/?camera2d=tour&camera3d=stage', '/2d?camera2d=tour', '/3d?camera3d=stage', '/wall/left?camera=tour']) {
      const { page, problems } = await open(path, { prepare: (made) => made.addInitScript(prepare) });
      if (!path.startsWith('/wall')) {
        await page.locator('#appearance').click();
        assert.equal(await page.evaluate(() => document.documentElement.dataset.appearance), 'light', 'chosen for as long as the page is there');
        await page.locator('#displays-button').click();
        await until(page, () => document.querySelector('#fact-missing').textContent.includes('stores nothing'));
      }
      assert.deepEqual(problems, [], path);
      await page.close();
    }
  });
}

test('every page starts in a browser that is set to keep nothing', options, async () => {
  const strict = await openBrowser({ preferences: { profile: { default_content_setting_values: { cookies: 2 } } } });
  try {
    for (const path of ['/?camera2d=tour&camera3d=stage', '/wall/left?camera=tour']) {
      const { page, problems } = await openPage(strict.context, path, { host: bridge.url });
      assert.equal(await page.evaluate(() => {
        try {
          return String(sessionStorage.length);
        } catch (error) {
          return error.name;
        }
      }), 'SecurityError');
      assert.deepEqual(problems, [], path);
      await page.close();
    }
  } finally {
    await strict.close();
  }
});

test('a page that cannot start says why', options, async () => {
  for (const [path, where] of [['/2d', '#refusal'], ['/wall/left', '#word']]) {
    for (const [prepare, why] of [
      [(page) => page.route(/assets\/(app|wall)\.js/, (route) => route.abort()), /assets\/(app|wall)\.js could not be loaded/],
      [(page) => page.addInitScript(() => { delete window.WebSocket; }), /no WebSocket here/],
    ]) {
      const page = await browser.context.newPage();
      await prepare(page);
      await page.goto(`${bridge.url}${path}`);
      await page.waitForFunction(([selector, pattern]) => new RegExp(pattern).test(document.querySelector(selector)?.textContent), [where, why.source], { timeout: 30_000 });
      if (path === '/2d') assert.equal(await page.locator('#connection-state').textContent(), 'Not started');
      await page.close();
    }
  }
});

test('graphics that were lost and came back show what they showed before', options, async () => {
  const { page } = await open('/?camera2d=tour&camera3d=stage', {
    // As if a graphics card drew: with what it reflects.
    prepare: (made) => made.addInitScript(() => {
      const { getParameter } = WebGL2RenderingContext.prototype;
      WebGL2RenderingContext.prototype.getParameter = function ask(name) { return name === 0x9246 ? 'A graphics card' : getParameter.call(this, name); };
    }),
  });
  bridge.change([{ op: 'put', model: { id: 'gear', uri: 'models/gear.glb', position: [0, 1, 0], scale: [3, 3, 3], label: 'Gear' } }, { op: 'select', ids: ['gear'] }]);
  await page.setViewportSize({ width: 700, height: 420 });
  await page.evaluate(() => { for (const panel of Object.values(window.compositor.panels)) panel.toggleFree(); });
  assert.equal(await page.evaluate(() => window.compositor.panels['3d'].display.software), false);
  await until(page, () => window.compositor.panels['3d'].display.models.stateOf('gear').state === 'ready');
  // Words and figures lie over the picture.
  await page.addStyleTag({ content: '' }).catch(() => {});
  await page.evaluate(() => { for (const part of document.querySelectorAll('.head, .foot, .tools, .progress')) part.style.visibility = 'hidden'; });
  const canvas = (kind) => page.locator(`.panel[data-kind="${kind}"] > .picture`);
  /** The picture of a display, once it is drawn and stands. */
  const still = async (kind) => {
    for (let last = await picture(page, canvas(kind)), end = Date.now() + 30_000; ;) {
      const { frames } = await page.evaluate(() => window.compositor.stats);
      await until(page, (n) => window.compositor.stats.frames > n + 4, frames);
      const now = await picture(page, canvas(kind));
      if (changed(last, now) === 0 || Date.now() > end) return now;
      last = now;
    }
  };
  for (const kind of ['2d', '3d']) {
    const before = await still(kind);
    assert.ok(before.colours > 12, `only ${before.colours} colours`);
    await page.evaluate((which) => {
      window.graphics = document.querySelector(`.panel[data-kind="${which}"] > .picture`).getContext('webgl2').getExtension('WEBGL_lose_context');
      window.graphics.loseContext();
    }, kind);
    await until(page, (which) => /graphics of this page/.test(document.querySelector(`.panel[data-kind="${which}"] .veil`).textContent), kind);
    await page.evaluate(() => window.graphics.restoreContext());
    await until(page, (which) => window.compositor.panels[which].lost === false, kind);
    const later = await still(kind);
    await screenshot(page, `graphics-${kind}`);
    assert.ok(changed(before, later) < 0.005, `${kind}: ${(changed(before, later) * 100).toFixed(1)} % of the picture is another`);
  }
  await page.close();
});

test('who wants a camera that another keeps asks for it, and gets it when it is given', { ...options, skip: cannot }, async () => {
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => openPage(browser.context, `/2d?camera2d=asked/for&display=hands-${name}`, { host: base })));
  try {
    await ann.page.evaluate(() => window.compositor.client.drive('asked/for', { kind: '2d', center: [0, 0], zoom: 1, rotation: 0, size: [800, 600] }));
    for (const { page } of [ann, bob]) await until(page, () => window.compositor.client.cameras.has('asked/for'));
    const button = (page, label) => page.locator('.control', { hasText: label });
    const holder = (page, name) => until(page, (text) => document.querySelector('.holder .name').textContent === text, name);
    await button(ann.page, 'Give back').click();
    await button(ann.page, 'Take over').click();
    await holder(bob.page, 'hands-ann');

    await button(bob.page, 'Ask').click();
    const question = ann.page.locator('.toast[data-code="question"]');
    await question.waitFor({ state: 'visible', timeout: 30_000 });
    assert.match(await question.textContent(), /hands-bob asks for asked\/for/);
    await bob.page.locator('.toast[data-code="asked"]').waitFor({ state: 'visible', timeout: 30_000 });
    assert.equal(await ann.page.locator('#toasts').getAttribute('aria-live'), 'polite');
    await question.getByRole('button', { name: 'Keep' }).click();
    await holder(ann.page, 'you');

    // Once a second at most.
    await bob.page.locator('.control').click();
    await bob.page.locator('.toast').first().waitFor({ state: 'visible', timeout: 30_000 });
    for (const end = Date.now() + 30_000; !await question.isVisible();) {
      assert.ok(Date.now() < end, 'the question does not come');
      await bob.page.locator('.control').click();
      await new Promise((resolve) => { setTimeout(resolve, 500); });
    }
    await screenshot(ann.page, 'asked');
    await question.getByRole('button', { name: 'Give it' }).focus();
    await ann.page.keyboard.press('Enter');
    await holder(bob.page, 'you');
    await holder(ann.page, 'hands-bob');
    await button(bob.page, 'Give back').waitFor({ state: 'visible', timeout: 30_000 });

    // Without keys everybody is admin, and may take it by force.
    await ann.page.locator('.force').click();
    await holder(ann.page, 'you');
    await bob.page.locator('.toast[data-code="held"]').waitFor({ state: 'visible', timeout: 30_000 });
    await button(ann.page, 'Give back').click();
  } finally {
    for (const { page } of [ann, bob]) await page.close();
  }
});

test('another spelling of a page leads to it, and what it needs is loaded', options, async () => {
  for (const [path, end] of [['/2d/?camera2d=tour', '/2d?camera2d=tour'], ['/3D', '/3d'], ['/index.html', '/'], ['/wall/left/?camera=tour', '/wall/left?camera=tour'], ['/wall/%6Ceft', '/wall/left']]) {
    const { page, problems } = await openPage(browser.context, path, { host: base });
    assert.equal(page.url(), `${base}${end}`);
    assert.deepEqual(problems, [], path);
    await page.close();
  }
});

/** A proxy below a path of its own that passes on another Host, as nginx does where nobody says otherwise. */
async function startProxy(target, { websocket = true } = {}) {
  const { hostname, port } = new URL(target);
  const onward = (request) => ({ hostname, port, method: request.method, path: request.url.replace(/^\/bridge\//, '/'), headers: { ...request.headers, host: `${hostname}:${port}` } });
  const server = createServer((request, response) => {
    request.pipe(ask(onward(request), (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).on('error', () => response.destroy()));
  });
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    if (!websocket) return socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return ask(onward(request)).on('upgrade', (answer, far) => {
      far.on('error', () => socket.destroy());
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      far.pipe(socket);
      socket.pipe(far);
      socket.on('close', () => far.destroy());
    }).on('response', (answer) => {
      socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      answer.resume();
    }).on('error', () => socket.destroy()).end();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    port: server.address().port,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

test('behind a proxy that changes Host a page that is refused for its origin says so, with the address and what to configure',
  { ...options, skip: cannot || (guarded ? false : 'COMPOSITOR_KEY_HTTP does not name a distribution with a key') }, async () => {
    const proxy = await startProxy(guarded);
    const page = await browser.context.newPage();
    try {
      const origin = `http://wall.example:${proxy.port}`;
      await page.goto(`${origin}/bridge/2d/`);
      assert.equal(page.url(), `${origin}/bridge/2d`);
      await page.locator('#refusal').waitFor({ state: 'visible', timeout: 30_000 });
      const told = await page.locator('#refusal').textContent();
      assert.ok(told.includes(origin) && told.includes('allowedOrigins') && told.includes('org.geometryos.compositor.endpoint'), told);
      assert.equal(await page.locator('#connection-state').textContent(), 'Refused');
      await screenshot(page, 'refused-origin');
      await page.goto(`${origin}/bridge/wall/left`);
      await until(page, (text) => document.querySelector('#word').textContent.includes(text), `Origin ${origin} is refused`);
    } finally {
      await page.close();
      await proxy.stop();
    }
  });

test('behind a proxy that passes no WebSocket on the page says so', options, async () => {
  const proxy = await startProxy(base, { websocket: false });
  const page = await browser.context.newPage();
  try {
    await page.goto(`http://localhost:${proxy.port}/2d`);
    await page.locator('#refusal').waitFor({ state: 'visible', timeout: 60_000 });
    assert.match(await page.locator('#refusal').textContent(), /no WebSocket comes through/);
  } finally {
    await page.close();
    await proxy.stop();
  }
});
