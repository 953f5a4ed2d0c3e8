package org.geometryos.compositor.protocol.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;

/** The rules that both forms share about what can be read at all. */
final class Malformed {
    /** Levels of nesting; the message itself is level 1. */
    static final int MAX_DEPTH = 16;
    /** Characters of what a sender is told. */
    static final int MAX_MESSAGE = 300;

    private Malformed() {}

    static DecodeException because(String message) {
        return new DecodeException(ErrorCode.MALFORMED, null, null, shown(message, MAX_MESSAGE));
    }

    static DecodeException duplicate(String name) {
        return because("the key \"" + shown(name, 80) + "\" occurs twice in one object");
    }

    static void depth(int depth) throws DecodeException {
        if (depth > MAX_DEPTH) {
            throw because("nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    /** UTF-8, strictly: nothing is replaced, overlong forms and surrogates are refused. */
    static String text(byte[] bytes, int from, int length) throws DecodeException {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // a replacement character was sent as such, or stands for something broken: only then is a slow look needed
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
            } catch (CharacterCodingException e) {
                throw because("not valid UTF-8");
            }
        }
        return text;
    }

    /** Fit to be shown: no control characters, no halves of characters, not too long. */
    static String shown(String text, int most) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length(); i++) {
            if (i == most - 3 && text.length() > most) {
                return shown.append("...").toString();
            }
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return shown.toString();
    }
}
