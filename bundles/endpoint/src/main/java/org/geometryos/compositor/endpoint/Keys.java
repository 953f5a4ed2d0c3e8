package org.geometryos.compositor.endpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys in force, replaced as a whole, and what becomes of connections when they change. Any thread. */
final class Keys {
    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

    private final KeySource source;
    private final Problems problems;
    private final Object lock = new Object();
    // written under lock
    private volatile KeyRing ring = KeyRing.closed();
    // guarded by lock
    private String summary = "";
    private boolean required;

    /** Why a connection may not stay. */
    record Verdict(int code, String reason) {}

    /** Nobody is let in before the first {@link #require}. */
    Keys(KeySource source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    KeyRing ring() {
        return ring;
    }

    /** @param now whether nobody is let in when no key is configured */
    void require(boolean now) {
        synchronized (lock) {
            required = now;
            reload();
        }
    }

    /**
     * Reads all configurations and puts what they say in force. When they cannot be read, what was in force stays; at
     * first that is nobody.
     */
    void reload() {
        synchronized (lock) {
            List<KeyRing.Entry> entries;
            try {
                entries = source.read();
            } catch (IOException | RuntimeException e) {
                LOG.error(
                        "the configurations of keys cannot be read: the previous keys stay in force, and without any "
                                + "nobody is admitted",
                        e);
                return;
            }
            KeyRing next = KeyRing.of(entries, required);
            List<String> wrong = new ArrayList<>(next.complaints().stream()
                    .map(complaint -> complaint + "; this key admits nobody")
                    .toList());
            entries.forEach(entry -> wrong.addAll(problems.oddities(entry.pid(), entry.properties())));
            problems.now(wrong);
            ring = next;
            if (!next.summary().equals(summary)) {
                summary = next.summary();
                LOG.info("{}", summary);
            }
        }
    }

    /** Whether there still is a key of this name, for sessions that have no connection. */
    boolean known(String name) {
        KeyRing now = ring;
        return now.open() ? name.equals(KeyRing.LOCAL) : now.named(name).isPresent();
    }

    /**
     * Whether a connection may stay with the keys as they are now. One whose key has a higher role than before gets it
     * here.
     */
    Optional<Verdict> judge(Link link) {
        synchronized (lock) {
            LinkMemory memory = LinkMemory.of(link.attributes());
            Optional<String> fingerprint = memory.keyFingerprint();
            if (ring.open()) {
                return fingerprint.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Verdict(CloseCode.REVOKED.code(), "keys are not in use any more"));
            }
            if (fingerprint.isEmpty()) {
                return Optional.of(new Verdict(CloseCode.REVOKED.code(), "a key is needed from now on"));
            }
            String name = memory.key();
            Optional<KeyDigest> key =
                    ring.named(name).filter(known -> known.fingerprint().equals(fingerprint.get()));
            if (key.isEmpty()) {
                return Optional.of(new Verdict(CloseCode.REVOKED.code(), "the key \"" + name + "\" was revoked"));
            }
            Role before = memory.role().orElseThrow();
            Role now = key.get().role();
            if (!now.includes(before)) {
                return Optional.of(new Verdict(
                        CloseCode.ROLE_LOWERED.code(),
                        "the key \"" + name + "\" has role " + now.word() + " now, not " + before.word()));
            }
            memory.setRole(now);
            return Optional.empty();
        }
    }
}
