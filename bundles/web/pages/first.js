/** Runs before anything is painted, so that the page never flashes in the wrong colours. */

import { restore } from './appearance.js';

restore();
