package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.hex;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.geometryos.compositor.api.coordinates.FreeDPose;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.FreeDSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreeDSampleTest {
    private static final String FIELDS = "d101050000fd800001400000fa00fe0c00017700012345000abc1118d7";

    private static FreeDSample sample(String digits) {
        return (FreeDSample) FreeDSample.decode(buffer(hex(digits)));
    }

    @ParameterizedTest
    @CsvSource({
        "d100df78aa0047ef000000000000000000000000004000001501d1ff12, -65.05731, 0.56198, 16384, 5377",
        "d1002198d8ffeb940000000000000000000000000028c60013b9d1ffd6, 67.19409, -0.15955, 10438, 5049"
    })
    void capturesOfARealDeviceAreRead(String digits, double pan, double tilt, int zoom, int focus) {
        FreeDSample sample = sample(digits);
        assertThat(sample.id()).isZero();
        assertThat(sample.pose().pan()).isCloseTo(pan, within(5e-6));
        assertThat(sample.pose().tilt()).isCloseTo(tilt, within(5e-6));
        assertThat(sample.zoom()).isEqualTo(zoom);
        assertThat(sample.focus()).isEqualTo(focus);
        assertThat(sample.user()).isEqualTo(0xd1ff);
    }

    @Test
    void eachFieldHasItsPlaceAndUnit() {
        assertThat(sample(FIELDS))
                .isEqualTo(
                        new FreeDSample(1, new FreeDPose(1000, -2000, 1500, 10, -5, 2.5), 0x012345, 0x000abc, 0x1118));
    }

    @Test
    void extremesAreRead() {
        assertThat(sample("d1ff5a0000d30000a600008000007fffff000000ffffff0000000000a3"))
                .isEqualTo(new FreeDSample(
                        255, new FreeDPose(-131_072, 131_072 - 1 / 64.0, 0, 180, -90, -180), 0xffffff, 0, 0));
    }

    @Test
    void theSmallestNegativePanIsNotZero() {
        assertThat(sample("d101ffffff000000000000000000000000000000000000000000000071")
                        .pose()
                        .pan())
                .isEqualTo(-1 / 32_768.0);
    }

    @Test
    void aPacketMayLieAnywhereInABuffer() {
        byte[] bytes = hex("0000" + FIELDS + "00");
        assertThat(FreeDSample.decode(ByteBuffer.wrap(bytes, 2, 29).slice())).isEqualTo(sample(FIELDS));
        assertThat(FreeDSample.decode(ByteBuffer.wrap(bytes, 2, 29))).isEqualTo(sample(FIELDS));
    }

    @ParameterizedTest
    @CsvSource({
        "'', TYPE",
        "d0, TYPE",
        "d0010000, TYPE",
        "d1, LENGTH",
        FIELDS + "00, LENGTH",
        "d101050000fd800001400000fa00fe0c00017700012345000abc1118, LENGTH",
        "d101050000fd800001400000fa00fe0c00017700012345000abc1118d8, CHECKSUM",
        "d201050000fd800001400000fa00fe0c00017700012345000abc1118d6, TYPE"
    })
    void whatIsNoPacketIsAFault(String digits, Fault fault) {
        assertThat(FreeDSample.decode(buffer(hex(digits)))).isEqualTo(fault);
    }

    @Property
    void whatIsSentIsRead(
            @ForAll @IntRange(min = 0, max = 255) int id,
            @ForAll @IntRange(min = -(1 << 23), max = (1 << 23) - 1) int pan,
            @ForAll @IntRange(min = -(1 << 23), max = (1 << 23) - 1) int x,
            @ForAll @IntRange(min = 0, max = (1 << 24) - 1) int zoom) {
        assertThat(FreeDSample.decode(buffer(Fixtures.freeD(id, pan, -pan - 1, x, x, pan, ~x, zoom))))
                .isEqualTo(new FreeDSample(
                        id,
                        new FreeDPose(
                                x / 64.0, pan / 64.0, ~x / 64.0, pan / 32_768.0, (-pan - 1) / 32_768.0, x / 32_768.0),
                        zoom,
                        0,
                        0));
    }
}
