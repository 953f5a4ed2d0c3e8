package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DeployedCamera;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.geometryos.compositor.testkit.wire.Frames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** An operator changes the running host by putting files into its folders; displays stay connected. */
public class HotDeployIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CONNECTIONS = "org.geometryos.compositor.connections";

    private DistributionProcess distribution;
    private RawClient display;

    @BeforeEach
    void connectADisplay(TestInfo test) throws Exception {
        distribution = DistributionProcess.copy(
                        "hot-" + test.getTestMethod().orElseThrow().getName())
                .start();
        display = RawClient.display(distribution.port(), "watcher");
        display.send(CameraStream.SUBSCRIBE);
        display.await("snapshot");
    }

    @AfterEach
    void stopTheDistribution() throws Exception {
        if (display != null) {
            display.close();
        }
        distribution.close();
    }

    // ---- bundles

    @Test
    void deployedBundlesCameraAppearsAndItsUpdatesStopWhenTheFileGoes() throws Exception {
        Path jar = SmallBundle.deploy(distribution, "deployed-camera", DeployedCamera.class);

        JsonNode first = untilCamera(DeployedCamera.CAMERA);
        assertEquals("hot", first.path("source").asText());
        assertEquals("2d", first.path("view").path("kind").asText());
        long sample = first.path("sample").asLong();
        for (int i = 0; i < 20; i++) {
            long next = untilCamera(DeployedCamera.CAMERA).path("sample").asLong();
            assertTrue(next > sample, "sample " + next + " after " + sample);
            sample = next;
        }

        Files.delete(jar);
        until(
                message -> Json.type(message).equals("control")
                        && message.path("camera").asText().equals(DeployedCamera.CAMERA)
                        && !message.hasNonNull("holder"),
                "the deployed camera's release");
        for (int others = 0; others < 120; ) {
            JsonNode message = display.message();
            if (Json.type(message).equals("camera")) {
                assertNotEquals(
                        DeployedCamera.CAMERA, message.path("camera").asText(), "an update of a source that is gone");
                others++;
            }
        }
        stillThere();
    }

    // ---- configuration

    @Test
    void aFileOfAFactoryIsTakenUpUnderItsNameFollowedAndLetGo() throws Exception {
        for (String name : List.of("mine", "my-own-one")) {
            String pid = "org.geometryos.compositor.camera.replay~" + name;
            distribution.configure(pid, "file = tour.jsonl", "camera = " + name);
            assertEquals(name, untilCamera(name).path("source").asText());
            distribution.configure(pid, "file = tour.jsonl", "camera = " + name + "-renamed");
            untilCamera(name + "-renamed");
            distribution.unconfigure(pid);
            until(
                    message -> Json.type(message).equals("control")
                            && message.path("camera").asText().equals(name + "-renamed")
                            && !message.hasNonNull("holder"),
                    "the release of " + name);
        }
        stillThere();
    }

    @Test
    void heartbeatIntervalOfAFileTakesEffectAndAWrongOneIsReportedAndLeavesItAsItWas() throws Exception {
        distribution.configure(CONNECTIONS, "heartbeatInterval = 200");
        heartbeatsEvery(200);

        distribution.configure(CONNECTIONS, "heartbeatInterval = 5");
        Waiting.until(
                LIMIT,
                () -> "a report of the wrong value; it printed:\n" + distribution.log(),
                () -> distribution
                        .log()
                        .lines()
                        .anyMatch(line ->
                                line.contains("ERROR") && line.contains("heartbeatInterval") && line.contains("5")));
        heartbeatsEvery(200);
        stillThere();
    }

    /** Waits until heartbeats come in the interval, give or take what a busy machine does. */
    private void heartbeatsEvery(long millis) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (int inTime = 0; inTime < 5; ) {
            long start = System.nanoTime();
            display.await("heartbeat");
            long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            inTime = passed < 5 * millis ? inTime + 1 : 0;
            assertTrue(
                    System.nanoTime() - end < 0,
                    () -> "heartbeats did not come every " + millis + " ms; the last one took " + passed + " ms");
        }
    }

    /** The HTTP service cannot change its settings without new sockets; displays are told to come back at once. */
    @Test
    void changedHttpServiceSaysGoodbyeAndItsCloseFrameArrivesWhileInputIsPending() throws Exception {
        int attempts = 1;
        while (!closeFrameArrives(60_000 + attempts)) {
            assertTrue(++attempts < 6, "the machine stood still five times running while sockets were closed");
            untilServed();
            display = RawClient.display(distribution.port(), "watcher");
        }
        untilServed();
    }

    /** False if it did not, as the machine stood still: who does not read in that time does not hear of the close. */
    private boolean closeFrameArrives(int timeout) throws Exception {
        RawClient client = display;
        Thread busy = new Thread(
                () -> {
                    byte[] noise = Frames.frame(
                            Frames.TEXT, "{\"type\":\"ping\",\"t0\":1,\"pad\":\"" + "x".repeat(20_000) + "\"}");
                    try {
                        for (; ; ) {
                            client.write(noise);
                        }
                    } catch (IOException closed) {
                        // the test is over
                    }
                },
                "noise");
        busy.start();
        client.await("pong");
        Closing closing;
        try (Stalls stalls = new Stalls()) {
            distribution.configure("org.apache.felix.http", "org.apache.felix.http.timeout = " + timeout);
            try {
                closing = client.awaitClose();
            } catch (IOException cut) {
                if (stalls.millis() < 500) {
                    throw cut;
                }
                return false;
            }
        } finally {
            client.close();
            busy.join(60_000);
        }
        assertEquals(1012, closing.code(), () -> "after " + closing.last());
        JsonNode goodbye = closing.before().stream()
                .filter(message -> Json.type(message).equals("goodbye"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no goodbye among the " + closing.before().size() + " messages before the close"));
        assertEquals(1012, goodbye.path("code").asInt(), goodbye::toString);
        assertTrue(goodbye.path("reconnectAfter").isIntegralNumber(), () -> "it may come back: " + goodbye);
        return true;
    }

    private void untilServed() {
        Waiting.until(LIMIT, "a connection to the new HTTP service", () -> {
            try (RawClient again = RawClient.display(distribution.port(), "watcher")) {
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    // ----

    private interface Condition {
        boolean holds(JsonNode message);
    }

    private JsonNode until(Condition condition, String what) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (; ; ) {
            JsonNode message = display.message();
            if (condition.holds(message)) {
                return message;
            }
            assertTrue(
                    System.nanoTime() - end < 0,
                    () -> "waited in vain for " + what + "; it printed:\n" + distribution.log());
        }
    }

    private JsonNode untilCamera(String name) throws IOException {
        return until(
                message -> Json.type(message).equals("camera")
                        && message.path("camera").asText().equals(name),
                "an update of " + name);
    }

    /** The socket of the beginning is open, and so is its session. */
    private void stillThere() throws IOException {
        display.send("{\"type\":\"ping\",\"t0\":77}");
        assertEquals(77, display.await("pong").path("t0").asInt());
        display.send("{\"type\":\"hello\",\"id\":9}");
        assertEquals(
                "invalid",
                until(message -> message.path("id").asInt() == 9, "an answer")
                        .path("code")
                        .asText(),
                "hello was said already");
    }
}
