package org.geometryos.compositor.itest.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.command.FaultyProxy.Connection;
import org.geometryos.compositor.itest.command.FaultyProxy.Fault;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.testkit.wire.Frames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code compositor verify} finds each single fault of a server, at the right step and with the right reason. */
@Tag("long")
class VerifyIT {
    private static DistributionProcess distribution;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        folder = Folders.fresh("verify");
        distribution = DistributionProcess.fresh("verify-server");
        distribution.configure(
                "org.geometryos.compositor.connections", "heartbeatInterval=1000", "heartbeatTimeout=10000");
        distribution.start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    /** Changes the HTTP head of answers. */
    private interface Head extends Fault {
        @Override
        String head(String request, String answer);
    }

    /** Does something else than pass it on with the messages of a type. */
    private static Fault on(String type, Change change) {
        return new Fault() {
            @Override
            public void text(Connection connection, JsonNode message, byte[] payload) throws IOException {
                if (Json.type(message).equals(type)) {
                    change.apply(connection, (ObjectNode) message, payload);
                } else {
                    connection.text(payload);
                }
            }
        };
    }

    private interface Change {
        void apply(Connection connection, ObjectNode message, byte[] payload) throws IOException;
    }

    /** The n-th camera message of the first connection that gets that far. */
    private static Fault once(Change change) {
        AtomicBoolean done = new AtomicBoolean();
        return on("camera", (connection, message, payload) -> {
            connection.count++;
            if (connection.count == 8 && done.compareAndSet(false, true)) {
                change.apply(connection, message, payload);
            } else {
                connection.text(payload);
            }
        });
    }

    private static Fault withoutFrames(int opcode) {
        return new Fault() {
            @Override
            public void frame(Connection connection, int type, byte[] payload) throws IOException {
                if (type != opcode) {
                    connection.frame(type, payload);
                }
            }
        };
    }

    private static final Change DROP = (connection, message, payload) -> {};

    /** Errors of a code. */
    private static Fault onError(String code, Change change) {
        return on("error", (connection, message, payload) -> {
            if (message.path("code").asText().equals(code)) {
                change.apply(connection, message, payload);
            } else {
                connection.text(payload);
            }
        });
    }

    /** Keeps the ack of subscribe back until the snapshot has gone. */
    private static Fault snapshotFirst() {
        return new Fault() {
            @Override
            public void text(Connection connection, JsonNode message, byte[] payload) throws IOException {
                if (Json.type(message).equals("ack")
                        && message.path("id").asText().equals("verify")) {
                    connection.held = payload;
                } else {
                    connection.text(payload);
                    if (Json.type(message).equals("snapshot")) {
                        connection.text(connection.held);
                    }
                }
            }
        };
    }

    private static Fault outOfOrder() {
        AtomicBoolean done = new AtomicBoolean();
        return on("camera", (connection, message, payload) -> {
            connection.count++;
            if (connection.count == 8 && done.compareAndSet(false, true)) {
                connection.held = payload;
                return;
            }
            connection.text(payload);
            if (connection.held != null) {
                connection.text(connection.held);
                connection.held = null;
            }
        });
    }

