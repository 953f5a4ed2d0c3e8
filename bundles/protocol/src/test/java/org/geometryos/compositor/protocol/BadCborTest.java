package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.protocol.TestCbor.hex;
import static org.geometryos.compositor.protocol.TestCbor.join;
import static org.geometryos.compositor.protocol.TestCbor.map;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the protocol refuses, in CBOR, and the many ways to write what it takes. */
class BadCborTest {
    private static final byte[] BYE = map("type", "bye");

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource({"wholes", "values"})
    void whatCannotBeReadIsMalformed(String what, byte[] cbor, String part) {
        BadMessages.refused(Codecs.cbor(), cbor, ErrorCode.MALFORMED, "", part);
    }

    static Stream<Arguments> wholes() {
        return Stream.of(
                arguments("empty", new byte[0], "not an object"),
                arguments("a list", hex("80"), "not an object"),
                arguments("a string", hex("63627965"), "not an object"),
                arguments("a number", hex("05"), "not an object"),
                arguments("null", hex("f6"), "not an object"),
                arguments("a byte string", hex("4100"), "not an object"),
                arguments("a lone break", hex("ff"), "break"),
                arguments("something behind", join(BYE, hex("00")), "follows"),
                arguments("a second message", join(BYE, BYE), "follows"),
                arguments("a break behind", join(BYE, hex("ff")), "follows"),
                arguments("the self-describe tag", join(hex("d9d9f7"), BYE), "tag"),
                arguments("a small tag around it", join(hex("c1"), BYE), "tag"),
                arguments("one field short", join(hex("a2"), text("type"), text("bye")), "too early"),
                arguments("a key without value", join(hex("a1"), text("type")), "too early"),
                arguments("no end of an indefinite map", join(hex("bf"), text("type"), text("bye")), "too early"),
                arguments("a break for a value", join(hex("bf"), text("type"), hex("ff")), "break"),
                arguments(
                        "a break within a definite map", join(hex("a2"), text("type"), text("bye"), hex("ff")), "key"),
                arguments(
                        "an integer key", join(hex("a2"), text("type"), text("bye"), hex("0101")), "not a text string"),
                arguments(
                        "a byte string key",
                        join(hex("a2"), text("type"), text("bye"), hex("416101")),
                        "not a text string"),
                arguments(
                        "a tagged key",
                        join(hex("a2"), text("type"), text("bye"), hex("c1616101")),
                        "not a text string"),
                arguments("a null key", join(hex("a2"), text("type"), text("bye"), hex("f601")), "not a text string"),
                arguments(
                        "a list for a key",
                        join(hex("a2"), text("type"), text("bye"), hex("8001")),
                        "not a text string"),
                arguments("a key of broken UTF-8", join(hex("a2"), text("type"), text("bye"), hex("61ff01")), "UTF-8"),
                arguments("a key twice", map("type", "bye", "a", 1, "a", 1), "\"a\" occurs twice"),
                arguments("type twice", map("type", "bye", "type", "bye"), "\"type\" occurs twice"),
                arguments(
                        "a key twice, once in pieces",
                        join(hex("a3"), text("type"), text("bye"), text("a"), hex("01"), hex("7f6161ff"), hex("01")),
                        "\"a\" occurs twice"),
                arguments("a map of reserved length", hex("bc"), "not valid CBOR"),
                arguments("2^64 - 1 fields", hex("bbffffffffffffffff"), "too early"),
                arguments("2^32 fields", hex("bb0000000100000000"), "too early"),
                arguments("a head cut off", hex("b9ff"), "too early"));
    }

    static Stream<Arguments> values() {
        return Stream.of(
                value("half NaN", "f97e00", "NaN"),
                value("half infinity", "f97c00", "infinity"),
                value("half -infinity", "f9fc00", "infinity"),
                value("float NaN", "fa7fc00000", "NaN"),
                value("float infinity", "fa7f800000", "infinity"),
                value("double NaN", "fb7ff8000000000000", "NaN"),
                value("a NaN with payload", "fbfff8000000000001", "NaN"),
                value("double infinity", "fb7ff0000000000000", "infinity"),
                value("double -infinity in a list", "81fbfff0000000000000", "infinity"),
                value("undefined", "f7", "undefined"),
                value("simple value 0", "e0", "simple value"),
                value("simple value 32", "f820", "simple value"),
                value("true as two bytes", "f815", "simple value"),
                value("reserved 28", "fc", "simple value"),
                value("a date", "c11a514b67b0", "tag"),
                value("a date string", "c06132", "tag"),
                value("a bignum", "c249010000000000000000", "tag"),
                value("a negative bignum", "c349010000000000000000", "tag"),
                value("a decimal fraction", "c48221196ab3", "tag"),
                value("a typed array", "d84048" + "00".repeat(8), "tag"),
                value("a tag in a list in a map", "a1616181c100", "tag"),
                value("an integer cut off", "1b00", "too early"),
                value("reserved integer 28", "1c", "not valid CBOR"),
                value("indefinite integer", "1f", "not valid CBOR"),
                value("indefinite negative", "3f", "not valid CBOR"),
                value("a text too long", "6561", "too early"),
                value("a text of 2^63", "7b8000000000000000", "too early"),
                value("bytes too long", "5affffffff", "too early"),
                value("broken UTF-8", "62c328", "UTF-8"),
                value("overlong UTF-8", "62c080", "UTF-8"),
                value("a surrogate in UTF-8", "63eda080", "UTF-8"),
                value("a character split over two pieces", "7f61c361a4ff", "UTF-8"),
                value("a byte piece in a text", "7f4161ff", "piece"),
                value("a text piece in bytes", "5f6161ff", "piece"),
                value("pieces within pieces", "7f7f6161ffff", "piece"),
                value("a number within pieces", "7f01ff", "piece"),
                value("pieces without end", "7f6161", "too early"),
                value("a list without end", "9f01", "too early"),
                value("a list one short", "8201", "too early"),
                value("a break in a definite list", "8201ff", "break"),
                value("16 lists in the message", "81".repeat(15) + "80", "16 levels"),
                value("16 maps in the message", "a16161".repeat(16) + "01", "16 levels"),
                value("indefinite lists, deep", "9f".repeat(1000), "16 levels"),
                value("a key twice further down", "81a2616101616102", "\"a\" occurs twice"));
    }

