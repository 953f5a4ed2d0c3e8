package org.geometryos.compositor.itest.protocol;

import static org.geometryos.compositor.testkit.wire.Frames.BINARY;
import static org.geometryos.compositor.testkit.wire.Frames.CLOSE;
import static org.geometryos.compositor.testkit.wire.Frames.CONTINUATION;
import static org.geometryos.compositor.testkit.wire.Frames.PING;
import static org.geometryos.compositor.testkit.wire.Frames.PONG;
import static org.geometryos.compositor.testkit.wire.Frames.TEXT;
import static org.geometryos.compositor.testkit.wire.Frames.frame;
import static org.geometryos.compositor.testkit.wire.Frames.raw;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.geometryos.compositor.testkit.wire.RawPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Frames, and how connections end (protocol, "Messages" and "Close codes"). */
class FramesIT {
    private static final String JSON = "compositor.v1.json";
    private static final String CBOR = "compositor.v1.cbor";
    private static final int LIMIT = 65_536;
    private static final byte[] NO_UTF8 = {'"', (byte) 0xc3, '(', '"'};

    private static DistributionProcess distribution;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.fresh("frames").start();
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    private interface Act {
        void on(RawClient client) throws Exception;
    }

    private record Ending(String sentence, int code, String subprotocol, Act act) {}

    @TestFactory
    Stream<DynamicTest> everyMistakeEndsTheConnectionWithItsCode() {
        return Stream.of(
                        new Ending(
                                "text on a CBOR connection",
                                1003,
                                CBOR,
                                c -> c.send(TEXT, bytes(CameraStream.hello("x")))),
                        new Ending(
                                "binary on a JSON connection",
                                1003,
                                JSON,
                                c -> c.send(BINARY, Json.cbor(CameraStream.hello("x")))),
                        new Ending(
                                "binary where no subprotocol was offered",
                                1003,
                                null,
                                c -> c.send(BINARY, Json.cbor(CameraStream.hello("x")))),
                        new Ending("text that is not UTF-8", 1007, JSON, c -> c.send(TEXT, NO_UTF8)),
                        new Ending("text in fragments that is not UTF-8", 1007, JSON, c -> {
                            c.write(frame(TEXT, false, new byte[] {'"', (byte) 0xc3}));
                            c.write(frame(CONTINUATION, true, new byte[] {'(', '"'}));
                        }),
                        new Ending(
                                "text that ends within a character",
                                1007,
                                JSON,
                                c -> c.send(TEXT, new byte[] {'"', (byte) 0xe2, (byte) 0x82})),
                        new Ending("a message of 65,537 bytes", 1009, JSON, c -> c.send(TEXT, padded(LIMIT + 1))),
                        new Ending(
                                "a binary message of 65,537 bytes",
                                1009,
                                CBOR,
                                c -> c.send(BINARY, new byte[LIMIT + 1])),
                        new Ending("a message of 65,537 bytes in fragments", 1009, JSON, c -> {
                            byte[] message = padded(LIMIT + 1);
                            c.write(frame(TEXT, false, part(message, 0, 40_000)));
                            c.write(frame(CONTINUATION, true, part(message, 40_000, message.length)));
                        }),
                        new Ending(
                                "a frame that is not masked",
                                1002,
                                JSON,
                                c -> c.write(raw(0x81, false, bytes(CameraStream.hello("x"))))),
                        new Ending(
                                "a ping that is not masked", 1002, JSON, c -> c.write(raw(0x89, false, new byte[0]))),
                        new Ending(
                                "a reserved bit",
                                1002,
                                JSON,
                                c -> c.write(raw(0xc1, true, bytes(CameraStream.hello("x"))))),
                        new Ending("an unknown opcode", 1002, JSON, c -> c.write(raw(0x83, true, new byte[0]))),
                        new Ending(
                                "an unknown opcode with the length 2^40, of which nothing comes",
                                1009,
                                JSON,
                                c -> c.write(header(0x83, 1L << 40))),
                        new Ending(
                                "an unknown control opcode with the length 2^40",
                                1009,
                                JSON,
                                c -> c.write(header(0x8b, 1L << 40))),
                        new Ending(
                                "a message with the length 2^40, of which nothing comes",
                                1009,
                                JSON,
                                c -> c.write(header(0x81, 1L << 40))),
                        new Ending("a ping in fragments", 1002, JSON, c -> c.write(frame(PING, false, new byte[1]))),
                        new Ending("a ping of 126 bytes", 1002, JSON, c -> c.send(PING, new byte[126])),
                        new Ending(
                                "a continuation of nothing",
                                1002,
                                JSON,
                                c -> c.write(frame(CONTINUATION, true, bytes("{}")))),
                        new Ending("a message within a fragmented one", 1002, JSON, c -> {
                            c.write(frame(TEXT, false, bytes("{")));
                            c.write(frame(TEXT, true, bytes("{}")));
                        }),
                        new Ending("a close frame of one byte", 1002, JSON, c -> c.send(CLOSE, new byte[1])),
                        new Ending(
                                "a close frame with a code that must not be sent", 1002, JSON, c -> c.sendClose(1005)),
                        new Ending("a close with 1000", 1000, JSON, c -> c.sendClose(1000)),
                        new Ending("a close with a code of the client's", 4000, JSON, c -> c.sendClose(4000)),
                        new Ending("bye", 1000, JSON, c -> {
                            c.send(CameraStream.hello("bye-json"));
                            c.send("{\"type\":\"bye\"}");
                        }),
                        new Ending("bye in CBOR", 1000, CBOR, c -> {
                            c.send(CameraStream.hello("bye-cbor"));
                            c.send("{\"type\":\"bye\"}");
                        }))
                .map(ending -> dynamicTest(ending.sentence + ": " + ending.code, () -> {
                    try (RawClient client = RawClient.connect(distribution.port(), ending.subprotocol)) {
                        ending.act.on(client);
                        Closing closing = client.awaitClose();
                        assertEquals(
                                ending.code,
                                closing.code(),
                                () -> ending.sentence + ": close code, after " + closing.before());
                        client.assertEnd();
                    }
                }));
    }

