package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormTest {
    @ParameterizedTest
    @EnumSource
    void aNumberIsFoundInAnUpdate(Form form) throws Frames.FrameException {
        ByteBuffer update = ByteBuffer.wrap(form.message(LoadLoop.camera(3, 1_764_000_000_000_000L, 1_000_000_007)));
        assertThat(form.isType(update, 'c', 'a')).isTrue();
        assertThat(form.isType(update, 'e', 'r')).isFalse();
        assertThat(form.number(update, form.name("sample"))).isEqualTo(1_000_000_007);
        assertThat(form.number(update, form.name("time"))).isEqualTo(1_764_000_000_000_000L);
        assertThatThrownBy(() -> form.number(update, form.name("timecode")))
                .isInstanceOf(Frames.FrameException.class)
                .hasMessageContaining("timecode");
        assertThat(Form.of(form.subprotocol)).isSameAs(form);
    }

    @Test
    void numbersOfAllLengthsAreReadFromCbor() throws Frames.FrameException {
        for (long number : new long[] {0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295L, 4_294_967_296L}) {
            ByteBuffer message = ByteBuffer.wrap(Form.CBOR.message("{\"seq\":" + number + "}"));
            assertThat(Form.CBOR.number(message, Form.CBOR.name("seq"))).isEqualTo(number);
        }
    }
}
