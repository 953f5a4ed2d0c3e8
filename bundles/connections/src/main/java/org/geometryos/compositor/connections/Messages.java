package org.geometryos.compositor.connections;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;

/**
 * What operators and other displays have to say to a display. The table's lock guards how often each asks and is asked.
 */
final class Messages {
    private static final int MAX_NOTICE = 65_536;
    /** A session asks for cameras at most once in this time, and is asked at most so many times in it. */
    private static final long ASK_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private static final int ASKED_PER_SECOND = 10;

    private final SessionTable table;
    private final Sessions.Neighbours around;

    Messages(SessionTable table, Sessions.Neighbours around) {
        this.table = table;
        this.around = around;
    }

    /** @return how many displays it was sent to */
    int notice(Optional<String> display, Level level, String text) {
        if (text.length() > MAX_NOTICE) {
            throw new IllegalArgumentException(
                    "text must have at most " + MAX_NOTICE + " characters, not " + text.length());
        }
        ServerMessage notice = new ServerMessage.Notice(level, text);
        Map<Speaker, Optional<byte[]>> said = new HashMap<>();
        int got = 0;
        for (Link link : links(display)) {
            Speaker speaker = around.speaker(link);
            if (speaker != null
                    && said.computeIfAbsent(speaker, one -> one.say(notice))
                            .filter(bytes -> link.reply(bytes, speaker.text()))
                            .isPresent()) {
                got++;
            }
        }
        return got;
    }

    /** @return whether it was sent */
    boolean assigned(String display, Optional<String> wall) {
        for (Link link : links(Optional.of(display))) {
            if (around.speaker(link) != null) {
                return around.say(link, new ServerMessage.Assigned(wall));
            }
        }
        return false;
    }

    /** Of one display, or of all. */
    private List<Link> links(Optional<String> display) {
        synchronized (table.lock) {
            return (display.isPresent() ? table.ofDisplay(display.get()).stream() : table.all().stream())
                    .map(session -> session.link)
                    .filter(link -> link != null)
                    .toList();
        }
    }

    void ask(Link link, String camera, String holder, long now) throws RequestException {
        synchronized (table.lock) {
            SessionEntry asker = table.of(link).orElseThrow(() -> Sessions.unavailable("the session is gone"));
            SessionEntry asked = table.get(holder).orElse(null);
            if (asker.askedAt != null && now - asker.askedAt < ASK_PAUSE) {
                throw new RequestException(
                        ErrorCode.LIMIT.word(),
                        "action",
                        "ask at most once a second; the last time was "
                                + TimeUnit.NANOSECONDS.toMillis(now - asker.askedAt) + " ms ago",
                        0);
            }
            asker.askedAt = now;
            if (asked == null || asked.link == null || around.speaker(asked.link) == null) {
                return;
            }
            long full = asked.askedFull == null || asked.askedFull - now < 0 ? now : asked.askedFull;
            if (full - now > ASK_PAUSE - ASK_PAUSE / ASKED_PER_SECOND) {
                throw new RequestException(
                        ErrorCode.LIMIT.word(),
                        "camera",
                        "the holder of camera \"" + camera + "\" is asked more than " + ASKED_PER_SECOND
                                + " times per second",
                        0);
            }
            asked.askedFull = full + ASK_PAUSE / ASKED_PER_SECOND;
            around.say(asked.link, new ServerMessage.Asked(camera, asker.display, asker.id));
        }
    }
}
