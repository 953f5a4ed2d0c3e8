package org.geometryos.compositor.itest.attack;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A few who connect, say hello and go, again and again, as fast as the host takes it. What comes in is searched as
 * text, for its frames carry it as it is.
 */
final class Storm implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;
    private static final int MAX_TEXT = 64 * 1024;

    /** How they go and come. */
    enum Way {
        /** A session that ends, and another one under the same name. */
        HELLO_BYE {
            @Override
            void round(Storm storm, Visitor visitor) throws IOException {
                visitor.send("{\"type\":\"hello\",\"display\":\"" + visitor.name + "\"}");
                visitor.send("{\"type\":\"bye\"}");
                visitor.await("\"type\":\"welcome\"");
            }
        },

        /** The same without a word of farewell: the host keeps the session, and the next one takes its name. */
        HELLO_AND_AWAY {
            @Override
            void round(Storm storm, Visitor visitor) throws IOException {
                visitor.send("{\"type\":\"hello\",\"display\":\"" + visitor.name + "\"}");
                visitor.await("\"type\":\"welcome\"");
            }
        },

        /** A session that sees everything, is cut and resumed. */
        RESUME {
            @Override
            void round(Storm storm, Visitor visitor) throws IOException {
                boolean first = visitor.token.isEmpty();
                visitor.send("{\"type\":\"hello\",\"display\":\"" + visitor.name + "\""
                        + (first
                                ? ""
                                : ",\"resume\":{\"token\":\"" + visitor.token + "\",\"epoch\":\"" + visitor.epoch
                                        + "\",\"seq\":" + visitor.seq + "}")
                        + "}");
                visitor.await("\"type\":\"welcome\"");
                visitor.token = visitor.await("\"token\":\"([^\"]+)\"");
                if (!first && visitor.await("\"resumed\":(true|false)").equals("true")) {
                    storm.resumed.incrementAndGet();
                }
                visitor.epoch = visitor.await("\"epoch\":\"([^\"]+)\"");
                visitor.seq = visitor.await("\"seq\":(\\d+)");
                if (first) {
                    visitor.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true}");
                    visitor.await("\"type\":\"snapshot\"");
                }
            }
        };

        abstract void round(Storm storm, Visitor visitor) throws IOException;
    }

    private static final class Visitor {
        private final String name;
        private String token = "";
        private String epoch;
        private String seq;
        private Socket socket;
        private StringBuilder text;

        Visitor(String name) {
            this.name = name;
        }

        void send(String message) throws IOException {
            byte[] payload = message.getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write(org.geometryos.compositor.itest.attack.Socket.frame(0x81, payload.length, payload));
        }

        /** @return the first group of the pattern, or all of it */
        String await(String pattern) throws IOException {
            Pattern wanted = Pattern.compile(pattern);
            byte[] bytes = new byte[8_192];
            for (; ; ) {
                Matcher found = wanted.matcher(text);
                if (found.find()) {
                    return found.group(found.groupCount());
                }
                int n = socket.getInputStream().read(bytes);
                if (n < 0 || text.length() > MAX_TEXT) {
                    throw new EOFException("no " + pattern + " in " + text);
                }
                text.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private final int port;
    private final Way way;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();
    private volatile String failure = "";
    private volatile boolean over;

    Storm(int port, int size, Way way) {
        this.port = port;
        this.way = way;
        for (int i = 0; i < size; i++) {
            Visitor visitor = new Visitor("stormy-" + i);
            Thread thread = new Thread(() -> run(visitor), "storm-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(Visitor visitor) {
        while (!over) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(LIMIT_MILLIS);
                socket.setTcpNoDelay(true);
                // the end of it is a reset: so many connections would leave the client without ports
                socket.setSoLinger(true, 0);
                visitor.socket = socket;
                visitor.text = new StringBuilder();
                socket.getOutputStream()
                        .write(org.geometryos.compositor.itest.attack.Socket.handshake(port, "view")
                                .getBytes(StandardCharsets.ISO_8859_1));
                visitor.await("\r\n\r\n");
                way.round(this, visitor);
                rounds.incrementAndGet();
            } catch (IOException e) {
                failure = e.toString();
                failed.incrementAndGet();
            }
        }
    }

    long rounds() {
        return rounds.get();
    }

    @Override
    public String toString() {
        return way + ": " + rounds + " rounds, " + resumed + " resumed, " + failed + " refused"
                + (failure.isEmpty() ? "" : ", the last: " + failure);
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(LIMIT_MILLIS);
        }
    }
}
