/**
 * Foxglove's WebSocket protocol, as a dialect on the port of the displays. {@code Foxglove} takes what viewers send,
 * {@code Stream} sends what they subscribe to.
 */
package org.geometryos.compositor.foxglove;
