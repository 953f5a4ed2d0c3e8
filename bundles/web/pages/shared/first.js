/**
 * Runs before anything is painted, so that the page never flashes in the wrong colours; and before any script of the page, so that it can say
 * why one does not start.
 */

import { restore } from './appearance.js';

const LATE_MS = 20_000;

restore();

function tell(reason) {
  const started = () => document.documentElement.dataset.started !== undefined;
  const put = () => {
    if (started()) return;
    const text = `This page does not start: ${reason}`;
    const word = document.getElementById('word');
    if (word !== null) word.textContent = text;
    const state = document.getElementById('connection-state');
    if (state === null) return;
    state.textContent = 'Not started';
    document.getElementById('connection').dataset.state = 'closed';
    const refusal = document.getElementById('refusal');
    refusal.textContent = text;
    refusal.hidden = false;
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', put);
  else put();
}

addEventListener('error', (event) => {
  const { target } = event;
  if (target instanceof HTMLScriptElement) tell(`${target.src} could not be loaded`);
  else if (target instanceof HTMLLinkElement) tell(`${target.href} could not be loaded`);
  else tell(event.message || 'its script fails');
}, true);
addEventListener('unhandledrejection', ({ reason }) => tell(String(reason && reason.message ? reason.message : reason)));
addEventListener('load', () => setTimeout(() => tell('its script does not run; the browser may be too old, or something in between blocks it'), LATE_MS));
