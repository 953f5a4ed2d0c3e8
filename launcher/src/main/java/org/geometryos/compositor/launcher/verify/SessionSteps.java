package org.geometryos.compositor.launcher.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** What needs sessions of its own: both codecs side by side, wrong requests, control of a camera, a cut connection. */
final class SessionSteps {
    private static final RequestId CONTROL = new RequestId.Text("control");
    private static final RequestId ASKED_AGAIN = new RequestId.Text("still-open");
    private static final int SOME = 5;

    private final Probe probe;

    SessionSteps(Probe probe) {
        this.probe = probe;
    }

    String codecs() throws IOException, StepFault, Skip, InterruptedException {
        try (ProbeSession json = probe.open(Codecs.json(), ".json", false, Optional.empty());
                ProbeSession cbor = probe.open(Codecs.cbor(), ".cbor", false, Optional.empty())) {
            probe.follow(json);
            probe.follow(cbor);
            Probe.collect(
                    json,
                    cbor,
                    probe.until(),
                    () -> Trace.common(json.received(), cbor.received()).size() >= SOME);
            Map<Long, CameraState> one = Trace.views(json.received());
            Map<Long, CameraState> other = Trace.views(cbor.received());
            Set<Long> common = Trace.common(json.received(), cbor.received());
            for (long seq : common) {
                if (!one.get(seq).equals(other.get(seq))) {
                    throw new StepFault("seq " + seq + " is " + one.get(seq) + " in JSON and " + other.get(seq)
                            + " in CBOR, must be the same");
                }
            }
            if (common.isEmpty()) {
                throw new Skip("there is no camera to compare");
            }
            return common.size() + " views the same";
        }
    }

    String invalid() throws IOException, StepFault, InterruptedException {
        try (ProbeSession session = probe.open(Codecs.json(), ".invalid", false, Optional.empty())) {
            session.socket()
                    .send(
                            RawSocket.TEXT,
                            "{\"type\":\"subscribe\",\"id\":\"verify\",\"cameras\":[\"*\"],\"rate\":-1}"
                                    .getBytes(StandardCharsets.UTF_8));
            ServerMessage.Error error =
                    session.await("error after a subscribe with rate -1", ServerMessage.Error.class, probe.until());
            if (error.code() != ErrorCode.INVALID || !error.id().equals(Optional.of(Probe.ASKED))) {
                throw new StepFault("a subscribe with rate -1 gives the code "
                        + error.code().word() + " and the id " + error.id() + ", must be invalid and its own");
            }
            stillOpen(session, "an invalid message");
            return "answered, the connection stays open";
        }
    }

    String malformed() throws IOException, StepFault, InterruptedException {
        try (ProbeSession session = probe.open(Codecs.json(), ".malformed", false, Optional.empty())) {
            session.socket().send(RawSocket.TEXT, "{\"type\":".getBytes(StandardCharsets.UTF_8));
            ServerMessage.Error error =
                    session.await("error after half an object", ServerMessage.Error.class, probe.until());
            if (error.code() != ErrorCode.MALFORMED) {
                throw new StepFault(
                        "half an object gives the code " + error.code().word() + ", must be malformed");
            }
            stillOpen(session, "a malformed message");
            return "answered, the connection stays open";
        }
    }

    private void stillOpen(ProbeSession session, String after) throws IOException, StepFault, InterruptedException {
        try {
            session.send(new ClientMessage.Unsubscribe(Optional.of(ASKED_AGAIN)));
            session.await("ack", ServerMessage.Ack.class, any -> any.id().equals(ASKED_AGAIN), probe.until());
        } catch (StepFault e) {
            throw new StepFault("after " + after + " the connection must stay open: " + e.getMessage());
        }
    }

