package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

class CborCodecTest extends CodecContract {

    CborCodecTest() {
        super(Codecs.cbor());
    }

    @Test
    void itIsKnownByItsNameAndItsKindOfFrame() {
        assertThat(Codecs.cbor().subprotocol()).isEqualTo("compositor.v1.cbor");
        assertThat(Codecs.cbor().text()).isFalse();
    }
}
