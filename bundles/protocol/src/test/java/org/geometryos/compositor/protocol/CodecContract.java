package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Level;
import org.junit.jupiter.api.Test;

/** What every {@link Codec} keeps. It stands here and not in the test kit, which is built with this bundle. */
abstract class CodecContract {
    private static final int ROUNDS = 200;

    private final Codec codec;

    CodecContract(Codec codec) {
        this.codec = codec;
    }

    private ClientMessage read(byte[] bytes) throws DecodeException {
        return codec.decodeClient(ByteBuffer.wrap(bytes));
    }

    @Test
    void itsNameSaysVersionAndForm() {
        assertThat(codec.subprotocol()).matches("compositor\\.v[0-9]+\\.[a-z]+");
    }

    @Test
    void whatAClientSendsComesOutAsItWentIn() throws DecodeException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            for (ClientMessage message : new Samples(seed).client()) {
                assertThat(codec.decodeClient(ByteBuffer.wrap(codec.encode(message))))
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void whatTheServerSendsComesOutAsItWentIn() throws DecodeException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            for (ServerMessage message : new Samples(seed).server()) {
                assertThat(codec.decodeServer(ByteBuffer.wrap(codec.encode(message))))
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void theSameMessageAlwaysGivesTheSameBytes() {
        for (ServerMessage message : new Samples(7).server()) {
            byte[] first = codec.encode(message);
            assertThat(codec.encode(message)).isEqualTo(first);
            assertThat(codec.encode(message)).isNotSameAs(first);
        }
    }

    @Test
    void aMessageOfManyBuffersArrivesWhole() throws DecodeException {
        List<ServerMessage.Camera> cameras = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            cameras.add(new ServerMessage.Camera(
                    OptionalLong.of(i),
                    new CameraState(
                            "wall/" + i,
                            new View2d(i, -i, 1, 0),
                            i,
                            i,
                            OptionalLong.empty(),
                            Optional.empty(),
                            "source",
                            Optional.empty(),
                            false)));
        }
        ServerMessage message =
                new ServerMessage.Snapshot("e", 5000, true, cameras, List.of(), Optional.empty(), Optional.empty());
        assertThat(codec.decodeServer(ByteBuffer.wrap(codec.encode(message)))).isEqualTo(message);
    }

    @Test
    void theBufferKeepsItsPositionAndNeedNotHaveAnArray() throws DecodeException {
        ClientMessage ping = new ClientMessage.Ping(Optional.empty(), 5);
        byte[] bytes = codec.encode(ping);
        for (ByteBuffer buffer : List.of(
                ByteBuffer.allocate(100),
                ByteBuffer.allocateDirect(100),
                ByteBuffer.allocate(103).slice(3, 100))) {
            buffer.put(7, bytes).position(7).limit(7 + bytes.length);
            for (ByteBuffer form : List.of(buffer, buffer.asReadOnlyBuffer())) {
                assertThat(codec.decodeClient(form)).isEqualTo(ping);
                assertThat(form.position()).isEqualTo(7);
                assertThat(form.limit()).isEqualTo(7 + bytes.length);
            }
        }
    }

    @Test
    void halfASurrogatePairFromAProgramIsReplacedAndDoesNotStopTheMessage() throws DecodeException {
        byte[] bytes = codec.encode(new ServerMessage.Notice(Level.INFO, "a\ud800b\udc00\ud83d\ude00"));
        assertThat(codec.decodeServer(ByteBuffer.wrap(bytes)))
                .isEqualTo(new ServerMessage.Notice(Level.INFO, "a\uFFFDb\uFFFD\ud83d\ude00"));
    }

    @Test
    void whatIsCutOrLongerThanAMessageIsRefused() {
        for (ClientMessage message : new Samples(3).client()) {
            byte[] whole = codec.encode(message);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(cut))
                        .as("the first %d bytes of %s", length, message)
                        .isInstanceOf(DecodeException.class);
            }
            byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
            System.arraycopy(whole, 0, twice, whole.length, whole.length);
            assertThatThrownBy(() -> read(twice)).as("twice %s", message).isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void whatTheOtherSideSaysIsOfUnknownType() {
        assertThatThrownBy(() -> read(codec.encode(new ServerMessage.Notice(Level.INFO, "x"))))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE));
        assertThatThrownBy(() ->
                        codec.decodeServer(ByteBuffer.wrap(codec.encode(new ClientMessage.Bye(Optional.empty())))))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE));
    }

    @Test
    void manyThreadsDoNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t * ROUNDS;
            running.add(threads.submit(() -> {
                for (int seed = first; seed < first + ROUNDS; seed++) {
                    for (ServerMessage message : new Samples(seed).server()) {
                        assertThat(codec.decodeServer(ByteBuffer.wrap(codec.encode(message))))
                                .isEqualTo(message);
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(120, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }
}
