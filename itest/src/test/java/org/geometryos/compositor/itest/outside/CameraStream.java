package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a display of the demo recordings has to see, whatever client it is made of. */
public final class CameraStream {
    public static final int UPDATES = 30;
    public static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"]}";
    public static final Map<String, String> KINDS = Map.of("tour", "2d", "stage", "3d");

    private CameraStream() {}

    public static String hello(String display) {
        return "{\"type\":\"hello\",\"display\":\"" + display + "\"}";
    }

    /** Waits until both cameras are there: recordings begin to play when the host is ready already. */
    public static void awaitBoth(int port) throws IOException {
        try (RawClient display = RawClient.display(port, "awaiting-both")) {
            display.send(SUBSCRIBE);
            Set<String> missing = new HashSet<>(KINDS.keySet());
            for (JsonNode camera : display.await("snapshot").path("cameras")) {
                missing.remove(camera.path("camera").asText());
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!missing.isEmpty()) {
                missing.remove(display.await("camera").path("camera").asText());
                assertTrue(System.nanoTime() - end < 0, () -> "waited in vain for " + missing);
            }
            display.send("{\"type\":\"bye\"}");
            assertEquals(1000, display.awaitClose().code());
        }
    }

    /** Whether the messages so far hold enough updates of both cameras. */
    public static boolean enough(List<JsonNode> messages) {
        return KINDS.keySet().stream()
                .allMatch(camera -> messages.stream()
                                .filter(m -> Json.type(m).equals("camera")
                                        && camera.equals(m.path("camera").asText()))
                                .count()
                        >= UPDATES);
    }

    /** Checks everything that came, from the first message on. */
    public static void check(List<JsonNode> messages, String display) {
        JsonNode welcome = messages.get(0);
        assertEquals("welcome", Json.type(welcome), () -> "the first message: " + welcome);
        assertEquals(display, welcome.path("display").asText());
        assertEquals("admin", welcome.path("role").asText());
        assertFalse(welcome.path("resumed").asBoolean(true), "resumed");
        for (String field : List.of("session", "token", "epoch")) {
            assertFalse(welcome.path(field).asText().isEmpty(), () -> field + " in " + welcome);
        }
        assertEquals(65_536, welcome.path("limits").path("messageBytes").asInt());

        List<JsonNode> rest = messages.stream()
                .skip(1)
                .filter(m -> !Set.of("heartbeat", "pong").contains(Json.type(m)))
                .toList();
        if (Json.type(rest.get(0)).equals("ack")) {
            assertEquals(1, rest.get(0).path("id").asInt(), "the ack's id");
            rest = rest.subList(1, rest.size());
        }
        JsonNode snapshot = rest.get(0);
        assertEquals("snapshot", Json.type(snapshot), () -> "the message after the ack: " + snapshot);
        assertTrue(snapshot.path("all").asBoolean(), "the first snapshot is a whole one");
        assertEquals(welcome.path("epoch"), snapshot.path("epoch"));
        Map<String, Long> last = new HashMap<>();
        for (JsonNode camera : snapshot.path("cameras")) {
            check(camera);
            last.put(camera.path("camera").asText(), camera.path("seq").asLong());
        }
        assertTrue(last.keySet().containsAll(KINDS.keySet()), () -> "cameras in the snapshot: " + last.keySet());

        Map<String, Integer> updates = new HashMap<>();
        long seq = snapshot.path("seq").asLong();
        for (JsonNode message : rest.subList(1, rest.size())) {
            assertTrue(Set.of("camera", "control").contains(Json.type(message)), () -> "not expected: " + message);
            long next = message.path("seq").asLong();
            long before = seq;
            assertTrue(next > before, () -> "seq " + next + " after " + before);
            seq = next;
            if (Json.type(message).equals("camera")) {
                check(message);
                updates.merge(message.path("camera").asText(), 1, Integer::sum);
            }
        }
        Set<String> few = new HashSet<>(KINDS.keySet());
        few.removeIf(camera -> updates.getOrDefault(camera, 0) >= UPDATES);
        assertTrue(few.isEmpty(), () -> "fewer than " + UPDATES + " updates of " + few + ": " + updates);
    }

    private static void check(JsonNode message) {
        String camera = message.path("camera").asText();
        JsonNode view = message.path("view");
        if (KINDS.containsKey(camera)) {
            assertEquals(KINDS.get(camera), view.path("kind").asText(), () -> "kind of " + message);
        }
        assertTrue(
                message.path("time").canConvertToLong() && message.path("time").asLong() > 0,
                () -> "time of " + message);
        assertTrue(message.path("received").asLong() > 0, () -> "received of " + message);
        assertFalse(message.path("source").asText().isEmpty(), () -> "source of " + message);
        JsonNode numbers = view.path(view.path("kind").asText().equals("2d") ? "center" : "position");
        assertTrue(numbers.size() >= 2 && numbers.get(0).isNumber(), () -> "numbers of " + message);
    }
}
