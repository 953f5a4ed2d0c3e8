package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas in {@code docs/protocol} against what the distribution really sends and takes. */
class SchemaIT {
    private static final String VIEW = "\"view\":{\"kind\":\"2d\",\"center\":[0,0.5],\"zoom\":1,\"rotation\":0}";
    private static final String IN_SPACE = "\"view\":{\"kind\":\"3d\",\"position\":[0,1.7,4],\"orientation\":[0,0,0,1],"
            + "\"projection\":{\"type\":\"perspective\",\"yfov\":0.8,\"znear\":0.1}}";
    private static final JsonSchema CLIENT = schema("client");
    private static final JsonSchema SERVER = schema("server");

    private static DistributionProcess distribution;

    private static JsonSchema schema(String side) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Folders.module()
                        .resolve("../docs/protocol/schemas/" + side + ".json")
                        .normalize()
                        .toUri());
    }

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.fresh("schema");
        distribution.configure("org.geometryos.compositor.connections", "heartbeatInterval = 1000");
        distribution.start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    /** A connection that keeps what it receives, checked. */
    private static final class Recorder implements AutoCloseable {
        final RawClient client;
        final List<JsonNode> received = new ArrayList<>();

        Recorder(String subprotocol) throws IOException {
            client = RawClient.connect(distribution.port(), subprotocol);
        }

        void send(String message) throws IOException {
            assertTrue(
                    CLIENT.validate(Json.read(message)).isEmpty(),
                    () -> message + ": " + CLIENT.validate(Json.read(message)));
            client.send(message);
        }

        /** Sends what the schema refuses. @return the server's error */
        JsonNode sendWrong(String message) throws IOException {
            assertFalse(CLIENT.validate(Json.read(message)).isEmpty(), () -> "the schema accepts " + message);
            client.send(message);
            return await("error");
        }

        JsonNode await(String type) throws IOException {
            return await(type, message -> true);
        }

        JsonNode await(String type, Predicate<JsonNode> which) throws IOException {
            JsonNode message;
            do {
                message = checked(client.message());
            } while (!Json.type(message).equals(type) || !which.test(message));
            return message;
        }

        /** Reads on to the close frame. @return its code */
        int awaitClose() throws IOException {
            RawClient.Closing closing = client.awaitClose();
            closing.before().forEach(this::checked);
            return closing.code();
        }

        private JsonNode checked(JsonNode message) {
            assertTrue(SERVER.validate(message).isEmpty(), () -> message + ": " + SERVER.validate(message));
            received.add(message);
            return message;
        }

        Set<String> types() {
            Set<String> types = new TreeSet<>();
            received.forEach(message -> types.add(Json.type(message)));
            return types;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compositor.v1.json", "compositor.v1.cbor"})
    @Timeout(value = 90, unit = TimeUnit.SECONDS)
    void everyMessageOfASessionKeepsItsSchema(String subprotocol) throws Exception {
        String display = "schema-" + subprotocol.substring(subprotocol.lastIndexOf('.') + 1);
        String camera = "mine/" + display;
        try (Recorder session = new Recorder(subprotocol)) {
            session.send("{\"type\":\"hello\",\"id\":\"first\",\"display\":\"" + display
                    + "\",\"settings\":{\"width\":1920,\"height\":1080,"
                    + "\"pixelRatio\":1.5,\"refreshRate\":59.94,\"colorSpace\":\"srgb\",\"fit\":\"contain\","
                    + "\"title\":\"Schema\"}}");
            JsonNode welcome = session.await("welcome");
            session.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"],\"scene\":true,\"presence\":true}");
            JsonNode snapshot = session.await("snapshot");
            assertTrue(snapshot.path("cameras").size() >= 2, () -> "both recordings are in " + snapshot);
            session.send("{\"type\":\"camera\",\"id\":2,\"camera\":\"" + camera
                    + "\",\"time\":1,\"sample\":2,\"cut\":true,\"timecode\":\"01:02:03;04\"," + VIEW + "}");
            session.await(
                    "camera", message -> camera.equals(message.path("camera").asText()));
            session.send("{\"type\":\"camera\",\"camera\":\"" + camera + "\"," + IN_SPACE + "}");
            session.await(
                    "camera", message -> camera.equals(message.path("camera").asText()));
            session.send("{\"type\":\"control\",\"id\":3,\"camera\":\"" + camera + "\",\"action\":\"release\"}");
            session.await("control", message -> message.path("holder").isNull());
            session.send("{\"type\":\"admin\",\"id\":4,\"action\":\"remove-camera\",\"camera\":\"" + camera + "\"}");
            session.await("camera-removed");
            session.send("{\"type\":\"settings\",\"id\":5,\"settings\":{}}");
            session.send("{\"type\":\"ping\",\"id\":6,\"t0\":-5}");
            assertEquals(-5, session.await("pong").path("t0").asLong());

            session.send("{\"type\":\"replay\",\"id\":12,\"action\":\"list\"}");
            JsonNode playbacks = session.await(
                            "ack", message -> message.path("id").asInt() == 12)
                    .path("playbacks");
            assertEquals(2, playbacks.size(), playbacks::toString);

            session.send("{\"type\":\"admin\",\"id\":7,\"action\":\"close\",\"display\":\"nobody\"}");
            assertEquals("not-found", session.await("error").path("code").asText());
            assertEquals(
                    "invalid",
                    session.sendWrong("{\"type\":\"camera\",\"id\":8,\"camera\":\"a b\"," + VIEW + "}")
                            .path("code")
                            .asText());
            assertEquals(
                    "invalid",
                    session.sendWrong("{\"type\":\"subscribe\",\"rate\":5,\"delivery\":\"every\"}")
                            .path("code")
                            .asText());
            assertEquals(
                    "unknown-type",
                    session.sendWrong("{\"type\":\"teleport\",\"id\":\"x\"}")
                            .path("code")
                            .asText());
            assertEquals(
                    "malformed", session.sendWrong("{\"id\":9}").path("code").asText());

            session.send("{\"type\":\"subscribe\",\"id\":10,\"cameras\":[\"tour\",\"stage\"],\"delivery\":\"every\"}");
            session.await("ack", message -> message.path("id").asInt() == 10);
            session.await("camera");
            session.await("heartbeat");
            session.send("{\"type\":\"unsubscribe\",\"id\":11}");
            session.await("ack", message -> message.path("id").asInt() == 11);

            try (Recorder resumed = new Recorder(subprotocol)) {
                resumed.send("{\"type\":\"hello\",\"display\":\"" + display + "\",\"resume\":{\"token\":\""
                        + welcome.path("token").asText() + "\",\"epoch\":\""
                        + welcome.path("epoch").asText() + "\",\"seq\":" + snapshot.path("seq") + "}}");
                resumed.await("welcome");
                assertEquals(4409, session.awaitClose());
                resumed.send("{\"type\":\"bye\"}");
                assertEquals(1000, resumed.awaitClose());
            }
            assertTrue(
                    session.types()
                            .containsAll(Set.of(
                                    "welcome",
                                    "ack",
                                    "error",
                                    "snapshot",
                                    "camera",
                                    "camera-removed",
                                    "control",
                                    "heartbeat",
                                    "pong",
                                    "goodbye")),
                    () -> "seen " + session.types());
        }
    }
}
