package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a real broker. */
class BrokerTest {
    @TempDir
    Path folder;

    private final List<CameraUpdate> pushed = new CopyOnWriteArrayList<>();
    private final FakeJournal journal = new FakeJournal("e1");
    private Broker broker;

    @AfterEach
    void end() throws Exception {
        if (broker != null) {
            broker.stop(false);
            await(
                    "the end of its threads",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("compositor-mqtt")));
        }
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertThat(System.nanoTime())
                    .as("waited in vain for " + what + ": " + broker.health().message() + " " + broker.counters())
                    .isLessThan(end);
            Thread.sleep(10);
        }
    }

    private void broker(int port, String... pairs) throws Exception {
        Map<String, Object> properties = new HashMap<>(Map.of("url", "mqtt://127.0.0.1:" + port));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        broker = new Broker("test", Codecs.json());
        broker.setJournal(journal);
        broker.configure(Settings.of(properties, Codecs.json()));
        broker.connected(new CameraSink() {
            @Override
            public Outcome push(CameraUpdate update) {
                pushed.add(update);
                return new Outcome.Accepted(OptionalLong.empty());
            }

            @Override
            public Outcome remove(String camera) {
                return new Outcome.Accepted(OptionalLong.empty());
            }
        });
        broker.start();
    }

    private void awaitConnected() throws Exception {
        await("the connection", () -> broker.health().status() == SourceHealth.Status.OK);
    }

    private static String view(double x, long time) {
        return "{\"time\":" + time + ",\"view\":{\"kind\":\"2d\",\"center\":[" + x + ",0],\"zoom\":1,\"rotation\":0}}";
    }

    private void state(String camera, double x, String source) {
        journal.append(new Change.CameraChanged(new CameraState(
                camera,
                new View2d(x, 0, 1, 0),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                source,
                Optional.empty(),
                false)));
    }

    @ParameterizedTest
    @EnumSource
    void messagesMoveCamerasInEachVersion(Version version) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder)) {
            broker(mosquitto.port(), "version", version.toString(), "in", "rig/+/pose -> {1} qos=1");
            awaitConnected();
            assertThat(broker.health().message()).contains("MQTT " + version);
            try (Peer peer = Peer.of(mosquitto.port(), version)) {
                for (int i = 1; i <= 100; i++) {
                    peer.publish("rig/jib/pose", view(i, i), 1, false);
                }
                await("all", () -> pushed.size() == 100);
            }
            assertThat(pushed.stream().map(update -> ((View2d) update.view()).x()))
                    .isSorted();
            assertThat(pushed.get(99).camera()).isEqualTo("jib");
            assertThat(pushed.get(99).time()).hasValue(100);
        }
    }

    @Test
    void aRetainedMessageIsStateOnceAndNotAgainAfterAReconnect() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder)) {
            try (Peer peer = Peer.of(mosquitto.port(), Version.V5)) {
                peer.publish("rig/jib/pose", view(1, 1), 0, true);
                broker(mosquitto.port(), "in", "rig/+/pose -> {1}");
                await("the state", () -> pushed.size() == 1);
                assertThat(pushed.get(0).cut()).isTrue();
                assertThat(pushed.get(0).time()).isEmpty();
            }
            mosquitto.kill();
            await("the loss", () -> broker.health().status() == SourceHealth.Status.FAILED);
            mosquitto.begin();
            awaitConnected();
            try (Peer peer = Peer.of(mosquitto.port(), Version.V5)) {
                peer.publish("rig/jib/pose", view(2, 2), 0, false);
                await("the next", () -> pushed.size() == 2);
            }
        }
    }

    @Test
    void statesGoOutNewestRetainedAndWithoutAnEcho() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Peer peer = Peer.of(mosquitto.port(), Version.V5, new Subscription("out/#", 1))) {
            state("a", 1, "other");
            state("b", 1, "mqtt");
            broker(
                    mosquitto.port(),
                    "out",
                    "* -> out/{camera} rate=100",
                    "events",
                    "control",
                    "eventTopic",
                    "out/events/{event}",
                    "will",
                    "out/status");
            await("the state", () -> peer.texts("out/a").size() == 1);
            for (int i = 2; i <= 1000; i++) {
                state("a", i, "other");
                state("b", i, "mqtt");
            }
            journal.append(new Change.ControlChanged(
                    new ControlState("a", Optional.of("other"), Optional.empty(), 0), Optional.empty()));
            await("the newest", () -> peer.texts("out/a").stream().anyMatch(text -> text.contains("[1000.0,")));
            await("the event", () -> peer.texts("out/events/control").size() == 1);
            assertThat(peer.texts("out/b")).isEmpty();
            assertThat(peer.texts("out/a")).doesNotHaveDuplicates();
            assertThat(peer.texts("out/status")).containsExactly("online");
            mosquitto.kill();
            await("the loss", () -> broker.health().status() == SourceHealth.Status.FAILED);
            for (int i = 0; i < 10; i++) {
                journal.append(new Change.ControlChanged(ControlState.free("a"), Optional.empty()));
            }
            mosquitto.begin();
            try (Peer again = Peer.of(mosquitto.port(), Version.V311, new Subscription("out/#", 1))) {
                await("all events", () -> again.texts("out/events/control").size() == 10);
                await("the state again", () -> again.texts("out/a").size() == 1);
                broker.stop(false);
                await("the farewell", () -> again.texts("out/status").contains("offline"));
            }
        }
    }

    @Test
    void eventsBeyondTheQueueAreDroppedOldestFirst() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder)) {
            broker(mosquitto.port(), "events", "control", "queueBytes", "2000");
            awaitConnected();
            mosquitto.kill();
            await("the loss", () -> broker.health().status() == SourceHealth.Status.FAILED);
            for (int i = 0; i < 100; i++) {
                journal.append(new Change.ControlChanged(ControlState.free("c" + i), Optional.empty()));
            }
            await("the drop", () -> broker.counters().get("events-dropped") > 80);
            mosquitto.begin();
            try (Peer peer = Peer.of(mosquitto.port(), Version.V5, new Subscription("compositor/events/control", 1))) {
                await(
                        "the newest",
                        () -> peer.texts("compositor/events/control").stream()
                                .anyMatch(text -> text.contains("\"c99\"")));
                assertThat(peer.texts("compositor/events/control")).noneMatch(text -> text.contains("\"c1\""));
            }
        }
    }

    @Test
    void aWrongPasswordIsToldAndTheRightOneLetsIn() throws Exception {
        Path passwords = folder.resolve("passwords");
        java.nio.file.Files.writeString(
                passwords,
                // "right", as mosquitto_passwd makes it
                "stage:$7$101$AAAAAAAAAAAAAAAA$" + java.util.Base64.getEncoder().encodeToString(pbkdf2("right"))
                        + "\n");
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous false", "password_file " + passwords)) {
            broker(mosquitto.port(), "in", "a -> a", "user", "stage", "password", "wrong");
            await("the refusal", () -> broker.health().message().contains("does not"));
            assertThat(broker.health().message()).doesNotContain("wrong");
            broker.configure(Settings.of(
                    Map.of(
                            "url",
                            "mqtt://127.0.0.1:" + mosquitto.port(),
                            "in",
                            "a -> a",
                            "user",
                            "stage",
                            "password",
                            "right"),
                    Codecs.json()));
            awaitConnected();
        }
    }

    private static byte[] pbkdf2(String password) throws Exception {
        return javax.crypto.SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new javax.crypto.spec.PBEKeySpec(
                        password.toCharArray(), java.util.Base64.getDecoder().decode("AAAAAAAAAAAAAAAA"), 101, 512))
                .getEncoded();
    }

    @Test
    void aBrokerThatRefusesVersion5GetsTheOtherOne() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            List<Integer> levels = new CopyOnWriteArrayList<>();
            Thread old = new Thread(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        DataInputStream in = new DataInputStream(socket.getInputStream());
                        in.skipBytes(2 + 6);
                        levels.add(in.read());
                        OutputStream out = socket.getOutputStream();
                        out.write(new byte[] {0x20, 2, 0, (byte) (levels.get(levels.size() - 1) == 5 ? 1 : 0)});
                        out.write(new byte[] {(byte) 0x90, 3, -1, -1, 0});
                        out.flush();
                    }
                } catch (java.io.IOException e) {
                    // the test is over
                }
            });
            old.setDaemon(true);
            old.start();
            broker(server.getLocalPort(), "in", "a -> a");
            awaitConnected();
            assertThat(levels).startsWith(5, 4);
            assertThat(broker.health().message()).contains("3.1.1");
        }
    }

    @Test
    void aPeerThatSaysNothingHoldsNobodyUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            broker(server.getLocalPort(), "in", "a -> a");
            await("the limit", () -> broker.health().message().contains("does not answer"));
        }
    }
}
