package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.geometryos.compositor.testkit.wire.RawPeer.Answer;
import org.geometryos.compositor.testkit.wire.RawRequest;

/** The distribution with a key for each role; its configuration by files, and connections with those keys. */
public final class KeyedDistribution implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(60);
    public static final String JSON = "compositor.v1.json";
    public static final String CBOR = "compositor.v1.cbor";
    public static final String VIEW = "view";
    public static final String CONTROL = "control";
    public static final String ADMIN = "admin";
    public static final String BYE = "{\"type\":\"bye\"}";
    public static final String PRESENCE = "{\"type\":\"subscribe\",\"presence\":true}";
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final int DEFAULT_RESUME_WINDOW = 60_000;

    private final DistributionProcess process;
    private final Set<String> configured = new LinkedHashSet<>();
    /**
     * Each configuration of the connections has a resume window of its own: by it, welcome tells that it is in force.
     */
    private int resumeWindow = DEFAULT_RESUME_WINDOW;

    /** What a display needs to come back. */
    public record Ticket(String session, String display, String token, String epoch, long seq) {
        public static Ticket of(JsonNode welcome) {
            assertEquals("welcome", Json.type(welcome), welcome::toString);
            return new Ticket(
                    welcome.path("session").asText(),
                    welcome.path("display").asText(),
                    welcome.path("token").asText(),
                    welcome.path("epoch").asText(),
                    welcome.path("seq").asLong());
        }

        public Ticket at(long position) {
            return new Ticket(session, display, token, epoch, position);
        }

        public Ticket in(String otherEpoch) {
            return new Ticket(session, display, token, otherEpoch, seq);
        }

        public String hello() {
            return "{\"type\":\"hello\",\"display\":\"" + display + "\",\"resume\":{\"token\":\"" + token
                    + "\",\"epoch\":\"" + epoch + "\",\"seq\":" + seq + "}}";
        }
    }

    public KeyedDistribution(String name) throws IOException {
        process = DistributionProcess.copy(name);
        for (String role : List.of(VIEW, CONTROL, ADMIN)) {
            key(role, role, secret(role));
        }
        process.start();
        Waiting.until(
                LIMIT,
                "three keys",
                () -> status(null).status() == 401
                        && status(VIEW).status() == 200
                        && status(CONTROL).status() == 200
                        && status(ADMIN).status() == 200);
    }

    public DistributionProcess process() {
        return process;
    }

    public int port() {
        return process.port();
    }

    // ---- keys

    /** The key of a name, of whatever role. */
    public static String secret(String name) {
        return "cb_rows_" + name + "_0123456789abcdef";
    }

    /** Writes the file of a key. */
    public void key(String name, String role, String secret) throws IOException {
        process.configure(PREFIX + "endpoint.key~" + name, "role=" + role, "key=" + secret);
    }

    public void removeKey(String name) throws IOException {
        process.unconfigure(PREFIX + "endpoint.key~" + name);
    }

    /** @param key null: none is given */
    public static RawRequest with(String key, RawRequest request) {
        return key == null ? request : request.with("Authorization", "Bearer " + secret(key));
    }

    // ---- asking

    public Answer ask(RawRequest request) throws IOException {
        try (RawClient client = new RawClient(port())) {
            return client.ask(request);
        }
    }

    /** What a page of this machine gets to know. */
    public Answer status(String key) throws IOException {
        return ask(with(key, RawRequest.get("/compositor/status").with("Origin", "http://localhost")));
    }

    public void untilTaken(String key) {
        Waiting.until(
                LIMIT, "a connection with the key " + key, () -> status(key).status() == 200);
    }

    public RawClient connect(String key) throws IOException {
        return connect(key, JSON);
    }

    public RawClient connect(String key, String subprotocol) throws IOException {
        return RawClient.connect(port(), with(key, RawRequest.upgrade(subprotocol)));
    }

    /** A connection that has said hello and was welcomed. */
    public RawClient display(String key, String name) throws IOException {
        RawClient client = connect(key);
        client.send(CameraStream.hello(name));
        client.await("welcome");
        return client;
    }

    /** What a display that says hello is answered first. */
    public static JsonNode greet(RawClient client, String hello) throws IOException {
        client.send(hello);
        return client.message();
    }

    /** A session of an admin that follows who comes and goes. */
    public Follower watcher() throws IOException {
        RawClient client = display(ADMIN, "watcher");
        client.send(PRESENCE);
        client.await("snapshot");
        return new Follower(client, "watcher");
    }

    /** Says hello with a ticket, and bye. @return whether the session was resumed */
    public boolean resumes(String key, Ticket ticket) throws IOException {
        try (RawClient client = connect(key)) {
            boolean resumed = greet(client, ticket.hello()).path("resumed").asBoolean();
            leave(client);
            return resumed;
        }
    }

    public static void leave(RawClient client) throws IOException {
        client.send(BYE);
        assertEquals(1000, client.awaitClose().code());
    }

    /** That a connection ends in order: a goodbye with the code, and the close. @return the goodbye */
    public static JsonNode assertGoodbye(int code, boolean invitesBack, Closing closing) {
        assertEquals(code, closing.code(), () -> "close code, after " + closing.last());
        JsonNode goodbye = closing.last();
        assertEquals("goodbye", Json.type(goodbye), () -> "the last message: " + goodbye);
        assertEquals(code, goodbye.path("code").asInt(), goodbye::toString);
        assertFalse(goodbye.path("reason").asText().isEmpty(), goodbye::toString);
        assertTrue(goodbye.has("reconnectAfter"), goodbye::toString);
        assertEquals(invitesBack, goodbye.path("reconnectAfter").isIntegralNumber(), goodbye::toString);
        assertEquals(!invitesBack, goodbye.path("reconnectAfter").isNull(), goodbye::toString);
        return goodbye;
    }

    public static void assertServed(RawClient client) throws IOException {
        client.send("{\"type\":\"ping\",\"id\":77,\"t0\":1}");
        JsonNode pong;
        do {
            pong = client.await("pong");
        } while (pong.path("id").asInt() != 77);
    }

    // ---- configuration

    /** Configures a part; nothing is waited for. */
    public void configure(String part, String... lines) throws IOException {
        process.configure(PREFIX + part, lines);
        configured.add(part);
    }

    /**
     * Configures the connections, and waits until that is in force. A resume window among the lines must be another one
     * than before.
     */
    public void connections(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        int window = all.stream()
                .filter(line -> line.startsWith("resumeWindow="))
                .findFirst()
                .map(line -> Integer.parseInt(line.substring(13)))
                .orElseGet(() -> {
                    all.add("resumeWindow=" + ++resumeWindow);
                    return resumeWindow;
                });
        configure("connections", all.toArray(String[]::new));
        untilResumeWindow(window);
    }

    /** Takes all configurations but the keys away, and waits until the defaults are in force. */
    public void defaults() throws IOException {
        boolean connections = configured.contains("connections");
        for (String part : configured) {
            process.unconfigure(PREFIX + part);
        }
        configured.clear();
        if (connections) {
            untilResumeWindow(DEFAULT_RESUME_WINDOW);
        }
    }

    private void untilResumeWindow(int millis) {
        Waiting.until(
                LIMIT,
                () -> "a resume window of " + millis + " ms; it printed:\n" + process.log(),
                () -> limit("resumeWindow") == millis);
    }

    /** A limit as welcome names it at this moment; -1 if nobody is welcomed. */
    public int limit(String name) {
        try (RawClient client = connect(ADMIN)) {
            JsonNode welcome = greet(client, "{\"type\":\"hello\",\"connection\":\"once\"}");
            if (!Json.type(welcome).equals("welcome")) {
                return -1;
            }
            leave(client);
            return welcome.path("limits").path(name).asInt();
        } catch (IOException refused) {
            return -1;
        }
    }

    // ---- bundles

    /** Puts a bundle of the distribution into its folder for bundles, which replaces it. */
    public void deploy(String bundle) throws IOException {
        String name = PREFIX + bundle;
        Path beside = Files.copy(
                process.bundle(name),
                process.deploy().resolveSibling(name + ".new"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                beside,
                process.deploy().resolve(name + ".jar"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes a bundle away, by one that holds nothing in its place. */
    public void takeAway(String bundle) throws IOException {
        String name = PREFIX + bundle;
        BundleFile.deploy(
                process,
                BundleFile.empty(name, "99", Map.of(), process.deploy().resolveSibling(name + ".new")),
                name + ".jar");
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
