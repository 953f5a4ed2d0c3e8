/**
 * The sequence in memory: two rings that are bounded in bytes, and the newest state of all that is in it. The bundles
 * {@code journal} and {@code cluster} carry it in themselves; where the numbers come from is theirs.
 */
package org.geometryos.compositor.rings;
