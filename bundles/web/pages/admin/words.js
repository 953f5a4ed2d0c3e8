/** Figures and times as a person reads them. What is not known is a dash. */

import { duration } from '../shared/text.js';

export const DASH = '–';

const known = (value) => typeof value === 'number' && Number.isFinite(value);

/** A whole number, in groups of three. */
export const count = (value) => (known(value) ? Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, '\u202f') : DASH);

/** A number with as many digits as say something. */
export const figure = (value) => (!known(value) ? DASH : Math.abs(value) >= 100 || Number.isInteger(value) ? count(value) : value.toFixed(1));

export function bytes(value) {
  if (!known(value)) return DASH;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let left = value;
  while (Math.abs(left) >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${unit === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${units[unit]}`;
}

export const percent = (part) => (known(part) ? `${Math.round(part * 100)} %` : DASH);

export const millis = (ms) => (known(ms) ? duration(ms) : DASH);

/** A span of seconds, in its two largest units. */
export function span(seconds) {
  if (!known(seconds)) return DASH;
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes, left] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const words = (large, small) => (small.startsWith('0 ') ? large : `${large} ${small}`);
  if (days > 0) return words(`${days} d`, `${hours} h`);
  if (hours > 0) return words(`${hours} h`, `${minutes} min`);
  if (minutes > 0) return words(`${minutes} min`, `${left} s`);
  return `${left} s`;
}

/** A span of seconds, in its largest unit. */
export function roughly(seconds) {
  const [number, unit] = span(seconds).split(' ');
  return unit === undefined ? number : `${number} ${unit}`;
}

/** For how long something is so, about. Both in microseconds. */
export const since = (then, now) => (known(then) && known(now) ? roughly((now - then) / 1e6) : DASH);

const two = (value) => String(value).padStart(2, '0');

/** The time of day here. @param {number} time in microseconds */
export function clock(time) {
  if (!known(time)) return DASH;
  const date = new Date(time / 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Day and time here. @param {number} time in microseconds */
export function moment(time) {
  if (!known(time)) return DASH;
  const date = new Date(time / 1000);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(time)}`;
}

/** Where a camera looks, in a few figures. */
export function viewWords(view) {
  const near = (values) => values.map((value) => (known(value) ? +value.toFixed(Math.abs(value) >= 100 ? 0 : 2) : DASH)).join(', ');
  if (view?.kind === '2d' && Array.isArray(view.center)) return `${near(view.center)} × ${known(view.zoom) ? +view.zoom.toPrecision(3) : DASH}`;
  if (view?.kind === '3d' && Array.isArray(view.position)) return near(view.position);
  return DASH;
}

/** Several things, as a list in a sentence. */
export const several = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
