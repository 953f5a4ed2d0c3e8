package org.geometryos.compositor.itest.swap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geometryos.compositor.itest.framework.Loop;
import org.geometryos.compositor.itest.framework.LoopSocket;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.WellBehaved;

/**
 * A display that does one thing after the other that a display should not do, or not so: chosen by a random number
 * generator whose seed it was given. Each act has a connection of its own and ends after some seconds.
 */
final class Naughty {
    private static final long LONGEST_ACT = 15_000;
    private static final long ANSWER_LIMIT = 6_000;
    private static final int KEPT = 12;
    private static final int INTERNAL_ERROR = 1011;
    private static final List<String> MALFORMED = List.of(
            "",
            "{",
            "[]",
            "nonsense",
            "{\"type\":\"ping\",\"t0\":1,\"t0\":2}",
            "{\"type\":\"ping\",\"t0\":NaN}",
            "{\"type\":\"ping\",\"x\":" + "[".repeat(40) + "]".repeat(40) + "}");
    private static final List<String> INVALID = List.of(
            "{\"type\":\"nonsense\"}",
            "{\"type\":\"hello\"}",
            "{\"type\":\"subscribe\",\"cameras\":\"*\"}",
            "{\"type\":\"camera\",\"camera\":\"../x\",\"view\":{}}",
            "{\"type\":\"settings\",\"settings\":{\"width\":-1}}",
            "{\"type\":\"control\"}",
            "{\"type\":\"admin\",\"action\":\"dance\"}",
            "{\"type\":\"scene\",\"ops\":[]}");

    /** What all of them together have seen. */
    static final class Tally {
        final Map<String, Integer> acts = new TreeMap<>();
        final Map<Integer, Integer> closes = new TreeMap<>();
        final Map<Integer, Integer> statuses = new TreeMap<>();
        final Map<String, Integer> errors = new TreeMap<>();
        long messages;
        int resumed;
    }

    private interface Play {
        void play(Act act) throws IOException;
    }

    private record Piece(String name, int weight, Play play) {}

    final String name;
    private final Loop loop;
    private final int port;
    private final int number;
    private final int others;
    private final Random random;
    private final Tally tally;
    private final Consumer<String> flaws;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private final List<Piece> repertoire;
    private final int weights;
    private Act act;
    private boolean calm;
    private String token = "";
    private String epoch = "";
    private long seq;

