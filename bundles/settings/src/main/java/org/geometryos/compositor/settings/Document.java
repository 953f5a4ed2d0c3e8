package org.geometryos.compositor.settings;

import org.geometryos.compositor.io.Sha256;

/**
 * What is served.
 *
 * @param content never changed
 * @param etag of the content, quoted as RFC 9110 asks
 */
record Document(byte[] content, String type, String etag) {
    private static final int DIGITS = 32;

    Document(byte[] content, String type) {
        this(content, type, '"' + fingerprint(content).substring(0, DIGITS) + '"');
    }

    /** SHA-256 in hexadecimal. */
    static String fingerprint(byte[] content) {
        return Sha256.hex(content);
    }
}
