/**
 * The displays in Chromium, against a running distribution whose recordings drive `tour` (2D) and `stage` (3D).
 *
 *   COMPOSITOR_HTTP   where it listens, such as http://localhost:8081; without it everything here is skipped
 *   SCREENSHOTS       folder for pictures (optional)
 *   CHROMIUM          the browser (default /usr/bin/chromium); without one everything here is skipped
 */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { base, cannot, changed, openBrowser, openPage, picture, screenshot, untilViews, views } from './chromium.mjs';

const BOTH = '/?camera2d=tour&camera3d=stage';
const options = { skip: cannot, timeout: 180_000 };

let browser;
let opened = [];

before(async () => { if (!cannot) browser = await openBrowser(); }, { timeout: 60_000 });
after(async () => { await browser?.close(); }, { timeout: 30_000 });
afterEach(async () => {
  for (const { page } of opened) await page.close();
  opened = [];
}, { timeout: 30_000 });

const open = async (path = BOTH) => {
  const result = await openPage(browser.context, path);
  opened.push(result);
  await untilViews(result.page, (now) => Object.values(now).every(({ view, frames }) => view && frames > 1), 'first frames', 60_000);
  return result;
};
const quiet = () => { for (const { problems } of opened) assert.deepEqual(problems, []); };
const text = (page, selector) => page.locator(selector).textContent();
const number = async (page, selector) => Number.parseFloat(await text(page, selector)) || 0;
const distance = (a, b) => Math.hypot(...a.map((value, i) => value - b[i]));
const place = (view) => (view.kind === '2d' ? view.center : view.position);
const stage = (page, kind) => page.locator(`.panel[data-kind="${kind}"] > .picture`);

/** Waits until nobody but the recording drives the camera: a lease of an earlier test may still run. */
const untilRecording = (page, kind) => page.waitForFunction((which) => {
  const { client, panels } = window.compositor;
  const control = client.control.get(panels[which].camera);
  return control !== undefined && control.session === undefined;
}, kind, { timeout: 60_000 });

/** Keeps the page in control of a camera beyond the 5 s of a lease; gives the function that ends that. */
const keepControl = async (page, kind) => {
  const timer = await page.evaluate((which) => setInterval(() => {
    const { client, panels } = window.compositor;
    client.setControl(panels[which].camera, 'take').catch(() => {});
  }, 1_000), kind);
  return () => page.evaluate((id) => clearInterval(id), timer);
};

/** Drags over a canvas in steps and lets go. */
const drag = async (page, kind, dx, dy) => {
  const box = await stage(page, kind).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx, y + dy, { steps: 8 });
  await page.mouse.up();
};

test('both displays follow the recordings', options, async () => {
  const { page } = await open();
  const first = await views(page);
  const shots = [await picture(page, stage(page, '2d')), await picture(page, stage(page, '3d'))];
  const second = await untilViews(page, (now) => ['2d', '3d'].every((kind) =>
    distance(place(now[kind].view), place(first[kind].view)) > 0.05 && now[kind].frames > first[kind].frames + 5), 'movement');
  const later = [await picture(page, stage(page, '2d')), await picture(page, stage(page, '3d'))];
  await screenshot(page, 'both');
  assert.equal(second['2d'].camera, 'tour');
  assert.equal(second['3d'].camera, 'stage');
  for (let i = 0; i < 2; i++) {
    assert.ok(later[i].colours > 12, `only ${later[i].colours} colours`);
    assert.ok(changed(shots[i], later[i]) > 0.01, `only ${changed(shots[i], later[i])} of the pixels changed`);
  }
  quiet();
});