    Naughty(Loop loop, int port, int number, int others, long seed, Tally tally, Consumer<String> flaws) {
        this.loop = loop;
        this.port = port;
        this.number = number;
        this.others = others;
        this.name = "naughty-" + number;
        this.random = new Random(seed);
        this.tally = tally;
        this.flaws = flaws;
        repertoire = List.of(
                new Piece("comes-and-goes", 4, a -> a.greet(() -> a.stay(200, 4000, a::leave))),
                new Piece("silent", 3, a -> a.greet(() -> a.stay(50, 500, a::fallSilent))),
                new Piece("half-close", 3, a -> a.greet(() -> a.stay(50, 500, a::halfClose))),
                new Piece("stall", 4, this::stall),
                new Piece("resume", 5, this::resume),
                new Piece("take-over", 4, this::takeOver),
                new Piece("once", 3, a -> a.hello(",\"connection\":\"once\"", () -> a.stay(100, 2000, a::vanish))),
                new Piece("hello-late", 2, a -> a.open(() -> a.stay(1000, 4000, () -> a.greet(a::leave)))),
                new Piece("hello-never", 2, a -> a.open(() -> {})),
                new Piece("malformed", 2, a -> a.greet(() -> a.many(30, () -> pick(MALFORMED)))),
                new Piece("invalid", 2, a -> a.greet(() -> a.many(20, () -> pick(INVALID)))),
                new Piece("too-long", 2, this::tooLong),
                new Piece(
                        "wrong-type",
                        2,
                        a -> a.greet(() -> a.socket.send(LoopSocket.BINARY, new byte[] {(byte) 0xa0}))),
                new Piece("broken-frame", 4, this::brokenFrame),
                new Piece("fragments", 3, this::fragments),
                new Piece("flood", 2, this::flood),
                new Piece("ping-flood", 2, this::pingFlood),
                new Piece("mid-frame", 3, this::midFrame),
                new Piece("handshake", 4, this::handshake),
                new Piece("admin", 2, this::admin),
                new Piece("drive", 4, this::drive),
                new Piece(
                        "settings",
                        2,
                        a -> a.greet(() -> a.many(
                                5,
                                () -> "{\"type\":\"settings\",\"id\":1,\"settings\":{\"width\":"
                                        + (1 + random.nextInt(4000)) + "}}"))),
                new Piece("subscriptions", 3, a -> a.greet(() -> a.many(20, this::subscription))),
                new Piece("one-by-one", 4, this::oneByOne),
                new Piece("cbor", 3, this::binary));
        weights = repertoire.stream().mapToInt(Piece::weight).sum();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void start() {
        loop.after(random.nextInt(2000), this::next);
    }

    private void next() {
        if (calm) {
            return;
        }
        int at = random.nextInt(weights);
        int i = 0;
        while ((at -= repertoire.get(i).weight) >= 0) {
            i++;
        }
        Piece piece = repertoire.get(i);
        tally.acts.merge(piece.name, 1, Integer::sum);
        note(piece.name);
        act = new Act();
        try {
            piece.play.play(act);
        } catch (IOException e) {
            act.over();
        }
    }

    private void note(String what) {
        if (last.size() == KEPT) {
            last.poll();
        }
        last.add(System.currentTimeMillis() % 1_000_000 + " "
                + (what.length() > 200 ? what.substring(0, 200) + "..." : what));
    }

    /** No further act. What is open vanishes: with a reset, or, if it is a WebSocket, as if its cable were cut. */
    void calm() {
        calm = true;
        if (act != null && act.socket != null && !act.socket.over()) {
            act.ended = true;
            if (!act.socket.open() || random.nextBoolean()) {
                act.socket.reset();
            } else {
                act.socket.reading(false);
                act.socket.answering(false);
            }
        }
    }

    /** The cut cables are pulled out. */
    void release() {
        if (act != null && act.socket != null) {
            act.socket.reset();
        }
    }

    // ---- one connection

    private final class Act implements LoopSocket.Listener {
        private LoopSocket socket;
        private Runnable onOpen = () -> {};
        private Runnable onWelcome = () -> {};
        private Runnable onAck = () -> {};
        private int asked;
        private boolean ended;

        void connect(int receiveBuffer, String handshake) throws IOException {
            socket = new LoopSocket(loop, port, receiveBuffer, handshake, this);
            loop.after(LONGEST_ACT, () -> {
                if (!ended) {
                    vanish();
                }
            });
        }

        void open(Runnable then) throws IOException {
            if (socket == null) {
                onOpen = then;
                connect(0, LoopSocket.handshake(port, "compositor.v1.json"));
            } else {
                then.run();
            }
        }

        /** @param more further fields */
        void hello(String more, Runnable then) throws IOException {
            onWelcome = then;
            open(() -> socket.send("{\"type\":\"hello\",\"id\":\"h\",\"display\":\"" + name + "\"" + more + "}"));
        }

        /** Hello and a subscription. */
        void greet(Runnable then) {
            try {
                hello("", () -> {
                    socket.send(subscription());
                    then.run();
                });
            } catch (IOException e) {
                over();
            }
        }

        void stay(int least, int most, Runnable then) {
            after(least + random.nextInt(most - least), then);
        }

        void after(long millis, Runnable then) {
            loop.after(millis, () -> {
                if (!ended && !socket.over()) {
                    then.run();
                }
            });
        }

        /** One message after the other, 20 ms apart, then away. */
        void many(int n, Supplier<String> messages) {
            if (n == 0) {
                leave();
                return;
            }
            socket.send(messages.get());
            after(20, () -> many(n - 1, messages));
        }

        void leave() {
            switch (random.nextInt(6)) {
                case 0 -> socket.send("{\"type\":\"bye\"}");
                case 1 -> socket.close(1000);
                case 2 -> socket.close(pick(List.of(1001, 3000, 4999)));
                case 3 -> fallSilent();
                case 4 -> {
                    socket.drop();
                    over();
                }
                default -> vanish();
            }
        }

        void vanish() {
            socket.reset();
            over();
        }

        /** As if the cable were cut: the server has to find out by itself. */
        void fallSilent() {
            socket.reading(false);
            socket.answering(false);
            after(1000 + random.nextInt(8000), this::vanish);
        }

        void halfClose() {
            socket.halfClose();
            after(6000, this::vanish);
        }

        void over() {
            if (!ended) {
                ended = true;
                loop.after(random.nextInt(1000), Naughty.this::next);
            }
        }

        @Override
        public void answered(int status) {
            tally.statuses.merge(status, 1, Integer::sum);
            note("answered with " + status);
            if (status == 500) {
                flaws.accept(name + ": status 500; before: " + last);
            }
            if (status == 101) {
                onOpen.run();
            } else {
                vanish();
            }
        }

        @Override
        public void message(String message) {
            tally.messages++;
            switch (WellBehaved.text(message, "type")) {
                case "welcome" -> {
                    note(message);
                    token = WellBehaved.text(message, "token");
                    epoch = WellBehaved.text(message, "epoch");
                    seq = RawDisplay.number(message, "seq");
                    tally.resumed += message.contains("\"resumed\":true") ? 1 : 0;
                    onWelcome.run();
                }
                case "error" -> {
                    note(message);
                    tally.errors.merge(WellBehaved.text(message, "code"), 1, Integer::sum);
                }
                case "ack" -> onAck.run();
                case "goodbye" -> note(message);
                case "" -> flaws.accept(name + ": no type in " + message);
                default -> {}
            }
        }

        @Override
        public void binary(int length) {
            tally.messages++;
        }

        @Override
        public void ended(int code) {
            tally.closes.merge(code, 1, Integer::sum);
            note("ended with " + code);
            if (code == INTERNAL_ERROR) {
                flaws.accept(name + ": closed with 1011; before: " + last);
            }
            over();
        }
    }

    // ---- what it does

    private String camera() {
        return "naughty/" + number;
    }

    private String other() {
        return "naughty-" + random.nextInt(others);
    }

    private String subscription() {
        String cameras = pick(List.of("[\"*\"]", "[\"a\"]", "[\"a\",\"b\",\"" + camera() + "\"]", "[]"));
        String delivery = pick(List.of(
                ",\"delivery\":\"every\"",
                ",\"delivery\":\"latest\"",
                ",\"rate\":" + (1 + random.nextInt(30)),
                ",\"echo\":false"));
        return random.nextInt(8) == 0
                ? "{\"type\":\"unsubscribe\",\"id\":2}"
                : "{\"type\":\"subscribe\",\"id\":3,\"cameras\":" + cameras + ",\"presence\":" + random.nextBoolean()
                        + delivery + "}";
    }

    private String move(String camera) {
        return "{\"type\":\"camera\",\"id\":4,\"camera\":\"" + camera + "\",\"view\":{\"kind\":\"2d\",\"center\":["
                + random.nextInt(1000) + ",0],\"zoom\":1,\"rotation\":0}}";
    }

    /** Stops reading behind a small window, some with pings of their own, and goes on after a while. */
    private void stall(Act a) throws IOException {
        a.connect(2048, LoopSocket.handshake(port, "compositor.v1.json"));
        boolean pings = random.nextBoolean();
        a.onOpen = () -> {
            a.socket.send("{\"type\":\"hello\",\"display\":\"" + name + "\"}");
            a.socket.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"presence\":true,\"delivery\":\""
                    + pick(List.of("every", "latest")) + "\"}");
        };
        a.onWelcome = () -> a.stay(100, 1000, () -> {
            a.socket.reading(false);
            for (int i = 1; pings && i < 8; i++) {
                a.after(i * 700, () -> a.socket.send(LoopSocket.PING, new byte[0]));
            }
            a.stay(1000, 7000, () -> {
                a.socket.reading(true);
                a.stay(200, 2000, a::leave);
            });
        });
    }

