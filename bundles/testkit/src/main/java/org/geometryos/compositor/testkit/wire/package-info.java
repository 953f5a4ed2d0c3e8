/**
 * HTTP and WebSocket byte by byte, of the JDK alone and independent of all code under test, so that it can also do what
 * no client should.
 */
package org.geometryos.compositor.testkit.wire;
