package org.geometryos.compositor.launcher.verify;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.geometryos.compositor.launcher.command.Target;
import org.geometryos.compositor.launcher.verify.StepReport.Verdict;

/**
 * Checks a server from end to end against the protocol, step by step. It only receives and drives nothing, so that it
 * can be done while displays are connected. Each wait has a limit, and the whole ends within the heartbeat's interval
 * and 30 s.
 */
final class Verification {
    private final StepReport report;
    private final Probe probe;
    private final HandshakeSteps handshakes;
    private final StreamSteps stream;
    private final SessionSteps sessions;

    /** @return what there is to say when all is well */
    private interface Action {
        String run() throws IOException, StepFault, Skip, InterruptedException;
    }

    /** @param camera the one to look at; empty: all */
    Verification(Target target, Optional<String> camera, StepReport report) {
        this.report = report;
        this.probe = new Probe(target, camera);
        this.handshakes = new HandshakeSteps(probe);
        this.stream = new StreamSteps(probe);
        this.sessions = new SessionSteps(probe);
    }

    void run() throws InterruptedException {
        try {
            step("reachable", handshakes::reachable);
            step("status", handshakes::status, "reachable");
            step("handshake", handshakes::handshake, "reachable");
            step("wrong-key", handshakes::wrongKey, "reachable");
            step("unknown-subprotocol", handshakes::unknownSubprotocol, "handshake");
            step("subprotocols", handshakes::subprotocols, "handshake");
            step("admin-subprotocol", handshakes::adminSubprotocol, "subprotocols");
            step("welcome", stream::welcome, "handshake");
            step("no-subprotocol", handshakes::noSubprotocol, "welcome");
            step("ping", stream::ping, "welcome");
            step("snapshot", stream::snapshot, "welcome");
            step("updates", stream::updates, "snapshot");
            step("codecs", sessions::codecs, "snapshot", "subprotocols");
            step("invalid", sessions::invalid, "welcome");
            step("malformed", sessions::malformed, "welcome");
            step("control", sessions::control, "welcome");
            step("resume", sessions::resume, "snapshot");
            step("websocket-ping", stream::webSocketPing, "welcome");
            step("heartbeat", stream::heartbeat, "welcome");
            step("account", stream::account, "heartbeat", "snapshot");
            step("bye", stream::bye, "welcome");
        } finally {
            probe.close();
        }
    }

    private void step(String step, Action action, String... needs) throws InterruptedException {
        long start = System.nanoTime();
        Verdict verdict;
        String detail;
        try {
            for (String need : needs) {
                if (!report.ok(need)) {
                    throw new Skip("not possible without the step " + need);
                }
            }
            if (probe.late()) {
                throw new Skip("no time left, other steps took too long");
            }
            detail = action.run();
            verdict = Verdict.OK;
        } catch (Skip e) {
            verdict = Verdict.SKIP;
            detail = e.getMessage();
        } catch (StepFault e) {
            verdict = Verdict.FAIL;
            detail = e.getMessage();
        } catch (IOException e) {
            verdict = Verdict.FAIL;
            detail = reason(e);
        }
        report.add(new StepReport.Result(step, verdict, (System.nanoTime() - start) / 1e6, detail));
    }

    static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof SocketTimeoutException
                ? "no answer within " + Probe.WAIT_MILLIS + " ms"
                : e instanceof SSLException
                        ? "TLS failed: " + message
                        : e instanceof EOFException
                                ? "the connection ended before the answer"
                                : e instanceof ConnectException
                                        ? "TCP: " + message
                                        : e.getClass() == IOException.class
                                                ? message
                                                : e.getClass().getSimpleName() + ": " + message;
    }
}
