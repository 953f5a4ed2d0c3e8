/**
 * Open Sound Control over UDP, in and out: one receiver for each configuration, with a thread of its own. The codec is
 * ours: it is small, and whatever it makes of a packet is bounded by that packet.
 */
package org.geometryos.compositor.osc;
