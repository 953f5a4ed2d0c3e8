package org.geometryos.compositor.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Who is connected, who was refused, and what was sent. */
@Component
public final class ConnectionsMeter implements Meter {
    private static final double NANOS = 1e9;
    /** Beyond these a client may close with any code of its choice. */
    private static final int LAST_STANDARD_CODE = 1015;

    private static final List<Integer> REFUSALS = List.of(400, 401, 403, 429, 503);

    private final ConnectionManager connections;
    private final Transport transport;

    /** @param connections null while there is none, as is {@code transport} */
    @Activate
    public ConnectionsMeter(
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    ConnectionManager connections,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    Transport transport) {
        this.connections = connections;
        this.transport = transport;
    }

    @Override
    public void read(Readings readings) {
        if (transport != null) {
            readings.counter(
                    "compositor_sent_bytes_total",
                    "Bytes written to the sockets of all clients, frames included.",
                    transport.bytesSent());
        }
        if (connections != null) {
            Statistics statistics = connections.statistics();
            readings.gauge(
                    "compositor_connections", "Open sockets, with and without a session.", statistics.connections());
            readings.gauge(
                    "compositor_draining",
                    "1 while new connections are refused because the host is drained.",
                    statistics.draining() ? 1 : 0);
            readRefusals(readings, statistics.refused());
            readClosed(readings, statistics);
            readSessions(readings, connections.sessions());
        }
    }

    private static void readRefusals(Readings readings, Map<Integer, Long> refused) {
        Map<Integer, Long> all = new TreeMap<>(refused);
        REFUSALS.forEach(status -> all.putIfAbsent(status, 0L));
        all.forEach((status, count) -> readings.counter(
                "compositor_handshakes_refused_total",
                "Refused handshakes, by HTTP status.",
                count,
                "status",
                Integer.toString(status)));
    }

    private static void readClosed(Readings readings, Statistics statistics) {
        readClosed(readings, "1000", "host", 0);
        readClosed(readings, "1000", "client", 0);
        statistics.closed().forEach((code, count) -> {
            long byClients = statistics.closedByClients().getOrDefault(code, 0L);
            String known = code <= LAST_STANDARD_CODE ? Integer.toString(code) : "other";
            readClosed(readings, known, "client", byClients);
            if (count > byClients) {
                readClosed(readings, Integer.toString(code), "host", count - byClients);
            }
        });
    }

    private static void readClosed(Readings readings, String code, String by, long count) {
        readings.counter(
                "compositor_connections_closed_total",
                "Ended connections, by close code (1006: none was sent) and by who closed.",
                count,
                "code",
                code,
                "by",
                by);
    }

    private static void readSessions(Readings readings, List<Session> sessions) {
        long waiting = 0;
        for (Session session : sessions) {
            if (session.connected()) {
                readings.gauge(
                        "compositor_sessions",
                        "Sessions with a socket, by role and codec.",
                        1,
                        "role",
                        session.role().word(),
                        "codec",
                        session.codec());
            } else {
                waiting++;
            }
        }
        readings.gauge("compositor_sessions_waiting", "Sessions that wait for their display.", waiting);
        long[] roundTrips = sessions.stream()
                .map(Session::roundTrip)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .sorted()
                .toArray();
        readRoundTrip(readings, "compositor_round_trip_median_seconds", "The median", rank(roundTrips, 0.5));
        readRoundTrip(readings, "compositor_round_trip_p99_seconds", "The 99th percentile", rank(roundTrips, 0.99));
        readRoundTrip(
                readings,
                "compositor_round_trip_max_seconds",
                "The longest",
                Arrays.stream(roundTrips).max().orElse(-1));
    }

    /** @return -1 if there is none */
    private static long rank(long[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static void readRoundTrip(Readings readings, String name, String which, long nanos) {
        readings.gauge(
                name,
                which + " of the newest round trips of all connected displays; NaN without any.",
                nanos < 0 ? Double.NaN : nanos / NANOS);
    }
}