test('the figures show the connection, a growing sequence, rate and age', options, async () => {
  const { page } = await open();
  assert.match(await text(page, '#connection-state'), /^(Live|Behind)$/);
  const before2d = await number(page, '.panel[data-kind="2d"] .hud-seq');
  const beforeAll = await number(page, '#fact-seq');
  await page.waitForFunction(([panel, all]) => Number(document.querySelector('.panel[data-kind="2d"] .hud-seq').textContent) > panel
    && Number(document.querySelector('#fact-seq').textContent) > all, [before2d, beforeAll], { timeout: 30_000 });
  for (const kind of ['2d', '3d']) {
    await page.waitForFunction((which) => Number.parseFloat(document.querySelector(`.panel[data-kind="${which}"] .hud-rate`).textContent) > 1,
      kind, { timeout: 30_000 });
    assert.match(await text(page, `.panel[data-kind="${kind}"] .hud-age`), /^-?[\d.]+ (ms|s)$/);
  }
  await page.waitForFunction(() => {
    const age = window.compositor.panels['2d'].hud.ageMs;
    return age > -50 && age < 2_000;
  }, null, { timeout: 30_000 });
  assert.match(await text(page, '#fact-rtt'), /ms|s$/);
  quiet();
});

for (const kind of ['2d', '3d']) {
  test(`a drag on one page moves the ${kind} camera of another, and the recording goes on afterwards`, options, async () => {
    const one = await open();
    const two = await open();
    await untilRecording(one.page, kind);
    await drag(one.page, kind, 120, 60);
    const letGo = await keepControl(one.page, kind);
    const session = await one.page.evaluate(() => window.compositor.client.welcome.session);
    await two.page.waitForFunction(([which, by]) => {
      const { client, panels } = window.compositor;
      return client.control.get(panels[which].camera)?.session === by;
    }, [kind, session], { timeout: 30_000 });
    // As long as the control is kept, both show the very same view.
    const end = Date.now() + 60_000;
    let apart = Infinity;
    while (apart > 1e-6 && Date.now() < end) {
      const [a, b] = [await views(one.page), await views(two.page)];
      apart = distance(place(a[kind].view), place(b[kind].view));
    }
    assert.ok(apart <= 1e-6, `still ${apart} apart`);
    await screenshot(two.page, `driven-${kind}`);
    const still = (await views(two.page))[kind].view;
    await letGo();
    await untilRecording(two.page, kind);
    await untilViews(two.page, (now) => distance(place(now[kind].view), place(still)) > 0.05, 'the recording');
    quiet();
  });
}

test('own changes show at once, before the server speaks', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await untilRecording(page, '2d');
  const moved = await page.evaluate(() => {
    const panel = window.compositor.panels['2d'];
    const canvas = document.querySelector('.picture');
    const box = canvas.getBoundingClientRect();
    canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, clientX: box.left + 50, clientY: box.top + 50, bubbles: true, cancelable: true }));
    panel.frame(performance.now());
    return panel.view === panel.own && panel.own !== null;
  });
  assert.equal(moved, true);
  quiet();
});

/** Waits until the server has confirmed what the page did and its view has stood for 300 ms. */
async function untilStill(page) {
  await page.waitForFunction(() => {
    const { own, view } = window.compositor.panels['2d'];
    const now = own === null ? JSON.stringify([view.center, view.zoom]) : null;
    if (now === null || window.stood?.view !== now) {
      window.stood = { view: now, since: performance.now() };
    }
    return now !== null && performance.now() - window.stood.since > 300;
  }, null, { timeout: 30_000 });
}

test('the wheel zooms to the pointer', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await untilRecording(page, '2d');
  const box = await stage(page, '2d').boundingBox();
  const [x, y] = [Math.round(box.width * 0.25), Math.round(box.height * 0.3)];
  await drag(page, '2d', 10, 10);
  await keepControl(page, '2d');
  await untilStill(page);
  // World point under the pointer after each turn of the wheel: center + R(-rotation) * (screen - size/2) / zoom. The page's own
  // view lasts only until the server has confirmed it, so it is taken within the event.
  await page.evaluate(([px, py]) => {
    window.turned = [];
    const canvas = document.querySelector('.picture');
    canvas.addEventListener('wheel', () => {
      const { own, screen } = window.compositor.panels['2d'];
      const ratio = screen.width / canvas.clientWidth;
      const [dx, dy] = [(px * ratio - screen.width / 2) / own.zoom, (py * ratio - screen.height / 2) / own.zoom];
      const [cos, sin] = [Math.cos(own.rotation), Math.sin(own.rotation)];
      window.turned.push({ point: [own.center[0] + cos * dx + sin * dy, own.center[1] - sin * dx + cos * dy], zoom: own.zoom });
    });
  }, [x, y]);
  await page.mouse.move(box.x + x, box.y + y);
  await page.mouse.wheel(0, -10);
  await page.waitForFunction(() => window.turned.length > 0, null, { timeout: 30_000 });
  // half-way between the view before and the one after, another point is under the pointer
  await untilStill(page);
  await page.mouse.wheel(0, -200);
  await page.waitForFunction(() => window.turned.at(-1).zoom > window.turned[0].zoom * 1.2, null, { timeout: 30_000 });
  const [a, b] = await page.evaluate(() => [window.turned[0], window.turned.at(-1)]);
  assert.ok(distance(a.point, b.point) < 0.01, `${a.point} became ${b.point}`);
  quiet();
});

