package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How connections are closed, and how many were, with which code and by whom. Knows no sessions. Any thread. */
final class Closings {
    /** That of {@link Sessions}, by which an operator knows all that is said of connections. */
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    /** With these the transport closes by itself. */
    private static final Set<Integer> OUR_CODES = Set.of(1002, 1003, 1007, 1009, 1011);
    /** A client that closes in an ordinary way: for good, as a page that goes, without a code. */
    private static final Set<Integer> ORDINARY = Set.of(1000, 1001, 1005);
    /** Characters of a client's reason in the log; a close frame holds 123 bytes. */
    private static final int MAX_REASON = 123;

    private final Sessions.Neighbours around;
    private final LongSupplier nanos;
    private final Tally closed = new Tally(LOG, "closed");
    private final Tally closedByClients = new Tally(LOG, "closed by its client");

    Closings(Sessions.Neighbours around, LongSupplier nanos) {
        this.around = around;
        this.nanos = nanos;
    }

    /** Says goodbye and closes. */
    void close(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
        if (code >= CloseCode.FIRST_OWN) {
            closed.say(code, name(link), reason, nanos.getAsLong());
        }
        Speaker speaker = around.speaker(link);
        Optional<byte[]> goodbye = speaker == null
                ? Optional.empty()
                : speaker.say(new ServerMessage.Goodbye(
                        code,
                        reason,
                        reconnectAfter.map(d -> OptionalLong.of(d.toMillis())).orElseGet(OptionalLong::empty)));
        if (goodbye.isPresent()) {
            link.close(code, reason, goodbye.get(), speaker.text());
        } else {
            link.close(code, reason);
        }
    }

    /** A link is gone: counts it, and says it if that is not what clients do every day. */
    void gone(Link link, int code, String reason) {
        closed.count(code);
        if (link.closedByPeer()) {
            closedByClients.count(code);
            if (OUR_CODES.contains(code)) {
                closedByClients.say(code, name(link), shown(reason), nanos.getAsLong());
            } else if (!ORDINARY.contains(code)) {
                LOG.debug("{} closed by its client with {}: {}", name(link), code, shown(reason));
            }
        } else if (OUR_CODES.contains(code)) {
            closed.say(code, name(link), shown(reason), nanos.getAsLong());
        }
    }

    Map<Integer, Long> counts() {
        return closed.counts();
    }

    Map<Integer, Long> countsOfClients() {
        return closedByClients.counts();
    }

    /** What the others and listeners are told of a link that is gone, with nothing that the client wrote. */
    static String why(Link link, int code) {
        boolean byClient = link.closedByPeer();
        return switch (code) {
            case 1000 -> "bye";
            case 1005 -> byClient ? "closed by its client without a code" : "closed without a code";
            case 1006 -> Announcer.CONNECTION_LOST;
            default -> (byClient ? "closed by its client with " : "closed with ") + code;
        };
    }

    /** What a log calls a link. */
    private static String name(Link link) {
        String display = LinkMemory.of(link.attributes()).display();
        return "display " + (display.isEmpty() ? "without a name" : display) + " at "
                + link.handshake().remoteAddress();
    }

    /** A text from outside, fit for a line of a log. */
    private static String shown(String reason) {
        return reason.codePoints()
                .limit(MAX_REASON)
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                        ? '?'
                        : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