    /** With what it had last, which may be alive, too old or never have been; or with something wrong. */
    private void resume(Act a) throws IOException {
        String with =
                switch (random.nextInt(6)) {
                    case 0 -> "no-such-token\",\"epoch\":\"" + epoch + "\",\"seq\":" + seq;
                    case 1 -> token + "\",\"epoch\":\"other\",\"seq\":" + seq;
                    case 2 -> token + "\",\"epoch\":\"" + epoch + "\",\"seq\":9007199254740000";
                    default -> token + "\",\"epoch\":\"" + epoch + "\",\"seq\":" + seq;
                };
        a.hello(",\"resume\":{\"token\":\"" + with + "}", () -> {
            if (random.nextBoolean()) {
                a.socket.send(subscription());
            }
            a.stay(50, 1500, random.nextBoolean() ? a::vanish : a::leave);
        });
    }

    private void takeOver(Act a) throws IOException {
        a.onWelcome = () -> a.stay(100, 1500, a::leave);
        String user = random.nextInt(3) == 0 ? ",\"user\":\"somebody-else\"" : "";
        a.open(() -> a.socket.send("{\"type\":\"hello\",\"display\":\"" + other() + "\"" + user + "}"));
    }

    private void tooLong(Act a) {
        a.greet(() -> {
            byte[] part = "x".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
            if (random.nextBoolean()) {
                a.socket.send("x".repeat(70_000));
            } else {
                a.socket.raw(LoopSocket.frame(LoopSocket.TEXT, true, part));
                a.socket.raw(LoopSocket.frame(0x80, true, part));
            }
        });
    }

