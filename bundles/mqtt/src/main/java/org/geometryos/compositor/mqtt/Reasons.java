package org.geometryos.compositor.mqtt;

/** What brokers mean by their codes. */
final class Reasons {
    static final int UNSUPPORTED_VERSION = 0x84;

    private Reasons() {}

    /** Of a CONNACK: version 5 has codes of 128 and more, 3.1.1 those from 1 to 5. */
    static String refusal(int code) {
        return switch (code) {
            case 1, UNSUPPORTED_VERSION -> "the broker does not take this version of MQTT";
            case 2, 0x85 -> "the broker does not take the client id";
            case 4, 0x86 -> "the broker does not take user and password";
            case 5, 0x87 -> "the broker does not let this client in";
            case 3, 0x88 -> "the broker is not available";
            case 0x89 -> "the broker is busy";
            case 0x8a -> "the broker has banned this client";
            case 0x8c -> "the broker wants an authentication that is not known";
            case 0x90 -> "the broker does not take the topic of the will";
            case 0x95 -> "the broker takes no packet of this size";
            case 0x97 -> "a quota of the broker is used up";
            case 0x9c, 0x9d -> "the broker sends its clients to another broker";
            case 0x9f -> "the broker takes no more connections for the moment";
            default -> "the broker refuses with code " + code;
        };
    }

    /** Of a DISCONNECT of version 5. */
    static String end(int code) {
        return switch (code) {
            case 0x8b -> "the broker is going down";
            case 0x8d -> "the broker has heard nothing for too long";
            case 0x8e -> "another client has the same client id";
            case 0x93 -> "the broker got more messages at a time than it takes";
            case 0x95 -> "the broker got a packet that was too large";
            case 0x96 -> "the broker got messages too fast";
            case 0x98 -> "an operator of the broker ended the connection";
            default -> "the broker ended the connection with code " + code;
        };
    }
}
