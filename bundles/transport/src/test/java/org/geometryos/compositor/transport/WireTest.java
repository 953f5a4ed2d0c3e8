package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.geometryos.compositor.transport.api.Handshake;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireTest {
    private final SocketTransport transport =
            new SocketTransport(new Settings(65_536, 2_048, false, TimeUnit.SECONDS.toNanos(10)), false);
    private final Layer real = new Layer();
    private final Wire wire = Wire.around(real);
    private SocketLink link;
    private final List<String> over = new ArrayList<>();

    /** An end point as the TLS layer is one: while the socket takes nothing, not even a flush of nothing ends. */
    private static final class Layer extends ByteArrayEndPoint {
        private boolean blocked;

        Layer() {
            setGrowOutput(true);
        }

        @Override
        public boolean flush(ByteBuffer... buffers) throws IOException {
            return !blocked && super.flush(buffers);
        }

        @Override
        protected void execute(Runnable task) {
            task.run();
        }

        void goesOn() {
            blocked = false;
            getWriteFlusher().completeWrite();
        }
    }

    @BeforeEach
    void attach() {
        link = transport.link(new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false), wire);
        real.onOpen();
    }

    private Callback tells(String text) {
        return Callback.from(() -> over.add(text), x -> over.add(text + " failed"));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSocketIsWrittenToDirectlyAndAnythingElseIsTakenForTls() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            Wire plain = Wire.around(new SocketChannelEndPoint(channel, null, null, null));
            assertThat(plain).isInstanceOf(PlainWire.class);
            assertThat(plain.channel()).isSameAs(channel);
        }
        assertThat(wire).isInstanceOf(TlsWire.class);
        assertThat(wire.channel()).isNull();
    }

    // ---- TLS

    @Test
    void aWriteGoesOutAndEnds() {
        wire.finish(tells("first"), bytes("a"), bytes("b"));
        wire.finish(tells("second"), bytes("c"));
        assertThat(real.takeOutputString()).isEqualTo("abc");
        assertThat(over).containsExactly("first", "second");
    }

    @Test
    void aWriteThatTheSocketDoesNotTakeEndsWhenItDoes() {
        real.blocked = true;
        wire.finish(tells("first"), bytes("a"));
        assertThat(over).isEmpty();
        real.goesOn();
        assertThat(real.takeOutputString()).isEqualTo("a");
        assertThat(over).containsExactly("first");
    }

    @Test
    void nothingIsFlushedWhileTheLayerItselfIsWriting() {
        real.blocked = true;
        wire.finish(tells("first"), bytes("a"));
        wire.shutdownOutput();
        assertThat(real.isOutputShutdown()).isFalse();
        assertThat(wire.retry()).as("waits still").isTrue();
        assertThat(real.isOutputShutdown()).isFalse();
        real.goesOn();
        assertThat(wire.retry()).isFalse();
        assertThat(real.isOutputShutdown()).isTrue();
        assertThat(real.takeOutputString()).isEqualTo("a");
    }

    @Test
    void whatIsAskedWhileSomethingRunsHasItsTurnBehindIt() {
        wire.ask(() -> {
            wire.ask(() -> over.add("second"));
            wire.shutdownOutput();
            over.add("first");
            assertThat(real.isOutputShutdown()).isFalse();
        });
        assertThat(over).containsExactly("first", "second");
        assertThat(real.isOutputShutdown()).isTrue();
    }

    @Test
    void aTurnThatFailsEndsTheConnectionAndNotTheTurns() {
        wire.ask(() -> {
            throw new IllegalStateException("planted");
        });
        assertThat(real.isOpen()).isFalse();
        assertThat(wire.isOpen()).isFalse();
        wire.ask(() -> over.add("next"));
        assertThat(over).containsExactly("next");
    }

    @Test
    void droppingEndsAWriteThatWaits() {
        real.blocked = true;
        wire.finish(tells("first"), bytes("a"));
        wire.reset();
        assertThat(over).containsExactly("first failed");
    }

    // ---- reading and closing, with and without TLS

    @Test
    void nothingIsReadWhileTheLinkHoldsItsInput() throws IOException {
        real.addInput("\u0081\u0080");
        link.rest(TimeUnit.SECONDS.toNanos(1));
        ByteBuffer to = BufferUtil.allocate(100);
        assertThat(wire.fill(to)).isZero();
        wire.fillInterested(tells("readable"));
        assertThat(wire.isFillInterested()).isTrue();
        assertThat(real.isFillInterested()).isFalse();
        assertThat(over).isEmpty();

        link.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
        assertThat(over).containsExactly("readable");
        assertThat(wire.fill(to)).isPositive();
        wire.readOn();
        assertThat(over).as("once").hasSize(1);
    }

    @Test
    void withoutACloseFrameOfOursTheConnectionIsDropped() throws IOException {
        wire.close((Throwable) null);
        assertThat(real.isOpen()).isFalse();
        assertThat(wire.fill(BufferUtil.allocate(10))).isEqualTo(-1);
    }

    @Test
    void behindACloseFrameOfOursThePeerIsReadUntilItIsDone() {
        link.jettyWrites(tells("close frame"), ByteBuffer.wrap(new byte[] {(byte) Framing.CLOSE, 0}));
        assertThat(over).containsExactly("close frame");
        real.addInput("whatever it still says");
        wire.close((Throwable) null);
        assertThat(wire.isOpen()).isFalse();
        assertThat(real.isOutputShutdown()).isTrue();
        assertThat(real.isOpen()).isTrue();
        real.addInputEOF();
        assertThat(real.isOpen()).isFalse();
    }

    @Test
    void jettyWritesThroughTheLinkAlone() {
        wire.write(tells("close frame"), ByteBuffer.wrap(new byte[] {(byte) Framing.CLOSE, 0}));
        assertThat(over).containsExactly("close frame");
        assertThat(link.closeFrameWritten()).isTrue();
    }
}
