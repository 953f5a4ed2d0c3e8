package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OscReaderTest {

    private static List<OscReader.Timed> read(byte[] packet) throws OscException {
        return OscReader.read(ByteBuffer.wrap(packet));
    }

    private static OscMessage one(byte[] packet) throws OscException {
        List<OscReader.Timed> all = read(packet);
        assertThat(all).hasSize(1);
        return all.get(0).message();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /** The two examples that stand in the specification. */
    @Test
    void theSpecificationsExamplesAreRead() throws OscException {
        assertThat(one(hex("2f6f7363 696c6c61 746f722f 342f6672 65717565 6e637900 2c660000 43dc0000")))
                .isEqualTo(new OscMessage("/oscillator/4/frequency", List.of(440.0f)));
        assertThat(one(hex("2f666f6f 00000000 2c696973 66660000 000003e8 ffffffff 68656c6c 6f000000 3f9df3b6"
                        + "40b5b22d")))
                .isEqualTo(new OscMessage("/foo", List.of(1000, -1, "hello", 1.234f, 5.678f)));
    }

    @Test
    void allTypesAndArraysAreRead() throws OscException {
        byte[] types = Packets.text(",hdtTFNI[i[s]]cbr");
        ByteBuffer data = ByteBuffer.allocate(8 + 8 + 8 + 4 + 4 + 4 + 8 + 4);
        data.putLong(5)
                .putDouble(2.5)
                .putLong(1)
                .putInt(7)
                .put(Packets.text("a"))
                .putInt('x');
        data.putInt(3).put(new byte[] {1, 2, 3, 0}).putInt(0x01020304);
        OscMessage message = one(Packets.joined(Packets.text("/a"), types, data.array()));
        assertThat(message.arguments().subList(0, 7))
                .containsExactly(
                        5L, 2.5, OscMessage.Tag.NOW, true, false, OscMessage.Nil.NIL, OscMessage.Impulse.IMPULSE);
        assertThat(message.arguments().get(7)).isEqualTo(List.of(7, List.of("a")));
        assertThat(message.arguments().get(8)).isEqualTo('x');
        assertThat((byte[]) message.arguments().get(9)).containsExactly(1, 2, 3);
        assertThat(message.arguments().get(10)).isEqualTo(new OscMessage.Four(0x01020304));
        assertThat(message.flat()).hasSize(12);
    }

    @Test
    void messagesWithoutTypesHaveNoArguments() throws OscException {
        assertThat(one(Packets.text("/go"))).isEqualTo(new OscMessage("/go", List.of()));
    }

    @Test
    void bundlesInBundlesKeepTheirTimes() throws OscException {
        byte[] packet = Packets.bundle(
                5, Packets.message("/a"), Packets.bundle(9, Packets.message("/b")), Packets.message("/c"));
        assertThat(read(packet))
                .containsExactly(
                        new OscReader.Timed(new OscMessage.Tag(5), new OscMessage("/a", List.of())),
                        new OscReader.Timed(new OscMessage.Tag(9), new OscMessage("/b", List.of())),
                        new OscReader.Timed(new OscMessage.Tag(5), new OscMessage("/c", List.of())));
        assertThat(read(Packets.bundle(1))).isEmpty();
    }

    @Test
    void timesAreThoseOfNtp() {
        long micros = 1_700_000_000_500_000L;
        assertThat(OscMessage.Tag.of(micros).value() >>> 32).isEqualTo(1_700_000_000L + 2_208_988_800L);
        assertThat(OscMessage.Tag.of(micros).micros()).isEqualTo(micros);
        // 2036-02-07 06:28:16 UTC begins the next era
        assertThat(OscMessage.Tag.of(2_085_978_497_000_000L).micros()).isEqualTo(2_085_978_497_000_000L);
        assertThat(OscMessage.Tag.NOW.now()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // three bytes; no slash; no end; types without a comma; too few bytes
                "2f6100",
                "61000000 2c000000",
                "2f616161",
                "2f610000 66000000",
                "2f610000 2c690000",
                // a blob that is too long, one below 0, an array that does not end, one that does not begin
                "2f610000 2c620000 00000010 00000000",
                "2f610000 2c620000 ffffffff",
                "2f610000 2c5b6900 00000001",
                "2f610000 2c5d0000",
                // bytes behind, an unknown type, a space, a text that is not UTF-8
                "2f610000 2c000000 00000000",
                "2f610000 2c780000",
                "2f206100 2c000000",
                "2f610000 2c730000 ff000000",
                // bundles: no time, an element too long, one of size 0, another word
                "2362756e 646c6500",
                "2362756e 646c6500 00000000 00000001 00000010 2f610000",
                "2362756e 646c6500 00000000 00000001 00000000",
                "2362756e 646c6600 00000000 00000001"
            })
    void whatIsNotOscIsRefused(String packet) {
        assertThatThrownBy(() -> read(hex(packet))).isInstanceOf(OscException.class);
    }

    @Test
    void moreThanIsTakenIsRefused() {
        byte[] nested = Packets.message("/a");
        for (int i = 0; i < 9; i++) {
            nested = Packets.bundle(1, nested);
        }
        byte[] deep = nested;
        assertThatThrownBy(() -> read(deep)).hasMessageContaining("bundles");
        byte[][] many = new byte[OscReader.MAX_MESSAGES + 1][];
        java.util.Arrays.fill(many, Packets.message("/a"));
        assertThatThrownBy(() -> read(Packets.bundle(1, many))).hasMessageContaining("messages");
        assertThatThrownBy(() -> read(Packets.message("/" + "a".repeat(255)))).hasMessageContaining("255");
        Object[] arguments = new Object[OscReader.MAX_ARGUMENTS + 1];
        java.util.Arrays.fill(arguments, true);
        assertThatThrownBy(() -> read(Packets.message("/a", arguments))).isInstanceOf(OscException.class);
    }

    @Test
    void whatIsWrittenIsReadBack() throws OscException {
        OscWriter writer = new OscWriter(100);
        assertThat(writer.add("/camera/a/view", List.of(1f, 2f, "x", 4))).isTrue();
        assertThat(writer.add("/camera/b/view", List.of("y".repeat(60))))
                .as("it is full")
                .isFalse();
        assertThat(writer.add("/c", List.of())).isTrue();
        List<OscReader.Timed> all = OscReader.read(writer.packet());
        assertThat(all)
                .extracting(OscReader.Timed::message)
                .containsExactly(
                        new OscMessage("/camera/a/view", List.of(1f, 2f, "x", 4)), new OscMessage("/c", List.of()));
    }
}
