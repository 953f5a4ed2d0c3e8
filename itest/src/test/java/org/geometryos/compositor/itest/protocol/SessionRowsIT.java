package org.geometryos.compositor.itest.protocol;

import static org.geometryos.compositor.itest.outside.KeyedDistribution.ADMIN;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CBOR;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CONTROL;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.JSON;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.LIMIT;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.PRESENCE;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.VIEW;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertServed;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.greet;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.leave;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.Follower;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.KeyedDistribution;
import org.geometryos.compositor.itest.outside.KeyedDistribution.Ticket;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Protocol, "Coming back", "Driving a camera" and "Subscriptions": sessions that begin, wait, go on and end; settings;
 * what the others are told; what operators do.
 */
@Tag("long")
class SessionRowsIT {
    private static KeyedDistribution bridge;
    private Follower watcher;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        bridge = new KeyedDistribution("rows-session");
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void watch() throws Exception {
        watcher = bridge.watcher();
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        watcher.close();
        bridge.defaults();
    }

    private static String settings(String json) {
        return "\"settings\":" + json;
    }

    private static String hello(String display, String more) {
        return "{\"type\":\"hello\",\"display\":\"" + display + "\"," + more + "}";
    }

    /** What has been told of a display up to the moment in which another one joins. */
    private List<JsonNode> toldUntilNow(String display) throws IOException {
        try (RawClient mark = bridge.connect(VIEW)) {
            String name = Ticket.of(greet(mark, "{\"type\":\"hello\"}")).display();
            List<JsonNode> told = watcher.awaitAll("the mark", message -> Follower.tells(message, name)).stream()
                    .filter(message -> Follower.tells(message, display))
                    .toList();
            leave(mark);
            return told;
        }
    }

    // ---- presence

    @Test
    void othersAreToldWhoJoinsChangesAndLeaves() throws Exception {
        try (RawClient client = bridge.connect(VIEW, CBOR)) {
            Ticket ticket = Ticket.of(greet(
                    client, hello("north", "\"user\":\"anna\"," + settings("{\"width\":1920,\"fit\":\"cover\"}"))));
            JsonNode joined = watcher.presence("north", "joined");
            assertEquals(ticket.session(), joined.path("session").asText());
            assertEquals("anna", joined.path("user").asText());
            assertTrue(joined.path("connected").asBoolean(), joined::toString);
            assertEquals(Json.read("{\"width\":1920,\"fit\":\"cover\"}"), joined.path("settings"));
            client.send("{\"type\":\"settings\",\"id\":1,\"settings\":{\"title\":\"North wall\"}}");
            assertEquals(1, client.await("ack").path("id").asInt());
            JsonNode changed = watcher.presence("north", "changed");
            assertEquals(Json.read("{\"title\":\"North wall\"}"), changed.path("settings"), "settings replace");
            assertTrue(changed.path("seq").asLong() > joined.path("seq").asLong());
            client.send("{\"type\":\"settings\",\"id\":2,\"settings\":{\"title\":\"North wall\"}}");
            assertEquals(2, client.await("ack").path("id").asInt());
            assertEquals(List.of(), toldUntilNow("north"), "what changes nothing is not told");
            leave(client);
            assertEquals("bye", watcher.presence("north", "left").path("reason").asText());
        }
    }

