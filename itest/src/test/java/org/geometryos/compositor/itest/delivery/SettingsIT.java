package org.geometryos.compositor.itest.delivery;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
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

/** One file decides how displays look, while it changes and while what serves it is replaced. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SettingsIT {
    private static final String PID = Host.PREFIX + "settings";
    private static final int SWAPS = 10;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private Path file;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void start() throws Exception {
        host = new Host(context);
        host.awaitReady();
        file = Path.of(context.getProperty("compositor.data"), "compose_config.json");
        Files.deleteIfExists(file);
        Host.await(
                60,
                "the defaults",
                () -> stored() == null && settings().get("units").asText().equals("px"));
    }

    @After
    public void end() throws IOException {
        Files.deleteIfExists(file);
    }

    /** As an editor does it that is careful. */
    private void write(String json) throws IOException {
        Path beside = Files.writeString(file.resolveSibling("compose_config.json.new"), json.replace('\'', '"'));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @return null if there is no configuration */
    private Map<String, Object> stored() throws Exception {
        org.osgi.service.cm.Configuration[] found = admin.listConfigurations("(service.pid=" + PID + ")");
        if (found == null) {
            return null;
        }
        Map<String, Object> map = new TreeMap<>();
        found[0].getProperties()
                .keys()
                .asIterator()
                .forEachRemaining(key -> map.put(key, found[0].getProperties().get(key)));
        map.keySet().removeIf(key -> key.startsWith(".") || key.startsWith("service."));
        return map;
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + path));
        return HTTP.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What displays get; an IOException while it is not served. */
    private static JsonNode settings() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/compositor/settings");
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        return new ObjectMapper().readTree(response.body());
    }

    private void awaitUnits(String units) throws Exception {
        Host.await(60, "units " + units, () -> settings().get("units").asText().equals(units));
    }

    /** For longer than two looks at the file. */
    private static void staysAt(long revision) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_500);
        while (System.nanoTime() - end < 0) {
            assertEquals("the revision", revision, settings().get("revision").asLong());
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    public void theFileAppearsChangesBecomesWrongAndGoes() throws Exception {
        long revision = settings().get("revision").asLong();
        write("{'units':'mm','window':{'width':3840,'pixelRatio':1.5},'grid':{'visible':false}}");
        awaitUnits("mm");
        assertEquals(
                Map.of("units", "mm", "window.width", 3840, "window.pixelRatio", 1.5, "grid.visible", false), stored());
        JsonNode now = settings();
        assertEquals(revision + 1, now.get("revision").asLong());
        assertEquals(
                "{\"width\":3840,\"height\":1080,\"pixelRatio\":1.5}",
                now.get("window").toString());

        write("{'units':'yd','window':{'width':1}}");
        staysAt(revision + 1);
        write("{'units':'cm','window':{'wi");
        staysAt(revision + 1);
        write("{'background':'#202020'}");
        Host.await(
                60,
                "the background",
                () -> settings().get("background").asText().equals("#202020"));
        assertEquals("px", settings().get("units").asText());

        Files.delete(file);
        awaitUnits("px");
        Host.await(60, "no configuration", () -> stored() == null);
    }

    @Test
    public void configAdminSetsTheSameAndAWrongValueLeavesTheOld() throws Exception {
        org.osgi.service.cm.Configuration configuration = admin.getConfiguration(PID, "?");
        configuration.update(new Hashtable<>(Map.of("units", "ft", "grid.spacing", "12", "grid.visible", "false")));
        awaitUnits("ft");
        assertEquals(
                "{\"visible\":false,\"spacing\":12.0,\"subdivisions\":10,\"color\":null}",
                settings().get("grid").toString());
        long revision = settings().get("revision").asLong();
        configuration.update(new Hashtable<>(Map.of("units", "yd")));
        staysAt(revision);
        configuration.update(new Hashtable<>(Map.of("units", "ft", "grid.spacing", 13.0)));
        Host.await(
                60, "the spacing", () -> settings().get("grid").get("spacing").asDouble() == 13);
        // the file is the newer word
        write("{'units':'cm'}");
        awaitUnits("cm");
        assertEquals(Map.of("units", "cm"), stored());
    }

    @Test
    public void displaysAskAgainForNothing() throws Exception {
        HttpResponse<String> first = get("/compositor/settings");
        assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElseThrow());
        assertEquals(
                "application/json", first.headers().firstValue("Content-Type").orElseThrow());
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = get("/compositor/settings", "If-None-Match", etag);
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        write("{'units':'in'}");
        Host.await(
                60,
                "another tag",
                () -> get("/compositor/settings", "If-None-Match", etag).statusCode() == 200);
        assertEquals(200, get("/compositor/settings/schema.json").statusCode());
        assertEquals(
                "no other host",
                403,
                get("/compositor/settings", "Origin", "https://evil.example").statusCode());
        assertEquals(
                "no proxy",
                403,
                get("/compositor/settings", "X-Forwarded-For", "127.0.0.1").statusCode());

        org.osgi.service.cm.Configuration key =
                admin.getFactoryConfiguration(Host.PREFIX + "endpoint.key", "wall", "?");
        key.update(new Hashtable<>(Map.of("role", "view", "key", "a key of the wall")));
        Host.await(
                60, "that a key is asked for", () -> get("/compositor/settings").statusCode() == 401);
        assertEquals(401, get("/compositor/settings/schema.json").statusCode());
        assertEquals(
                200,
                get("/compositor/settings", "X-API-Key", "a key of the wall").statusCode());
        key.delete();
        Host.await(
                60, "that it is open again", () -> get("/compositor/settings").statusCode() == 200);
    }

    @Test
    public void initialCamerasAreThereUntilSomebodyElseHasThem() throws Exception {
        CameraBridge bridge = host.service(CameraBridge.class);
        write("{'cameras':[{'name':'plan','view':{'kind':'2d','center':[10,20],'zoom':2,'rotation':0}}],"
                + "'show':{'2d':'plan'}}");
        Host.await(60, "the camera", () -> bridge.camera("plan").isPresent());
        assertEquals(10, ((View2d) bridge.camera("plan").orElseThrow().view()).x(), 0);
        Host.await(60, "that nobody holds it", () -> bridge.control("plan").isEmpty());
        assertEquals("{\"2d\":\"plan\",\"3d\":null}", settings().get("cameras").toString());

        // removed, it stays away while the settings change, and is there again in the next sequence
        bridge.remove("plan");
        write("{'units':'m','cameras':[{'name':'plan','view':{'kind':'2d','center':[10,20],'zoom':2,'rotation':0}}]}");
        awaitUnits("m");
        assertFalse(bridge.camera("plan").isPresent());
        String before = host.service(Journal.class).epoch();
        host.swap("journal");
        Host.await(
                60,
                "the camera in the next sequence",
                () -> !host.service(Journal.class).epoch().equals(before)
                        && host.service(Journal.class).camera("plan").isPresent());
    }

    @Test
    public void replacedItServesTheSameAndLeavesNothingBehind() throws Exception {
        write(
                "{'units':'ft','cameras':[{'name':'section','view':{'kind':'2d','center':[10,20],'zoom':2,'rotation':0}}]}");
        awaitUnits("ft");
        Map<String, Long> threads = Host.threads();
        assertTrue(threads.toString(), threads.containsKey("compositor-settings"));
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < SWAPS; i++) {
            loaders.add(new WeakReference<>(Host.loader(host.bundle("settings"))));
            host.swap("settings");
            awaitUnits("ft");
        }
        for (String part : List.of("endpoint", "camera", "protocol")) {
            host.swap(part);
            awaitUnits("ft");
        }
        write("{'units':'in'}");
        awaitUnits("in");
        Host.await(
                60,
                "the same threads as before: " + threads + " now " + Host.threads(),
                () -> threads.equals(Host.threads()));
        assertEquals(
                "class loaders still reachable, by part",
                Map.of(),
                Host.leftOver(new TreeMap<>(Map.of("settings", loaders))));
    }
}
