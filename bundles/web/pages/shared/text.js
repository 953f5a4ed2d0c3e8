/** Touches the page only when the text is another. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A time span in ms as a person reads it. */
export function duration(ms) {
  const size = Math.abs(ms);
  if (!Number.isFinite(ms)) return '–';
  if (size < 100) return `${ms.toFixed(1)} ms`;
  if (size < 1_000) return `${ms.toFixed(0)} ms`;
  if (size < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (size < 7_200_000) return `${(ms / 60_000).toFixed(0)} min`;
  return `${(ms / 3_600_000).toFixed(0)} h`;
}
