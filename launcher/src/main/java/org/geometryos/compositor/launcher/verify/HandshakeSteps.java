package org.geometryos.compositor.launcher.verify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.geometryos.compositor.launcher.command.ApiKey;
import org.geometryos.compositor.launcher.verify.RawSocket.Answer;
import org.geometryos.compositor.protocol.codec.Codecs;

/** The way to a connection: name, TCP, TLS, status, keys and subprotocols. */
final class HandshakeSteps {
    private static final String ADMIN = "compositor.admin";

    private final Probe probe;

    HandshakeSteps(Probe probe) {
        this.probe = probe;
    }

    String reachable() throws IOException, StepFault, InterruptedException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(probe.target.host()));
        Thread resolver = new Thread(lookup, "verify-resolver");
        resolver.setDaemon(true);
        resolver.start();
        InetAddress[] addresses;
        try {
            addresses = lookup.get(Probe.WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new StepFault(
                    e.getCause() instanceof UnknownHostException
                            ? "DNS: the name " + probe.target.host() + " is unknown"
                            : "DNS: " + probe.target.host() + ": "
                                    + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new StepFault("DNS: no answer for " + probe.target.host() + " within " + Probe.WAIT_MILLIS + " ms");
        }
        IOException last = null;
        long limit = probe.until();
        for (InetAddress one : addresses) {
            long millis = (limit - System.nanoTime()) / 1_000_000;
            if (millis < 1) {
                break;
            }
            try (RawSocket socket = RawSocket.open(probe.target, one, (int) millis)) {
                probe.at(one);
                return one.getHostAddress() + " port " + probe.target.port()
                        + socket.tls().map(version -> ", " + version).orElse("");
            } catch (SSLException e) {
                throw new StepFault("TLS with " + one.getHostAddress() + " port " + probe.target.port() + " failed: "
                        + e.getMessage());
            } catch (IOException e) {
                last = e;
            }
        }
        throw new StepFault(probe.target.host() + " port " + probe.target.port() + ": "
                + (last == null ? "no address" : Verification.reason(last)));
    }

    String status() throws IOException, StepFault {
        try (RawSocket socket = probe.connect()) {
            Answer answer = socket.get(probe.target.statusPath(), probe.key);
            if (answer.status() != 200) {
                throw new StepFault("GET " + probe.target.statusPath() + " gives HTTP " + answer.status()
                        + ", must be 200" + answer.said());
            }
            Map<String, String> fields = StatusBody.read(answer.body());
            return fields.get("status") + ": " + fields.get("reason");
        }
    }

    String handshake() throws IOException, StepFault {
        try (RawSocket socket = probe.connect()) {
            Probe.upgraded(socket.upgrade(List.of(probe.codec.subprotocol()), probe.key));
            return probe.key.isPresent() ? "with the key" : "without a key";
        }
    }

    String wrongKey() throws IOException, StepFault, Skip {
        try (RawSocket socket = probe.connect()) {
            Answer answer = socket.upgrade(
                    List.of(probe.codec.subprotocol()),
                    Optional.of(ApiKey.random().secret()));
            if (answer.status() == 101) {
                throw new Skip("the server has no key configured: it let a random one in");
            }
            if (answer.status() != 401 || !answer.values("www-authenticate").contains("Bearer")) {
                throw new StepFault("a random key gives HTTP " + answer.status() + " with WWW-Authenticate "
                        + answer.values("www-authenticate") + ", must be 401 with Bearer");
            }
            return "refused with 401";
        }
    }

    String unknownSubprotocol() throws IOException, StepFault {
        try (RawSocket socket = probe.connect()) {
            Answer answer = socket.upgrade(List.of("compositor.v0.unknown"), probe.key);
            if (answer.status() != 400) {
                throw new StepFault(
                        "only an unknown subprotocol offered gives HTTP " + answer.status() + ", must be 400");
            }
            if (!answer.body().contains(Codecs.json().subprotocol())
                    || !answer.body().contains(Codecs.cbor().subprotocol())) {
                throw new StepFault("the body of the 400 must name the supported subprotocols" + answer.said());
            }
            return "refused with 400";
        }
    }

    String subprotocols() throws IOException, StepFault {
        String json = Codecs.json().subprotocol();
        String cbor = Codecs.cbor().subprotocol();
        for (List<String> offers : List.of(List.of(json), List.of(cbor), List.of(json, cbor), List.of(cbor, json))) {
            try (RawSocket socket = probe.connect()) {
                Answer answer = socket.upgrade(offers, probe.key);
                if (answer.status() != 101) {
                    throw new StepFault(
                            "offered " + offers + ": HTTP " + answer.status() + ", must be 101" + answer.said());
                }
                if (!answer.values("sec-websocket-protocol").equals(offers.subList(0, 1))) {
                    throw new StepFault("offered " + offers + ": answered " + answer.values("sec-websocket-protocol")
                            + ", must be exactly [" + offers.get(0) + "]");
                }
            }
        }
        return "JSON and CBOR, the first one offered";
    }

    /** It lets whoever runs the host in where others do not get in; everywhere else it is nothing. */
    String adminSubprotocol() throws IOException, StepFault {
        try (RawSocket socket = probe.connect();
                RawSocket alone = probe.connect()) {
            Answer answer = socket.upgrade(List.of(ADMIN, probe.codec.subprotocol()), probe.key);
            if (answer.status() != 101
                    || !answer.values("sec-websocket-protocol").equals(List.of(probe.codec.subprotocol()))) {
                throw new StepFault("offered [" + ADMIN + ", " + probe.codec.subprotocol() + "]: HTTP "
                        + answer.status()
                        + ", answered " + answer.values("sec-websocket-protocol") + ", must be 101 and exactly ["
                        + probe.codec.subprotocol() + "]");
            }
            int status = alone.upgrade(List.of(ADMIN), probe.key).status();
            if (status != 400) {
                throw new StepFault("only " + ADMIN + " offered gives HTTP " + status + ", must be 400");
            }
            return "never selected";
        }
    }

    String noSubprotocol() throws IOException, StepFault, InterruptedException {
        try (RawSocket socket = probe.connect()) {
            Answer answer = socket.upgrade(List.of(), probe.key);
            Probe.upgraded(answer);
            if (!answer.values("sec-websocket-protocol").isEmpty()) {
                throw new StepFault("nothing offered: answered " + answer.values("sec-websocket-protocol")
                        + ", must be no Sec-WebSocket-Protocol");
            }
            new ProbeSession(socket, Codecs.json()).hello(probe.name + ".none", false, Optional.empty(), probe.until());
            return "JSON, no header";
        }
    }
}
