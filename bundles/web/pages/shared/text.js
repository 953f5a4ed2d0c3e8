/** Touches the page only when the text is another. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
