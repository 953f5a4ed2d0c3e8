package org.geometryos.compositor.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.Sha256;

/** One key: its name, its role, and the digest of the key itself. */
final class KeyDigest {
    private static final int FINGERPRINT_BYTES = 8;

    private final String name;
    private final Role role;
    private final byte[] digest;
    private final String fingerprint;

    /** @param digest SHA-256 of the key's UTF-8 text */
    KeyDigest(String name, Role role, byte[] digest) {
        this.name = name;
        this.role = role;
        this.digest = digest.clone();
        this.fingerprint = HexFormat.of()
                .formatHex(Arrays.copyOf(
                        sha256("print of a key ".getBytes(StandardCharsets.UTF_8), digest), FINGERPRINT_BYTES));
    }

    String name() {
        return name;
    }

    Role role() {
        return role;
    }

    /** 16 hex digits that tell this key from another of the same name, and nothing about its digest. */
    String fingerprint() {
        return fingerprint;
    }

    /** Takes the same time whatever the digests have in common. */
    boolean has(byte[] other) {
        return MessageDigest.isEqual(digest, other);
    }

    static byte[] sha256(byte[]... parts) {
        MessageDigest sha = Sha256.begin();
        for (byte[] part : parts) {
            sha.update(part);
        }
        return sha.digest();
    }
}
