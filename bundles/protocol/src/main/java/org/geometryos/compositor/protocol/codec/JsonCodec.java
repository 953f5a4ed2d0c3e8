package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.OutputStream;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.osgi.service.component.annotations.Component;

/** {@code compositor.v1.json} */
@Component(service = Codec.class, property = Codec.SUBPROTOCOL + "=" + JsonCodec.NAME)
public final class JsonCodec extends AbstractCodec {
    static final String NAME = "compositor.v1.json";

    private final JsonFactory factory = JsonFactory.builder()
            // a pool of its own instead of thread locals: nothing of it outlives the bundle
            .recyclerPool(JsonRecyclerPools.newBoundedPool(CborCodec.BUFFERS))
            // field names come from outside: none is kept
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            // whoever frames the messages bounds them; a long unknown key is ignored like a short one
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    @Override
    public String subprotocol() {
        return NAME;
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    JsonGenerator generator(OutputStream out) throws IOException {
        return factory.createGenerator(out, JsonEncoding.UTF8);
    }

    @Override
    Fields fields(byte[] bytes, int from, int length) throws DecodeException {
        return JsonTree.read(factory, bytes, from, length);
    }
}
