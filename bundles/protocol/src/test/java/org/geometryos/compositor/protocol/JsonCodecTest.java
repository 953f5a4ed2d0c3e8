package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

class JsonCodecTest extends CodecContract {

    JsonCodecTest() {
        super(Codecs.json());
    }

    @Test
    void itIsKnownByItsNameAndItsKindOfFrame() {
        assertThat(Codecs.json().subprotocol()).isEqualTo("compositor.v1.json");
        assertThat(Codecs.json().text()).isTrue();
    }
}
