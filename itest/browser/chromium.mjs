import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const base = process.env.COMPOSITOR_HTTP?.replace(/\/$/, '');

/** Why the tests cannot run here, or false. */
export const cannot = !base ? 'COMPOSITOR_HTTP does not name a running distribution'
  : !existsSync(CHROMIUM) ? `no Chromium at ${CHROMIUM} (set CHROMIUM)` : false;

/** A browser with a fresh profile. */
export async function openBrowser({ flags = [] } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'compositor-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1440, height: 860 },
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
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
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

export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
