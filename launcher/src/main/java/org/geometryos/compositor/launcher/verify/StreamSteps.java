package org.geometryos.compositor.launcher.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.launcher.verify.ProbeSession.Received;
import org.geometryos.compositor.launcher.verify.RawSocket.Frame;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/** One session from its welcome to its end: what it is told, in which order, and whether its account adds up. */
final class StreamSteps {
    /** A heartbeat may be late by a quarter of its interval; with a short one by this, which a busy machine needs. */
    private static final long MIN_SLACK = 500;

    private static final int ENOUGH = 20;
    private static final int PINGS = 5;
    /** 2020; a clock before that was never set. Microseconds. */
    private static final long SANE_TIME = 1_577_836_800_000_000L;

    private final Probe probe;
    /** The session whose heartbeats are awaited and whose account is checked. */
    private ProbeSession main;
    /** When its welcome came. */
    private long welcomed;
    /** Where in what it received its first snapshot stands. */
    private int snapshotAt;

    StreamSteps(Probe probe) {
        this.probe = probe;
    }

    String welcome() throws IOException, StepFault, InterruptedException {
        ProbeSession session = probe.open(probe.codec, "", false, Optional.empty());
        ServerMessage.Welcome said = session.welcome();
        welcomed = session.received().get(session.received().size() - 1).nanos();
        rule("session", said.session(), !said.session().isEmpty(), "must not be empty");
        rule("token", "", !said.token().isEmpty(), "must not be empty");
        rule("epoch", said.epoch(), !said.epoch().isEmpty(), "must not be empty");
        rule("display", said.display(), said.display().equals(probe.name), "must be " + probe.name);
        rule("resumed", said.resumed(), !said.resumed(), "must be false without resume");
        rule("seq", said.seq(), said.seq() >= 0, "must be at least 0");
        rule("time", said.time(), said.time() >= SANE_TIME, "must be microseconds since 1970, not before 2020");
        long interval = said.heartbeat().interval();
        rule("heartbeat.interval", interval, interval > 0, "must be above 0");
        rule(
                "heartbeat.timeout",
                said.heartbeat().timeout(),
                said.heartbeat().timeout() > interval,
                "must be above the interval " + interval);
        rule("limits.messageBytes", said.limits().messageBytes(), said.limits().messageBytes() > 0, "must be above 0");
        rule(
                "limits.requestsPerSecond",
                said.limits().requestsPerSecond(),
                said.limits().requestsPerSecond() > 0,
                "must be above 0");
        rule(
                "limits.resumeWindow",
                said.limits().resumeWindow(),
                said.limits().resumeWindow() >= 0,
                "must be at least 0");
        rule("server.name", said.server().name(), !said.server().name().isEmpty(), "must not be empty");
        main = session;
        probe.heartbeat(interval);
        return said.server().name() + " " + said.server().version() + ", role "
                + said.role().word() + ", heartbeat " + interval + " ms";
    }

    private static void rule(String field, Object value, boolean kept, String rule) throws StepFault {
        if (!kept) {
            throw new StepFault("welcome." + field + " " + value + ": " + rule);
        }
    }

