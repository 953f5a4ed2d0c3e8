package org.geometryos.compositor.connections;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;

/**
 * What the others learn of sessions: displays by the journal, parts of the host as listeners. The journal is appended
 * to with the table's lock, so that what is announced is in the order in which it happened. The lock guards what is
 * still to tell and the strangers; the epoch belongs to the clock's thread.
 */
final class Announcer {
    /** The others are told of a display's settings at most so often. */
    private static final long SETTINGS_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

    static final String CONNECTION_LOST = "the connection was lost";

    private final SessionTable table;
    private final KnownDisplays displays;
    private final Sessions.Neighbours around;
    // guarded by the table's lock
    /** Sessions whose settings changed a moment after the others were told of them. */
    private final Set<SessionEntry> toTell = new LinkedHashSet<>();
    /** Sessions that the journal knows and the table does not, and when that was found. */
    private final Map<String, Long> strangers = new HashMap<>();
    /** Sessions that came from another host: they are announced as those of this one, also if nothing else is new. */
    private final Set<String> claimed = new HashSet<>();
    /** By session, what the journal has not answered yet, and what to say next. */
    private final Map<String, Saying> unanswered = new HashMap<>();
    // the clock's thread only
    private String announcedIn;

    private static final class Saying {
        /** What was said; said again if it is not known whether it counted. */
        private final Presence presence;
        /** Whether that is so. */
        private boolean unknown;
        /** What happened since; null: nothing. */
        private Presence next;

        private Saying(Presence presence) {
            this.presence = presence;
        }
    }

    Announcer(SessionTable table, KnownDisplays displays, Sessions.Neighbours around) {
        this.table = table;
        this.displays = displays;
        this.around = around;
    }

    // ---- listeners

    void tell(SessionEntry session, BiConsumer<ConnectionListener, Session> what) {
        if (around.events().heard()) {
            Session now = session.seenFromOutside(displays.inForce(session));
            around.events().tell(listener -> what.accept(listener, now));
        }
    }

    // ---- the journal

    /** Announces a session as it stands, if the others do not know it so. */
    void announce(SessionEntry session) {
        append(presence(session, Presence.Action.CHANGED, Optional.empty()));
    }

    /** A session came from another host; it is announced with its display. */
    void claim(SessionEntry session) {
        claimed.add(session.id);
    }

    /** Whether a session that came from another host is not known yet as one of this. */
    boolean claims(SessionEntry session) {
        return claimed.contains(session.id);
    }

    /** A session of the table is no stranger. */
    void known(SessionEntry session) {
        strangers.remove(session.id);
    }

    /** A session is over. */
    void left(SessionEntry session, String reason) {
        append(presence(session, Presence.Action.LEFT, Optional.of(reason)));
    }

    private Presence presence(SessionEntry session, Presence.Action action, Optional<String> reason) {
        return new Presence(
                action,
                session.display,
                session.id,
                session.user,
                action != Presence.Action.LEFT && (session.link != null || !session.lossShown),
                displays.inForce(session),
                reason);
    }

    /**
     * Appends it, unless that says nothing new: another table beside this one may have said it. While the journal has
     * not answered what was said of the session before, it waits; of several the last one counts.
     */
    private void append(Presence presence) {
        Saying before = unanswered.get(presence.session());
        if (before != null) {
            before.next = presence;
        } else {
            say(presence);
        }
    }

    private void say(Presence presence) {
        Journal journal = around.journal().get();
        if (journal == null) {
            return;
        }
        Optional<Entry> known = journal.display(presence.session());
        Presence news = known.isEmpty() && presence.action() == Presence.Action.CHANGED
                ? with(presence, Presence.Action.JOINED)
                : presence;
        boolean claims = claimed.contains(presence.session());
        if (known.isPresent() && !claims && !journal.watches(known.get())) {
            // another host has it
            return;
        }
        if (known.isEmpty() && news.action() == Presence.Action.LEFT) {
            claimed.remove(presence.session());
        }
        if (!known.map(entry -> claims || isNews(news, ((Change.PresenceChanged) entry.change()).presence()))
                .orElse(news.action() == Presence.Action.JOINED)) {
            return;
        }
        Saying saying = new Saying(presence);
        unanswered.put(presence.session(), saying);
        journal.append(
                        new Change.PresenceChanged(news),
                        Fence.replacing(known.map(Entry::seq).orElse(0L)))
                .then(verdict -> answered(saying, verdict));
    }

