package org.geometryos.compositor.testkit.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An HTTP request whose every line can be changed; a handshake for one. */
public final class RawRequest {
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** The answer to that key, from RFC 6455 section 1.3. */
    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final String method;
    private final String target;
    private final List<String> headers = new ArrayList<>();

    public RawRequest(String method, String target) {
        this.method = method;
        this.target = target;
    }

    public static RawRequest get(String target) {
        return new RawRequest("GET", target).with("Host", "localhost");
    }

    /** A handshake that offers no subprotocol. */
    public static RawRequest upgrade() {
        return get("/compositor")
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade")
                .with("Sec-WebSocket-Version", "13")
                .with("Sec-WebSocket-Key", KEY);
    }

    public static RawRequest upgrade(String subprotocols) {
        return upgrade().with("Sec-WebSocket-Protocol", subprotocols);
    }

    public RawRequest with(String name, String value) {
        headers.add(name + ": " + value);
        return this;
    }

    public RawRequest without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        headers.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(start));
        return this;
    }

    public RawRequest instead(String name, String value) {
        return without(name).with(name, value);
    }

    public String method() {
        return method;
    }

    public String text() {
        return method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    public byte[] bytes() {
        return text().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return method + " " + target + " " + headers;
    }
}
