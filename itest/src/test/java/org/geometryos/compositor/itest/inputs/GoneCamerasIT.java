package org.geometryos.compositor.itest.inputs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Follower;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cameras that nobody drives any more by somebody's will: none stays as a ghost. */
@Tag("long")
class GoneCamerasIT {
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String REPLAY = PREFIX + "camera.replay~";
    private static final String FREED = PREFIX + "camera.tracking.freed~";
    private static final String VIEW = "\"view\":{\"kind\":\"2d\",\"center\":[1,2],\"zoom\":1,\"rotation\":0}";

    private static DistributionProcess distribution;
    private Follower wall;

    @BeforeAll
    static void start() throws IOException {
        distribution = DistributionProcess.fresh("gone-cameras").start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    @BeforeEach
    void watch() throws IOException {
        wall = display("wall");
        wall.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"]}");
        wall.await("the snapshot", message -> Json.type(message).equals("snapshot"));
    }

    @AfterEach
    void close() throws IOException {
        wall.close();
    }

    private static Follower display(String name) throws IOException {
        return new Follower(RawClient.display(distribution.port(), name), name);
    }

    private void awaitMoved(String camera, String source) {
        wall.await(
                camera + " by " + source,
                message -> is(message, "camera", camera)
                        && source.equals(message.path("source").asText()));
    }

    private void awaitGone(String camera) {
        wall.await("the removal of " + camera, message -> is(message, "camera-removed", camera));
    }

    private static boolean is(JsonNode message, String type, String camera) {
        return Json.type(message).equals(type)
                && camera.equals(message.path("camera").asText());
    }

