package org.geometryos.compositor.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.geometryos.compositor.api.connection.Role;

/** One key: its name, its role, and the digest of the key itself. */
final class Key {
    private static final int PRINT_BYTES = 8;

    private final String name;
    private final Role role;
    private final byte[] digest;
    private final String print;

    /** @param digest SHA-256 of the key's UTF-8 text */
    Key(String name, Role role, byte[] digest) {
        this.name = name;
        this.role = role;
        this.digest = digest.clone();
        this.print = HexFormat.of()
                .formatHex(
                        Arrays.copyOf(sha256("print of a key ".getBytes(StandardCharsets.UTF_8), digest), PRINT_BYTES));
    }

    String name() {
        return name;
    }

    Role role() {
        return role;
    }

    /** 16 hex digits that tell this key from another of the same name, and nothing about its digest. */
    String print() {
        return print;
    }

    /** Takes the same time whatever the digests have in common. */
    boolean has(byte[] other) {
        return MessageDigest.isEqual(digest, other);
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha.update(part);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
