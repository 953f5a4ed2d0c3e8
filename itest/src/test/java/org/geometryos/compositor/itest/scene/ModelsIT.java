package org.geometryos.compositor.itest.scene;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.ModelSource;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawHttp;
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
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Models out of a folder and out of a bundle, over HTTP as a client sends it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ModelsIT {
    private static final String PID = Host.PREFIX + "models";
    private static final String SECRET = "what lies outside";
    private static final int SWAPS = 8;
    /** More than the HTTP service has threads. */
    private static final int SLOW_CLIENTS = 250;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private Path folder;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void configure() throws Exception {
        host = new Host(context);
        host.awaitReady();
        Path outside = Files.createTempDirectory(Path.of(System.getProperty("itest.output")), "models-");
        Files.writeString(outside.resolve("secret.glb"), SECRET);
        folder = outside.resolve("models");
        admin.getConfiguration(PID, "?").update(new Hashtable<>(Map.of("folder", folder.toString(), "cameras", true)));
        Host.await(60, "the folder", () -> Files.isDirectory(folder));
        Host.await(60, "the models that come with it", () -> get("gear.glb").status() == 200);
    }

    @After
    public void reset() throws Exception {
        host.unconfigure(PID);
    }

    private static RawHttp.Answer get(String name, String... headers) throws IOException {
        return RawHttp.get("/models/" + name, headers);
    }

    /** A triangle, a camera at this distance before it, and so much ballast. */
    private static byte[] model(int distance, int ballast) {
        return """
                {"asset":{"version":"2.0"},"scenes":[{"nodes":[0,1]}],"nodes":[{"mesh":0},{"camera":0,"translation":[0,0,%d]}],
                 "cameras":[{"name":"lens","type":"perspective","perspective":{"yfov":0.5,"znear":0.1}}],
                 "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
                 "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}],
                 "bufferViews":[{"buffer":0,"byteLength":36}],"extras":"%s",
                 "buffers":[{"byteLength":36,"uri":"data:application/octet-stream;base64,%s"}]}
                """.formatted(distance, "x".repeat(ballast), Base64.getEncoder().encodeToString(new byte[36]))
                .getBytes(StandardCharsets.UTF_8);
    }

    private void put(String name, byte[] content) throws IOException {
        Path beside = folder.resolveSibling(name + ".new");
        Files.write(beside, content);
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitContent(String name, byte[] content) throws Exception {
        Host.await(
                60,
                name + " as it is now",
                () -> Arrays.equals(content, get(name).body()));
    }

    private static void awaitGone(String name) throws Exception {
        Host.await(60, name + " gone", () -> get(name).status() == 404);
    }

    @Test
    public void aModelInTheFolderComesChangesAndGoesAndItsCameraWithIt() throws Exception {
        Journal journal = host.service(Journal.class);
        put("stand.gltf", model(3, 0));
        awaitContent("stand.gltf", model(3, 0));
        Host.await(60, "its camera", () -> distance(journal).equals(Optional.of(3.0)));
        String before = get("stand.gltf").headers().get("etag");

        put("stand.gltf", model(5, 0));
        awaitContent("stand.gltf", model(5, 0));
        Host.await(60, "its camera elsewhere", () -> distance(journal).equals(Optional.of(5.0)));
        assertFalse(before.equals(get("stand.gltf").headers().get("etag")));

        put("stand.gltf", "{\"asset\":{\"version\":\"1.0\"}}".getBytes(StandardCharsets.UTF_8));
        Host.await(60, "the reason", () -> get("").text().contains("asset.version must be 2.x"));
        assertArrayEquals(
                "it is still served as it was", model(5, 0), get("stand.gltf").body());

        Files.delete(folder.resolve("stand.gltf"));
        awaitGone("stand.gltf");
        Host.await(60, "no camera", () -> distance(journal).isEmpty());
    }

    private static Optional<Double> distance(Journal journal) {
        return journal.camera("stand.lens")
                .map(entry -> ((View3d) entry.change().view().orElseThrow().view())
                        .position()
                        .z());
    }

    @Test
    public void aModelOfABundleComesChangesAndGoesWithItsService() throws Exception {
        AtomicInteger distance = new AtomicInteger(1);
        ModelSource source = new ModelSource() {
            @Override
            public Set<String> files() {
                return Set.of("from/bundle.gltf");
            }

            @Override
            public InputStream open(String file) {
                return new ByteArrayInputStream(model(distance.get(), 0));
            }
        };
        ServiceRegistration<ModelSource> service =
                context.registerService(ModelSource.class, source, new Hashtable<>(Map.of(ModelSource.ID, "itest")));
        awaitContent("from/bundle.gltf", model(1, 0));
        assertTrue(get("").text(), get("").text().contains("\"source\":\"itest\""));
        distance.set(2);
        service.setProperties(new Hashtable<>(Map.of(ModelSource.ID, "itest", "version", 2)));
        awaitContent("from/bundle.gltf", model(2, 0));
        service.unregister();
        awaitGone("from/bundle.gltf");
    }

    @Test
    public void theIndexNamesTheModelsThatComeWithIt() throws Exception {
        RawHttp.Answer index = get("");
        assertEquals("application/json", index.headers().get("content-type"));
        for (String name : List.of("gear.glb", "display-wall.glb", "studio-camera.glb")) {
            assertTrue(index.text(), index.text().contains("\"uri\":\"models/" + name + "\""));
            RawHttp.Answer model = get(name);
            assertEquals(200, model.status());
            assertTrue("as much as announced", model.whole());
            assertEquals("model/gltf-binary", model.headers().get("content-type"));
            assertEquals("nosniff", model.headers().get("x-content-type-options"));
            assertEquals("no-cache", model.headers().get("cache-control"));
            assertEquals('"' + digest(model.body()) + '"', model.headers().get("etag"));
        }
        // the folder of the test before may still have been in it
        Host.await(
                60,
                "an index that stays",
                () -> get("", "If-None-Match: " + get("").headers().get("etag")).status() == 304);
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    public void partsAndConditionsAreAnsweredAsHttpHasThem() throws Exception {
        RawHttp.Answer whole = get("gear.glb");
        String etag = whole.headers().get("etag");
        int length = whole.body().length;

        RawHttp.Answer part = get("gear.glb", "Range: bytes=4-7");
        assertEquals(206, part.status());
        assertEquals("bytes 4-7/" + length, part.headers().get("content-range"));
        assertArrayEquals(new byte[] {2, 0, 0, 0}, part.body());
        assertEquals(
                206, get("gear.glb", "Range: bytes=4-7", "If-Range: " + etag).status());
        assertEquals(
                200, get("gear.glb", "Range: bytes=4-7", "If-Range: \"other\"").status());
        assertArrayEquals(whole.body(), get("gear.glb", "Range: bytes=0-1,4-7").body());
        RawHttp.Answer behind = get("gear.glb", "Range: bytes=" + length + "-");
        assertEquals(416, behind.status());
        assertEquals("bytes */" + length, behind.headers().get("content-range"));

        assertEquals(304, get("gear.glb", "If-None-Match: \"other\", W/" + etag).status());
        assertEquals(200, get("gear.glb", "If-None-Match: \"other\"").status());

        RawHttp.Answer head = RawHttp.ask("HEAD", "/models/gear.glb", "Range: bytes=4-7");
        assertEquals(200, head.status());
        assertEquals(String.valueOf(length), head.headers().get("content-length"));
        assertEquals(0, head.body().length);
        for (String method : List.of("POST", "DELETE", "PATCH")) {
            assertEquals(
                    method,
                    405,
                    RawHttp.ask(method, "/models/gear.glb", "Content-Length: 0").status());
        }
        // an upload is judged by what it is
        assertEquals(
                422,
                RawHttp.ask("PUT", "/models/nothing.glb", "Content-Length: 0").status());
        assertEquals(
                415,
                RawHttp.ask("PUT", "/models/page.html", "Content-Length: 0").status());
    }

    @Test
    public void pagesOfThisMachineMayReadAndOthersMayNot() throws Exception {
        RawHttp.Answer own = get("gear.glb", "Origin: http://localhost:9000");
        assertEquals(200, own.status());
        assertEquals("http://localhost:9000", own.headers().get("access-control-allow-origin"));
        assertEquals(
                204,
                RawHttp.ask(
                                "OPTIONS",
                                "/models/gear.glb",
                                "Origin: http://localhost:9000",
                                "Access-Control-Request-Method: GET",
                                "Access-Control-Request-Headers: authorization")
                        .status());
        RawHttp.Answer strange = get("gear.glb", "Origin: https://example.org");
        assertEquals(403, strange.status());
        assertEquals(null, strange.headers().get("access-control-allow-origin"));
        assertEquals(
                403,
                RawHttp.ask("OPTIONS", "/models/gear.glb", "Origin: https://example.org")
                        .status());
        assertEquals(403, get("", "X-Forwarded-For: 127.0.0.1").status());
    }

    @Test
    public void aKeyIsAskedForOnceThereIsOne() throws Exception {
        String key = "itest-0123456789-abcdef";
        var configuration = admin.createFactoryConfiguration(Host.PREFIX + "endpoint.key", "?");
        try {
            configuration.update(new Hashtable<>(Map.of("role", "view", "key", key, "name", "itest")));
            Host.await(60, "nothing without a key", () -> get("gear.glb").status() == 401);
            assertEquals(401, get("").status());
            assertEquals("Bearer", get("gear.glb").headers().get("www-authenticate"));
            assertEquals(
                    401, get("gear.glb", "Authorization: Bearer " + key + "x").status());
            assertEquals(200, get("gear.glb", "Authorization: Bearer " + key).status());
            assertEquals(200, get("", "X-API-Key: " + key).status());
        } finally {
            configuration.delete();
        }
        Host.await(60, "open again", () -> get("gear.glb").status() == 200);
    }

    @Test
    public void noAddressLeadsOutOfWhatIsServed() throws Exception {
        put("inside.gltf", model(1, 0));
        Files.write(folder.resolve(".hidden.gltf"), model(1, 0));
        Files.write(folder.resolve("unused.bin"), SECRET.getBytes(StandardCharsets.UTF_8));
        Files.createSymbolicLink(folder.resolve("link.glb"), folder.resolveSibling("secret.glb"));
        Files.createSymbolicLink(folder.resolve("out"), folder.getParent());
        awaitContent("inside.gltf", model(1, 0));
        List<String> paths = new ArrayList<>();
        for (String up : List.of(
                "..",
                "%2e%2e",
                "%2E.",
                ".%2e",
                "%252e%252e",
                "..;",
                "..;x=y",
                "%2e%2e;",
                "....",
                "%c0%ae%c0%ae",
                "%uff0e%uff0e",
                ".. ",
                "..%20",
                "..%00",
                "out",
                "./..",
                "out/../..",
                "models/../..")) {
            for (String slash : List.of("/", "%2f", "%2F", "%5c", "\\", "//", "/./", "%252f", "%c0%af", ";/")) {
                paths.add("/models/" + up + slash + "secret.glb");
            }
        }
        String absolute = folder.resolveSibling("secret.glb").toString();
        paths.addAll(List.of(
                "/models/" + absolute,
                "/models//" + absolute,
                "/models" + absolute,
                "/models/%2f" + absolute.substring(1),
                "/models/file://" + absolute,
                "/models//gear.glb",
                "//models/gear.glb",
                "/models/./gear.glb",
                "/models/gear.glb/",
                "/models/gear.glb.",
                "/models/gear.glb%20",
                "/models/gear.glb%00",
                "/models/gear.glb%00.png",
                "/models/gear%2eglb",
                "/models/GEAR.GLB",
                "/models/Inside.gltf",
                "/models/inside.gltf::$DATA",
                "/models/inside.gltf/..",
                "/models/.hidden.gltf",
                "/models/%2ehidden.gltf",
                "/models/link.glb",
                "/models/unused.bin",
                "/models/out/secret.glb",
                "/models/out/models/inside.gltf",
                "/models/x/../inside.gltf",
                "/models/inside.gltf;x=y",
                "/models;x=y/inside.gltf",
                "/MODELS/inside.gltf",
                "/models/\u00e4",
                "/models/%",
                "/models/%zz",
                "/models/%ff.glb",
                "/models/con.glb",
                "/models/" + "a".repeat(5000),
                "/models/" + "a/".repeat(1000),
                "/models/?../secret.glb%00"));
        for (String path : paths) {
            RawHttp.Answer answer = RawHttp.get(path);
            assertFalse(path + " leads out", answer.text().contains(SECRET));
            boolean same = path.matches(
                    "//?models/\\./gear\\.glb|/models/\\./gear\\.glb|/models/x/\\.\\./inside\\.gltf|/models/\\?.*");
            assertTrue(
                    path + ": " + answer.status(),
                    Set.of(400, 404, 414, 431).contains(answer.status()) || same && answer.status() == 200);
        }
        // those that a client would not send, as lines
        for (String line : List.of(
                "/models/../../secret.glb",
                "../secret.glb",
                "*",
                "http://127.0.0.1/models/../secret.glb",
                "/models/\u0000",
                "/models/ secret.glb")) {
            try {
                RawHttp.Answer answer = RawHttp.get(line);
                assertFalse(line, answer.text().contains(SECRET));
                assertTrue(line + ": " + answer.status(), answer.status() >= 400);
            } catch (IOException e) {
                // the connection is closed without a word
                assertFalse(line, line.startsWith("/models/.."));
            }
        }
    }

    @Test
    public void clientsThatDoNotReadHoldNobodyUp() throws Exception {
        put("large.gltf", model(1, 8 << 20));
        awaitContent("large.gltf", model(1, 8 << 20));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                slow.add(RawHttp.slow("/models/large.gltf"));
            }
            for (int i = 0; i < 20; i++) {
                assertTrue(get("gear.glb").whole());
            }
            RawHttp.Answer late = RawHttp.read(slow.get(SLOW_CLIENTS - 1).getInputStream());
            assertArrayEquals("a slow one gets everything", model(1, 8 << 20), late.body());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        Host.await(60, "no socket", () -> Host.sockets() == 0);
    }

    @Test
    public void swapsUnderRequestsGiveWholeModelsAndLeaveNothingBehind() throws Exception {
        byte[] large = model(1, 4 << 20);
        put("large.gltf", large);
        awaitContent("large.gltf", large);
        byte[] gear = get("gear.glb").body();
        Map<String, Long> threads = Host.threads();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        List<String> flaws = new CopyOnWriteArrayList<>();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger away = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        AtomicBoolean stopped = new AtomicBoolean();
        for (int i = 0; i < 4; i++) {
            byte[] expected = i % 2 == 0 ? gear : large;
            String name = i % 2 == 0 ? "gear.glb" : "large.gltf";
            Thread client = new Thread(
                    () -> {
                        while (!stopped.get()) {
                            try {
                                RawHttp.Answer answer = get(name);
                                if (answer.status() == 404 || answer.status() == 503) {
                                    away.incrementAndGet();
                                } else if (answer.status() != 200 || !Arrays.equals(expected, answer.body())) {
                                    flaws.add(name + ": " + answer.status() + ", " + answer.body().length + " bytes");
                                } else {
                                    good.incrementAndGet();
                                }
                            } catch (IOException e) {
                                flaws.add(name + ": " + e);
                            }
                        }
                    },
                    "itest-models-" + i);
            client.start();
            clients.add(client);
        }
        for (int i = 0; i < SWAPS; i++) {
            loaders.add(new WeakReference<>(Host.loader(host.bundle("models"))));
            int before = good.get();
            host.swap("models");
            Host.await(
                    60,
                    "models again",
                    () -> good.get() > before + 4 && get("large.gltf").status() == 200);
        }
        stopped.set(true);
        for (Thread client : clients) {
            client.join(20_000);
        }
        System.out.println(good.get() + " models came whole, " + away.get() + " times they were away for a moment");
        assertEquals("flaws", List.of(), flaws);
        Host.await(60, "the same threads as before", () -> threads.equals(Host.threads()));
        assertEquals("class loaders still reachable", Map.of(), Host.leftOver(Map.of("models", loaders)));
    }
}
