package org.geometryos.compositor.itest.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawPeer;

/**
 * Stands between a client and the server and breaks one thing. What the server sends is cut into its HTTP head and its
 * frames; a fault may change the head, and drop, change, repeat or add frames. What the client sends goes on as it is.
 */
final class FaultyProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int server;
    private final Fault fault;

    /** What is broken. An object of it is for one proxy, its methods are called by several threads. */
    interface Fault {
        /** @param request the client's HTTP head @return the server's, or what takes its place */
        default String head(String request, String answer) {
            return answer;
        }

        /** A text frame of the server. */
        default void text(Connection connection, JsonNode message, byte[] payload) throws IOException {
            connection.text(payload);
        }

        /** Any other frame of the server. */
        default void frame(Connection connection, int opcode, byte[] payload) throws IOException {
            connection.frame(opcode, payload);
        }
    }

    /** What goes to one client. */
    static final class Connection {
        private final OutputStream out;
        /** Text frames kept back by a fault. */
        byte[] held;
        /** How many of something the fault has counted on this connection. */
        int count;

        Connection(OutputStream out) {
            this.out = out;
        }

        void text(byte[] payload) throws IOException {
            frame(Frames.TEXT, payload);
        }

        void text(String json) throws IOException {
            text(json.getBytes(StandardCharsets.UTF_8));
        }

        void frame(int opcode, byte[] payload) throws IOException {
            out.write(Frames.raw(0x80 | opcode, false, payload));
        }
    }

    FaultyProxy(int server, Fault fault) throws IOException {
        this.server = server;
        this.fault = fault;
        thread("proxy-accept", () -> {
            while (true) {
                Socket client = listening.accept();
                thread("proxy-client", () -> serve(client));
            }
        });
    }

    int port() {
        return listening.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // a socket ended, which ends what was done for it
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        try (client;
                Socket upstream = new Socket(InetAddress.getByName("127.0.0.1"), server)) {
            sockets.add(client);
            sockets.add(upstream);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            DataInputStream fromClient = new DataInputStream(client.getInputStream());
            DataInputStream fromServer = new DataInputStream(upstream.getInputStream());
            String request = head(fromClient);
            upstream.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = fault.head(request, head(fromServer));
            client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            if (!answer.startsWith("HTTP/1.1 101")) {
                fromServer.transferTo(client.getOutputStream());
                return;
            }
            thread("proxy-upstream", () -> {
                try (upstream) {
                    fromClient.transferTo(upstream.getOutputStream());
                }
            });
            Connection connection = new Connection(client.getOutputStream());
            for (; ; ) {
                RawPeer.Frame frame = RawPeer.read(fromServer);
                if (frame.opcode() == Frames.TEXT) {
                    fault.text(
                            connection,
                            Json.read(new String(frame.payload(), StandardCharsets.UTF_8)),
                            frame.payload());
                } else {
                    fault.frame(connection, frame.opcode(), frame.payload());
                }
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int newlines = 0;
        for (int c = in.read(); newlines < 2; c = in.read()) {
            if (c < 0) {
                throw new IOException("ended in the head");
            }
            head.write(c);
            newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
            if (newlines == 2) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** A close frame's payload. */
    static byte[] close(int code) {
        return ByteBuffer.allocate(2).putShort((short) code).array();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