    String ping() throws IOException, StepFault, InterruptedException {
        long best = Long.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < PINGS; i++) {
            RequestId id = new RequestId.Number(1000 + i);
            long t0 = TimeOfDay.micros();
            long sent = System.nanoTime();
            main.send(new ClientMessage.Ping(Optional.of(id), t0));
            ServerMessage.Pong pong = main.await(
                    "pong after ping",
                    ServerMessage.Pong.class,
                    any -> any.id().equals(Optional.of(id)),
                    probe.until());
            long t3 = t0 + (main.received().get(main.received().size() - 1).nanos() - sent) / 1000;
            if (pong.t0() != t0) {
                throw new StepFault("pong.t0 " + pong.t0() + ": must be the ping's, " + t0);
            }
            if (pong.t2() < pong.t1()) {
                throw new StepFault("pong.t2 " + pong.t2() + ": must not lie before t1, " + pong.t1());
            }
            long roundTrip = t3 - t0 - (pong.t2() - pong.t1());
            if (roundTrip < best) {
                best = roundTrip;
                offset = (pong.t1() - t0 + pong.t2() - t3) / 2;
            }
        }
        return String.format(Locale.ROOT, "round trip %.1f ms, clock offset %.1f ms", best / 1000.0, offset / 1000.0);
    }

    String snapshot() throws IOException, StepFault, InterruptedException {
        int from = main.received().size();
        main.send(probe.subscribe());
        main.collect(
                probe.until(),
                all -> Trace.cameras(all.subList(from, all.size())).size() >= ENOUGH);
        List<Received> all = main.received();
        int ack = Trace.index(
                all,
                from,
                message -> message instanceof ServerMessage.Ack one && one.id().equals(Probe.ASKED));
        int first = Trace.index(all, from, ServerMessage.Snapshot.class::isInstance);
        int refused = Trace.index(
                all,
                from,
                message -> message instanceof ServerMessage.Error error
                        && error.id().equals(Optional.of(Probe.ASKED)));
        if (refused < all.size()) {
            throw new StepFault("subscribe was refused: "
                    + ((ServerMessage.Error) all.get(refused).message()).message());
        }
        if (first < ack && first < all.size()) {
            throw new StepFault("the snapshot came before the ack of subscribe; must come behind it");
        }
        if (ack == all.size() || first == all.size()) {
            throw new StepFault("no " + (ack == all.size() ? "ack" : "snapshot") + " after subscribe within "
                    + Probe.WAIT_MILLIS + " ms");
        }
        int early =
                Trace.index(all, from, message -> message.accept(Sequence.OF).isPresent());
        if (early < first) {
            throw new StepFault("an update came before the snapshot; must come behind it");
        }
        ServerMessage.Snapshot snapshot =
                (ServerMessage.Snapshot) all.get(first).message();
        if (!snapshot.all() || !snapshot.epoch().equals(main.welcome().epoch())) {
            throw new StepFault("the first snapshot has all " + snapshot.all() + " and epoch " + snapshot.epoch()
                    + ", must be true and " + main.welcome().epoch());
        }
        boolean gap = false;
        for (Received later : all.subList(first + 1, all.size())) {
            gap |= later.message() instanceof ServerMessage.Gap;
            if (later.message() instanceof ServerMessage.Snapshot && !gap) {
                throw new StepFault("a second snapshot came, without a gap; must be exactly one");
            }
        }
        snapshotAt = first;
        return snapshot.cameras().size() + " cameras at seq " + snapshot.seq();
    }

    String updates() throws StepFault, Skip {
        ServerMessage.Snapshot snapshot =
                (ServerMessage.Snapshot) main.received().get(snapshotAt).message();
        List<Received> later =
                main.received().subList(snapshotAt + 1, main.received().size());
        Trace.ascending(later, snapshot.seq());
        int count = Trace.cameras(later).size();
        if (count == 0) {
            throw new Skip("no camera moved within " + Probe.WAIT_MILLIS + " ms");
        }
        return count + " updates in ascending seq";
    }

    String webSocketPing() throws IOException, StepFault, InterruptedException {
        long sent = System.nanoTime();
        main.socket().send(RawSocket.PING, probe.name.getBytes(StandardCharsets.UTF_8));
        if (!main.collect(probe.until(), all -> main.ponged().equals(probe.name))) {
            throw new StepFault("no WebSocket pong with the ping's payload within " + Probe.WAIT_MILLIS + " ms");
        }
        return String.format(Locale.ROOT, "pong after %.1f ms", (System.nanoTime() - sent) / 1e6);
    }

    private long beatLimit() {
        long interval = main.welcome().heartbeat().interval();
        return interval + Math.max(interval / 4, MIN_SLACK);
    }

    String heartbeat() throws IOException, StepFault, InterruptedException {
        long limit = welcomed + TimeUnit.MILLISECONDS.toNanos(beatLimit());
        main.collect(
                limit,
                all -> main.pinged() != 0
                        && Trace.index(all, 0, ServerMessage.Heartbeat.class::isInstance) < all.size());
        int first = Trace.index(main.received(), 0, ServerMessage.Heartbeat.class::isInstance);
        boolean beat =
                first < main.received().size() && main.received().get(first).nanos() - limit <= 0;
        if (!beat || main.pinged() == 0 || main.pinged() - limit > 0) {
            throw new StepFault("no " + (beat ? "WebSocket ping" : "heartbeat") + " within " + beatLimit()
                    + " ms after welcome, the interval is "
                    + main.welcome().heartbeat().interval() + " ms");
        }
        return String.format(
                Locale.ROOT,
                "after %.0f ms, WebSocket ping after %.0f ms",
                (main.received().get(first).nanos() - welcomed) / 1e6,
                (main.pinged() - welcomed) / 1e6);
    }

    String account() throws IOException, StepFault, InterruptedException {
        Predicate<List<Received>> told =
                all -> Trace.index(all, snapshotAt, ServerMessage.Heartbeat.class::isInstance) < all.size();
        if (!main.collect(probe.until(beatLimit()), told)) {
            throw new StepFault("no heartbeat behind the snapshot within " + beatLimit() + " ms");
        }
        int at = Trace.index(main.received(), snapshotAt, ServerMessage.Heartbeat.class::isInstance);
        ServerMessage.Heartbeat heartbeat =
                (ServerMessage.Heartbeat) main.received().get(at).message();
        List<Received> before = main.received().subList(snapshotAt, at);
        long counted = before.stream()
                .map(one -> one.seq().orElse(Long.MAX_VALUE))
                .filter(seq -> seq <= heartbeat.seq())
                .distinct()
                .count();
        boolean gap = before.stream().anyMatch(one -> one.message() instanceof ServerMessage.Gap);
        String account = "delivered " + heartbeat.delivered() + ", superseded " + heartbeat.superseded() + ", refused "
                + heartbeat.refused() + " up to seq " + heartbeat.seq();
        if (heartbeat.delivered() != counted) {
            throw new StepFault(account + ": " + counted + " were counted, delivered must be as many");
        }
        if (heartbeat.superseded() != 0 || !gap && heartbeat.refused() != 0) {
            throw new StepFault(account + ": with every, superseded must be 0, and refused too without a gap");
        }
        return account + ", as counted";
    }

    String bye() throws IOException, StepFault, InterruptedException {
        main.send(new ClientMessage.Bye(Optional.empty()));
        long limit = probe.until();
        for (Frame frame = main.socket().next(limit);
                frame != null;
                frame = main.socket().next(limit)) {
            if (frame.opcode() == RawSocket.CLOSE) {
                if (frame.closeCode() != 1000) {
                    throw new StepFault("closed with " + frame.closeCode() + " after bye, must be 1000");
                }
                return "closed with 1000";
            }
            if (frame.opcode() == -1) {
                throw new StepFault("the connection ended after bye, must be closed with 1000: " + frame.text());
            }
        }
        throw new StepFault("no close within " + Probe.WAIT_MILLIS + " ms after bye");
    }
}
