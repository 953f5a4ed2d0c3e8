/**
 * All screens of a wall side by side in one window, `/walls/NAME`: each one is the page of its display. A display that is shown elsewhere is
 * left there, unless somebody wants it here.
 */

import { AdminApi, patience, Poll, Refused } from '../admin/api.js';
import { button, make, setText } from '../admin/dom.js';
import { millis, several } from '../admin/words.js';
import { lastSegment } from '../shared/browser.js';
import { keptKey } from '../shared/connection.js';

const POLL_MS = 1_000;

const $ = (id) => /** @type {any} */ (document.getElementById(id));
const name = lastSegment();
const base = new URL('../', location.href);
const api = new AdminApi(base, keptKey);
/** @type {Map<string, {element: HTMLElement, frame: HTMLIFrameElement | null, note: HTMLElement | null}>} */
const screens = new Map();
let wall = null;

document.title = `Compositor wall ${name}`;
setText($('title'), `Wall ${name}`);
/** @type {any} */ (window).compositor = { screens, get wall() { return wall; } };

function show(told) {
  wall = told;
  const { members, figures = {} } = told;
  setText($('title'), told.title ?? `Wall ${name}`);
  const delay = typeof figures.delay === 'number' ? `, ${millis(figures.delay)} behind` : '';
  const apart = typeof figures.skew === 'number' ? `, moments ${millis(figures.skew)} apart` : '';
  setText($('word'), `${several(members.length, 'screen')}${told.camera ? ` of camera ${told.camera}` : ''}${delay}${apart}`);
  for (const [display, { element }] of screens) {
    if (members.some((member) => member.display === display)) continue;
    element.remove();
    screens.delete(display);
  }
  for (const { display } of members) {
    let screen = screens.get(display);
    if (screen === undefined) {
      screen = { element: make('div', { className: 'screen' }), frame: null, note: null };
      screens.set(display, screen);
      $('wall').append(screen.element);
    }
    if (screen.frame !== null) continue;
    if (figures.members?.[display]?.connected !== true) open(display, screen);
    else if (screen.note === null) {
      const made = screen;
      screen.note = make('p', {}, make('span', { textContent: `${display} is shown elsewhere` }), button('Show here', () => open(display, made)));
      screen.element.append(screen.note);
    }
  }
  place();
}

function open(display, screen) {
  screen.note?.remove();
  screen.note = null;
  screen.frame = make('iframe', { title: `Screen of ${display}`, src: new URL(`wall/${encodeURIComponent(display)}`, base).href });
  screen.element.append(screen.frame);
  place();
}

/** To scale, as large as the window allows. A screen that stands turned is turned back: its page turns the picture. */
function place() {
  if (wall === null) return;
  const room = $('stage').getBoundingClientRect();
  const scale = Math.max(1e-6, Math.min((room.width - 16) / wall.width, (room.height - 16) / wall.height));
  const px = (value) => Math.round(value * scale);
  Object.assign($('wall').style, {
    width: `${px(wall.width)}px`, height: `${px(wall.height)}px`, left: `${Math.round((room.width - px(wall.width)) / 2)}px`, top: `${Math.round((room.height - px(wall.height)) / 2)}px`,
  });
  for (const member of wall.members) {
    const { element, frame } = screens.get(member.display);
    const [left, top] = [px(member.x), px(member.y)];
    const [width, height] = [px(member.x + member.width) - left, px(member.y + member.height) - top];
    Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    if (frame === null) continue;
    const turn = member.turn ?? 0;
    const [across, along] = turn % 180 === 0 ? [width, height] : [height, width];
    const back = { 0: '', 90: `translate(${width}px, 0) rotate(90deg)`, 180: `translate(${width}px, ${height}px) rotate(180deg)`, 270: `translate(0, ${height}px) rotate(270deg)` }[turn];
    Object.assign(frame.style, { width: `${across}px`, height: `${along}px`, transform: back });
  }
}
addEventListener('resize', place);

new Poll(async () => {
  try {
    show(await api.ask(`compositor/walls/${encodeURIComponent(name)}`));
    return POLL_MS;
  } catch (error) {
    if (error.status === 401) setText($('word'), 'This page needs an API key: enter it on another page of this tab, such as Walls.');
    else if (error instanceof Refused && error.absent) setText($('word'), 'This host has no bundle "wall".');
    else setText($('word'), error.message);
    return patience(error, POLL_MS);
  }
}, POLL_MS).start();
document.documentElement.dataset.started = '';
