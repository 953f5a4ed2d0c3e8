package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.RawHttp;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Tiles change, alone, with scene and camera, and with their pictures, while the bundles that keep them are replaced.
 */
@RunWith(PaxExam.class)
public class TilesIT {
    private static final int SWAPS = 5;
    private static final Driver WRITER = new Driver("itest-tiles", Optional.empty(), 0);
    private static final String WORLD = "itest-world";

    @Inject
    private BundleContext context;

    private Host host;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        host = new Host(context);
        host.awaitReady();
        host.service(TileService.class);
    }

    /** A display that keeps what it gets of tiles. One thread reads. */
    private static final class Follower implements AutoCloseable {
        private final ObjectMapper mapper;
        private final int opcode;
        private final RawDisplay socket;
        private final Thread reader;
        private final List<JsonNode> changes = new CopyOnWriteArrayList<>();
        private volatile TileTree tiles = TileTree.EMPTY;
        private volatile int following = -1;
        private volatile long bytes;
        private volatile String closed;

        Follower(String name, boolean cbor) throws IOException {
            this(name, cbor, Map.of());
        }

        /** @param more of its subscription */
        Follower(String name, boolean cbor, Map<String, Object> more) throws IOException {
            mapper = cbor ? new ObjectMapper(new CBORFactory()) : new ObjectMapper();
            opcode = cbor ? RawDisplay.BINARY : RawDisplay.TEXT;
            socket = new RawDisplay(Host.port(), 0, cbor ? "compositor.v1.cbor" : "compositor.v1.json");
            reader = new Thread(this::read, name);
            reader.setDaemon(true);
            reader.start();
            send(Map.of("type", "hello", "display", name));
            Map<String, Object> subscribe =
                    new HashMap<>(Map.of("type", "subscribe", "tiles", true, "scene", true, "cameras", List.of(WORLD)));
            subscribe.putAll(more);
            send(subscribe);
        }

        private void send(Map<String, Object> message) throws IOException {
            socket.send(opcode, mapper.writeValueAsBytes(message));
        }

        private void read() {
            try {
                for (; ; ) {
                    RawDisplay.Frame frame = socket.next();
                    if (frame.opcode() == RawDisplay.PING) {
                        socket.send(RawDisplay.PONG, frame.payload());
                    } else if (frame.opcode() == RawDisplay.CLOSE) {
                        closed = "closed with " + frame.closeCode();
                        return;
                    } else if (frame.opcode() == opcode) {
                        take(mapper.readTree(frame.payload()), frame.payload().length);
                    }
                }
            } catch (IOException e) {
                closed = e.toString();
            }
        }

        private void take(JsonNode message, int length) {
            switch (message.path("type").asText()) {
                case "snapshot" -> {
                    bytes += length;
                    tiles = TileTree.EMPTY;
                    for (JsonNode tileset : message.path("tiles").path("tilesets")) {
                        if (tileset.path("id").asText().equals(WORLD)) {
                            tiles = tree(tileset);
                        }
                    }
                    following = message.path("tiles").path("following").asInt();
                }
                case "tiles" -> {
                    message.path("ops").forEach(this::apply);
                    if (message.has("time")) {
                        changes.add(message);
                    } else {
                        bytes += length;
                        following--;
                    }
                }
                default -> {}
            }
        }

        private void apply(JsonNode op) {
            if (op.path("op").asText().equals("put")) {
                tiles = tiles.plus(tree(op));
            } else if (op.path("op").asText().equals("remove")) {
                tiles = tiles.minus(tree(op));
            }
        }

        private static TileTree tree(JsonNode of) {
            if (of.has("tree")) {
                return TileTree.decode(
                        Base64.getDecoder().decode(of.path("tree").asText()));
            }
            TileTree tree = TileTree.EMPTY;
            for (JsonNode tile : of.path("tiles")) {
                tree = tree.plus(TileTree.tile(
                        tile.get(0).asInt(),
                        tile.get(1).asInt(),
                        tile.get(2).asInt(),
                        tile.get(3).asLong()));
            }
            return tree;
        }

        List<Long> seqs() {
            return changes.stream().map(change -> change.path("seq").asLong()).toList();
        }

        @Override
        public void close() throws Exception {
            socket.close();
            reader.join(5_000);
        }
    }

    /** Changes tiles without a break, whoever keeps them, and repeats what was refused. */
    private final class Writer implements Runnable {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Long> accepted = new CopyOnWriteArrayList<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();
        private int refused;

        @Override
        public void run() {
            for (int n = 1; !stopped.get(); ) {
                Optional<SceneOutcome> outcome = change(n);
                if (outcome.isPresent() && outcome.get() instanceof SceneOutcome.Accepted done) {
                    accepted.add(done.seq().getAsLong());
                    n++;
                } else {
                    refused++;
                    outcome.map(SceneOutcome.Refused.class::cast)
                            .filter(refusal -> refusal.reason() != Outcome.Reason.UNAVAILABLE)
                            .ifPresent(refusal -> wrong.add(refusal.toString()));
                }
                pause();
            }
        }

        private Optional<SceneOutcome> change(int n) {
            boolean whole = n % 10 == 0;
            return tiles().map(service -> service.change(
                            WRITER,
                            List.of(new TileOp.Put(WORLD, TileTree.tile(10, n % 1000, n / 1000, n))),
                            whole
                                    ? List.of(new SceneOp.Put(new Model("itest-" + n % 3, "models/gear.glb")))
                                    : List.of(),
                            whole ? Optional.of(new CameraUpdate(WORLD, new View2d(n, 0, 1, 0))) : Optional.empty())
                    .now(null));
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (InterruptedException e) {
                stopped.set(true);
            }
        }
    }

    private Optional<TileService> tiles() {
        ServiceReference<TileService> reference = context.getServiceReference(TileService.class);
        return Optional.ofNullable(reference == null ? null : context.getService(reference));
    }

    private TileService declared() throws Exception {
        TileService service = host.service(TileService.class);
        SceneOutcome outcome = service.change(
                        WRITER,
                        List.of(new TileOp.Declare(new Tileset(WORLD, 256, 256, 12, "/tiles/{z}/{x}/{y}/{v}"))),
                        List.of(),
                        Optional.empty())
                .now(null);
        assertTrue(String.valueOf(outcome), outcome instanceof SceneOutcome.Accepted);
        return service;
    }

    @Test
    public void noChangeIsLostWhileTheBundleIsReplaced() throws Exception {
        declared();
        try (Follower json = new Follower("itest-tiles-json", false);
                Follower cbor = new Follower("itest-tiles-cbor", true)) {
            Host.await(60, "snapshots", () -> json.following == 0 && cbor.following == 0);
            Writer writer = new Writer();
            Thread thread = new Thread(writer, "itest-tiles-writer");
            thread.start();
            for (int i = 0; i < SWAPS; i++) {
                host.swap("tiles");
                Host.await(60, "changes after a swap", more(writer.accepted));
            }
            for (String part : List.of("scene", "broadcast", "endpoint")) {
                host.swap(part);
                Host.await(60, "changes after " + part, more(writer.accepted));
            }
            host.swapSideBySide("tiles");
            Host.await(60, "changes after two side by side", more(writer.accepted));
            writer.stopped.set(true);
            thread.join(60_000);
            long last = writer.accepted.get(writer.accepted.size() - 1);
            for (Follower each : List.of(json, cbor)) {
                Host.await(
                        60, "the last change: " + each.closed, () -> each.seqs().contains(last));
                assertEquals("each change once, in order", writer.accepted, each.seqs());
                assertEquals("what stands", stands(), each.tiles);
                for (JsonNode change : each.changes) {
                    boolean whole = change.path("ops")
                                            .path(0)
                                            .path("tiles")
                                            .path(0)
                                            .path(3)
                                            .asInt()
                                    % 10
                            == 0;
                    assertEquals(change.toString(), whole, change.has("scene") && change.has("camera"));
                }
            }
            assertEquals(List.of(), writer.wrong);
            System.out.println(writer.accepted.size() + " changes of tiles, " + writer.refused + " tried again");
        }
    }

    @Test
    public void aDisplayHasTheTilesNearItsCameraWhileBundlesAreReplaced() throws Exception {
        declared();
        Map<String, Object> near = Map.of("near", Map.of("camera", WORLD, "margin", 0.25, "size", List.of(640, 360)));
        try (Follower json = new Follower("itest-near-json", false, near);
                Follower cbor = new Follower("itest-near-cbor", true, near)) {
            Host.await(60, "snapshots", () -> json.following == 0 && cbor.following == 0);
            Writer writer = new Writer();
            Thread thread = new Thread(writer, "itest-tiles-writer");
            thread.start();
            for (String part : List.of("tiles", "broadcast", "scene", "endpoint", "broadcast")) {
                host.swap(part);
                Host.await(60, "changes after " + part, more(writer.accepted));
            }
            writer.stopped.set(true);
            thread.join(60_000);
            int n = writer.accepted.size();
            // every tenth change moves the camera there
            TileTree seen = near(n / 10 * 10);
            for (Follower each : List.of(json, cbor)) {
                Host.await(
                        60,
                        "what stands near the camera: " + each.closed,
                        () -> each.tiles.unlike(stands()).isEmpty()
                                && stands().within(seen).unlike(each.tiles).isEmpty());
                long tiles = each.changes.stream()
                        .filter(change -> !change.path("ops").isEmpty())
                        .count();
                assertTrue(tiles + " of " + n + " changes", tiles < n / 2);
            }
            assertEquals(List.of(), writer.wrong);
        }
    }

    /** What a screen of 640 by 360 sees from there, of level 10, whose tiles are 1024 units wide. */
    private static TileTree near(int x) {
        return TileTree.around(10, Math.floorDiv(x - 320, 1024), -1, Math.floorDiv(x + 320, 1024), 0, 10);
    }

    /** Whether so many more have come since this was asked. */
    private static java.util.concurrent.Callable<Boolean> more(List<Long> accepted) {
        int before = accepted.size();
        return () -> accepted.size() >= before + 50;
    }

    private TileTree stands() throws Exception {
        return host.service(TileService.class)
                .tiles()
                .layer(WORLD)
                .orElseThrow()
                .tiles();
    }

    /** It went through 60,000 changes of single tiles. */
    @Test
    public void aDisplayThatJoinsGetsAMillionTilesInLessThanAMebibyte() throws Exception {
        TileService service = declared();
        TileTree million = TileTree.pyramid(0, 0, 0, 9, 1);
        for (int i = 0; i < 160; i++) {
            million = million.plus(TileTree.pyramid(4, i % 16, i / 16, 6, 1));
        }
        List<TileTree> changes = new ArrayList<>();
        changes.add(million);
        Random random = new Random(7);
        TileTree now = million;
        for (int i = 0; i < 60; i++) {
            TileTree part = TileTree.EMPTY;
            for (int k = 0; k < 1000; k++) {
                int x = random.nextInt(1024);
                int y = random.nextInt(640);
                part = part.plus(TileTree.tile(10, x, y, now.version(10, x, y).orElse(0) + 1));
            }
            changes.add(part);
            now = now.plus(part);
        }
        for (TileTree change : changes) {
            SceneOutcome outcome = service.change(
                            WRITER, List.of(new TileOp.Put(WORLD, change)), List.of(), Optional.empty())
                    .now(null);
            assertTrue(String.valueOf(outcome), outcome instanceof SceneOutcome.Accepted);
        }
        assertTrue(stands().size() >= 1_000_000);
        long from = System.nanoTime();
        try (Follower follower = new Follower("itest-tiles-joins", false)) {
            Host.await(60, "the snapshot", () -> follower.following == 0);
            long millis = (System.nanoTime() - from) / 1_000_000;
            System.out.println(stands().size() + " tiles in " + follower.bytes + " bytes and " + millis + " ms");
            assertEquals(stands(), follower.tiles);
            assertTrue(follower.bytes + " bytes", follower.bytes < 1 << 20);
        }
    }

    private static byte[] png(int width) {
        byte[] png = Base64.getDecoder()
                .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
                        + "gg==");
        ByteBuffer.wrap(png).putInt(16, width);
        return png;
    }

    private static void put(Path folder, String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path coming = Files.write(file.resolveSibling(".coming"), bytes);
        Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static RawHttp.Answer picture(TileTree tiles, int z, int x, int y, String... headers) throws IOException {
        String version = String.valueOf(tiles.version(z, x, y).orElse(0));
        return RawHttp.get("/tiles/" + WORLD + "/" + version + "/" + z + "/" + x + "/" + y, headers);
    }

    @Test
    public void picturesOfAFolderAreTilesOfDisplaysAlsoWhileTheirBundleIsReplaced() throws Exception {
        Path folder = host.data("pictures");
        put(folder, "0/0/0.png", png(1));
        put(folder, "1/0/0.png", png(300));
        Files.createDirectories(folder.resolve("1/1"));
        Files.createSymbolicLink(folder.resolve("1/1/0.png"), Files.write(host.data("secret.png"), png(1)));
        org.osgi.service.cm.Configuration configuration = host.service(ConfigurationAdmin.class)
                .getFactoryConfiguration(Host.PREFIX + "tiles.files.folder", WORLD, "?");
        try (Follower display = new Follower("itest-pictures", false)) {
            Host.await(60, "the snapshot", () -> display.following == 0);
            configuration.update(new Hashtable<>(Map.of("folder", folder.toString(), "maxZoom", "3")));
            Host.await(60, "the tile", () -> display.tiles.size() == 1);
            RawHttp.Answer first = picture(display.tiles, 0, 0, 0);
            assertEquals(first.text(), 200, first.status());
            assertArrayEquals(png(1), first.body());
            assertEquals("image/png", first.headers().get("content-type"));
            assertTrue(
                    first.headers().toString(),
                    first.headers().get("cache-control").contains("immutable"));
            String tag = first.headers().get("etag");
            assertEquals(
                    304,
                    picture(display.tiles, 0, 0, 0, "If-None-Match: " + tag).status());
            assertEquals(
                    403,
                    picture(display.tiles, 0, 0, 0, "Origin: https://example.org")
                            .status());
            String index = Host.await(60, "what is refused", () -> {
                String text = RawHttp.get("/tiles/").text();
                return text.contains("links are not followed") ? text : null;
            });
            assertTrue(index, index.contains("it has 300 x 1 pixels; each side must have 1 to 256"));
            String health = RawHttp.get("/compositor/health").text();
            assertTrue(health, health.contains("pictures are refused, such as 1/0/0"));

            TileTree before = display.tiles;
            TileTree both = before;
            int width = 1;
            do {
                // a look at the folder may fall between the two
                assertTrue("both have come at once", ++width < 7);
                TileTree last = both;
                put(folder, "0/0/0.png", png(width));
                put(folder, "3/7/7.png", png(100 + width));
                Host.await(
                        60,
                        "the change",
                        () -> !display.tiles.version(0, 0, 0).equals(last.version(0, 0, 0))
                                && !display.tiles.version(3, 7, 7).equals(last.version(3, 7, 7)));
                both = display.tiles;
            } while (!both.version(0, 0, 0).equals(both.version(3, 7, 7)));
            TileTree changed = both;
            assertEquals(2, changed.size());
            assertArrayEquals(png(width), picture(changed, 0, 0, 0).body());
            assertEquals(404, picture(before, 0, 0, 0).status());

            host.swap("tiles.files");
            Host.await(
                    60, "pictures after a swap", () -> picture(changed, 3, 7, 7).status() == 200);
            host.swap("tiles");
            put(folder, "2/1/1.png", png(4));
            Host.await(60, "the change after two swaps", () -> display.tiles.size() == 3);
            assertEquals(
                    "what has not changed stays",
                    2,
                    display.tiles.minus(TileTree.tile(2, 1, 1, 0)).size());
            assertEquals(changed, display.tiles.minus(TileTree.tile(2, 1, 1, 0)));

            host.unconfigure(configuration.getPid());
            Host.await(
                    60,
                    "the tileset is gone",
                    () -> host.service(TileService.class).tiles().layer(WORLD).isEmpty());
            assertEquals(null, display.closed);
        }
    }
}