test('who is second at a camera is told that it is held', options, async () => {
  const one = await open('/3d?camera3d=stage');
  const two = await open('/3d?camera3d=stage');
  await untilRecording(one.page, '3d');
  await drag(one.page, '3d', 60, 0);
  await keepControl(one.page, '3d');
  const session = await one.page.evaluate(() => window.compositor.client.welcome.session);
  await two.page.waitForFunction((by) => window.compositor.client.control.get('stage')?.session === by, session, { timeout: 30_000 });
  await drag(two.page, '3d', -80, 0);
  await two.page.locator('.toast[data-code="held"]').waitFor({ state: 'visible', timeout: 30_000 });
  assert.match(await text(two.page, '.toast'), /held/i);
  await screenshot(two.page, 'held');
  quiet();
});

test('the button takes a camera over, keeps it beyond its lease, and gives it back', options, async () => {
  const one = await open('/2d?camera2d=tour');
  const two = await open('/2d?camera2d=tour');
  const button = ({ page }) => page.locator('.control');
  const driver = (page, name) => page.waitForFunction((text) => document.querySelector('.holder .name').textContent === text, name, { timeout: 30_000 });
  await untilRecording(one.page, '2d');
  await driver(one.page, 'tour');
  assert.equal(await button(one).textContent(), 'Take over');
  await button(one).click();
  await driver(one.page, 'you');
  const display = await one.page.evaluate(() => window.compositor.client.welcome.display);
  await driver(two.page, display);
  assert.equal(await button(one).textContent(), 'Give back');
  await screenshot(two.page, 'taken-over');

  const changes = one.page.evaluate(() => new Promise((resolve) => {
    let seen = 0;
    window.compositor.client.on('control', () => { seen++; });
    setTimeout(() => resolve(seen), 7_000);
  }));
  assert.equal(await button(two).textContent(), 'Ask');
  await button(two).click();
  await two.page.locator('.toast[data-code="asked"]').waitFor({ state: 'visible', timeout: 30_000 });
  assert.equal(await changes, 0, 'the camera changed hands within 7 s, longer than a lease');

  // Who asked for it has it next.
  await button(one).click();
  await driver(two.page, 'you');
  await two.page.locator('.control', { hasText: 'Give back' }).click();
  await driver(two.page, 'tour');
  await driver(one.page, 'tour');
  assert.equal(await button(one).textContent(), 'Take over');
  quiet();
});

test('Home jumps: the others cut', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  await untilRecording(page, '2d');
  const cut = page.evaluate(() => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no cut seen')), 60_000);
    window.compositor.client.on('camera', (message) => {
      if (!message.cut || message.origin !== window.compositor.client.welcome.session) return;
      clearTimeout(timer);
      resolve(message.view.center);
    });
  }));
  await page.locator('.home').click();
  assert.deepEqual(await cut, [819200, 819200]);
  quiet();
});

test('a lost socket comes back and the picture goes on', options, async () => {
  const { page } = await open();
  const before = await page.evaluate(() => {
    const { client } = window.compositor;
    client.socket.close(4000, 'test');
    return { connects: client.stats.connects, seq: client.seq };
  });
  await page.waitForFunction(({ connects, seq }) => {
    const { client } = window.compositor;
    return client.state === 'connected' && client.stats.connects > connects && client.seq > seq;
  }, before, { timeout: 60_000 });
  assert.equal(await page.evaluate(() => window.compositor.client.stats.resumes), 1);
  const now = await views(page);
  await untilViews(page, (next) => distance(place(next['2d'].view), place(now['2d'].view)) > 0.05, 'movement');
  quiet();
});

