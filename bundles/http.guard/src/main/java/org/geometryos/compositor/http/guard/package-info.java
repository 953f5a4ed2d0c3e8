/** Guards the HTTP service against connections that take time or file descriptors and are no WebSocket. */
package org.geometryos.compositor.http.guard;
