package org.geometryos.compositor.api.recording;

/**
 * One entry as it was recorded.
 *
 * @param received when the server got it, microseconds since the Unix epoch
 * @param json the message that a display got of it (protocol, "Messages")
 */
public record RecordedEntry(long seq, long received, String json) {}
