package org.geometryos.compositor.itest.framework;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A display that keeps the protocol, with all cameras and presence: it answers pings, resumes whenever its connection
 * is lost, and now and then loses it by itself. It checks each number, each account and each answer, and tells each
 * flaw at once.
 */
public final class WellBehaved implements LoopSocket.Listener {
    private static final int KEPT = 24;
    private static final long ASK_MILLIS = 1000;
    /** An answer that takes longer is worth a look at what the server does at that moment. */
    private static final long LATE_NANOS = 2_500_000_000L;

    private static final int TRANSPORT_GONE = 1012;
    private static final int UNHEARD = 1006;

    public final String name;
    public final boolean every;
    private final Loop loop;
    private final int port;
    private final Random random;
    private final Consumer<String> flaws;
    private final Consumer<String> suspicions;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private LoopSocket socket;
    private boolean greeted;
    private boolean left;
    private String token = "";
    private String epoch = "";
    /** The highest number applied. */
    private long applied;
    /** What the account counts begins behind it. */
    private long base;
    /** What was applied when this connection resumed; ordered entries between this and {@link #base} count, too. */
    private long resumedFrom;

    private long counted;
    private long repeatedOrdered;
    private long lastOrdered;
    private long asked;
    private final ArrayDeque<long[]> unanswered = new ArrayDeque<>();
    private boolean suspected;
    /** How often the transport was replaced so far, and how often this display was told so. */
    private int transports;

    private long excusedAt;
    private int restarts;
    private long receivedAt;
    private long timeoutNanos = Long.MAX_VALUE;
    private final Map<String, Long> views = new TreeMap<>();
    private final TreeMap<String, String> present = new TreeMap<>();
    private final TreeSet<String> held = new TreeSet<>();
    // figures
    public int snapshots;
    public int resumed;
    public int cuts;
    public long updates;
    public long digest;
    public long longestAnswer;
    public final Map<Integer, Integer> closes = new HashMap<>();

    public WellBehaved(
            Loop loop,
            int port,
            String name,
            boolean every,
            long seed,
            Consumer<String> flaws,
            Consumer<String> suspicions) {
        this.loop = loop;
        this.port = port;
        this.name = name;
        this.every = every;
        this.random = new Random(seed);
        this.flaws = flaws;
        this.suspicions = suspicions;
    }

    public void connect() {
        if (left) {
            return;
        }
        greeted = false;
        try {
            socket = new LoopSocket(loop, port, 0, LoopSocket.handshake(port, "compositor.v1.json"), this);
        } catch (IOException e) {
            again("connecting: " + e);
        }
    }

    private void again(String why) {
        note(why);
        unanswered.clear();
        suspected = false;
        loop.after(75 + random.nextInt(150), this::connect);
    }

    private void note(String what) {
        if (last.size() == KEPT) {
            last.poll();
        }
        last.add(System.currentTimeMillis() % 1_000_000 + " "
                + (what.length() > 300 ? what.substring(0, 300) + "..." : what));
    }

    private void flaw(String what) {
        flaws.accept(name + ": " + what + "; before: " + last);
    }

    // ---- the connection

    @Override
    public void answered(int status) {
        if (status == 101) {
            receivedAt = System.nanoTime();
            hello();
        } else {
            socket.drop();
            again("refused with " + status);
        }
    }

    private void hello() {
        if (socket.open()) {
            socket.send("{\"type\":\"hello\",\"id\":0,\"display\":\"" + name + "\""
                    + (token.isEmpty()
                            ? ""
                            : ",\"resume\":{\"token\":\"" + token + "\",\"epoch\":\"" + epoch + "\",\"seq\":" + applied
                                    + "}")
                    + "}");
        }
    }

    @Override
    public void ended(int code) {
        closes.merge(code, 1, Integer::sum);
        if (left ? code != 1000 : greeted && (!transportGone(code) || ++restarts > transports)) {
            flaw("closed with " + code);
        }
        again("ended with " + code);
    }

    /** Who does not read in the time that a transport has to stop does not hear of it. */
    private boolean transportGone(int code) {
        return code == TRANSPORT_GONE || code == UNHEARD && transports > 0 && loop.stoodStillSince(excusedAt);
    }