    private void brokenFrame(Act a) throws IOException {
        Runnable breaks = () -> a.socket.raw(
                switch (random.nextInt(9)) {
                    case 0 -> LoopSocket.frame(0x81, false, "{}".getBytes(StandardCharsets.US_ASCII));
                    case 1 -> LoopSocket.frame(0xc1, true, new byte[5]);
                    case 2 -> LoopSocket.frame(0x83, true, new byte[5]);
                    case 3 -> LoopSocket.frame(0x09, true, new byte[5]);
                    case 4 -> LoopSocket.frame(0x89, true, new byte[200]);
                    case 5 -> LoopSocket.frame(0x80, true, new byte[5]);
                    case 6 -> LoopSocket.frame(0x81, true, new byte[] {(byte) 0xc3, (byte) 0x28});
                    case 7 -> LoopSocket.frame(0x88, true, new byte[] {0});
                    default -> LoopSocket.frame(0x88, true, new byte[] {3, (byte) 0xed});
                });
        if (random.nextBoolean()) {
            a.open(breaks);
        } else {
            a.greet(breaks);
        }
    }

    /** Messages in pieces, with pings between: rude, but allowed. */
    private void fragments(Act a) throws IOException {
        a.onWelcome = () -> a.stay(100, 1500, a::leave);
        byte[] hello = ("{\"type\":\"hello\",\"display\":\"" + name + "\"}").getBytes(StandardCharsets.US_ASCII);
        a.open(() -> piece(a, hello, 0));
    }

    private void piece(Act a, byte[] message, int at) {
        int to = Math.min(message.length, at + 1 + random.nextInt(12));
        a.socket.raw(LoopSocket.frame(
                (to == message.length ? 0x80 : 0) | (at == 0 ? LoopSocket.TEXT : 0),
                true,
                Arrays.copyOfRange(message, at, to)));
        a.socket.send(LoopSocket.PING, new byte[random.nextInt(125)]);
        if (to < message.length) {
            a.after(random.nextInt(60), () -> piece(a, message, to));
        }
    }

    /** More requests than are allowed; a few keep it up until they are closed. */
    private void flood(Act a) {
        a.greet(() -> burst(a, random.nextInt(5) == 0 ? 250 : 10 + random.nextInt(30)));
    }

    private void burst(Act a, int left) {
        if (left == 0) {
            a.leave();
            return;
        }
        for (int i = 0; i < 40; i++) {
            a.socket.send(random.nextInt(20) == 0 ? move(camera()) : "{\"type\":\"ping\",\"t0\":1}");
        }
        a.after(50, () -> burst(a, left - 1));
    }

    private void pingFlood(Act a) {
        a.greet(() -> {
            boolean reads = random.nextBoolean();
            a.socket.reading(reads);
            for (int i = 0; i < 2000; i++) {
                a.socket.send(LoopSocket.PING, new byte[100]);
            }
            a.stay(100, 3000, () -> {
                a.socket.reading(true);
                a.leave();
            });
        });
    }

    private void midFrame(Act a) {
        a.greet(() -> {
            byte[] frame = LoopSocket.frame(0x81, true, subscription().getBytes(StandardCharsets.US_ASCII));
            a.socket.raw(Arrays.copyOf(frame, 1 + random.nextInt(frame.length - 1)));
            switch (random.nextInt(4)) {
                case 0 -> a.vanish();
                case 1 -> a.halfClose();
                case 2 -> a.fallSilent();
                default -> a.socket.close(1000);
            }
        });
    }

