package org.geometryos.compositor.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.Problems;

/**
 * All keys at one instant. A configuration that breaks a rule counts as configured and opens nothing, so that a slip
 * never opens the host.
 *
 * @param configurations how many there are, broken ones included
 * @param complaints one line for each broken one: PID, file, property and rule, never the value of a key or digest
 * @param required whether nobody is let in when there is no configuration
 */
record KeyRing(int configurations, List<KeyDigest> keys, List<String> complaints, boolean required) {
    private static final int SHORTEST = 16;
    /** The name that stands for a key where no key is configured. */
    static final String LOCAL = "local";

    private static final String PLACEHOLDER = "$[";

    /** One configuration, as it stands in Config Admin with placeholders replaced. */
    record Entry(String pid, Map<String, Object> properties) {
        /** Without the properties: a key may be among them. */
        @Override
        public String toString() {
            return pid;
        }
    }

    KeyRing {
        keys = List.copyOf(keys);
        complaints = List.copyOf(complaints);
    }

    /** Of two that claim one name, or are one key, the one with the smaller PID counts. */
    static KeyRing of(List<Entry> entries, boolean required) {
        List<KeyDigest> keys = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        for (Entry entry :
                entries.stream().sorted(Comparator.comparing(Entry::pid)).toList()) {
            try {
                keys.add(key(entry, keys));
            } catch (IllegalArgumentException e) {
                complaints.add(Problems.line(entry.pid, entry.properties, e.getMessage()));
            }
        }
        return new KeyRing(entries.size(), keys, complaints, required);
    }

    /** Nobody is let in: what holds while the configurations cannot be read. */
    static KeyRing closed() {
        return new KeyRing(0, List.of(), List.of(), true);
    }

    /** @throws IllegalArgumentException that names property and rule */
    private static KeyDigest key(Entry entry, List<KeyDigest> before) {
        String name =
                text(entry, "name").orElseGet(() -> InstanceName.orMadeUp(KeyConfig.PID, entry.pid, entry.properties));
        if (!name.matches("[A-Za-z0-9._-]{1,64}") || name.equals(LOCAL)) {
            throw new IllegalArgumentException(
                    "name must be 1-64 of A-Z a-z 0-9 . _ - and not local, not \"" + name + "\"");
        }
        if (before.stream().anyMatch(other -> other.name().equals(name))) {
            throw new IllegalArgumentException("name must be one key's, \"" + name + "\" is another's already");
        }
        String word = text(entry, "role")
                .orElseThrow(() -> new IllegalArgumentException("role is missing; it must be view, control or admin"));
        Role role = Stream.of(Role.values())
                .filter(r -> r.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("role must be view, control or admin, not \"" + word + "\""));
        byte[] digest = digest(entry);
        Optional<KeyDigest> same =
                before.stream().filter(other -> other.has(digest)).findFirst();
        if (same.isPresent()) {
            throw new IllegalArgumentException("the key must be no other's, but it is that of \""
                    + same.get().name() + "\", too");
        }
        return new KeyDigest(name, role, digest);
    }

    private static byte[] digest(Entry entry) {
        Optional<String> sha256 = text(entry, "sha256");
        Optional<String> key = text(entry, "key");
        if (sha256.isPresent() == key.isPresent()) {
            throw new IllegalArgumentException(
                    "exactly one of sha256 and key must be given, not " + (key.isPresent() ? "both" : "none"));
        }
        String property = sha256.isPresent() ? "sha256" : "key";
        if (sha256.or(() -> key).get().startsWith(PLACEHOLDER)) {
            throw new IllegalArgumentException(
                    property + " must not begin with " + PLACEHOLDER + ": the placeholder was not resolved");
        }
        if (sha256.isPresent()) {
            if (!sha256.get().matches("[0-9A-Fa-f]{64}")) {
                throw new IllegalArgumentException("sha256 must be 64 hex digits");
            }
            byte[] digest = HexFormat.of().parseHex(sha256.get());
            if (Arrays.equals(digest, KeyDigest.sha256())) {
                throw new IllegalArgumentException("sha256 must not be the digest of an empty text");
            }
            return digest;
        }
        String plain = key.get();
        if (plain.codePointCount(0, plain.length()) < SHORTEST) {
            throw new IllegalArgumentException("key must have at least " + SHORTEST + " characters");
        }
        return KeyDigest.sha256(plain.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A property without the blanks around it, and the byte order mark that editors put before a secret's file; absent
     * and empty are the same.
     */
    private static Optional<String> text(Entry entry, String property) {
        Object value = entry.properties.get(property);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(
                    property + " must be a string, not a " + value.getClass().getSimpleName());
        }
        return Optional.ofNullable((String) value)
                .map(text -> text.replaceFirst("^\uFEFF", "").strip())
                .filter(text -> !text.isEmpty());
    }

    /** Whether connections need no key, because none is configured. */
    boolean open() {
        return configurations == 0 && !required;
    }

    /** The key with this text. Looks at every key, whichever it is. */
    Optional<KeyDigest> match(byte[] utf8) {
        byte[] digest = KeyDigest.sha256(utf8);
        KeyDigest found = null;
        for (KeyDigest key : keys) {
            if (key.has(digest)) {
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }

    Optional<KeyDigest> named(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /** Which clients are admitted, for the log. */
    String summary() {
        if (open()) {
            return "no key is configured: open to this machine only, everybody with role admin";
        }
        if (configurations == 0) {
            return "no key is configured and keyRequired is set: nobody is admitted";
        }
        boolean admin = keys.stream().anyMatch(key -> key.role() == Role.ADMIN);
        return configurations + (configurations == 1 ? " key is" : " keys are") + " configured"
                + (complaints.isEmpty() ? "" : ", " + complaints.size() + " of them invalid")
                + ": nobody is admitted without one"
                + (admin
                        ? ""
                        : ", and nobody with role admin: to run the host over a connection, add a key of that role");
    }
}
