package org.geometryos.compositor.camera.tracking;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Whether bytes are UTF-8. One thread. */
final class Utf8Check {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    /** What is decoded is not looked at. */
    private final CharBuffer sink = CharBuffer.allocate(1024);

    /** @param bytes not consumed */
    boolean valid(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        decoder.reset();
        CoderResult result;
        do {
            result = decoder.decode(rest, sink.clear(), true);
        } while (result.isOverflow());
        return !result.isError();
    }

    /**
     * Whether it is a document in UTF-8: the other encodings of Unicode, which the parser of JSON would find out by
     * itself, have NUL in them.
     *
     * @param bytes not consumed
     */
    boolean text(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == 0) {
                return false;
            }
        }
        return valid(bytes);
    }
}
