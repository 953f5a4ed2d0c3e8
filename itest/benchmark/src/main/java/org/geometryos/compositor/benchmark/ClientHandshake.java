package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The client's side of a WebSocket handshake, always with the same key. Stateless. */
final class ClientHandshake {
    /** The longest answer that is taken. */
    static final int MAX_BYTES = 8192;

    // the sample of RFC 6455, section 1.3
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final int port;
    private final String subprotocol;

    /** @param port of the server, which is on this machine */
    ClientHandshake(int port, String subprotocol) {
        this.port = port;
        this.subprotocol = subprotocol;
    }

    ByteBuffer request(String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY
                + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
        return ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Takes the answer out of what came.
     *
     * @return whether it was there as a whole; if not, nothing is taken
     * @throws IOException if it is no answer that opens a WebSocket with this subprotocol
     */
    boolean take(ByteBuffer in) throws IOException {
        String text = StandardCharsets.ISO_8859_1
                .decode(in.slice(in.position(), Math.min(in.remaining(), MAX_BYTES)))
                .toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() == MAX_BYTES) {
                throw new IOException("answer to the handshake of more than " + MAX_BYTES + " bytes");
            }
            return false;
        }
        String head = text.substring(0, end) + "\r\n";
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(
                    "handshake refused: " + head.lines().findFirst().orElse(""));
        }
        if (!has(head, "Sec-WebSocket-Accept", ACCEPT) || !has(head, "Sec-WebSocket-Protocol", subprotocol)) {
            throw new IOException("handshake answered wrongly: " + head);
        }
        in.position(in.position() + end + 4);
        return true;
    }

    private static boolean has(String head, String name, String value) {
        return head.lines()
                .anyMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)
                        && line.substring(name.length() + 1).trim().equals(value));
    }
}
