/**
 * Cameras in from MQTT, and cameras and events out to it. The client is our own: it is small, speaks both versions in
 * one way, keeps its bounds in bytes, and has no thread or timer that outlives the bundle.
 */
package org.geometryos.compositor.mqtt;
