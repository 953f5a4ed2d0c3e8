/** The operator's settings for all displays: `GET /compositor/settings`, looked at every two seconds while somebody looks. */

import { limit } from './browser.js';
import { keyHeaders } from './connection.js';
import { WAYS } from './trouble.js';

const POLL_MS = 2_000;
const LIMIT_MS = 5_000;

/**
 * @typedef {object} Settings
 * @property {number} revision
 * @property {{width: number, height: number, pixelRatio: number}} window 0: as it is
 * @property {{space: string, format: string}} color
 * @property {string | null} background as `#rrggbb`
 * @property {{visible: boolean, spacing: number, subdivisions: number, color: string | null}} grid
 * @property {string} units
 * @property {{tiles: string | null, tileSize: number, maxZoom: number}} canvas
 * @property {{'2d': string | null, '3d': string | null}} cameras
 * @property {{trouble: string}} wall how walls show trouble: none, mark, frame, both
 */

/** What counts where the server says nothing. @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  revision: 0,
  window: { width: 0, height: 0, pixelRatio: 0 },
  color: { space: 'srgb', format: 'rgba8' },
  background: null,
  grid: { visible: true, spacing: 100, subdivisions: 10, color: null },
  units: 'px',
  canvas: { tiles: null, tileSize: 256, maxZoom: 20 },
  cameras: { '2d': null, '3d': null },
  wall: { trouble: 'none' },
});

/**
 * The settings with every part that the server left out or that makes no sense as the default.
 * @returns {Settings}
 */
export function complete(said) {
  const from = said !== null && typeof said === 'object' ? said : {};
  const positive = (value, other) => (Number.isFinite(value) && value > 0 ? value : other);
  const colour = (value) => (typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : null);
  const name = (value) => (typeof value === 'string' && value !== '' ? value : null);
  const { window: size = {}, color = {}, grid = {}, canvas = {}, cameras = {}, wall = {} } = from;
  return {
    revision: Number.isInteger(from.revision) ? from.revision : 0,
    window: { width: positive(size.width, 0), height: positive(size.height, 0), pixelRatio: Math.min(8, positive(size.pixelRatio, 0)) },
    color: { space: name(color.space) ?? DEFAULTS.color.space, format: name(color.format) ?? DEFAULTS.color.format },
    background: colour(from.background),
    grid: {
      visible: grid.visible !== false,
      spacing: positive(grid.spacing, DEFAULTS.grid.spacing),
      subdivisions: Math.max(1, Math.min(100, Math.round(positive(grid.subdivisions, DEFAULTS.grid.subdivisions)))),
      color: colour(grid.color),
    },
    units: name(from.units) ?? DEFAULTS.units,
    canvas: {
      tiles: name(canvas.tiles),
      tileSize: Math.max(16, Math.min(4096, Math.round(positive(canvas.tileSize, DEFAULTS.canvas.tileSize)))),
      maxZoom: Math.min(30, Math.round(Number.isFinite(canvas.maxZoom) && canvas.maxZoom >= 0 ? canvas.maxZoom : DEFAULTS.canvas.maxZoom)),
    },
    cameras: { '2d': name(cameras['2d']), '3d': name(cameras['3d']) },
    wall: { trouble: WAYS.includes(wall.trouble) ? wall.trouble : DEFAULTS.wall.trouble },
  };
}

/**
 * Watches the settings; `apply` is called with the first ones, also where there are none, and with each change; also with the server's time
 * in microseconds from which on members of a wall show them, if it says one.
 * @param {URL} base
 * @param {() => string | undefined} key
 * @param {(settings: Settings, time: number | undefined) => void} apply
 */
export function watchSettings(base, key, apply) {
  let text = null;
  let timer = 0;
  /** The key, or none, with which the server turned this page away. @type {{key: string | undefined} | null} */
  let barred = null;
  const url = new URL('compositor/settings', base);

  const take = (said) => {
    const settings = complete(said);
    const now = JSON.stringify(settings);
    if (now === text) return;
    text = now;
    apply(settings, Number.isSafeInteger(said?.time) ? said.time : undefined);
  };

  const ask = async () => {
    try {
      // The browser asks with the ETag of what it has, so nothing is sent while nothing changes.
      const answer = await fetch(url, { cache: 'no-cache', signal: limit(LIMIT_MS), headers: keyHeaders(key()) });
      if (answer.ok) take(await answer.json());
      else if (answer.status === 404) take({});
      barred = [401, 403].includes(answer.status) ? { key: key() } : null;
    } catch {
      // Away for a moment: what is known stands.
    }
    if (text === null) take({});
  };

  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    if (barred === null || barred.key !== key()) await ask();
    clearTimeout(timer);
    timer = setTimeout(look, POLL_MS);
  };

  document.addEventListener('visibilitychange', look);
  look();
}
