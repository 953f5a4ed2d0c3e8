package org.geometryos.compositor.itest.attack;

import java.nio.charset.StandardCharsets;

/** Hostile connections with a key of role {@code view}. */
enum Kinds implements Kind {
    /** As many names as fit into a message, none of them a camera's. */
    MANY_NAMES {
        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.send(names(9_000, i -> Integer.toString(i, 36)));
        }
    },

    /** Names of their own, as many as are taken and as long as may be. */
    LONG_NAMES {
        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.send(names(400, i -> socket.number + "/" + "x".repeat(50) + i));
        }
    },

    /** Ask for everything and read nothing. */
    DEAF {
        @Override
        public int receiveBuffer() {
            return 2_048;
        }

        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,"
                    + "\"delivery\":\"every\"}");
            socket.reading(false);
        }
    },

    /** The same, each with a group of its own in the broadcaster. */
    DEAF_ALONE {
        @Override
        public int receiveBuffer() {
            return 2_048;
        }

        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,\"rate\":"
                    + (1 + socket.number % 999 / 1000.0) + "}");
            socket.reading(false);
        }
    },

    /** The beginning of a long frame, and then a byte now and then. */
    HALF_FRAME {
        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.raw(Socket.frame(0x81, 65_000, " ".repeat(1_000).getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void tick(Socket socket, long now) {
            socket.raw(new byte[] {' '});
        }
    },

    /** A message that has no end, in fragments. */
    FRAGMENTS {
        @Override
        public void opened(Socket socket) {
            hello(socket);
            byte[] part = " ".repeat(30_000).getBytes(StandardCharsets.US_ASCII);
            socket.raw(Socket.frame(0x01, part.length, part));
            socket.raw(Socket.frame(0x00, part.length, part));
        }

        @Override
        public void tick(Socket socket, long now) {
            socket.raw(Socket.frame(0x00, 1, new byte[] {' '}));
        }
    },

    /** A subscription whose answer is not read, and behind it long messages, which have to wait for it. */
    BEHIND_A_SUBSCRIPTION {
        @Override
        public int receiveBuffer() {
            return 2_048;
        }

        @Override
        public void opened(Socket socket) {
            DEAF.opened(socket);
            for (int i = 0; i < 8; i++) {
                socket.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true}");
            }
            socket.send("{\"type\":\"ping\",\"t0\":1" + " ".repeat(60_000) + "}");
        }
    },

    /** Ping after ping, and the answers are not read. */
    PINGS_UNREAD {
        private final byte[] pings = repeated(Socket.frame(0x80 | Socket.PING, 125, new byte[125]), 100);

        @Override
        public int receiveBuffer() {
            return 2_048;
        }

        @Override
        public void opened(Socket socket) {
            hello(socket);
            socket.reading(false);
        }

        @Override
        public void tick(Socket socket, long now) {
            if (socket.sent()) {
                socket.raw(pings);
            }
        }
    },

    /** Ping after ping, and the answers are read. */
    PINGS {
        private final byte[] pings = repeated(Socket.frame(0x80 | Socket.PING, 4, new byte[4]), 500);

        @Override
        public void opened(Socket socket) {
            hello(socket);
        }

        @Override
        public void tick(Socket socket, long now) {
            if (socket.sent()) {
                socket.raw(pings);
            }
        }
    },

    /** Long headers, which nobody needs once the handshake is over. */
    LONG_HEADERS {
        @Override
        public String handshake(Socket socket, int port) {
            return Socket.handshake(port, "view")
                    .replace("GET /compositor", "GET /compositor?" + "q".repeat(3_000))
                    .replace(
                            "\r\n\r\n",
                            "\r\nUser-Agent: " + "u".repeat(3_000) + "\r\nCookie: c=" + "c".repeat(1_000) + "\r\n\r\n");
        }

        @Override
        public void opened(Socket socket) {
            hello(socket);
        }
    },

    /** Sessions that are left behind, each with a title of the longest. */
    COME_AND_GO {
        @Override
        public void opened(Socket socket) {
            socket.send("{\"type\":\"hello\",\"display\":\"gone-" + socket.number + "-" + System.nanoTime()
                    + "\",\"settings\":{\"title\":\"" + "\u6f22".repeat(256) + "\"}}");
        }

        @Override
        public void message(Socket socket, String text) {
            if (text.startsWith("{\"type\":\"welcome\"")) {
                socket.reset();
            }
        }
    };

    private interface Name {
        String of(int i);
    }

    private static void hello(Socket socket) {
        socket.send("{\"type\":\"hello\",\"display\":\"hostile-" + socket.number + "\"}");
    }

    private static String names(int count, Name name) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count && names.length() < 62_000; i++) {
            names.append(i == 0 ? "\"" : ",\"").append(name.of(i)).append('"');
        }
        return "{\"type\":\"subscribe\",\"id\":1,\"cameras\":[" + names + "]}";
    }

    private static byte[] repeated(byte[] what, int times) {
        byte[] all = new byte[what.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(what, 0, all, i * what.length, what.length);
        }
        return all;
    }
}