test('without names each display finds a camera, and the list offers all of its kind', options, async () => {
  const { page } = await open('/');
  const shown = await views(page);
  assert.equal(shown['2d'].view.kind, '2d');
  assert.equal(shown['3d'].view.kind, '3d');
  const offered = await page.locator('.panel[data-kind="2d"] select option').allTextContents();
  assert.ok(offered.includes('tour'), String(offered));
  assert.ok(!offered.includes('stage'), String(offered));
  await page.locator('.panel[data-kind="2d"] select').selectOption('tour');
  assert.equal((await views(page))['2d'].camera, 'tour');
  quiet();
});

test('narrow screens stack the displays, and nothing sticks out', options, async () => {
  const { page } = await open();
  for (const [width, height, name] of [[390, 844, 'phone'], [820, 1100, 'tablet'], [1920, 1080, 'wide']]) {
    await page.setViewportSize({ width, height });
    await page.waitForFunction((w) => window.innerWidth === w, width, { timeout: 30_000 });
    const boxes = await Promise.all(['2d', '3d'].map((kind) => page.locator(`.panel[data-kind="${kind}"]`).boundingBox()));
    if (width < 860) assert.ok(boxes[1].y >= boxes[0].y + boxes[0].height, 'stacked');
    else assert.ok(boxes[1].x >= boxes[0].x + boxes[0].width, 'side by side');
    for (const box of boxes) assert.ok(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    const { frames } = (await views(page))['2d'];
    await untilViews(page, (now) => now['2d'].frames > frames + 2, 'frames');
    await screenshot(page, name);
  }
  quiet();
});

test('without WebGL the page says so and the figures go on', options, async () => {
  const plain = await openBrowser({ flags: ['--disable-3d-apis'] });
  try {
    const { page, problems } = await openPage(plain.context, BOTH);
    await page.waitForFunction(() => window.compositor.client.cameras.size >= 2, null, { timeout: 30_000 });
    await page.waitForFunction(() => [...document.querySelectorAll('.veil')].every((veil) => veil.textContent.includes('WebGL')), null, { timeout: 30_000 });
    const seq = await number(page, '.panel[data-kind="3d"] .hud-seq');
    await page.waitForFunction((last) => Number(document.querySelector('.panel[data-kind="3d"] .hud-seq').textContent) > last, seq, { timeout: 30_000 });
    await screenshot(page, 'without-webgl');
    assert.deepEqual(problems, []);
  } finally {
    await plain.close();
  }
});

test('the client is served for others', options, async () => {
  const { page } = await open('/2d?camera2d=tour');
  const names = await page.evaluate(async (url) => {
    const { CompositorClient } = await import(url);
    const client = new CompositorClient({ url: window.compositor.client.options.url });
    client.connect();
    await client.ready(60_000);
    await client.subscribe({ cameras: ['*'] });
    const found = [...client.cameras.keys()];
    client.close();
    return found;
  }, `${base}/compositor-client.js`);
  assert.ok(names.includes('tour') && names.includes('stage'), String(names));
  quiet();
});

test('what stands at the foot of a display stays within it, however long its texts are', options, async () => {
  const { page } = await open();
  for (const width of [1_440, 1_280, 1_000, 700]) {
    await page.setViewportSize({ width, height: 800 });
    const outside = await page.evaluate(() => [...document.querySelectorAll('.panel')].flatMap((panel) => {
      const probe = panel.querySelector('.hud div:last-of-type');
      const long = document.createElement('dd');
      long.textContent = 'no updates for 17.5 min and longer';
      probe.after(long);
      const { left, right } = panel.getBoundingClientRect();
      const found = [...panel.querySelectorAll('.foot > *')].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.width > 0 && (box.left < left - 0.5 || box.right > right + 0.5);
      });
      long.remove();
      return found.map((part) => `${panel.dataset.kind} ${part.className}`);
    }));
    assert.deepEqual(outside, [], `at ${width} pixels`);
  }
  quiet();
});
