package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Walls that are declared, changed and replaced while their members report. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WallIT {
    private static final int LIMIT = 60;
    private static final String FACTORY = Host.PREFIX + "wall";
    private static final String JSON = "compositor.v1.json";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern DELAY = Pattern.compile("\"figures\":\\{[^{]*?\"delay\":([0-9.]+)");
    private static final String LEFT = "left x=0 y=0 width=100 height=100";
    private static final String RIGHT = "right x=110 y=0 width=100 height=100 delay=10";

    @Inject
    private BundleContext context;

    private Host host;
    private ConfigurationAdmin admin;
    private final List<org.osgi.service.cm.Configuration> made = new ArrayList<>();

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void start() throws Exception {
        host = new Host(context);
        host.awaitReady();
        admin = host.service(ConfigurationAdmin.class);
    }

    @After
    public void clean() throws Exception {
        for (org.osgi.service.cm.Configuration each : made) {
            try {
                each.delete();
            } catch (IllegalStateException e) {
                // a test has deleted it
            }
        }
        Files.deleteIfExists(host.data("compose_config.json"));
        Host.await(LIMIT, "no walls", () -> walls().equals("{\"walls\":[]}"));
    }

    private org.osgi.service.cm.Configuration declare(String name, Map<String, Object> values) throws IOException {
        org.osgi.service.cm.Configuration declared = admin.getFactoryConfiguration(FACTORY, name, "?");
        Map<String, Object> all = new TreeMap<>(values);
        all.putIfAbsent("width", "210");
        all.putIfAbsent("height", "100");
        declared.update(new Hashtable<>(all));
        made.add(declared);
        return declared;
    }

    private static HttpResponse<String> ask(String method, String name, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + Host.port() + "/compositor/walls" + name))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String walls() throws Exception {
        HttpResponse<String> answer = ask("GET", "", null);
        return answer.statusCode() == 200 ? answer.body() : "";
    }

    private static void awaitWalls(String part) throws Exception {
        String[] last = {""};
        try {
            Host.await(LIMIT, part, () -> {
                last[0] = walls();
                return last[0].contains(part);
            });
        } catch (AssertionError e) {
            throw new AssertionError("no " + part + " in " + last[0], e);
        }
    }

    private static RawDisplay display() throws IOException {
        return new RawDisplay(Host.port(), 0, JSON);
    }

    @Test
    public void wallIsDeclaredChangedAndRemovedWhileItsDisplaysAreThere() throws Exception {
        try (RawDisplay left = display()) {
            assertFalse(left.hello("left").contains("\"wall\""));
            org.osgi.service.cm.Configuration hall =
                    declare("hall", Map.of("title", "Hall", "members", new String[] {LEFT, RIGHT}));
            assertTrue(left.message("assigned").contains("\"wall\":\"hall\""));
            left.send("{\"type\":\"subscribe\",\"walls\":[\"hall\"]}");
            String snapshot = left.message("snapshot");
            assertTrue(snapshot, snapshot.contains("\"title\":\"Hall\"") && snapshot.contains("\"display\":\"right\""));

            declare("hall", Map.of("title", "Large hall", "members", LEFT + ";" + RIGHT));
            String changed = left.message("wall");
            assertTrue(changed, changed.contains("\"title\":\"Large hall\""));

            declare("hall", Map.of("width", "0", "members", LEFT));
            Host.await(
                    LIMIT,
                    "that the health tells it",
                    () -> health().contains("width must be above 0, not 0.0; the wall stays as it was"));
            assertTrue(walls(), walls().contains("\"title\":\"Large hall\""));

            try (RawDisplay right = display()) {
                assertTrue(right.hello("right").contains("\"wall\":\"hall\""));
            }
            hall.delete();
            // the one is in the sequence, the other is not: either may come first
            Set<String> awaited = new TreeSet<>(Set.of("wall-removed", "assigned"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT);
            while (!awaited.isEmpty()) {
                // a heartbeat comes in any case
                String message = left.message();
                assertTrue("waited in vain for " + awaited, System.nanoTime() - deadline < 0);
                if (awaited.remove(RawDisplay.type(message))) {
                    assertTrue(message, message.contains(message.contains("removed") ? "\"hall\"" : "\"wall\":null"));
                }
            }
            Host.await(LIMIT, "that the health is well", () -> !health().contains("the wall stays as it was"));
        }
    }

    private static String health() throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + "/compositor/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    public void fileDeclaresWallsToo() throws Exception {
        write("{\"walls\":{\"side\":{\"width\":300,\"height\":100,\"members\":[{\"display\":\"a\",\"x\":0,\"y\":0,"
                + "\"width\":100,\"height\":100,\"position\":[0,0,10],\"yaw\":90}]}}}");
        awaitWalls("\"yaw\":1.57");
        write("{\"walls\":{\"side\":{\"width\":400,\"height\":100}}}");
        awaitWalls("\"width\":400.0");
        write("{\"walls\":{}}");
        Host.await(LIMIT, "no walls", () -> walls().equals("{\"walls\":[]}"));
    }

    private void write(String content) throws IOException {
        Path file = host.data("compose_config.json");
        Path next = host.data("compose_config.next");
        Files.writeString(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Two members that report, on a thread of their own, until they are closed. */
    private static final class Members implements AutoCloseable {
        private final List<RawDisplay> displays = new ArrayList<>();
        private final List<Thread> readers = new ArrayList<>();
        private final Thread reporter;
        private volatile boolean over;

        Members(String... names) throws IOException {
            for (String name : names) {
                RawDisplay display = display();
                display.hello(name);
                displays.add(display);
                // what comes must be read, and pings be answered
                Thread reader = new Thread(() -> read(display), "reader-" + name);
                readers.add(reader);
                reader.start();
            }
            reporter = new Thread(this::report, "reporter");
            reporter.start();
        }

        private void read(RawDisplay display) {
            try {
                while (!over) {
                    display.message();
                }
            } catch (IOException e) {
                // it was closed
            }
        }

        private void report() {
            try {
                while (!over) {
                    long now = System.currentTimeMillis() * 1000;
                    for (RawDisplay display : displays) {
                        display.send(
                                "{\"type\":\"ping\",\"t0\":" + now + ",\"report\":{\"wall\":\"hall\",\"clock\":300,"
                                        + "\"age\":{\"p50\":90000,\"p99\":150000},\"interval\":16667,\"frames\":60,\"late\":1,"
                                        + "\"at\":" + now + ",\"shown\":" + (now - 100_000) + "}}");
                    }
                    TimeUnit.MILLISECONDS.sleep(600);
                }
            } catch (IOException | InterruptedException e) {
                // it is over
            }
        }

        @Override
        public void close() throws Exception {
            over = true;
            reporter.interrupt();
            reporter.join(10_000);
            for (RawDisplay display : displays) {
                display.close();
            }
            for (Thread reader : readers) {
                reader.join(10_000);
            }
        }
    }

    /** The delay of the wall now, ms; null while nobody tells. */
    private static Double delay() throws Exception {
        Matcher delay = DELAY.matcher(walls());
        return delay.find() ? Double.valueOf(delay.group(1)) : null;
    }

    @Test
    public void delayGoesOnWhateverBundleIsReplaced() throws Exception {
        declare("hall", Map.of("members", new String[] {LEFT, RIGHT}));
        awaitWalls("\"wall\":\"hall\"");
        Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();
        Map<String, Long> threads = Host.threads();
        try (Members members = new Members("left", "right")) {
            // 150 + 16.7 + 5 + 10 of the screen
            awaitWalls("\"to\":182000");
            for (String part : List.of("wall", "journal", "wall", "connections", "endpoint", "protocol", "wall")) {
                loaders.computeIfAbsent(part, any -> new ArrayList<>())
                        .add(new WeakReference<>(Host.loader(host.bundle(part))));
                long at = System.nanoTime();
                double before = Host.await(LIMIT, "a delay", WallIT::delay);
                host.swap(part);
                host.awaitReady();
                double after = Host.await(LIMIT, "a delay", WallIT::delay);
                double passed = (System.nanoTime() - at) / 1e6;
                assertEquals(part, before, after, passed * 0.05 + 1);
                awaitWalls("\"to\":182000");
            }
            awaitWalls("\"counted\":true");
        }
        Host.await(
                LIMIT,
                "the same threads as before: " + threads,
                () -> Host.threads().equals(threads));
        assertEquals("class loaders still reachable, by part", Map.of(), Host.leftOver(loaders));
    }

    @Test
    public void delayGoesOnWhenEverythingIsRefreshed() throws Exception {
        declare("hall", Map.of("delay", "250", "members", LEFT));
        awaitWalls("\"to\":250000");
        declare("hall", Map.of("members", LEFT));
        awaitWalls("\"fixed\":false");
        assertEquals(200, ask("POST", "/hall", "{\"picture\":\"identify\"}").statusCode());

        host.swap("api");
        host.awaitReady();

        awaitWalls("\"picture\":\"identify\"");
        assertEquals(250, Host.await(LIMIT, "a delay", WallIT::delay), 0.5);
    }

    @Test
    public void roleControlEditsAndRoleViewReads() throws Exception {
        declare("hall", Map.of("title", "Hall", "members", LEFT));
        awaitWalls("\"wall\":\"hall\"");
        Map<String, org.osgi.service.cm.Configuration> keys = new TreeMap<>();
        for (String role : List.of("view", "control")) {
            org.osgi.service.cm.Configuration key =
                    admin.getFactoryConfiguration(Host.PREFIX + "endpoint.key", role + "-of-walls", "?");
            key.update(new Hashtable<>(Map.of("role", role, "key", key(role))));
            keys.put(role, key);
        }
        try {
            Host.await(
                    LIMIT, "that a key is asked for", () -> ask("GET", "", null).statusCode() == 401);
            for (String role : keys.keySet()) {
                Host.await(
                        LIMIT,
                        "that role " + role + " reads",
                        () -> ask("GET", "", null, "X-API-Key", key(role)).statusCode() == 200);
            }
            for (String[] request : new String[][] {
                {"POST", "/hall", "{\"title\":\"Other\"}"},
                {"PUT", "/side", "{\"width\":1,\"height\":1}"},
                {"DELETE", "/hall", null}
            }) {
                HttpResponse<String> answer = ask(request[0], request[1], request[2], "X-API-Key", key("view"));
                assertEquals(answer.body(), 403, answer.statusCode());
            }
            HttpResponse<String> answer = ask("POST", "/hall", "{\"title\":\"Other\"}", "X-API-Key", key("control"));
            assertEquals(answer.body(), 200, answer.statusCode());
            assertTrue(
                    ask("GET", "/hall", null, "X-API-Key", key("view")).body().contains("\"title\":\"Other\""));
            assertEquals(
                    "Other",
                    admin.getFactoryConfiguration(FACTORY, "hall", "?")
                            .getProperties()
                            .get("title"));
            answer = ask("POST", "/hall", "{\"width\":-1}", "X-API-Key", key("control"));
            assertEquals(answer.body(), 400, answer.statusCode());
            assertTrue(answer.body(), answer.body().contains("width must be above 0, not -1.0"));
            answer = ask("DELETE", "/hall", null, "X-API-Key", key("control"));
            assertEquals(answer.body(), 200, answer.statusCode());
            assertEquals(
                    404, ask("GET", "/hall", null, "X-API-Key", key("view")).statusCode());
        } finally {
            for (org.osgi.service.cm.Configuration key : keys.values()) {
                key.delete();
            }
        }
        Host.await(LIMIT, "that it is open again", () -> ask("GET", "", null).statusCode() == 200);
    }

    private static String key(String role) {
        return "a key of role " + role;
    }
}
