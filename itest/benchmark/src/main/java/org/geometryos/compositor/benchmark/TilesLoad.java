package org.geometryos.compositor.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A client that changes tiles of a large set, and displays near cameras of their own, which check what they get. All of
 * it on one thread.
 */
final class TilesLoad implements AutoCloseable {
    /** Levels 0 to that, all tiles of them. */
    static final int LEVELS = 10;

    static final long TILES = ((1L << 2 * (LEVELS + 1)) - 1) / 3;

    private static final int SIDE = 1 << LEVELS;
    private static final int PIXELS = 256;
    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    /** All tiles of the levels above, of version 1, as the protocol writes them. */
    private static final String ALL = "BSg=";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROOM = (1 << 20) + Frames.HEADER;
    private static final long ANSWER_NANOS = 30_000_000_000L;
    /** What is seen with the margin, and squares of a sixteenth of that at its edge. */
    private static final double OUTER = 1.5 + 2.0 * 3 / 16;
    /** With half the margin: it is always there. */
    private static final double INNER = 1;

    private final Selector selector = Selector.open();
    private final ClientHandshake handshake;
    private final InetSocketAddress server;
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);
    private final SplittableRandom random = new SplittableRandom(1);
    /** Of each tile of the deepest level. */
    private final int[] versions = new int[SIDE * SIDE];

    /** When each was sent that is on its way to somebody. */
    private final Map<Long, Sent> sent = new HashMap<>();

    private final List<Display> displays = new ArrayList<>();
    private final Socket writer;

    final Histogram latency = new Histogram();
    final Histogram lateness = new Histogram();
    long changes;
    long deliveries;
    /** Tiles that a display got and that do not lie in its area. */
    long outside;

    long refused;

    private static final class Sent {
        private final long at;
        private int missing;

        private Sent(long at, int missing) {
            this.at = at;
            this.missing = missing;
        }
    }

    /** Where its camera stands. */
    private record Display(Socket socket, double x, double y) {
        /** Whether a tile touches what lies so many widths and heights around the middle. */
        private boolean sees(int column, int row, double times) {
            return (column + 1) * PIXELS >= x - WIDTH * times
                    && column * PIXELS <= x + WIDTH * times
                    && (row + 1) * PIXELS >= y - HEIGHT * times
                    && row * PIXELS <= y + HEIGHT * times;
        }
    }

    private final class Socket {
        private final SocketChannel channel;
        private final ByteBuffer kept = ByteBuffer.allocate(ROOM);
        private Display display;
        private JsonNode last = MissingNode.getInstance();
        private String awaited = "";
        /** The first message of the awaited type. */
        private JsonNode found;

        private long bytes;
        /** Tiles that came and were no transaction. */
        private int parts;

        private Socket(String name) throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            writeAll(handshake.request("/compositor"));
            kept.limit(0);
            while (true) {
                kept.compact();
                int n = channel.read(kept);
                kept.flip();
                if (n < 0) {
                    throw new IOException("the server closed during the handshake");
                }
                if (handshake.take(kept)) {
                    break;
                }
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            say("{\"type\":\"hello\",\"display\":\"" + name + "\"}");
            await("welcome");
        }

        private void writeAll(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        private void say(String json) throws IOException {
            send(Frames.TEXT, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        }

        private void send(int opcode, ByteBuffer payload) throws IOException {
            out.clear();
            Frames.put(out, opcode, payload);
            writeAll(out.flip());
        }

        /** Reads until a message of a type comes. */
        private JsonNode await(String type) throws IOException {
            long until = System.nanoTime() + ANSWER_NANOS;
            awaited = type;
            found = null;
            while (found == null) {
                if (System.nanoTime() - until > 0 || last.path("type").asText().equals("error")) {
                    throw new IOException("no " + type + " came; the last message: " + shown(last));
                }
                read();
            }
            return found;
        }

        /** Takes what is there. */
        private void read() throws IOException {
            kept.compact();
            int n = channel.read(kept);
            kept.flip();
            if (n < 0) {
                throw new IOException("the server closed a socket; last: " + shown(last));
            }
            bytes += Math.max(0, n);
            long now = System.nanoTime();
            try {
                while (Frames.next(kept, (opcode, payload) -> take(opcode, payload, now))) {
                    // all that is whole
                }
            } catch (Frames.FrameException e) {
                throw new IOException(e);
            }
        }

        private void take(int opcode, ByteBuffer payload, long now) throws Frames.FrameException {
            try {
                if (opcode == Frames.PING) {
                    byte[] echo = new byte[payload.remaining()];
                    payload.get(echo);
                    send(Frames.PONG, ByteBuffer.wrap(echo));
                } else if (opcode == Frames.TEXT) {
                    byte[] text = new byte[payload.remaining()];
                    payload.get(text);
                    JsonNode message = JSON.readTree(text);
                    last = message;
                    if (found == null && message.path("type").asText().equals(awaited)) {
                        found = message;
                    }
                    switch (message.path("type").asText()) {
                        case "tiles" -> came(message, now);
                        case "error" -> refused++;
                        default -> {}
                    }
                } else {
                    throw new Frames.FrameException("opcode " + opcode + " is not expected");
                }
            } catch (IOException e) {
                throw new Frames.FrameException(e.toString());
            }
        }

        private void came(JsonNode message, long now) {
            if (message.path("time").isMissingNode()) {
                parts++;
                return;
            }
            if (display == null) {
                return;
            }
            for (JsonNode op : message.path("ops")) {
                for (JsonNode tile : op.path("tiles")) {
                    int x = tile.get(1).asInt();
                    int y = tile.get(2).asInt();
                    deliveries++;
                    if (!display.sees(x, y, OUTER)) {
                        outside++;
                    }
                    Sent change = sent.get(key(x, y, tile.get(3).asInt()));
                    if (change != null && display.sees(x, y, INNER)) {
                        latency.add((now - change.at) / 1000);
                        if (--change.missing == 0) {
                            sent.remove(key(x, y, tile.get(3).asInt()));
                        }
                    }
                }
            }
        }
    }

    private static String shown(JsonNode message) {
        String text = String.valueOf(message);
        return text.substring(0, Math.min(200, text.length()));
    }

    private static long key(int x, int y, int version) {
        return (long) version << 2 * LEVELS | (long) x << LEVELS | y;
    }

    TilesLoad(int port) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        handshake = new ClientHandshake(port, Form.JSON.subprotocol);
        Arrays.fill(versions, 1);
        writer = new Socket("bench-writer");
        writer.say("{\"type\":\"tiles\",\"id\":1,\"ops\":[{\"op\":\"declare\",\"tileset\":{\"id\":\"world\",\"size\":"
                + PIXELS + ",\"pixels\":" + PIXELS + ",\"maxZoom\":" + LEVELS
                + ",\"address\":\"/none/{v}/{z}/{x}/{y}\"}},{\"op\":\"put\",\"tileset\":\"world\",\"tree\":\"" + ALL
                + "\"}]}");
        writer.await("ack");
    }

    /** Connects displays, each near a camera of its own. */
    void displays(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            double x = random.nextDouble() * SIDE * PIXELS;
            double y = random.nextDouble() * SIDE * PIXELS;
            writer.say(String.format(
                    Locale.ROOT,
                    "{\"type\":\"camera\",\"id\":%d,\"camera\":\"bench/%d\",\"view\":{\"kind\":\"2d\",\"center\":[%f,%f],"
                            + "\"zoom\":1,\"rotation\":0,\"size\":[%d,%d]}}",
                    i + 2,
                    i,
                    x,
                    y,
                    WIDTH,
                    HEIGHT));
            writer.await("ack");
            Socket socket = new Socket("bench-" + i);
            socket.say(subscription(i));
            socket.await("snapshot");
            Display display = new Display(socket, x, y);
            socket.display = display;
            displays.add(display);
        }
    }

    private static String subscription(int camera) {
        return "{\"type\":\"subscribe\",\"tiles\":true,\"near\":{\"camera\":\"bench/" + camera
                + "\",\"margin\":1,\"size\":[" + WIDTH + "," + HEIGHT + "]}}";
    }

    /** Changes one tile after the other at a rate, half of them where a display looks. */
    void change(double perSecond, double seconds) throws IOException {
        long period = Math.round(1e9 / perSecond);
        long begun = System.nanoTime();
        long count = Math.round(perSecond * seconds);
        for (long n = 0; n < count; n++) {
            long due = begun + n * period;
            for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
                read(Math.max(0, (due - now) / 1_000_000));
            }
            lateness.add((System.nanoTime() - due) / 1000);
            put();
            read(0);
        }
    }

    private void put() throws IOException {
        int x = random.nextInt(SIDE);
        int y = random.nextInt(SIDE);
        if (!displays.isEmpty() && random.nextBoolean()) {
            Display display = displays.get(random.nextInt(displays.size()));
            x = within(display.x, WIDTH);
            y = within(display.y, HEIGHT);
        }
        int version = ++versions[y * SIDE + x];
        int seen = 0;
        for (Display display : displays) {
            seen += display.sees(x, y, INNER) ? 1 : 0;
        }
        if (seen > 0) {
            sent.put(key(x, y, version), new Sent(System.nanoTime(), seen));
        }
        writer.say("{\"type\":\"tiles\",\"ops\":[{\"op\":\"put\",\"tileset\":\"world\",\"tiles\":[[" + LEVELS + "," + x
                + "," + y + "," + version + "]]}]}");
        changes++;
    }

    private int within(double middle, int side) {
        double at = middle + (random.nextDouble() - 0.5) * side;
        return Math.max(0, Math.min(SIDE - 1, (int) (at / PIXELS)));
    }

    private void read(long millis) throws IOException {
        if (millis > 0) {
            selector.select(millis);
        } else {
            selector.selectNow();
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Socket) key.attachment()).read();
        }
        selector.selectedKeys().clear();
    }

    /** Waits for what is on its way. @return changes that a display did not get and whose tile it sees */
    long missing() throws IOException {
        long until = System.nanoTime() + ANSWER_NANOS / 3;
        while (!sent.isEmpty() && System.nanoTime() - until < 0) {
            read(10);
        }
        return sent.values().stream().mapToLong(change -> change.missing).sum();
    }

    /**
     * What a display that joins gets.
     *
     * @param bytes of all messages until the set is complete
     * @param millis from the connection on
     */
    record Joined(long bytes, double millis) {}

    /** A display joins. @param near whether it wants what is near a camera, and not all */
    Joined join(boolean near) throws IOException {
        long began = System.nanoTime();
        Socket socket = new Socket(near ? "bench-near" : "bench-all");
        socket.say(near ? subscription(0) : "{\"type\":\"subscribe\",\"tiles\":true}");
        JsonNode snapshot = socket.await("snapshot");
        int following = snapshot.path("tiles").path("following").asInt();
        long until = System.nanoTime() + ANSWER_NANOS;
        while (socket.parts < following && System.nanoTime() - until < 0) {
            socket.read();
        }
        Joined joined = new Joined(socket.bytes, (System.nanoTime() - began) / 1e6);
        socket.channel.close();
        return joined;
    }

    /** Counts from now on. */
    void begin() {
        latency.clear();
        lateness.clear();
        changes = 0;
        deliveries = 0;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
