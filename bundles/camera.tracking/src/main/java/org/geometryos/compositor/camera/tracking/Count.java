package org.geometryos.compositor.camera.tracking;

import org.geometryos.compositor.tracking.Fault;

/** What a receiver counts. */
enum Count {
    /** Datagrams that came. */
    PACKETS("packets"),
    /** Updates that were made of them: the sum of the next three. */
    SAMPLES("samples"),
    ACCEPTED("samples.accepted"),
    /** The bridge said no: held by somebody else, or too many cameras. */
    REFUSED("samples.refused"),
    /** There was no bridge. */
    UNCONNECTED("samples.unconnected"),
    FAULT_LENGTH("faults.length"),
    FAULT_TYPE("faults.type"),
    FAULT_CHECKSUM("faults.checksum"),
    FAULT_ENCODING("faults.encoding"),
    FAULT_SEGMENT("faults.segment"),
    FAULT_SYNTAX("faults.syntax"),
    FAULT_VALUE("faults.value"),
    FAULT_SOURCE("faults.source"),
    /** The same once more. */
    DUPLICATES("duplicates"),
    /** Older than what its source has sent already. */
    LATE("late"),
    /** Packets that are a part of a longer sample. */
    SEGMENTS("segments"),
    /** Those of them whose sample never became whole. */
    SEGMENTS_DROPPED("segments.dropped"),
    /** Samples without a pose, of a source that has not told one yet. */
    INCOMPLETE("incomplete"),
    /** Samples of a source that has not told yet what its camera's name is made of. */
    UNNAMED("unnamed"),
    /** Samples for a camera that another source drives. */
    NAME_TAKEN("nametaken"),
    /** Samples of one source too many. */
    TOO_MANY("toomany"),
    /** Samples whose time cannot be; they go on without one. */
    UNTIMED("untimed");

    private final String key;

    Count(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    static Count of(Fault fault) {
        return switch (fault) {
            case LENGTH -> FAULT_LENGTH;
            case TYPE -> FAULT_TYPE;
            case CHECKSUM -> FAULT_CHECKSUM;
            case ENCODING -> FAULT_ENCODING;
            case SEGMENT -> FAULT_SEGMENT;
            case SYNTAX -> FAULT_SYNTAX;
            case VALUE -> FAULT_VALUE;
            case SOURCE -> FAULT_SOURCE;
        };
    }
}
