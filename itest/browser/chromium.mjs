import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const base = process.env.COMPOSITOR_HTTP?.replace(/\/$/, '');

/** Why the tests cannot run here, or false. */
export const cannot = !base ? 'COMPOSITOR_HTTP does not name a running distribution'
  : !existsSync(CHROMIUM) ? `no Chromium at ${CHROMIUM} (set CHROMIUM)` : false;

/** A browser with a fresh profile; with `preferences` as a person sets them, and further options of Playwright. */
export async function openBrowser({ flags = [], preferences, ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'compositor-browser-'));
  if (preferences !== undefined) {
    mkdirSync(join(profile, 'Default'));
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  }
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1440, height: 860 },
    ...options,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...flags,
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Opens a page; whatever goes wrong on it is collected in `problems`. */
export async function openPage(context, path, { host = base, prepare = async () => {} } = {}) {
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => { if (message.type() === 'error') problems.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => problems.push(`exception: ${error}`));
  // what is under way when a page is left or loaded anew is called off
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`); });
  await prepare(page);
  await page.goto(`${host}${path}`);
  await page.waitForFunction(() => window.compositor?.client.state === 'connected', null, { timeout: 30_000 });
  return { page, problems };
}

export const views = (page) => page.evaluate(() => window.compositor.views);

/** Waits until the condition, given the views on the screen, holds. */
export async function untilViews(page, condition, what, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const now = await views(page);
    if (condition(now)) return now;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms; last ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is on the screen: a sample of the pixels of an element, and in how many colours. */
export async function picture(page, locator) {
  const png = (await locator.screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    const colours = new Set();
    const sample = [];
    for (let i = 0; i < pixels.length; i += 4 * 97) {
      const colour = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
      colours.add(colour);
      sample.push(colour);
    }
    return { colours: colours.size, sample };
  }, png);
}

/** Which part of the pixels is another. */
export const changed = (a, b) => a.sample.filter((colour, i) => colour !== b.sample[i]).length / a.sample.length;

export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
