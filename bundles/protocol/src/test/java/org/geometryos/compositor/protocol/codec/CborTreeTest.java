package org.geometryos.compositor.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.geometryos.compositor.protocol.DecodeException;
import org.junit.jupiter.api.Test;

/** The reader of our own against Jackson's, which takes more but never reads what both take in another way. */
class CborTreeTest {
    /** A map of integers, floats of each width, texts and bytes in pieces, lists and maps with and without length. */
    private static final byte[] SEED = HexFormat.of()
            .parseHex("a9" + "6474797065" + "63627965" + "6131" + "1b0000000000000005"
                    + "626232" + "9f01f93c00fa3fc00000ff" + "626333" + "7f6261626163ff" + "626434" + "5f4101420203ff"
                    + "626535" + "bf6161f661628101ff" + "626636" + "3903e7" + "626737" + "f5" + "626838"
                    + "fb3ff199999999999a");

    private static final CBORFactory JACKSON = new CBORFactory();

    @Test
    void whateverIsTakenIsReadAsJacksonReadsIt() throws IOException {
        Random random = new Random(5);
        int taken = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] cbor = SEED.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                cbor[random.nextInt(cbor.length)] = (byte) random.nextInt();
            }
            Fields fields;
            try {
                fields = CborTree.read(cbor, 0, cbor.length);
            } catch (DecodeException e) {
                continue;
            }
            taken++;
            try (JsonParser parser = JACKSON.createParser(cbor)) {
                parser.nextToken();
                String hex = HexFormat.of().formatHex(cbor);
                assertThatSame(fields, parser, hex);
                assertThat(parser.nextToken()).as(hex).isNull();
            }
        }
        assertThat(taken).isGreaterThan(30_000);
    }

    private static void assertThatSame(Object ours, JsonParser parser, String hex) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Fields fields = (Fields) ours;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                assertThat(fields.has(name)).as(hex).isTrue();
                parser.nextToken();
                Object value = fields.get(name);
                assertThatSame(value == null ? Fields.NULL : value, parser, hex);
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (Object item : (List<?>) ours) {
                parser.nextToken();
                assertThatSame(item, parser, hex);
            }
            assertThat(parser.nextToken()).as(hex).isEqualTo(JsonToken.END_ARRAY);
        } else if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            parser.getBinaryValue();
            same(ours, Fields.BYTES, hex);
        } else {
            same(ours, value(token, parser), hex);
        }
    }

    private static Object value(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NULL -> Fields.NULL;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getBigIntegerValue().doubleValue()
                        : (Object) parser.getLongValue();
            default -> throw new AssertionError(token);
        };
    }

    private static void same(Object ours, Object theirs, String hex) {
        if (!ours.equals(theirs)) {
            throw new AssertionError(hex + ": " + ours + ", Jackson: " + theirs);
        }
    }

    @Test
    void theSeedItselfIsTaken() throws DecodeException {
        assertThat(CborTree.read(SEED, 0, SEED.length).text("type")).isEqualTo("bye");
        assertThat(CborTree.read(Arrays.copyOf(SEED, SEED.length + 1), 0, SEED.length)
                        .flag("g7"))
                .isTrue();
    }
}
