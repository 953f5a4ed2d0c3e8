package org.geometryos.compositor.protocol;

/** What a client numbers its requests with: an integer (|n| below 2^53) or a string of up to 64 characters. */
public sealed interface RequestId {
    record Number(long value) implements RequestId {}

    record Text(String value) implements RequestId {}
}