    private void handshake(Act a) throws IOException {
        String good = LoopSocket.handshake(port, "compositor.v1.json");
        a.connect(
                0,
                switch (random.nextInt(9)) {
                    case 0 -> "rubbish\r\n\r\n";
                    case 1 -> good.substring(0, random.nextInt(good.length()));
                    case 2 -> good.replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12");
                    case 3 -> good.replaceFirst("Sec-WebSocket-Key: [^\r]*\r\n", "");
                    case 4 -> good.replace("compositor.v1.json", "compositor.v9.json");
                    case 5 -> good.replace("Host: localhost", "Host: example.org");
                    case 6 -> good.replace("\r\n\r\n", "\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");
                    case 7 -> good.replace("GET", "POST");
                    default -> good + "rubbish right behind it";
                });
        a.stay(1000, 4000, a::vanish);
    }

    private void admin(Act a) {
        a.greet(() -> {
            a.socket.send("{\"type\":\"admin\",\"id\":5,\"action\":\"notice\",\"display\":\"" + other()
                    + "\",\"level\":\"info\",\"text\":\"boo\"}");
            a.socket.send("{\"type\":\"admin\",\"id\":6,\"action\":\"close\",\"display\":\"" + other() + "\"}");
            a.socket.send("{\"type\":\"admin\",\"id\":7,\"action\":\"remove-camera\",\"camera\":\"" + camera() + "\"}");
            a.socket.send(
                    "{\"type\":\"admin\",\"id\":8,\"action\":\"notice\",\"level\":\"warning\",\"text\":\"to all\"}");
            a.stay(50, 500, a::leave);
        });
    }

    private void drive(Act a) {
        a.greet(() -> {
            String camera = random.nextInt(4) == 0 ? "naughty/" + random.nextInt(others) : camera();
            a.socket.send("{\"type\":\"control\",\"id\":9,\"camera\":\"" + camera + "\",\"action\":\"take\"}");
            for (int i = 0; i < 60; i++) {
                a.after(i * 33, () -> a.socket.send(move(camera)));
            }
            a.stay(500, 3000, () -> {
                if (random.nextBoolean()) {
                    a.socket.send(
                            "{\"type\":\"control\",\"id\":10,\"camera\":\"" + camera + "\",\"action\":\"release\"}");
                }
                a.leave();
            });
        });
    }

    /**
     * One subscription after the other, each when the one before was answered: each makes the server stop reading for a
     * moment.
     */
    private void oneByOne(Act a) throws IOException {
        a.hello("", () -> subscribeAgain(a, 100));
    }

    private void subscribeAgain(Act a, int left) {
        a.asked = left;
        if (left == 0) {
            a.leave();
            return;
        }
        a.onAck = () -> subscribeAgain(a, left - 1);
        a.socket.send("{\"type\":\"subscribe\",\"id\":" + left + ",\"cameras\":[\"a\"]}");
        a.after(ANSWER_LIMIT, () -> {
            if (a.asked == left) {
                flaws.accept(
                        name + ": no answer to subscription " + left + " for " + ANSWER_LIMIT + " ms; before: " + last);
            }
        });
    }

    private void binary(Act a) throws IOException {
        a.connect(0, LoopSocket.handshake(port, "compositor.v1.cbor"));
        a.onOpen = () -> {
            a.socket.send(LoopSocket.BINARY, cbor(Map.of("type", "hello", "display", name)));
            a.socket.send(
                    LoopSocket.BINARY,
                    cbor(Map.of("type", "subscribe", "cameras", List.of("*"), "presence", true, "delivery", "every")));
            a.stay(200, 3000, () -> {
                switch (random.nextInt(3)) {
                    case 0 -> a.socket.send("text on a binary connection");
                    case 1 -> a.socket.send(LoopSocket.BINARY, new byte[] {(byte) 0xff, 0, 1});
                    default -> a.socket.send(LoopSocket.BINARY, cbor(Map.of("type", "bye")));
                }
                a.stay(100, 500, a::leave);
            });
        };
    }

    /** Texts, truths, lists and maps, all shorter than 24. */
    private static byte[] cbor(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (value instanceof Map<?, ?> map) {
            out.write(0xa0 | map.size());
            map.forEach((key, item) -> {
                out.writeBytes(cbor(key));
                out.writeBytes(cbor(item));
            });
        } else if (value instanceof List<?> list) {
            out.write(0x80 | list.size());
            list.forEach(item -> out.writeBytes(cbor(item)));
        } else if (value instanceof Boolean truth) {
            out.write(truth ? 0xf5 : 0xf4);
        } else {
            byte[] text = ((String) value).getBytes(StandardCharsets.US_ASCII);
            out.write(0x60 | text.length);
            out.writeBytes(text);
        }
        return out.toByteArray();
    }
}