    private static Arguments fault(String name, Supplier<Fault> fault, String step, String reason) {
        return Arguments.of(name, fault, step, reason);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(
                        "status 500",
                        () -> (Head) (request, answer) -> request.contains("/status ")
                                ? answer.replaceFirst("200 OK", "500 Server Error")
                                : answer,
                        "status",
                        "HTTP 500, must be 200"),
                fault(
                        "wrong subprotocol echoed",
                        () -> (Head) (request, answer) -> answer.replace("compositor.v1.json", "compositor.v1.cbor"),
                        "subprotocols",
                        "answered [compositor.v1.cbor], must be exactly [compositor.v1.json]"),
                fault(
                        "CBOR refused",
                        () -> (Head) (request, answer) -> request.contains("Protocol: compositor.v1.cbor")
                                ? "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                                : answer,
                        "subprotocols",
                        "offered [compositor.v1.cbor]: HTTP 400, must be 101"),
                fault(
                        "compositor.admin selected",
                        () -> (Head) (request, answer) -> request.contains("compositor.admin")
                                ? answer.replace("compositor.v1.json", "compositor.admin")
                                : answer,
                        "admin-subprotocol",
                        "answered [compositor.admin], must be 101 and exactly [compositor.v1.json]"),
                fault("nobody is asked", () -> on("asked", DROP), "control", "no asked after ask within"),
                fault(
                        "another one asks",
                        () -> on(
                                "asked",
                                (connection, message, payload) -> connection.text(
                                        message.put("session", "x").toString())),
                        "control",
                        "must be the camera verify/.* and display and session of the asker"),
                fault(
                        "held without the holder's name",
                        () -> onError(
                                "held",
                                (connection, message, payload) -> connection.text(
                                        message.put("message", "no").toString())),
                        "control",
                        "must be the error held that names verify-"),
                fault("no welcome", () -> on("welcome", DROP), "welcome", "no welcome after hello within"),
                fault(
                        "no snapshot",
                        () -> on("snapshot", DROP),
                        "snapshot",
                        "no snapshot after subscribe within|an update came before the snapshot"),
                fault(
                        "two snapshots",
                        () -> on("snapshot", (connection, message, payload) -> {
                            connection.text(payload);
                            connection.text(payload);
                        }),
                        "snapshot",
                        "a second snapshot came"),
                fault("snapshot before ack", VerifyIT::snapshotFirst, "snapshot", "the snapshot came before the ack"),
                fault("seq out of order", VerifyIT::outOfOrder, "updates", "must be above it"),
                fault(
                        "an update doubled",
                        () -> once((connection, message, payload) -> {
                            connection.text(payload);
                            connection.text(payload);
                        }),
                        "updates",
                        "must be above it"),
                fault("an update dropped", () -> once(DROP), "account", "were counted, delivered must be as many"),
                fault(
                        "resume refused",
                        () -> on(
                                "welcome",
                                (connection, message, payload) -> connection.text(
                                        message.put("resumed", false).toString())),
                        "resume",
                        "welcome says resumed false"),
                fault("no heartbeat", () -> on("heartbeat", DROP), "heartbeat", "no heartbeat within"),
                fault(
                        "wrong account",
                        () -> on(
                                "heartbeat",
                                (connection, message, payload) -> connection.text(message.put(
                                                "delivered",
                                                message.path("delivered").asLong() + 1)
                                        .toString())),
                        "account",
                        "were counted, delivered must be as many"),
                fault("no pong", () -> on("pong", DROP), "ping", "no pong after ping within"),
                fault("no WebSocket pong", () -> withoutFrames(Frames.PONG), "websocket-ping", "no WebSocket pong"),
                fault("no WebSocket ping", () -> withoutFrames(Frames.PING), "heartbeat", "no WebSocket ping within"),
                fault(
                        "invalid answered by another code",
                        () -> onError(
                                "invalid",
                                (connection, message, payload) -> connection.text(
                                        message.put("code", "limit").toString())),
                        "invalid",
                        "gives the code limit"),
                fault(
                        "malformed not answered",
                        () -> onError("malformed", DROP),
                        "malformed",
                        "no error after half an object within"),
                fault(
                        "closed on malformed",
                        () -> onError("malformed", (connection, message, payload) -> {
                            connection.text(payload);
                            connection.frame(Frames.CLOSE, FaultyProxy.close(4400));
                        }),
                        "malformed",
                        "must stay open: the connection was closed with 4400"),
                fault(
                        "another close than 1000",
                        () -> new Fault() {
                            @Override
                            public void frame(Connection connection, int opcode, byte[] payload) throws IOException {
                                connection.frame(opcode, opcode == Frames.CLOSE ? FaultyProxy.close(1001) : payload);
                            }
                        },
                        "bye",
                        "closed with 1001 after bye, must be 1000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void faultIsFoundAtItsStep(String name, Supplier<Fault> fault, String step, String reason) throws Exception {
        try (FaultyProxy proxy = new FaultyProxy(distribution.port(), fault.get())) {
            failsAt(name, "ws://127.0.0.1:" + proxy.port(), step, reason);
        }
    }

    @Test
    void withNothingBrokenTheProxyIsNotNoticed() throws Exception {
        try (FaultyProxy proxy = new FaultyProxy(distribution.port(), new Fault() {});
                CommandProcess verify = verify("nothing", "ws://127.0.0.1:" + proxy.port())) {
            assertEquals(0, verify.ends(), verify::said);
        }
    }

    @Test
    void plainServerIsNotTrusted() throws Exception {
        failsAt("tls", "wss://127.0.0.1:" + distribution.port(), "reachable", "TLS with 127.0.0.1 port \\d+ failed");
    }

    @Test
    void serverThatIsDownIsNotReachable() throws Exception {
        failsAt("down", "ws://127.0.0.1:1", "reachable", "127.0.0.1 port 1: TCP: ");
    }

    @Test
    void unknownNameIsNotReachable() throws Exception {
        failsAt("unknown-name", "ws://no-such-host.invalid:8081", "reachable", "DNS: ");
    }

    private static CommandProcess verify(String name, String url) throws IOException {
        return CommandProcess.start(
                folder.resolve(name.replace(' ', '-') + ".err"), Map.of(), "verify", "--json", "--url", url);
    }

    /** The first step that fails must be the one, with the reason. */
    private static void failsAt(String name, String url, String step, String reason) throws Exception {
        try (CommandProcess verify = verify(name, url)) {
            assertEquals(1, verify.ends(), verify::said);
            List<JsonNode> failed = verify.lines().stream()
                    .map(Json::read)
                    .filter(result -> result.path("verdict").asText().equals("FAIL"))
                    .toList();
            assertTrue(!failed.isEmpty(), verify::said);
            assertEquals(step, failed.get(0).path("step").asText(), verify::said);
            assertTrue(
                    failed.get(0).path("detail").asText().matches(".*(" + reason.replace("[", "\\[") + ").*"),
                    verify::said);
            assertEquals(1, failed.size(), () -> "one fault, one step: " + verify.said());
        }
    }
}
