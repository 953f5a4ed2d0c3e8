package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.FULL;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.cbor;
import static org.geometryos.compositor.camera.tracking.Fixtures.hex;
import static org.geometryos.compositor.camera.tracking.Fixtures.utf8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Lens;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Timestamp;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Transform;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.Segment.Encoding;
import org.geometryos.compositor.tracking.Triple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTrackIoReaderTest {
    private final OpenTrackIoReader reader = new OpenTrackIoReader();

    /** Of JSON and of CBOR, which have to agree. */
    private Decoded read(String json) {
        Decoded found = reader.read(Encoding.JSON, buffer(utf8(json)));
        assertThat(reader.read(Encoding.CBOR, buffer(cbor(json)))).isEqualTo(found);
        return found;
    }

    private static OpenTrackIoSample empty() {
        return new OpenTrackIoSample(
                "",
                0,
                Optional.empty(),
                List.of(),
                Lens.UNKNOWN,
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    @Test
    void everyFieldIsRead() {
        assertThat(read(FULL))
                .isEqualTo(new OpenTrackIoSample(
                        "urn:uuid:00000000-1111-2222-3333-444444444444",
                        7,
                        Optional.of("Jib 1"),
                        List.of(new Transform(new Triple(1, 2, 3), new Triple(180, 90, 45), new Triple(1, 1, 1))),
                        new Lens(
                                OptionalDouble.of(24.305),
                                OptionalDouble.of(4.2),
                                OptionalDouble.of(0),
                                Optional.of(new Size(36, 24)),
                                Optional.of(List.of(0.1, 0.2, 0.3, 0.4, 0.5))),
                        Optional.of(new Timestamp(1_700_000_037, 123_456_789)),
                        OptionalLong.of(4711),
                        Optional.of("01:02:03:04")));
    }

    @Test
    void everyFieldMayBeMissing() {
        assertThat(read("{}")).isEqualTo(empty());
        assertThat(reader.read(Encoding.CBOR, buffer(hex("a0")))).isEqualTo(empty());
        assertThat(reader.read(Encoding.CBOR, buffer(hex("bfff"))))
                .as("of indefinite length")
                .isEqualTo(empty());
        assertThat(read("{\"sourceId\":null,\"lens\":null,\"timing\":{\"timecode\":null},\"transforms\":null}"))
                .isEqualTo(empty());
        assertThat(read("{\"static\":{\"camera\":{}},\"lens\":{},\"timing\":{},\"transforms\":[]}"))
                .isEqualTo(empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c328", // no continuation
                "80",
                "bf", // a continuation of nothing
                "c0af",
                "e080af",
                "f08080af", // longer than need be
                "eda080",
                "edbfbf", // surrogates
                "f4908080",
                "f8888080",
                "fe",
                "ff", // beyond Unicode
                "e282",
                "c3" // the end is missing
            })
    void textThatIsNoUtf8IsRefusedWhereverItStands(String hex) {
        for (String place : List.of(
                "{\"sourceId\":\"@\"}",
                "{\"unknown\":\"@\"}",
                "{\"@\":1}",
                "{\"unknown\":{\"deep\":[\"@\"]}}",
                "{\"transforms\":[{\"id\":\"@\",\"translation\":{\"x\":1}}]}")) {
            assertThat(reader.read(Encoding.JSON, replaced(utf8(place), hex(hex))))
                    .as(place)
                    .isEqualTo(Fault.SYNTAX);
            // one @ for each byte, so that the lengths in the CBOR stay true
            byte[] cbor = cbor(place.replace("@", "@".repeat(hex.length() / 2)));
            assertThat(reader.read(Encoding.CBOR, overwritten(cbor, hex(hex))))
                    .as(place)
                    .isEqualTo(Fault.SYNTAX);
        }
    }

    @Test
    void chunksOfTextInCborHaveToBeUtf8EachByItself() {
        assertThat(reader.read(Encoding.CBOR, buffer(hex("a161787f62c3a962c3a9ff"))))
                .isEqualTo(empty());
        assertThat(reader.read(Encoding.CBOR, buffer(hex("a161787f61c361a9ff"))))
                .as("a character in two chunks")
                .isEqualTo(Fault.SYNTAX);
    }

    @Test
    void textOfAnyLanguageIsRead() {
        String label = "Kran \u00e4 \u0643\u0627\u0645 \ud83c\udfa5 " + "\u4e2d".repeat(300);
        assertThat(((OpenTrackIoSample) read("{\"static\":{\"camera\":{\"label\":\"" + label + "\"}}}")).label())
                .contains(label);
    }

    @Test
    void bytesInCborNeedNotBeText() {
        assertThat(reader.read(Encoding.CBOR, buffer(hex("a16178" + "42ffff")))).isEqualTo(empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"OpenTrackIO\"",
                "1",
                "[1,0,1]",
                "true",
                "{\"name\":1}",
                "{\"name\":\"\"}",
                "{\"version\":\"1.0.1\"}",
                "{\"version\":[1,\"0\"]}",
                "{\"version\":[-1]}",
                "{\"version\":{}}"
            })
    void aProtocolOfAnotherFormIsRefused(String protocol) {
        assertThat(read("{\"protocol\":" + protocol + ",\"sourceNumber\":7}")).isEqualTo(Fault.VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"OpenTrackIO\",\"version\":[1,0,1]}",
                "{}",
                "null",
                "{\"name\":\"OpenTrackIO\"}",
                "{\"version\":[0,9,3],\"more\":{\"a\":1}}"
            })
    void aProtocolThatIsAnObjectIsTaken(String protocol) {
        assertThat(read("{\"protocol\":" + protocol + "}")).isEqualTo(empty());
    }

    /** The bytes in place of the @ in a text. */
    private static ByteBuffer replaced(byte[] text, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte each : text) {
            if (each == '@') {
                out.writeBytes(bytes);
            } else {
                out.write(each);
            }
        }
        return buffer(out.toByteArray());
    }

    /** The bytes over as many @. */
    private static ByteBuffer overwritten(byte[] text, byte[] bytes) {
        for (int at = 0, next = 0; at < text.length; at++) {
            if (text[at] == '@') {
                text[at] = bytes[next++ % bytes.length];
            }
        }
        return buffer(text);
    }

    @Test
    void partsOfATransformMayBeMissing() {
        assertThat(((OpenTrackIoSample) read("{\"transforms\":[{\"translation\":{\"y\":2}},{\"rotation\":{\"tilt\":-1},"
                                + "\"scale\":{\"z\":3}}]}"))
                        .transforms())
                .containsExactly(
                        new Transform(new Triple(0, 2, 0), new Triple(0, 0, 0), new Triple(1, 1, 1)),
                        new Transform(new Triple(0, 0, 0), new Triple(0, -1, 0), new Triple(1, 1, 3)));
    }

    @Test
    void theTimecodeSaysDropFrame() {
        String timecode = "{\"timing\":{\"timecode\":{\"hours\":23,\"minutes\":59,\"seconds\":58,\"frames\":29,"
                + "\"dropFrame\":%s}}}";
        assertThat(((OpenTrackIoSample) read(timecode.formatted("true"))).timecode())
                .contains("23:59:58;29");
        assertThat(((OpenTrackIoSample) read(timecode.formatted("false"))).timecode())
                .contains("23:59:58:29");
    }

    @Test
    void aLensValueOfZeroIsUnknown() {
        assertThat(((OpenTrackIoSample) read("""
                {"lens":{"pinholeFocalLength":0,"focusDistance":-1.0},"static":{"camera":{"activeSensorPhysicalDimensions":{"width":0,"height":24}}}}""")).lens()).isEqualTo(Lens.UNKNOWN);
    }

    @Test
    void moreDistortionThanAViewCanCarryIsLeftOut() {
        String numbers = "1" + ",1".repeat(32);
        assertThat(((OpenTrackIoSample) read("{\"lens\":{\"distortion\":[{\"radial\":[" + numbers + "]}]}}")).lens())
                .isEqualTo(Lens.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "200, true",
        "0, false",
        "201, false",
        "255, false",
        "4294967295, false",
        "-1, false",
        "99999999999999999999, false"
    })
    void onlyTheNumbersOneTo200AreSources(String number, boolean taken) {
        Decoded found = read("{\"sourceNumber\":" + number + "}");
        if (taken) {
            assertThat(((OpenTrackIoSample) found).sourceNumber()).isEqualTo(Integer.parseInt(number));
        } else {
            assertThat(found).isEqualTo(Fault.SOURCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sourceNumber\":\"1\"}",
                "{\"sourceNumber\":1.5}",
                "{\"sourceId\":7}",
                "{\"sourceId\":\" \"}",
                "{\"lens\":[]}",
                "{\"lens\":1}",
                "{\"transforms\":{}}",
                "{\"transforms\":[1]}",
                "{\"transforms\":[{\"translation\":{\"x\":\"1\"}}]}",
                "{\"transforms\":[{\"scale\":{\"x\":0}}]}",
                "{\"transforms\":[{\"scale\":{\"x\":-1}}]}",
                "{\"lens\":{\"focusDistance\":true}}",
                "{\"timing\":{\"sequenceNumber\":-1}}",
                "{\"timing\":{\"sequenceNumber\":4294967296}}",
                "{\"timing\":{\"sequenceNumber\":1.0}}",
                "{\"timing\":{\"sequenceNumber\":99999999999999999999}}",
                "{\"timing\":{\"sampleTimestamp\":{\"seconds\":1}}}",
                "{\"timing\":{\"sampleTimestamp\":{\"seconds\":1,\"nanoseconds\":1000000000}}}",
                "{\"timing\":{\"sampleTimestamp\":{\"seconds\":281474976710656,\"nanoseconds\":0}}}",
                "{\"timing\":{\"timecode\":{\"hours\":24,\"minutes\":0,\"seconds\":0,\"frames\":0}}}",
                "{\"timing\":{\"timecode\":{\"hours\":1}}}",
                "{\"static\":{\"camera\":{\"label\":[]}}}",
                "{\"lens\":{\"distortion\":[{\"radial\":[null]}]}}"
            })
    void aWrongValueIsAFault(String json) {
        assertThat(read(json)).isEqualTo(Fault.VALUE);
    }

    @Test
    void numbersThatAreNoneAreFaults() {
        assertThat(reader.read(Encoding.JSON, buffer(utf8("{\"lens\":{\"focusDistance\":1e999}}"))))
                .isEqualTo(Fault.VALUE);
        // {"lens": {"focusDistance": NaN}} with a float of 16 bits
        assertThat(reader.read(Encoding.CBOR, buffer(hex("a1646c656e73a16d666f63757344697374616e6365f97e00"))))
                .isEqualTo(Fault.VALUE);
    }

    @Test
    void aChainTooLongIsAFault() {
        String link = "{\"translation\":{\"x\":1}}";
        assertThat(read("{\"transforms\":[" + link + ("," + link).repeat(OpenTrackIoReader.MAX_TRANSFORMS - 1) + "]}"))
                .isInstanceOf(OpenTrackIoSample.class);
        assertThat(read("{\"transforms\":[" + link + ("," + link).repeat(OpenTrackIoReader.MAX_TRANSFORMS) + "]}"))
                .isEqualTo(Fault.VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "null",
                "{",
                "{\"lens\":{}",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"lens\":{},\"lens\":{}}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":1,}"
            })
    void whatIsNoJsonObjectIsAFault(String json) {
        assertThat(reader.read(Encoding.JSON, buffer(utf8(json)))).isEqualTo(Fault.SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "01", "f6", "a1", "bf", "a0a0", "a16161", "ff", "a2616101616102"})
    void whatIsNoCborObjectIsAFault(String digits) {
        assertThat(reader.read(Encoding.CBOR, buffer(hex(digits)))).isEqualTo(Fault.SYNTAX);
    }

    @Test
    void deepNestingIsAFault() {
        assertThat(read("{\"custom\":" + "[".repeat(100) + "]".repeat(100) + "}"))
                .isEqualTo(Fault.SYNTAX);
    }

    @Test
    void eachBeginningOfASampleIsAFault() {
        byte[] json = utf8(FULL);
        for (int length = 0; length < json.length; length++) {
            assertThat(reader.read(Encoding.JSON, buffer(Arrays.copyOf(json, length))))
                    .isInstanceOf(Fault.class);
        }
        byte[] cbor = cbor(FULL);
        for (int length = 0; length < cbor.length; length++) {
            assertThat(reader.read(Encoding.CBOR, buffer(Arrays.copyOf(cbor, length))))
                    .isInstanceOf(Fault.class);
        }
    }

    @Test
    void otherEncodingsOfUnicodeAreRefused() {
        for (String name : List.of("UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE")) {
            assertThat(reader.read(Encoding.JSON, buffer("{\"sourceId\":\"a\"}".getBytes(Charset.forName(name)))))
                    .as(name)
                    .isEqualTo(Fault.SYNTAX);
        }
    }

    /** Of RFC 8949, appendix F, and some more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a0a0",
                "a000",
                "a1",
                "a161",
                "a16161",
                "bf",
                "bf6161ff",
                "bf61ff",
                "a1616118",
                "a16161d9",
                "a161617f6161",
                "a161617f4161ff",
                "a161617f7f6161ffff",
                "a161617f61c361a4ff",
                "a161615f6161ff",
                "a16161ff",
                "a16161fc",
                "a16161f818",
                "a161619f01",
                "a161619b7fffffffffffffff",
                "a161617b7fffffffffffffff",
                "bb7fffffffffffffff",
                "a16161c1",
                "c1",
                "a161613f",
                "a161611f",
                "a16161df00",
                "9fff",
                "ff",
                ""
            })
    void cborThatIsNotWellFormedIsRefused(String bytes) {
        assertThat(reader.read(Encoding.CBOR, buffer(hex(bytes)))).isEqualTo(Fault.SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a16161c101",
                "d9d9f7a0",
                "a161617f61616162ff",
                "a161615f41614162ff",
                "a161619fff",
                "a16161bfff",
                "a16161f97e00",
                "a16161fb7ff0000000000000",
                "a1616182c1a0c100",
                "a161611bffffffffffffffff",
                "a16161f6"
            })
    void cborThatIsWellFormedIsTaken(String bytes) {
        assertThat(reader.read(Encoding.CBOR, buffer(hex(bytes)))).isEqualTo(empty());
    }
}
