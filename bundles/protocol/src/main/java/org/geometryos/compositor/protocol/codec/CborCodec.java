package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.OutputStream;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.osgi.service.component.annotations.Component;

/** {@code compositor.v1.cbor} */
@Component(service = Codec.class, property = Codec.SUBPROTOCOL + "=" + CborCodec.NAME)
public final class CborCodec extends AbstractCodec {
    static final String NAME = "compositor.v1.cbor";
    /** Sets of buffers that wait for the next message; threads beyond that make their own. */
    static final int BUFFERS = 16;

    private final CBORFactory factory = CBORFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS))
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    @Override
    public String subprotocol() {
        return NAME;
    }

    @Override
    public boolean text() {
        return false;
    }

    @Override
    JsonGenerator generator(OutputStream out) throws IOException {
        return factory.createGenerator(out);
    }

    @Override
    Fields fields(byte[] bytes, int from, int length) throws DecodeException {
        return CborTree.read(bytes, from, length);
    }
}