    private static Presence with(Presence presence, Presence.Action action) {
        return new Presence(
                action,
                presence.display(),
                presence.session(),
                presence.user(),
                presence.connected(),
                presence.settings(),
                presence.reason());
    }

    private void answered(Saying saying, Verdict verdict) {
        synchronized (table.lock) {
            String session = saying.presence.session();
            if (unanswered.get(session) != saying) {
                return;
            }
            if (verdict instanceof Verdict.Unknown) {
                saying.unknown = true;
                return;
            }
            unanswered.remove(session);
            if (verdict instanceof Verdict.Counted) {
                claimed.remove(session);
            }
            if (saying.next != null) {
                say(saying.next);
            } else if (verdict instanceof Verdict.PassedOver) {
                say(saying.presence);
            }
        }
    }

    /** Says again what may not have counted; by the clock, with the lock. */
    void sayAgain() {
        for (Saying saying : List.copyOf(unanswered.values())) {
            if (saying.unknown) {
                unanswered.remove(saying.presence.session());
                say(saying.next == null ? saying.presence : saying.next);
            }
        }
    }

    private static boolean isNews(Presence presence, Presence known) {
        return switch (presence.action()) {
            case JOINED -> false;
            case CHANGED ->
                presence.connected() != known.connected()
                        || !presence.settings().equals(known.settings());
            case LEFT -> true;
        };
    }

    // ---- settings

    /**
     * A display said something else of itself: the others learn it now, or a moment later if they were told a moment
     * ago.
     */
    void settingsChanged(SessionEntry session, long now) {
        toTell.add(session);
        tellSettings(session, now);
    }

    private void tellSettings(SessionEntry session, long now) {
        if (session.settingsWereTold && now - session.settingsTold < SETTINGS_PAUSE) {
            return;
        }
        session.settingsWereTold = true;
        session.settingsTold = now;
        toTell.remove(session);
        changed(session);
    }

    private void changed(SessionEntry session) {
        announce(session);
        tell(session, ConnectionListener::changed);
    }

    /** Nothing more is to be told of its settings. */
    void forget(SessionEntry session) {
        toTell.remove(session);
    }

    /** Other displays are declared, or others of their settings. */
    void declared(Map<String, DisplaySettings> next) {
        var changed = displays.declare(next);
        table.all().stream().filter(session -> changed.test(session.display)).forEach(this::changed);
    }

    // ---- the clock

    /** Brings a journal that this table does not know yet up to date. The clock's thread, without the lock. */
    void follow(Journal journal, long now) {
        if (journal == null) {
            announcedIn = null;
        } else if (!journal.epoch().equals(announcedIn)) {
            synchronized (table.lock) {
                // of another sequence
                unanswered.clear();
                announceAll(journal, now);
            }
            announcedIn = journal.epoch();
        }
    }

    private void announceAll(Journal journal, long now) {
        table.all().forEach(this::announce);
        journal.snapshot().displays().forEach((id, entry) -> {
            if (table.get(id).isEmpty() && journal.watches(entry)) {
                strangers.put(id, now);
            }
        });
    }

    /** Tells what was not told at once. */
    void tellSettings(long now) {
        for (SessionEntry session : List.copyOf(toTell)) {
            tellSettings(session, now);
        }
    }

    /** Sessions that nobody has taken up are gone. */
    void dismissStrangers(Journal journal, long now, long window) {
        for (Iterator<Map.Entry<String, Long>> each = strangers.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Long> stranger = each.next();
            if (now - stranger.getValue() > window) {
                each.remove();
                journal.display(stranger.getKey())
                        .map(entry -> ((Change.PresenceChanged) entry.change()).presence())
                        .ifPresent(last -> append(new Presence(
                                Presence.Action.LEFT,
                                last.display(),
                                last.session(),
                                last.user(),
                                false,
                                last.settings(),
                                Optional.of(CONNECTION_LOST))));
            }
        }
    }
}
