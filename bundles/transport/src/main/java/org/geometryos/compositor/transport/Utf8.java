package org.geometryos.compositor.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether bytes are well-formed UTF-8. */
final class Utf8 {
    private Utf8() {}

    static boolean valid(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate().position(i));
                    return true;
                } catch (CharacterCodingException e) {
                    return false;
                }
            }
        }
        return true;
    }
}
