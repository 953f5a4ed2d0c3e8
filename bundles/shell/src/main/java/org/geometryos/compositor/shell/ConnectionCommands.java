package org.geometryos.compositor.shell;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What an operator asks of the connection manager, in the scope {@code compositor} of a Gogo shell. Each command gives
 * the text to be shown; an argument that breaks a rule gives an {@link IllegalArgumentException} that says so.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.connection.ConnectionManager)",
        effective = "active")
@Component(
        service = ConnectionCommands.class,
        property = {
            "osgi.command.scope=compositor",
            "osgi.command.function=status",
            "osgi.command.function=sessions",
            "osgi.command.function=displays",
            "osgi.command.function=close",
            "osgi.command.function=notice",
            "osgi.command.function=drain",
            "osgi.command.function=undrain"
        })
public final class ConnectionCommands {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ConnectionManager connections;

    @Activate
    public ConnectionCommands(@Reference ConnectionManager connections) {
        this.connections = connections;
    }

    /** Connections, sessions, and what was refused and closed. */
    public String status() {
        Statistics now = connections.statistics();
        StringBuilder text = new StringBuilder();
        text.append(now.draining() ? "draining" : "taking connections").append('\n');
        text.append(now.connections())
                .append(" connections, ")
                .append(now.connected())
                .append(" sessions connected, ")
                .append(now.waiting())
                .append(" waiting, ")
                .append(now.remembered())
                .append(" displays remembered\n");
        now.refused().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> text.append(entry.getValue())
                        .append(" handshakes refused with ")
                        .append(entry.getKey())
                        .append('\n'));
        now.closed().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> text.append(entry.getValue())
                        .append(" connections closed with ")
                        .append(entry.getKey())
                        .append(byClients(now.closedByClients().getOrDefault(entry.getKey(), 0L), entry.getValue()))
                        .append('\n'));
        return text.toString().stripTrailing();
    }

    private static String byClients(long some, long all) {
        return some == 0 ? "" : some == all ? " by their clients" : ", " + some + " of them by their clients";
    }

    /** One line per session. */
    public String sessions() {
        List<Session> sessions = connections.sessions().stream()
                .sorted(Comparator.comparing(Session::display))
                .toList();
        StringBuilder text = new StringBuilder(line(
                "DISPLAY",
                "SESSION",
                "USER",
                "KEY",
                "ROLE",
                "FROM",
                "ROUND TRIP",
                "DELIVERED",
                "SUPERSEDED",
                "REFUSED",
                "SENT"));
        for (Session s : sessions) {
            text.append('\n')
                    .append(line(
                            s.display(),
                            s.id(),
                            s.user(),
                            s.key(),
                            s.role().word(),
                            s.connected() ? s.address() : "(waiting)",
                            s.roundTrip().isPresent()
                                    ? String.format(
                                            Locale.ROOT,
                                            "%.1f ms",
                                            (double) s.roundTrip().getAsLong() / NANOS_PER_MILLI)
                                    : "-",
                            String.valueOf(s.delivered()),
                            String.valueOf(s.superseded()),
                            String.valueOf(s.refused()),
                            s.bytesSent() / 1024 + " KiB"));
        }
        return text.toString();
    }

    private static String line(String... columns) {
        return String.format(
                        Locale.ROOT, "%-24s %-16s %-12s %-12s %-8s %-16s %12s %12s %12s %10s %12s", (Object[]) columns)
                .stripTrailing();
    }

    /** One line per display that is connected, remembered or declared. */
    public String displays() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-24s %-12s %-10s %-9s %-20s %s",
                "DISPLAY",
                "USER",
                "STATE",
                "DECLARED",
                "SEEN",
                "SETTINGS"));
        for (Display d : connections.displays()) {
            text.append('\n')
                    .append(String.format(
                                    Locale.ROOT,
                                    "%-24s %-12s %-10s %-9s %-20s %s",
                                    d.name(),
                                    d.user().orElse("-"),
                                    d.connected() ? "connected" : d.session().isPresent() ? "waiting" : "away",
                                    d.declared() ? "yes" : "no",
                                    d.connected()
                                            ? "now"
                                            : d.seen()
                                                    .map(seen -> seen.truncatedTo(ChronoUnit.SECONDS))
                                                    .map(Instant::toString)
                                                    .orElse("never"),
                                    settings(d.settings()))
                            .stripTrailing());
        }
        return text.toString();
    }

    private static String settings(DisplaySettings settings) {
        StringBuilder text = new StringBuilder();
        settings.toMap()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append(' '));
        return text.toString();
    }

    /** Closes a display's session for good. */
    public String close(String display) {
        return close(display, "closed by an operator");
    }

    /** The same, with the reason that the display and the others are given. */
    public String close(String display, String reason) {
        long closed = connections.sessions().stream()
                .filter(session -> session.display().equals(display))
                .filter(session -> connections.close(session.id(), 1000, reason, Optional.empty()))
                .count();
        return closed == 0 ? "there is no display \"" + display + "\" with a session" : "closed " + display;
    }

    /** Shows a text on all displays; the level is info, warning or error. */
    public String notice(String level, String text) {
        return "shown on " + connections.notice(Optional.empty(), level(level), text) + " displays";
    }

    /** Shows a text on one display. */
    public String notice(String level, String text, String display) {
        return connections.notice(Optional.of(display), level(level), text) == 0
                ? "display \"" + display + "\" is not connected"
                : "shown on " + display;
    }

    private static Level level(String word) {
        try {
            return Level.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("level must be info, warning or error, not " + word);
        }
    }

    /** Takes no more connections and moves all away, as configured. */
    public String drain() {
        return drain(Optional.empty(), Optional.empty());
    }

    /** The same within so many milliseconds. */
    public String drain(long over) {
        return drain(Optional.of(millis("over", over)), Optional.empty());
    }

    /** The same; the displays may come back after so many milliseconds. */
    public String drain(long over, long reconnectAfter) {
        return drain(Optional.of(millis("over", over)), Optional.of(millis("reconnectAfter", reconnectAfter)));
    }

    private String drain(Optional<Duration> over, Optional<Duration> reconnectAfter) {
        int connected = connections.statistics().connections();
        connections.drain(over, reconnectAfter, Optional.empty());
        return "draining: " + connected + " connections are moved away, only admins are admitted; undrain ends it";
    }

    private static Duration millis(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, not " + value);
        }
        return Duration.ofMillis(value);
    }

    /** Takes connections again. */
    public String undrain() {
        connections.undrain();
        return "taking connections";
    }
}
