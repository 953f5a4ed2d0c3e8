package org.geometryos.compositor.itest.framework;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by a plain socket: what is asked goes out as it is. */
public final class RawHttp {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int SMALL_BUFFER = 16 << 10;

    private RawHttp() {}

    /** @param headers names in lower case */
    public record Answer(int status, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** Whether as much came as was announced. */
        public boolean whole() {
            return String.valueOf(body.length).equals(headers.get("content-length"));
        }
    }

    public static Answer get(String path, String... headers) throws IOException {
        return ask("GET", path, headers);
    }

    public static Answer ask(String method, String path, String... headers) throws IOException {
        try (Socket socket = open(new Socket("127.0.0.1", Host.port()), method, path, headers)) {
            return read(socket.getInputStream());
        }
    }

    /** Asks, and reads nothing yet; little fits on the way. */
    public static Socket slow(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.connect(new InetSocketAddress("127.0.0.1", Host.port()), TIMEOUT_MILLIS);
        return open(socket, "GET", path);
    }

    private static Socket open(Socket socket, String method, String path, String... headers) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        StringBuilder request =
                new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    public static Answer read(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        String head = new String(all, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer");
        }
        String[] lines = head.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]),
                headers,
                "chunked".equals(headers.get("transfer-encoding")) ? unchunked(body) : body);
    }

    private static byte[] unchunked(byte[] chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String text = new String(chunks, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < chunks.length; ) {
            int line = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, line), 16);
            body.write(chunks, line + 2, size);
            at = line + 4 + size;
            if (size == 0) {
                break;
            }
        }
        return body.toByteArray();
    }
}
