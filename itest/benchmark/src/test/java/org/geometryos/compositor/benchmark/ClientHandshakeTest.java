package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClientHandshakeTest {
    private static final String ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n"
            + "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol:  compositor.v1.json \r\n\r\n";

    private final ClientHandshake handshake = new ClientHandshake(8081, "compositor.v1.json");

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void theRequestAsksForTheSubprotocol() {
        String request = StandardCharsets.US_ASCII
                .decode(handshake.request("/compositor"))
                .toString();
        assertThat(request)
                .startsWith("GET /compositor HTTP/1.1\r\nHost: localhost:8081\r\n")
                .contains("\r\nSec-WebSocket-Protocol: compositor.v1.json\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void anAnswerIsTakenWhenItIsThereAsAWholeAndWhatIsBehindItIsLeft() throws IOException {
        for (int length = 0; length < ACCEPTED.length(); length++) {
            ByteBuffer part = bytes(ACCEPTED.substring(0, length));
            assertThat(handshake.take(part)).isFalse();
            assertThat(part.position()).isZero();
        }
        ByteBuffer whole = bytes(ACCEPTED + "frame");
        assertThat(handshake.take(whole)).isTrue();
        assertThat(whole.remaining()).isEqualTo("frame".length());
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> handshake.take(bytes("HTTP/1.1 503 Service Unavailable\r\n\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessage("handshake refused: HTTP/1.1 503 Service Unavailable");
        assertThatThrownBy(() -> handshake.take(bytes(ACCEPTED.replace("xOo=", "xOp="))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> handshake.take(bytes(ACCEPTED.replace("v1.json", "v1.cbor"))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> handshake.take(bytes("x".repeat(ClientHandshake.MAX_BYTES))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 8192 bytes");
    }
}
