package org.geometryos.compositor.connections;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.io.Sha256;
import org.geometryos.compositor.transport.api.Link;

/**
 * What a display shows to go on with its session, and whether it can. Names and tokens nobody can guess. Any thread.
 */
final class Tokens {
    private static final int TOKEN_BYTES = 18;
    private static final int NAME_BYTES = 6;

    private final Random random;

    /** @param random one that nobody can guess */
    Tokens(Random random) {
        this.random = random;
    }

    String token() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(TOKEN_BYTES));
    }

    /** Twelve hexadecimal digits. */
    String name() {
        return HexFormat.of().formatHex(bytes(NAME_BYTES));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Tokens are looked up by digest, so that the time of the look-up says nothing about them, and none is kept. */
    static String digest(String token) {
        return Sha256.hex(token);
    }

    /** The session that a client shows the token of, on a link with the key of that session; with the table's lock. */
    static Optional<SessionEntry> find(SessionTable table, Opening.Resume resume, Link link) {
        return table.ofToken(digest(resume.token())).filter(session -> isKeyOf(session, link));
    }

    /** Whether a link came with the key of a session. */
    static boolean isKeyOf(SessionEntry session, Link link) {
        LinkMemory memory = LinkMemory.of(link.attributes());
        return session.key.equals(memory.key())
                && session.keyFingerprint.equals(memory.keyFingerprint().orElse(""));
    }

    /** Whether the journal still has all that the session's subscription asks for since then; with the table's lock. */
    static boolean continues(SessionEntry session, Opening.Resume resume, Journal journal) {
        if (!resume.epoch().equals(journal.epoch()) || resume.seq() > journal.head()) {
            return false;
        }
        Subscription wanted = session.wanted();
        if (!wanted.every()) {
            return journal.holds(resume.seq(), Set.of());
        }
        return wanted.all() ? journal.holdsAll(resume.seq()) : journal.holds(resume.seq(), wanted.cameras());
    }
}
