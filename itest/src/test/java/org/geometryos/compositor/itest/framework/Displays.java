package org.geometryos.compositor.itest.framework;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.geometryos.compositor.itest.Stalls;

/**
 * Many displays in a process of their own: {@code Displays PORT EVERY LATEST}. Commands on standard input, one answer
 * line each: {@code mark} (begin to collect anew), {@code report} (what was seen), {@code quit}.
 *
 * <p>A display subscribes to all that has a number, since a number that it did not subscribe to would look like a lost
 * one. It reconnects and resumes as the protocol says. It checks the order of what it gets and keeps every number, so
 * that the report tells what is missing or doubled.
 */
public final class Displays {
    private static final List<Display> ALL = new ArrayList<>();
    private static final Stalls STALLS = new Stalls();

    private Displays() {}

    private static final class Display implements Runnable {
        private final int port;
        private final String name;
        private final boolean every;
        private final AtomicBoolean ready = new AtomicBoolean();
        private volatile boolean quit;
        // guarded by this
        private long[] seqs = new long[4096];
        private int count;
        private long base;
        private long applied;
        private String epoch = "";
        private String token = "";
        private int closes;
        private int lastClose;
        private int snapshots;
        private int gaps;
        private int doubled;
        private int disorder;
        private int resumed;
        private int notResumed;
        private long connectedAt;
        private long counted;
        private long beaten;
        private int wrongAccounts;
        private String wrongAccount = "";
        private final Map<String, Long> samples = new HashMap<>();
        private final Map<String, Long> seen = new HashMap<>();

        public Display(int port, String name, boolean every) {
            this.port = port;
            this.name = name;
            this.every = every;
        }

        @Override
        public void run() {
            boolean first = true;
            while (!quit) {
                try (RawDisplay socket = new RawDisplay(port, 0, "compositor.v1.json")) {
                    greet(socket, first);
                    first = false;
                    for (; ; ) {
                        String message = socket.message();
                        synchronized (this) {
                            take(message, socket);
                        }
                    }
                } catch (RawDisplay.ClosedException e) {
                    closed(e.code);
                } catch (IOException e) {
                    if (!first) {
                        closed(1006);
                    }
                }
                pause(first ? 300 : ThreadLocalRandom.current().nextInt(75, 225));
            }
        }

        private synchronized void closed(int code) {
            if (connectedAt != 0) {
                closes++;
                lastClose = code;
                connectedAt = 0;
            }
        }

        private static void pause(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void greet(RawDisplay socket, boolean first) throws IOException {
            if (first) {
                socket.send("{\"type\":\"hello\",\"display\":\"" + name + "\"}");
            } else {
                socket.send("{\"type\":\"hello\",\"display\":\"" + name + "\",\"resume\":{\"token\":\"" + token
                        + "\",\"epoch\":\"" + epoch + "\",\"seq\":" + applied + "}}");
            }
            String welcome = socket.message();
            if (!"welcome".equals(RawDisplay.type(welcome))) {
                throw new IOException(welcome);
            }
            boolean again = welcome.contains("\"resumed\":true");
            synchronized (this) {
                token = RawDisplay.string(welcome, "token");
                connectedAt = System.nanoTime();
                counted = 0;
                if (!first) {
                    if (again) {
                        resumed++;
                        base = every ? applied : RawDisplay.number(welcome, "seq");
                    } else {
                        notResumed++;
                    }
                }
            }
            if (!again) {
                socket.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"],\"presence\":true,\"scene\":true,"
                        + "\"tiles\":true,\"walls\":[\"*\"],\"delivery\":\""
                        + (every ? "every" : "latest") + "\"}");
            }
        }

        private void take(String message, RawDisplay socket) {
            String type = RawDisplay.type(message);
            switch (type) {
                case "snapshot" -> {
                    snapshots++;
                    epoch = RawDisplay.string(message, "epoch");
                    applied = RawDisplay.number(message.substring(0, Math.min(message.length(), 200)), "seq");
                    base = applied;
                    counted = 0;
                    count = 0;
                    seen.clear();
                    ready.set(true);
                }
                case "camera", "control", "camera-removed", "display", "scene", "tiles", "wall", "wall-removed" -> {
                    long seq = RawDisplay.number(message, "seq");
                    String camera = RawDisplay.string(message, "camera");
                    if (!every && "camera".equals(type) && seq <= seen.getOrDefault(camera, 0L)) {
                        return;
                    }
                    if (seq > base) {
                        counted++;
                    }
                    if (every && seq == applied) {
                        doubled++;
                    } else if (every && seq < applied) {
                        disorder++;
                    }
                    applied = Math.max(applied, seq);
                    if ("camera".equals(type)) {
                        seen.put(camera, seq);
                        samples.put(camera, RawDisplay.number(message, "sample"));
                    }
                    if (count == seqs.length) {
                        seqs = Arrays.copyOf(seqs, count * 2);
                    }
                    seqs[count++] = seq;
                }
                case "heartbeat" -> {
                    beaten = RawDisplay.number(message, "seq");
                    long due = beaten - base;
                    long told = RawDisplay.number(message, "delivered");
                    long all = told + RawDisplay.number(message, "superseded") + RawDisplay.number(message, "refused");
                    if (snapshots == 1 && (told != counted || all != due)) {
                        wrongAccounts++;
                        wrongAccount = name + ": " + message.replace('\n', ' ') + " counted " + counted + " due " + due;
                    }
                }
                case "gap" -> gaps++;
                default -> {}
            }
        }