    /** Loses the connection as the network might do it; the next one resumes. */
    public void cut() {
        if (greeted && !left && !socket.over()) {
            cuts++;
            if (random.nextBoolean()) {
                socket.reset();
            } else {
                socket.drop();
            }
            again("cut at " + applied);
        }
    }

    public void leave() {
        left = true;
        socket.send("{\"type\":\"bye\"}");
    }

    public boolean connected() {
        return greeted && !socket.over();
    }

    public boolean gone() {
        return left && socket.over();
    }

    /** Asks for an answer, and looks whether those before came. */
    public void ask() {
        if (!connected() || left) {
            return;
        }
        long now = System.nanoTime();
        long[] oldest = unanswered.peek();
        if (oldest != null && now - oldest[1] > LATE_NANOS && !suspected) {
            suspected = true;
            suspicions.accept(name + ": no answer to ping " + oldest[0] + " for " + (now - oldest[1]) / 1_000_000
                    + " ms; before: " + last);
        }
        if (now - receivedAt > timeoutNanos) {
            flaw("nothing came for " + (now - receivedAt) / 1_000_000 + " ms");
            socket.drop();
            again("silence");
            return;
        }
        unanswered.add(new long[] {++asked, now});
        socket.send("{\"type\":\"ping\",\"id\":" + asked + ",\"t0\":" + asked + "}");
    }

    /** The transport is about to be replaced: that may close the connection once. */
    public void excuse() {
        restarts = transports++;
        excusedAt = System.nanoTime();
    }

    public static long askMillis() {
        return ASK_MILLIS;
    }

    // ---- what comes in

    @Override
    public void binary(int length) {
        flaw("a binary message of " + length + " bytes");
    }

    @Override
    public void message(String message) {
        receivedAt = System.nanoTime();
        switch (text(message, "type")) {
            case "camera" -> camera(message);
            case "control" -> {
                long seq = RawDisplay.number(message, "seq");
                String camera = text(message, "camera");
                if (message.contains("\"holder\":null")) {
                    held.remove(camera);
                } else {
                    held.add(camera);
                }
                ordered(seq, message);
            }
            case "camera-removed" -> {
                views.remove(text(message, "camera"));
                ordered(RawDisplay.number(message, "seq"), message);
            }
            case "display" -> {
                presence(message);
                ordered(RawDisplay.number(message, "seq"), message);
            }
            case "heartbeat" -> heartbeat(message);
            case "pong" -> pong(RawDisplay.number(message, "id"));
            case "welcome" -> welcome(message);
            case "snapshot" -> snapshot(message);
            case "gap" -> flaw("a gap: " + message);
            case "error" -> error(message);
            case "ack", "notice", "goodbye" -> note(message);
            default -> flaw("unknown: " + message);
        }
    }

    private void camera(String message) {
        long seq = RawDisplay.number(message, "seq");
        String camera = text(message, "camera");
        Long known = views.get(camera);
        if (!every && seq <= base && (known == null || seq >= known)) {
            // a state repeated at the resume
            if (known == null || seq > known) {
                update(camera, seq, message);
                applied = Math.max(applied, seq);
            }
            return;
        }
        if (known != null && seq <= known) {
            flaw("camera " + camera + " is at " + known + ", and this came: " + message);
        }
        follows(seq, message);
        update(camera, seq, message);
        count(seq);
    }

    private void update(String camera, long seq, String message) {
        views.put(camera, seq);
        if (every && "itest".equals(text(message, "source"))) {
            updates++;
            digest += digest(camera, RawDisplay.number(message, "sample"));
        }
    }

    private void ordered(long seq, String message) {
        follows(seq, message);
        if (seq <= lastOrdered || seq <= resumedFrom) {
            flaw("after the ordered " + lastOrdered + ", resumed from " + resumedFrom + ", came " + message);
        }
        lastOrdered = seq;
        if (seq <= base) {
            repeatedOrdered++;
            applied = Math.max(applied, seq);
        } else {
            count(seq);
        }
        note(message);
    }

    /** Everything in order; with every update nothing may be missing, since all there is was subscribed to. */
    private void follows(long seq, String message) {
        if (every ? seq != applied + 1 : seq <= applied && seq > base) {
            flaw("after " + applied + " came " + message);
        }
    }

    private void count(long seq) {
        counted++;
        applied = Math.max(applied, seq);
    }

