package org.geometryos.compositor.itest.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process ends, in order or not, while displays are connected. */
@Tag("long")
public class KillIT {
    private static final List<String> SUBPROTOCOLS =
            List.of("compositor.v1.json", "compositor.v1.cbor", "compositor.v1.json");

    /** A display with what it needs to resume. */
    private record Display(RawClient client, String name, String token, String epoch, long seq) {
        static Display follow(int port, int number) throws IOException {
            RawClient client = RawClient.connect(port, SUBPROTOCOLS.get(number));
            String name = "wall-" + number;
            client.send(CameraStream.hello(name));
            String token = client.await("welcome").path("token").asText();
            client.send(CameraStream.SUBSCRIBE);
            String epoch = client.await("snapshot").path("epoch").asText();
            long seq = 0;
            for (int i = 0; i < 10; i++) {
                seq = client.await("camera").path("seq").asLong();
            }
            return new Display(client, name, token, epoch, seq);
        }
    }

    @Test
    void killedAndStartedAgainItGivesDisplaysANewEpoch() throws Exception {
        try (DistributionProcess distribution =
                DistributionProcess.fresh("kill").start()) {
            List<Display> displays = displays(distribution.port());
            String epoch = displays.get(0).epoch;
            distribution.kill();
            for (Display display : displays) {
                assertThrows(
                        IOException.class,
                        () -> {
                            for (; ; ) {
                                display.client.message();
                            }
                        },
                        "no close frame can come from a process that was killed");
                display.client.close();
            }

            int port = distribution.port();
            distribution.start();
            assertEquals(port, distribution.port());
            CameraStream.awaitBoth(port);
            Set<String> epochs = new HashSet<>();
            for (Display display : displays) {
                try (RawClient again = RawClient.connect(port, "compositor.v1.json")) {
                    again.send("{\"type\":\"hello\",\"display\":\"" + display.name + "\",\"resume\":{\"token\":\""
                            + display.token + "\",\"epoch\":\"" + display.epoch + "\",\"seq\":" + display.seq + "}}");
                    JsonNode welcome = again.await("welcome");
                    assertFalse(welcome.path("resumed").asBoolean(true), welcome::toString);
                    assertEquals(display.name, welcome.path("display").asText());
                    again.send(CameraStream.SUBSCRIBE);
                    List<JsonNode> messages = new ArrayList<>(List.of(welcome));
                    while (!CameraStream.enough(messages)) {
                        messages.add(again.message());
                    }
                    CameraStream.check(messages, display.name);
                    epochs.add(welcome.path("epoch").asText());
                }
            }
            assertEquals(1, epochs.size(), () -> "all in one epoch: " + epochs);
            assertNotEquals(epoch, epochs.iterator().next());
        }
    }

    @Test
    void stoppedItSaysGoodbyeToEveryDisplayAndEndsInTime() throws Exception {
        try (DistributionProcess distribution =
                DistributionProcess.fresh("stop").start()) {
            List<Display> displays = displays(distribution.port());
            distribution.stop();
            for (Display display : displays) {
                Closing closing = display.client.awaitClose();
                assertEquals(1001, closing.code(), () -> display.name + " after " + closing.last());
                JsonNode goodbye = closing.last();
                assertEquals("goodbye", Json.type(goodbye), () -> display.name + " was told last: " + goodbye);
                assertEquals(1001, goodbye.path("code").asInt(), goodbye::toString);
                assertTrue(goodbye.has("reconnectAfter"), goodbye::toString);
                display.client.close();
            }
        }
    }

    private static List<Display> displays(int port) throws IOException {
        List<Display> displays = new ArrayList<>();
        for (int i = 0; i < SUBPROTOCOLS.size(); i++) {
            displays.add(Display.follow(port, i));
        }
        return displays;
    }
}
