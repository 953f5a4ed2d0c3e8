package org.geometryos.compositor.mqtt;

/** @param qos the highest that is wanted, 0 or 1 */
record Subscription(String filter, int qos) {}