        public synchronized void mark() {
            count = 0;
            closes = 0;
            doubled = 0;
            disorder = 0;
            gaps = 0;
            resumed = 0;
            notResumed = 0;
            wrongAccounts = 0;
        }

        /** How many numbers between the first and the last collected are not there. */
        public synchronized long missing() {
            long missing = 0;
            for (int i = 1; i < count; i++) {
                missing += Math.max(0, seqs[i] - seqs[i - 1] - 1);
            }
            return missing;
        }
    }

    private static String report() {
        long missing = 0;
        long doubled = 0;
        long disorder = 0;
        long closes = 0;
        long gaps = 0;
        long resumed = 0;
        long notResumed = 0;
        long wrong = 0;
        long connected = 0;
        long lowest = Long.MAX_VALUE;
        long highest = 0;
        long fewest = Long.MAX_VALUE;
        long beaten = Long.MAX_VALUE;
        int restarts = 0;
        int cut = 0;
        String account = "";
        Map<String, Long> oldest = new HashMap<>();
        Map<String, Long> newest = new HashMap<>();
        java.util.Set<String> epochs = new java.util.TreeSet<>();
        int snapshots = 0;
        for (Display d : ALL) {
            synchronized (d) {
                missing += d.every ? d.missing() : 0;
                doubled += d.doubled;
                disorder += d.disorder;
                closes += d.closes;
                restarts += d.closes > 0 && d.lastClose == 1012 ? 1 : 0;
                cut += d.closes > 0 && d.lastClose == 1006 ? 1 : 0;
                gaps += d.gaps;
                resumed += d.resumed;
                notResumed += d.notResumed;
                wrong += d.wrongAccounts;
                account = d.wrongAccounts > 0 ? d.wrongAccount : account;
                connected += d.connectedAt != 0 ? 1 : 0;
                lowest = Math.min(lowest, d.applied);
                highest = Math.max(highest, d.applied);
                fewest = Math.min(fewest, d.count);
                beaten = Math.min(beaten, d.beaten);
                d.samples.forEach((camera, sample) -> {
                    oldest.merge(camera, sample, Math::min);
                    newest.merge(camera, sample, Math::max);
                });
                epochs.add(d.epoch);
                snapshots += d.snapshots;
            }
        }
        return "missing=" + missing + " doubled=" + doubled + " disorder=" + disorder + " closes=" + closes
                + " restarts="
                + restarts
                + " cut=" + cut
                + " gaps=" + gaps + " resumed=" + resumed + " notResumed=" + notResumed + " wrongAccounts=" + wrong
                + " connected="
                + connected + " lowest=" + lowest + " highest=" + highest + " fewest=" + fewest + " beaten=" + beaten
                + " epochs=" + epochs.size()
                + " snapshots=" + snapshots + " stalled=" + STALLS.millis() + " oldest="
                + oldest.toString().replace(" ", "") + " newest="
                + newest.toString().replace(" ", "") + " account=" + account.replace(' ', '_');
    }

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        int every = Integer.parseInt(args[1]);
        int latest = Integer.parseInt(args[2]);
        for (int i = 0; i < every + latest; i++) {
            Display display = new Display(port, (i < every ? "every-" : "latest-") + i, i < every);
            ALL.add(display);
            Thread thread = new Thread(null, display, display.name, 256 * 1024);
            thread.setDaemon(true);
            thread.start();
        }
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (!ALL.stream().allMatch(d -> d.ready.get())) {
            if (System.nanoTime() - deadline > 0) {
                System.out.println("failed: " + report());
                System.exit(1);
            }
            Thread.sleep(20);
        }
        System.out.println("ready " + report());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String command; (command = commands.readLine()) != null && !command.equals("quit"); ) {
            if (command.equals("mark")) {
                ALL.forEach(Display::mark);
                System.out.println("marked");
            } else {
                System.out.println(report());
            }
        }
        System.exit(0);
    }
}
