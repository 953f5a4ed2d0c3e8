package org.geometryos.compositor.camera.tracking;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Whether bytes are UTF-8. One thread. */
final class Utf8Check {
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int INDEFINITE = 31;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
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
     * Whether each text of CBOR data is UTF-8, and each chunk of one that comes in chunks (RFC 8949, section 3.2.3). Nothing else is checked:
     * data that is not well-formed is for the parser to find.
     *
     * @param cbor not consumed
     */
    boolean allValid(ByteBuffer cbor) {
        ByteBuffer rest = cbor.duplicate();
        while (rest.hasRemaining()) {
            int initial = rest.get() & 0xff;
            int type = initial >> 5;
            int info = initial & 31;
            boolean follows = info >= 24 && info <= 27;
            int width = follows ? 1 << info - 24 : 0;
            if (!follows && info > 23 && info != INDEFINITE || rest.remaining() < width) {
                return true;
            }
            long argument = info < 24 ? info : 0;
            for (int i = 0; i < width; i++) {
                argument = argument << 8 | rest.get() & 0xff;
            }
            if (type == TEXT || type == BYTES) {
                if (argument < 0 || argument > rest.remaining()) {
                    return true;
                }
                int end = rest.position() + (int) argument;
                if (type == TEXT && !valid(rest.duplicate().limit(end))) {
                    return false;
                }
                rest.position(end);
            }
        }
        return true;
    }
}
