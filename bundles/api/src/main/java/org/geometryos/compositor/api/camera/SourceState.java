package org.geometryos.compositor.api.camera;

/**
 * A source as the bridge sees it.
 *
 * @param accepted updates that went into the sequence since the source was connected
 * @param refused updates that did not
 * @param ahead accepted updates whose sample time lay more than 1 s in the future
 */
public record SourceState(String id, int priority, SourceHealth health, long accepted, long refused, long ahead) {}
