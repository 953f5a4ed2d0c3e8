/** Arithmetic of the grid: which lines and which coordinates a zoom asks for. */

const LINE_PIXELS = 9;
const FULL_PIXELS = 48;
/** Of ten lines. */
const PARTS = [1, 2, 5];
const LABEL_PIXELS = 260;

/** Each level of lines is so many times as far apart as the one below it. */
export const factorOf = ({ subdivisions }) => (subdivisions > 1 ? subdivisions : 10);

/**
 * The distances of the lines at a zoom, finest first, each with its strength in (0, 1]; writes into `out` and gives their number.
 * @param {{spacing: number, subdivisions: number}} grid
 * @param {number} zoom screen pixels per world unit
 * @param {{step: number, alpha: number}[]} out
 */
export function lineLevels(grid, zoom, out) {
  const factor = factorOf(grid);
  const first = Math.ceil(Math.log(LINE_PIXELS / (grid.spacing * zoom)) / Math.log(factor));
  for (let i = 0; i < out.length; i++) {
    const step = grid.spacing * factor ** (first + i);
    out[i].step = step;
    out[i].alpha = Math.min(1, Math.max(0, (step * zoom - LINE_PIXELS) / (FULL_PIXELS - LINE_PIXELS)));
  }
  return out.length;
}

/**
 * The distance of the coordinates that are written at a zoom; of ten lines every second, fifth or tenth one.
 * @param {{spacing: number, subdivisions: number}} grid
 * @param {number} zoom screen pixels per world unit
 * @param {number} ratio screen pixels per pixel of the layout
 */
export function labelStep(grid, zoom, ratio) {
  const factor = factorOf(grid);
  const wanted = LABEL_PIXELS * ratio;
  const step = grid.spacing * factor ** Math.floor(Math.log(wanted / (grid.spacing * zoom)) / Math.log(factor));
  if (factor === 10) {
    for (let i = 0; i < PARTS.length; i++) if (step * PARTS[i] * zoom >= wanted) return step * PARTS[i];
  } else if (step * zoom >= wanted) {
    return step;
  }
  return step * factor;
}

/** A coordinate as a person reads it: grouped by thousands, with as many decimals as the distance of its neighbours asks for. */
export function coordinate(value, step) {
  if (Math.abs(value) >= 1e13 || (step < 1e-6 && value !== 0)) return value.toExponential(6);
  const decimals = step >= 1 ? 0 : Math.min(9, Math.ceil(-Math.log10(step)));
  const [whole, part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u2009');
  return `${value < 0 ? '−' : ''}${grouped}${part === undefined ? '' : `.${part}`}`;
}