    /** What a display that comes now is told. */
    private static Set<String> cameras() throws IOException {
        try (RawClient fresh = RawClient.display(distribution.port(), "fresh")) {
            fresh.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"]}");
            Set<String> names = new TreeSet<>();
            fresh.await("snapshot")
                    .path("cameras")
                    .forEach(camera -> names.add(camera.path("camera").asText()));
            return names;
        }
    }

    private static void assertGone(String... cameras) throws IOException {
        Set<String> there = cameras();
        List.of(cameras).forEach(camera -> assertFalse(there.contains(camera), () -> camera + " in " + there));
    }

    // ---- sources under other names

    @Test
    void aRecordingUnderAnotherName() throws Exception {
        distribution.configure(REPLAY + "moves", "file = tour.jsonl", "loop = true", "camera = replay/one");
        awaitMoved("replay/one", "moves");
        // its camera
        distribution.configure(REPLAY + "moves", "file = tour.jsonl", "loop = true", "camera = replay/two");
        awaitGone("replay/one");
        awaitMoved("replay/two", "moves");
        // the source itself, and with it what drives the camera
        distribution.configure(
                REPLAY + "moves", "file = tour.jsonl", "loop = true", "camera = replay/two", "source = mover");
        awaitMoved("replay/two", "mover");
        // both
        distribution.configure(
                REPLAY + "moves", "file = tour.jsonl", "loop = true", "camera = replay/three", "source = third");
        awaitGone("replay/two");
        awaitMoved("replay/three", "third");
        // its file
        distribution.unconfigure(REPLAY + "moves");
        distribution.configure(REPLAY + "again", "file = tour.jsonl", "loop = true", "camera = replay/four");
        awaitGone("replay/three");
        awaitMoved("replay/four", "again");
        assertTrue(cameras().contains("replay/four"));
        assertGone("replay/one", "replay/two", "replay/three");
        distribution.unconfigure(REPLAY + "again");
        awaitGone("replay/four");
        assertGone("replay/four");
    }

    @Test
    void aTrackerUnderAnotherName() throws Exception {
        try (Head head = new Head()) {
            distribution.configure(FREED + "head", "port = " + head.port, "bind = 127.0.0.1", "camera = head/{id}");
            awaitMoved("head/7", "head");
            distribution.configure(FREED + "head", "port = " + head.port, "bind = 127.0.0.1", "camera = crane/{id}");
            awaitGone("head/7");
            awaitMoved("crane/7", "head");
            distribution.unconfigure(FREED + "head");
            awaitGone("crane/7");
            assertGone("head/7", "crane/7");
        }
    }

    /** Sends a FreeD pose forty times a second. */
    private static final class Head implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket();
        private final Thread thread = new Thread(this::run, "freed-head");
        final int port;
        private volatile boolean over;

        Head() throws IOException {
            try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            thread.start();
        }

        private void run() {
            byte[] pose = new byte[29];
            pose[0] = (byte) 0xd1;
            pose[1] = 7;
            pose[28] = (byte) (0x40 - 0xd1 - 7);
            try {
                while (!over) {
                    socket.send(new DatagramPacket(pose, pose.length, InetAddress.getLoopbackAddress(), port));
                    Thread.sleep(25);
                }
            } catch (IOException | InterruptedException e) {
                // the test says what it misses
            }
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            thread.join(5_000);
            socket.close();
        }
    }

    @Test
    void aCameraThatADisplayHoldsGoesWhenItIsFree() throws Exception {
        distribution.configure(
                REPLAY + "held", "file = tour.jsonl", "loop = true", "camera = held/one", "priority = -1");
        awaitMoved("held/one", "held");
        try (Follower hand = display("hand")) {
            hand.send("{\"type\":\"control\",\"id\":1,\"camera\":\"held/one\",\"action\":\"take\"}");
            hand.await("control", message -> Json.type(message).equals("ack"));
            distribution.configure(REPLAY + "held", "file = tour.jsonl", "loop = true", "camera = held/two");
            awaitMoved("held/two", "held");
            assertTrue(cameras().contains("held/one"));
            hand.send("{\"type\":\"control\",\"id\":2,\"camera\":\"held/one\",\"action\":\"release\"}");
            awaitGone("held/one");
        }
        assertGone("held/one");
        distribution.unconfigure(REPLAY + "held");
        awaitGone("held/two");
    }

    @Test
    void anInitialCameraUnderAnotherName() throws Exception {
        settings("plan");
        awaitMoved("plan", "settings");
        settings("overview");
        awaitGone("plan");
        assertTrue(cameras().contains("overview"));
        assertGone("plan");
        Files.delete(distribution.data().resolve("compose_config.json"));
        awaitGone("overview");
    }

    private static void settings(String camera) throws IOException {
        Path beside = Files.writeString(
                distribution.data().resolve("compose_config.new"),
                "{\"cameras\":[{\"name\":\"" + camera + "\"," + VIEW + "}]}");
        Files.move(
                beside,
                distribution.data().resolve("compose_config.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    // ---- by hand

    private static String camera(int exit, String... arguments) throws Exception {
        Path errors = distribution.data().resolveSibling("camera.err");
        try (CommandProcess command =
                CommandProcess.start(errors, Map.of("COMPOSITOR_URL", distribution.url()), arguments)) {
            assertEquals(exit, command.ends(), command::said);
            return String.join("\n", command.lines()) + command.errors();
        }
    }

    @Test
    void theCommandRemovesACamera() throws Exception {
        try (Follower hand = display("hand")) {
            hand.send("{\"type\":\"camera\",\"id\":1,\"camera\":\"old/crane\"," + VIEW + "}");
            awaitMoved("old/crane", "hand");
            // also while somebody holds it
            assertEquals(
                    "camera old/crane is removed",
                    camera(0, "camera", "remove", "old/crane").strip());
            awaitGone("old/crane");
            assertGone("old/crane");
            assertTrue(camera(1, "camera", "remove", "old/crane").contains("old/crane"));
            // whoever drives it brings it back
            hand.send("{\"type\":\"camera\",\"id\":2,\"camera\":\"old/crane\"," + VIEW + "}");
            awaitMoved("old/crane", "hand");
            camera(0, "camera", "remove", "old/crane");
            awaitGone("old/crane");
        }
        assertTrue(camera(2, "camera", "remove", "old//crane").contains("old//crane"));
        camera(2, "camera", "remove");
        camera(2, "camera");
    }
}