    /** Who holds a camera, is asked for it and gives it back; a name of its own is held, which makes no camera. */
    String control() throws IOException, StepFault, Skip, InterruptedException {
        String held = "verify/" + probe.name;
        try (ProbeSession holder = probe.open(probe.codec, ".holder", false, Optional.empty());
                ProbeSession asker = probe.open(probe.codec, ".asker", false, Optional.empty())) {
            if (!holder.welcome().role().includes(Role.CONTROL)) {
                throw new Skip("the role " + holder.welcome().role().word() + " may not");
            }
            granted(holder, held, ClientMessage.Control.Action.TAKE, false);
            refused(asker, held, false, ErrorCode.HELD, holder.welcome().display());
            granted(asker, held, ClientMessage.Control.Action.ASK, false);
            ServerMessage.Asked asked = holder.await("asked after ask", ServerMessage.Asked.class, probe.until());
            if (!asked.equals(new ServerMessage.Asked(
                    held, asker.welcome().display(), asker.welcome().session()))) {
                throw new StepFault("the holder was told " + asked + ", must be the camera " + held
                        + ", and display and session of the asker");
            }
            boolean admin = asker.welcome().role().includes(Role.ADMIN);
            if (admin) {
                granted(asker, held, ClientMessage.Control.Action.TAKE, true);
                refused(holder, held, false, ErrorCode.HELD, asker.welcome().display());
                granted(asker, held, ClientMessage.Control.Action.RELEASE, false);
            } else {
                refused(asker, held, true, ErrorCode.FORBIDDEN, Role.ADMIN.word());
                granted(holder, held, ClientMessage.Control.Action.RELEASE, false);
            }
            return "held, asked for" + (admin ? ", taken by force" : "") + " and released";
        }
    }

    private void granted(ProbeSession session, String camera, ClientMessage.Control.Action action, boolean force)
            throws IOException, StepFault, InterruptedException {
        ServerMessage answer = answer(session, camera, action, force);
        if (!(answer instanceof ServerMessage.Ack)) {
            throw new StepFault(said(action, force) + " gives " + answer + ", must be an ack");
        }
    }

    private void refused(ProbeSession session, String camera, boolean force, ErrorCode code, String named)
            throws IOException, StepFault, InterruptedException {
        ServerMessage answer = answer(session, camera, ClientMessage.Control.Action.TAKE, force);
        if (!(answer instanceof ServerMessage.Error error)
                || error.code() != code
                || !error.message().contains(named)) {
            throw new StepFault(said(ClientMessage.Control.Action.TAKE, force) + " gives " + answer
                    + ", must be the error " + code.word() + " that names " + named);
        }
    }

    private static String said(ClientMessage.Control.Action action, boolean force) {
        return action.name().toLowerCase(Locale.ROOT) + (force ? " with force" : "");
    }

    private ServerMessage answer(
            ProbeSession session, String camera, ClientMessage.Control.Action action, boolean force)
            throws IOException, StepFault, InterruptedException {
        session.send(new ClientMessage.Control(Optional.of(CONTROL), camera, action, force));
        return session.await(
                "answer to " + said(action, force),
                ServerMessage.class,
                any -> any instanceof ServerMessage.Ack ack && ack.id().equals(CONTROL)
                        || any instanceof ServerMessage.Error error
                                && error.id().equals(Optional.of(CONTROL)),
                probe.until());
    }

    String resume() throws IOException, StepFault, InterruptedException {
        try (ProbeSession witness = probe.open(probe.codec, ".witness", false, Optional.empty());
                ProbeSession first = probe.open(probe.codec, ".resume", true, Optional.empty())) {
            probe.follow(witness);
            probe.follow(first);
            Probe.collect(
                    first,
                    witness,
                    probe.until(Probe.WAIT_MILLIS / 2),
                    () -> Trace.cameras(first.received()).size() >= SOME);
            long last = Trace.highest(first.received());
            first.close();
            ServerMessage.Welcome before = first.welcome();
            try (ProbeSession second = probe.open(
                    probe.codec,
                    ".resume",
                    true,
                    Optional.of(new Opening.Resume(before.token(), before.epoch(), last)))) {
                if (!second.welcome().resumed() || !second.welcome().session().equals(before.session())) {
                    throw new StepFault("after a cut connection welcome says resumed "
                            + second.welcome().resumed() + " and session "
                            + second.welcome().session() + ", must be true and " + before.session());
                }
                Probe.collect(
                        second,
                        witness,
                        probe.until(Probe.WAIT_MILLIS / 2),
                        () -> Trace.cameras(second.received()).size() >= SOME);
                long reached = Trace.highest(second.received());
                Probe.collect(witness, second, probe.until(), () -> Trace.highest(witness.received()) >= reached);
                Trace.ascending(second.received(), last);
                Set<Long> missing = Trace.sequence(witness.received(), last, reached);
                missing.removeAll(Trace.sequence(second.received(), last, reached));
                if (!missing.isEmpty()) {
                    throw new StepFault(
                            "after a cut connection seq " + missing.iterator().next()
                                    + " is missing, another session got it; with every none may be");
                }
                int count = Trace.sequence(second.received(), last, reached).size();
                second.send(new ClientMessage.Bye(Optional.empty()));
                return count == 0
                        ? "same session; no camera moved"
                        : "same session, " + count + " updates behind seq " + last + ", none missing, none twice";
            }
        }
    }
}
