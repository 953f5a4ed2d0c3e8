package org.geometryos.compositor.tracking;

/** Why a packet is left out as a whole. */
public enum Fault implements Decoded {
    /** The datagram is not as long as the format or its header says. */
    LENGTH,
    /** It does not begin as a packet of this format does. */
    TYPE,
    CHECKSUM,
    /** OpenTrackIO: neither JSON nor CBOR. */
    ENCODING,
    /** OpenTrackIO: a part of a sample that is empty, or longer in all than is taken. */
    SEGMENT,
    /** OpenTrackIO: the payload is not JSON or CBOR, or no object. */
    SYNTAX,
    /** A value has the wrong type or breaks a rule. */
    VALUE,
    /** OpenTrackIO: the number of the source is not one of 1-200. */
    SOURCE
}