    private void presence(String message) {
        String session = text(message, "session");
        boolean known = present.containsKey(session);
        switch (text(message, "action")) {
            case "joined" -> {
                present.put(session, text(message, "display"));
                if (known) {
                    flaw("joined twice: " + message);
                }
            }
            case "left" -> {
                present.remove(session);
                if (!known) {
                    flaw("left without having been there: " + message);
                }
            }
            default -> {
                if (!known) {
                    flaw("changed without having been there: " + message);
                }
            }
        }
    }

    private void heartbeat(String message) {
        long seq = RawDisplay.number(message, "seq");
        long delivered = RawDisplay.number(message, "delivered");
        long superseded = RawDisplay.number(message, "superseded");
        long refused = RawDisplay.number(message, "refused");
        note(message);
        if (snapshots == 0) {
            return;
        }
        boolean complete =
                seq >= applied ? delivered == counted + repeatedOrdered : delivered <= counted + repeatedOrdered;
        if (!complete || delivered + superseded + refused != due(seq) || refused != 0 || every && superseded != 0) {
            flaw("account " + message + " counted " + counted + " and repeated " + repeatedOrdered + " since " + base
                    + ", applied " + applied + ", resumed from " + resumedFrom);
        }
    }

    private long due(long seq) {
        return Math.max(0, seq - base) + repeatedOrdered;
    }

    private void pong(long id) {
        long[] oldest = unanswered.poll();
        if (oldest == null || oldest[0] != id) {
            flaw("answer to ping " + id + " instead of " + (oldest == null ? "none" : oldest[0]));
            return;
        }
        longestAnswer = Math.max(longestAnswer, System.nanoTime() - oldest[1]);
        suspected = false;
    }

    private void welcome(String message) {
        note(message);
        boolean again = message.contains("\"resumed\":true");
        if (!token.isEmpty() && !again) {
            flaw("not resumed: " + message);
        }
        greeted = true;
        token = text(message, "token");
        int heartbeat = message.indexOf("\"heartbeat\":");
        timeoutNanos = RawDisplay.number(message.substring(heartbeat), "timeout") * 1_000_000;
        counted = 0;
        repeatedOrdered = 0;
        if (again) {
            resumed++;
            resumedFrom = applied;
            base = every ? applied : RawDisplay.number(message, "seq");
        } else {
            socket.send("{\"type\":\"subscribe\",\"id\":0,\"cameras\":[\"*\"],\"presence\":true,\"delivery\":\""
                    + (every ? "every" : "latest") + "\"}");
        }
    }

    private void snapshot(String message) {
        if (++snapshots > 1) {
            flaw("another snapshot: " + message);
        }
        note(message);
        epoch = text(message, "epoch");
        applied = RawDisplay.number(message, "seq");
        base = applied;
        resumedFrom = applied;
        lastOrdered = applied;
        counted = 0;
        int displays = message.indexOf("\"displays\":");
        for (int at = displays; (at = message.indexOf("\"display\":\"", at)) > 0; at++) {
            String one = message.substring(at);
            present.put(text(one, "session"), text(one, "display"));
        }
    }

    private void error(String message) {
        note(message);
        if (!greeted && message.contains("\"code\":\"unavailable\"")) {
            loop.after(100, this::hello);
        } else {
            flaw("refused: " + message);
        }
    }

    // ---- what it knows

    public long applied() {
        return applied;
    }

    /** Cameras with the number of their newest view, held cameras, and sessions. */
    public String state() {
        return (views + "" + held + present.keySet()).replace(" ", "");
    }

    /** What the server's account has to be: due, and how much of it came. */
    public String account() {
        return name + ":" + due(applied) + ":" + (counted + repeatedOrdered);
    }

    /** Tells updates apart; sums of it tell sets of them apart. */
    public static long digest(String camera, long sample) {
        return (sample * 31 + camera.hashCode()) * 0x9e3779b97f4a7c15L >>> 16;
    }

    /** The first text of that name in a message; empty if there is none. */
    public static String text(String message, String field) {
        String start = "\"" + field + "\":\"";
        int at = message.indexOf(start);
        return at < 0 ? "" : message.substring(at + start.length(), message.indexOf('"', at + start.length()));
    }
}