    @Test
    void aShortLossIsNotToldAndALongerOneIs() throws Exception {
        RawClient client = bridge.connect(VIEW);
        Ticket ticket = Ticket.of(greet(client, CameraStream.hello("flickers")));
        watcher.presence("flickers", "joined");
        List<JsonNode> told;
        long away;
        int attempts = 0;
        do {
            long lost = System.nanoTime();
            client.close();
            client = bridge.connect(VIEW);
            assertTrue(greet(client, ticket.hello()).path("resumed").asBoolean());
            away = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lost);
            Waiting.until(
                    LIMIT,
                    "a loss that would be told by now",
                    () -> System.nanoTime() - lost > TimeUnit.MILLISECONDS.toNanos(3_500));
            told = toldUntilNow("flickers");
            // a loss that the machine made a long one shows nothing
        } while (away >= 2_000 && ++attempts < 5);
        assertEquals(List.of(), told, "after " + away + " ms");
        client.close();
        JsonNode gone = watcher.presence("flickers", "changed");
        assertFalse(gone.path("connected").asBoolean(true), gone::toString);
        try (RawClient again = bridge.connect(VIEW)) {
            assertTrue(greet(again, ticket.hello()).path("resumed").asBoolean());
            JsonNode back = watcher.presence("flickers", "changed");
            assertTrue(back.path("connected").asBoolean(), back::toString);
            assertEquals(ticket.session(), back.path("session").asText());
            leave(again);
        }
    }

    @Test
    void theSnapshotOfDisplaysHoldsOnesOwnSession() throws Exception {
        try (RawClient other = bridge.display(CONTROL, "other");
                RawClient client = bridge.connect(VIEW)) {
            Ticket ticket = Ticket.of(greet(client, hello("own", settings("{\"height\":1080}"))));
            client.send(PRESENCE);
            Set<String> names = new HashSet<>();
            JsonNode own = null;
            for (JsonNode display : client.await("snapshot").path("displays")) {
                names.add(display.path("display").asText());
                own = display.path("session").asText().equals(ticket.session()) ? display : own;
            }
            assertTrue(names.containsAll(Set.of("own", "other", "watcher")), names::toString);
            assertEquals("own", own.path("display").asText());
            assertEquals("view", own.path("user").asText(), "the key's name");
            assertEquals(1080, own.path("settings").path("height").asInt());
            leave(client);
            leave(other);
        }
    }

    // ---- resume

    @Test
    void aSessionGoesOnWithItsSubscriptionAndMayChangeItsEncodingAndSettings() throws Exception {
        RawClient client = bridge.connect(VIEW);
        Ticket ticket = Ticket.of(greet(client, hello("goes-on", settings("{\"width\":1}"))));
        client.send("{\"type\":\"subscribe\",\"cameras\":[\"tour\"],\"delivery\":\"every\"}");
        client.await("snapshot");
        long last = client.await("camera").path("seq").asLong();
        client.close();
        try (RawClient again = bridge.connect(VIEW, CBOR)) {
            again.send(ticket.at(last).hello().replace("\"resume\"", settings("{\"height\":2}") + ",\"resume\""));
            JsonNode welcome = again.await("welcome");
            assertTrue(welcome.path("resumed").asBoolean(), welcome::toString);
            assertEquals(ticket.session(), welcome.path("session").asText());
            assertEquals("goes-on", welcome.path("display").asText());
            assertEquals(Json.read("{\"height\":2}"), welcome.path("settings"), "settings replace");
            long sample = -1;
            for (int i = 0; i < 30; i++) {
                JsonNode update = again.await("camera");
                assertEquals("tour", update.path("camera").asText());
                assertTrue(update.path("seq").asLong() > last, update::toString);
                last = update.path("seq").asLong();
                long next = update.path("sample").asLong();
                long before = sample;
                assertTrue(
                        before < 0 || next == before + 1 || next < before,
                        () -> "nothing is missing: " + next + " after " + before);
                sample = next;
            }
            leave(again);
        }
    }

    @Test
    void whatDoesNotFitIsNotResumedAndOnlyAValidTokenEndsTheOldSession() throws Exception {
        try (RawClient stays = bridge.connect(VIEW)) {
            Ticket ticket = Ticket.of(greet(stays, CameraStream.hello("stays")));
            Ticket free = new Ticket("", "free", ticket.token(), ticket.epoch(), ticket.seq());
            assertFalse(
                    bridge.resumes(
                            VIEW, new Ticket("", "free", "wrong" + ticket.token(), ticket.epoch(), ticket.seq())),
                    "a wrong token");
            assertFalse(bridge.resumes(CONTROL, free), "another key");
            assertServed(stays);
        }
        for (String fault : List.of("ahead", "epoch")) {
            try (RawClient client = bridge.connect(VIEW)) {
                Ticket ticket = Ticket.of(greet(client, CameraStream.hello(fault)));
                watcher.presence(fault, "joined");
                assertFalse(
                        bridge.resumes(
                                VIEW,
                                fault.equals("ahead") ? ticket.at(ticket.seq() + 1_000_000) : ticket.in("another")),
                        fault);
                assertEquals(4409, client.awaitClose().code(), fault);
                assertEquals(
                        ticket.session(),
                        watcher.presence(fault, "left").path("session").asText());
                assertNotEquals(
                        ticket.session(),
                        watcher.presence(fault, "joined").path("session").asText());
                assertFalse(bridge.resumes(VIEW, ticket), "it is over");
            }
        }
    }

    @Test
    void aSessionWaitsAsLongAsConfiguredAndNotLonger() throws Exception {
        bridge.connections("resumeWindow=10000");
        RawClient early = bridge.connect(VIEW);
        Ticket first = Ticket.of(greet(early, CameraStream.hello("early")));
        RawClient late = bridge.connect(VIEW);
        Ticket second = Ticket.of(greet(late, CameraStream.hello("late")));
        watcher.presence("late", "joined");
        long start = System.nanoTime();
        early.close();
        late.close();
        Waiting.until(LIMIT, "a part of the window", () -> System.nanoTime() - start > TimeUnit.SECONDS.toNanos(2));
        assertTrue(bridge.resumes(VIEW, first), "within the window");
        JsonNode left = watcher.presence("late", "left");
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals("not resumed within 10000 ms", left.path("reason").asText());
        assertTrue(seconds > 9.9 && seconds < 30, () -> "after " + seconds + " s");
        assertFalse(bridge.resumes(VIEW, second), "beyond the window");
    }

    @Test
    void whatIsGoneFromTheJournalIsNotResumed() throws Exception {
        bridge.configure("journal", "cameraBytes=65536");
        RawClient client = bridge.connect(VIEW);
        Ticket ticket = Ticket.of(greet(client, CameraStream.hello("behind")));
        client.send("{\"type\":\"subscribe\",\"cameras\":[\"tour\"],\"delivery\":\"every\"}");
        client.await("snapshot");
        long seq = client.await("camera").path("seq").asLong();
        client.close();
        try (RawClient reader = bridge.display(VIEW, "reads-on")) {
            reader.send("{\"type\":\"subscribe\",\"cameras\":[\"tour\"]}");
            JsonNode update;
            do {
                update = reader.await("camera");
            } while (update.path("seq").asLong() < seq + 1_000);
            leave(reader);
        }
        assertFalse(bridge.resumes(VIEW, ticket.at(seq)));
    }

    @Test
    void aSessionOfOnceEndsWithItsSocket() throws Exception {
        RawClient client = bridge.connect(VIEW);
        Ticket ticket = Ticket.of(greet(client, hello("once", "\"connection\":\"once\"")));
        watcher.presence("once", "joined");
        client.close();
        assertEquals(
                "the connection was lost",
                watcher.presence("once", "left").path("reason").asText());
        assertFalse(bridge.resumes(VIEW, ticket));
    }

    // ---- settings

    @Test
    void theOperatorsSettingsComeBeforeThoseOfHelloAndThoseBeforeTheRememberedOnes() throws Exception {
        welcomed("wall", settings("{\"width\":100,\"height\":50}"), "{\"width\":100,\"height\":50}");
        welcomed("wall", "\"user\":\"view\"", "{\"width\":100,\"height\":50}");
        welcomed("wall", settings("{\"title\":\"new\"}"), "{\"title\":\"new\"}");
        welcomed("wall", "\"user\":\"view\"", "{\"title\":\"new\"}");
        welcomed("wall", "\"user\":\"somebody-else\"", "");
        bridge.configure("connections.display~wall", "width=800", "fit=cover");
        Waiting.until(
                LIMIT,
                "the operator's settings",
                () -> settingsOf("wall", "\"user\":\"view\"").contains("800"));
        welcomed("wall", settings("{\"width\":100,\"height\":50}"), "{\"width\":800,\"height\":50,\"fit\":\"cover\"}");
        try (RawClient client = bridge.display(VIEW, "wall")) {
            // also a change that an earlier connection saw
            toldUntilNow("wall");
            bridge.defaults();
            JsonNode changed = watcher.await(
                    "the change",
                    message -> Follower.tells(message, "wall")
                            && message.path("action").asText().equals("changed"));
            assertEquals(
                    Json.read("{\"width\":100,\"height\":50}"),
                    changed.path("settings"),
                    "what the display says of itself is in force again");
            leave(client);
        }
    }

    /** @param expected the settings in welcome; empty: there are none */
    private static void welcomed(String display, String more, String expected) throws IOException {
        String settings = settingsOf(display, more);
        assertEquals(expected.isEmpty() ? "" : Json.read(expected), settings.isEmpty() ? "" : Json.read(settings));
    }

    private static String settingsOf(String display, String more) throws IOException {
        try (RawClient client = bridge.connect(VIEW)) {
            String settings =
                    greet(client, hello(display, more)).path("settings").toString();
            leave(client);
            return settings;
        }
    }

    // ---- who drives

    private static String control(String camera, String action, int id) {
        return "{\"type\":\"control\",\"camera\":\"" + camera + "\",\"action\":\"" + action + "\",\"id\":" + id + "}";
    }

    private static JsonNode answer(RawClient client, String request) throws IOException {
        client.send(request);
        int id = Json.read(request).path("id").asInt();
        JsonNode message;
        do {
            message = client.message();
        } while (message.path("id").asInt() != id);
        return message;
    }

    @Test
    void whoHoldsACameraIsAskedForItAndMayGiveItBack() throws Exception {
        for (String encoding : List.of(JSON, CBOR)) {
            try (RawClient holder = bridge.connect(CONTROL, encoding);
                    RawClient asker = bridge.connect(CONTROL, encoding)) {
                greet(holder, CameraStream.hello("holds"));
                Ticket ticket = Ticket.of(greet(asker, CameraStream.hello("asks")));
                assertEquals(
                        "ack", Json.type(answer(asker, control("shared", "ask", 1))), "free: nobody is to be asked");
                assertEquals("ack", Json.type(answer(holder, control("shared", "take", 1))));
                assertEquals(
                        "held",
                        answer(asker, control("shared", "take", 2)).path("code").asText());
                JsonNode ack = answer(asker, control("shared", "ask", 3));
                assertEquals("ack", Json.type(ack), ack::toString);
                assertFalse(ack.has("seq"), ack::toString);
                JsonNode asked = holder.await("asked");
                assertEquals("shared", asked.path("camera").asText());
                assertEquals("asks", asked.path("display").asText());
                assertEquals(ticket.session(), asked.path("session").asText());
                assertFalse(asked.has("seq"), "it is not in the sequence");
                assertEquals("ack", Json.type(answer(holder, control("shared", "release", 2))));
                assertEquals("ack", Json.type(answer(asker, control("shared", "take", 4))));
                leave(asker);
                leave(holder);
            }
        }
    }

    @Test
    void aStreamOfAskingReachesTheHolderOnceASecond() throws Exception {
        try (RawClient holder = bridge.display(CONTROL, "patient");
                RawClient asker = bridge.display(CONTROL, "impatient")) {
            assertEquals("ack", Json.type(answer(holder, control("wanted", "take", 1))));
            long start = System.nanoTime();
            int refused = 0;
            for (int i = 1; i <= 20; i++) {
                JsonNode answer = answer(asker, control("wanted", "ask", i));
                refused += answer.path("code").asText().equals("limit") ? 1 : 0;
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            holder.send("{\"type\":\"ping\",\"id\":\"mark\",\"t0\":1}");
            int asked = 0;
            for (JsonNode next = holder.message(); !Json.type(next).equals("pong"); next = holder.message()) {
                asked += Json.type(next).equals("asked") ? 1 : 0;
            }
            assertEquals(20, asked + refused);
            assertTrue(asked >= 1 && asked <= seconds + 1, asked + " in " + seconds + " s");
            leave(asker);
            leave(holder);
        }
    }

    @Test
    void anAdminTakesACameraByForce() throws Exception {
        String force = "{\"type\":\"control\",\"camera\":\"forced\",\"action\":\"take\",\"force\":true,\"id\":2}";
        try (RawClient holder = bridge.display(ADMIN, "first");
                RawClient admin = bridge.display(ADMIN, "second");
                RawClient other = bridge.display(CONTROL, "third")) {
            assertEquals("ack", Json.type(answer(holder, control("forced", "take", 1))));
            assertEquals(
                    "held",
                    answer(admin, control("forced", "take", 1)).path("code").asText());
            assertEquals("forbidden", answer(other, force).path("code").asText());
            other.send("{\"type\":\"subscribe\",\"cameras\":[\"forced\"]}");
            assertEquals(
                    "first",
                    other.await("snapshot")
                            .path("control")
                            .path(0)
                            .path("holder")
                            .asText());
            assertEquals("ack", Json.type(answer(admin, force)));
            assertEquals("second", other.await("control").path("holder").asText());
            assertEquals(
                    "held",
                    answer(holder, control("forced", "take", 3)).path("code").asText());
            assertEquals(
                    "invalid",
                    answer(admin, force.replace("take", "release")).path("code").asText());
            leave(other);
            leave(admin);
            leave(holder);
        }
    }

    @Test
    void takeAloneKeepsACameraUpToTheHoldLimit() throws Exception {
        bridge.configure("camera", "holdLimit=10000", "leaseMillis=8000", "maxCameras=399");
        Waiting.until(LIMIT, "the camera bridge's configuration", () -> bridge.limit("cameras") == 399);
        try (RawClient holder = bridge.display(CONTROL, "dozes")) {
            holder.send("{\"type\":\"subscribe\",\"cameras\":[\"idle\"]}");
            holder.await("snapshot");
            long start = System.nanoTime();
            holder.send(control("idle", "take", 1));
            assertEquals("dozes", holder.await("control").path("holder").asText());
            int id = 2;
            holder.send(control("idle", "take", id));
            JsonNode next;
            do {
                next = holder.message();
                if (Json.type(next).equals("ack") && next.path("id").asInt() == id) {
                    long answered = System.nanoTime();
                    Waiting.until(
                            LIMIT, "a while", () -> System.nanoTime() - answered > TimeUnit.MILLISECONDS.toNanos(100));
                    holder.send(control("idle", "take", ++id));
                }
            } while (!Json.type(next).equals("control"));
            assertTrue(next.path("holder").isNull(), next::toString);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 9_900, () -> "free after " + millis + " ms");
            leave(holder);
        }
    }

    // ---- operators

    @Test
    void drainingKeepsTheSessionThatAskedForItAlsoOnAnotherConnection() throws Exception {
        RawClient boss = bridge.connect(ADMIN);
        Ticket ticket = Ticket.of(greet(boss, CameraStream.hello("boss")));
        boss.send("{\"type\":\"admin\",\"id\":1,\"action\":\"drain\",\"over\":1000}");
        assertEquals(1, boss.await("ack").path("id").asInt());
        boss.close();
        try (RawClient again = bridge.connect(ADMIN)) {
            assertTrue(greet(again, ticket.hello()).path("resumed").asBoolean());
            Waiting.until(LIMIT, "the watcher's close", () -> watcher.closedWith() == 4503);
            assertServed(again);
            again.send("{\"type\":\"admin\",\"id\":2,\"action\":\"undrain\"}");
            assertEquals(2, again.await("ack").path("id").asInt());
            bridge.untilTaken(VIEW);
            leave(again);
        }
    }

    @Test
    void aNoticeReachesOneDisplayOrAll() throws Exception {
        try (RawClient one = bridge.display(VIEW, "one");
                RawClient two = bridge.connect(CONTROL, CBOR)) {
            greet(two, CameraStream.hello("two"));
            watcher.send("{\"type\":\"admin\",\"id\":1,\"action\":\"notice\",\"display\":\"two\",\"level\":\"warning\","
                    + "\"text\":\"to two\"}");
            watcher.await("ack", message -> message.path("id").asInt() == 1);
            watcher.send("{\"type\":\"admin\",\"id\":2,\"action\":\"notice\",\"level\":\"error\",\"text\":\"to all "
                    + "\u20ac\"}");
            watcher.await("notice", message -> Json.type(message).equals("notice"));
            JsonNode first = one.await("notice");
            assertEquals("to all \u20ac", first.path("text").asText(), "the one before was not for it");
            assertEquals("error", first.path("level").asText());
            assertEquals("to two", two.await("notice").path("text").asText());
            assertEquals("to all \u20ac", two.await("notice").path("text").asText());
        }
    }

    @Test
    void anOperatorClosesADisplayThatIsAwayAndItsSessionIsOver() throws Exception {
        RawClient client = bridge.connect(VIEW, JSON);
        Ticket ticket = Ticket.of(greet(client, CameraStream.hello("away")));
        watcher.presence("away", "joined");
        client.close();
        assertFalse(watcher.presence("away", "changed").path("connected").asBoolean(true));
        watcher.send("{\"type\":\"admin\",\"id\":1,\"action\":\"notice\",\"display\":\"away\",\"level\":\"info\","
                + "\"text\":\"x\"}");
        assertEquals(
                "not-found",
                watcher.await("an answer", message -> message.path("id").asInt() == 1)
                        .path("code")
                        .asText(),
                "nobody is there to read it");
        watcher.send("{\"type\":\"admin\",\"id\":2,\"action\":\"close\",\"display\":\"away\"}");
        assertEquals(
                "closed by an operator",
                watcher.presence("away", "left").path("reason").asText());
        assertFalse(bridge.resumes(VIEW, ticket));
    }
}