    private static Arguments value(String what, String hex, String part) {
        return arguments(what, map("type", "bye", "a", hex(hex)), part);
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("wrong")
    void whatIsReadButWrongIsInvalid(String what, byte[] cbor, String field, String part) {
        BadMessages.refused(Codecs.cbor(), cbor, ErrorCode.INVALID, field, part);
    }

    static Stream<Arguments> wrong() {
        byte[] view = map("kind", "2d", "center", List.of(0, 0), "zoom", 1, "rotation", 0);
        return Stream.of(
                arguments("type in bytes", map("type", hex("43627965")), "type", "must be a string, not a byte string"),
                arguments("id in bytes", map("type", "bye", "id", hex("4101")), "id", "not a byte string"),
                arguments("id as a float", map("type", "bye", "id", 7.0), "id", "not 7.0"),
                arguments("id of 2^53", map("type", "bye", "id", 1L << 53), "id", "2^53"),
                arguments(
                        "id of 2^64 - 1",
                        map("type", "bye", "id", hex("1bffffffffffffffff")),
                        "id",
                        "1.8446744073709552E19"),
                arguments(
                        "id of -2^64",
                        map("type", "bye", "id", hex("3bffffffffffffffff")),
                        "id",
                        "-1.8446744073709552E19"),
                arguments(
                        "id of -2^63",
                        map("type", "bye", "id", hex("3b7fffffffffffffff")),
                        "id",
                        "-9223372036854775808"),
                arguments("t0 as a float", map("type", "ping", "t0", 1.0), "t0", "must be an integer"),
                arguments("t0 as a half float", map("type", "ping", "t0", hex("f93c00")), "t0", "must be an integer"),
                arguments(
                        "t0 too large",
                        map("type", "ping", "t0", hex("1b8000000000000000")),
                        "t0",
                        "must be an integer"),
                arguments("t0 null", map("type", "ping", "t0", null), "t0", "is required"),
                arguments("no t0", map("type", "ping"), "t0", "is required"),
                arguments(
                        "camera in bytes",
                        map("type", "camera", "camera", hex("4163"), "view", view),
                        "camera",
                        "must be a string"),
                arguments(
                        "time negative",
                        map("type", "camera", "camera", "c", "view", view, "time", -1),
                        "time",
                        "not -1"),
                arguments(
                        "cut as a number",
                        map("type", "camera", "camera", "c", "view", view, "cut", 1),
                        "cut",
                        "true or false"),
                arguments(
                        "a view in bytes",
                        map("type", "camera", "camera", "c", "view", hex("40")),
                        "view",
                        "must be an object"),
                arguments(
                        "zoom as bytes",
                        map(
                                "type",
                                "camera",
                                "camera",
                                "c",
                                "view",
                                map("kind", "2d", "center", List.of(0, 0), "zoom", hex("40"), "rotation", 0)),
                        "view.zoom",
                        "must be a number"),
                arguments(
                        "center in bytes",
                        map(
                                "type",
                                "camera",
                                "camera",
                                "c",
                                "view",
                                map("kind", "2d", "center", hex("420000"), "zoom", 1, "rotation", 0)),
                        "view.center",
                        "must be a list"),
                arguments(
                        "zoom 0 as a half float",
                        map(
                                "type",
                                "camera",
                                "camera",
                                "c",
                                "view",
                                map("kind", "2d", "center", List.of(0, 0), "zoom", hex("f90000"), "rotation", 0)),
                        "view.zoom",
                        "[1e-9, 1e9]"),
                arguments(
                        "rate with every",
                        map("type", "subscribe", "delivery", "every", "rate", 1.0),
                        "rate",
                        "every"));
    }

    @Test
    void aMessageWithoutTypeIsMalformed() {
        BadMessages.refused(Codecs.cbor(), hex("a0"), ErrorCode.MALFORMED, "type", "is required");
        BadMessages.refused(Codecs.cbor(), map("type", null), ErrorCode.MALFORMED, "type", "is required");
    }

    @Test
    void anUnknownTypeIsNamedAndTheIdGivenBack() {
        BadMessages.refused(Codecs.cbor(), map("type", "teleport"), ErrorCode.UNKNOWN_TYPE, "type", "not \"teleport\"");
        assertThat(BadMessages.refusal(Codecs.cbor(), map("type", "teleport", "id", 7))
                        .id())
                .contains(new RequestId.Number(7));
        assertThat(BadMessages.refusal(Codecs.cbor(), map("type", "ping", "t0", "x", "id", "\u00e4"))
                        .id())
                .contains(new RequestId.Text("\u00e4"));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("ones")
    void aDoubleMayBeAnyFloatOrAnInteger(String hex, double value) throws DecodeException {
        assertThat(zoomed(hex(hex))).isEqualTo(value);
    }

    static Stream<Arguments> ones() {
        return Stream.of(
                arguments("01", 1),
                arguments("1801", 1),
                arguments("190001", 1),
                arguments("1a00000001", 1),
                arguments("1b0000000000000001", 1),
                arguments("f93c00", 1),
                arguments("f93800", 0.5),
                arguments("f97bff", 65504),
                arguments("f90001", 5.960464477539063e-8),
                arguments("f903ff", 6.097555160522461e-5),
                arguments("f90400", 6.103515625e-5),
                arguments("fa3fc00000", 1.5),
                arguments("fb3ff199999999999a", 1.1));
    }

    @Test
    void integersBeyondALongAreDoublesStill() throws DecodeException {
        assertThat(centered(hex("1bffffffffffffffff"))).isEqualTo(0x1p64);
        assertThat(centered(hex("1b8000000000000000"))).isEqualTo(0x1p63);
        assertThat(centered(hex("1b8000000000000401"))).isEqualTo(0x1.0000000000001p63);
        assertThat(centered(hex("3bffffffffffffffff"))).isEqualTo(-0x1p64);
        assertThat(centered(hex("f98000"))).isEqualTo(-0.0);
        assertThat(centered(hex("f9c400"))).isEqualTo(-4.0);
    }

    @Test
    void indefiniteLengthsAreTaken() throws DecodeException {
        byte[] message = join(
                hex("bf"),
                hex("7f 62 7479 60 62 7065 ff"),
                hex("7f 6463616d65 627261 ff"),
                text("camera"),
                text("c"),
                text("bytes"),
                hex("5f 4101 40 420203 ff"),
                text("empty"),
                hex("7fff"),
                text("view"),
                hex("bf"),
                text("kind"),
                text("2d"),
                text("center"),
                hex("9f f90000 00 ff"),
                text("zoom"),
                hex("01"),
                text("rotation"),
                hex("00"),
                hex("ff ff"));
        assertThat(decode(message))
                .isEqualTo(new ClientMessage.Camera(Optional.empty(), new CameraUpdate("c", new View2d(0, 0, 1, 0))));
    }

    @Test
    void fifteenListsInTheMessageAreTaken() throws DecodeException {
        assertThat(decode(map("type", "bye", "a", hex("81".repeat(14) + "80"))))
                .isEqualTo(new ClientMessage.Bye(Optional.empty()));
    }

    @Test
    void bytesInAnUnknownFieldAreNobodysBusiness() throws DecodeException {
        assertThat(decode(map(
                        "type",
                        "bye",
                        "a",
                        hex("42ffff"),
                        "long",
                        hex("5818" + "ff".repeat(24)),
                        "pieces",
                        hex("5f 5801aa 590002bbbb ff"),
                        "b",
                        Collections.singletonList(null))))
                .isEqualTo(new ClientMessage.Bye(Optional.empty()));
    }

    private static double zoomed(byte[] zoom) throws DecodeException {
        return ((View2d) view(map("kind", "2d", "center", List.of(0, 0), "zoom", zoom, "rotation", 0))).zoom();
    }

    private static double centered(byte[] x) throws DecodeException {
        return ((View2d) view(map("kind", "2d", "center", List.of(x, 0), "zoom", 1, "rotation", 0))).x();
    }

    private static Object view(byte[] view) throws DecodeException {
        return ((ClientMessage.Camera) decode(map("type", "camera", "camera", "c", "view", view)))
                .update()
                .view();
    }

    private static ClientMessage decode(byte[] cbor) throws DecodeException {
        return Codecs.cbor().decodeClient(ByteBuffer.wrap(cbor));
    }

    private static byte[] text(String text) {
        return join(new byte[] {(byte) (0x60 | text.length())}, text.getBytes(StandardCharsets.US_ASCII));
    }
}
