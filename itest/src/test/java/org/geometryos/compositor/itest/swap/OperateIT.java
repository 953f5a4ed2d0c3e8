package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.service.cm.ConfigurationAdmin;

/** What an operator sees and does over HTTP, in a framework without the launcher. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class OperateIT {
    private static final int LIMIT = 60;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + "/compositor/admin/" + path));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static String state() throws Exception {
        HttpResponse<String> answer = get("state");
        return answer.statusCode() == 200 ? answer.body() : "";
    }

    private static String awaitState(String... parts) throws Exception {
        String[] last = {""};
        try {
            return Host.await(LIMIT, "a state", () -> {
                last[0] = state();
                return Stream.of(parts).allMatch(last[0]::contains) ? last[0] : null;
            });
        } catch (AssertionError e) {
            throw new AssertionError("no " + String.join(" and ", parts) + " in " + last[0], e);
        }
    }

    @Test
    public void theStateTellsOfAllPartsAndOfThoseThatAreAway() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(1, 2)) {
            awaitState(
                    "\"connected\":3,",
                    "\"codec\":\"compositor.v1.",
                    "\"camera\":\"a\",\"kind\":\"2d\"",
                    "\"level\":\"ok\"",
                    "\"updatesPerSecond\":",
                    "\"deliveredPerSecond\":",
                    "\"ageP99\":",
                    "\"recorder\":{\"enabled\":false",
                    "\"roundTrip\":");
            for (String[] away : new String[][] {
                {"recorder", "\"recorder\":null"},
                {"connections", "\"sessions\":null"},
                {"camera", "\"cameras\":null"},
                {"journal", "\"cameras\":null"}
            }) {
                host.bundle(away[0]).stop();
                if (away[0].equals("connections")) {
                    // without it nobody says who may ask
                    Host.await(LIMIT, "an answer", () -> get("state").statusCode() < 600);
                } else {
                    awaitState(away[1]);
                }
                host.bundle(away[0]).start();
            }
            awaitState("\"connected\":3,", "\"camera\":\"a\"", "\"recorder\":{");
        }
    }

    private static void assertAnswer(int status, String part, HttpResponse<String> answer) {
        assertEquals(answer.body(), status, answer.statusCode());
        assertTrue(answer.body(), answer.body().contains(part));
    }

    private static HttpResponse<String> swap(String name) throws Exception {
        return post("bundles", "{\"name\":\"" + name + "\",\"action\":\"swap\"}");
    }

    @Test
    public void aBundleIsReplacedUnderLoadAndTheGapIsMeasured() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(2, 1)) {
            awaitState("\"connected\":3,");
            for (String name : List.of("camera", "broadcast", "protocol", "connections")) {
                HttpResponse<String> answer = swap(Host.PREFIX + name);
                assertAnswer(200, "\"millis\":", answer);
                assertFalse(answer.body(), answer.body().contains("missing"));
                assertEquals(
                        answer.body(), name.equals("protocol"), answer.body().contains(Host.PREFIX + "endpoint"));
                awaitState("\"connected\":3,");
            }
            assertTrue(get("bundles").body().contains("\"lastSwap\":{\"millis\":"));
            assertEquals("3", crowd.report().get("connected"));
        }
        assertAnswer(409, "deploy/", swap(Host.PREFIX + "operate"));
        assertAnswer(409, "deploy/", swap(Host.PREFIX + "api"));
        assertAnswer(404, "\"field\":\"name\"", swap(Host.PREFIX + "none"));
        assertAnswer(400, "must begin with", swap("org.apache.felix.scr"));
        assertAnswer(400, "\"field\":\"action\"", post("bundles", "{\"name\":\"x\",\"action\":\"stop\"}"));
    }

    /** A jar that needs what nobody has. */
    private static InputStream lacking(String name) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", name + ";singleton:=true");
        manifest.getMainAttributes().putValue("Bundle-Version", "9");
        manifest.getMainAttributes().putValue("Import-Package", "not.there");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new JarOutputStream(bytes, manifest).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Test
    public void whatDoesNotRunIsTakenBack() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        String name = Host.PREFIX + "scene";
        Version version = host.bundle("scene").getVersion();
        Function<String, InputStream> contents = location -> lacking(name);
        ServiceRegistration<?> registered = context.registerService(
                Function.class, contents, new Hashtable<>(Map.of("org.geometryos.compositor.contents", "test")));
        try {
            assertAnswer(409, "not.there", swap(name));
            assertAnswer(409, name + " " + version + " runs again", swap(name));
            assertAnswer(409, "is as it was", swap(Host.PREFIX + "models"));
        } finally {
            registered.unregister();
        }
        assertEquals(version, host.bundle("scene").getVersion());
        assertEquals(Set.of(), host.inactive());
        assertAnswer(200, "\"millis\":", swap(name));
    }

    private static int freeUdpPort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    public void aSourceIsStoppedAndStarted() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        ConfigurationAdmin admin = host.service(ConfigurationAdmin.class);
        String factory = Host.PREFIX + "camera.tracking.freed";
        admin.getFactoryConfiguration(factory, "dome", "?")
                .update(new Hashtable<>(Map.of("port", freeUdpPort(), "bind", "127.0.0.1")));
        awaitState("\"source\":\"dome\"", "\"stopped\":false,\"canStop\":true");
        try {
            assertAnswer(200, "\"stopped\":true,\"lasts\":true", post("sources", source("dome", "stop")));
            awaitState("\"source\":\"dome\"", "\"stopped\":true");
            // twice is once
            assertAnswer(200, "\"lasts\":true", post("sources", source("dome", "stop")));
            // it stays so when its bundle is replaced, and nobody takes it for a fault
            host.swap("camera.tracking");
            assertAnswer(200, "\"millis\":", swap(Host.PREFIX + "observe"));
            awaitState("\"source\":\"dome\"", "\"stopped\":true");
            assertEquals(
                    0,
                    context.getServiceReferences(CameraSource.class, "(" + CameraSource.ID + "=dome)")
                            .size());
            assertAnswer(200, "\"stopped\":false", post("sources", source("dome", "start")));
            awaitState("\"source\":\"dome\"", "\"stopped\":false,\"canStop\":true");
        } finally {
            host.unconfigure(factory + "~dome");
        }
        try (TwoCameras source = new TwoCameras(context)) {
            String plain = Host.await(LIMIT, "a source of the test", () -> plainSource());
            assertAnswer(409, "stop its bundle", post("sources", source(plain, "stop")));
        }
        assertAnswer(404, "\"field\":\"source\"", post("sources", source("none", "stop")));
        assertAnswer(404, "\"field\":\"source\"", post("sources", source("none", "start")));
        assertAnswer(400, "\"field\":\"action\"", post("sources", source("none", "kick")));
    }

    private static String source(String name, String action) {
        return "{\"source\":\"" + name + "\",\"action\":\"" + action + "\"}";
    }

    /** One that has neither a component nor a configuration. */
    private String plainSource() throws Exception {
        return context.getServiceReferences(CameraSource.class, null).stream()
                .filter(each -> each.getProperty("service.pid") == null
                        && each.getBundle().equals(context.getBundle()))
                .map(each -> String.valueOf(each.getProperty(CameraSource.ID)))
                .findFirst()
                .orElse(null);
    }

    @Test
    public void aDisplayGetsATitleThatIsRemembered() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (Host.Crowd crowd = Host.crowd(1, 0)) {
            Matcher display = Pattern.compile("\"displays\":\\[\\{\"display\":\"([^\"]+)\"")
                    .matcher("");
            Host.await(LIMIT, "a display", () -> display.reset(state()).find());
            String name = display.group(1);
            assertAnswer(200, "Stage left", post("displays", title(name, "\"Stage left\"")));
            awaitState("\"display\":\"" + name + "\",\"title\":\"Stage left\"");
            host.swap("connections");
            host.swap("operate");
            awaitState("\"display\":\"" + name + "\",\"title\":\"Stage left\"");
            for (String bad : List.of("1", "\"\"", "\"a\\nb\"", "\"$[env:HOME]\"", "\"" + "x".repeat(257) + "\"")) {
                assertAnswer(400, "\"field\":\"title\"", post("displays", title(name, bad)));
            }
            assertAnswer(404, "\"field\":\"display\"", post("displays", title("nobody", "\"x\"")));
            assertAnswer(200, "null", post("displays", title(name, "null")));
            Host.await(LIMIT, "no title", () -> !state().isEmpty() && !state().contains("Stage left"));
        }
    }

    private static String title(String display, String title) {
        return "{\"display\":\"" + display + "\",\"title\":" + title + "}";
    }

    @Test
    public void nothingIsLeftOfItWhenItIsReplaced() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            awaitState("\"connections\":{");
            assertAnswer(200, "\"millis\":", swap(Host.PREFIX + "shell"));
            loaders.computeIfAbsent("operate", part -> new ArrayList<>())
                    .add(new WeakReference<>(Host.loader(host.bundle("operate"))));
            host.swap("operate");
        }
        awaitState("\"connections\":{");
        assertEquals("class loaders still reachable, by part", Map.of(), Host.leftOver(loaders));
    }

    private static String configuration(String pid, String properties, String more) {
        return "{\"pid\":\"" + Host.PREFIX + pid + "\",\"properties\":{" + properties + "}" + more + "}";
    }

    @Test
    public void aConfigurationIsCheckedAndChanged() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        ConfigurationAdmin admin = host.service(ConfigurationAdmin.class);
        assertTrue(get("configuration").body().contains("\"pid\":\"" + Host.PREFIX + "camera\""));
        HttpResponse<String> refused = post("configuration", configuration("camera", "\"leaseMillis\":1", ""));
        assertAnswer(400, "\"field\":\"leaseMillis\"", refused);
        assertAnswer(400, "from 100 to 600000", refused);
        assertAnswer(
                400, "leaseMilis is not known", post("configuration", configuration("camera", "\"leaseMilis\":1", "")));
        assertAnswer(
                400, "placeholders", post("configuration", configuration("recorder", "\"file\":\"$[env:HOME]\"", "")));
        assertAnswer(
                200,
                "\"lasts\":true",
                post("configuration", configuration("camera", "\"leaseMillis\":3000", ",\"check\":true")));
        assertEquals(null, admin.getConfiguration(Host.PREFIX + "camera", "?").getProperties());
        assertAnswer(
                200, "\"changed\":true", post("configuration", configuration("camera", "\"leaseMillis\":3000", "")));
        assertEquals(
                3000,
                admin.getConfiguration(Host.PREFIX + "camera", "?")
                        .getProperties()
                        .get("leaseMillis"));
        assertAnswer(
                409,
                "was changed since",
                post("configuration", configuration("camera", "\"leaseMillis\":4000", ",\"revision\":12345")));
        assertAnswer(
                200, "\"changed\":true", post("configuration", configuration("camera", "\"leaseMillis\":null", "")));
        host.unconfigure(Host.PREFIX + "camera");
        assertAnswer(
                400,
                "by the host alone",
                post("configuration", configuration("camera", "\"felix.fileinstall.filename\":null", "")));
        assertAnswer(404, "\"field\":\"pid\"", post("configuration", configuration("none", "", "")));
        assertAnswer(
                404,
                "\"field\":\"pid\"",
                post("configuration", "{\"pid\":\"org.apache.felix.http\",\"properties\":{\"a\":1}}"));
        assertAnswer(400, "\"field\":\"properties\"", post("configuration", "{\"pid\":\"x\",\"properties\":[]}"));
    }

    @Test
    public void aSecretIsNotToldAndStays() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        ConfigurationAdmin admin = host.service(ConfigurationAdmin.class);
        String factory = Host.PREFIX + "endpoint.key";
        String secret = "sesame-open-the-door-now-please-1";
        String bearer = "Bearer " + secret;
        admin.getFactoryConfiguration(factory, "guard", "?")
                .update(new Hashtable<>(Map.of("role", "admin", "key", secret)));
        try {
            Host.await(LIMIT, "a key is needed", () -> get("state").statusCode() == 401);
            HttpResponse<String> all = Host.await(LIMIT, "an answer to the key", () -> {
                HttpResponse<String> answer = HTTP.send(
                        request("configuration").header("Authorization", bearer).build(), BodyHandlers.ofString());
                return answer.statusCode() == 200 ? answer : null;
            });
            assertTrue(all.body().contains("\"pid\":\"" + factory + "~guard\""));
            assertFalse(all.body().contains("sesame"));
            String body = "\"key\":\"\u2022\u2022\u2022\",\"role\":\"admin\"";
            assertAnswer(
                    200,
                    "\"changed\":false",
                    post("configuration", configuration("endpoint.key~guard", body, ""), "Authorization", bearer));
            assertAnswer(401, "unauthorized", post("configuration", configuration("camera", "", "")));
            assertEquals(
                    secret,
                    admin.getFactoryConfiguration(factory, "guard", "?")
                            .getProperties()
                            .get("key"));
        } finally {
            host.unconfigure(factory + "~guard");
            Host.await(LIMIT, "no key is needed", () -> get("state").statusCode() == 200);
        }
    }

    @Test
    public void somethingIsRecordedAndPlayed() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        assertAnswer(400, "\"field\":\"enabled\"", post("recorder", "{\"enabled\":1}"));
        try (TwoCameras source = new TwoCameras(context)) {
            assertAnswer(200, "\"enabled\":true", post("recorder", "{\"enabled\":true}"));
            Host.await(LIMIT, "a recording", () -> get("recordings").body().contains("\"cameras\":[\"a\""));
        }
        assertAnswer(200, "\"enabled\":false", post("recorder", "{\"enabled\":false}"));
        awaitState("\"recorder\":{\"enabled\":false");
        assertAnswer(404, "\"field\":\"recording\"", post("replay", "{\"action\":\"start\",\"recording\":\"none\"}"));
        assertAnswer(
                400,
                "\"field\":\"speed\"",
                post("replay", "{\"action\":\"start\",\"recording\":\"newest\",\"speed\":0}"));
        assertAnswer(
                200,
                "\"playing\":true",
                post("replay", "{\"action\":\"start\",\"recording\":\"newest\",\"loop\":true}"));
        awaitState("\"source\":\"operator\"");
        assertAnswer(200, "\"playing\":false", post("replay", "{\"action\":\"stop\"}"));
        Host.await(
                LIMIT,
                "no source",
                () -> !state().isEmpty() && !state().contains("\"source\":\"operator\",\"priority\""));
        assertAnswer(503, "keeps no lines", get("log"));
    }

    @Test
    public void whoeverMayNotConnectMayNotAsk() throws Exception {
        new Host(context).awaitReady();
        assertEquals(403, post("state", "{}", "Origin", "http://evil.example").statusCode());
        assertEquals(405, post("state", "{}").statusCode());
        assertTrue(get("none").body().contains("\"code\":\"not-found\""));
    }
}