    /** The beginning of a masked frame with a length of 64 bits. */
    private static byte[] header(int first, long length) {
        return ByteBuffer.allocate(14)
                .put((byte) first)
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0x01020304)
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] part(byte[] whole, int from, int to) {
        return Arrays.copyOfRange(whole, from, to);
    }

    /** A hello of exactly so many bytes. */
    private static byte[] padded(int length) {
        String head = "{\"type\":\"hello\",\"display\":\"long\",\"pad\":\"";
        return bytes(head + "x".repeat(length - head.length() - 2) + "\"}");
    }

    // ---- what is taken

    @Test
    void messageOf65536BytesIsTaken() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), JSON)) {
            byte[] message = padded(LIMIT);
            assertEquals(65_536, message.length);
            client.send(TEXT, message);
            assertEquals("long", client.await("welcome").path("display").asText());
        }
    }

    @Test
    void messageInFragmentsWithAPingBetweenThemIsTaken() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), JSON)) {
            byte[] hello = bytes("{\"type\":\"hello\",\"display\":\"parts\",\"pad\":\"\u20ac\"}");
            int within = hello.length - 3; // in the middle of the euro sign
            client.write(frame(TEXT, false, part(hello, 0, 5)));
            client.write(frame(CONTINUATION, false, new byte[0]));
            client.write(frame(CONTINUATION, false, part(hello, 5, within)));
            client.send(PING, bytes("between"));
            RawPeer.Frame pong = client.next();
            assertEquals(PONG, pong.opcode());
            assertEquals("between", new String(pong.payload(), StandardCharsets.UTF_8));
            client.write(frame(CONTINUATION, true, part(hello, within, hello.length)));
            assertEquals("parts", client.await("welcome").path("display").asText());
        }
    }

    @Test
    void messageThatComesByteByByteIsTaken() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), CBOR)) {
            for (byte b : frame(BINARY, true, Json.cbor(CameraStream.hello("slow")))) {
                client.write(new byte[] {b});
            }
            assertEquals("slow", client.await("welcome").path("display").asText());
        }
    }

    @Test
    void messagesInOneSegmentAreAnsweredInOrder() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), JSON)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(frame(TEXT, CameraStream.hello("burst")));
            for (int i = 0; i < 50; i++) {
                all.writeBytes(frame(TEXT, "{\"type\":\"ping\",\"id\":" + i + ",\"t0\":" + i + "}"));
            }
            client.write(all.toByteArray());
            client.await("welcome");
            for (int i = 0; i < 50; i++) {
                JsonNode pong = client.await("pong");
                assertEquals(i, pong.path("id").asInt());
                assertEquals(i, pong.path("t0").asInt());
            }
        }
    }

    @Test
    void pingFramesAreAnsweredEvenBeforeHelloAndPongFramesAreNot() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), JSON)) {
            byte[] longest = bytes("p".repeat(125));
            client.send(PONG, bytes("unasked"));
            client.send(PING, new byte[0]);
            client.send(PING, longest);
            RawPeer.Frame first = client.next();
            assertEquals(PONG, first.opcode());
            assertEquals(0, first.payload().length);
            RawPeer.Frame second = client.next();
            assertEquals(PONG, second.opcode());
            assertArrayEquals(longest, second.payload());
        }
    }

    @Test
    void secondHelloIsInvalidAndTheConnectionGoesOn() throws Exception {
        try (RawClient client = RawClient.display(distribution.port(), "twice")) {
            client.send("{\"type\":\"hello\",\"display\":\"other\",\"id\":\"second\"}");
            JsonNode error = client.await("error");
            assertEquals("invalid", error.path("code").asText());
            assertEquals("second", error.path("id").asText());
            client.send("{\"type\":\"ping\",\"t0\":7}");
            assertEquals(7, client.await("pong").path("t0").asInt());
        }
    }

    // ---- ends with a word before them

    @Test
    void whoSaysNoHelloIsSentAwayAfterTenSecondsWhateverElseWasSaid() throws Exception {
        long start = System.nanoTime();
        try (RawClient client = RawClient.connect(distribution.port(), JSON);
                Stalls stalls = new Stalls()) {
            client.send("{\"type\":\"ping\",\"t0\":1,\"id\":5}");
            JsonNode error = client.await("error");
            assertEquals("invalid", error.path("code").asText());
            assertEquals(5, error.path("id").asInt());
            Closing closing = client.awaitClose();
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            assertEquals(4408, closing.code());
            assertEquals("goodbye", Json.type(closing.last()), () -> "before the close: " + closing.before());
            assertEquals(4408, closing.last().path("code").asInt());
            double stall = stalls.millis() / 1e3;
            assertTrue(
                    seconds > 9.5 && seconds - stall < 15,
                    () -> "after " + seconds + " s, and the machine stood still for " + stall + " s");
            client.assertEnd();
        }
    }

    @Test
    void twentyMalformedMessagesAreAnsweredAndTheNextOneEndsIt() throws Exception {
        try (RawClient client = RawClient.display(distribution.port(), "garbled")) {
            List<String> malformed = List.of(
                    "",
                    "{",
                    "[]",
                    "7",
                    "{\"display\":\"x\"}",
                    "{\"type\":\"ping\",\"type\":\"ping\",\"t0\":1}",
                    "{\"type\":\"ping\",\"t0\":NaN}",
                    "[".repeat(17) + "]".repeat(17),
                    "nonsense",
                    "\ufeff{}");
            for (int i = 0; i < 20; i++) {
                String text = malformed.get(i % malformed.size());
                client.send(TEXT, bytes(text));
                JsonNode error = client.await("error");
                assertEquals("malformed", error.path("code").asText(), () -> text + " got " + error);
            }
            client.send("{\"type\":\"ping\",\"t0\":21}");
            assertEquals(21, client.await("pong").path("t0").asInt(), "after twenty it still answers");
            client.send(TEXT, bytes("{"));
            Closing closing = client.awaitClose();
            assertEquals(4400, closing.code());
            assertEquals(
                    List.of("error", "goodbye"),
                    closing.before().stream().map(Json::type).toList());
            assertEquals(4400, closing.last().path("code").asInt());
            client.assertEnd();
        }
    }

    @Test
    void invalidMessagesDoNotCountAsMalformed() throws Exception {
        try (RawClient client = RawClient.display(distribution.port(), "wrong")) {
            for (int i = 0; i < 30; i++) {
                client.send("{\"type\":\"camera\",\"camera\":\"..\",\"view\":{},\"id\":" + i + "}");
                JsonNode error = client.await("error");
                assertEquals("invalid", error.path("code").asText(), error::toString);
                assertEquals(i, error.path("id").asInt());
            }
        }
    }

    // ---- the close frame arrives, whatever is still to be read

    @RepeatedTest(10)
    void closeFrameArrivesAlthoughMuchInputIsPending() throws Exception {
        try (RawClient client = RawClient.connect(distribution.port(), JSON)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(frame(TEXT, true, padded(LIMIT + 1)));
            for (int i = 0; i < 8; i++) {
                all.writeBytes(frame(TEXT, true, padded(50_000)));
            }
            client.write(all.toByteArray());
            Closing closing = client.awaitClose();
            assertEquals(1009, closing.code());
            client.assertEnd();
        }
    }
}
